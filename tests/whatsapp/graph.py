"""A small Graph API on a real port: it knows the numbers and files that a test gives it, and keeps what was asked."""

import asyncio
import hashlib
import threading
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], web.StreamResponse]
TOKEN = "an access token"
BAD_TOKEN = {"error": {"code": 190, "message": "Invalid OAuth access token.", "type": "OAuthException"}}
NO_SUCH_OBJECT = {"error": {"code": 100, "error_subcode": 33, "message": "Unsupported get request."}}


@dataclass
class File:
    """A file that WhatsApp holds, and how it lies about it."""

    content: bytes
    mime_type: str
    token: str
    sha256: str = ""
    size: int | None = None

    def as_json(self, url: str) -> dict[str, Any]:
        return {
            "messaging_product": "whatsapp",
            "url": url,
            "mime_type": self.mime_type,
            "sha256": self.sha256 or hashlib.sha256(self.content).hexdigest(),
            "file_size": str(self.size if self.size is not None else len(self.content)),
        }


@dataclass
class Graph:
    """The server. `answers` overrule it, in order: (method, end of the path) → what to answer."""

    numbers: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    answers: list[tuple[str, str, Answer]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    uploads: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    most_at_once: int = 0
    pause: float = 0
    slow: dict[str, float] = field(default_factory=dict)  # seconds by path
    _at_once: int = 0

    def number(self, phone_number_id: str, *, token: str = TOKEN, **fields: Any) -> None:
        known = {"display_phone_number": "+55 11 4002-8922", "verified_name": "Padaria Aurora", "status": "CONNECTED"}
        more = {"quality_rating": "GREEN", "throughput": {"level": "STANDARD"}}
        self.numbers[phone_number_id] = (token, known | more | fields)

    def file(self, media_id: str, content: bytes, mime_type: str, *, token: str = TOKEN, **lies: Any) -> str:
        """A customer's file; answers its hash as webhooks tell it."""
        self.files[media_id] = File(content, mime_type, token, **lies)
        return b64encode(hashlib.sha256(content).digest()).decode()

    def once(self, method: str, ending: str, answer: Answer) -> None:
        self.answers.append((method, ending, answer))

    def fails_once(self, method: str, ending: str, status: int, body: Any = None) -> None:
        self.once(method, ending, lambda _: web.json_response(body or {}, status=status))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(self.slow.get(request.path, self.pause))
            for entry in self.answers:
                if entry[0] == request.method and request.path.endswith(entry[1]):
                    self.answers.remove(entry)
                    return entry[2](request)
            return await self._usual(request)
        finally:
            self._at_once -= 1

    async def _usual(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        node = request.path.strip("/").split("/")[1]
        if request.path.startswith("/file/"):
            found = self.files.get(node)
            gone = found is None or token != found.token
            return web.Response(status=404) if gone or found is None else web.Response(body=found.content)
        if token not in {token for token, _ in self.numbers.values()}:
            return web.json_response(BAD_TOKEN, status=401)
        if request.path.endswith("/subscribed_apps"):
            return web.json_response({"success": True})
        if request.path.endswith("/media"):
            return await self._upload(request)
        if node in self.files:
            return web.json_response(self.files[node].as_json(f"{self.url}/file/{node}"))
        if node in self.numbers and self.numbers[node][0] == token:
            known = self.numbers[node][1] | {"id": node}
            wanted = request.query.get("fields", "id").split(",")
            return web.json_response({name: known[name] for name in wanted if name in known})
        return web.json_response(NO_SUCH_OBJECT, status=400)

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        self.uploads.append({"type": form["type"], "name": file.filename, "content": file.file.read()})
        return web.json_response({"id": f"88{len(self.uploads)}"})


class Server:
    """Runs a graph in a thread of its own, so that code that isn't async can ask it."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self._ready = graph, threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Graph:
        self._thread.start()
        assert self._ready.wait(5)
        return self._graph

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=200 * 1024**2)
        app.router.add_route("*", "/{path:.*}", self._graph.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0]
        self._graph.url = f"http://{host}:{port}"
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()
