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
from django.db import InterfaceError, OperationalError
from prometheus_client import Gauge
from redis.exceptions import RedisError
from rest_framework_simplejwt.exceptions import ExpiredTokenError

from apps.accounts.permissions import VIEW_MEMBERS
from apps.accounts.selectors import Access, access_of_token
from apps.accounts.services.statuses import tell_status
from apps.core import ratelimits
from apps.core.actor import address_of_scope
from apps.core.errors import MfaEnrollmentRequired, SignedOut, TokenInvalid
from apps.core.log import Entry
from apps.core.tenancy import organization_scope
from apps.messaging import feeds, presence
from apps.messaging.models import Conversation
from apps.messaging.permissions import ANSWER_CONVERSATIONS
from apps.messaging.services import show_typing
from apps.messaging.visibility import ALL, words_of

AUTH_SECONDS = 5.0
RENEW_SECONDS = 20.0
CHECK_EVERY = 3  # renewals between two looks at whether the person may still be here
LARGEST_FRAME = 65_536
FRAMES_BURST, FRAMES_A_SECOND = 60, 20
CONNECTIONS_BURST, CONNECTIONS_A_SECOND = 60, 1  # of one address
SUBSCRIPTIONS = 20
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013
MOVING = ("messaging.ConversationAssigned", "messaging.ConversationChanged")
AWAY = (RedisError, OperationalError, InterfaceError)
connections = Gauge("pytake_sockets_open", "Open sockets of agents.")
logger = structlog.get_logger(__name__)


class Refused(Exception):
    """The connection is not, or no longer, allowed; `code` says why."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


class InboxConsumer(AsyncWebsocketConsumer):
    access: Access | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.connection = uuid4().hex
        self.subscriber = feeds.Subscriber(self._deliver, frozenset(), hidden=self._hidden)
        self._closing = False
        self._token = ""
        self._watching: dict[str, list[dict[str, str]]] = {}  # conversation → its viewers, as last told
        self._online: set[str] = set()  # colleagues, as last told
        self._groups: set[str] = set()
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._idle = False
        self._allowance, self._counted_at = float(FRAMES_BURST), asyncio.get_running_loop().time()
        connections.inc()
        try:
            await super().__call__(scope, receive, send)
        except AWAY:  # the browser comes again by itself
            logger.warning("socket_cut", exc_info=True)
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER, "reason": "unavailable"})
        finally:  # not in disconnect(), which the server doesn't call after an error, or when it loses patience
            connections.dec()
            await self._gone()

    async def connect(self) -> None:
        protocols = list(self.scope.get("subprotocols", []))
        await self.accept("bearer" if "bearer" in protocols else None)
        await self._guarded(self._welcome, protocols)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self._closing:
            await self._guarded(self._handle, text_data)

    async def _gone(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        await asyncio.gather(*self._timers.values(), return_exceptions=True)  # none says "still here" after our goodbye
        if self.access is None:
            return
        organization_id, user_id = self.access.organization_id, self.access.user.pk
        feeds.hub().leave(organization_id, self.subscriber)
        for conversation in list(self._watching):
            with suppress(RedisError):
                await self._leave(conversation)
        for group in list(self._groups):
            with suppress(RedisError):
                await self._part(group)
        with suppress(RedisError):
            await presence.rest(organization_id, user_id, self.connection, idle=False)
            if await presence.go(organization_id, user_id, self.connection):
                await self._tell_colleagues({"type": "presence", "user": str(user_id), "status": "offline"})

    # --- signing in ---------------------------------------------------------------------------------------------

    async def _welcome(self, protocols: list[str]) -> None:
        client = address_of_scope(self.scope) or "unknown"
        bucket = ratelimits.Bucket(f"socket:{client}", capacity=CONNECTIONS_BURST, refill=CONNECTIONS_A_SECOND)
        if await sync_to_async(ratelimits.take, thread_sensitive=False)((bucket, 1)):
            raise Refused("too_many_connections", "Too many connections from this address; wait a moment.")
        if protocols[:1] == ["bearer"] and len(protocols) > 1:
            await self._sign_in(protocols[1])
        else:
            self._later("auth", AUTH_SECONDS, self._nobody_signed_in)

    async def _nobody_signed_in(self) -> None:
        raise Refused("auth_timeout", f"Send an auth frame within {AUTH_SECONDS:.0f} seconds.")

    async def _sign_in(self, token: str) -> None:
        self._never("auth")
        access, words = await _access(token)
        if self.access is None:
            await self._open(access, words, token)
        elif (access.user.pk, access.organization_id) == (self.access.user.pk, self.access.organization_id):
            await self._allow(access, words)
        else:
            raise Refused("token_invalid", "This token is somebody else's, or another organization's.")
        self._token = token
        expires_at = access.expires_at or datetime.now(UTC)
        self._later("expire", (expires_at - datetime.now(UTC)).total_seconds(), self._expire)

    async def _expire(self) -> None:
        raise Refused("token_expired", "The access token has expired; send a fresh one before it does.")

    async def _open(self, access: Access, words: frozenset[str], token: str) -> None:
        organization_id, user_id = access.organization_id, access.user.pk
        await self._allow(access, words)
        for group in (f"organization.{organization_id}", f"user.{user_id}"):
            await self._join(group)
        await _access(token)  # once more: had it ended before we joined, nobody would tell us
        _, number = await feeds.extent_of(organization_id)
        await self._write({"type": "ready", "connection": self.connection, "user": str(user_id), "number": number})
        await feeds.hub().follow(organization_id, self.subscriber, number)
        self._later("renew", RENEW_SECONDS, self._renew)
        with suppress(RedisError):  # the renewal makes up for it
            if await presence.come(organization_id, user_id, self.connection):
                await self._tell_colleagues({"type": "presence", "user": str(user_id), "status": "online"})
            await self._tell_who_is_online()
            await self._tell_status()

    async def _allow(self, access: Access, words: frozenset[str]) -> None:
        """This is who is here from now on, and what they may see."""
        before, self.access = self.access, access
        self.subscriber.permissions, self.subscriber.words = access.permissions, words
        if before is None or before.session_id != access.session_id:
            await self._join(f"session.{access.session_id}")
            if before is not None:
                await self._part(f"session.{before.session_id}")

    async def _renew(self) -> None:
        """Still here; and, now and then: still allowed?"""
        for turn in itertools.count(1):
            try:
                await self._still_here()
                if turn % CHECK_EVERY == 0:
                    await self._check()
            except AWAY:  # neither Redis nor PostgreSQL has to be there all the time; the next turn tries again
                logger.warning("socket_not_renewed", exc_info=True)
            await asyncio.sleep(RENEW_SECONDS)

    async def _still_here(self) -> None:
        """Renew what is kept for a minute, and mend what was told: a process that died said no goodbyes."""
        assert self.access is not None
        user = self.access.user
        await presence.come(self.access.organization_id, user.pk, self.connection)
        if self._idle:
            await presence.rest(self.access.organization_id, user.pk, self.connection, idle=True)
        await self._tell_who_is_online()
        for conversation, told in list(self._watching.items()):
            await presence.look(conversation, user.pk, user.full_name, self.connection)
            if (viewers := await presence.viewers(conversation)) != told:
                await self._write_passing({"type": "viewing", "conversation": conversation, "users": viewers})

    async def _tell_who_is_online(self) -> None:
        assert self.access is not None
        online = set(await presence.online(self.access.organization_id))
        changes = [(user, "online") for user in sorted(online - self._online)]
        changes += [(user, "offline") for user in sorted(self._online - online)]
        for user, status in changes:
            await self._write_passing({"type": "presence", "user": user, "status": status})

    async def _check(self) -> None:
        access, words = await _access(self._token)
        await self._allow(access, words)
        await self._look_again()
        await self._tell_status()

    async def _tell_status(self) -> None:
        """Online, away, busy: what colleagues see of this person is written down where it is another now."""
        assert self.access is not None
        organization_id, user_id = self.access.organization_id, self.access.user.pk
        await _record_status(organization_id, user_id, await presence.is_idle(organization_id, user_id))

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
        elif isinstance(kind, str) and kind in self._HANDLERS:
            try:
                await self._HANDLERS[kind](self, frame)
            except RedisError:  # facts go on coming without it
                await self._error("unavailable", "Who types, looks and is here can't be told at the moment.")
        else:
            await self._error("unknown_type", f"There is no frame of type {str(kind)[:40]}.")

    async def _resume(self, frame: dict[str, Any]) -> None:
        assert self.access is not None
        after = frame.get("after")
        if not isinstance(after, int) or isinstance(after, bool) or after < 0:
            await self._error("invalid", "after must be a number of the log.")
            return
        begins_after, last = await feeds.extent_of(self.access.organization_id)
        if not begins_after <= after <= last:
            await self._write({"type": "start_over", "number": last})
            after = last
        await feeds.hub().follow(self.access.organization_id, self.subscriber, after)

    async def _subscribe(self, frame: dict[str, Any]) -> None:
        assert self.access is not None
        conversation, user = _conversation(frame), self.access.user
        if len(self._watching) >= SUBSCRIPTIONS and conversation not in self._watching:
            await self._error("too_many_subscriptions", f"Watch {SUBSCRIPTIONS} conversations at most.")
        elif not conversation or not await _those_visible(self.access, {conversation}):
            await self._error("not_found", "There is no such conversation here.")
        else:
            self._watching[conversation] = []
            await self._join(f"conversation.{conversation}")
            await presence.look(conversation, user.pk, user.full_name, self.connection)
            await self._write_passing(await self._tell_viewers(conversation))

    async def _unsubscribe(self, frame: dict[str, Any]) -> None:
        if (conversation := _conversation(frame)) in self._watching:
            await self._leave(conversation)

    async def _typing(self, frame: dict[str, Any]) -> None:
        assert self.access is not None
        conversation, user = _conversation(frame), self.access.user
        if conversation not in self._watching:
            await self._error("not_subscribed", "Subscribe to the conversation first.")
            return
        told = {
            "type": "typing", "conversation": conversation, "user": str(user.pk), "name": user.full_name,
            "on": frame.get("on") is True,
        }  # fmt: skip
        await self._send_group(f"conversation.{conversation}", told)
        if told["on"] and ANSWER_CONVERSATIONS in self.access.permissions:
            await _show_typing(self.access.organization_id, UUID(conversation))

    async def _rest(self, frame: dict[str, Any]) -> None:
        assert self.access is not None
        self._idle = frame.get("on") is True
        organization_id, user_id = self.access.organization_id, self.access.user.pk
        await presence.rest(organization_id, user_id, self.connection, idle=self._idle)
        await self._tell_status()

    _HANDLERS: dict[str, Callable[[InboxConsumer, dict[str, Any]], Awaitable[None]]] = {
        "resume": _resume,
        "subscribe": _subscribe,
        "unsubscribe": _unsubscribe,
        "typing": _typing,
        "idle": _rest,
    }

    # --- messages from other processes, by the channel layer ------------------------------------------------------

    async def passing_frame(self, message: dict[str, Any]) -> None:
        if message["from"] != self.connection:
            await self._write_passing(message["frame"])

    async def access_ended(self, message: dict[str, Any]) -> None:
        await self._refuse(Refused(message["code"], "This sign-in has ended."))

    async def access_changed(self, _message: dict[str, Any]) -> None:
        await self._guarded(self._check_membership)

    async def _check_membership(self) -> None:
        try:
            await self._check()
        except Refused as refused:
            if refused.code == "signed_out":  # the end of the sign-in itself is told by `access_ended`
                raise Refused("deactivated", "You don't belong to this organization any more.") from refused
            raise

    # --- what all of them need ----------------------------------------------------------------------------------

    async def _guarded(self, work: Callable[..., Awaitable[None]], *args: Any) -> None:
        try:
            await work(*args)
        except Refused as refused:
            await self._refuse(refused)

    async def _refuse(self, refused: Refused) -> None:
        if self._closing:
            return
        client = address_of_scope(self.scope)
        user = self.access and str(self.access.user.pk)
        logger.warning("socket_refused", reason=refused.code, client=client, user=user)
        await self._error(refused.code, refused.detail)
        self._closing = True  # whatever is on its way in or out, from here on it stays there
        if self.access is not None:
            feeds.hub().leave(self.access.organization_id, self.subscriber)
        await self.close(POLICY_VIOLATION, refused.code)

    async def _deliver(self, frame: dict[str, Any]) -> None:
        await self._write(frame)
        if frame["kind"] in MOVING and frame["data"].get("conversation_id") in self._watching:
            self._later("look_again", 0, self._look_again)

    async def _look_again(self) -> None:
        """Of what we watch, what we may see no more is watched no more."""
        assert self.access is not None
        for conversation in set(self._watching) - await _those_visible(self.access, set(self._watching)):
            await self._leave(conversation)

    async def _hidden(self, entries: list[Entry]) -> frozenset[int]:
        """Old facts of conversations that this person sees no more, or never saw: all but that they moved."""
        if self.access is None or ALL in self.subscriber.words:
            return frozenset()
        told = {e.number: str(e.data["conversation_id"]) for e in entries if e.scope and "conversation_id" in e.data}
        moved = {e.number for e in entries if e.kind in MOVING}
        visible = await _those_visible(self.access, set(told.values()))
        return frozenset(number for number, conversation in told.items() if conversation not in visible) - moved

    async def _error(self, code: str, detail: str) -> None:
        await self._write({"type": "error", "code": code, "detail": detail})

    async def _write(self, frame: dict[str, Any]) -> None:
        if not self._closing:
            await self.send(json.dumps(frame, cls=DjangoJSONEncoder))

    async def _write_passing(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "viewing":
            if frame["conversation"] not in self._watching:  # it was on its way when we left
                return
            self._watching[frame["conversation"]] = frame["users"]
        elif frame["type"] == "presence":
            if self.access is None or VIEW_MEMBERS not in self.access.permissions:
                return
            (self._online.add if frame["status"] == "online" else self._online.discard)(frame["user"])
        await self._write(frame)

    def _later(self, name: str, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do this then, unless something else by this name is asked for before."""

        async def wait() -> None:
            await asyncio.sleep(max(0.0, seconds))
            await self._guarded(work)

        self._never(name)
        self._timers[name] = asyncio.create_task(wait())

    def _never(self, name: str) -> None:
        if name in self._timers:
            self._timers.pop(name).cancel()

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self._allowance = min(FRAMES_BURST, self._allowance + (now - self._counted_at) * FRAMES_A_SECOND) - 1
        self._counted_at = now
        if self._allowance < 0:
            raise Refused("too_many_frames", "Too many frames in a short time.")

    async def _join(self, group: str) -> None:
        self._groups.add(group)
        await self.channel_layer.group_add(group, self.channel_name)

    async def _part(self, group: str) -> None:
        self._groups.discard(group)
        await self.channel_layer.group_discard(group, self.channel_name)

    async def _leave(self, conversation: str) -> None:
        assert self.access is not None
        del self._watching[conversation]
        await presence.look_away(conversation, self.access.user.pk, self.access.user.full_name, self.connection)
        await self._tell_viewers(conversation)
        await self._part(f"conversation.{conversation}")

    async def _tell_viewers(self, conversation: str) -> dict[str, Any]:
        frame = {"type": "viewing", "conversation": conversation, "users": await presence.viewers(conversation)}
        await self._send_group(f"conversation.{conversation}", frame)
        return frame

    async def _tell_colleagues(self, frame: dict[str, Any]) -> None:
        assert self.access is not None
        await self._send_group(f"organization.{self.access.organization_id}", frame)

    async def _send_group(self, group: str, frame: dict[str, Any]) -> None:
        await self.channel_layer.group_send(group, {"type": "passing.frame", "from": self.connection, "frame": frame})


def _parse(text: str | None) -> dict[str, Any]:
    if text is None:
        raise Refused("not_json", "Frames are text.")
    if len(text) > LARGEST_FRAME:
        raise Refused("too_large", "A frame may have 64 kB.")
    try:
        frame = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        frame = None
    if not isinstance(frame, dict):
        raise Refused("not_json", "A frame is a JSON object.")
    return frame


def _no_number(name: str) -> Any:
    raise ValueError(name)  # NaN, which JSON doesn't know and a browser couldn't read in the answer


def _conversation(frame: dict[str, Any]) -> str:
    """The conversation that a frame names, in the one spelling that names groups; empty where it is none."""
    try:
        return str(UUID(frame.get("conversation")))
    except (ValueError, TypeError, AttributeError):
        return ""


async def _access(token: str) -> tuple[Access, frozenset[str]]:
    try:
        return await _access_of_token(token)
    except TokenInvalid as error:
        expired = isinstance(error.__cause__, ExpiredTokenError)
        raise Refused("token_expired" if expired else "token_invalid", error.detail) from error
    except SignedOut as error:
        raise Refused("signed_out", error.detail) from error
    except MfaEnrollmentRequired as error:
        raise Refused("mfa_enrollment_required", error.detail) from error


def _look(token: str) -> tuple[Access, frozenset[str]]:
    access = access_of_token(token)
    with organization_scope(access.organization_id):
        return access, words_of(access)


def _visible(access: Access, conversations: set[str]) -> set[str]:
    with organization_scope(access.organization_id):
        rows = Conversation.objects.for_organization(access.organization_id).visible_to(access)
        return {str(pk) for pk in rows.filter(pk__in=conversations).values_list("pk", flat=True)}


def _write_status(organization_id: UUID, user_id: UUID, idle: bool) -> None:
    with organization_scope(organization_id):
        tell_status(organization_id=organization_id, user_id=user_id, connected=True, idle=idle)


def _tell_customer(organization_id: UUID, conversation_id: UUID) -> None:
    with organization_scope(organization_id):
        show_typing(organization_id=organization_id, conversation_id=conversation_id)


_show_typing = database_sync_to_async(_tell_customer, thread_sensitive=False)
_record_status = database_sync_to_async(_write_status, thread_sensitive=False)
_access_of_token = database_sync_to_async(_look, thread_sensitive=False)
_those_visible = database_sync_to_async(_visible, thread_sensitive=False)
