"""What happens to chats beside messages: told as our own reader of webhooks understands it."""

from typing import Any

import pytest

from apps.whatsapp.payloads import (
    book_entry,
    call_event,
    echo_message,
    handover,
    history_error,
    past_messages,
    split,
    wish,
)
from tests.simulator.conftest import MARIA, NUMBER, TOKEN, Business, Simulator, message


async def told(business: Business, count: int) -> list[Any]:
    await business.until(lambda: len(business.values) >= count)
    return [item for body in business.bodies for item in split(body)]


async def test_each_is_told_as_meta_tells_it(sim: Simulator, business: Business) -> None:
    about = {"phone_number_id": NUMBER, "from": MARIA}
    await sim.control("echoes", about | {"text": "Já vai"})
    await sim.control("calls", about | {"end": "answered"})
    await sim.control("handovers", about | {"to": "other"})
    await sim.control("preferences", about | {"value": "stop"})
    items = {item.field: item for item in await told(business, 5)}
    assert echo_message(items["smb_message_echoes"].value).text == "Já vai"
    called = call_event(items["calls"].value)
    moved = handover(items["messaging_handovers"].value)
    wanted = wish(items["user_preferences"].value)
    assert called is not None
    assert moved is not None
    assert wanted is not None
    assert (called.inbound, called.person.phone) == (True, MARIA)
    assert (moved.kind, moved.previous_app_id, moved.person.phone) == ("passed", "9000001", MARIA)
    assert (wanted.value, wanted.person.phone) == ("stop", MARIA)
    assert len({item.lane for item in items.values()}) == 1


async def test_history_comes_in_phases_or_is_refused(sim: Simulator, business: Business) -> None:
    answer = await sim.control("history", {"phone_number_id": NUMBER, "threads": 4, "messages": 30})
    assert answer == {"messages": 120}
    items = await told(business, 3)
    past = [each for item in items for each in past_messages(item.value)]
    assert (len(past), sum(each.outbound for each in past)) == (120, 60)
    assert [item.value["chunk"]["phase"] for item in items[::4]] == [0, 1, 2]
    await sim.control("history", {"phone_number_id": NUMBER, "refused": True})
    error = history_error((await told(business, 4))[-1].value)
    assert error is not None
    assert error.code == 2593109


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "take", "to": MARIA}, 200),
        ({"action": "pass", "to": MARIA, "control_pass": {"target_role": "ai_agent"}}, 200),
        ({"action": "release", "to": MARIA}, 200),
        ({"action": "steal", "to": MARIA}, 400),
        ({"action": "take"}, 400),
        ({"action": "take", "to": MARIA, "recipient": "BR.1"}, 400),
        ({"action": "pass", "to": MARIA, "control_pass": {"target_role": "king"}}, 400),
        ({"action": "pass", "to": MARIA, "metadata": "x" * 2001}, 400),
    ],
)
async def test_a_chat_is_taken_passed_and_released(sim: Simulator, body: dict[str, Any], status: int) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    whole = {"messaging_product": "whatsapp"} | body
    answer = await sim.http.post(f"/v26.0/{NUMBER}/thread_control", json=whole, headers=headers)
    assert answer.status == status
    assert ("request_id" in await answer.json()) == (status == 200)


async def test_a_chat_of_another_responder_brings_copies_only_and_is_won_by_the_escalation_partner(
    sim: Simulator, business: Business
) -> None:
    about = {"phone_number_id": NUMBER, "from": MARIA}
    await sim.control("handovers", about | {"to": "other"})
    await sim.write()
    await sim.control("responder", about | {"text": "Sou o outro"})
    items = await told(business, 5)
    assert [(item.field, item.kind) for item in items[1:]] == [
        ("standby", "message"), ("standby", "echo"), ("standby", "status"), ("standby", "status"),
    ]  # fmt: skip
    assert (await sim.get(f"/phone/chat?phone_number_id={NUMBER}&customer={MARIA}"))["owner"] == "other"
    await sim.switch(escalation_partner=False)
    status, answer = await sim.post(message(MARIA))
    assert (status, answer["error"]["code"]) == (400, 131070)
    for action, code in (("take", 2494191), ("pass", 131070), ("release", 131070)):
        status, answer = await control(sim, action)
        assert (status, answer["error"].get("error_subcode", answer["error"]["code"])) == (400, code)
    await sim.switch(escalation_partner=True)
    await sim.send(MARIA)
    taken = next(item for item in await told(business, 6) if item.value.get("type") == "control_taken")
    moved = handover(taken.value)
    assert moved is not None
    assert moved.new_app_id == "9000001"
    assert (await control(sim, "release"))[0] == 200
    await sim.write()
    await business.until(lambda: any("messages" in value for value in business.values))


async def test_a_chat_is_nobodys_after_a_day_without_the_customer(sim: Simulator, business: Business) -> None:
    await sim.control("handovers", {"phone_number_id": NUMBER, "from": MARIA, "to": "other"})
    await sim.write()
    await sim.control("clock", {"advance": 86_401})
    await sim.write()
    await business.until(lambda: any("messages" in value for value in business.values))
    answer = await sim.http.post("/control/responder", json={"phone_number_id": NUMBER, "from": MARIA})
    assert answer.status == 409


async def control(sim: Simulator, action: str) -> tuple[int, dict[str, Any]]:
    body = {"messaging_product": "whatsapp", "action": action, "to": MARIA}
    return await sim.graph("POST", f"{NUMBER}/thread_control", json=body)


async def test_the_phones_address_book_is_told_whole_and_then_by_its_changes(
    bare: Simulator, business: Business
) -> None:
    assert (await bare.connect(business, coexistence=True)).status == 200
    await bare.http.post(f"/control/accounts/{NUMBER}/signup")
    body = {"messaging_product": "whatsapp", "sync_type": "smb_app_state_sync"}
    assert (await bare.graph("POST", f"{NUMBER}/smb_app_data", json=body))[0] == 200
    await told(business, 1)
    assert (await bare.graph("POST", f"{NUMBER}/smb_app_data", json=body))[1]["error"]["code"] == 2593107
    about = {"phone_number_id": NUMBER, "from": MARIA}
    await bare.control("address-book", about | {"action": "add", "name": "Maria da Padaria"})
    await bare.control("address-book", about | {"action": "remove"})
    entries = [found for item in await told(business, 3) if (found := book_entry(item.value))]
    assert {entry.person.name for entry in entries[:-2]} >= {"Maria Silva", "João Santos"}
    last = [(entry.person.phone, entry.person.name, entry.removed) for entry in entries[-2:]]
    assert sorted(last) == [(MARIA, "", True), (MARIA, "Maria da Padaria", False)]
    await bare.control("clock", {"advance": 86_401})
    late = body | {"sync_type": "history"}
    assert (await bare.graph("POST", f"{NUMBER}/smb_app_data", json=late))[1]["error"]["code"] == 2593108
