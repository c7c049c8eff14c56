"""What isn't said by anybody and still stands in the thread: calls, handovers, changes of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from apps.contacts.services import Sender
from apps.core.events import Fact
from apps.messaging.events import MessageAdded
from apps.messaging.inbound.counters import move_counters
from apps.messaging.inbound.incoming import Incoming
from apps.messaging.inbound.places import find_places
from apps.messaging.inbound.writing import write
from apps.messaging.models import Message
from apps.messaging.visibility import scope_of
from apps.whatsapp.models import Change
from apps.whatsapp.payloads import InboundMessage, Person


def entry(
    change: Change,
    person: Person,
    at: datetime | None,
    content: dict[str, Any],
    *,
    key: str,
    kind: Literal["system", "call"] = "system",
    text: str = "",
    outbound: bool = False,
    opens_window: bool = False,
) -> Incoming:
    """An entry on its way in.

    Args:
        content: `kind` says what it is; the web app has the words.
        key: tells it from all others of the number: told again, it is the same entry.
    """
    assert change.organization_id is not None
    assert change.number_id is not None
    parsed = InboundMessage(
        wamid=None, from_phone=person.phone, from_bsuid=person.bsuid, parent_bsuid=None, profile_name=person.name,
        username=None, sent_at=at, type=kind, content=content, text=text, media=None, context_wamid=None,
        context_from=None, forwarded=False, frequently_forwarded=False, referral=None, referred_product=None,
        group_id=None, reaction=None, opens_window=opens_window, errors=(), raw={},
    )  # fmt: skip
    sender = Sender(change.organization_id, person.phone, person.bsuid, person.name)
    made = Incoming(change, parsed, sender, change.number_id, outbound=outbound)
    made.client_id = uuid5(change.number_id, key)
    return made


def known_entries(entries: Sequence[Incoming]) -> dict[UUID, Message]:
    """Those that stand in their threads already, by `client_id`, locked."""
    rows = Message.objects.across_organizations().filter(
        organization__in={each.organization_id for each in entries},
        client_id__among=[each.client_id for each in entries if each.client_id],
    )
    return {row.client_id: row for row in rows.select_for_update(no_key=True).order_by("pk") if row.client_id}


def write_entries(entries: Sequence[Incoming]) -> list[Fact]:
    """Store those that don't stand in their threads yet; returns what is news, not yet published."""
    known = known_entries(entries)
    new = {each.client_id: each for each in reversed(entries) if each.client_id not in known}
    fresh = [each for each in entries if new.get(each.client_id) is each]
    opened = find_places(fresh)
    write(fresh)
    return [*opened, *move_counters(fresh), *(_fact_of(each) for each in fresh)]


def _fact_of(each: Incoming) -> MessageAdded:
    return MessageAdded(
        organization_id=each.organization_id, conversation_id=each.conversation.pk, message_id=each.id,
        type=each.parsed.type, origin=each.origin, scope=scope_of(each.conversation),
    )  # fmt: skip
