"""How a payment of an order stands: statuses whose `type` is payment.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.whatsapp.payloads.chat_events import Person
from apps.whatsapp.payloads.statuses import status_event
from apps.whatsapp.payloads.values import mapping, text, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """A step of a payment.

    Attributes:
        status: captured, pending, failed, new, canceled; others may come.
        reference_id: the business's own name of the order.
        amount: in parts of the currency's unit: of `offset` such parts there is one; None if it isn't told.
        transaction: the payment service's own id of it.
    """

    person: Person
    at: datetime | None
    status: str
    reference_id: str
    amount: int | None
    offset: int
    currency: str
    transaction: str


def payment_event(value: dict[str, Any]) -> PaymentEvent | None:
    """The step that a status tells; None where it is about a message, or names nobody."""
    event = status_event(value)
    if event.kind != "payment" or not event.status:
        return None
    if event.group_id or not (event.recipient_phone or event.recipient_bsuid):
        return None
    told = mapping(event.raw.get("payment"))
    amount = mapping(told.get("amount"))
    return PaymentEvent(
        person=Person(phone=event.recipient_phone, bsuid=event.recipient_bsuid),
        at=event.at,
        status=event.status[:20],
        reference_id=(text(told.get("reference_id")) or "")[:100],
        amount=whole(amount.get("value")),
        offset=whole(amount.get("offset")) or 100,
        currency=(text(told.get("currency")) or "")[:3],
        transaction=(text(mapping(told.get("transaction")).get("id")) or "")[:100],
    )
