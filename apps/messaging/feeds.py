"""From the numbered log to the sockets of this process: one reader for each organization, however many sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import redis.asyncio
import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from apps.core import log
from apps.core.log import Entry
from apps.core.realtime import LOG_GREW
from apps.core.tenancy import organization_scope

LOOK_ANYWAY = 5.0  # seconds: an announcement may be lost, an entry may not
LISTEN_AGAIN = 1.0
AT_ONCE = 500
logger = structlog.get_logger(__name__)
Deliver = Callable[[dict[str, Any]], Awaitable[None]]
Hidden = Callable[[list[Entry]], Awaitable[frozenset[int]]]


async def nothing_hidden(_entries: list[Entry]) -> frozenset[int]:
    return frozenset()


@dataclass(eq=False)
class Subscriber:
    """A socket as its feed sees it: what it may see, and up to where it has seen it."""

    deliver: Deliver
    permissions: frozenset[str]
    words: frozenset[str] = frozenset()  # of scopes: `visibility.words_of()`
    # Numbers of old entries that were this viewer's to see when they were written, and are not any more.
    hidden: Hidden = nothing_hidden
    seen: int = 0  # the number of the last frame, or the one that it began after
    read: int = 0  # everything up to here was looked at for it
    live: bool = False
    gone: bool = False

    async def offer(self, entry: Entry, *, hide: bool = False) -> None:
        if entry.number <= self.read:
            return
        self.read = entry.number
        if hide:
            return
        if entry.audience in self.permissions and (not entry.scope or self.words.intersection(entry.scope.split())):
            previous, self.seen = self.seen, entry.number
            await self.deliver(frame_of(entry, previous))


@dataclass(eq=False)
class Feed:
    """One organization's log, read once and handed to all its subscribers."""

    organization_id: UUID
    cursor: int
    subscribers: set[Subscriber] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    reader: asyncio.Task[None] | None = None

    async def read_on(self) -> None:
        """Hand on what is new."""
        while entries := await _entries(self.organization_id, self.cursor):
            for entry in entries:
                self.cursor = entry.number
                for subscriber in list(self.subscribers):
                    if subscriber.live:  # asked at the last moment: who catches up meanwhile reads for itself
                        await _offer(subscriber, entry)

    async def catch_up(self, subscriber: Subscriber, after: int) -> None:
        """Everything after that number that the subscriber may see, then what comes, without a gap between."""
        subscriber.live, subscriber.seen, subscriber.read = False, after, after
        while not subscriber.gone:
            reached = self.cursor
            entries = await _entries(self.organization_id, subscriber.read)
            hidden = await subscriber.hidden(entries)
            for entry in entries:
                await subscriber.offer(entry, hide=entry.number in hidden)
            if not entries:  # where the reader was before this look, this look saw everything
                subscriber.read = max(subscriber.read, reached)
            # Nothing is awaited between asking how far the reader is and `live`, so that it can't move in between.
            if len(entries) < AT_ONCE and self.cursor <= subscriber.read:
                subscriber.live = True
                return

    async def read_for_ever(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_ANYWAY):
                    await self.news.wait()
            self.news.clear()  # before the look: what is announced during it is looked for again
            try:
                await self.read_on()
            except Exception:  # the next look goes on from the same number
                logger.exception("log_not_read", organization=str(self.organization_id))


class Hub:
    """All feeds of this process's event loop. A feed is here for as long as it has subscribers."""

    def __init__(self) -> None:
        self._feeds: dict[UUID, Feed] = {}
        self._listener: asyncio.Task[None] | None = None

    async def follow(self, organization_id: UUID, subscriber: Subscriber, after: int) -> None:
        """Give a subscriber everything after that number that it may see, and whatever comes."""
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        if organization_id not in self._feeds:
            _, last = await extent_of(organization_id)
            self._begin(organization_id, last)
        feed = self._feeds[organization_id]
        feed.subscribers.add(subscriber)  # nothing was awaited since we found it: nobody has taken it away
        await feed.catch_up(subscriber, after)

    def leave(self, organization_id: UUID, subscriber: Subscriber) -> None:
        subscriber.live, subscriber.gone = False, True
        feed = self._feeds.get(organization_id)
        if feed is None:
            return
        feed.subscribers.discard(subscriber)
        if not feed.subscribers:
            del self._feeds[organization_id]
            if feed.reader is not None:
                feed.reader.cancel()

    def _begin(self, organization_id: UUID, number: int) -> None:
        if organization_id not in self._feeds:  # somebody else may have begun it while we looked for the number
            feed = self._feeds[organization_id] = Feed(organization_id, number)
            feed.reader = asyncio.create_task(feed.read_for_ever())

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_to_redis()
            except Exception:  # the readers look by themselves meanwhile
                logger.warning("log_announcements_lost", exc_info=True)
            await asyncio.sleep(LISTEN_AGAIN)

    async def _listen_to_redis(self) -> None:
        async with (
            redis.asyncio.from_url(f"{settings.REDIS_URL}/2", socket_keepalive=True) as client,
            client.pubsub() as announcements,
        ):
            await announcements.subscribe(LOG_GREW)
            async for told in announcements.listen():
                self._tell(told)

    def _tell(self, told: dict[str, Any]) -> None:
        if told["type"] == "message":
            feed = self._feeds.get(UUID(told["data"].decode()))
            told_of = [feed] if feed else []
        else:  # subscribed, perhaps once more: what was announced before that, nobody has heard
            told_of = list(self._feeds.values())
        for feed in told_of:
            feed.news.set()


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


async def extent_of(organization_id: UUID) -> tuple[int, int]:
    """The number after which an organization's log begins, and its last one."""
    return await _extent(organization_id)


async def _offer(subscriber: Subscriber, entry: Entry) -> None:
    try:
        await subscriber.offer(entry)
    except Exception:  # this socket is broken, and will come again; the others get their frame
        subscriber.live = False
        logger.info("socket_lost", exc_info=True)


def _read_extent(organization_id: UUID) -> tuple[int, int]:
    with organization_scope(organization_id):
        return log.extent(organization_id)


def _read_entries(organization_id: UUID, after: int) -> list[Entry]:
    with organization_scope(organization_id):
        return log.entries_between(organization_id, after, limit=AT_ONCE)


# Not on the one thread that asgiref keeps for everything that may share it: organizations read side by side.
_extent = database_sync_to_async(_read_extent, thread_sensitive=False)
_entries = database_sync_to_async(_read_entries, thread_sensitive=False)
