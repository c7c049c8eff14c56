from django.contrib import admin

from apps.core.admin import SupportAdmin
from apps.messaging.models import Conversation, Message, MessageStatus, OutboxAction


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


@admin.register(OutboxAction)
class OutboxActionAdmin(SupportAdmin[OutboxAction]):
    list_display = ["wamid", "number", "expires_at", "created_at", "organization"]
    list_select_related = ["number", "organization"]
    search_fields = ["wamid"]
