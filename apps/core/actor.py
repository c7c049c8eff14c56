"""Who acts, from where: set once where a request, a socket or a command comes in, read by whoever writes it down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Actor:
    """`kind`: user, api_key, staff (support desk) or system (tasks and commands)."""

    kind: str = "system"
    id: UUID | None = None
    name: str = ""
    address: str = ""
    user_agent: str = ""
    request_id: str = ""
    impersonator_id: UUID | None = None  # of the support staff, who acts as this person


_NOBODY = Actor()
_actor: ContextVar[Actor] = ContextVar("who acts", default=_NOBODY)


def current_actor() -> Actor:
    return _actor.get()


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    before = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(before)


def identify(*, kind: str, actor_id: UUID, name: str, impersonator_id: UUID | None = None) -> None:
    """The request has shown whose it is."""
    _actor.set(replace(_actor.get(), kind=kind, id=actor_id, name=name, impersonator_id=impersonator_id))


def address_of(meta: dict[str, Any]) -> str:
    """The client's address: the peer's, or what proxies of our own, which TRUSTED_PROXIES names, say of it.

    Each proxy appends whom it heard from, so `X-Forwarded-For` is read from its end: the first address that is none of
    our proxies' is the client's. Whatever stands before that, the client may have written.
    """
    return _client_of(str(meta.get("REMOTE_ADDR") or ""), str(meta.get("HTTP_X_FORWARDED_FOR") or ""))


def address_of_scope(scope: Mapping[str, Any]) -> str:
    """The same of a socket."""
    said = (value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"x-forwarded-for")
    return _client_of(str((scope.get("client") or [""])[0] or ""), ",".join(said))


def _client_of(peer: str, forwarded: str) -> str:
    proxies = _networks(tuple(settings.TRUSTED_PROXIES))
    client = _address(peer)
    for hop in reversed(forwarded.split(",")):
        if client is None or not any(client in each for each in proxies):
            break
        said = _address(hop)
        if said is None:  # no proxy writes that: nothing before it is believed
            break
        client = said
    return str(client) if client is not None else peer[:64]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """`192.0.2.1`, `2001:db8::1`, and as some proxies write them: with a port, in brackets."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address


@lru_cache(maxsize=8)
def _networks(proxies: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each) for each in proxies)


class ClientAddressMiddleware:
    """From here on REMOTE_ADDR is the client's, for whatever reads it, and nobody else weighs what proxies say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = address_of(request.META)
        request.META.pop("HTTP_X_FORWARDED_FOR", None)
        return self.get_response(request)


class ActorMiddleware:
    """Every request begins as nobody's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nobody = Actor(
            kind="anonymous",
            address=address_of(request.META),
            user_agent=request.headers.get("User-Agent", "")[:300],
            request_id=request.headers.get("X-Request-ID", "")[:64] or uuid4().hex,
        )
        with acting_as(nobody):
            return self.get_response(request)
