"""What comes in gets its meaning: changes become messages of conversations, and statuses of our own messages.

One batch is one transaction and a constant number of statements: duplicates are sorted out first, then contacts,
conversations and messages are written, counters moved, facts published. What fails is halved down to the culprit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from apps.accounts.services import limits
from apps.contacts.models import Contact
from apps.contacts.services import Sender, note_messages, recognise
from apps.core.batches import in_halves
from apps.core.events import Fact, publish, react, record
from apps.core.tenancy import all_organizations
from apps.core.wake import wake
from apps.messaging.events import ConversationOpened, MessageReceived
from apps.messaging.models import Conversation, Message
from apps.messaging.querysets import OPEN_STATUSES
from apps.messaging.reports import apply_reports
from apps.messaging.visibility import scope_of
from apps.whatsapp.models import Change, Media
from apps.whatsapp.payloads import InboundMessage, inbound_message
from apps.whatsapp.services import account_changes, inbound

CHANGES_AT_ONCE = 500
# By the webhook's field, what concerns conversations; what concerns numbers and templates is WhatsApp's.
HANDLERS: dict[str, Callable[[Sequence[Change]], None]] = {}
WINDOW = timedelta(hours=24)
# A customer who writes soon after a conversation was closed goes on with it; later, a new one begins.
REOPEN_WITHIN = timedelta(hours=24)


def drain_some(limit: int = CHANGES_AT_ONCE) -> int:
    """Handle the oldest changes that are due; returns how many. Any number of workers may do so at once."""
    with all_organizations("inbound: changes of all organizations, lane by lane"):
        changes = inbound.claim(limit)
        in_halves([each for each in changes if each.kind == "message"], _store, _store_without_reaction)
        in_halves([each for each in changes if each.kind == "status"], apply_reports, _park)
        _apply_others([each for each in changes if each.kind not in ("message", "status")])
        return len(changes)


def _apply_others(changes: Sequence[Change]) -> None:
    """What webhooks tell beside messages and their statuses; what nobody handles is kept raw, and done."""
    by_field: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_field[change.field].append(change)
    for name, told in by_field.items():
        handle = HANDLERS.get(name) or account_changes.HANDLERS.get(name)
        if handle is not None:
            in_halves(told, partial(_handle, handle), _park)
        else:
            inbound.done(told)


def _handle(handle: Callable[[Sequence[Change]], None], changes: Sequence[Change]) -> None:
    handle(changes)
    inbound.done(changes)


@dataclass
class Incoming:
    """A message on its way in, gathering what it belongs to."""

    change: Change
    parsed: InboundMessage
    sender: Sender
    number_id: UUID
    id: UUID = field(default_factory=uuid7)
    contact: Contact = field(init=False)
    conversation: Conversation = field(init=False)
    media: Media | None = None
    reply_to_id: UUID | None = None

    def __post_init__(self) -> None:
        self.at = written_at(self.parsed.sent_at, self.change.received_at)
        self.content = self.parsed.content
        self.refers_to = ((self.parsed.reaction[0] if self.parsed.reaction else self.parsed.context_wamid) or "")[:300]

    @property
    def organization_id(self) -> UUID:
        return self.sender.organization_id


def _store(changes: Sequence[Change], *, reacting: bool = True) -> None:
    again = [each for each in changes if each.handlers_parked]
    arrived = _without_duplicates([_read(each) for each in changes if not each.handlers_parked])
    opened = _find_places(arrived)
    _write(arrived)
    _move_counters(arrived)
    facts = [*opened, *(_fact_of(each) for each in arrived)]
    if reacting:
        publish(*facts)
        react(*_facts_of_stored(again))
        inbound.done(changes)
    else:
        record(*facts)


def _store_without_reaction(change: Change, error: Exception) -> None:
    """A single message fails: is it the message, or somebody's reaction to it? People see it in either case."""
    reason = f"{type(error).__name__}: {error}"
    if change.handlers_parked:
        inbound.again_later(change, reason, handlers_parked=True)
        return
    stored: list[Change] = []

    def store_only(alone: Sequence[Change]) -> None:
        _store(alone, reacting=False)
        stored.extend(alone)

    in_halves([change], store_only, lambda _change, _error: None)
    inbound.again_later(change, reason, handlers_parked=bool(stored))


def _park(change: Change, error: Exception) -> None:
    inbound.again_later(change, f"{type(error).__name__}: {error}")


def _read(change: Change) -> Incoming:
    assert change.organization_id is not None
    assert change.number_id is not None
    parsed = inbound_message(change.value)
    sender = Sender(change.organization_id, parsed.from_phone, parsed.from_bsuid, parsed.profile_name)
    return Incoming(change, parsed, sender, change.number_id)


def _without_duplicates(incoming: list[Incoming]) -> list[Incoming]:
    """Known by the provider's id and the number, for ever; what has no id or sender can't be told apart or placed."""
    ids = [each.parsed.wamid for each in incoming if each.parsed.wamid]
    numbers = {each.number_id for each in incoming}
    known = set(
        Message.objects.across_organizations()
        .filter(number__in=numbers, wamid__among=ids)
        .values_list("number_id", "wamid")
    )
    fresh = []
    for each in incoming:
        key = (each.number_id, each.parsed.wamid)
        if each.parsed.wamid and (each.sender.phone or each.sender.bsuid) and key not in known:
            known.add(key)
            fresh.append(each)
    return fresh


def _find_places(incoming: list[Incoming]) -> list[ConversationOpened]:
    """Give each message its contact and conversation; the conversations are locked. Returns those that began."""
    if not incoming:
        return []
    contacts = recognise(list(dict.fromkeys(each.sender for each in incoming)))
    for each in incoming:
        each.contact = contacts[each.sender]
    wanted = {(each.contact.pk, each.number_id): each for each in incoming}
    found = _lock_conversations(wanted)
    opened = [_begin_again(found[key]) for key in found if not found[key].is_open]
    missing = {key: each for key, each in wanted.items() if key not in found}
    if missing:
        begun = _begin(list(missing.values()))
        found |= _lock_conversations(missing)
        opened += [_opened(each) for each in found.values() if each.pk in begun]
    for each in incoming:
        each.conversation = found[(each.contact.pk, each.number_id)]
    return opened


def _lock_conversations(wanted: dict[tuple[UUID, UUID], Incoming]) -> dict[tuple[UUID, UUID], Conversation]:
    """The open conversation of each pair, else the one that was closed a short while ago."""
    recent = Q(status__in=OPEN_STATUSES) | Q(closed_at__gt=timezone.now() - REOPEN_WITHIN)
    rows = (
        Conversation.objects.across_organizations()
        .filter(recent, contact_id__among={key[0] for key in wanted}, number__in={key[1] for key in wanted})
        .only("organization", "contact", "number", "status", "assignee", "department", "last_message_at")
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    found: dict[tuple[UUID, UUID], Conversation] = {}
    for row in rows:
        key = (row.contact_id, row.number_id)
        if key in wanted and (row.is_open or key not in found or not found[key].is_open):
            found[key] = row
    return found


def _begin(missing: list[Incoming]) -> set[UUID]:
    rows = [
        Conversation(
            organization_id=each.organization_id, contact=each.contact, number_id=each.number_id,
            last_message_at=each.at, created_at=timezone.now(),
        )
        for each in missing
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


def _write(incoming: list[Incoming]) -> None:
    with_files = [each for each in incoming if each.parsed.media]
    for each in with_files:
        each.media = _media_of(each)
    if with_files:
        Media.objects.across_organizations().bulk_create([each.media for each in with_files if each.media])
        wake("media.fetch")
    _refer(incoming)
    Message.objects.across_organizations().insert(_row_of(each) for each in incoming)


def _media_of(each: Incoming) -> Media:
    found = each.parsed.media
    assert found is not None
    lost = found.provider_id is None
    reason = found.error.detail or found.error.title if found.error else ""
    return Media(
        organization_id=each.organization_id, number_id=each.number_id, provider_id=found.provider_id or "",
        mime_type=found.mime_type[:150], filename=(found.filename or "")[:255], sha256=found.sha256 or "",
        state=Media.State.FAILED if lost else Media.State.PENDING, error=reason[:500],
        next_attempt_at=None if lost else timezone.now(), created_at=timezone.now(),
    )  # fmt: skip


def _row_of(each: Incoming) -> dict[str, Any]:
    parsed = each.parsed
    return {
        "id": each.id, "organization_id": each.organization_id, "conversation_id": each.conversation.pk,
        "contact_id": each.contact.pk, "number_id": each.number_id, "direction": Message.Direction.INBOUND,
        "sender_kind": Message.Sender.CONTACT, "status": Message.Status.RECEIVED, "wamid": parsed.wamid,
        "type": parsed.type, "content": each.content, "text": parsed.text, "at": each.at,
        "media_id": each.media.pk if each.media else None, "reply_to_id": each.reply_to_id,
        "reply_to_wamid": each.refers_to, "forwarded": parsed.forwarded or parsed.frequently_forwarded,
    }  # fmt: skip


def written_at(sent_at: datetime | None, received_at: datetime) -> datetime:
    """When the customer wrote: the latest moment that fits Meta's time, whose grain is a second, and our receipt.

    So a message that came at once keeps its place between ours, and one that was delayed goes where it belongs.
    """
    if sent_at is None:
        return received_at
    return min(received_at, sent_at + timedelta(microseconds=999_999))


def _refer(incoming: list[Incoming]) -> None:
    """Point replies and reactions at the message that they are about, where we have it."""
    wamids = {each.refers_to for each in incoming} - {""}
    if not wamids:
        return
    numbers = {each.number_id for each in incoming}
    stored = Message.objects.across_organizations().filter(number__in=numbers, wamid__among=wamids)
    known = {(number, wamid): pk for number, wamid, pk in stored.values_list("number_id", "wamid", "pk")}
    known |= {(each.number_id, each.parsed.wamid): each.id for each in incoming}
    for each in incoming:
        target = known.get((each.number_id, each.refers_to))
        if target != each.id:
            each.reply_to_id = target
        if each.parsed.reaction and target:
            each.content = each.content | {"message_id": str(target)}


_COUNT = """
    UPDATE messaging_conversation AS c SET
        unread_count = c.unread_count + v.unread,
        last_message_id = CASE WHEN v.last IS NOT NULL AND (c.last_message_id IS NULL OR v.at >= c.last_message_at)
            THEN v.last ELSE c.last_message_id END,
        last_message_at = greatest(c.last_message_at, v.at), last_inbound_at = greatest(c.last_inbound_at, v.at),
        window_expires_at = greatest(c.window_expires_at, v.until), updated_at = now(),
        status = CASE WHEN c.status <> 'pending' THEN c.status WHEN c.assignee_id IS NULL THEN 'open' ELSE 'active' END
    FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::timestamptz[], %s::timestamptz[])
        AS v (id, unread, last, at, until)
    WHERE c.id = v.id
"""


def _move_counters(incoming: list[Incoming]) -> None:
    """Unread, last message and the 24-hour window, for all conversations at once; the lanes' locks are held."""
    by_conversation: dict[UUID, list[Incoming]] = defaultdict(list)
    for each in incoming:
        by_conversation[each.conversation.pk].append(each)
    rows = [_counted(pk, of_one) for pk, of_one in sorted(by_conversation.items())]
    if not rows:
        return
    seen: dict[UUID, datetime] = {}
    for each in incoming:
        seen[each.contact.pk] = max(each.at, seen.get(each.contact.pk, each.at))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(column) for column in zip(*rows, strict=True)])
    note_messages(seen)
    limits.count_received(Counter(each.organization_id for each in incoming))


def _counted(pk: UUID, incoming: list[Incoming]) -> tuple[Any, ...]:
    spoken = [each for each in incoming if each.parsed.type not in ("reaction", "system")]
    last = max(spoken, key=lambda each: (each.at, each.id), default=None)
    # Meta's time, but never a time to come: a window that ends in a thousand years never would.
    opening = [
        min(each.parsed.sent_at or each.at, each.change.received_at) for each in incoming if each.parsed.opens_window
    ]
    return (
        pk,
        len(spoken),
        last.id if last else None,
        last.at if last else incoming[0].conversation.last_message_at,
        max(opening) + WINDOW if opening else None,
    )


def _opened_at(each: Incoming) -> datetime:
    """Meta's time, but never one to come: a window that ends in a thousand years never would."""
    return min(each.parsed.sent_at or each.at, each.change.received_at)


def _fact_of(each: Incoming) -> MessageReceived:
    return MessageReceived(
        organization_id=each.organization_id, conversation_id=each.conversation.pk, message_id=each.id,
        contact_id=each.contact.pk, type=each.parsed.type, preview=each.parsed.text[:200],
        scope=scope_of(each.conversation),
    )  # fmt: skip


def _facts_of_stored(changes: Iterable[Change]) -> list[Fact]:
    wanted = {(each.number_id, each.provider_id) for each in changes}
    if not wanted:
        return []
    stored = Message.objects.across_organizations().filter(wamid__in=[wamid for _, wamid in wanted])
    stored = stored.select_related("conversation")
    return [_fact_of_stored(message) for message in stored if (message.number_id, message.wamid) in wanted]


def _fact_of_stored(message: Message) -> MessageReceived:
    return MessageReceived(
        organization_id=message.organization_id, conversation_id=message.conversation_id, message_id=message.pk,
        contact_id=message.contact_id, type=message.type, preview=message.text[:200],
        scope=scope_of(message.conversation),
    )  # fmt: skip
