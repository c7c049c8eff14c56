"""Which WhatsApp an app speaks to, and a client of it."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
from asgiref.sync import async_to_sync
from django.conf import settings

from apps.whatsapp.models import MetaApp
from apps.whatsapp.providers.cloud import CloudClient, open_session

T = TypeVar("T")
# Somebody looks at a page and waits.
IMPATIENT = aiohttp.ClientTimeout(total=8, sock_connect=4)


def graph_url(app: MetaApp | None) -> str:
    """Meta's address, unless the app is a simulator's."""
    return (app.graph_url if app else "") or settings.WHATSAPP_GRAPH_URL


def client_for(session: aiohttp.ClientSession, base_url: str, **options: Any) -> CloudClient:
    """A client of the Cloud API at this address, over a session that is shared and left open."""
    return CloudClient(session, base_url, settings.WHATSAPP_GRAPH_VERSION, **options)


def call(base_url: str, question: Callable[[CloudClient], Awaitable[T]]) -> T:
    """Ask something from code that isn't async, within seconds."""

    async def ask() -> T:
        async with open_session(connections=4) as session:
            return await question(client_for(session, base_url, timeout=IMPATIENT))

    return async_to_sync(ask)()
