"""Which conversation something belongs to: found, taken up again or begun, and locked until the transaction ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from apps.contacts.models import Contact
from apps.contacts.services import Sender, recognise
from apps.messaging.events import ConversationOpened
from apps.messaging.models import Conversation
from apps.messaging.querysets import OPEN_STATUSES
from apps.messaging.visibility import scope_of

# A customer who writes soon after a conversation was closed goes on with it; later, a new one begins.
REOPEN_WITHIN = timedelta(hours=24)
Key = tuple[UUID, UUID]


class Placed(Protocol):
    """Whatever is told of a person on a number."""

    sender: Sender
    number_id: UUID
    at: datetime
    contact: Contact
    conversation: Conversation

    @property
    def organization_id(self) -> UUID: ...
    @property
    def key(self) -> Key: ...
    @property
    def is_quiet(self) -> bool: ...


def find_places(told: Sequence[Placed]) -> list[ConversationOpened]:
    """Give each its contact and conversation; the conversations are locked. Returns those that began."""
    if not told:
        return []
    contacts = recognise(list(dict.fromkeys(each.sender for each in told)))
    for each in told:
        each.contact = contacts[each.sender]
    # The oldest of each place: a conversation that begins began then.
    wanted: dict[Key, Placed] = {}
    for each in sorted(told, key=lambda each: each.at):
        wanted.setdefault(each.key, each)
    loud = {each.key for each in told if not each.is_quiet}
    found = _lock(wanted.keys(), loud)
    opened = [_begin_again(found[key]) for key in found if key in loud and not found[key].is_open]
    missing = {key: each for key, each in wanted.items() if key not in found}
    if missing:
        begun = _begin(missing)
        found |= _lock(missing.keys(), loud)
        opened += [_opened(each) for each in found.values() if each.pk in begun]
    for each in told:
        each.conversation = found[each.key]
    return opened


def _lock(wanted: Collection[Key], loud: set[Key]) -> dict[Key, Conversation]:
    """The open conversation of each pair, else the one that was closed last; for whom somebody writes now only where
    that was a short while ago."""
    keys = set(wanted)
    horizon = timezone.now() - REOPEN_WITHIN
    rows = Conversation.objects.across_organizations().filter(
        contact_id__among={key[0] for key in keys}, number__in={key[1] for key in keys}
    )
    if keys <= loud:
        rows = rows.filter(Q(status__in=OPEN_STATUSES) | Q(closed_at__gt=horizon))
    found: dict[Key, Conversation] = {}
    for row in rows.only(*_NEEDED).select_for_update(no_key=True).order_by("pk"):
        key = (row.contact_id, row.number_id)
        if key not in keys or (key in loud and not row.is_open and (row.closed_at is None or row.closed_at < horizon)):
            continue
        if row.is_open or key not in found or not found[key].is_open:
            found[key] = row
    return found


_NEEDED = (
    "organization", "contact", "number", "status", "assignee", "department", "last_message_at", "last_inbound_at",
    "unread_count", "closed_at", "source", "thread_owner", "thread_changed_at",
)  # fmt: skip


def _begin(missing: Mapping[Key, Placed]) -> set[UUID]:
    now = timezone.now()
    rows = [
        Conversation(
            organization_id=each.organization_id, contact=each.contact, number_id=each.number_id,
            last_message_at=each.at, created_at=min(each.at, now) if each.is_quiet else now,
        )
        for each in missing.values()
    ]  # fmt: skip
    # Whoever was faster by a hair has begun it: the constraint knows, and we look again.
    Conversation.objects.across_organizations().bulk_create(rows, ignore_conflicts=True)
    return {row.pk for row in rows}


def _begin_again(conversation: Conversation) -> ConversationOpened:
    conversation.status = Conversation.Status.ACTIVE if conversation.assignee_id else Conversation.Status.OPEN
    conversation.closed_at = conversation.closed_by = None
    conversation.close_reason = ""
    conversation.save(update_fields=["status", "closed_at", "closed_by", "close_reason", "updated_at"])
    return _opened(conversation, reopened=True)


def _opened(row: Conversation, *, reopened: bool = False) -> ConversationOpened:
    return ConversationOpened(
        organization_id=row.organization_id, conversation_id=row.pk, contact_id=row.contact_id,
        number_id=row.number_id, reopened=reopened, scope=scope_of(row),
    )  # fmt: skip
