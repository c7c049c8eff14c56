"""What messages said goes, and their places stay: for people who are erased, and when its time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.services import retention
from apps.core.privacy import REDACTED
from apps.core.tenancy import organization_scope
from apps.messaging.models import Message, MessageRevision
from apps.messaging.querysets import MessageQuerySet
from apps.whatsapp.outbound import files_in
from apps.whatsapp.services.media import forget_files

_NOT_OVER = {Message.Status.SCHEDULED, Message.Status.QUEUED, Message.Status.HELD, Message.Status.SENDING}


def forget_content(*, organization_id: UUID, message_ids: Sequence[UUID], wamids: bool = False) -> int:
    """Messages stay as places in their threads, without what they said and without files that no other message has.
    What has not left yet doesn't leave. Returns how many.

    Args:
        wamids: their ids at WhatsApp go, too: those hold the customer's number.
    """
    everybodys = Message.objects.for_organization(organization_id)
    rows = everybodys.filter(pk__in=message_ids)
    files = {*rows.exclude(media=None).values_list("media_id", flat=True)} | _files_inside(rows)
    shared = {*everybodys.filter(media__in=files).exclude(pk__in=message_ids).values_list("media_id", flat=True)}
    forget_files(organization_id=organization_id, media_ids=files - shared)
    waiting = [Message.Status.QUEUED, Message.Status.HELD, Message.Status.SCHEDULED]
    rows.filter(status__in=waiting).update(status=Message.Status.CANCELLED)
    MessageRevision.objects.for_organization(organization_id).filter(message__in=message_ids).delete()
    ids: dict[str, Any] = {"wamid": None, "reply_to_wamid": ""} if wamids else {}
    return rows.update(content=REDACTED, text="", media=None, error_detail="", referral=None, **ids)


def _files_inside(rows: MessageQuerySet) -> set[UUID]:
    """Those of headers and cards, of which the message itself names the first."""
    inside = rows.filter(type__in=("interactive", "template")).exclude(media=None).values_list("type", "content")
    return {UUID(file.media_id) for kind, content in inside for file in files_in(kind, content)}


def forget_old_messages() -> int:
    """What messages said that are older than their organizations keep them; returns how many were looked at."""
    return sum(_forget_before(*each) for each in retention.ends("messages_days").items())


def _forget_before(organization_id: UUID, end: datetime) -> int:
    with organization_scope(organization_id):
        done = retention.mark_of("messages", organization_id)
        rows = Message.objects.for_organization(organization_id).order_by("pk")
        old = rows.filter(pk__gt=done, pk__lt=retention.first_key_at(end)).values_list("pk", "status")
        page = list(old[: retention.BATCH])
        if not page:
            return 0
        over = [pk for pk, status in page if status not in _NOT_OVER]
        forget_content(organization_id=organization_id, message_ids=over)
    retention.set_mark("messages", organization_id, page[-1][0])
    return len(page)
