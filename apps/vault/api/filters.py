from typing import Any
from uuid import UUID

from django_filters import rest_framework as filters

from apps.core.filters import YesNoFilter
from apps.vault.models import Secret
from apps.vault.querysets import SecretQuerySet


class SecretFilter(filters.FilterSet):  # type: ignore[misc]
    scope = filters.ChoiceFilter(choices=Secret.Scope.choices, label="Only the organization's, or only chatbots'.")
    chatbot_id = filters.UUIDFilter(
        method="of_chatbot", label="What this chatbot can use: its own, and the common ones."
    )
    is_active = YesNoFilter(label="true: only those in use; false: only those that are switched off.")

    def of_chatbot(self, secrets: SecretQuerySet, _name: Any, chatbot_id: UUID) -> SecretQuerySet:
        return secrets.for_chatbot(chatbot_id)
