"""Delivery: signature, retries, duplicates, disorder, outage, batches, restarts (whatsapp.md §3.1)."""

import asyncio
import hashlib
import hmac
import json

import pytest

from tests.simulator.conftest import MARIA, NUMBER, SECRET, STRANGER, VERIFY, Business, Simulator


def signed_by(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def test_the_handshake_is_made_when_a_number_is_set(bare: Simulator, business: Business) -> None:
    answer = await bare.connect(business)
    assert (answer.status, (await answer.json())["verified"]) == (200, True)
    [query] = business.handshakes
    assert query["hub.mode"] == "subscribe"
    assert query["hub.verify_token"] == VERIFY
    assert query["hub.challenge"].isdigit()


async def test_a_callback_that_refuses_is_refused_with_the_reason_and_tried_again(
    bare: Simulator, business: Business
) -> None:
    business.knows_the_token = False
    answer = await bare.connect(business)
    assert answer.status == 400
    error = (await answer.json())["error"]
    assert (error["code"], "403" in error["message"]) == ("handshake_failed", True)
    await bare.switch(status_delay=[0, 0])
    await bare.write()
    assert business.requests == []
    business.knows_the_token = True
    await business.until(lambda: business.messages)


async def test_a_number_can_be_set_before_its_callback_is_up(bare: Simulator, business: Business) -> None:
    business.knows_the_token = False
    answer = await bare.connect(business, verify=False)
    assert (answer.status, (await answer.json())["verified"]) == (200, False)
    await business.until(lambda: business.handshakes)
    business.knows_the_token = True
    await bare.write()
    await business.until(lambda: business.messages)


async def test_every_body_is_signed_over_its_exact_bytes_and_escaped(sim: Simulator, business: Business) -> None:
    await sim.write(text={"body": "olá 👍 a/b"})
    await business.until(lambda: business.requests)
    body, headers = business.requests[0]
    assert headers["X-Hub-Signature-256"] == signed_by(SECRET, body)
    assert headers["Content-Type"] == "application/json"
    assert body.isascii()
    assert rb"ol\u00e1 \ud83d\udc4d a\/b" in body
    assert json.loads(body)["object"] == "whatsapp_business_account"


async def test_the_signature_can_be_wrong_or_missing(sim: Simulator, business: Business) -> None:
    await sim.switch(signature="wrong")
    await sim.write()
    await business.until(lambda: len(business.requests) == 1)
    body, headers = business.requests[0]
    assert headers["X-Hub-Signature-256"] != signed_by(SECRET, body)
    await sim.switch(signature="missing")
    await sim.write()
    await business.until(lambda: len(business.requests) == 2)
    assert "X-Hub-Signature-256" not in business.requests[1][1]


async def test_whatever_is_not_200_is_retried_with_the_same_bytes(sim: Simulator, business: Business) -> None:
    business.answers = [500, 204, 403]
    await sim.write()
    await business.until(lambda: len(business.requests) == 4)
    await asyncio.sleep(0.3)
    assert len(business.requests) == 4
    assert len(set(business.bodies)) == 1
    assert len({headers["X-Hub-Signature-256"] for _, headers in business.requests}) == 1
    log = (await sim.get("/control/deliveries"))["deliveries"]
    assert [(attempt["attempt"], attempt["status"]) for attempt in log] == [(4, 200), (3, 403), (2, 204), (1, 500)]


async def test_a_time_out_is_retried_too(sim: Simulator, business: Business) -> None:
    await sim.switch(webhook_timeout=0.1)
    business.slow = 0.3
    await sim.write()
    await business.until(lambda: business.requests)
    business.slow = 0
    await business.until(lambda: len(business.requests) >= 2)
    assert len(set(business.bodies)) == 1


async def test_a_restarted_simulator_goes_on_with_what_was_undelivered(sim: Simulator, business: Business) -> None:
    await sim.switch(outage=True, pair_limit=False)
    sent = [await sim.send() for _ in range(3)]
    written = await sim.write()
    await sim.restart()
    assert business.requests == []
    await sim.switch(outage=False)
    await business.until(lambda: len(business.statuses) == 9 and len(business.messages) == 1)
    assert {status["id"] for status in business.statuses} == set(sent)
    assert business.messages[0]["id"] == written
    await business.until(lambda: sim.world.courier.pending() == 0)
    await sim.restart()
    await asyncio.sleep(0.1)
    assert len(business.requests) == 10, "what was delivered is not delivered again"


async def test_an_outage_holds_webhooks_and_lets_them_go_together(sim: Simulator, business: Business) -> None:
    await sim.switch(outage=True)
    await sim.write()
    await asyncio.sleep(0.1)
    assert business.requests == []
    await sim.switch(outage=False)
    await business.until(lambda: business.messages)


async def test_a_graph_outage_is_html_503(sim: Simulator) -> None:
    await sim.switch(graph_outage=True)
    answer = await sim.http.post(f"/v26.0/{NUMBER}/messages", json={})
    assert (answer.status, answer.content_type) == (503, "text/html")


async def test_duplicates_are_the_same_bytes_twice(sim: Simulator, business: Business) -> None:
    await sim.switch(duplicates=1)
    await sim.write()
    await business.until(lambda: len(business.requests) == 2)
    assert len(set(business.bodies)) == 1


async def test_disorder_changes_the_order(sim: Simulator, business: Business) -> None:
    await sim.switch(disorder=0.5)
    sent = [await sim.write(text={"body": str(place)}) for place in range(20)]
    await business.until(lambda: len(business.messages) == 20)
    arrived = [message["id"] for message in business.messages]
    assert arrived != sent
    assert sorted(arrived) == sorted(sent)


async def test_delay_holds_every_webhook_up(sim: Simulator, business: Business) -> None:
    await sim.switch(delay_ms=1000)
    await sim.write()
    await asyncio.sleep(0.2)
    assert business.requests == []
    await business.until(lambda: business.requests)


async def test_a_batch_carries_several_updates_and_is_retried_whole(sim: Simulator, business: Business) -> None:
    await sim.switch(batch=1000, outage=True)
    written = [await sim.write(f"5511{place:07d}77") for place in range(30)]
    business.answers = [500]
    await sim.switch(outage=False)
    await business.until(lambda: len(business.requests) == 1)
    await sim.restart()
    await business.until(lambda: len(business.requests) == 2)
    assert len(set(business.bodies)) == 1
    assert [message["id"] for message in business.messages[:30]] == written


async def test_statuses_can_come_before_the_answer(sim: Simulator, business: Business) -> None:
    await sim.switch(status_delay=[0, 0], response_delay=[2, 2])
    sending = asyncio.create_task(sim.send())
    await business.until(lambda: len(business.statuses) == 3)
    assert not sending.done()
    assert await sending == business.statuses[0]["id"]


async def test_statuses_can_be_switched_off(sim: Simulator, business: Business) -> None:
    await sim.switch(statuses=False)
    await sim.send()
    await asyncio.sleep(0.1)
    assert business.requests == []
    await sim.switch(statuses=True, read=False)
    wamid = await sim.send()
    await business.until(lambda: business.statuses_of(wamid) == ["sent", "delivered"])
    await asyncio.sleep(0.1)
    assert business.statuses_of(wamid) == ["sent", "delivered"]


async def test_a_waba_without_subscription_gets_nothing(sim: Simulator, business: Business) -> None:
    assert await sim.graph("DELETE", "1000001/subscribed_apps") == (200, {"success": True})
    await sim.write()
    await asyncio.sleep(0.1)
    assert business.requests == []
    assert (await sim.graph("POST", "1000001/subscribed_apps"))[0] == 200
    await business.until(lambda: business.messages)


async def test_any_webhook_can_be_sent_by_hand(sim: Simulator, business: Business) -> None:
    value = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}
    await sim.control("webhooks", {"phone_number_id": NUMBER, "field": "account_update", "value": value})
    await business.until(lambda: business.requests)
    change = json.loads(business.bodies[0])["entry"][0]["changes"][0]
    assert change == {"value": value, "field": "account_update"}


async def test_one_slow_number_does_not_hold_up_another(sim: Simulator, business: Business) -> None:
    other = Business()
    await other.server.start_server()
    other.may_answer.clear()
    await sim.connect(business, webhook_url=business.url)
    answer = await sim.http.put(
        "/control/numbers/2000002",
        json={
            "waba_id": "1000002",
            "display_phone_number": "+55 11 4002-0000",
            "access_token": "T2",
            "app_secret": "S2",
            "webhook_url": other.url,
            "verify_token": VERIFY,
        },
    )
    assert answer.status == 200
    acts = [{"phone_number_id": "2000002", "from": f"5511{place:07d}77", "text": {"body": "x"}} for place in range(100)]
    await sim.control("inbound", {"messages": acts})
    await sim.write()
    await business.until(lambda: business.messages)
    assert len(other.requests) < len(acts), "the slow one was still being waited for"
    other.may_answer.set()
    await other.server.close()


@pytest.mark.parametrize(
    ("ending", "code"),
    [("0026", 131026), ("0047", 131047), ("0049", 131049), ("0050", 131050), ("0472", 130472), ("0000", 131000)],
)
async def test_magic_recipients_fail_later(sim: Simulator, business: Business, ending: str, code: int) -> None:
    wamid = await sim.send(f"551199999{ending}")
    await business.until(lambda: business.statuses_of(wamid) == ["failed"])
    error = business.statuses[0]["errors"][0]
    assert error["code"] == code
    assert error["title"]
    assert error["error_data"]["details"]
    assert business.values[0]["contacts"] == [{"wa_id": f"551199999{ending}"}]


@pytest.mark.parametrize(("ending", "http", "code"), [("0429", 429, 130429), ("0056", 400, 131056)])
async def test_magic_recipients_refuse_once(sim: Simulator, ending: str, http: int, code: int) -> None:
    to = f"551199999{ending}"
    status, answer = await sim.post({"messaging_product": "whatsapp", "to": to, "text": {"body": "x"}})
    assert (status, answer["error"]["code"]) == (http, code)
    await sim.restart()
    assert await sim.send(to)
    assert await sim.send(to)


async def test_magic_503_accepts_nothing_and_says_html(sim: Simulator) -> None:
    body = {"messaging_product": "whatsapp", "to": "5511999990503", "text": {"body": "x"}}
    headers = {"Authorization": "Bearer EAAG-token"}
    answer = await sim.http.post(f"/v26.0/{NUMBER}/messages", json=body, headers=headers)
    assert (answer.status, answer.content_type) == (503, "text/html")
    assert (await sim.get("/control/ledger"))["count"] == 0
    await sim.switch(magic=False)
    assert await sim.send("5511999990503")


async def test_magic_504_hangs_and_delivers_anyway(sim: Simulator, business: Business) -> None:
    sending = asyncio.create_task(sim.send("5511999990504", biz_opaque_callback_data="attempt"))
    await business.until(lambda: len(business.statuses) == 3)
    assert not sending.done()
    assert business.statuses[0]["biz_opaque_callback_data"] == "attempt"
    assert (await sim.get("/control/ledger?opaque=attempt"))["count"] == 1
    sending.cancel()


@pytest.mark.parametrize(
    ("ending", "path"),
    [("0001", ["sent"]), ("0002", ["sent", "read"]), ("0003", ["sent", "failed", "delivered"])],
)
async def test_magic_recipients_take_other_paths(
    sim: Simulator, business: Business, ending: str, path: list[str]
) -> None:
    wamid = await sim.send(f"551199999{ending}")
    await business.until(lambda: len(business.statuses_of(wamid)) == len(path))
    await asyncio.sleep(0.05)
    times = {status["status"]: status["timestamp"] for status in business.statuses}
    assert sorted(business.statuses_of(wamid), key=lambda status: (times[status], path.index(status))) == path


async def test_people_of_the_phone_page_read_when_the_chat_is_opened(sim: Simulator, business: Business) -> None:
    await sim.write()
    wamid = await sim.send(MARIA)
    await business.until(lambda: business.statuses_of(wamid) == ["sent", "delivered"])
    assert await sim.control("read", {"phone_number_id": NUMBER, "from": MARIA}) == {"statuses": 1}
    await business.until(lambda: business.statuses_of(wamid) == ["sent", "delivered", "read"])
    assert await sim.control("read", {"phone_number_id": NUMBER, "from": MARIA}) == {"statuses": 0}
    await sim.http.patch(f"/control/customers/{MARIA}", json={"receipts": False})
    quiet = await sim.send(MARIA)
    await business.until(lambda: business.statuses_of(quiet) == ["sent", "delivered"])
    assert await sim.control("read", {"phone_number_id": NUMBER, "from": MARIA}) == {"statuses": 0}


async def test_a_fast_receiver_gets_thousands(sim: Simulator, business: Business) -> None:
    await sim.switch(throughput=0, pair_limit=False, batch=200)
    await asyncio.gather(*(sim.send(f"5511{place:07d}77") for place in range(300)))
    await business.until(lambda: len(business.statuses) == 900)
    assert len(business.requests) < 900
    assert STRANGER not in {status["recipient_id"] for status in business.statuses}
