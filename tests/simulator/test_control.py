"""The control API, the doors that stay shut, and the page."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientTimeout

from tests.simulator.conftest import MARIA, NUMBER, SECRET, TOKEN, VERIFY, Business, Simulator


async def test_setting_a_number_again_changes_nothing(sim: Simulator, business: Business) -> None:
    first = (await sim.get("/control/state"))["numbers"]
    assert (await sim.connect(business)).status == 200
    assert (await sim.get("/control/state"))["numbers"] == first
    changed = await sim.http.put(f"/control/numbers/{NUMBER}", json={"verified_name": "Outro"})
    assert (changed.status, (await changed.json())["verified_name"]) == (200, "Outro")


async def test_secrets_are_not_shown(sim: Simulator) -> None:
    text = await (await sim.http.get("/control/state")).text()
    assert not any(secret in text for secret in (TOKEN, SECRET, VERIFY))


@pytest.mark.parametrize(
    "body",
    [{}, {"waba_id": "1"}, {"colour": "red"}, {"waba_id": 1}],
)
async def test_an_incomplete_number_is_refused(bare: Simulator, body: dict[str, Any]) -> None:
    answer = await bare.http.put(f"/control/numbers/{NUMBER}", json=body)
    assert answer.status == 400
    assert (await answer.json())["error"]["code"] == "bad_number"


async def test_a_deleted_number_is_gone(sim: Simulator) -> None:
    assert (await sim.http.delete(f"/control/numbers/{NUMBER}")).status == 204
    assert (await sim.post({}))[1]["error"]["code"] == 190
    assert (await sim.http.get(f"/control/numbers/{NUMBER}")).status == 404


@pytest.mark.parametrize(
    "wanted",
    [{"colour": 1}, {"duplicates": 2}, {"delay_ms": -1}, {"outage": 1}, {"status_delay": [2, 1]}, {"signature": "odd"}],
)
async def test_a_bad_switch_changes_nothing(sim: Simulator, wanted: dict[str, Any]) -> None:
    before = (await sim.get("/control/state"))["switches"]
    answer = await sim.http.patch("/control/switches", json={"read": False} | wanted)
    assert (answer.status, (await answer.json())["error"]["code"]) == (400, "bad_switch")
    assert (await sim.get("/control/state"))["switches"] == before


async def test_switches_and_the_clock_survive_a_restart_and_a_reset_puts_them_back(sim: Simulator) -> None:
    await sim.switch(duplicates=0.5, throughput=0, enforce_window=True)
    await sim.control("clock", {"advance": 3600})
    await sim.restart()
    state = await sim.get("/control/state")
    assert (state["switches"]["duplicates"], state["switches"]["enforce_window"]) == (0.5, "all")
    assert state["clock"]["offset"] == 3600
    await sim.write()
    await sim.control("reset", {})
    state = await sim.get("/control/state")
    assert state["switches"]["duplicates"] == 0
    assert state["switches"]["throughput"] is None
    assert state["clock"]["offset"] == 0
    assert state["messages"] == {"inbound": 0, "outbound": 0}
    assert [number["phone_number_id"] for number in state["numbers"]] == [NUMBER]


async def test_customers_are_added_and_changed(sim: Simulator) -> None:
    added = await sim.control("customers", {"name": "Rita", "phone": "+55 (81) 98888-1234"})
    assert (added["phone"], added["wa_id"], added["listed"]) == ("5581988881234", "5581988881234", True)
    people = (await sim.get(f"/phone/people?phone_number_id={NUMBER}"))["people"]
    assert {"Rita", "Maria Silva"} <= {person["name"] for person in people}
    for bad in ({"name": "X", "phone": "abc"}, {"phone": "5581988881234", "identity": "odd"}, {"name": "no phone"}):
        assert (await sim.http.post("/control/customers", json=bad)).status == 400
    await sim.restart()
    people = (await sim.get(f"/phone/people?phone_number_id={NUMBER}"))["people"]
    assert "Rita" in {person["name"] for person in people}


async def test_the_list_of_people_has_previews_and_unread_counts(sim: Simulator, business: Business) -> None:
    await sim.write()
    wamid = await sim.send(MARIA, "Bom dia")
    await business.until(lambda: "delivered" in business.statuses_of(wamid))
    first = (await sim.get(f"/phone/people?phone_number_id={NUMBER}"))["people"][0]
    assert (first["phone"], first["unread"], first["last"]["mine"]) == (MARIA, 1, False)
    await sim.control("read", {"phone_number_id": NUMBER, "from": MARIA})
    assert (await sim.get(f"/phone/people?phone_number_id={NUMBER}"))["people"][0]["unread"] == 0


async def test_many_customers_write_in_one_call(sim: Simulator, business: Business) -> None:
    acts = [{"phone_number_id": NUMBER, "from": f"5511{place:07d}77", "text": {"body": "x"}} for place in range(200)]
    answer = await sim.control("inbound", {"messages": acts})
    assert len(set(answer["wamids"])) == 200
    await business.until(lambda: len(business.messages) == 200)
    page = await sim.get(f"/control/inbound?from=5511{3:07d}77")
    assert page["count"] == 1
    assert page["messages"][0]["webhooks"][0]["webhook"] == "done"


async def test_the_phone_hears_at_once(sim: Simulator, business: Business) -> None:
    answer = await sim.http.get("/phone/events", timeout=ClientTimeout(total=5))
    await answer.content.readline()
    await sim.write()
    line = b""
    while not line.startswith(b"data:"):
        line = await answer.content.readline()
    assert MARIA.encode() in line
    answer.close()


async def test_the_page_and_its_files_are_served_without_foreign_sources(sim: Simulator) -> None:
    page = await sim.http.get("/")
    text = await page.text()
    assert page.status == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert (await sim.http.get("/favicon.ico")).status == 200
    assert (await sim.http.get("/page/main.js")).status == 200


async def test_foreign_sites_and_names_are_turned_away(sim: Simulator) -> None:
    body = {"phone_number_id": NUMBER, "from": MARIA, "text": {"body": "x"}}
    answer = await sim.http.post("/control/inbound", json=body, headers={"Origin": "https://evil.test"})
    assert answer.status == 403
    assert (await sim.http.get("/control/state", headers={"Host": "evil.test:8001"})).status == 403


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "apps.simulator", *arguments],
        env={**os.environ, **environment},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_it_refuses_production_and_the_open_network(tmp_path: Path) -> None:
    data = f"--data={tmp_path / 's.sqlite3'}"
    refused = start(data, "--port=0", PYTAKE_ENV="production")
    assert (refused.returncode, "production" in refused.stderr) == (2, True)
    refused = start(data, "--port=0", "--host=0.0.0.0")
    assert (refused.returncode, "loopback" in refused.stderr) == (2, True)


async def test_a_killed_process_has_lost_nothing_that_it_acknowledged(
    tmp_path: Path, business: Business, unused_tcp_port: int
) -> None:
    """SIGKILL in the middle of sends: what got an answer is in the ledger, and its statuses still come."""

    base, data = f"http://127.0.0.1:{unused_tcp_port}", tmp_path / "s.sqlite3"

    async def process() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "apps.simulator",
            f"--port={unused_tcp_port}",
            f"--data={data}",
            cwd=Path(__file__).parents[2],
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def up(http: aiohttp.ClientSession) -> None:
        async with asyncio.timeout(20):
            while True:
                try:
                    async with http.get(f"{base}/control/state") as answer:
                        await answer.read()
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    config = {
        "waba_id": "1",
        "display_phone_number": "+55 11 4002-8922",
        "access_token": TOKEN,
        "app_secret": SECRET,
        "webhook_url": business.url,
        "verify_token": VERIFY,
    }
    acknowledged: list[str] = []
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as http:
        running = await process()
        await up(http)
        async with http.put(f"{base}/control/numbers/{NUMBER}", json=config) as answer:
            assert answer.status == 200, await answer.text()
        async with http.patch(f"{base}/control/switches", json={"throughput": 0, "status_delay": [0.2, 0.5]}) as answer:
            assert answer.status == 200

        async def send(place: int) -> None:
            body = {"messaging_product": "whatsapp", "to": f"5511{place:07d}77", "text": {"body": "x"}}
            async with http.post(f"{base}/v26.0/{NUMBER}/messages", json=body) as answer:
                acknowledged.append((await answer.json())["messages"][0]["id"])
            if len(acknowledged) == 150:
                running.kill()

        await asyncio.gather(*(send(place) for place in range(300)), return_exceptions=True)
        await running.wait()
        assert 150 <= len(acknowledged) <= 300
        running = await process()
        try:
            await up(http)
            async with http.get(f"{base}/control/ledger?limit=1000") as answer:
                kept = {entry["wamid"] for entry in (await answer.json())["messages"]}
            assert set(acknowledged) <= kept
            await business.until(
                lambda: all("delivered" in business.statuses_of(wamid) for wamid in acknowledged), seconds=20
            )
        finally:
            running.terminate()
            await running.wait()
    assert running.returncode == 0
