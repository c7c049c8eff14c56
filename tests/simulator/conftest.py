"""A simulator on a free port, and a business that receives its webhooks."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient, TestServer

from apps.simulator.server import make_app
from apps.simulator.world import World, make_world

NUMBER, WABA, TOKEN, SECRET, VERIFY = "2000001", "1000001", "EAAG-token", "app-secret", "verify-me"
MARIA, STRANGER = "5511987654321", "16505550100"
FAST = {"status_delay": [0, 0.01], "retry_delays": [0.05, 0.1, 0.2]}


class Business:
    """The receiving side: a real HTTP server that keeps what comes, and answers as a test wishes."""

    def __init__(self) -> None:
        self.requests: list[tuple[bytes, dict[str, str]]] = []
        self.answers: list[int] = []
        self.handshakes: list[dict[str, str]] = []
        self.knows_the_token = True
        self.slow = 0.0
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        app = web.Application()
        app.router.add_get("/webhook", self._shake)
        app.router.add_post("/webhook", self._take)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self.server.make_url("/webhook"))

    @property
    def bodies(self) -> list[bytes]:
        return [body for body, _ in self.requests]

    @property
    def values(self) -> list[dict[str, Any]]:
        """The value of each change that came, in order."""
        entries = [entry for body in self.bodies for entry in json.loads(body)["entry"]]
        return [change["value"] for entry in entries for change in entry["changes"]]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        return [status for value in self.values for status in value.get("statuses", [])]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [message for value in self.values for message in value.get("messages", [])]

    def statuses_of(self, wamid: str) -> list[str]:
        return [status["status"] for status in self.statuses if status["id"] == wamid]

    async def until(self, happened: Callable[[], Any], seconds: float = 30) -> Any:
        """Wait until something is true."""
        async with asyncio.timeout(seconds):
            while not (found := happened()):
                await asyncio.sleep(0.005)
        return found

    async def _shake(self, request: web.Request) -> web.Response:
        self.handshakes.append(dict(request.query))
        if not self.knows_the_token or request.query.get("hub.verify_token") != VERIFY:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def _take(self, request: web.Request) -> web.Response:
        self.requests.append((await request.read(), dict(request.headers)))
        status = self.answers.pop(0) if self.answers else 200
        await asyncio.sleep(self.slow)
        await self.may_answer.wait()
        return web.Response(status=status)


class Simulator:
    """The simulator's application under test, with the calls that tests make."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.world: World
        self.http: TestClient[web.Request, web.Application]

    async def start(self) -> None:
        self.world = make_world(self.data, seed=7)
        self.http = TestClient(TestServer(make_app(self.world)))
        await self.http.start_server()

    async def stop(self) -> None:
        await self.http.close()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def connect(self, business: Business, **changes: Any) -> ClientResponse:
        """Set the demo number up with this business behind it."""
        config = {
            "waba_id": WABA,
            "display_phone_number": "+55 11 4002-8922",
            "verified_name": "Café Aurora",
            "access_token": TOKEN,
            "app_id": "9000001",
            "app_secret": SECRET,
            "webhook_url": business.url,
            "verify_token": VERIFY,
        }
        return await self.http.put(f"/control/numbers/{NUMBER}", json=config | changes)

    async def switch(self, **switches: Any) -> None:
        answer = await self.http.patch("/control/switches", json=switches)
        assert answer.status == 200, await answer.text()

    async def control(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.http.post(f"/control/{path}", json=body)
        assert answer.status in (200, 201), await answer.text()
        return dict(await answer.json())

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self.http.get(path)
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())

    async def post(self, body: Any, *, token: str = TOKEN, number: str = NUMBER) -> tuple[int, dict[str, Any]]:
        """POST to /messages; the status and the JSON."""
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.http.post(f"/v26.0/{number}/messages", json=body, headers=headers)
        return answer.status, await answer.json(content_type=None)

    async def send(self, to: str = STRANGER, words: str = "Olá", **more: Any) -> str:
        """Send a text as the business; its wamid."""
        status, answer = await self.post(message(to, words, **more))
        assert status == 200, answer
        return str(answer["messages"][0]["id"])

    async def graph(self, method: str, path: str, **options: Any) -> tuple[int, dict[str, Any]]:
        """Any other Graph call with the number's token."""
        headers = {"Authorization": f"Bearer {TOKEN}"} | options.pop("headers", {})
        answer = await self.http.request(method, f"/v26.0/{path}", headers=headers, **options)
        return answer.status, await answer.json(content_type=None)

    async def upload(
        self, content: bytes, mime: str, name: str = "file", product: str = "whatsapp"
    ) -> tuple[int, dict[str, Any]]:
        form = FormData()
        form.add_field("messaging_product", product)
        form.add_field("type", mime)
        form.add_field("file", content, filename=name, content_type=mime)
        return await self.graph("POST", f"{NUMBER}/media", data=form)

    async def customer_file(self, content: bytes, mime: str, name: str) -> str:
        form = FormData()
        form.add_field("file", content, filename=name, content_type=mime)
        answer = await self.http.post(f"/phone/media?phone_number_id={NUMBER}", data=form)
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["id"])

    async def write(self, customer: str = MARIA, **content: Any) -> str:
        """A customer writes; the wamid."""
        content = content or {"text": {"body": "Oi"}}
        return str((await self.control("inbound", {"phone_number_id": NUMBER, "from": customer} | content))["wamid"])


def message(to: str = STRANGER, words: str = "Olá", **more: Any) -> dict[str, Any]:
    """A send request for a text, or for what `more` says."""
    body: dict[str, Any] = {"messaging_product": "whatsapp", "to": to}
    if "type" not in more:
        body |= {"type": "text", "text": {"body": words}}
    return body | more


@pytest_asyncio.fixture
async def business() -> AsyncIterator[Business]:
    business = Business()
    await business.server.start_server()
    yield business
    await business.server.close()


@pytest_asyncio.fixture
async def bare(tmp_path: Path, business: Business) -> AsyncIterator[Simulator]:
    """A simulator without a number; it stops before the business does."""
    simulator = Simulator(tmp_path / "simulator.sqlite3")
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture
async def sim(bare: Simulator, business: Business) -> Simulator:
    """A simulator with the demo number wired to the business, and no long waits."""
    assert (await bare.connect(business)).status == 200
    await bare.switch(**FAST)
    return bare


@pytest.fixture(autouse=True)
def _not_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTAKE_ENV", raising=False)
