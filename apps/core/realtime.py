"""What processes tell each other in passing. Nothing that must not be missed: that is in the numbered log."""

import time
from collections.abc import Iterable
from functools import cache
from typing import Any, cast
from uuid import UUID

import redis
import structlog
from asgiref.sync import async_to_sync
from channels.layers import BaseChannelLayer, get_channel_layer
from django.conf import settings

LOG_GREW = "pytake:log-grew"
PRESENCE_SECONDS = 60  # a connection that was not seen for so long is gone
logger = structlog.get_logger(__name__)


@cache
def connection() -> "redis.Redis":
    """Redis for marks, limits and announcements; one pool a process."""
    return redis.Redis.from_url(f"{settings.REDIS_URL}/2", socket_timeout=5, socket_connect_timeout=2)


def log_grew(organization_ids: Iterable[UUID]) -> None:
    """Tell every realtime process that these organizations' logs hold new numbers."""
    try:
        for organization_id in organization_ids:
            connection().publish(LOG_GREW, str(organization_id))
    except redis.RedisError:
        logger.warning("readers_not_told", exc_info=True)  # they look by themselves every few seconds


def online_users(organization_id: UUID | None) -> frozenset[str]:
    """Ids of the users with an open socket in this organization."""
    return frozenset(each.partition(" ")[0] for each in open_connections(organization_id))


def open_connections(organization_id: UUID | None) -> list[str]:
    """`"user connection"` of each open socket, as far as Redis remembers; none where it doesn't answer."""
    try:
        since = time.time() - PRESENCE_SECONDS
        found: Any = connection().zrangebyscore(presence_key(organization_id), since, "+inf")
    except redis.RedisError:
        return []
    return [each.decode() for each in found]


def missing_for(organization_id: UUID, all_of: set[UUID], gone: set[UUID], *, seconds: float) -> list[UUID]:
    """Which of those who are gone were gone before, for so long; none where Redis doesn't answer."""
    key, now = f"pytake:missing:{organization_id}", time.time()
    try:
        with connection().pipeline() as commands:
            for user_id in all_of - gone:
                commands.zrem(key, str(user_id))
            for user_id in gone:
                commands.zadd(key, {str(user_id): now}, nx=True)
            commands.zrangebyscore(key, "-inf", now - seconds)
            commands.expire(key, 3600)
            *_, found, _ = commands.execute()
        late = [UUID(each.decode()) for each in found]
        if late:
            connection().zrem(key, *[str(each) for each in late])
        return [each for each in late if each in gone]
    except redis.RedisError:
        return []


def presence_key(organization_id: UUID | None) -> str:
    """A sorted set of "user connection", scored by when that connection was last seen alive."""
    return f"pytake:presence:{organization_id}"


def tell_group(group: str, message: dict[str, Any]) -> None:
    """Send a message to the sockets of a group, from code that isn't async. `message["type"]` names the method."""
    layer = cast(BaseChannelLayer, get_channel_layer())
    try:
        async_to_sync(layer.group_send)(group, message)
    except redis.RedisError:
        logger.warning("group_not_told", group=group, exc_info=True)
