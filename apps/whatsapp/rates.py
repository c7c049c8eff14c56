"""How fast a number may send. Pure: names and sizes of the buckets; `apps.core.ratelimits` counts them.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from apps.core.ratelimits import Bucket
from apps.whatsapp.limits import LIMITS

if TYPE_CHECKING:
    from apps.whatsapp.models import Number

STANDARD_PER_SECOND: int = LIMITS["rates"]["number"]["per_second"]
HIGH_PER_SECOND: int = LIMITS["rates"]["number"]["high_per_second"]
PAIR_BURST: float = LIMITS["rates"]["pair"]["burst"]
PAIR_PER_SECOND: float = 1 / LIMITS["rates"]["pair"]["seconds_per_message"]


def bucket_of(number: Number) -> Bucket:
    """All messages of one number: a second's worth at most, and as many more each second."""
    return Bucket(f"rate:number:{number.pk}", number.messages_per_second, number.messages_per_second)


def pair_bucket(number_id: UUID, contact_id: UUID) -> Bucket:
    """Messages from one number to one person: bursts are borrowed from the minutes that follow."""
    return Bucket(f"rate:pair:{number_id}:{contact_id}", PAIR_BURST, PAIR_PER_SECOND)


def per_second(throughput: str, wanted: int) -> int:
    """How many messages a second, given what WhatsApp tells of a number's throughput.

    Args:
        throughput: STANDARD, HIGH, NOT_APPLICABLE, or anything that Meta thinks of next.
        wanted: what is set. A lower rate that somebody chose stays; the standard one follows an upgrade by Meta.
    """
    if throughput == "HIGH":
        return HIGH_PER_SECOND if wanted == STANDARD_PER_SECOND else wanted
    if throughput == "STANDARD":
        return min(wanted, STANDARD_PER_SECOND)
    return wanted
