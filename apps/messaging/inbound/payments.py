"""What WhatsApp hears of payments stands in the thread; it says nothing of the bill's own way to the customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apps.core.events import publish
from apps.messaging.inbound.entries import entry, write_entries
from apps.messaging.inbound.incoming import Incoming
from apps.whatsapp.models import Change
from apps.whatsapp.payloads import PaymentEvent, payment_event
from apps.whatsapp.services import inbound


def is_payment(change: Change) -> bool:
    status = change.value.get("status")
    return change.kind == "status" and isinstance(status, dict) and status.get("type") == "payment"


def note_payments(changes: Sequence[Change]) -> None:
    """One entry for each step of each payment."""
    events = [(change, event) for change in changes if change.number_id and (event := payment_event(change.value))]
    publish(*write_entries([_entry(change, event) for change, event in events]))
    inbound.done(changes)


def _entry(change: Change, event: PaymentEvent) -> Incoming:
    content: dict[str, Any] = {
        "kind": "payment",
        "body": "",
        "status": event.status,
        "reference_id": event.reference_id,
        "currency": event.currency,
    }
    if event.amount is not None:
        content["amount"] = {"value": event.amount, "offset": event.offset}
    key = f"payment {event.reference_id} {event.transaction} {event.status} {event.at}"
    return entry(change, event.person, event.at, content, key=key)
