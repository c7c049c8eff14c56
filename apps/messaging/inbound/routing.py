"""Who has the chat, where a number has more than one responder.

Nobody can ask who has it now: messages, copies and handovers tell. In the same second the handover is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.core.events import Fact, publish
from apps.messaging.events import ThreadOwnerChanged
from apps.messaging.inbound.entries import entry, write_entries
from apps.messaging.inbound.incoming import Incoming
from apps.messaging.models import Conversation
from apps.messaging.visibility import scope_of
from apps.whatsapp.models import Change, Number
from apps.whatsapp.payloads import Handover, conversation_context, handover

Owner = Conversation.ThreadOwner


def note_handovers(changes: Sequence[Change]) -> None:
    """Write down who has these chats now, and put an entry into each."""
    told = [(change, event) for change in changes if change.number_id and (event := handover(change.value))]
    told = [(change, event) for change, event in told if event.person.phone or event.person.bsuid]
    apps = _app_ids(told)
    entries = [(_entry(change, event, apps), event) for change, event in told]
    facts = write_entries([each for each, _ in entries])
    publish(*facts, *_move([(each, event) for each, event in entries if hasattr(each, "conversation")]))


def note_contexts(changes: Sequence[Change]) -> None:
    """What was said elsewhere, before a chat became ours, stands in it as an entry."""
    entries = []
    for change in changes:
        context = conversation_context(change.value) if change.number_id else None
        if context is not None and (context.person.phone or context.person.bsuid):
            content = {"kind": "conversation_context", "body": context.summary}
            key = f"context {context.beside or context.at}"
            entries.append(entry(change, context.person, context.at, content, key=key, text=context.summary))
    publish(*write_entries(entries))


def _app_ids(told: Sequence[tuple[Change, Handover]]) -> dict[UUID, str]:
    numbers = Number.objects.across_organizations().filter(pk__in={change.number_id for change, _ in told})
    return dict(numbers.values_list("pk", "app__app_id"))


def _entry(change: Change, event: Handover, apps: dict[UUID, str]) -> Incoming:
    content = {
        "kind": "thread_passed" if event.kind == "passed" else "thread_taken", "owner": _owner(change, event, apps),
        "previous_role": event.previous_role, "new_role": event.new_role, "note": event.note, "body": event.summary,
    }  # fmt: skip
    key = f"handover {event.kind} {event.at} {event.person.phone or event.person.bsuid}"
    return entry(change, event.person, event.at, content, key=key, text=event.summary or event.note)


def _owner(change: Change, event: Handover, apps: dict[UUID, str]) -> str:
    """Ours, unless we had it before, or somebody takes it who isn't us."""
    assert change.number_id is not None
    ours = apps.get(change.number_id) or None
    if event.new_app_id and ours:
        return Owner.OWNED if event.new_app_id == ours else Owner.STANDBY
    if event.kind == "passed":
        return Owner.STANDBY if ours and event.previous_app_id == ours else Owner.OWNED
    return Owner.OWNED if ours and event.previous_app_id and event.previous_app_id != ours else Owner.STANDBY


def _move(entries: Sequence[tuple[Incoming, Handover]]) -> list[Fact]:
    """The conversations as the last handover of each leaves them; they are locked."""
    changed: dict[UUID, Conversation] = {}
    for each, event in sorted(entries, key=lambda pair: _time(*pair)):
        conversation, at = each.conversation, _time(each, event)
        if conversation.thread_changed_at is None or at >= conversation.thread_changed_at:
            conversation.thread_owner = each.content["owner"]
            conversation.thread_owner_role, conversation.thread_changed_at = event.new_role, at
            changed[conversation.pk] = conversation
    rows = [changed[pk] for pk in sorted(changed)]
    Conversation.objects.across_organizations().bulk_update(
        rows, ["thread_owner", "thread_owner_role", "thread_changed_at"]
    )
    return [
        ThreadOwnerChanged(
            organization_id=row.organization_id, conversation_id=row.pk, owner=row.thread_owner, scope=scope_of(row)
        )
        for row in rows
    ]


def _time(each: Incoming, event: Handover) -> datetime:
    return event.at or each.at
