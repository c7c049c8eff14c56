"""Who acts, from where: set once where a request, a socket or a command comes in, read by whoever writes it down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from rest_framework.settings import api_settings


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
    """The client's address. `X-Forwarded-For` is believed for NUM_PROXIES proxies and no further."""
    proxies = int(api_settings.NUM_PROXIES or 0)
    forwarded = [each.strip() for each in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    if proxies and forwarded:
        return str(forwarded[-min(proxies, len(forwarded))])[:64]
    return str(meta.get("REMOTE_ADDR") or "")[:64]


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
