from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from apps.core.admin import SupportAdmin
from apps.core.desk import FOUND, Figure, Found, count_up_to, finder, gauge, section
from apps.messaging.models import (
    Block,
    Conversation,
    Message,
    MessageRevision,
    MessageStatus,
    NumberMonth,
    OutboxAction,
)


@admin.register(Conversation)
class ConversationAdmin(SupportAdmin[Conversation]):
    list_display = ["contact", "number", "status", "assignee", "unread_count", "last_message_at", "organization"]
    list_filter = ["status", "priority", "organization"]
    list_select_related = ["contact", "number", "assignee", "organization"]
    search_fields = ["contact__name", "contact__profile_name", "contact__phone", "id"]
    date_hierarchy = "created_at"


@admin.register(Message)
class MessageAdmin(SupportAdmin[Message]):
    list_display = ["at", "direction", "type", "status", "contact", "number", "error_code", "organization"]
    list_filter = ["direction", "status", "type", "sender_kind", "organization"]
    list_select_related = ["contact", "number", "organization"]
    search_fields = ["wamid", "text", "contact__phone", "contact__name", "id"]
    ordering = ["-id"]
    show_full_result_count = False


@admin.register(MessageStatus)
class MessageStatusAdmin(SupportAdmin[MessageStatus]):
    list_display = ["message", "status", "at", "error_code", "error_title", "organization"]
    list_filter = ["status", "organization"]
    list_select_related = ["message", "organization"]
    search_fields = ["message__wamid", "message__id"]
    show_full_result_count = False


@admin.register(Block)
class BlockAdmin(SupportAdmin[Block]):
    list_display = ["contact", "number", "is_blocked", "state", "attempts", "next_attempt_at", "organization"]
    list_select_related = ["contact", "number", "organization"]
    list_filter = ["state", "is_blocked"]
    search_fields = ["error"]


@admin.register(NumberMonth)
class NumberMonthAdmin(SupportAdmin[NumberMonth]):
    list_display = ["month", "number", "category", "price_type", "messages", "cost", "currency", "organization"]
    list_select_related = ["number", "organization"]
    list_filter = ["category", "price_type", "organization"]


@admin.register(MessageRevision)
class MessageRevisionAdmin(SupportAdmin[MessageRevision]):
    list_display = ["at", "kind", "message", "organization"]
    list_select_related = ["message", "organization"]
    list_filter = ["kind"]
    search_fields = ["wamid", "=message__id"]


@admin.register(OutboxAction)
class OutboxActionAdmin(SupportAdmin[OutboxAction]):
    list_display = ["wamid", "number", "expires_at", "created_at", "organization"]
    list_select_related = ["number", "organization"]
    search_fields = ["wamid"]


@gauge("Messages going out")
def _outbox() -> Iterator[Figure]:
    page, states = reverse("admin:messaging_message_changelist"), Message.Status
    for status in (states.QUEUED, states.HELD, states.SENDING, states.UNCERTAIN):
        rows = Message.objects.in_scope().filter(direction=Message.Direction.OUTBOUND, status=status)
        bad = status == states.UNCERTAIN and rows.exists()
        yield Figure(
            status.value, count_up_to(rows), f"{page}?direction__exact=outbound&status__exact={status.value}", bad
        )


@section("Messages of the last seven days")
def _messages_of(organization_id: UUID) -> Iterator[Figure]:
    rows = Message.objects.for_organization(organization_id).filter(at__gte=timezone.now() - timedelta(days=7))
    page = f"{reverse('admin:messaging_message_changelist')}?organization__id__exact={organization_id}"
    for direction in Message.Direction:
        found = count_up_to(rows.filter(direction=direction))
        yield Figure(direction.value, found, f"{page}&direction__exact={direction.value}")
    failed = rows.filter(status=Message.Status.FAILED)
    yield Figure("failed", count_up_to(failed), f"{page}&status__exact=failed", is_bad=failed.exists())


@finder
def _find_messages(text: str) -> Iterator[Found]:
    if not text.startswith("wamid."):
        return
    for message in Message.objects.in_scope().filter(wamid=text).select_related("contact", "organization")[:FOUND]:
        url = reverse("admin:messaging_message_change", args=[message.pk])
        yield Found(
            "Message", f"{message.direction} {message.status}", str(message.contact), message.organization.name, url
        )
