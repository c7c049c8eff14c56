"""How fast a number may send just now."""

from __future__ import annotations

from typing import Any

from apps.core import ratelimits
from apps.whatsapp.models import Number
from apps.whatsapp.rates import hour_of, pace_of, pairs_of
from apps.whatsapp.services.numbers.standing import record


def rate_of(number: Number) -> dict[str, Any]:
    """How much of this second's messages is left; `wait` says when the next one may go."""
    limit, wait = number.messages_per_second, ratelimits.taken_ahead(pace_of(number))
    used = min(wait * limit, limit)
    return {
        "limit": limit,
        "period": 1,
        "used": round(used, 2),
        "remaining": round(limit - used, 2),
        "wait": round(wait, 2),
        "can_send_now": number.status == Number.Status.CONNECTED and wait < 1 / limit,
        "reason": _why_not(number, wait),
    }


def reset_rate(number: Number) -> None:
    """Forget what was sent just now, in all and to each person."""
    ratelimits.reset(pace_of(number))
    if hour := hour_of(number):
        ratelimits.reset(hour)
    ratelimits.forget_all(pairs_of(number.pk))
    record("rate_reset", number)


def _why_not(number: Number, wait: float) -> str:
    if number.status != Number.Status.CONNECTED:
        return number.status_detail or str(Number.Status(number.status).label)
    return f"The next message may go in {wait:.2f} s." if wait >= 0.01 else ""
