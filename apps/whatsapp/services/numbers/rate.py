"""How fast a number may send just now."""

from __future__ import annotations

from typing import Any

from apps.core import ratelimits
from apps.whatsapp.models import Number
from apps.whatsapp.rates import bucket_of
from apps.whatsapp.services.numbers.standing import record


def rate_of(number: Number) -> dict[str, Any]:
    """How much of this second's messages is left; `wait` says when the next one may go."""
    left = ratelimits.level(bucket_of(number))
    wait = 0.0 if left >= 1 else (1 - left) / number.messages_per_second
    return {
        "limit": number.messages_per_second,
        "period": 1,
        "used": round(number.messages_per_second - left, 2),
        "remaining": max(round(left, 2), 0),
        "wait": round(wait, 2),
        "can_send_now": number.status == Number.Status.CONNECTED and not wait,
        "reason": _why_not(number, wait),
    }


def reset_rate(number: Number) -> None:
    """Forget what was sent just now."""
    ratelimits.reset(bucket_of(number))
    record("rate_reset", number)


def _why_not(number: Number, wait: float) -> str:
    if number.status != Number.Status.CONNECTED:
        return number.status_detail or str(Number.Status(number.status).label)
    return f"The next message may go in {wait:.2f} s." if wait else ""
