"""What a batch changes about its conversations, all at once; their rows are locked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from apps.contacts.services import note_messages
from apps.core.events import Fact
from apps.messaging.events import ConversationRead, ConversationSourceLearned, ThreadOwnerChanged
from apps.messaging.inbound.incoming import Incoming, Origin
from apps.messaging.models import Conversation
from apps.messaging.visibility import scope_of

Owner = Conversation.ThreadOwner

_COUNT = """
    UPDATE messaging_conversation AS c SET
        unread_count = CASE WHEN v.answered THEN 0 ELSE c.unread_count + v.unread END,
        last_message_id = CASE WHEN v.last IS NOT NULL AND (c.last_message_id IS NULL OR v.at >= c.last_message_at)
            THEN v.last ELSE c.last_message_id END,
        last_message_at = greatest(c.last_message_at, v.at), last_inbound_at = greatest(c.last_inbound_at, v.heard),
        created_at = least(c.created_at, v.began),
        window_expires_at = greatest(c.window_expires_at, v.until), updated_at = now(),
        source = coalesce(c.source, v.source::jsonb),
        thread_owner = coalesce(v.owner, c.thread_owner), thread_changed_at = coalesce(v.moved, c.thread_changed_at),
        status = CASE WHEN c.status <> 'pending' OR v.heard IS NULL THEN c.status
            WHEN c.assignee_id IS NULL THEN 'open' ELSE 'active' END
    FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
        %s::timestamptz[], %s::bool[], %s::text[], %s::text[], %s::timestamptz[])
        AS v (id, unread, last, at, heard, until, began, answered, source, owner, moved)
    WHERE c.id = v.id
"""


@dataclass
class _Tally:
    """One conversation's share of a batch."""

    conversation: Conversation
    unread: int = 0
    last: tuple[datetime, UUID] | None = None
    heard: datetime | None = None
    until: datetime | None = None
    began: datetime | None = None
    answered: datetime | None = None
    source: dict[str, Any] | None = None
    owner: str | None = None
    moved: datetime | None = None

    def take(self, each: Incoming) -> None:
        if each.is_spoken:
            self.last = max(filter(None, (self.last, (each.at, each.id))))
        if each.origin == Origin.HISTORY:
            self.began = _earlier(self.began, each.at)
        if each.outbound and each.origin == Origin.ECHO:
            self.answered = _later(self.answered, each.at)
        self.unread += each.counts
        if each.is_heard:
            self.heard = _later(self.heard, each.at)
            self.until = _later(self.until, each.opens_until)
            self._route(each)
        if each.parsed.referral and not self.conversation.source and self.source is None and each.is_heard:
            self.source = each.parsed.referral

    def _route(self, each: Incoming) -> None:
        """Where a message comes tells who has the chat; in the same second a handover knows better."""
        known, changed = self.owner or self.conversation.thread_owner, self.moved or self.conversation.thread_changed_at
        at = each.parsed.sent_at or each.at
        if each.parsed.type == "call":  # calls never move a chat
            return
        owner = Owner.STANDBY if each.origin == Origin.STANDBY else Owner.OWNED
        never_routed = known == Owner.NOBODY and owner == Owner.OWNED
        if known != owner and not never_routed and (changed is None or at > changed):
            self.owner, self.moved = owner, at

    @property
    def was_answered(self) -> bool:
        """Somebody wrote on the phone after whatever the customer wrote last."""
        heard = _later(self.heard, self.conversation.last_inbound_at)
        return self.answered is not None and (heard is None or self.answered >= heard)

    def row(self) -> tuple[Any, ...]:
        at, last = self.last or (self.conversation.last_message_at, None)
        return (
            self.conversation.pk, self.unread, last, at, self.heard, self.until, self.began, self.was_answered,
            json.dumps(self.source) if self.source else None, self.owner, self.moved,
        )  # fmt: skip

    def facts(self) -> list[Fact]:
        about: dict[str, Any] = {
            "organization_id": self.conversation.organization_id, "conversation_id": self.conversation.pk,
            "scope": scope_of(self.conversation),
        }  # fmt: skip
        found: list[Fact] = []
        if self.source:
            kind, its_id = (str(self.source.get(key) or "")[:200] for key in ("source_type", "source_id"))
            found.append(ConversationSourceLearned(**about, source_type=kind, source_id=its_id))
        if self.owner is not None:
            found.append(ThreadOwnerChanged(**about, owner=self.owner))
        if self.was_answered and (self.conversation.unread_count or self.unread):
            found.append(ConversationRead(**about, unread_count=0))
        return found


def move_counters(incoming: Sequence[Incoming]) -> list[Fact]:
    """Unread, last message, the 24-hour window, the source and who has the chat; returns what is news."""
    if not incoming:
        return []
    tallies: dict[UUID, _Tally] = {}
    seen: dict[UUID, datetime] = {}
    for each in incoming:
        tallies.setdefault(each.conversation.pk, _Tally(each.conversation)).take(each)
        seen[each.contact.pk] = max(each.at, seen.get(each.contact.pk, each.at))
    rows = [tallies[pk].row() for pk in sorted(tallies)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(column) for column in zip(*rows, strict=True)])
    note_messages(seen, {each.contact.pk for each in incoming if each.is_heard})
    return [fact for tally in tallies.values() for fact in tally.facts()]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)
