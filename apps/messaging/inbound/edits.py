"""Somebody changed what they had said, or deleted it for everyone. What it said before is kept.

Edits come in any order, and before the message itself: each is put where its time says, so that what stands in the
thread is what the last one made of it. Nothing here opens a window or counts as unread.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/edit and
`…/revoke`
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.core.events import publish
from apps.core.privacy import REDACTED
from apps.messaging.events import MessageChanged
from apps.messaging.inbound.incoming import written_at
from apps.messaging.models import Message, MessageRevision
from apps.messaging.visibility import scoped
from apps.whatsapp.models import Change
from apps.whatsapp.payloads import InboundMessage, echo_message, inbound_message
from apps.whatsapp.services import inbound

Kind = MessageRevision.Kind
KINDS = ("edit", "revoke")
# The message may be on its way; one that doesn't come within minutes was never ours, and the edit stands by itself.
EARLY_ATTEMPTS = 4


def is_edit(change: Change) -> bool:
    """Whether this is to change a message, and hasn't waited for it in vain."""
    part = change.value.get("echo" if change.kind == "echo" else "message")
    return isinstance(part, dict) and part.get("type") in KINDS and change.attempts < EARLY_ATTEMPTS


@dataclass(frozen=True)
class _Edit:
    change: Change
    parsed: InboundMessage
    at: datetime

    @property
    def key(self) -> tuple[UUID | None, str]:
        return self.change.number_id, str(self.parsed.content.get("message_id") or "")

    @property
    def kind(self) -> str:
        return str(self.parsed.content["kind"])

    @property
    def direction(self) -> str:
        return Message.Direction.OUTBOUND if self.change.kind == "echo" else Message.Direction.INBOUND


def apply_edits(changes: Sequence[Change]) -> None:
    """Change the messages that these are about, keep what they said, publish which have changed."""
    edits = [_read(change) for change in changes]
    targets = _targets(edits)
    revisions = _revisions(targets.values())
    known: list[Change] = []
    unknown: list[Change] = []
    changed: dict[UUID, Message] = {}
    for edit in sorted(edits, key=lambda each: each.at):
        message = targets.get(edit.key)
        if message is None or message.direction != edit.direction:
            unknown.append(edit.change)
            continue
        known.append(edit.change)
        if message.content != REDACTED and _put(message, revisions[message.pk], edit):
            changed[message.pk] = message
    _save(changed, revisions)
    inbound.done(known)
    inbound.all_again_later(unknown, "The message is not known yet.")


def _read(change: Change) -> _Edit:
    parsed = echo_message(change.value) if change.kind == "echo" else inbound_message(change.value)
    return _Edit(change, parsed, written_at(parsed.sent_at, change.received_at))


def _targets(edits: Sequence[_Edit]) -> dict[tuple[UUID | None, str], Message]:
    rows = (
        Message.objects.across_organizations()
        .filter(number__in={edit.change.number_id for edit in edits}, wamid__among={edit.key[1] for edit in edits})
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    return {(row.number_id, str(row.wamid)): row for row in rows}


def _revisions(messages: Any) -> dict[UUID, list[MessageRevision]]:
    found: dict[UUID, list[MessageRevision]] = defaultdict(list)
    rows = MessageRevision.objects.across_organizations().filter(message__in=[each.pk for each in messages])
    for row in rows:
        found[row.message_id].append(row)
    return found


def _put(message: Message, revisions: list[MessageRevision], edit: _Edit) -> bool:
    """Put an edit among the others of its message; False: it is there already."""
    wamid = edit.parsed.wamid or ""
    if any(each.wamid == wamid for each in revisions):
        return False
    made = MessageRevision(
        organization_id=message.organization_id, message=message, kind=edit.kind, content=message.content,
        text=message.text, wamid=wamid, at=edit.at, created_at=timezone.now(),
    )  # fmt: skip
    after = min((each for each in revisions if _place(each) > _place(made)), key=_place, default=None)
    revisions.append(made)
    if after is not None:
        # It came late: what stood before the next one stood before this, and this made what the next one changed.
        made.content, made.text = after.content, after.text
        after.content, after.text = _edited(message.type, made.content, edit)
    elif edit.kind == Kind.REVOKE:
        message.content, message.text, message.revoked_at = {}, "", edit.at
    else:
        message.content, message.text = _edited(message.type, message.content, edit)
    if edit.kind == Kind.EDIT:
        message.edited_at = max(filter(None, (message.edited_at, edit.at)))
    return True


def _place(revision: MessageRevision) -> tuple[bool, datetime, str]:
    """What is deleted stays deleted, whatever time an edit bears."""
    return revision.kind == Kind.REVOKE, revision.at, revision.wamid


def _edited(kind: str, content: dict[str, Any], edit: _Edit) -> tuple[dict[str, Any], str]:
    if edit.kind == Kind.REVOKE:  # a second deletion of the same message
        return content, ""
    said = str(edit.parsed.content.get("body") or "")
    if kind == "text":
        return content | {"body": said}, said
    whole = {key: value for key, value in content.items() if key != "caption"} | ({"caption": said} if said else {})
    named = str(content.get("filename") or "") if kind == "document" else ""
    return whole, "\n".join(filter(None, (said, named)))


def _save(changed: dict[UUID, Message], revisions: dict[UUID, list[MessageRevision]]) -> None:
    if not changed:
        return
    rows = [changed[pk] for pk in sorted(changed)]
    Message.objects.across_organizations().bulk_update(rows, ["content", "text", "edited_at", "revoked_at"])
    kept = [each for pk in sorted(changed) for each in revisions[pk]]
    MessageRevision.objects.across_organizations().bulk_create(
        kept, update_conflicts=True, unique_fields=["message", "wamid"], update_fields=["content", "text"]
    )
    publish(*scoped([_fact(message) for message in rows]))


def _fact(message: Message) -> MessageChanged:
    return MessageChanged(
        organization_id=message.organization_id, conversation_id=message.conversation_id, message_id=message.pk,
        what="deleted" if message.revoked_at else "edited",
    )  # fmt: skip
