"""Resumable uploads: samples of templates, profile pictures (whatsapp.md §7)."""

import hashlib
import json
import secrets
from typing import Any

from aiohttp import web

from apps.simulator import graph
from apps.simulator.errors import GraphError, no_such_object
from apps.simulator.world import World

MOST_BYTES = 110 * 1024**2
_KEY = "upload:"


def routes() -> list[web.RouteDef]:
    """`POST /{app}/uploads` begins one; `POST /upload:…` brings its bytes, `GET` says how many there are."""
    at = graph.AT
    return [
        web.get(at + "/app", own_app),
        web.post(at + "/{app}/uploads", begin),
        web.post(at + "/{session:upload:[^/]+}", bring),
        web.get(at + "/{session:upload:[^/]+}", offset),
    ]


async def own_app(request: web.Request) -> web.StreamResponse:
    """GET /app: the app that the token belongs to."""
    number = graph.numbers_of(request)[0]
    return web.json_response({"id": number.app_id, "name": "PyTake"})


async def begin(request: web.Request) -> web.StreamResponse:
    """POST /{app}/uploads?file_name&file_length&file_type."""
    wanted = request.match_info["app"]
    if wanted not in [number.app_id for number in graph.numbers_of(request)]:
        raise no_such_object(wanted, "post")
    given = await graph.parameters_of(request)
    length, mime = str(given.get("file_length", "")), str(given.get("file_type", ""))
    if not length.isdigit() or not 0 < int(length) <= MOST_BYTES or "/" not in mime:
        raise GraphError(100, message="(#100) The parameters file_length and file_type are required.")
    session = secrets.token_urlsafe(24)
    _keep(request.app[graph.WORLD], session, {"length": int(length), "mime": mime, "got": 0, "handle": ""})
    return web.json_response({"id": f"upload:{session}"})


async def bring(request: web.Request) -> web.StreamResponse:
    """POST /upload:…: the bytes from `file_offset` on. Half of a file can be gone on with, though none is kept."""
    graph.numbers_of(request)
    world, session = request.app[graph.WORLD], request.match_info["session"].removeprefix(_KEY)
    known = _known(world, session)
    if request.headers.get("file_offset", "") != str(known["got"]):
        raise GraphError(100, message=f"(#100) file_offset must be {known['got']}.")
    content = await request.read()
    known["got"] += len(content)
    if known["got"] > known["length"]:
        raise GraphError(100, message="(#100) The file is longer than its file_length.")
    if known["got"] < known["length"]:
        _keep(world, session, known)
        return web.json_response({"id": f"upload:{session}", "file_offset": known["got"]})
    known["handle"] = f"4::{hashlib.sha256(session.encode()).hexdigest()[:32]}"
    _keep(world, session, known)
    world.ledger.keep_note(f"handle {known['handle']}", str(known["mime"]))
    await world.ledger.committed()
    return web.json_response({"h": known["handle"]})


async def offset(request: web.Request) -> web.StreamResponse:
    """GET /upload:…: where to go on."""
    graph.numbers_of(request)
    session = request.match_info["session"].removeprefix(_KEY)
    known = _known(request.app[graph.WORLD], session)
    return web.json_response({"id": f"upload:{session}", "file_offset": known["got"]})


def mime_of(world: World, handle: Any) -> str | None:
    """The type of an uploaded file; None for a handle that was never given."""
    return world.ledger.note(f"handle {handle}") if isinstance(handle, str) else None


def _keep(world: World, session: str, known: dict[str, Any]) -> None:
    world.ledger.keep_note(f"{_KEY}{session}", json.dumps(known))


def _known(world: World, session: str) -> dict[str, Any]:
    note = world.ledger.note(f"{_KEY}{session}")
    if note is None:
        raise no_such_object(f"upload:{session}")
    return dict(json.loads(note))
