"""Who is online and who is looking at what: passing things, kept in Redis for as long as sockets renew them."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from uuid import UUID

import redis.asyncio
from django.conf import settings

from apps.core.realtime import PRESENCE_SECONDS, presence_key

_clients: dict[asyncio.AbstractEventLoop, Any] = {}


def _redis() -> Any:
    """A client of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        for old in [each for each in _clients if each.is_closed()]:
            del _clients[old]
        _clients[loop] = redis.asyncio.from_url(f"{settings.REDIS_URL}/2", socket_timeout=5, socket_connect_timeout=2)
    return _clients[loop]


async def come(organization_id: UUID, user_id: UUID, connection: str) -> bool:
    """A socket is open, or still open; says whether it is the person's first."""
    first = not await is_online(organization_id, user_id)
    await _keep(presence_key(organization_id), f"{user_id} {connection}")
    return first


async def go(organization_id: UUID, user_id: UUID, connection: str) -> bool:
    """A socket is closed; says whether it was the person's last."""
    await _redis().zrem(presence_key(organization_id), f"{user_id} {connection}")
    return not await is_online(organization_id, user_id)


async def rest(organization_id: UUID, user_id: UUID, connection: str, *, idle: bool) -> None:
    """Nothing is being touched in this tab, or something is again."""
    if idle:
        await _keep(_idle_key(organization_id), f"{user_id} {connection}")
    else:
        await _redis().zrem(_idle_key(organization_id), f"{user_id} {connection}")


async def is_idle(organization_id: UUID, user_id: UUID) -> bool:
    """Whether all of a person's tabs rest."""
    open_tabs, resting = await _alive(presence_key(organization_id)), await _alive(_idle_key(organization_id))
    mine = {each for each in open_tabs if each.startswith(f"{user_id} ")}
    return bool(mine) and mine <= set(resting)


async def is_online(organization_id: UUID, user_id: UUID) -> bool:
    return str(user_id) in await online(organization_id)


async def online(organization_id: UUID) -> list[str]:
    """Ids of everybody with an open socket."""
    return sorted({each.partition(" ")[0] for each in await _alive(presence_key(organization_id))})


async def look(conversation: str, user_id: UUID, name: str, connection: str) -> None:
    """Somebody has a conversation open."""
    await _keep(_viewing_key(conversation), json.dumps([str(user_id), name, connection]))


async def look_away(conversation: str, user_id: UUID, name: str, connection: str) -> None:
    await _redis().zrem(_viewing_key(conversation), json.dumps([str(user_id), name, connection]))


async def viewers(conversation: str) -> list[dict[str, str]]:
    """Everybody who has a conversation open, each once."""
    people = {user: name for user, name, _ in map(json.loads, await _alive(_viewing_key(conversation)))}
    return [{"id": user, "name": name} for user, name in sorted(people.items())]


def _idle_key(organization_id: UUID) -> str:
    return f"pytake:idle:{organization_id}"


def _viewing_key(conversation: str) -> str:
    return f"pytake:viewing:{conversation}"


async def _keep(key: str, member: str) -> None:
    """Remember a member for PRESENCE_SECONDS, and forget those whose time is over."""
    now = time.time()
    async with _redis().pipeline() as commands:
        commands.zadd(key, {member: now})
        commands.zremrangebyscore(key, "-inf", now - 2 * PRESENCE_SECONDS)
        commands.expire(key, 2 * PRESENCE_SECONDS)
        await commands.execute()


async def _alive(key: str) -> list[str]:
    found = await _redis().zrangebyscore(key, time.time() - PRESENCE_SECONDS, "+inf")
    return [each.decode() for each in found]
