"""Two contacts were one person: their conversations become that person's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, Value, When

from apps.core.events import publish
from apps.messaging.events import ConversationChanged, ConversationJoined
from apps.messaging.models import Conversation
from apps.messaging.visibility import scope_of

# Messages in the order in which everybody locks them.
_MOVE = """
    UPDATE messaging_message AS m SET
        contact_id = coalesce(person.into_id, m.contact_id),
        conversation_id = coalesce(place.into_id, m.conversation_id)
    FROM (
        SELECT id, contact_id, conversation_id FROM messaging_message
        WHERE contact_id = ANY(%s) OR conversation_id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
    ) AS old
    LEFT JOIN unnest(%s::uuid[], %s::uuid[]) AS person (other, into_id) ON person.other = old.contact_id
    LEFT JOIN unnest(%s::uuid[], %s::uuid[]) AS place (other, into_id) ON place.other = old.conversation_id
    WHERE m.id = old.id
"""
_PRIORITIES = list(Conversation.Priority.values)
_JOINED = [
    "department", "priority", "labels", "unread_count", "last_message", "last_message_at", "last_inbound_at",
    "window_expires_at", "free_entry_until", "source", "created_at",
]  # fmt: skip


def move_to_merged(pairs: Mapping[UUID, UUID]) -> None:
    """Conversations and messages of each contact go to another one's; two that are open on one number become one.

    Args:
        pairs: whose, and to whom; both contacts' rows are locked.
    """
    people = {*pairs, *pairs.values()}
    rows = Conversation.objects.in_scope().filter(contact_id__among=people)
    conversations = list(rows.select_for_update(no_key=True).order_by("pk"))
    places: dict[UUID, UUID] = {}
    kept = {}
    gone = []
    for each in _in_one_place(conversations, pairs):
        into, *others = sorted(each, key=_rank, reverse=True)
        for other in others:
            places[other.pk] = into.pk
            _join(into, other)
        kept[into.pk] = into
        gone += others
    _move_messages(pairs, places)
    Conversation.objects.in_scope().filter(pk__in=places).delete()
    mine = [each.pk for each in conversations if each.contact_id in pairs and each.pk not in places]
    to = Case(*(When(contact_id=other, then=Value(into)) for other, into in pairs.items()))
    Conversation.objects.in_scope().filter(pk__in=mine).update(contact_id=to)
    if kept:
        Conversation.objects.in_scope().bulk_update(kept.values(), _JOINED)
    publish(*(_joined(each, places[each.pk]) for each in gone))
    publish(*(_changed(each) for each in conversations if each.pk not in places))


def _in_one_place(conversations: Sequence[Conversation], pairs: Mapping[UUID, UUID]) -> list[list[Conversation]]:
    """Those which are open and would be the same person's on the same number."""
    places: dict[tuple[UUID, UUID], list[Conversation]] = defaultdict(list)
    for each in conversations:
        if each.is_open:
            places[pairs.get(each.contact_id, each.contact_id), each.number_id].append(each)
    return [each for each in places.values() if len(each) > 1]


def _rank(conversation: Conversation) -> tuple[bool, datetime, UUID]:
    """Whom an agent has stays; of two the newer."""
    return conversation.assignee_id is not None, conversation.last_message_at, conversation.pk


def _join(into: Conversation, other: Conversation) -> None:
    into.department_id = into.department_id or other.department_id
    into.priority = max(into.priority, other.priority, key=_PRIORITIES.index)
    into.labels = [*dict.fromkeys([*into.labels, *other.labels])]
    into.unread_count += other.unread_count
    if other.last_message_id and (not into.last_message_id or other.last_message_at > into.last_message_at):
        into.last_message_id = other.last_message_id
    into.last_message_at = max(into.last_message_at, other.last_message_at)
    for name in ("last_inbound_at", "window_expires_at", "free_entry_until"):
        setattr(into, name, max(filter(None, (getattr(into, name), getattr(other, name))), default=None))
    into.source = into.source or other.source
    into.created_at = min(into.created_at, other.created_at)


def _move_messages(people: Mapping[UUID, UUID], places: Mapping[UUID, UUID]) -> None:
    who, whose, which, whither = list(people), list(people.values()), list(places), list(places.values())
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [who, which, who, whose, which, whither])


def _joined(each: Conversation, into: UUID) -> ConversationJoined:
    return ConversationJoined(
        organization_id=each.organization_id, conversation_id=each.pk, into_id=into, scope=scope_of(each)
    )


def _changed(each: Conversation) -> ConversationChanged:
    return ConversationChanged(
        organization_id=each.organization_id, conversation_id=each.pk, status=each.status, scope=scope_of(each)
    )
