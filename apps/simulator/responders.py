"""Who has a chat, where a number has a second responder: chats move between the two, and so do their webhooks.

The other responder is the simulator's own; tests and the phone page speak for it. Rules: whatsapp.md §3.4.
"""

import sqlite3
from typing import Any

from apps.simulator.customers import Customer
from apps.simulator.errors import GraphError
from apps.simulator.ledger import Ledger
from apps.simulator.numbers import Number

IDLE_SECONDS = 24 * 3600
OTHER_APP = "9"
US, OTHER = "us", "other"
_REFUSED_TAKE = "Only the escalation partner of this number may take a thread."


class Threads:
    """The owner of each chat that was ever handed over; chats without one go their usual way."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def owner(self, phone_number_id: str, peer: str, now: float) -> str:
        """`us`, `other`, or empty: never routed, let go of, or silent for a day."""
        row = self._row(phone_number_id, peer)
        if row is None or not row["owner"]:
            return ""
        wrote = self._ledger.row(
            "SELECT max(at) AS at FROM messages WHERE phone_number_id = ? AND peer = ? AND inbound AND at <= ?",
            (phone_number_id, peer, now),
        )
        last = max(row["at"], (wrote["at"] if wrote else None) or 0.0)
        return str(row["owner"]) if now - last < IDLE_SECONDS else ""

    def reached(self, phone_number_id: str, peer: str, now: float) -> str:
        """Whom a message that the customer writes now reaches; it doesn't bring back who was silent for a day."""
        owner = self.owner(phone_number_id, peer, now)
        if not owner and self._row(phone_number_id, peer) is not None:
            self._ledger.write("DELETE FROM threads WHERE phone_number_id = ? AND peer = ?", (phone_number_id, peer))
        return owner

    def give(self, phone_number_id: str, peer: str, owner: str, now: float) -> None:
        self._ledger.write(
            "INSERT OR REPLACE INTO threads (phone_number_id, peer, owner, at) VALUES (?, ?, ?, ?)",
            (phone_number_id, peer, owner, now),
        )

    def clear(self) -> None:
        self._ledger.write("DELETE FROM threads")

    def _row(self, phone_number_id: str, peer: str) -> sqlite3.Row | None:
        return self._ledger.row("SELECT * FROM threads WHERE phone_number_id = ? AND peer = ?", (phone_number_id, peer))


def check_control(action: str, owner: str, *, escalation: bool) -> None:
    """Whether we may do this to a chat that `owner` has.

    Raises:
        GraphError: 131070, it isn't ours; 2494191, only the escalation partner takes chats.
    """
    if action == "take" and not escalation:
        raise GraphError(100, subcode=2494191, message="(#100) " + _REFUSED_TAKE, user=("Not allowed", _REFUSED_TAKE))
    if action != "take" and owner == OTHER:
        raise GraphError(131070)


def takes_by_sending(owner: str, body: dict[str, Any], *, escalation: bool) -> bool:
    """Whether this message takes the chat over; templates never do, and go to everybody.

    Raises:
        GraphError: 131070, another responder has the chat and we aren't the escalation partner.
    """
    if owner != OTHER or body.get("type") == "template" or body.get("category"):
        return False
    if not escalation:
        raise GraphError(131070)
    return True


def handover(number: Number, customer: Customer, kind: str, part: dict[str, Any], at: float) -> dict[str, Any]:
    """The value of `messaging_handovers`: it has no `metadata`, the number stands in `recipient`."""
    us = {"phone_number_id": number.phone_number_id, "display_phone_number": number.digits}
    return {
        "sender": {"phone_number": customer.wa_id},
        "recipient": us,
        "timestamp": str(int(at)),
        "type": kind,
        kind: part,
    }


def taken_by_us(number: Number, note: str = "") -> dict[str, Any]:
    """What tells that this number's app took a chat from the other responder."""
    part = {"previous_owner_role": "ai_agent", "previous_owner_app_id": OTHER_APP, "new_owner_role": "escalation"}
    return part | {"new_owner_app_id": number.app_id} | ({"metadata": note} if note else {})
