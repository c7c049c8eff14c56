"""An agent's browser, as far as the socket knows it: over the ASGI callable, or over a real connection."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import websockets
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from rest_framework_simplejwt.tokens import AccessToken

from apps.accounts import services as accounts
from apps.accounts.models import Organization
from apps.accounts.selectors import access_of_token
from apps.core import log
from apps.core.events import Fact, publish
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging.events import ConversationRead
from apps.messaging.models import Conversation
from pytake.asgi import application
from tests.messaging import asyncapi

T = TypeVar("T")
PATIENCE = 15.0
PATH = "/ws/v1/inbox/"
NOBODY = UUID(int=7)
Frame = dict[str, Any]
_addresses: Iterator[str] = (f"198.51.100.{n % 250}" for n in range(10_000))


class Closed(Exception):
    """The server has closed the socket."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(f"{code} {reason}")


class Browser:
    """One tab. Frames that nobody has asked for yet are kept; all are held to docs/asyncapi.yaml."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.subprotocol: str | None = None

    async def _send(self, message: str | bytes) -> None:
        raise NotImplementedError

    async def _receive(self) -> str:
        """
        Raises:
            Closed
        """
        raise NotImplementedError

    async def leave(self) -> None:
        raise NotImplementedError

    async def say(self, kind: str, **values: Any) -> None:
        await self._send(json.dumps({"type": kind} | values))

    async def say_raw(self, message: str | bytes) -> None:
        await self._send(message)

    async def next(self, *kinds: str, patience: float = PATIENCE, **values: Any) -> Frame:
        """The next frame of one of these types and with these values; what comes before stays where it is."""
        looked_at = 0
        async with asyncio.timeout(patience):
            while True:
                for frame in self.frames[looked_at:]:
                    looked_at += 1
                    if frame["type"] in kinds and values.items() <= frame.items():
                        self.frames.remove(frame)
                        return frame
                await self._keep_one()

    async def so_far(self, *kinds: str) -> list[Frame]:
        """Everything of these types that came before the answer to a ping; forgets the rest."""
        await self.say("ping", at="so far")
        await self.next("pong", at="so far")
        found, self.frames = self.frames, []
        return [frame for frame in found if frame["type"] in kinds]

    async def closed(self, *, patience: float = PATIENCE) -> tuple[int, str]:
        """With what code and reason the socket is closed; frames before that are kept."""
        async with asyncio.timeout(patience):
            try:
                while True:
                    await self._keep_one()
            except Closed as closed:
                return closed.code, closed.reason

    async def _keep_one(self) -> None:
        frame = json.loads(await self._receive())
        assert asyncapi.differences_of_server(frame) == []
        self.frames.append(frame)

    async def sign_in(self, token: str) -> Frame:
        await self.say("auth", token=token)
        return await self.next("ready")


class Tab(Browser):
    """A tab on the ASGI callable, without a server between."""

    def __init__(self, *, protocols: list[str] | None = None, address: str = "") -> None:
        super().__init__()
        self.address = address or next(_addresses)
        self._ended = False
        self.communicator = WebsocketCommunicator(application, PATH, subprotocols=protocols)
        self.communicator.scope["client"] = [self.address, 5000]  # type: ignore[typeddict-item]

    async def open(self) -> "Tab":
        _, subprotocol = await self.communicator.connect(timeout=PATIENCE)
        self.subprotocol = str(subprotocol) if subprotocol else None
        return self

    async def _send(self, message: str | bytes) -> None:
        text = message if isinstance(message, str) else None
        await self.communicator.send_to(text_data=text, bytes_data=None if text is not None else message)  # type: ignore[arg-type]

    async def _receive(self) -> str:
        application, output = self.communicator.future, asyncio.ensure_future(self.communicator.output_queue.get())
        try:
            await asyncio.wait([application, output], return_when=asyncio.FIRST_COMPLETED)
            if not output.done():
                application.result()  # its error, if it died of one
                raise Closed(1006, "the application has ended")
            message = output.result()
        finally:
            output.cancel()
        if message["type"] == "websocket.close":
            raise Closed(message.get("code", 1000), message.get("reason", ""))
        return str(message["text"])

    async def leave(self) -> None:
        if not self._ended:
            self._ended = True
            await self.communicator.disconnect(timeout=PATIENCE)

    async def vanish(self) -> None:
        """The server has lost its patience with this connection, and ends the application without a word."""
        self._ended = True
        self.communicator.future.cancel()
        await asyncio.wait([self.communicator.future])


class RealTab(Browser):
    """A tab on a real server."""

    def __init__(self, address: str, *, protocols: list[str] | None = None) -> None:
        super().__init__()
        self._address, self._protocols = address.replace("http", "ws", 1) + PATH, protocols
        self._socket: websockets.ClientConnection

    async def open(self) -> "RealTab":
        protocols: Any = self._protocols
        self._socket = await websockets.connect(self._address, subprotocols=protocols, open_timeout=PATIENCE)
        self.subprotocol = self._socket.subprotocol
        return self

    async def _send(self, message: str | bytes) -> None:
        await self._socket.send(message)

    async def _receive(self) -> str:
        try:
            return str(await self._socket.recv())
        except websockets.ConnectionClosed as closed:
            end = closed.rcvd
            raise Closed(end.code if end else 1006, end.reason if end else "") from closed

    async def leave(self) -> None:
        await self._socket.close()


Open = Callable[..., Awaitable[Tab]]


async def beside(work: Callable[..., T], *args: Any, **values: Any) -> T:
    """Call something that reads or writes the database, while this test's loop goes on."""
    return await database_sync_to_async(work, thread_sensitive=False)(*args, **values)


def tell(organization: Organization, *facts: Fact) -> None:
    with organization_scope(organization):
        publish(*facts)


def fact(organization: Organization, n: int) -> ConversationRead:
    """Something happened that every agent may know of; `n` tells it from others."""
    return ConversationRead(organization_id=organization.pk, conversation_id=NOBODY, unread_count=n)


async def happen(organization: Organization, *numbers: int) -> None:
    """Facts, each in a transaction of its own."""
    for n in numbers:
        await beside(tell, organization, fact(organization, n))


def user_of(token: str) -> str:
    return str(AccessToken(token)["user_id"])  # type: ignore[arg-type]


def aged(token: str, seconds: float) -> str:
    """The same token with so many seconds left to live."""
    found = AccessToken(token)  # type: ignore[arg-type]
    found.set_exp(lifetime=timedelta(seconds=seconds))
    return str(found)


def close(organization: Organization) -> None:
    with all_organizations("the installation closes an organization"):
        Organization.objects.filter(pk=organization.pk).update(is_active=False)


def sign_out(token: str) -> None:
    accounts.logout(access=access_of_token(token))


def chain_of(frames: list[Frame]) -> list[tuple[int, int]]:
    return [(frame["previous"], frame["number"]) for frame in frames]


async def events_until(tab: Browser, last: int) -> list[Frame]:
    found: list[Frame] = []
    while not found or found[-1]["number"] < last:
        found.append(await tab.next("event"))
    return found


async def head_of(organization: Organization) -> int:
    def look() -> int:
        with organization_scope(organization):
            return log.last_number(organization.pk)

    return await beside(look)


async def watch(tab: Browser, conversation: Conversation | str) -> list[str]:
    """Who is looking, by name, when we come."""
    named = conversation if isinstance(conversation, str) else str(conversation.pk)
    await tab.say("subscribe", conversation=named)
    return [user["name"] for user in (await tab.next("viewing"))["users"]]
