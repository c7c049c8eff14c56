"""A message on its way in, gathering what it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from apps.contacts.models import Contact
from apps.contacts.services import Sender
from apps.messaging.models import Conversation, Message
from apps.whatsapp.models import Change, Media
from apps.whatsapp.payloads import InboundMessage

Origin = Message.Origin
# What Meta tells of itself, and what only stands in the thread: nobody has to answer that.
SILENT = ("reaction", "system", "call")


@dataclass
class Incoming:
    """One message, whoever wrote it: the customer, or the business on another device.

    Attributes:
        sender: the customer at the other end, in either direction.
        promoted: it is here already as a copy of another responder's, and becomes ours.
        client_id: of an entry, which has no id of WhatsApp's: told again, it is the same one.
        unread: how much it counts, where it isn't one for what a customer says to us.
    """

    change: Change
    parsed: InboundMessage
    sender: Sender
    number_id: UUID
    origin: str = Origin.LIVE
    outbound: bool = False
    status: str = Message.Status.RECEIVED
    id: UUID = field(default_factory=uuid7)
    promoted: bool = False
    client_id: UUID | None = None
    unread: int | None = None
    contact: Contact = field(init=False)
    conversation: Conversation = field(init=False)
    media: Media | None = None
    reply_to_id: UUID | None = None

    def __post_init__(self) -> None:
        self.at = written_at(self.parsed.sent_at, self.change.received_at, exactly=self.origin == Origin.HISTORY)
        self.content = content_of(self.parsed)
        self.refers_to = ((self.parsed.reaction[0] if self.parsed.reaction else self.parsed.context_wamid) or "")[:300]

    @property
    def organization_id(self) -> UUID:
        return self.sender.organization_id

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Its place: one contact on one number."""
        return self.contact.pk, self.number_id

    @property
    def is_spoken(self) -> bool:
        """Somebody said something, so that it stands in the list of conversations."""
        return self.parsed.type not in SILENT

    @property
    def counts(self) -> int:
        if self.unread is not None:
            return self.unread
        return int(self.is_heard and self.is_spoken and self.origin == Origin.LIVE)

    @property
    def is_quiet(self) -> bool:
        """It takes no finished conversation up again: it isn't the customer who writes now."""
        return self.outbound or self.origin == Origin.HISTORY or self.parsed.type == "system"

    @property
    def is_heard(self) -> bool:
        """The customer writes now."""
        return not self.outbound and self.origin in (Origin.LIVE, Origin.STANDBY) and self.parsed.type != "system"

    @property
    def opens_until(self) -> datetime | None:
        """How long it lets the business write freely.

        Meta's time, but never one to come: a window that ends in a thousand years never would.
        """
        if not (self.is_heard and self.parsed.opens_window):
            return None
        return min(self.parsed.sent_at or self.at, self.change.received_at) + WINDOW


WINDOW = timedelta(hours=24)


def content_of(parsed: InboundMessage) -> dict[str, Any]:
    """What it says, with what WhatsApp tells of how it came."""
    more: dict[str, Any] = {}
    if parsed.frequently_forwarded:
        more["frequently_forwarded"] = True
    if parsed.referred_product:
        more["referred_product"] = parsed.referred_product
    return parsed.content | more


def sender_of(change: Change, parsed: InboundMessage) -> Sender:
    """The customer, as the webhook names them."""
    assert change.organization_id is not None
    return Sender(
        change.organization_id, parsed.from_phone, parsed.from_bsuid, parsed.profile_name, parsed.parent_bsuid,
        parsed.username or "",
    )  # fmt: skip


def written_at(sent_at: datetime | None, received_at: datetime, *, exactly: bool = False) -> datetime:
    """When it was written: the latest moment that fits Meta's time, whose grain is a second, and our receipt.

    So a message that came at once keeps its place between ours, and one that was delayed goes where it belongs.
    `exactly`: it was written long ago, and keeps its second.
    """
    if sent_at is None:
        return received_at
    return min(received_at, sent_at if exactly else sent_at + timedelta(microseconds=999_999))
