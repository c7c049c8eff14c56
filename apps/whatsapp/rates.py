"""How fast a number may send. Pure: names and sizes; `apps.core.ratelimits` counts them. The keys of one number share
its id in braces, so that a Redis Cluster keeps them together.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from apps.core.ratelimits import Bucket, Pace, Places
from apps.whatsapp.limits import LIMITS
from apps.whatsapp.providers import named

if TYPE_CHECKING:
    from apps.whatsapp.models import Number

STANDARD_PER_SECOND: int = LIMITS["rates"]["number"]["per_second"]
HIGH_PER_SECOND: int = LIMITS["rates"]["number"]["high_per_second"]
COEXISTENCE_PER_SECOND: int = LIMITS["rates"]["number"]["coexistence_per_second"]
PAIR_BURST: float = LIMITS["rates"]["pair"]["burst"]
PAIR_PER_SECOND: float = 1 / LIMITS["rates"]["pair"]["seconds_per_message"]
PLACE_SECONDS: float = LIMITS["rates"]["portfolio"]["window_seconds"]

# Turns are some hundredths slower than allowed, so that a message that leaves some milliseconds late, followed by one
# that leaves on time, makes no second in which one too many left.
MARGIN = 0.985


def pace_of(number: Number) -> Pace:
    """All messages of one number, evenly: in no second more than it may."""
    most = named(number.provider).capabilities.per_second or number.messages_per_second
    return Pace(f"rate:{{{number.pk}}}:number", min(most, number.messages_per_second) * MARGIN)


def budgets_of(number: Number, contact_id: UUID) -> list[Bucket]:
    """What a message takes a share of, beside its turn: what the person may get, what the number may send an hour."""
    capabilities, found = named(number.provider).capabilities, list[Bucket]()
    if capabilities.paces_pairs:
        found.append(pair_bucket(number.pk, contact_id))
    if hour := hour_of(number):
        found.append(hour)
    return found


def hour_of(number: Number) -> Bucket | None:
    """All messages of one number in an hour, where its provider had better not get more."""
    most = named(number.provider).capabilities.per_hour
    return Bucket(f"rate:{{{number.pk}}}:hour", most, most / 3600) if most else None


def pair_bucket(number_id: UUID, contact_id: UUID) -> Bucket:
    """Messages from one number to one person: bursts are borrowed from the minutes that follow."""
    return Bucket(f"{pairs_of(number_id)}{contact_id}", PAIR_BURST, PAIR_PER_SECOND)


def pairs_of(number_id: UUID) -> str:
    """What the names of all of a number's pairs begin with."""
    return f"rate:{{{number_id}}}:pair:"


def places_of(number: Number) -> Places | None:
    """How many people the portfolio's numbers may write to outside of their windows in 24 hours; None: no end, or none
    that Meta has told."""
    most = LIMITS["rates"]["portfolio"]["tiers"].get(number.messaging_limit)
    if most is None or not named(number.provider).capabilities.has_window:
        return None
    return Places(places_key(number), most, PLACE_SECONDS)


def places_key(number: Number) -> str:
    return f"reach:{{{number.organization_id}}}:{number.portfolio}"


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
