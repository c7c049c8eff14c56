"""The same seed, the same clock and the same script: the same webhooks, byte by byte."""

import re
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from apps.simulator.server import make_app
from apps.simulator.world import make_world
from tests.core.samples import PICTURE
from tests.simulator.conftest import MARIA, STRANGER, Business, Simulator

NOON = 1_800_000_000
SCRIPT = (
    {"text": {"body": "Oi"}},
    {"type": "location", "location": {"latitude": -23.5, "longitude": -46.6}},
    {"type": "order", "order": {"catalog_id": "9", "product_items": []}},
)


class Still(Simulator):
    """One whose clock only tests move."""

    def __init__(self, data: Path, seed: int) -> None:
        super().__init__(data)
        self._seed = seed

    async def start(self) -> None:
        self.world = make_world(self.data, seed=self._seed, at=NOON)
        self.http = TestClient(TestServer(make_app(self.world)))
        await self.http.start_server()


async def play(folder: Path, business: Business, seed: int) -> list[bytes]:
    """The script; the bodies that came."""
    folder.mkdir()
    sim = Still(folder / "simulator.sqlite3", seed)
    business.requests.clear()
    await sim.start()
    try:
        assert (await sim.connect(business)).status == 200
        await sim.switch(webhook_concurrency=1, duplicates=0.4, disorder=0.4, retry_delays=[1])
        business.answers += [500]  # the first one comes again
        for content in SCRIPT:
            await sim.write(MARIA, **content)
        picture = await sim.customer_file(PICTURE, "image/png", "pao.png")
        await sim.write(MARIA, type="image", image={"id": picture})
        for words in ("Olá", "#sim:reply Tudo bem", "#sim:rotate", "Tchau"):
            await sim.send(MARIA, words)
            await sim.send(STRANGER, words)
        for _ in range(80):
            await sim.control("clock", {"advance": 0.5})
            await business.until(
                lambda: not any(lane.ready or lane.running for lane in sim.world.courier._lanes.values())
            )
        assert sim.world.courier.pending() == 0
    finally:
        await sim.stop()
    # A server's port isn't the script's.
    return [re.sub(rb"127\.0\.0\.1:\d+", b"here", body) for body in business.bodies]


async def test_the_same_seed_is_the_same_run(tmp_path: Path, business: Business) -> None:
    first = await play(tmp_path / "first", business, 7)
    assert first == await play(tmp_path / "second", business, 7)
    assert len(first) > 25
    assert first != await play(tmp_path / "third", business, 8)
