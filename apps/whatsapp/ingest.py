"""The providers' door: a webhook is checked, written down, and only then acknowledged.

A plain ASGI callable before Django: for small requests that is ten times as fast as a view. The bodies of all
requests that are waiting are written by one INSERT and one commit. Nothing is understood here; `services/inbound.py`
does that later. Whether the right one posted it, the provider of the address's app knows.
Source: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

from __future__ import annotations

import asyncio
import hmac
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import psycopg
import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from prometheus_client import Counter, Histogram
from uuid_utils.compat import uuid7

from apps.core import wake
from apps.whatsapp.payloads.wellformed import is_json
from apps.whatsapp.providers import named
from apps.whatsapp.selectors import SigningApp, signing_app
from apps.whatsapp.services.tokens import live_secrets

PREFIX = "/webhooks/whatsapp/"
# The key, and what a provider may append to it: the event's name.
_PATH = re.compile(r"([A-Za-z0-9_-]{1,40})(?:/{1,2}([a-z-]{1,40}))?/?")
LARGEST_BODY = 3 * 1024 * 1024  # Meta's own limit
LARGEST_AT_ONCE = 64 * 1024  # what is larger is read beside the loop, which serves the others meanwhile
APPS_CACHED_SECONDS = 5.0
APPS_CACHED = 10_000
BYTES_IN_MEMORY = 256 * 1024 * 1024  # of all bodies that are on their way; whoever comes beyond that comes again
READ_SECONDS, WRITE_SECONDS = 3.0, 12.0
WAKE_SECONDS = 0.02  # between two wake-ups: under load most would find the first one pending
ROWS_A_COMMIT, BYTES_A_COMMIT = 1_000, 16 * 1024 * 1024
_INSERT = (
    "INSERT INTO whatsapp_inboundevent (id, app_id, body) SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::bytea[])"
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
        self._in_memory = 0
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
                raise Refusal(405, "only GET and POST")
        except Refusal as refusal:
            status, text = refusal.status, refusal.reason.encode()
            client = (scope.get("client") or [None])[0]
            logger.warning("webhook_refused", status=status, reason=refusal.reason, path=scope["path"], client=client)
        answered.labels(status).inc()
        await _send(send, status, text)

    async def _app(self, path: str) -> SigningApp:
        found = _PATH.fullmatch(path.removeprefix(PREFIX))
        try:
            app = await self._apps.find(found.group(1)) if found else None
        except Exception as error:
            logger.error("webhook_app_unreadable", error=repr(error))
            raise Refusal(503, "not stored, try again") from error
        if found is None or app is None or (found.group(2) and not named(app.provider).capabilities.takes_subpaths):
            raise Refusal(404, "no such app")
        return app

    async def _take(self, app: SigningApp, scope: dict[str, Any], receive: Receive) -> None:
        headers, chunks = dict(scope["headers"]), list[bytes]()
        try:
            await self._read(headers, receive, chunks)
            body = b"".join(chunks)
            await self._check(body, headers, app)
            await self._keep(await _kept(body, app), app)
        finally:
            self._in_memory -= sum(map(len, chunks))

    async def _read(self, headers: dict[bytes, bytes], receive: Receive, chunks: list[bytes]) -> None:
        length = headers.get(b"content-length", b"")
        if length.isdigit() and (len(length) > 9 or int(length) > LARGEST_BODY):
            raise Refusal(413, "larger than 3 MB")
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refusal(400, "disconnected")
            chunks.append(message.get("body", b""))
            size, more = size + len(chunks[-1]), message.get("more_body", False)
            self._in_memory += len(chunks[-1])
            if size > LARGEST_BODY:
                raise Refusal(413, "larger than 3 MB")
            if self._in_memory > BYTES_IN_MEMORY:
                raise Refusal(503, "busy, try again")

    async def _check(self, body: bytes, headers: dict[bytes, bytes], app: SigningApp) -> None:
        if not named(app.provider).is_authentic(body, headers, app.secrets):
            raise Refusal(403, "wrong signature")
        if not (is_json(body) if len(body) < LARGEST_AT_ONCE else await asyncio.to_thread(is_json, body)):
            raise Refusal(400, "not JSON")

    async def _keep(self, body: bytes, app: SigningApp) -> None:
        try:
            await self._inbox().keep(app.pk, body)
        except psycopg.errors.ForeignKeyViolation as error:  # it was deleted since we read it
            raise Refusal(404, "no such app") from error
        except Exception as error:  # the inbox has logged it, once for all that it concerned
            raise Refusal(503, "not stored, try again") from error

    def _inbox(self) -> Inbox:
        loop = asyncio.get_running_loop()
        if loop not in self._inboxes:
            self._inboxes = {loop: Inbox()}
        return self._inboxes[loop]


@dataclass(frozen=True, eq=False)
class Waiting:
    """A body, and who wants to know that it is committed."""

    app_id: UUID
    body: bytes
    kept: asyncio.Future[None]

    def tell(self, error: Exception | None = None) -> None:
        if self.kept.done():  # whoever asked is gone
            return
        if error is None:
            self.kept.set_result(None)
        else:
            self.kept.set_exception(error)


class Inbox:
    """Writes bodies in groups: what arrives while one commit is on its way goes with the next."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._work: asyncio.Task[None] | None = None
        self._wake: asyncio.Task[None] | None = None
        self._must_wake = False
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def keep(self, app_id: UUID, body: bytes) -> None:
        """Returns once the body is committed.

        Raises:
            psycopg.Error, OSError, TimeoutError: it is not stored, or nobody knows whether it is.
        """
        waiting = Waiting(app_id, body, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._write())
        await waiting.kept

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it is broken, or it is closed: we are done with it either way
                await connection.close()

    async def _write(self) -> None:
        while self._waiting:
            group = self._next_group()
            await self._store(group)

    def _next_group(self) -> list[Waiting]:
        size = count = 0
        for waiting in self._waiting[:ROWS_A_COMMIT]:
            size, count = size + len(waiting.body), count + 1
            if size >= BYTES_A_COMMIT:
                break
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group

    async def _store(self, group: list[Waiting]) -> None:
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await self._insert(group)
        except psycopg.IntegrityError as error:
            await self._store_singly(group, error)
        except Exception as error:
            logger.exception("webhooks_not_stored", count=len(group))
            await self.close()
            _tell(group, error)
        else:
            group_size.observe(len(group))
            _tell(group)
            self._wake_drain()

    async def _store_singly(self, group: list[Waiting], error: psycopg.IntegrityError) -> None:
        """The app of one of them was deleted meanwhile; the others' are there."""
        if len(group) == 1:
            _tell(group, error)
            return
        for waiting in group:
            await self._store([waiting])

    async def _insert(self, group: list[Waiting]) -> None:
        rows = [[uuid7() for _ in group], [each.app_id for each in group], [each.body for each in group]]
        if self._connection is not None:
            try:
                await self._connection.execute(_INSERT, rows)
                return
            except psycopg.OperationalError:
                if not self._connection.closed:
                    raise
                # The server was restarted, or closed an idle connection. Should it have committed before, the body is
                # there twice, as when Meta sends it again.
                await self.close()
        self._connection = await psycopg.AsyncConnection.connect(
            **connection_parameters(), autocommit=True, prepare_threshold=1
        )
        await self._connection.execute(_INSERT, rows)

    def _wake_drain(self) -> None:
        # In a thread, since the broker's client blocks. One at a time; what is committed while one is on its way may
        # come too late for the drain that it starts, and is followed by one more.
        self._must_wake = True
        if self._wake is None or self._wake.done():
            self._wake = asyncio.create_task(self._wake_while_needed())

    async def _wake_while_needed(self) -> None:
        while self._must_wake:
            self._must_wake = False
            await asyncio.to_thread(_wake_drain)
            await asyncio.sleep(WAKE_SECONDS)


class AppCache:
    """Apps by key, read again every few seconds; while the database is away the last reading holds."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, SigningApp | None]] = {}
        self._reading: dict[str, asyncio.Task[SigningApp | None]] = {}

    async def find(self, key: str) -> SigningApp | None:
        """
        Raises:
            Exception: the database doesn't answer, and the app was never read before.
        """
        read_at, app = self._known.get(key, (-APPS_CACHED_SECONDS, None))
        if time.monotonic() - read_at < APPS_CACHED_SECONDS:
            return app
        if key not in self._reading:  # one look serves everybody who waits for it
            self._reading[key] = asyncio.create_task(self._read(key))
        try:
            return await asyncio.wait_for(asyncio.shield(self._reading[key]), READ_SECONDS)
        except Exception:
            if app is None:
                raise
            return app

    async def _read(self, key: str) -> SigningApp | None:
        try:
            app = await _signing_app(key)
            if len(self._known) > APPS_CACHED:  # keys that somebody made up
                self._known = {known: found for known, found in self._known.items() if found[1]}
            self._known[key] = (time.monotonic(), app)
            return app
        finally:
            del self._reading[key]


def _with_live_secrets(key: str) -> SigningApp | None:
    app = signing_app(key)
    return app and replace(app, secrets=live_secrets(app.organization_id, app.secrets))


_signing_app = database_sync_to_async(_with_live_secrets, thread_sensitive=False)


def connection_parameters() -> dict[str, Any]:
    """Where psycopg connects, as the app's role: it may add inbound events, and not read them."""
    database = settings.DATABASES["default"]
    found = {
        "host": database["HOST"], "port": database["PORT"], "dbname": database["NAME"], "user": database["USER"],
        "password": database["PASSWORD"], "application_name": "pytake-ingest",
        "options": "-c statement_timeout=10s", "connect_timeout": 5,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value != ""}


async def _kept(body: bytes, app: SigningApp) -> bytes:
    """What is written down of a body: everything but secrets."""
    kept = named(app.provider).to_be_kept
    return kept(body) if len(body) < LARGEST_AT_ONCE else await asyncio.to_thread(kept, body)


def _tell(group: Iterable[Waiting], error: Exception | None = None) -> None:
    for waiting in group:
        waiting.tell(error)


def _wake_drain() -> None:
    try:
        wake.now("inbound.drain")
    except Exception:
        logger.warning("drain_not_woken", exc_info=True)  # the sweep will come


def _challenge(app: SigningApp, query: bytes) -> bytes:
    if not named(app.provider).capabilities.has_handshake:
        raise Refusal(405, "only POST")
    asked = {name: values[0] for name, values in parse_qs(query.decode("latin-1")).items()}
    token = asked.get("hub.verify_token", "").encode()
    if asked.get("hub.mode") != "subscribe":
        raise Refusal(403, "hub.mode must be subscribe")
    if not app.verify_token or not hmac.compare_digest(token, app.verify_token.encode()):
        raise Refusal(403, "wrong verify token")
    return asked.get("hub.challenge", "").encode()


async def _send(send: Send, status: int, text: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"x-content-type-options", b"nosniff"),  # the challenge is whatever was asked
    ]
    if status == 405:
        headers.append((b"allow", b"GET, POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
