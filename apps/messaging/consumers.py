"""The agents' socket, `/ws/v1/inbox/`: docs/sockets.md and docs/asyncapi.yaml say what goes over it.

Facts come from the numbered log through `feeds`, and none is missed; typing, viewing and presence are passing.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.serializers.json import DjangoJSONEncoder
from prometheus_client import Gauge
from redis.exceptions import RedisError

from apps.accounts.selectors import Access, access_of_token
from apps.core import ratelimits
from apps.core.errors import SignedOut, TokenInvalid
from apps.core.log import is_forgotten
from apps.core.tenancy import organization_scope
from apps.messaging import feeds, presence
from apps.messaging.models import Conversation
from apps.messaging.permissions import VIEW_CONVERSATIONS

AUTH_SECONDS = 5.0
RENEW_SECONDS = 20.0
CHECK_EVERY = 3  # renewals between two looks at whether the person may still be here
LARGEST_FRAME = 65_536
FRAMES_BURST, FRAMES_A_SECOND = 60, 20
SUBSCRIPTIONS = 20
POLICY_VIOLATION = 1008
connections = Gauge("pytake_sockets_open", "Open sockets of agents.")
logger = structlog.get_logger(__name__)


class Refused(Exception):
    """The connection is not, or no longer, allowed; `code` says why."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


class InboxConsumer(AsyncWebsocketConsumer):
    access: Access | None = None

    async def connect(self) -> None:
        self.connection = uuid4().hex
        self.subscriber: feeds.Subscriber | None = None
        self._watching: set[str] = set()
        self._groups: set[str] = set()
        self._timers: list[asyncio.Task[None]] = []
        self._allowance, self._counted_at = float(FRAMES_BURST), asyncio.get_running_loop().time()
        protocols: list[str] = self.scope.get("subprotocols", [])
        await self.accept("bearer" if "bearer" in protocols else None)
        connections.inc()
        await self._guarded(self._welcome, protocols)

    async def disconnect(self, code: int) -> None:
        connections.dec()
        for timer in self._timers:
            timer.cancel()
        for group in self._groups:
            await self.channel_layer.group_discard(group, self.channel_name)
        if self.access is not None and self.subscriber is not None:
            feeds.hub().leave(self.access.organization_id, self.subscriber)
            for conversation in list(self._watching):
                await self._leave(conversation)
            if await presence.go(self.access.organization_id, self.access.user.pk, self.connection):
                await self._tell_colleagues({"type": "presence", "user": str(self.access.user.pk), "status": "offline"})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self._guarded(self._handle, text_data)

    # --- signing in ---------------------------------------------------------------------------------------------

    async def _welcome(self, protocols: list[str]) -> None:
        client = (self.scope.get("client") or ["unknown"])[0]
        bucket = ratelimits.Bucket(f"socket:{client}", capacity=60, refill=1)
        if await sync_to_async(ratelimits.take, thread_sensitive=False)((bucket, 1)):
            raise Refused("too_many_connections", "Too many connections from this address; wait a moment.")
        if protocols[:1] == ["bearer"] and len(protocols) > 1:
            await self._sign_in(protocols[1])
        else:
            self._later(AUTH_SECONDS, self._nobody_signed_in)

    async def _nobody_signed_in(self) -> None:
        if self.access is None:
            raise Refused("auth_timeout", f"Send an auth frame within {AUTH_SECONDS:.0f} seconds.")

    async def _sign_in(self, token: str) -> None:
        access = await _access(token)
        if self.access is None:
            await self._open(access)
        elif (access.user.pk, access.organization_id) != (self.access.user.pk, self.access.organization_id):
            raise Refused("token_invalid", "This token is somebody else's, or another organization's.")
        self.access = access
        assert self.subscriber is not None
        self.subscriber.permissions = access.permissions
        self._expire_with(token)

    async def _open(self, access: Access) -> None:
        if VIEW_CONVERSATIONS not in access.permissions:
            raise Refused("forbidden", "This role doesn't see conversations.")
        self.access = access
        self._token = ""
        organization_id, user_id = access.organization_id, access.user.pk
        for group in (f"organization.{organization_id}", f"user.{user_id}", f"session.{access.session_id}"):
            await self._join(group)
        feed = await feeds.hub().feed(organization_id)
        number = await feeds.head_of(organization_id)
        self.subscriber = feeds.Subscriber(self._write, access.permissions)
        await self._write({"type": "ready", "connection": self.connection, "user": str(user_id), "number": number})
        await feed.catch_up(self.subscriber, number)
        if await presence.come(organization_id, user_id, self.connection):
            await self._tell_colleagues({"type": "presence", "user": str(user_id), "status": "online"})
        for user in await presence.online(organization_id):
            await self._write({"type": "presence", "user": user, "status": "online"})
        self._later(RENEW_SECONDS, self._renew)

    def _expire_with(self, token: str) -> None:
        assert self.access is not None
        self._token = token
        expires_at = self.access.expires_at or datetime.now(UTC)

        async def expire() -> None:
            if self._token == token:
                raise Refused("token_expired", "The access token has expired; send a fresh one before it does.")

        self._later((expires_at - datetime.now(UTC)).total_seconds(), expire)

    async def _renew(self) -> None:
        """Still here; and, now and then: still allowed?"""
        assert self.access is not None
        for turn in itertools.count(1):
            with suppress(RedisError):  # passing things pass
                await self._still_here()
            if turn % CHECK_EVERY == 0:
                await self._check()
            await asyncio.sleep(RENEW_SECONDS)

    async def _still_here(self) -> None:
        assert self.access is not None
        await presence.come(self.access.organization_id, self.access.user.pk, self.connection)
        for conversation in self._watching:
            await presence.look(conversation, self.access.user.pk, self.access.user.full_name, self.connection)

    # --- frames from the client ---------------------------------------------------------------------------------

    async def _handle(self, text: str | None) -> None:
        self._count()
        frame = _parse(text)
        kind = frame.get("type")
        if kind in ("auth", "token"):
            await self._sign_in(str(frame.get("token", "")))
        elif kind == "ping":
            await self._write({"type": "pong", "at": frame.get("at")})
        elif self.access is None:
            raise Refused("auth_required", "The first frame must be auth.")
        elif kind in self._HANDLERS:
            await self._HANDLERS[kind](self, frame)
        else:
            await self._error("unknown_type", f"There is no frame of type {str(kind)[:40]}.")

    async def _resume(self, frame: dict[str, Any]) -> None:
        assert self.access is not None
        assert self.subscriber is not None
        after, organization_id = frame.get("after"), self.access.organization_id
        if not isinstance(after, int) or isinstance(after, bool) or after < 0:
            await self._error("invalid", "after must be a number of the log.")
            return
        feed = await feeds.hub().feed(organization_id)
        if await _is_forgotten(organization_id, after):
            number = await feeds.head_of(organization_id)
            await self._write({"type": "start_over", "number": number})
            after = number
        await feed.catch_up(self.subscriber, after)

    async def _subscribe(self, frame: dict[str, Any]) -> None:
        assert self.access is not None
        conversation = str(frame.get("conversation", ""))
        if len(self._watching) >= SUBSCRIPTIONS or not await _exists(self.access.organization_id, conversation):
            await self._error("not_found", "There is no such conversation here, or too many are being watched.")
            return
        self._watching.add(conversation)
        await self._join(f"conversation.{conversation}")
        await presence.look(conversation, self.access.user.pk, self.access.user.full_name, self.connection)
        await self._tell_viewers(conversation)

    async def _unsubscribe(self, frame: dict[str, Any]) -> None:
        conversation = str(frame.get("conversation", ""))
        if conversation in self._watching:
            await self._leave(conversation)

    async def _typing(self, frame: dict[str, Any]) -> None:
        assert self.access is not None
        conversation = str(frame.get("conversation", ""))
        if conversation not in self._watching:
            await self._error("not_subscribed", "Subscribe to the conversation first.")
            return
        told = {
            "type": "typing", "conversation": conversation, "user": str(self.access.user.pk),
            "name": self.access.user.full_name, "on": frame.get("on") is True,
        }  # fmt: skip
        await self._send_group(f"conversation.{conversation}", told)

    _HANDLERS: dict[Any, Callable[[InboxConsumer, dict[str, Any]], Awaitable[None]]] = {
        "resume": _resume,
        "subscribe": _subscribe,
        "unsubscribe": _unsubscribe,
        "typing": _typing,
    }

    # --- messages from other processes, by the channel layer ------------------------------------------------------

    async def passing_frame(self, message: dict[str, Any]) -> None:
        if message["from"] != self.connection:
            await self._write(message["frame"])

    async def access_ended(self, message: dict[str, Any]) -> None:
        await self._refuse(Refused(message["code"], "This sign-in has ended."))

    async def access_changed(self, _message: dict[str, Any]) -> None:
        await self._guarded(self._check)

    async def _check(self) -> None:
        self.access = await _access(self._token)

    # --- what all of them need ----------------------------------------------------------------------------------

    async def _guarded(self, work: Callable[..., Awaitable[None]], *args: Any) -> None:
        try:
            await work(*args)
        except Refused as refused:
            await self._refuse(refused)

    async def _refuse(self, refused: Refused) -> None:
        client = (self.scope.get("client") or [None])[0]
        logger.warning("socket_refused", reason=refused.code, client=client)
        await self._error(refused.code, refused.detail)
        await self.close(POLICY_VIOLATION, refused.code)

    async def _error(self, code: str, detail: str) -> None:
        await self._write({"type": "error", "code": code, "detail": detail})

    async def _write(self, frame: dict[str, Any]) -> None:
        await self.send(json.dumps(frame, cls=DjangoJSONEncoder))

    def _later(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        async def wait() -> None:
            await asyncio.sleep(max(0.0, seconds))
            await self._guarded(work)

        self._timers = [timer for timer in self._timers if not timer.done()]
        self._timers.append(asyncio.create_task(wait()))

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self._allowance = min(FRAMES_BURST, self._allowance + (now - self._counted_at) * FRAMES_A_SECOND) - 1
        self._counted_at = now
        if self._allowance < 0:
            raise Refused("too_many_frames", "Too many frames in a short time.")

    async def _join(self, group: str) -> None:
        self._groups.add(group)
        await self.channel_layer.group_add(group, self.channel_name)

    async def _leave(self, conversation: str) -> None:
        assert self.access is not None
        self._watching.discard(conversation)
        await presence.look_away(conversation, self.access.user.pk, self.access.user.full_name, self.connection)
        await self._tell_viewers(conversation)
        self._groups.discard(f"conversation.{conversation}")
        await self.channel_layer.group_discard(f"conversation.{conversation}", self.channel_name)

    async def _tell_viewers(self, conversation: str) -> None:
        frame = {"type": "viewing", "conversation": conversation, "users": await presence.viewers(conversation)}
        await self._send_group(f"conversation.{conversation}", frame)
        await self._write(frame)

    async def _tell_colleagues(self, frame: dict[str, Any]) -> None:
        assert self.access is not None
        await self._send_group(f"organization.{self.access.organization_id}", frame)

    async def _send_group(self, group: str, frame: dict[str, Any]) -> None:
        await self.channel_layer.group_send(group, {"type": "passing.frame", "from": self.connection, "frame": frame})


def _parse(text: str | None) -> dict[str, Any]:
    if text is None or len(text) > LARGEST_FRAME:
        raise Refused("not_json", "Frames are text, and not larger than 64 kB.")
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        frame = None
    if not isinstance(frame, dict):
        raise Refused("not_json", "A frame is a JSON object.")
    return frame


async def _access(token: str) -> Access:
    try:
        return await database_sync_to_async(access_of_token)(token)
    except TokenInvalid as error:
        raise Refused("token_invalid", error.detail) from error
    except SignedOut as error:
        raise Refused("signed_out", error.detail) from error


@database_sync_to_async
def _is_forgotten(organization_id: UUID, after: int) -> bool:
    with organization_scope(organization_id):
        return is_forgotten(organization_id, after)


@database_sync_to_async
def _exists(organization_id: UUID, conversation: str) -> bool:
    try:
        conversation_id = UUID(conversation)
    except ValueError:
        return False
    with organization_scope(organization_id):
        return Conversation.objects.for_organization(organization_id).filter(pk=conversation_id).exists()
