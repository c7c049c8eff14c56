"""The phone page and what only it needs; everything it does goes through the control API."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import BodyPartReader, web

from apps.simulator import listing
from apps.simulator.control import Refused
from apps.simulator.errors import GraphError
from apps.simulator.graph import WORLD
from apps.simulator.media import Media, plain_mime
from apps.simulator.voice import NotOpus, ogg_of_webm
from apps.simulator.world import World

PAGE = Path(__file__).parent / "page"
KEEP_ALIVE_SECONDS = 15

_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def routes() -> list[web.AbstractRouteDef]:
    """The page, its files and its reads."""
    return [
        web.get("/", index),
        web.get("/favicon.ico", favicon),
        web.static("/page", PAGE),
        web.get("/phone/people", people),
        web.get("/phone/chat", chat),
        web.get("/phone/events", events),
        web.post("/phone/media", upload),
        web.get("/phone/media/{media}", media),
    ]


async def index(request: web.Request) -> web.StreamResponse:
    """The phone."""
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", "Referrer-Policy": "no-referrer"}
    return web.FileResponse(PAGE / "index.html", headers=headers)


async def favicon(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "icon.svg", headers={"Content-Type": "image/svg+xml"})


async def people(request: web.Request) -> web.StreamResponse:
    """GET ?phone_number_id=: everybody with a chat or a place on the page."""
    return web.json_response({"people": listing.people(request.app[WORLD], request.query.get("phone_number_id", ""))})


async def chat(request: web.Request) -> web.StreamResponse:
    """GET ?phone_number_id=&customer=: one chat."""
    world = request.app[WORLD]
    customer = world.customers.person(request.query.get("customer", ""))
    number, now = request.query.get("phone_number_id", ""), world.clock.now()
    messages, owner = listing.chat(world, number, customer), world.threads.owner(number, customer.phone, now)
    return web.json_response({"customer": customer.as_json(), "messages": messages, "owner": owner, "now": now})


async def events(request: web.Request) -> web.StreamResponse:
    """GET: server-sent hints that something changed."""
    hub = request.app[WORLD].hub
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await answer.prepare(request)
    page = hub.join()
    with contextlib.suppress(ConnectionError):
        try:
            await answer.write(b"retry: 1000\n\n")
            while (hint := await _next(page)) is not None:
                await answer.write(hint)
        finally:
            hub.leave(page)
    return answer


async def upload(request: web.Request) -> web.StreamResponse:
    """POST multipart `phone_number_id`, `file`: a customer's file, for a message that will name its id."""
    world = request.app[WORLD]
    number = request.query.get("phone_number_id", "")
    if world.numbers.get(number) is None or not request.content_type.startswith("multipart/"):
        raise Refused("bad_upload", "phone_number_id or the file is missing.")
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "file":
            try:
                stored = await _stored(world, number, part)
            except (GraphError, NotOpus) as refusal:
                raise Refused("bad_upload", getattr(refusal, "details", "") or str(refusal)) from refusal
            await world.ledger.committed()
            return web.json_response({"id": stored.id, "mime_type": stored.mime_type}, status=201)
    raise Refused("bad_upload", "The file is missing.")


async def media(request: web.Request) -> web.StreamResponse:
    """GET: a file of a chat, for the page; never as something that a browser would run."""
    store = request.app[WORLD].media
    found = store.get(request.match_info["media"])
    if found is None:
        raise Refused("not_found", "There is no such file.", 404)
    headers = {
        "Content-Type": found.mime_type,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=86400",
    }
    return web.FileResponse(store.path(found.id), headers=headers)


async def _stored(world: World, phone_number_id: str, part: BodyPartReader) -> Media:
    """Keep the file; a recorded voice comes out of WebM, which WhatsApp doesn't know, into Ogg."""
    name = part.filename or ""
    mime, chunks = plain_mime(part.headers.get("Content-Type", ""), name), _chunks(part)
    if mime == "audio/webm":
        sound = await asyncio.to_thread(ogg_of_webm, b"".join([chunk async for chunk in chunks]))
        mime, chunks, name = "audio/ogg", _once(sound), name.replace(".webm", ".ogg")
    return await world.media.store(
        chunks,
        phone_number_id=phone_number_id,
        mime_type="audio/ogg; codecs=opus" if mime == "audio/ogg" else mime,
        filename=name,
        origin="inbound",
    )


async def _next(page: asyncio.Queue[str | None]) -> bytes | None:
    try:
        hint = await asyncio.wait_for(page.get(), KEEP_ALIVE_SECONDS)
    except TimeoutError:
        return b": still here\n\n"
    return None if hint is None else f"data: {hint}\n\n".encode()


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(65536):
        yield chunk


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
