"""What is kept of a contact's conversations."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone

from apps.core import privacy
from apps.core.privacy import BATCH, REDACTED, Store, Subject, Traces
from apps.messaging import services
from apps.messaging.models import Block, Conversation, Message, MessageRevision, MessageStatus, OutboxAction
from apps.messaging.querysets import OPEN_STATUSES
from apps.whatsapp.models import Media

CONTACTS = frozenset({"contact"})


def _conversations(subject: Subject) -> Any:
    return Conversation.objects.for_organization(subject.organization_id).filter(contact=subject.id)


def _messages(subject: Subject) -> Any:
    return Message.objects.for_organization(subject.organization_id).filter(contact=subject.id)


def _speaking(subject: Subject) -> Any:
    """Messages that still say something."""
    return _messages(subject).exclude(
        content=REDACTED, text="", wamid=None, media=None, reply_to_wamid="", error_detail="", referral=None
    )


def _telling(subject: Subject) -> Any:
    rows = MessageStatus.objects.for_organization(subject.organization_id)
    return rows.filter(message__contact=subject.id).exclude(error_title="", error_detail="")


def _receipts(subject: Subject) -> Any:
    wamids = _messages(subject).exclude(wamid=None).values("wamid")
    return OutboxAction.objects.for_organization(subject.organization_id).filter(wamid__in=wamids)


def _revised(subject: Subject) -> Any:
    return MessageRevision.objects.for_organization(subject.organization_id).filter(message__contact=subject.id)


def _blocks(subject: Subject) -> Any:
    return Block.objects.for_organization(subject.organization_id).filter(contact=subject.id)


def _noted(subject: Subject) -> Any:
    return _conversations(subject).filter(
        ~Q(close_reason="") | ~Q(labels=[]) | Q(status__in=OPEN_STATUSES) | ~Q(unread_count=0) | ~Q(source=None)
    )


@privacy.tracer
def trace(subject: Subject) -> Traces:
    if subject.kind != "contact":
        return Traces()
    return Traces(ids=frozenset(str(pk) for pk in _conversations(subject).values_list("pk", flat=True)))


def _export_messages(subject: Subject) -> Iterator[dict[str, Any]]:
    columns = ("id", "conversation_id", "direction", "type", "text", "content", "status", "at", "media_id", "wamid")
    yield from _messages(subject).order_by("at", "pk").values(*columns).iterator(chunk_size=BATCH)


def _files(subject: Subject) -> dict[str, str]:
    ids = _messages(subject).exclude(media=None).values("media")
    rows = Media.objects.for_organization(subject.organization_id).filter(pk__in=ids).exclude(file="")
    return {f"{each.pk}-{each.filename}": str(each.file) for each in rows}


def _erase_messages(subject: Subject) -> int:
    """A message stays as a place in its thread: when, which way, of what kind, how far it came. Its id at WhatsApp goes
    as well: it holds the number. What has not left yet doesn't leave."""
    ids = list(_speaking(subject).select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)[:BATCH])
    return services.forget_content(organization_id=subject.organization_id, message_ids=ids, wamids=True)


def _erase_statuses(subject: Subject) -> int:
    ids = list(_telling(subject).values_list("pk", flat=True)[:BATCH])
    rows = MessageStatus.objects.for_organization(subject.organization_id).filter(pk__in=ids)
    return rows.update(error_title="", error_detail="")


def _erase_conversations(subject: Subject) -> int:
    ids = list(_noted(subject).order_by("pk").values_list("pk", flat=True)[:BATCH])
    rows = Conversation.objects.for_organization(subject.organization_id).filter(pk__in=ids)
    rows.filter(status__in=OPEN_STATUSES).update(status=Conversation.Status.CLOSED, closed_at=timezone.now())
    return rows.update(close_reason="", labels=[], unread_count=0, source=None)


for each in (
    Store(
        "messaging.receipts", "messaging_outboxaction", CONTACTS,
        find=lambda subject: _receipts(subject).count(), erase=lambda subject: _receipts(subject).delete()[0],
    ),
    Store(
        "messaging.revisions", "messaging_messagerevision", CONTACTS,
        find=lambda subject: _revised(subject).count(), erase=lambda subject: _revised(subject).delete()[0],
        export=lambda subject: _revised(subject).values("message_id", "kind", "text", "content", "at").iterator(),
    ),
    Store(
        "messaging.blocks", "messaging_block", CONTACTS,
        find=lambda subject: _blocks(subject).count(), erase=lambda subject: _blocks(subject).delete()[0],
    ),
    Store(
        "messaging.statuses", "messaging_messagestatus", CONTACTS,
        find=lambda subject: _telling(subject).count(), erase=_erase_statuses,
        note="When a message was sent, delivered and read stays.",
    ),
    Store(
        "messaging.messages", "messaging_message with its search index, whatsapp_media, files of media", CONTACTS,
        find=lambda subject: _speaking(subject).count(), erase=_erase_messages,
        export=_export_messages, files=_files,
        note="Empty messages stay, so that threads and statistics stay whole. A file that went to others, too, stays.",
    ),
    Store(
        "messaging.conversations", "messaging_conversation", CONTACTS,
        find=lambda subject: _noted(subject).count(), erase=_erase_conversations,
        export=lambda subject: _conversations(subject).values(
            "id", "status", "labels", "close_reason", "created_at", "closed_at"
        ).iterator(),
        note="Closed ones without labels and reasons stay, so that statistics stay whole.",
    ),
):  # fmt: skip
    privacy.store(each)
