"""Who is online and who is looking at what: passing things, kept in Redis for as long as sockets renew them."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

import redis.asyncio
from django.conf import settings

from apps.core.realtime import PRESENCE_SECONDS, presence_key

_clients: dict[Any, Any] = {}


def _redis() -> Any:
    """A client of this event loop."""
    import asyncio

    loop = asyncio.get_running_loop()
    if loop not in _clients:
        for old in [each for each in _clients if each.is_closed()]:
            del _clients[old]
        _clients[loop] = redis.asyncio.from_url(f"{settings.REDIS_URL}/2")
    return _clients[loop]


async def come(organization_id: UUID, user_id: UUID, connection: str) -> bool:
    """A socket is open, or still open; says whether it is the person's first."""
    first = not await is_online(organization_id, user_id)
    key = presence_key(organization_id)
    await _redis().zadd(key, {f"{user_id} {connection}": time.time()})
    await _redis().zremrangebyscore(key, "-inf", time.time() - 2 * PRESENCE_SECONDS)
    return first


async def go(organization_id: UUID, user_id: UUID, connection: str) -> bool:
    """A socket is closed; says whether it was the person's last."""
    await _redis().zrem(presence_key(organization_id), f"{user_id} {connection}")
    return not await is_online(organization_id, user_id)


async def is_online(organization_id: UUID, user_id: UUID) -> bool:
    alive = await _redis().zrangebyscore(presence_key(organization_id), time.time() - PRESENCE_SECONDS, "+inf")
    return any(each.decode().startswith(f"{user_id} ") for each in alive)


async def online(organization_id: UUID) -> list[str]:
    """Ids of everybody with an open socket."""
    alive = await _redis().zrangebyscore(presence_key(organization_id), time.time() - PRESENCE_SECONDS, "+inf")
    return sorted({each.decode().partition(" ")[0] for each in alive})


async def look(conversation: str, user_id: UUID, name: str, connection: str) -> None:
    """Somebody has a conversation open."""
    key = f"pytake:viewing:{conversation}"
    await _redis().zadd(key, {json.dumps([str(user_id), name, connection]): time.time()})
    await _redis().expire(key, PRESENCE_SECONDS)


async def look_away(conversation: str, user_id: UUID, name: str, connection: str) -> None:
    await _redis().zrem(f"pytake:viewing:{conversation}", json.dumps([str(user_id), name, connection]))


async def viewers(conversation: str) -> list[dict[str, str]]:
    """Everybody who has a conversation open, each once."""
    key = f"pytake:viewing:{conversation}"
    alive = await _redis().zrangebyscore(key, time.time() - PRESENCE_SECONDS, "+inf")
    people = {user: name for user, name, _ in (json.loads(each) for each in alive)}
    return [{"id": user, "name": name} for user, name in sorted(people.items())]
