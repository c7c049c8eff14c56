"""A burst of customers' pictures: how soon all are stored, and how long texts wait meanwhile."""

import argparse
import asyncio
import json
import os
import tempfile
import time
import urllib.request
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import django

django.setup()

from PIL import Image  # noqa: E402

from tests.load import bodies, machine, processes  # noqa: E402
from tests.load.installation import Installation, ask, durability, prepare  # noqa: E402
from tests.load.machine import say, wait_until_calm  # noqa: E402
from tests.load.send import AT_ONCE, control, wire  # noqa: E402
from tests.load.sockets import Latencies, measure  # noqa: E402

GOALS = {"stored_within_s": "<= 20", "p95_ms": "< 2 idle_p95_ms"}
LONGEST = 120.0
SIZE = 300_000
BEFORE_THE_BURST = 5.0  # seconds of texts alone, the first two of which aren't counted
READY = "SELECT count(*) FROM whatsapp_media WHERE state = 'ready'"
UNSEEN = "SELECT count(*) FROM whatsapp_media WHERE look_at IS NOT NULL"


def main() -> None:
    options = _parse()
    installation = prepare()
    found: dict[str, Any] = {"bench": "media", "machine": machine.describe(), "postgres": durability()}
    with (
        tempfile.TemporaryDirectory() as folder,
        processes.web() as web,
        processes.ingest() as door,
        processes.simulator(Path(folder)) as simulator,
        processes.worker("bench-drain", "-Q", "drain", "-c", "2", "-B", "-s", f"{folder}/beat"),
        processes.worker("bench-slow", "-Q", "slow", "-c", "1"),
    ):
        wire(installation, simulator, door)
        control(simulator, "PATCH", "switches", AT_ONCE)
        ids = _laid(installation, simulator, options.pictures)
        busy = wait_until_calm(f"{options.rate:g} texts a second alone", patience=options.patience)
        alone = asyncio.run(
            measure(installation, socket_port=web, door_port=door, rate=options.rate, seconds=options.seconds)
        )
        say(f"  p95 {alone.ms(0.95):.0f} ms\nThe same beside {len(ids)} pictures at once …")
        beside, stored, looked_at = asyncio.run(_beside(installation, web, door, ids, options))
        say(f"  p95 {beside.ms(0.95):.0f} ms, all stored after {stored:.1f} s, looked at after {looked_at:.1f} s")
    found |= {
        "pictures": options.pictures,
        "picture_bytes": SIZE,
        "stored": ask(READY),
        "stored_within_s": round(stored, 2),
        "looked_at_within_s": round(looked_at, 2),
        "rate": options.rate,
        "lost": alone.lost + beside.lost,
        "idle_p95_ms": round(alone.ms(0.95), 1),
        "p95_ms": round(beside.ms(0.95), 1),
        "idle_p50_ms": round(alone.ms(0.5), 1),
        "p50_ms": round(beside.ms(0.5), 1),
        "busy_before": busy,
        "goals": GOALS,
    }
    found["goals_missed"] = _missed(found)
    found["goals_met"] = not found["goals_missed"]
    print(json.dumps(found))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench media", description=__doc__)
    parser.add_argument("--pictures", type=int, default=200, help="in the burst (200)")
    parser.add_argument("--rate", type=float, default=20, help="texts a second beside them (20)")
    parser.add_argument("--seconds", type=float, default=25, help="of sending texts (25)")
    parser.add_argument("--patience", type=float, default=30, help="seconds to wait for a calm machine (30)")
    return parser.parse_args()


def _missed(found: dict[str, Any]) -> list[str]:
    met = {
        "stored_within_s": found["stored_within_s"] <= 20,
        "p95_ms": found["p95_ms"] < 2 * found["idle_p95_ms"],
        "complete": found["stored"] == found["pictures"] and not found["lost"],
    }
    return [name for name, is_met in met.items() if not is_met]


def _laid(installation: Installation, simulator: int, pictures: int) -> list[str]:
    """Their ids at WhatsApp. No two are equal, so that each is fetched and kept for itself."""
    say(f"Laying {pictures} pictures at WhatsApp …")
    picture = _photo()
    return [_lay(installation, simulator, picture + os.urandom(SIZE - len(picture))) for _ in range(pictures)]


def _photo() -> bytes:
    """A photo as phones take it, a little below the size."""
    scene = Image.effect_noise((1600, 1200), 40).convert("RGB")
    for quality in range(75, 4, -5):
        written = BytesIO()
        scene.save(written, "JPEG", quality=quality)
        if written.tell() < SIZE - 64:
            break
    return written.getvalue()


def _lay(installation: Installation, simulator: int, content: bytes) -> str:
    number, edge = installation.number, uuid4().hex
    fields = {"messaging_product": "whatsapp", "type": "image/jpeg"}
    lines = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    lines.append(
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    body = "".join(lines).encode() + content + f"\r\n--{edge}--\r\n".encode()
    headers = {
        "Authorization": f"Bearer {number.access_token}",
        "Content-Type": f"multipart/form-data; boundary={edge}",
    }
    url = f"http://127.0.0.1:{simulator}/v26.0/{number.phone_number_id}/media"
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
        return str(json.loads(answer.read())["id"])


async def _beside(
    installation: Installation, web: int, door: int, ids: list[str], options: argparse.Namespace
) -> tuple[Latencies, float, float]:
    """The texts' latencies; seconds from the burst until all pictures are stored, and until all are looked at."""
    texts = asyncio.create_task(
        measure(installation, socket_port=web, door_port=door, rate=options.rate, seconds=options.seconds)
    )
    await asyncio.sleep(BEFORE_THE_BURST)
    began = time.monotonic()
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{door}{installation.webhook_path}"
        await asyncio.gather(*(_post(session, url, installation, media_id) for media_id in ids))
    stored = await _until(began, lambda: ask(READY) >= len(ids))
    looked_at = await _until(began, lambda: not ask(UNSEEN))
    return await texts, stored, looked_at


async def _post(session: aiohttp.ClientSession, url: str, installation: Installation, media_id: str) -> None:
    body = bodies.picture(installation.number, wamid=f"wamid.{media_id}", sender=bodies.phone(500), media_id=media_id)
    headers = {"X-Hub-Signature-256": bodies.signature(body, installation.app.secret)}
    async with session.post(url, data=body, headers=headers) as answer:
        assert answer.status == 200, answer.status


async def _until(began: float, done: Any) -> float:
    while not await asyncio.to_thread(done):
        if time.monotonic() > began + LONGEST:
            raise RuntimeError(f"not done after {LONGEST:.0f} s")
        await asyncio.sleep(0.2)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
