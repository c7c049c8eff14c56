"""Which way to WhatsApp a number goes, where that is, and a client of it."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Self, TypeVar

import aiohttp
from asgiref.sync import async_to_sync
from django.conf import settings

from apps.core.outgoing import guarded_connector
from apps.whatsapp.models import MetaApp, Number
from apps.whatsapp.providers import Client, Provider, named
from apps.whatsapp.providers.cloud import CloudClient, open_session

T = TypeVar("T")
# Somebody looks at a page and waits.
IMPATIENT = aiohttp.ClientTimeout(total=8, sock_connect=4)


def provider_of(number: Number) -> Provider:
    return named(number.provider)


def graph_url(app: MetaApp | None) -> str:
    """Meta's address, unless the app is a simulator's."""
    return (app.graph_url if app else "") or settings.WHATSAPP_GRAPH_URL


def address_of(number: Number) -> str:
    """Where the number's provider is called; for a number whose app is at hand."""
    return number.gateway_url or graph_url(number.app)


def client_for(session: aiohttp.ClientSession, base_url: str, **options: Any) -> CloudClient:
    """A client of the Cloud API at this address, over a session that is shared and left open."""
    return CloudClient(session, base_url, settings.WHATSAPP_GRAPH_VERSION, **options)


class Clients:
    """Clients of all providers for whoever works for many numbers: one for each address, over shared sessions.

    Addresses that users have written down are called over a session of their own, which lets nobody into our network.
    """

    def __init__(self, *, connections: int) -> None:
        self._connections, self._opened = connections, AsyncExitStack()
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._clients: dict[tuple[str, str], Client] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    async def of(self, number: Number) -> Client:
        """The number's; its app is at hand."""
        key = (number.provider, address_of(number))
        if key not in self._clients:
            provider = provider_of(number)
            session = await self._session(provider.capabilities.by_users)
            self._clients[key] = provider.client(session, key[1], version=settings.WHATSAPP_GRAPH_VERSION)
        return self._clients[key]

    async def _session(self, by_users: bool) -> aiohttp.ClientSession:
        if by_users not in self._sessions:
            self._sessions[by_users] = await self._opened.enter_async_context(_open(by_users, self._connections))
        return self._sessions[by_users]


def call(base_url: str, question: Callable[[CloudClient], Awaitable[T]]) -> T:
    """Ask the Cloud API something from code that isn't async, within seconds."""

    async def ask() -> T:
        async with open_session(connections=4) as session:
            return await question(client_for(session, base_url, timeout=IMPATIENT))

    return async_to_sync(ask)()


def call_other(provider: str, base_url: str, question: Callable[[Client], Awaitable[T]]) -> T:
    """As `call()`, for whichever provider."""
    way = named(provider)

    async def ask() -> T:
        async with _open(way.capabilities.by_users, 4) as session:
            version = settings.WHATSAPP_GRAPH_VERSION
            return await question(way.client(session, base_url, version=version, timeout=IMPATIENT))

    return async_to_sync(ask)()


def ask_gateway(question: Callable[[aiohttp.ClientSession], Awaitable[T]]) -> T:
    """Ask an address that a user has written down, from code that isn't async: the question gets a guarded session."""

    async def ask() -> T:
        async with _open(True, 4) as session:
            return await question(session)

    return async_to_sync(ask)()


def _open(by_users: bool, connections: int) -> aiohttp.ClientSession:
    if not by_users:
        return open_session(connections=connections)
    return open_session(connector=guarded_connector(limit=connections))
