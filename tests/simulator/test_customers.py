"""What customers do, and the payloads that tell of it (whatsapp.md §4)."""

import asyncio
import base64
import hashlib
import json
from typing import Any

import pytest

from tests.simulator.conftest import MARIA, NUMBER, STRANGER, TOKEN, WABA, Business, Simulator, message

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def chat(sim: Simulator, customer: str = MARIA) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await sim.get(f"/phone/chat?phone_number_id={NUMBER}&customer={customer}"))[
        "messages"
    ]
    return found


async def test_a_text_has_metas_shape(sim: Simulator, business: Business) -> None:
    wamid = await sim.write(STRANGER, name="Ana Lee", type="text", text={"body": "Hi"})
    await business.until(lambda: business.values)
    value = business.values[0]
    user_id = value["contacts"][0]["user_id"]
    assert value | {"messages": []} == {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "551140028922", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "Ana Lee"}, "wa_id": STRANGER, "user_id": user_id}],
        "messages": [],
    }
    [told] = value["messages"]
    assert told.pop("timestamp").isdigit()
    assert told == {"from": STRANGER, "from_user_id": user_id, "id": wamid, "type": "text", "text": {"body": "Hi"}}


@pytest.mark.parametrize("identity", ["full", "phone", "bsuid", "empty", "in_from", "parent"])
async def test_identity_modes_tell_what_they_say(sim: Simulator, business: Business, identity: str) -> None:
    changes = {"identity": identity, "username": "maria.s"}
    known = await (await sim.http.patch(f"/control/customers/{MARIA}", json=changes)).json()
    user_id, parent = known["user_id"], known["user_id"].replace(".", ".ENT.", 1)
    await sim.write()
    await business.until(lambda: business.values)
    contact, told = business.values[0]["contacts"][0], business.messages[0]
    phone = {"bsuid": None, "empty": "", "in_from": user_id}.get(identity, MARIA)
    ids = [phone, None if identity in ("phone", "in_from") else user_id, parent if identity == "parent" else None]
    assert [told.get(each) for each in ("from", "from_user_id", "from_parent_user_id")] == ids
    assert [contact.get(each) for each in ("wa_id", "user_id", "parent_user_id")] == ids
    assert contact["profile"] == {"name": "Maria Silva", "username": "maria.s"}


@pytest.mark.parametrize(("asked", "wa_id"), [("525512345678", "5215512345678"), ("541123456789", "5491123456789")])
async def test_whatsapp_writes_some_numbers_otherwise(sim: Simulator, asked: str, wa_id: str) -> None:
    for each in (asked, wa_id):
        _, answer = await sim.post(message(each))
        assert answer["contacts"] == [{"input": each, "wa_id": wa_id}]
    async with asyncio.timeout(30):
        while len(await chat(sim, asked)) < 2:  # "one person, however their number is written"
            await asyncio.sleep(0.02)


async def test_a_quoted_reply_names_the_author(sim: Simulator, business: Business) -> None:
    mine = await sim.write()
    theirs = await sim.send(MARIA)
    await sim.write(text={"body": "a"}, context={"message_id": theirs})
    await sim.write(text={"body": "b"}, context={"message_id": mine})
    await business.until(lambda: len(business.messages) == 3)
    contexts = {told["text"]["body"]: told.get("context") for told in business.messages}
    assert contexts == {
        "Oi": None,
        "a": {"from": "551140028922", "id": theirs},
        "b": {"from": MARIA, "id": mine},
    }


async def test_a_customer_sends_files(sim: Simulator, business: Business) -> None:
    image = await sim.customer_file(PNG, "image/png", "foto.png")
    await sim.write(type="image", image={"id": image, "caption": "cardápio"})
    voice = await sim.customer_file(b"OggS" + b"\0" * 24 + b"OpusHead", "audio/ogg", "voz.ogg")
    await sim.write(type="audio", audio={"id": voice, "voice": True})
    bill = await sim.customer_file(b"%PDF-1.4", "application/pdf", "conta.pdf")
    await sim.write(type="document", document={"id": bill})
    await business.until(lambda: len(business.messages) == 3)
    told = {one["type"]: one[one["type"]] for one in business.messages}
    url = told["image"].pop("url")
    digest = base64.b64encode(hashlib.sha256(PNG).digest()).decode()
    assert told["image"] == {"id": image, "mime_type": "image/png", "sha256": digest, "caption": "cardápio"}
    assert told["audio"]["mime_type"] == "audio/ogg; codecs=opus"
    assert told["audio"]["voice"] is True
    assert told["document"]["filename"] == "conta.pdf"
    answer = await sim.http.get(url.partition("127.0.0.1")[2].partition("/")[1] + url.split("/", 3)[3])
    assert answer.status == 401, "the link needs the token"
    answer = await sim.http.get("/" + url.split("/", 3)[3], headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", PNG)
    shown = await sim.http.get((await chat(sim))[0]["media"]["url"])
    assert (shown.content_type, await shown.read()) == ("image/png", PNG)


async def test_buttons_and_rows_are_tapped(sim: Simulator, business: Business) -> None:
    reply = {"type": "button_reply", "button_reply": {"id": "yes", "title": "Sim"}}
    await sim.write(type="interactive", interactive=reply, context={"message_id": "wamid.x"})
    await business.until(lambda: business.messages)
    assert business.messages[0]["interactive"] == reply
    assert business.messages[0]["context"] == {"from": "551140028922", "id": "wamid.x"}


async def test_a_reaction_shows_on_the_message_and_can_be_taken_back(sim: Simulator, business: Business) -> None:
    await sim.write()
    wamid = await sim.send(MARIA)
    await business.until(lambda: "delivered" in business.statuses_of(wamid))
    await sim.write(type="reaction", reaction={"message_id": wamid, "emoji": "❤️"})
    assert (await chat(sim))[-1]["reactions"] == [{"emoji": "❤️", "mine": True}]
    await sim.write(type="reaction", reaction={"message_id": wamid, "emoji": ""})
    assert (await chat(sim))[-1]["reactions"] == []
    await business.until(lambda: len(business.messages) == 3)
    assert business.messages[-1]["reaction"] == {"message_id": wamid}


async def test_edits_come_as_such_on_coexistence_numbers_and_as_unsupported_elsewhere(
    sim: Simulator, business: Business
) -> None:
    wamid = await sim.write()
    edit = {"original_message_id": wamid, "message": {"type": "text", "text": {"body": "Olá!"}}}
    await sim.write(type="edit", edit=edit)
    await business.until(lambda: len(business.messages) == 2)
    assert business.messages[1]["type"] == "unsupported"
    assert business.messages[1]["unsupported"] == {"type": "edit"}
    assert business.messages[1]["errors"][0]["code"] == 131051
    [bubble] = await chat(sim)
    assert (bubble["content"]["text"]["body"], bubble["edited"]) == ("Olá!", True)
    await sim.connect(business, coexistence=True)
    await sim.write(type="edit", edit=edit)
    await sim.write(type="revoke", revoke={"original_message_id": wamid})
    await business.until(lambda: len(business.messages) == 4)
    assert [told["type"] for told in business.messages[2:]] == ["edit", "revoke"]
    assert (await chat(sim))[0]["revoked"]


async def test_ticks_on_the_phone_follow_the_business(sim: Simulator, business: Business) -> None:
    business.answers = [500]
    await sim.switch(retry_delays=[0.3])
    wamid = await sim.write()
    await business.until(lambda: business.requests)
    assert (await chat(sim))[0]["status"] == "sent"
    await business.until(lambda: len(business.requests) == 2)
    async with asyncio.timeout(30):
        while (await chat(sim))[0]["status"] != "delivered":
            await asyncio.sleep(0.02)
    await sim.post({"messaging_product": "whatsapp", "status": "read", "message_id": wamid})
    assert (await chat(sim))[0]["status"] == "read"


@pytest.mark.parametrize(
    "bad",
    [
        {"type": "text"},
        {"type": "text", "text": {}},
        {"type": "image", "image": {"id": "404"}},
        {"type": 7},
        {"text": {"body": "x"}, "delay": "soon"},
    ],
)
async def test_an_act_without_its_parts_is_refused(sim: Simulator, bad: dict[str, Any]) -> None:
    answer = await sim.http.post("/control/inbound", json={"phone_number_id": NUMBER, "from": MARIA} | bad)
    assert answer.status == 400
    assert (await answer.json())["error"]["message"]


async def test_magic_texts_make_the_customer_act(sim: Simulator, business: Business) -> None:
    """Each `#sim:` text has its effect, in the shape of a real customer's."""
    await sim.switch(pair_limit=False)
    first = await sim.write(text={"body": "Bom dia"})

    async def told(text: str) -> dict[str, Any]:
        before = len(business.messages)
        await sim.send(MARIA, text)
        await business.until(lambda: len(business.messages) > before)
        return business.messages[-1]

    await business.until(lambda: business.messages)
    assert (await told("#sim:reply Tudo certo"))["text"] == {"body": "Tudo certo"}
    menu = {"type": "button", "body": {"text": "?"}, "action": {"buttons": []}}
    menu["action"] = {"buttons": [{"type": "reply", "reply": {"id": name, "title": name}} for name in ("a", "b")]}
    _, answer = await sim.post(message(MARIA, type="interactive", interactive=menu))
    tapped = await told("#sim:button 2")
    assert tapped["interactive"] == {"type": "button_reply", "button_reply": {"id": "b", "title": "b"}}
    assert tapped["context"]["id"] == answer["messages"][0]["id"]
    assert (await told("#sim:react 🎉"))["reaction"]["emoji"] == "🎉"
    assert (await told("#sim:location"))["location"]["name"] == "MASP"
    assert (await told("#sim:order"))["order"]["product_items"][0]["currency"] == "BRL"
    await sim.connect(business, coexistence=True)
    last_text = next(one["id"] for one in reversed(business.messages) if one["type"] == "text")
    assert last_text != first
    assert (await told("#sim:revoke"))["type"] == "revoke"
    rotated = await told("#sim:rotate")
    assert rotated["system"]["type"] == "user_changed_user_id"
    assert "from" not in rotated
    assert rotated["system"]["user_id"] != rotated["system"]["previous_user_id"]
    moved = await told("#sim:rotate +55 11 91111-2222")
    assert (moved["from"], moved["system"]["wa_id"]) == (MARIA, "5511911112222")


async def test_the_simulated_edit_changes_the_last_text(sim: Simulator, business: Business) -> None:
    await sim.connect(business, coexistence=True)
    wamid = await sim.write(text={"body": "Bom dia"})
    await sim.send(MARIA, "#sim:edit Boa tarde")
    await business.until(lambda: len(business.messages) == 2)
    edit = business.messages[1]["edit"]
    assert edit["original_message_id"] == wamid
    assert edit["message"]["text"] == {"body": "Boa tarde"}


async def test_list_rows_and_template_buttons_are_tapped_too(sim: Simulator, business: Business) -> None:
    await sim.write()
    sections = [
        {"title": "A", "rows": [{"id": "r1", "title": "Um"}, {"id": "r2", "title": "Dois", "description": "x"}]}
    ]
    menu = {"type": "list", "body": {"text": "?"}, "action": {"button": "Ver", "sections": sections}}
    await sim.post(message(MARIA, type="interactive", interactive=menu))
    await sim.send(MARIA, "#sim:button 2")
    await business.until(lambda: len(business.messages) == 2)
    assert business.messages[1]["interactive"]["list_reply"] == {"id": "r2", "title": "Dois", "description": "x"}
    button = {"type": "button", "sub_type": "quick_reply", "index": "0"}
    button |= {"parameters": [{"type": "payload", "payload": "stop_promo"}]}
    template = {"name": "promo", "language": {"code": "pt_BR"}, "components": [button]}
    await sim.post(message(MARIA, type="template", template=template))
    await sim.send(MARIA, "#sim:button")
    await business.until(lambda: len(business.messages) == 3)
    assert business.messages[2]["button"] == {"payload": "stop_promo", "text": "stop_promo"}


PARTS: list[tuple[dict[str, Any], str, Any]] = [
    ({"type": "flow", "action": {"name": "flow", "parameters": {
        "flow_message_version": "3", "flow_id": "5", "flow_cta": "Abrir", "flow_token": "t1",
    }}}, "nfm_reply", "t1"),
    ({"type": "location_request_message", "action": {"name": "send_location"}}, "location", "MASP"),
    ({"type": "request_contact_info", "action": {"name": "request_contact_info"}}, "contacts", f"+{MARIA}"),
    ({"type": "call_permission_request", "action": {"name": "call_permission_request"}}, "call_permission_reply",
     "accept"),
    ({"type": "product", "action": {"catalog_id": "9", "product_retailer_id": "sku7"}}, "order", "sku7"),
    ({"type": "product_list", "header": {"type": "text", "text": "Pães"}, "action": {"catalog_id": "9", "sections": [
        {"title": "A", "product_items": [{"product_retailer_id": "sku8"}]},
    ]}}, "order", "sku8"),
    ({"type": "carousel", "action": {"cards": [
        {"card_index": at, "type": "quick_reply", "header": {"type": "image", "image": {"link": "https://a.test/x"}},
         "action": {"buttons": [{"type": "quick_reply", "quick_reply": {"id": f"c{at}", "title": "Quero"}}]}}
        for at in (0, 1)
    ]}}, "button_reply", "c0"),
]  # fmt: skip


async def test_whatever_is_asked_for_the_customer_does(sim: Simulator, business: Business) -> None:
    await sim.switch(pair_limit=False, fetch_links=False)
    await sim.write()
    for asked, kind, told in PARTS:
        status, answer = await sim.post(message(MARIA, type="interactive", interactive={"body": {"text": "?"}} | asked))
        assert status == 200, answer
        before = len(business.messages)
        await sim.send(MARIA, "#sim:button 1")
        await business.until(lambda known=before: len(business.messages) > known)
        done = business.messages[-1]
        assert kind in (done["type"], done.get("interactive", {}).get("type"))
        assert f'"{told}"' in json.dumps(done, ensure_ascii=False).replace("\\", "")
        assert done["context"]["id"] == answer["messages"][0]["id"]


async def test_a_templates_quick_replies_have_their_labels(sim: Simulator, business: Business) -> None:
    buttons = [{"type": "QUICK_REPLY", "text": "Sim"}, {"type": "QUICK_REPLY", "text": "Não"}]
    components = [{"type": "BODY", "text": "Pode ser?"}, {"type": "BUTTONS", "buttons": buttons}]
    new = {"name": "pode_ser", "language": "pt_BR", "category": "UTILITY", "components": components}
    status, made = await sim.graph("POST", f"{WABA}/message_templates", json=new)
    assert status == 200, made
    await sim.world.ledger.committed()
    sim.world.templates.become(sim.world.templates.get(made["id"]), "APPROVED")
    await sim.write()
    sent = {"name": "pode_ser", "language": {"code": "pt_BR"}}
    sent["components"] = [{"type": "button", "sub_type": "quick_reply", "index": "1", "parameters": [
        {"type": "payload", "payload": "no"},
    ]}]  # fmt: skip
    await sim.post(message(MARIA, type="template", template=sent))
    for number, label, payload in ((1, "Sim", "Sim"), (2, "Não", "no")):
        before = len(business.messages)
        await sim.send(MARIA, f"#sim:button {number}")
        await business.until(lambda known=before: len(business.messages) > known)
        assert business.messages[-1]["button"] == {"payload": payload, "text": label}


async def test_whoever_is_taken_out_of_the_contact_book_is_forgotten_once(sim: Simulator) -> None:
    user_id = (await (await sim.http.patch(f"/control/customers/{MARIA}", json={})).json())["user_id"]
    for bsuid, status, deleted in ((user_id, 200, True), (user_id, 200, False), ("BR.0", 200, False), ("x", 400, None)):
        found, answer = await sim.graph("DELETE", f"{NUMBER}/contact_book?messaging_product=whatsapp&bsuid={bsuid}")
        assert (found, answer.get("deleted")) == (status, deleted)
