"""From the numbered log to the sockets of this process: one reader for each organization, however many sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import redis.asyncio
import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from apps.core.log import Entry, entries_between, last_number
from apps.core.realtime import LOG_GREW
from apps.core.tenancy import organization_scope

LOOK_ANYWAY = 5.0  # seconds: an announcement may be lost, an entry may not
AT_ONCE = 500
logger = structlog.get_logger(__name__)
Deliver = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(eq=False)
class Subscriber:
    """A socket as its feed sees it: what it may see, and up to where it has seen it."""

    deliver: Deliver
    permissions: frozenset[str]
    seen: int = 0  # the number of the last frame, or the one that it began after
    read: int = 0  # everything up to here was looked at for it
    live: bool = False

    async def offer(self, entry: Entry) -> None:
        if entry.number <= self.read:
            return
        self.read = entry.number
        if entry.audience in self.permissions and not entry.scope:
            previous, self.seen = self.seen, entry.number
            await self.deliver(frame_of(entry, previous))


@dataclass
class Feed:
    """One organization's log, read once and handed to all its subscribers."""

    organization_id: UUID
    cursor: int
    subscribers: set[Subscriber] = field(default_factory=set)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read_on(self) -> None:
        """Hand on what is new."""
        async with self._reading:
            while entries := await _entries(self.organization_id, self.cursor):
                for entry in entries:
                    self.cursor = entry.number
                    for subscriber in list(self.subscribers):
                        if subscriber.live:  # asked at the last moment: who catches up meanwhile reads for itself
                            await _offer(subscriber, entry)

    async def catch_up(self, subscriber: Subscriber, after: int) -> None:
        """Everything after that number that the subscriber may see, then what comes, without a gap between."""
        subscriber.live, subscriber.seen, subscriber.read = False, after, after
        self.subscribers.add(subscriber)
        while True:
            entries = await _entries(self.organization_id, subscriber.read)
            for entry in entries:
                await subscriber.offer(entry)
            # From here to `live` nothing is awaited, so that the reader can't move in between.
            if not entries and self.cursor <= subscriber.read:
                subscriber.live = True
                return
            if not entries:
                subscriber.read = self.cursor


class Hub:
    """All feeds of this process's event loop."""

    def __init__(self) -> None:
        self._feeds: dict[UUID, Feed] = {}
        self._listener: asyncio.Task[None] | None = None

    async def feed(self, organization_id: UUID) -> Feed:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        if organization_id not in self._feeds:
            number = await head_of(organization_id)
            self._feeds.setdefault(organization_id, Feed(organization_id, number))
        return self._feeds[organization_id]

    def leave(self, organization_id: UUID, subscriber: Subscriber) -> None:
        feed = self._feeds.get(organization_id)
        if feed is not None:
            feed.subscribers.discard(subscriber)
            if not feed.subscribers:
                del self._feeds[organization_id]

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_to_redis()
            except (redis.RedisError, OSError):
                logger.warning("log_announcements_lost", exc_info=True)
                await self._look_at_all()
                await asyncio.sleep(1)

    async def _listen_to_redis(self) -> None:
        async with redis.asyncio.from_url(f"{settings.REDIS_URL}/2").pubsub() as announcements:
            await announcements.subscribe(LOG_GREW)
            while True:
                told = await announcements.get_message(ignore_subscribe_messages=True, timeout=LOOK_ANYWAY)
                if told is None:
                    await self._look_at_all()
                elif feed := self._feeds.get(UUID(told["data"].decode())):
                    await self._read(feed)

    async def _look_at_all(self) -> None:
        for feed in list(self._feeds.values()):
            await self._read(feed)

    async def _read(self, feed: Feed) -> None:
        try:
            await feed.read_on()
        except Exception:  # the next announcement, or the next look, goes on from the same number
            logger.exception("log_not_read", organization=str(feed.organization_id))


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for old in [each for each in _hubs if each.is_closed()]:
            del _hubs[old]
        _hubs[loop] = Hub()
    return _hubs[loop]


def frame_of(entry: Entry, previous: int) -> dict[str, Any]:
    at: datetime = entry.at
    return {
        "type": "event", "number": entry.number, "previous": previous, "kind": entry.kind, "at": at.isoformat(),
        "data": entry.data,
    }  # fmt: skip


async def _offer(subscriber: Subscriber, entry: Entry) -> None:
    try:
        await subscriber.offer(entry)
    except Exception:  # this socket is broken, and will come again; the others get their frame
        subscriber.live = False
        logger.info("socket_lost", exc_info=True)


@database_sync_to_async
def head_of(organization_id: UUID) -> int:
    with organization_scope(organization_id):
        return last_number(organization_id)


@database_sync_to_async
def _entries(organization_id: UUID, after: int) -> list[Entry]:
    with organization_scope(organization_id):
        return entries_between(organization_id, after, limit=AT_ONCE)
