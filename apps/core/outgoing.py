"""Calls to addresses that users have configured: the one guard, so that nobody reaches our own network through us.

A name is resolved once, every address of its answer is checked, and the connection goes to the very address that was
checked: an answer that changes meanwhile changes nothing. Redirects are followed by hand, each checked anew.
"""

import asyncio
import errno
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from json import loads
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import aiohttp
import idna
from aiohttp.abc import AbstractResolver, ResolveResult
from asgiref.sync import async_to_sync
from django.conf import settings

from apps.core.errors import CallFailed, UrlRefused

Address = IPv4Address | IPv6Address
LONGEST_URL = 2048
_PORTS = {"http": 80, "https": 443}
# Services that would take a request for commands of theirs, as the Fetch standard lists them, and databases.
# Source: https://fetch.spec.whatwg.org/#port-blocking
_BLOCKED_PORTS = frozenset(
    [*range(1, 80), *range(101, 120), 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, *range(512, 516), 526, 530,
     531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1433, 1521, 1719, 1720, 1723, 2049, 2375,
     2376, 2379, 2380, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 5672, 6000, 6379, 6380, 6566, 6665, 6666, 6667, 6668,
     6669, 6679, 6697, 9042, 9092, 10080, 10250, 11211, 26379, 27017]
)  # fmt: skip
# What `is_global` lets through although it leads somewhere else: multicast, and addresses that stand for others.
_NEVER: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(each) for each in ("224.0.0.0/4", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
)
_GLOBAL_V6, _NAT64 = IPv6Network("2000::/3"), IPv6Network("64:ff9b::/96")
# As browsers and C libraries read numbers: 127.1, 2130706433, 0x7f000001, 0177.0.0.1.
# Source: https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_FOLLOWED, _TURN_TO_GET, _MOST_REDIRECTS = {301, 302, 303, 307, 308}, {301, 302, 303}, 3
_KEPT_HEADERS = {"accept", "accept-language", "content-type", "user-agent"}  # where a redirect leads to another server


@dataclass(frozen=True)
class Answer:
    """What came back: of whichever status, with its body whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        try:
            return loads(self.body)
        except ValueError as error:
            raise CallFailed("The server's answer is no JSON.") from error


def check_url(url: str, *, field: str = "url") -> str:
    """The URL in its plain form, or the reason why nothing of ours may call it. Names are resolved at the call only."""
    if not isinstance(url, str) or len(url) > LONGEST_URL:
        raise UrlRefused(f"An address may have {LONGEST_URL:,} characters.", field=field)
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise UrlRefused("An address has no spaces, control characters or backslashes.", field=field)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UrlRefused("This is no address.", field=field) from error
    if parts.scheme not in _PORTS:
        raise UrlRefused("An address begins with https:// or http://.", field=field)
    if "@" in parts.netloc:
        raise UrlRefused("An address carries no user name and no password.", field=field)
    if port is not None and (port == 0 or port in _BLOCKED_PORTS):
        raise UrlRefused(f"Port {port} belongs to another kind of service.", field=field)
    host = _host_of(parts.hostname or "", field)
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def check_address(text: str) -> None:
    """Raises where this numeric address isn't a public one, nor in a network that the operator has opened."""
    address = ip_address(text.partition("%")[0])
    if not (_is_opened(address) or _is_public(address)):
        raise UrlRefused(f"{address} is not on the public internet.")


class GuardedResolver(AbstractResolver):
    """Resolves a name once and gives only an answer all of whose addresses may be called."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self.look_up(host, port, family)
        for address in addresses:
            check_address(address)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[str]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))

    async def close(self) -> None:
        return None


def guarded_connector(resolver: AbstractResolver | None = None, **options: Any) -> aiohttp.TCPConnector:
    """For a session of one's own. Its redirects are guarded, too, but may fall from https to http: switch them off."""
    return aiohttp.TCPConnector(
        resolver=resolver or GuardedResolver(), socket_factory=_checked_socket, use_dns_cache=False, **options
    )


async def fetch_async(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    json: Any = None,
    limit: int = 1024 * 1024,
    timeout: float = 10,
    redirects: int = _MOST_REDIRECTS,
    field: str = "url",
) -> Answer:
    """Call it and read at most `limit` bytes within `timeout` seconds in all.

    Raises:
        UrlRefused: the address, or one that it leads to, may not be called.
        CallFailed: nobody answered, or not within what was allowed.
    """
    sent, what = dict(headers or {}), {"data": body, "json": json}
    url = check_url(url, field=field)
    try:
        async with asyncio.timeout(timeout), aiohttp.ClientSession(connector=guarded_connector()) as session:
            for _ in range(redirects + 1):
                async with session.request(method, url, headers=sent, allow_redirects=False, **what) as response:
                    to = response.headers.get("Location", "")
                    if not (redirects and to and response.status in _FOLLOWED):
                        content = await _read(response, limit)
                        return Answer(response.status, dict(response.headers), content, url)
                    status, before = response.status, url
                url = _redirected(before, to, field)
                if urlsplit(url)[:2] != urlsplit(before)[:2]:
                    sent = {name: value for name, value in sent.items() if name.lower() in _KEPT_HEADERS}
                if status in _TURN_TO_GET and method not in ("GET", "HEAD"):
                    method, what = "GET", {}
        raise CallFailed(f"The server redirects more than {redirects} times.")
    except UrlRefused as refusal:
        raise UrlRefused(refusal.detail, field=field) from refusal
    except TimeoutError as error:
        raise CallFailed(f"No whole answer within {timeout:g} seconds.") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise CallFailed(f"The call failed: {_reason(error)}.") from error


fetch = async_to_sync(fetch_async)


def _host_of(host: str, field: str) -> str:
    if not host:
        raise UrlRefused("The address names no host.", field=field)
    try:
        return _bracketed(host) if ":" in host else _named(host.rstrip("."))
    except UrlRefused as refusal:
        raise UrlRefused(refusal.detail, field=field) from refusal
    except ValueError as error:  # idna's errors, too
        raise UrlRefused("The address names no host that could exist.", field=field) from error


def _bracketed(host: str) -> str:
    check_address(host)
    return f"[{IPv6Address(host).compressed}]" if "%" not in host else _named("")


def _named(host: str) -> str:
    name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise ValueError(name)
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        check_address(name)  # a ValueError for whatever isn't four decimal numbers without leading zeros
    if name == "localhost" or name.endswith(".localhost"):
        check_address("127.0.0.1")
    return name


def _is_opened(address: Address) -> bool:
    return any(address in ip_network(each) for each in settings.OUTGOING_ALLOWED_NETWORKS)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            inside = address.ipv4_mapped
            return _is_opened(inside) or _is_public(inside)
        if address in _NAT64:  # the way to every IPv4 address in networks that have IPv6 alone
            return _is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_V6:
            return False
    return address.is_global and not any(address in network for network in _NEVER)


def _checked_socket(info: tuple[Any, ...]) -> socket.socket:
    """The last wall, for addresses that no resolver has seen: numbers in the URL of a session's own redirect."""
    family, kind, proto, _, sockaddr = info
    try:
        check_address(str(sockaddr[0]))
    except UrlRefused as refusal:
        raise PermissionError(errno.EACCES, refusal.detail) from refusal
    return socket.socket(family=family, type=kind, proto=proto)


def _redirected(before: str, to: str, field: str) -> str:
    url = check_url(urljoin(before, to), field=field)
    if before.startswith("https:") and not url.startswith("https:"):
        raise UrlRefused("The server redirects from https to http.", field=field)
    return url


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):  # unpacked: a small archive of much is much
        content += chunk
        if len(content) > limit:
            raise CallFailed(f"The answer has more than {limit:,} bytes.")
    return bytes(content)


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "the server's certificate isn't valid"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "there is no such host"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "nobody answers there"
    return "the server's answer can't be read" if isinstance(error, ValueError) else "the connection broke"
