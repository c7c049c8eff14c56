"""What becomes of an accepted message: which statuses it gets, and when (whatsapp.md §4.4, §13.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from apps.simulator.customers import Customer
from apps.simulator.magic import Spell
from apps.simulator.switches import Span, Switches

FAILED_AT_LAST = 131026


@dataclass(frozen=True)
class Step:
    """A status that will be.

    Args:
        code: why, if the status is `failed`.
    """

    status: str
    at: float
    code: int | None = None


def plan(
    *,
    now: float,
    body: dict[str, Any],
    customer: Customer,
    spell: Spell,
    switches: Switches,
    random: Random,
    problem: int | None,
) -> list[Step]:
    """The statuses of a message, in the order in which they happen.

    Args:
        now: when it was accepted, in seconds since 1970.
        body: the accepted request.
        problem: the code with which it fails; None if it arrives.
    """
    if not switches.statuses:
        return []
    if problem is not None:
        return [Step("failed", now + random.uniform(*switches.sent_delay), problem)]
    return list(_timed(spell.path or _path(body, customer, switches), now, switches, random))


def visible_at(steps: list[Step], now: float) -> float | None:
    """When the message appears on the phone; None if it never does. Without statuses it is there at once."""
    if not steps:
        return now
    arrived = [step.at for step in steps if step.status in ("delivered", "read")]
    return arrived[0] if arrived else None


def _path(body: dict[str, Any], customer: Customer, switches: Switches) -> tuple[str, ...]:
    """Which statuses: people on the phone page read when their chat is opened there, strangers by themselves."""
    if body["type"] == "reaction" or not switches.delivered:
        return ("sent",)
    if customer.listed or not customer.receipts or not switches.read:
        return ("sent", "delivered")
    voice = body["type"] == "audio" and body["audio"].get("voice")
    return ("sent", "delivered", "read", "played") if voice else ("sent", "delivered", "read")


def _timed(path: tuple[str, ...], now: float, switches: Switches, random: Random) -> Iterator[Step]:
    delays: dict[str, Span] = {"sent": switches.sent_delay, "read": switches.read_delay, "played": switches.read_delay}
    at = now
    for status in path:
        at += random.uniform(*delays.get(status, switches.delivered_delay))
        yield Step(status, at, FAILED_AT_LAST if status == "failed" else None)
