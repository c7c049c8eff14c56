"""What somebody wants to send, and whether WhatsApp takes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.accounts.selectors import Access
from apps.messaging.errors import NoSuchMedia, NoSuchMessage
from apps.messaging.models import Conversation, Message
from apps.messaging.selectors import visible_files
from apps.whatsapp.errors import MessageNotValid
from apps.whatsapp.models import Media
from apps.whatsapp.outbound import OutboundMessage, check, content_from

MEDIA_TYPES = frozenset({"image", "video", "audio", "document", "sticker"})


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message that somebody wants to send. `content` is as the API has it for this type.

    `client_id` is made by whoever sends: the same id again is the same message, and nothing is sent twice.
    """

    type: str
    content: dict[str, Any] = field(default_factory=dict)
    media_id: UUID | None = None
    reply_to: UUID | None = None
    client_id: UUID | None = None
    sender_kind: str = Message.Sender.AGENT
    lane: int = Message.Lane.AGENTS


def is_same(sent: Message, draft: Draft) -> bool:
    said = {name: sent.content.get(name) for name in draft.content}
    return (sent.type, sent.media_id, said) == (draft.type, draft.media_id, draft.content)


def media_of(draft: Draft, conversation: Conversation, access: Access | None) -> Media | None:
    if draft.media_id is None:
        return None
    rows = visible_files(access) if access else Media.objects.for_organization(conversation.organization_id)
    media = rows.filter(pk=draft.media_id, state=Media.State.READY).first()
    if media is None:
        raise NoSuchMedia
    return media


def target_of(draft: Draft, conversation: Conversation) -> Message | None:
    if draft.reply_to is None:
        return None
    rows = Message.objects.for_organization(conversation.organization_id)
    # A message without a wamid is not at WhatsApp yet: nobody there could quote it.
    target = rows.filter(pk=draft.reply_to, conversation=conversation, wamid__isnull=False).first()
    if target is None:
        raise NoSuchMessage
    return target


def content_of(draft: Draft, media: Media | None) -> dict[str, Any]:
    content = dict(draft.content)
    if draft.type == "document" and media is not None:
        content["filename"] = content.get("filename") or media.filename or "file"
    if draft.type == "reaction":
        content["message_id"] = str(draft.reply_to)
    if media is None and draft.type in MEDIA_TYPES:
        raise NoSuchMedia(f"A message of type {draft.type} needs an uploaded file.")
    return content


def check_draft(draft: Draft, content: dict[str, Any], target: Message | None) -> None:
    """Refuse what WhatsApp would refuse, naming the field as the API does."""
    try:
        outgoing = content_from(draft.type, content, target=target.wamid if target else None)
        check(OutboundMessage(content=outgoing))
    except MessageNotValid as error:
        if draft.type in ("text", "location", "reaction") and error.field != draft.type:
            error.field = f"{draft.type}.{error.field}"
        raise
