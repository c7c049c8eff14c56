"""Meta's webhook bodies, read into plain typed values. Pure: no models, no clock, no settings.

`split` takes one POST body apart; `inbound_message` and `status_event` read one item of it. Nothing here fails on what
it doesn't know: fields, types and keys come and go, and a message is never lost for that.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages and the
pages of the other fields beside it.
"""

from apps.whatsapp.payloads.chat_events import (
    BookEntry,
    CallEvent,
    Context,
    Handover,
    Past,
    Person,
    Wish,
    book_entry,
    call_event,
    conversation_context,
    echo_message,
    handover,
    history_error,
    past_messages,
    wish,
)
from apps.whatsapp.payloads.envelope import split
from apps.whatsapp.payloads.messages import inbound_message
from apps.whatsapp.payloads.payments import PaymentEvent, payment_event
from apps.whatsapp.payloads.statuses import status_event
from apps.whatsapp.payloads.types import (
    InboundMedia,
    InboundMessage,
    Item,
    ItemKind,
    MessageType,
    ProviderError,
    StatusEvent,
)

__all__ = [
    "BookEntry",
    "CallEvent",
    "Context",
    "Handover",
    "InboundMedia",
    "InboundMessage",
    "Item",
    "ItemKind",
    "MessageType",
    "Past",
    "PaymentEvent",
    "Person",
    "ProviderError",
    "StatusEvent",
    "Wish",
    "book_entry",
    "call_event",
    "conversation_context",
    "echo_message",
    "handover",
    "history_error",
    "inbound_message",
    "past_messages",
    "payment_event",
    "split",
    "status_event",
    "wish",
]
