"""What a number has used of all its limits, and a fresh start for them."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Organization
from apps.core import ratelimits
from apps.messaging import outbox, places, selectors
from apps.whatsapp.models import Number
from apps.whatsapp.rates import hour_of, places_of
from apps.whatsapp.services import numbers


def usage_of(number: Number, organization: Organization) -> dict[str, Any]:
    """As the API shows it: by second, hour and day, and what the number sent by hour and day."""
    sent = selectors.sent_by_number(number, organization.timezone)
    return _now(number) | {"hour": _hour(number, sent["last_hour"]), "people": _people(number)} | {
        "by_hour": sent["by_hour"], "by_day": sent["by_day"],
    }  # fmt: skip


def reset(number: Number) -> None:
    """Forget what was sent just now, and a pause. Who was written to in 24 hours is counted anew, from the messages."""
    numbers.reset_rate(number)
    places.recount(number)
    outbox.resume(number.pk)


def _now(number: Number) -> dict[str, Any]:
    found, pause = numbers.rate_of(number), outbox.paused_for(number.pk)
    if not pause or not found["can_send_now"]:
        return found
    return found | {"wait": round(pause, 2), "can_send_now": False, "reason": "WhatsApp asked for a pause."}


def _hour(number: Number, used: int) -> dict[str, Any]:
    bucket = hour_of(number)
    if bucket is None:
        return {"limit": None, "used": used, "remaining": None}
    left = ratelimits.take_and_tell((bucket, 0))[1][0]
    return {"limit": int(bucket.capacity), "used": used, "remaining": max(0, int(left))}


def _people(number: Number) -> dict[str, Any]:
    found, (used, next_free_at) = places_of(number), places.used(number)
    return {
        "tier": number.messaging_limit,
        "limit": found.most if found else None,
        "used": used,
        "remaining": max(0, found.most - used) if found else None,
        "next_free_at": next_free_at,
        "messages_waiting": places.waiting(number),
    }
