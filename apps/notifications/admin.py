from django.contrib import admin

from apps.core.admin import SupportAdmin
from apps.notifications.models import Delivery, Notice, Preference


@admin.register(Notice)
class NoticeAdmin(SupportAdmin[Notice]):
    list_display = ["created_at", "organization", "user", "kind", "severity", "read_at", "deleted_at"]
    list_filter = ["kind", "severity", "organization"]
    list_select_related = ["organization", "user"]
    search_fields = ["user__email", "user__full_name", "occasion"]
    ordering = ["-id"]


@admin.register(Delivery)
class DeliveryAdmin(SupportAdmin[Delivery]):
    list_display = ["notice", "organization", "user", "channel", "state", "reason", "due_at", "sent_at"]
    list_filter = ["channel", "state", "reason", "organization"]
    list_select_related = ["organization", "user", "notice"]
    search_fields = ["user__email", "notice__occasion"]
    ordering = ["-id"]


@admin.register(Preference)
class PreferenceAdmin(SupportAdmin[Preference]):
    list_display = ["user", "organization", "email_enabled", "quiet_hours_enabled", "max_emails_per_hour"]
    list_filter = ["email_enabled", "quiet_hours_enabled", "organization"]
    list_select_related = ["organization", "user"]
    search_fields = ["user__email", "user__full_name"]
    ordering = ["-id"]
