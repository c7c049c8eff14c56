"""What the simulator does as Meta does it beside the plain send: who may send what to whom, and what is heard of it."""

from typing import Any

import pytest

from tests.simulator.conftest import MARIA, NUMBER, STRANGER, TOKEN, WABA, Business, Simulator, message

TEMPLATE = {"type": "template", "template": {"name": "order_ready", "language": {"code": "pt_BR"}}}
CODE = {"type": "template", "template": {"name": "authentication_code", "language": {"code": "pt_BR"}}}
ASK = {"action": {"name": "call_permission_request"}, "type": "call_permission_request", "body": {"text": "Oi"}}
CALL = {"action": {"name": "voice_call"}, "type": "voice_call", "body": {"text": "Oi"}}


def to_user(**more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "recipient": "BR.123"} | more


async def account(sim: Simulator, **changes: Any) -> None:
    answer = await sim.http.patch(f"/control/accounts/{NUMBER}", json=changes)
    assert answer.status == 200, await answer.text()


async def code_of(sim: Simulator, body: dict[str, Any]) -> int | None:
    status, answer = await sim.post(body)
    return None if status == 200 else int(answer["error"]["code"])


RESTRICTED = "RESTRICTED_BIZ_INITIATED_MESSAGING"


@pytest.mark.parametrize(
    ("state", "body", "code"),
    [
        ({"ban": "DISABLE"}, message(), 131031),
        ({"ban": "SCHEDULE_FOR_DISABLE"}, message(), None),
        ({"restrictions": [{"restriction_type": RESTRICTED}]}, message(**TEMPLATE), 368),
        ({"restrictions": [{"restriction_type": RESTRICTED, "expiration": 1}]}, message(**TEMPLATE), None),
        ({"limit": "TIER_2K"}, message(category="utility"), 100),
        ({"limit": "TIER_UNLIMITED"}, message(category="utility"), None),
        ({}, to_user(**CODE), 131062),
        ({}, to_user(type="text", text={"body": "1"}, category="authentication"), 131062),
        ({}, to_user(**TEMPLATE), None),
    ],
)
async def test_who_may_not_send_that_is_refused_at_once(
    sim: Simulator, state: dict[str, Any], body: dict[str, Any], code: int | None
) -> None:
    if state:
        await account(sim, **state)
    assert await code_of(sim, body) == code


async def test_calls_are_asked_for_once_a_day_and_offered_where_they_are_on(sim: Simulator) -> None:
    ask = message(type="interactive", interactive=ASK)
    assert [await code_of(sim, ask), await code_of(sim, ask)] == [None, 138009]
    await sim.control("clock", {"advance": 90_000})
    assert await code_of(sim, ask) is None
    await sim.control("clock", {"advance": 90_000})
    assert await code_of(sim, ask) == 138009  # the third in seven days
    call = message(type="interactive", interactive=CALL)
    assert await code_of(sim, call) is None
    await sim.graph("POST", f"{NUMBER}/settings", json={"calling": {"status": "DISABLED"}})
    assert await code_of(sim, call) == 138000


async def test_the_messaging_limit_counts_people_who_did_not_write(sim: Simulator, business: Business) -> None:
    await account(sim, limit="TIER_50")
    for place in range(50):
        await sim.send(f"5511{place:07d}77", **TEMPLATE)
    await sim.send("5511000000077", **TEMPLATE)  # the first one again
    late = await sim.send(STRANGER, **TEMPLATE)
    await business.until(lambda: business.statuses_of(late) == ["failed"])
    [failed] = [each for each in business.statuses if each["status"] == "failed"]
    assert failed["errors"][0]["code"] == 131048
    await sim.write()
    answer = await sim.send(MARIA, **TEMPLATE)
    await business.until(lambda: "delivered" in business.statuses_of(answer))
    await sim.control("clock", {"advance": 86_401})
    anew = await sim.send(STRANGER, **TEMPLATE)
    await business.until(lambda: "delivered" in business.statuses_of(anew))


async def test_nobody_hears_of_what_blocked_people_write(sim: Simulator, business: Business) -> None:
    before = await sim.write()
    block = {"messaging_product": "whatsapp", "block_users": [{"user": MARIA}, {"user": STRANGER}]}
    status, answer = await sim.graph("POST", f"{NUMBER}/block_users", json=block)
    assert (status, answer["error"]["code"]) == (400, 139100)
    [failed] = answer["block_users"]["failed_users"]
    assert (failed["input"], failed["errors"][0]["code"]) == (STRANGER, 131047)
    lost = await sim.write(text={"body": "Alô?"})
    assert await code_of(sim, message(MARIA)) == 130403
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": lost}
    assert await code_of(sim, read) == 131009
    await sim.control("clock", {"advance": 86_000})
    await sim.graph("DELETE", f"{NUMBER}/block_users", json=block | {"block_users": [{"user": MARIA}]})
    await sim.control("clock", {"advance": 500})
    closed = await sim.send(MARIA)  # what nobody got has opened no window
    await business.until(lambda: business.statuses_of(closed) == ["failed"])
    after = await sim.write(text={"body": "Voltei"})
    await business.until(lambda: len(business.messages) == 2)
    assert [each["id"] for each in business.messages] == [before, after]
    chat = (await sim.get(f"/phone/chat?phone_number_id={NUMBER}&customer={MARIA}"))["messages"]
    assert lost in [bubble["wamid"] for bubble in chat]


async def test_blocked_people_are_listed_in_pages(sim: Simulator) -> None:
    people = [f"551190000{place:04}" for place in range(5)]
    for one in people:
        await sim.write(one)
    body = {"messaging_product": "whatsapp", "block_users": [{"user": one} for one in people]}
    assert (await sim.graph("POST", f"{NUMBER}/block_users", json=body))[0] == 200
    found: list[str] = []
    url, query = f"{NUMBER}/block_users", {"limit": "2"}
    while True:
        _, page = await sim.graph("GET", url, params=query)
        found += [row["wa_id"] for row in page["data"]]
        if "next" not in page["paging"]:
            break
        query = {"limit": "2", "after": page["paging"]["cursors"]["after"]}
    assert found == people
    _, back = await sim.graph("GET", url, params={"limit": "2", "before": page["paging"]["cursors"]["before"]})
    assert [row["wa_id"] for row in back["data"]] == people[2:4]
    for wrong, code in (({"limit": "many"}, 100), ({"after": "Zm9v"}, 131059), ({"after": "é"}, 131059)):
        status, answer = await sim.graph("GET", url, params=wrong)
        assert (status, answer["error"]["code"]) == (400, code)


async def test_an_answer_to_whoever_came_by_an_ad_is_free_for_three_days(sim: Simulator, business: Business) -> None:
    ad = {"source_url": "https://fb.me/x", "source_id": "120", "source_type": "ad", "headline": "Pão", "body": "…"}
    await sim.write(text={"body": "Oi"}, referral=ad)
    wamid = await sim.send(MARIA)
    await business.until(lambda: business.statuses_of(wamid) == ["sent", "delivered"])
    sent, delivered = (each for each in business.statuses if each["id"] == wamid)
    assert (sent["pricing"]["type"], sent["pricing"]["category"]) == ("free_entry_point", "referral_conversion")
    assert sent["conversation"]["origin"] == {"type": "referral_conversion"}
    assert int(sent["conversation"]["expiration_timestamp"]) - int(sent["timestamp"]) in range(259_190, 259_201)
    assert "expiration_timestamp" not in delivered["conversation"]
    await sim.control("clock", {"advance": 260_000})
    after = await sim.send(MARIA, **TEMPLATE)
    await business.until(lambda: business.statuses_of(after) == ["sent", "delivered"])
    [told, _] = [each for each in business.statuses if each["id"] == after]
    assert (told["pricing"]["type"], "conversation" in told) == ("regular", False)


async def test_direct_send_makes_a_hidden_template(sim: Simulator, business: Business) -> None:
    wamid = await sim.send(category="utility", direct_send_config={"template_name": "saiu"})
    await business.until(lambda: business.statuses_of(wamid))
    name = business.statuses[0]["template_id"]
    assert (await sim.graph("GET", f"{WABA}/message_templates"))[1]["data"] == []
    _, hidden = await sim.graph("GET", f"{WABA}/message_templates", params={"source": "AUTO_GENERATED"})
    assert [(each["id"], each["name"], each["category"]) for each in hidden["data"]] == [(name, "saiu", "UTILITY")]
    body = {"components": [{"type": "BODY", "text": "Outro"}]}
    assert (await sim.graph("POST", name, json=body))[1]["error"]["error_subcode"] == 2388318
    _, answer = await sim.graph("DELETE", f"{WABA}/message_templates", params={"name": "saiu"})
    assert answer["error"]["error_subcode"] == 2388330


async def test_what_was_deleted_or_is_old_is_no_target(sim: Simulator) -> None:
    gone, old = await sim.write(), await sim.write(text={"body": "Velha"})
    react = {"type": "reaction", "reaction": {"message_id": gone, "emoji": "👍"}}
    assert await code_of(sim, message(MARIA, **react)) is None
    await sim.write(type="revoke", revoke={"original_message_id": gone})
    assert await code_of(sim, message(MARIA, **react)) == 131009
    await sim.control("clock", {"advance": 31 * 86_400})
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": old}
    assert await code_of(sim, read) == 131009


async def test_calls_of_an_account_are_counted(sim: Simulator) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = await sim.http.get(f"/v26.0/{WABA}/phone_numbers", headers=headers)
    assert '"call_count": 1' in answer.headers["X-Business-Use-Case-Usage"]
    for _ in range(4_999):
        sim.world.quotas.manage(WABA)
    status, refusal = await sim.graph("GET", f"{WABA}/phone_numbers")
    assert (status, refusal["error"]["code"]) == (400, 80007)
    await sim.control("clock", {"advance": 3_601})
    assert (await sim.graph("GET", f"{WABA}/phone_numbers"))[0] == 200


async def test_the_shop_and_the_username_of_a_number(sim: Simulator, business: Business) -> None:
    path = f"{NUMBER}/whatsapp_commerce_settings"
    first = {"is_cart_enabled": True, "is_catalog_visible": False, "id": NUMBER}
    assert (await sim.graph("GET", path))[1] == {"data": [first]}
    assert (await sim.graph("POST", path, params={"is_catalog_visible": "true"}))[1] == {"success": True}
    assert (await sim.graph("GET", path))[1] == {"data": [first | {"is_catalog_visible": True}]}
    assert (await sim.graph("POST", path, params={"is_cart_enabled": "perhaps"}))[0] == 400
    name = f"{NUMBER}/username"
    _, offered = await sim.graph("GET", f"{NUMBER}/username_suggestions")
    assert offered["data"][0]["username_suggestions"][0] == "cafe.aurora"
    assert (await sim.graph("POST", name, json={"username": "cafe.com"}))[1]["error"]["code"] == 100
    assert (await sim.graph("POST", name, json={"username": "hold.it"}))[1]["status"] == "reserved"
    assert (await sim.graph("GET", name))[1] == {"username": "hold.it", "status": "reserved"}
    await sim.graph("DELETE", f"{NUMBER}/requested_username")
    assert (await sim.graph("GET", name))[1] == {}
    assert (await sim.graph("POST", name, json={"username": "cafe.aurora"}))[1]["status"] == "approved"
    await business.until(lambda: [each for each in business.values if each.get("status") == "approved"])
