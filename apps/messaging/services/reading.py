"""What is read and what is not yet; the customer sees blue ticks."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from apps.core.events import publish
from apps.core.wake import wake
from apps.messaging.events import ConversationRead
from apps.messaging.models import Conversation, Message, OutboxAction
from apps.messaging.selectors import lock_conversation
from apps.messaging.visibility import scope_of
from apps.whatsapp.limits import LIMITS
from apps.whatsapp.models import Number

RECEIPT_EXPIRES = timedelta(minutes=5)
TYPING_SHOWS = timedelta(seconds=LIMITS["messages"]["typing_indicator"]["seconds"])
_SAID_LATELY = 20  # seconds: a little before WhatsApp stops showing it


@transaction.atomic
def mark_read(*, conversation: Conversation) -> Conversation:
    """Nothing is unread any more, and the customer sees blue ticks."""
    conversation = lock_conversation(conversation)
    if conversation.unread_count:
        _set_unread(conversation, 0)
        _send_receipt(conversation)
    return conversation


@transaction.atomic
def mark_unread(*, conversation: Conversation) -> Conversation:
    """Somebody shall look at it again."""
    conversation = lock_conversation(conversation)
    if not conversation.unread_count:
        _set_unread(conversation, 1)
    return conversation


def show_typing(*, organization_id: UUID, conversation_id: UUID) -> None:
    """The customer sees that somebody is writing, and that what they wrote was read: WhatsApp has no one without the
    other. It goes out once in a while, however often it is asked for; where nothing can be answered, not at all."""
    if not cache.add(f"typing:{conversation_id}", True, timeout=_SAID_LATELY):
        return
    rows = Conversation.objects.for_organization(organization_id).select_related("number", "contact")
    conversation = rows.filter(pk=conversation_id).first()
    if conversation is None or conversation.contact.is_blocked or not conversation.window_is_open(timezone.now()):
        return
    _send_receipt(conversation, typing=True)


def _set_unread(conversation: Conversation, count: int) -> None:
    conversation.unread_count = count
    conversation.save(update_fields=["unread_count", "updated_at"])
    publish(
        ConversationRead(
            organization_id=conversation.organization_id, conversation_id=conversation.pk, unread_count=count,
            scope=scope_of(conversation),
        )
    )  # fmt: skip


def _send_receipt(conversation: Conversation, *, typing: bool = False) -> None:
    """WhatsApp takes the last one for all before it."""
    inbound = Message.objects.for_organization(conversation.organization_id).filter(
        conversation=conversation, direction=Message.Direction.INBOUND, wamid__isnull=False
    )
    last = inbound.order_by("-at", "-pk").first()
    if last is None or last.wamid is None or conversation.number.status != Number.Status.CONNECTED:
        return
    OutboxAction.objects.for_organization(conversation.organization_id).create(
        number=conversation.number, wamid=last.wamid, typing=typing,
        expires_at=timezone.now() + (TYPING_SHOWS if typing else RECEIPT_EXPIRES),
    )  # fmt: skip
    wake("outbox.drain")
