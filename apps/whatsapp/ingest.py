"""Meta's door: a webhook is checked, written down, and only then acknowledged.

A plain ASGI callable before Django: for small requests that is ten times as fast as a view. The bodies of all
requests that are waiting are written by one INSERT and one commit. Nothing is understood here; `services/inbound.py`
does that later. Source: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from prometheus_client import Counter, Histogram
from uuid_utils.compat import uuid7

from apps.core import wake
from apps.whatsapp.selectors import SigningApp, signing_app
from apps.whatsapp.signature import is_signed

PREFIX = "/webhooks/whatsapp/"
LARGEST_BODY = 3 * 1024 * 1024  # Meta's own limit
APPS_CACHED_SECONDS = 5.0
ROWS_A_COMMIT = 1_000
_INSERT = (
    "INSERT INTO whatsapp_inboundevent (id, app_id, body) SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[])"
)

answered = Counter("pytake_webhooks_answered_total", "Webhooks by the status that was answered.", ["status"])
group_size = Histogram("pytake_webhooks_per_commit", "Bodies written by one commit.", buckets=[1, 4, 16, 64, 256, 1000])
logger = structlog.get_logger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class Refusal(Exception):
    """A webhook that is not taken, and the status that says so."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


class Ingest:
    """Answers `/webhooks/whatsapp/{app_key}/` and leaves everything else to the next application."""

    def __init__(self, otherwise: Application | None = None) -> None:
        self._otherwise = otherwise
        self._apps = AppCache()
        self._inboxes: dict[asyncio.AbstractEventLoop, Inbox] = {}

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._answer(scope, receive, send)
        elif self._otherwise is not None:
            await self._otherwise(scope, receive, send)
        elif scope["type"] == "http":
            await _send(send, 404, b"Not Found")

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        status, text = 200, b"ok"
        try:
            app = await self._app(scope["path"])
            if scope["method"] == "POST":
                await self._take(app, scope, receive)
            elif scope["method"] == "GET":
                text = _challenge(app, scope["query_string"])
            else:
                raise Refusal(405, "method")
        except Refusal as refusal:
            status, text = refusal.status, refusal.reason.encode()
            client = (scope.get("client") or [None])[0]
            logger.warning("webhook_refused", status=status, reason=refusal.reason, path=scope["path"], client=client)
        answered.labels(status).inc()
        await _send(send, status, text)

    async def _app(self, path: str) -> SigningApp:
        key = path.removeprefix(PREFIX).strip("/")
        try:
            app = await self._apps.find(key)
        except Exception as error:
            logger.exception("webhook_app_unreadable")
            raise Refusal(503, "not stored, try again") from error
        if app is None:
            raise Refusal(404, "no such app")
        return app

    async def _take(self, app: SigningApp, scope: dict[str, Any], receive: Receive) -> None:
        headers = dict(scope["headers"])
        body = await _body(headers, receive)
        if not is_signed(body, headers.get(b"x-hub-signature-256", b"").decode("latin-1"), app.secrets):
            raise Refusal(403, "wrong signature")
        if not is_json(body):
            raise Refusal(400, "not JSON")
        try:
            await self._inbox().keep(app.pk, body)
        except Exception as error:
            logger.exception("webhook_not_stored")
            raise Refusal(503, "not stored, try again") from error

    def _inbox(self) -> Inbox:
        loop = asyncio.get_running_loop()
        if loop not in self._inboxes:
            self._inboxes = {loop: Inbox()}
        return self._inboxes[loop]


class Inbox:
    """Writes bodies in groups: what arrives while one commit is on its way goes with the next."""

    def __init__(self) -> None:
        self._waiting: list[tuple[UUID, bytes, asyncio.Future[None]]] = []
        self._work: asyncio.Task[None] | None = None
        self._wake: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def keep(self, app_id: UUID, body: bytes) -> None:
        """Returns once the body is committed.

        Raises:
            psycopg.Error, OSError: it is not stored.
        """
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((app_id, body, kept))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._write())
        await kept

    async def _write(self) -> None:
        while self._waiting:
            rows, self._waiting = self._waiting[:ROWS_A_COMMIT], self._waiting[ROWS_A_COMMIT:]
            try:
                await self._insert(rows)
            except Exception as error:
                await self._forget_connection()
                for _, _, kept in rows:
                    if not kept.done():
                        kept.set_exception(error)
            else:
                for _, _, kept in rows:
                    if not kept.done():
                        kept.set_result(None)
                self._wake_drain()

    async def _insert(self, rows: list[tuple[UUID, bytes, asyncio.Future[None]]]) -> None:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                **connection_parameters(), autocommit=True, prepare_threshold=1
            )
        ids = [uuid7() for _ in rows]
        await self._connection.execute(_INSERT, [ids, [row[0] for row in rows], [row[1] for row in rows]], binary=True)
        group_size.observe(len(rows))

    async def _forget_connection(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    def _wake_drain(self) -> None:
        # In a thread, since the broker's client blocks; one at a time, since one wake-up is enough.
        if self._wake is None or self._wake.done():
            self._wake = asyncio.create_task(asyncio.to_thread(_wake_drain))


class AppCache:
    """Apps by key, read again every few seconds; while the database is away the last reading holds."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, SigningApp | None]] = {}

    async def find(self, key: str) -> SigningApp | None:
        read_at, app = self._known.get(key, (-APPS_CACHED_SECONDS, None))
        if time.monotonic() - read_at < APPS_CACHED_SECONDS:
            return app
        try:
            app = await sync_to_async(signing_app, thread_sensitive=False)(key)
        except Exception:
            if app is None:
                raise
        if len(self._known) > 10_000:  # keys that somebody made up
            self._known.clear()
        self._known[key] = (time.monotonic(), app)
        return app


def connection_parameters() -> dict[str, Any]:
    """Where psycopg connects, as the app's role: it may add inbound events, and not read them."""
    database = settings.DATABASES["default"]
    found = {
        "host": database["HOST"], "port": database["PORT"], "dbname": database["NAME"], "user": database["USER"],
        "password": database["PASSWORD"], "application_name": "pytake-ingest",
        "options": "-c statement_timeout=10s", "connect_timeout": 5,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value != ""}


def is_json(body: bytes) -> bool:
    """Any valid JSON, as RFC 8259 has it; what Python only refuses for its size or depth is valid, too."""
    try:
        json.loads(body, parse_constant=_not_json)
    except (json.JSONDecodeError, UnicodeDecodeError, NotJson):
        return False
    except (ValueError, RecursionError):
        return True
    return True


class NotJson(Exception):
    pass


def _not_json(name: str) -> Any:
    raise NotJson(name)  # NaN and Infinity, which Python reads and JSON doesn't know


def _wake_drain() -> None:
    try:
        wake.now("inbound.drain")
    except Exception:
        logger.warning("drain_not_woken", exc_info=True)  # the sweep will come


def _challenge(app: SigningApp, query: bytes) -> bytes:
    asked = parse_qs(query.decode("latin-1"))
    token = asked.get("hub.verify_token", [""])[0]
    if asked.get("hub.mode") != ["subscribe"]:
        raise Refusal(400, "hub.mode must be subscribe")
    if not hmac.compare_digest(token.encode(), app.verify_token.encode()):
        raise Refusal(403, "wrong verify token")
    return asked.get("hub.challenge", [""])[0].encode("latin-1")


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > LARGEST_BODY:
        raise Refusal(413, "larger than 3 MB")
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "disconnected")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST_BODY:
            raise Refusal(413, "larger than 3 MB")
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


async def _send(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
