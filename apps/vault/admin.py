from django.contrib import admin

from apps.core.admin import SupportAdmin
from apps.vault.models import Secret, SecretUse


@admin.register(Secret)
class SecretAdmin(SupportAdmin[Secret]):
    list_display = ["name", "organization", "scope", "chatbot_id", "provider", "key_id", "is_active", "rotated_at"]
    list_filter = ["provider", "scope", "is_active", "organization"]
    list_select_related = ["organization"]
    search_fields = ["name", "display_name", "=key_id"]
    ordering = ["-id"]
    exclude = ["encrypted_value", "encryption_metadata"]


@admin.register(SecretUse)
class SecretUseAdmin(SupportAdmin[SecretUse]):
    list_display = ["secret", "organization", "count", "last_used_at"]
    list_filter = ["organization"]
    list_select_related = ["organization", "secret"]
    search_fields = ["secret__name"]
    ordering = ["-id"]
