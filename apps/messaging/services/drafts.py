"""What somebody wants to send, and whether WhatsApp takes it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any, cast
from uuid import UUID

from apps.accounts.selectors import Access
from apps.messaging.errors import DirectSendNotAllowed, NoSuchMedia, NoSuchMessage, NoSuchTemplate, TemplateNotUsable
from apps.messaging.models import Conversation, Message
from apps.messaging.selectors import visible_files
from apps.whatsapp.errors import LimitExceeded, MediaNotAccepted, MessageNotValid, TemplateParametersNotValid
from apps.whatsapp.limits import check_media
from apps.whatsapp.models import Media, Number, Template
from apps.whatsapp.outbound import (
    OutboundMessage,
    StoredFile,
    check,
    content_from,
    direct_from,
    files_in,
    may_send_directly,
)
from apps.whatsapp.outbound import Template as FilledTemplate
from apps.whatsapp.template_rules import refuse_send, render

# Whose parts the API calls by the type: `text.body`, `interactive.buttons.1.title`.
_NAMED_BY_TYPE = frozenset({"text", "location", "reaction", "interactive", "template"})
MEDIA_TYPES = frozenset({"image", "video", "audio", "document", "sticker"})


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message that somebody wants to send. `content` is as the API has it for this type.

    `client_id` is made by whoever sends: the same id again is the same message, and nothing is sent twice. A template
    is named by `template_id`, or by the content's name and language.
    """

    type: str
    content: dict[str, Any] = field(default_factory=dict)
    media_id: UUID | None = None
    template_id: UUID | None = None
    reply_to: UUID | None = None
    client_id: UUID | None = None
    sender_kind: str = Message.Sender.AGENT
    lane: int = Message.Lane.AGENTS


def is_same(sent: Message, draft: Draft) -> bool:
    said = {name: sent.content.get(name) for name in draft.content}
    if draft.type in MEDIA_TYPES and sent.media_id != draft.media_id:
        return False
    if draft.template_id is not None and sent.template_id != draft.template_id:
        return False
    return (sent.type, said) == (draft.type, draft.content)


def files_of(draft: Draft, conversation: Conversation, access: Access | None) -> list[Media]:
    """The files that go along, each once: the message's own, or those of its header and cards, in order.

    Raises:
        NoSuchMedia: there is none of this id, or it isn't ready, or whoever sends may not see it.
        LimitExceeded, MediaNotAccepted: WhatsApp doesn't take it as this type of message.
    """
    wanted = [(file.kind, UUID(file.media_id), f"{draft.type}.{file.field}") for file in _files_in(draft)]
    if draft.media_id is not None and draft.type in MEDIA_TYPES:
        wanted.append((draft.type, draft.media_id, "media_id"))
    if not wanted:
        return []
    rows = visible_files(access) if access else Media.objects.for_organization(conversation.organization_id)
    ready = rows.filter(pk__in={pk for _, pk, _ in wanted}, state=Media.State.READY)
    found = {media.pk: media for media in ready}
    for kind, pk, where in wanted:
        if pk not in found:
            raise NoSuchMedia(field=where)
        _check_file(kind, found[pk], where)
    return [*{pk: found[pk] for _, pk, _ in wanted}.values()]


def template_of(draft: Draft, number: Number) -> Template | None:
    """The template that is sent, if one is.

    Raises:
        NoSuchTemplate: the number's account has none such.
        TemplateNotUsable: Meta hasn't approved it, has paused it, or it is switched off here.
    """
    if draft.type != "template":
        return None
    rows = Template.objects.for_organization(number.organization_id).present().filter(waba_id=number.waba_id)
    if draft.template_id is not None:
        template = rows.filter(pk=draft.template_id).first()
        if template is None:
            raise NoSuchTemplate("The account of this number has no such template.", field="template.template_id")
    else:
        template = rows.filter(name=draft.content.get("name"), language=draft.content.get("language")).first()
        if template is None:
            raise NoSuchTemplate
    if not template.is_usable:
        raise TemplateNotUsable(f"This template can't be sent now: {_state_of(template)}.")
    return template


def needs_phone(template: Template | None, content: dict[str, Any]) -> bool:
    """Whether a user id isn't enough: one-time codes go to phone numbers only."""
    if (content.get("direct_send") or {}).get("category") == "authentication":
        return True
    buttons = [each for part in (template.components if template else []) for each in part.get("buttons") or []]
    return any(str(button.get("type", "")).upper() == "OTP" for button in buttons)


def target_of(draft: Draft, conversation: Conversation) -> Message | None:
    if draft.reply_to is None:
        return None
    rows = Message.objects.for_organization(conversation.organization_id)
    # A message without a wamid is not at WhatsApp yet: nobody there could quote it.
    target = rows.filter(pk=draft.reply_to, conversation=conversation, wamid__isnull=False).first()
    if target is None:
        raise NoSuchMessage
    return target


def content_of(draft: Draft, files: list[Media], template: Template | None) -> dict[str, Any]:
    content = dict(draft.content)
    if draft.type == "document" and files:
        content["filename"] = content.get("filename") or files[0].filename or "file"
    if draft.type == "reaction":
        content["message_id"] = str(draft.reply_to)
    if draft.type in MEDIA_TYPES and not files and not content.get("link"):
        raise NoSuchMedia(f"A message of type {draft.type} needs an uploaded file, or a link.")
    if template is not None:
        content |= {"name": template.name, "language": template.language}
        content.setdefault("components", [])
    return content


def check_draft(draft: Draft, content: dict[str, Any], target: Message | None) -> None:
    """Refuse what WhatsApp would refuse, naming the field as the API does."""
    try:
        outgoing = content_from(draft.type, content, target=target.wamid if target else None)
        check(OutboundMessage(content=outgoing, direct=direct_from(content)))
    except MessageNotValid as error:
        if draft.type in _NAMED_BY_TYPE and not _is_whole(error.field, draft.type):
            error.field = f"{draft.type}.{error.field}"
        raise


def check_values(template: Template, content: dict[str, Any]) -> None:
    """Refuse values that this template doesn't take, and keep what the customer will see.

    Raises:
        TemplateParametersNotValid
    """
    laid = {file.media_id: file.media_id for file in files_in("template", content)}  # as if they were at Meta already
    filled = cast(FilledTemplate, content_from("template", content, files=laid)).components
    try:
        refuse_send(template.components, template.parameter_format, [*filled])
    except TemplateParametersNotValid as error:
        error.field = re.sub(r"\[(\d+)\]", r".\1", error.field or "template")
        raise
    content["rendered"] = asdict(render(template.components, content["components"], language=template.language))


def check_direct_send(content: dict[str, Any], number: Number) -> None:
    """
    Raises:
        DirectSendNotAllowed: Meta doesn't admit the number's portfolio.
    """
    if content.get("direct_send") and not may_send_directly(number.messaging_limit):
        raise DirectSendNotAllowed


def _files_in(draft: Draft) -> list[StoredFile]:
    try:
        return files_in(draft.type, draft.content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MessageNotValid(f"A part is missing or not valid: {error}.", field=draft.type) from error


def _check_file(kind: str, media: Media, where: str) -> None:
    try:  # whether a sticker moves, its bytes say: those of uploads for stickers were looked at
        check_media(kind, media.mime_type, media.size or 0, animated=True)
    except (LimitExceeded, MediaNotAccepted) as error:
        error.field = where
        raise


def _state_of(template: Template) -> str:
    return template.get_status_display().lower() if template.is_enabled else "it is switched off"


def _is_whole(field: str | None, kind: str) -> bool:
    return field == kind or bool(field and field.startswith("direct_send"))
