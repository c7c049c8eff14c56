"""Calls over HTTP whose endings are values: what every connector's client stands on.

Whatever the network does, the caller learns whether anything may have left this machine: that decides whether a
message may be sent again by a machine.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import BytesPayload
from yarl import URL

from apps.core.errors import UrlRefused
from apps.whatsapp.providers.results import NotSent, Unknown

# A send is answered within a second or so; the longest wait stays under the lease of a message that is being sent.
SEND_TIMEOUT: Final = aiohttp.ClientTimeout(total=30, sock_connect=5)
FILE_TIMEOUT: Final = aiohttp.ClientTimeout(total=300, sock_connect=5, sock_read=30)
# Shorter than servers keep idle connections: one that they close while a request leaves makes that request uncertain.
KEEP_ALIVE_SECONDS: Final = 10.0
# Media servers have refused the names that HTTP libraries give themselves.
USER_AGENT: Final = "PyTake/1.0"
LONGEST_ANSWER: Final = 1024 * 1024
CHUNK: Final = 64 * 1024

T = TypeVar("T")


def open_session(*, connections: int = 200, connector: aiohttp.BaseConnector | None = None) -> aiohttp.ClientSession:
    """A client session as providers want it; one a process, closed by whoever opened it.

    Args:
        connections: at most so many at once; further calls wait their turn.
        connector: instead of the usual one, for addresses that users have configured.
    """
    usual = connector or aiohttp.TCPConnector(limit=connections, keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=60)
    return aiohttp.ClientSession(
        connector=usual, cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": USER_AGENT}, timeout=SEND_TIMEOUT
    )


class Body(BytesPayload):
    """Bytes that know whether they have left. aiohttp's exceptions alone don't tell: a time-out can come before the
    connection stands (all of the pool's are taken) or after; a closed connection can be found before or after writing.
    """

    left = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        transport = getattr(writer, "transport", None)
        self.left = transport is not None and not transport.is_closing()
        await super().write_with_length(writer, content_length)


def json_body(body: Mapping[str, Any]) -> Body:
    return Body(json.dumps(body, separators=(",", ":")).encode(), content_type="application/json")


async def call(
    session: aiohttp.ClientSession,
    method: str,
    url: URL,
    read: Callable[[aiohttp.ClientResponse], Awaitable[T]],
    *,
    headers: Mapping[str, str],
    data: Body | aiohttp.FormData | None = None,
    timeout: aiohttp.ClientTimeout = SEND_TIMEOUT,
) -> T | NotSent | Unknown:
    """What `read` makes of the answer, or why there is none. Redirects are answers like others."""
    try:
        async with session.request(
            method, url, headers=headers, data=data, timeout=timeout, allow_redirects=False
        ) as response:
            return await read(response)
    except UrlRefused as refusal:  # the guard of addresses that users have written down
        return NotSent(refusal.detail)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        return NotSent(reason) if _stayed_here(data, error) else Unknown(reason)


def _stayed_here(data: object, error: Exception) -> bool:
    if isinstance(data, Body):
        return not data.left
    return isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL)


async def json_of(response: aiohttp.ClientResponse, *, longest: int = LONGEST_ANSWER) -> Any:
    """The answer's JSON; None where it is none, or longer than any answer is."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > longest:
            return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
