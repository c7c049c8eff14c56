"""What the messages endpoint takes and refuses (whatsapp.md §5)."""

import asyncio
import base64
import sqlite3
from typing import Any

import pytest

from tests.simulator.conftest import MARIA, NUMBER, STRANGER, Business, Simulator, message


def interactive(**parts: Any) -> dict[str, Any]:
    return message(type="interactive", interactive={"body": {"text": "Escolha"}} | parts)


def buttons(*titles: str) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": f"b{place}", "title": title}} for place, title in enumerate(titles)]
    return interactive(type="button", action={"buttons": replies})


def rows(count: int) -> dict[str, Any]:
    listed = [{"id": f"r{place}", "title": f"Linha {place}"} for place in range(count)]
    return interactive(type="list", action={"button": "Ver", "sections": [{"title": "Um", "rows": listed}]})


def carousel(*cards: dict[str, Any]) -> dict[str, Any]:
    numbered = [{"card_index": at, **card} for at, card in enumerate(cards)]
    return interactive(type="carousel", action={"cards": numbered})


def named(kind: str, name: str = "", **parameters: Any) -> dict[str, Any]:
    action = {"name": name or kind} | ({"parameters": parameters} if parameters else {})
    return interactive(type=kind, action=action)


def filled(*components: dict[str, Any]) -> dict[str, Any]:
    template = {"name": "order_ready", "language": {"code": "pt_BR"}, "components": [*components]}
    return message(type="template", template=template)


def button(sub_type: str, **parameter: Any) -> dict[str, Any]:
    return {"type": "button", "sub_type": sub_type, "index": "0", "parameters": [parameter]}


SHOP = {"catalog_id": "9", "product_retailer_id": "sku1"}
OPEN = {"name": "cta_url", "parameters": {"display_text": "Abrir", "url": "https://example.com"}}
CARD = {"type": "cta_url", "header": {"type": "image", "image": {"link": "https://a.test/x"}}, "action": OPEN}
FLOW = {"flow_message_version": "3", "flow_id": "55", "flow_cta": "Abrir"}
SHELF = {"title": "Pães", "product_items": [{"product_retailer_id": "sku1"}]}
PRODUCTS = {"header": {"type": "text", "text": "Pães"}, "action": {"catalog_id": "9", "sections": [SHELF]}}
NAME = {"formatted_name": "Bo Ray", "first_name": "Bo"}
GOOD = {
    "text": message(type="text", text={"body": "x" * 4096, "preview_url": True}),
    "text without type": {"messaging_product": "whatsapp", "to": STRANGER, "text": {"body": "Oi"}},
    "formatted phone": message("+1 (650) 555-0100"),
    "location": message(type="location", location={"latitude": "-23.5", "longitude": -46.6, "name": "Loja"}),
    "contacts": message(type="contacts", contacts=[{"name": NAME, "phones": [{"phone": "+1 650 555 0101"}]}]),
    "buttons": buttons("Sim", "Não", "Talvez"),
    "list": rows(10),
    "cta": interactive(
        type="cta_url",
        action={"name": "cta_url", "parameters": {"display_text": "Abrir", "url": "https://example.com"}},
    ),
    "template": message(
        type="template",
        template={
            "name": "order_ready",
            "language": {"code": "pt_BR"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}],
        },
    ),
    "flow": named("flow", **FLOW),
    "product": message(type="interactive", interactive={"type": "product", "action": SHOP}),
    "products": interactive(type="product_list", **PRODUCTS),
    "catalog": named("catalog_message"),
    "location request": named("location_request_message", "send_location"),
    "contact request": named("request_contact_info"),
    "address": named("address_message", country="IN"),
    "voice call": named("voice_call", display_text="Ligar", ttl_minutes=100),
    "call permission": named("call_permission_request"),
    "carousel": carousel(CARD, CARD),
    "carousel of products": carousel({"type": "product", "action": SHOP}, {"type": "product", "action": SHOP}),
    "template's button": filled(button("url", type="text", text="a"), button("CATALOG", type="action", action={})),
    "direct send": message(category="utility", direct_send_config={"template_name": "saiu"}, ttl_seconds=600),
    "opaque": message(biz_opaque_callback_data="x" * 512),
    "quoting": message(context={"message_id": "wamid.unknown"}),
}


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD.keys())
async def test_a_good_message_is_accepted(sim: Simulator, body: dict[str, Any]) -> None:
    status, answer = await sim.post(body)
    assert status == 200, answer
    assert answer["messaging_product"] == "whatsapp"
    assert answer["contacts"] == [{"input": body["to"], "wa_id": STRANGER}]
    wamid = answer["messages"][0]["id"]
    assert wamid.startswith("wamid.")
    assert STRANGER.encode() in base64.b64decode(wamid.removeprefix("wamid."))
    assert answer["messages"][0].get("message_status") == ("accepted" if body.get("type") == "template" else None)


BAD = {
    "no product": ({"to": STRANGER, "type": "text", "text": {"body": "x"}}, 100),
    "no recipient": ({"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}, 100),
    "unknown type": (message(type="poll", poll={}), 100),
    "unknown key": (message(colour="red"), 100),
    "unknown key inside": (message(type="text", text={"body": "x", "bold": True}), 100),
    "no text": (message(type="text"), 131008),
    "no body": (message(type="text", text={}), 131008),
    "empty body": (message(words="  "), 131009),
    "long body": (message(words="x" * 4097), 100),
    "long body in UTF-16": (message(words="👍" * 2049), 100),
    "long opaque": (message(biz_opaque_callback_data="x" * 513), 100),
    "no phone": (message("12ab"), 131009),
    "itself": (message("+55 11 4002-8922"), 131021),
    "image without source": (message(type="image", image={"caption": "x"}), 131008),
    "image with both": (message(type="image", image={"id": "1", "link": "https://a.test/x"}), 131009),
    "image unknown": (message(type="image", image={"id": "31"}), 100),
    "image link": (message(type="image", image={"link": "ftp://a.test/x"}), 100),
    "audio caption": (message(type="audio", audio={"id": "31", "caption": "x"}), 100),
    "no latitude": (message(type="location", location={"longitude": 1}), 131008),
    "bad latitude": (message(type="location", location={"latitude": 91, "longitude": 1}), 131009),
    "contact's name": (message(type="contacts", contacts=[{"name": {"formatted_name": "Bo"}}]), 131008),
    "four buttons": (buttons("a", "b", "c", "d"), 131009),
    "long title": (buttons("x" * 21), 131009),
    "same title": (buttons("a", "a"), 131009),
    "eleven rows": (rows(11), 131009),
    "no rows": (rows(0), 131009),
    "list header": (rows(1) | {"interactive": rows(1)["interactive"] | {"header": {"type": "image"}}}, 131009),
    "long footer": (interactive(type="list", footer={"text": "x" * 61}, action={}), 131009),
    "cta without url": (interactive(type="cta_url", action={"name": "cta_url", "parameters": {}}), 131008),
    "flow without id": (named("flow", flow_message_version="3", flow_cta="Abrir"), 131009),
    "long flow_cta": (named("flow", **FLOW | {"flow_cta": "x" * 31}), 131009),
    "product with header": (interactive(type="product", header={"type": "text", "text": "a"}, action=SHOP), 131009),
    "products without header": (interactive(type="product_list", action=PRODUCTS["action"]), 131008),
    "location request's name": (named("location_request_message"), 131009),
    "call with footer": (interactive(type="voice_call", footer={"text": "a"}, action={"name": "voice_call"}), 131009),
    "call's time": (named("voice_call", ttl_minutes=0), 131009),
    "address elsewhere": (named("address_message", country="BR"), 131009),
    "one card": (carousel(CARD), 131009),
    "cards of two kinds": (carousel(CARD, {"type": "product", "action": SHOP}), 131009),
    "long card": (carousel(CARD, CARD | {"body": {"text": "x" * 161}}), 131009),
    "button's kind": (filled(button("phone", type="text", text="a")), 132012),
    "button's value": (filled(button("url", type="payload", payload="a")), 132012),
    "long coupon": (filled(button("copy_code", type="coupon_code", coupon_code="x" * 21)), 132005),
    "no fallback": (
        filled({"type": "body", "parameters": [{"type": "currency", "currency": {"code": "BRL"}}]}),
        131008,
    ),
    "one card of a template": (filled({"type": "carousel", "cards": [{"card_index": 0, "components": []}]}), 131009),
    "direct marketing": (message(category="marketing"), 100),
    "direct location": (
        message(type="location", location={"latitude": 1, "longitude": 1}, category="utility"),
        131009,
    ),
    "direct ttl": (message(category="authentication", ttl_seconds=901), 131009),
    "ttl alone": (message(ttl_seconds=60), 100),
    "template name": (message(type="template", template={"name": "Ready!", "language": {"code": "pt"}}), 131009),
    "template language": (message(type="template", template={"name": "ready"}), 131008),
    "reaction to nothing": (message(type="reaction", reaction={"message_id": "wamid.x", "emoji": "👍"}), 131009),
    "read nothing": ({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x"}, 131009),
}


@pytest.mark.parametrize(("body", "code"), BAD.values(), ids=BAD.keys())
async def test_a_bad_message_is_refused_with_a_reason(sim: Simulator, body: dict[str, Any], code: int) -> None:
    status, answer = await sim.post(body)
    assert status == 400
    error = answer["error"]
    assert error["code"] == code, error
    assert f"(#{code})" in error["message"]
    assert error["fbtrace_id"]
    if code != 100:
        assert error["error_data"]["messaging_product"] == "whatsapp"
        assert error["error_data"]["details"]
    assert (await sim.get("/control/ledger"))["count"] == 0


async def test_a_wrong_token_is_code_190_and_an_unknown_number_100_33(sim: Simulator) -> None:
    status, answer = await sim.post(message(), token="other")
    assert (status, answer["error"]["code"]) == (401, 190)
    status, answer = await sim.post(message(), number="2000002")
    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)
    answer_ = await sim.http.post(f"/v26.0/{NUMBER}/messages", json=message())
    assert answer_.status == 401


async def test_the_body_must_be_a_json_object(sim: Simulator) -> None:
    for body in (b"{", b"[]", b"\xff"):
        status, answer = await sim.graph("POST", f"{NUMBER}/messages", data=body)
        assert (status, answer["error"]["code"]) == (400, 100)


async def test_the_ledger_has_what_was_accepted_and_its_statuses(sim: Simulator, business: Business) -> None:
    wamid = await sim.send(biz_opaque_callback_data="attempt-1")
    await business.until(lambda: len(business.statuses_of(wamid)) == 3)
    await sim.send("5511999990011")
    page = await sim.get(f"/control/ledger?phone_number_id={NUMBER}&to=%2B{STRANGER}")
    assert page["count"] == 1
    [entry] = page["messages"]
    assert entry["body"] == message(biz_opaque_callback_data="attempt-1")
    assert (entry["wamid"], entry["opaque"], entry["to"], entry["type"]) == (wamid, "attempt-1", STRANGER, "text")
    assert [status["status"] for status in entry["statuses"]] == ["sent", "delivered", "read"]
    everything = await sim.get("/control/ledger?limit=1")
    assert (everything["count"], len(everything["messages"])) == (2, 1)
    rest = await sim.get(f"/control/ledger?after={everything['next']}")
    assert [one["to"] for one in rest["messages"]] == ["5511999990011"]
    assert (await sim.get("/control/ledger?opaque=attempt-1"))["count"] == 1
    assert (await sim.get(f"/control/ledger/{wamid}"))["opaque"] == "attempt-1"


async def test_what_was_acknowledged_is_in_the_file_even_if_the_process_is_killed(sim: Simulator) -> None:
    """Another connection sees it as soon as the answer is there."""
    await asyncio.gather(*(sim.send(f"5511{place:07d}77") for place in range(50)))
    with sqlite3.connect(sim.data) as other:
        assert other.execute("SELECT count(*) FROM messages").fetchone() == (50,)
        assert other.execute("SELECT count(*) FROM webhooks").fetchone() == (150,)


async def test_statuses_have_metas_shape(sim: Simulator, business: Business) -> None:
    wamid = await sim.send(
        MARIA, biz_opaque_callback_data="c:17", type="template", template=GOOD["template"]["template"]
    )
    await business.until(lambda: len(business.statuses_of(wamid)) == 2)
    value = business.values[0]
    assert value["metadata"] == {"display_phone_number": "551140028922", "phone_number_id": NUMBER}
    person = {"profile": {"name": "Maria Silva"}, "wa_id": MARIA, "user_id": value["contacts"][0]["user_id"]}
    assert value["contacts"] == [person]
    assert person["user_id"].startswith("BR.")
    assert value["statuses"][0] | {"timestamp": ""} == {
        "id": wamid,
        "status": "sent",
        "timestamp": "",
        "recipient_id": MARIA,
        "recipient_user_id": person["user_id"],
        "biz_opaque_callback_data": "c:17",
        "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"},
    }
    assert value["statuses"][0]["timestamp"].isdigit()


async def test_reactions_are_only_sent_and_voice_notes_are_played(sim: Simulator, business: Business) -> None:
    incoming = await sim.write(STRANGER)
    _, answer = await sim.post(message(type="reaction", reaction={"message_id": incoming, "emoji": "👍"}))
    reaction = answer["messages"][0]["id"]
    _, uploaded = await sim.upload(b"OggS" + b"\0" * 24 + b"OpusHead", "audio/ogg")
    _, answer = await sim.post(message(type="audio", audio={"id": uploaded["id"], "voice": True}))
    voice = answer["messages"][0]["id"]
    await business.until(lambda: "played" in business.statuses_of(voice))
    assert business.statuses_of(voice) == ["sent", "delivered", "read", "played"]
    assert business.statuses_of(reaction) == ["sent"]


async def test_brazilian_accounts_from_before_the_ninth_digit_answer_with_another_wa_id(sim: Simulator) -> None:
    _, answer = await sim.post(message("+5551993456678"))
    assert answer["contacts"] == [{"input": "+5551993456678", "wa_id": "555193456678"}]


async def test_a_bsuid_goes_into_recipient_and_is_lost_in_to(sim: Simulator, business: Business) -> None:
    maria = (await sim.get(f"/phone/chat?phone_number_id={NUMBER}&customer={MARIA}"))["customer"]
    body = {"messaging_product": "whatsapp", "recipient": maria["user_id"], "type": "text", "text": {"body": "Oi"}}
    await sim.write()
    status, answer = await sim.post(body)
    assert (status, answer["contacts"]) == (200, [{"input": maria["user_id"], "user_id": maria["user_id"]}])
    await business.until(lambda: len(business.statuses_of(answer["messages"][0]["id"])) == 2)
    status, answer = await sim.post(message(maria["user_id"]))
    assert status == 200
    await asyncio.sleep(0.1)
    assert business.statuses_of(answer["messages"][0]["id"]) == []
    status, answer = await sim.post(body | {"recipient": "BR.123"})
    await business.until(lambda: business.statuses_of(answer["messages"][0]["id"]) == ["failed"])


async def test_marking_as_read_marks_the_earlier_messages_too(sim: Simulator) -> None:
    first, second = await sim.write(), await sim.write(text={"body": "Tudo bem?"})
    third = await sim.write(text={"body": "Alô?"})
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": second}
    assert await sim.post(body | {"typing_indicator": {"type": "text"}}) == (200, {"success": True})
    chat = (await sim.get(f"/phone/chat?phone_number_id={NUMBER}&customer={MARIA}"))["messages"]
    read = {bubble["wamid"]: bubble["status"] == "read" for bubble in chat}
    assert read == {first: True, second: True, third: False}


async def test_the_throughput_of_a_number_is_80_a_second_unless_lifted(sim: Simulator) -> None:
    async def codes() -> list[int]:
        answers = await asyncio.gather(*(sim.post(message(f"5511{place:07d}77")) for place in range(130)))
        return [status for status, _ in answers]

    found = await codes()
    assert 80 <= found.count(200) < 130
    assert found.count(429) == 130 - found.count(200)
    await sim.switch(throughput=0)
    assert set(await codes()) == {200}


async def test_a_pair_gets_45_at_once_and_then_one_in_six_seconds(sim: Simulator) -> None:
    answers = [await sim.post(message()) for _ in range(46)]
    assert [status for status, _ in answers] == [200] * 45 + [400]
    assert answers[-1][1]["error"]["code"] == 131056
    await sim.control("clock", {"advance": 7})
    assert (await sim.post(message()))[0] == 200
    await sim.switch(pair_limit=False)
    assert (await sim.post(message()))[0] == 200


async def test_outside_the_window_a_text_fails_later_and_a_template_does_not(
    sim: Simulator, business: Business
) -> None:
    early = await sim.send(MARIA)
    await business.until(lambda: business.statuses_of(early) == ["failed"])
    assert business.statuses[-1]["errors"][0]["code"] == 131047
    assert business.values[-1]["contacts"] == [{"wa_id": MARIA}]
    await sim.write()
    inside = await sim.send(MARIA)
    await business.until(lambda: business.statuses_of(inside) == ["sent", "delivered"])
    await sim.control("clock", {"advance": 86400})
    late = await sim.send(MARIA)
    template = await sim.send(MARIA, type="template", template=GOOD["template"]["template"])
    stranger = await sim.send(STRANGER)
    await business.until(lambda: business.statuses_of(late) == ["failed"])
    await business.until(lambda: business.statuses_of(template)[:2] == ["sent", "delivered"])
    await business.until(lambda: business.statuses_of(stranger) == ["sent", "delivered", "read"])
    await sim.switch(enforce_window="all")
    refused = await sim.send(STRANGER)
    await business.until(lambda: business.statuses_of(refused) == ["failed"])
    await sim.switch(enforce_window="off")
    allowed = await sim.send(MARIA)
    await business.until(lambda: business.statuses_of(allowed) == ["sent", "delivered"])


async def test_a_failure_can_be_ordered(sim: Simulator, business: Business) -> None:
    await sim.control("failures", {"code": 190, "times": 2})
    assert [(await sim.post(message()))[0] for _ in range(3)] == [401, 401, 200]
    await sim.control("failures", {"code": 131049, "later": True, "to": MARIA})
    assert await sim.send(STRANGER)
    wamid = await sim.send(MARIA)
    await business.until(lambda: business.statuses_of(wamid) == ["failed"])
    [failed] = [status for status in business.statuses if status["id"] == wamid]
    assert failed["errors"][0]["code"] == 131049
    await sim.control("failures", {"code": 368, "http_status": 403, "details": "Account locked."})
    status, answer = await sim.post(message())
    assert (status, answer["error"]["error_data"]["details"]) == (403, "Account locked.")


async def test_a_deregistered_number_sends_nothing(sim: Simulator) -> None:
    assert (await sim.graph("POST", f"{NUMBER}/deregister"))[0] == 200
    assert (await sim.post(message()))[1]["error"]["code"] == 133010
    body = {"messaging_product": "whatsapp", "pin": "123456"}
    assert (await sim.graph("POST", f"{NUMBER}/register", json=body))[0] == 200
    assert (await sim.post(message()))[0] == 200


async def test_codes_that_only_the_shared_table_knows_have_its_words(sim: Simulator) -> None:
    await sim.control("failures", {"code": 131059})
    error = (await sim.post(message()))[1]["error"]
    assert error["message"].startswith("(#131059) ")
    assert "Something went wrong" not in error["message"]
