"""An agent's socket beside a sender of webhooks: how long until the agent hears of a message?"""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field

import aiohttp

from tests.load import bodies
from tests.load.installation import Installation

KIND = "messaging.MessageReceived"
WARM_UP = 2.0  # seconds of sending that aren't counted
PATIENCE = 10.0
CONTACTS = 200
_run = itertools.count(1)


@dataclass
class Latencies:
    """In seconds, of those that were counted; `seen` from the sending to the frame, `acknowledged` to the 200."""

    sent: int = 0
    seen: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return self.sent - len(self.seen)

    def ms(self, share: float) -> float:
        return _ms(self.seen, share)

    def acknowledged_ms(self, share: float) -> float:
        return _ms(self.acknowledged, share)


async def measure(
    installation: Installation, *, socket_port: int, door_port: int, rate: float, seconds: float
) -> Latencies:
    protocols = ("bearer", await asyncio.to_thread(installation.token))
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{socket_port}/ws/v1/inbox/", protocols=protocols) as socket,
    ):
        hello = await socket.receive_json(timeout=PATIENCE)
        assert hello["type"] == "ready", hello
        sender = Sender(session, installation, f"http://127.0.0.1:{door_port}", f"run{next(_run)}")
        listening = asyncio.create_task(sender.listen(socket))
        await sender.send(rate=rate, seconds=seconds)
        await sender.finish(listening)
        return sender.found


class Sender:
    """Sends at a constant rate and knows its messages again by their text."""

    def __init__(self, session: aiohttp.ClientSession, installation: Installation, door: str, run: str) -> None:
        self.found = Latencies()
        self._session, self._installation, self._run = session, installation, run
        self._url = door + installation.webhook_path
        self._waiting: dict[str, tuple[float, bool]] = {}
        self._posts: set[asyncio.Task[None]] = set()

    async def send(self, *, rate: float, seconds: float) -> None:
        began = time.perf_counter()
        for n in range(round(rate * (seconds + WARM_UP))):
            await asyncio.sleep(began + n / rate - time.perf_counter())
            post = asyncio.create_task(self._post(n, counts=n / rate >= WARM_UP))
            self._posts.add(post)
            post.add_done_callback(self._posts.discard)

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            told = json.loads(frame.data)
            if told.get("kind") == KIND:
                mark = told["data"]["preview"].partition(" ")[0]
                since, counts = self._waiting.pop(mark, (0.0, False))
                if counts:
                    self.found.seen.append(time.perf_counter() - since)

    async def finish(self, listening: "asyncio.Task[None]") -> None:
        end = time.perf_counter() + PATIENCE
        while (self._waiting or self._posts) and time.perf_counter() < end and not listening.done():
            await asyncio.sleep(0.05)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    async def _post(self, n: int, *, counts: bool) -> None:
        mark = f"{self._run}.{n}"
        body = bodies.text_message(
            self._installation.number, wamid=f"wamid.{mark}", sender=bodies.phone(n % CONTACTS), text=f"{mark} "
        )
        headers = {"X-Hub-Signature-256": bodies.signature(body, self._installation.app.secret)}
        since = time.perf_counter()
        self._waiting[mark] = (since, counts)
        self.found.sent += counts
        async with self._session.post(self._url, data=body, headers=headers) as answer:
            assert answer.status == 200, answer.status
        if counts:
            self.found.acknowledged.append(time.perf_counter() - since)


def _ms(latencies: list[float], share: float) -> float:
    ordered = sorted(latencies) or [float("inf")]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000
