"""How often one caller may ask: a limit for all of the API, and narrower ones for what is dear."""

from dataclasses import dataclass
from math import ceil
from typing import Any

import redis
import structlog
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.core.actor import current_actor
from apps.core.ratelimits import Bucket, take_and_tell

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limit:
    """So many requests a minute, all of which may come at once."""

    name: str
    a_minute: int

    def bucket(self, who: str) -> Bucket:
        return Bucket(f"api:{self.name}:{who}", self.a_minute, self.a_minute / 60)


class ApiLimits(BaseThrottle):
    """Counts by API key, person or address. A view's `rate_scopes` name narrower limits, action by action.

    Where Redis is away nobody is refused: an API that answers is worth more than its limits.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        limits = _limits_of(request, view)
        if not limits:
            return True
        actor = current_actor()
        who = f"{actor.kind}:{actor.id}" if actor.id else f"address:{actor.address}"
        try:
            self._wait, left = take_and_tell(*((limit.bucket(who), 1) for limit in limits))
        except redis.RedisError:
            logger.warning("rate_limits_away", exc_info=True)
            return True
        narrowest, tokens = min(zip(limits, left, strict=True), key=lambda each: each[1])
        full_in = (narrowest.a_minute - tokens) / narrowest.a_minute * 60
        request._request.rate_headers = {  # type: ignore[attr-defined]  # pytake.headers sends them
            "X-RateLimit-Limit": str(narrowest.a_minute),
            "X-RateLimit-Remaining": str(int(tokens)),
            "X-RateLimit-Reset": str(ceil(full_in)),
        }
        return self._wait == 0

    def wait(self) -> float:
        return self._wait


def _limits_of(request: Request, view: Any) -> list[Limit]:
    limits = []
    general = getattr(request.auth, "requests_per_minute", None) or settings.API_REQUESTS_PER_MINUTE
    if general:
        limits.append(Limit("all", general))
    scope = getattr(view, "rate_scopes", {}).get(getattr(view, "action", None))
    if scope and (narrow := settings.API_RATES[scope]):
        limits.append(Limit(scope, narrow))
    return limits
