"""Media of the business (whatsapp.md §7)."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.simulator.conftest import MARIA, NUMBER, STRANGER, TOKEN, Business, Simulator, message
from tests.simulator.test_customers import PNG


async def test_a_file_goes_up_and_comes_down(sim: Simulator, business: Business) -> None:
    status, answer = await sim.upload(PNG, "image/png", "foto.png")
    assert (status, answer["id"].isdigit()) == (200, True)
    status, described = await sim.graph("GET", answer["id"])
    assert described["mime_type"] == "image/png"
    assert described["file_size"] == str(len(PNG))
    path = "/" + described["url"].split("/", 3)[3]
    assert (await sim.http.get(path)).status == 401
    assert (await sim.http.get(path, headers={"Authorization": "Bearer other"})).status == 401
    download = await sim.http.get(path, headers={"Authorization": f"Bearer {TOKEN}"})
    assert (await download.read(), download.content_type) == (PNG, "image/png")
    wamid = (await sim.post(message(type="image", image={"id": answer["id"], "caption": "oi"})))[1]["messages"][0]["id"]
    await business.until(lambda: "delivered" in business.statuses_of(wamid))
    [bubble] = (await sim.get(f"/phone/chat?phone_number_id={NUMBER}&customer={STRANGER}"))["messages"]
    assert await (await sim.http.get(bubble["media"]["url"])).read() == PNG
    await sim.control("clock", {"advance": 301})
    assert (await sim.http.get(path, headers={"Authorization": f"Bearer {TOKEN}"})).status == 404
    assert await sim.graph("DELETE", answer["id"]) == (200, {"success": True})
    assert (await sim.graph("GET", answer["id"]))[1]["error"]["error_subcode"] == 33
    assert (await sim.post(message(type="image", image={"id": answer["id"]})))[1]["error"]["code"] == 100


async def test_an_uploaded_file_lives_thirty_days(sim: Simulator) -> None:
    _, answer = await sim.upload(PNG, "image/png")
    await sim.control("clock", {"advance": 30 * 86400 + 1})
    assert (await sim.graph("GET", answer["id"]))[0] == 400


@pytest.mark.parametrize(
    ("content", "mime", "code"),
    [
        (b"BM", "image/bmp", 100),
        (b"x" * (5 * 1024 * 1024 + 1), "image/jpeg", 131053),
        (b"RIFF0000WEBP" + b"x" * 512_001, "image/webp", 131053),
        (b"", "image/png", 100),
    ],
)
async def test_wrong_types_and_sizes_are_refused(sim: Simulator, content: bytes, mime: str, code: int) -> None:
    status, answer = await sim.upload(content, mime)
    assert (status, answer["error"]["code"]) == (400, code)
    assert len(list(sim.data.with_suffix(".media").iterdir())) == 0


async def test_the_upload_needs_its_parameters(sim: Simulator) -> None:
    status, answer = await sim.upload(PNG, "image/png", product="")
    assert (status, answer["error"]["code"]) == (400, 100)
    status, answer = await sim.graph("POST", f"{NUMBER}/media", json={})
    assert (status, answer["error"]["code"]) == (400, 100)


async def test_a_file_that_is_not_what_it_says_fails_later(sim: Simulator, business: Business) -> None:
    _, answer = await sim.upload(PNG, "image/jpeg")
    status, sent = await sim.post(message(type="image", image={"id": answer["id"]}))
    assert status == 200
    await business.until(lambda: business.statuses_of(sent["messages"][0]["id"]) == ["failed"])
    assert business.statuses[0]["errors"][0]["code"] == 131053


@pytest_asyncio.fixture
async def site() -> AsyncIterator[TestServer]:
    """A web site with one picture."""
    asked: list[str] = []

    async def picture(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=PNG, content_type="image/png")

    app = web.Application()
    app.router.add_get("/foto.png", picture)
    server = TestServer(app)
    await server.start_server()
    server.asked = asked  # type: ignore[attr-defined]
    yield server
    await server.close()


async def test_a_link_is_fetched_once_in_ten_minutes(sim: Simulator, business: Business, site: TestServer) -> None:
    await sim.write()
    for _ in range(2):
        body = message(MARIA, type="image", image={"link": str(site.make_url("/foto.png"))})
        wamid = (await sim.post(body))[1]["messages"][0]["id"]
        await business.until(lambda: "delivered" in business.statuses_of(wamid))  # noqa: B023
    assert site.asked == ["/foto.png"]  # type: ignore[attr-defined]
    bubbles = (await sim.get(f"/phone/chat?phone_number_id={NUMBER}&customer={MARIA}"))["messages"]
    assert await (await sim.http.get(bubbles[-1]["media"]["url"])).read() == PNG


async def test_a_link_that_leads_nowhere_fails_later(sim: Simulator, business: Business, site: TestServer) -> None:
    body = message(type="image", image={"link": str(site.make_url("/nothing.png"))})
    status, sent = await sim.post(body)
    assert status == 200
    await business.until(lambda: business.statuses_of(sent["messages"][0]["id"]) == ["failed"])
    assert business.statuses[0]["errors"][0]["code"] == 131053
