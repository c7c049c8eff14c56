from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db.models import BigIntegerField, DateTimeField, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.core.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from apps.vault.models import Secret, SecretUse  # noqa: F401 - named in the bases' parameters


class SecretQuerySet(TenantQuerySet["Secret"]):
    def with_uses(self) -> Self:
        """`usage_count` and `last_used_at`."""
        from apps.vault.models import SecretUse  # the models know their querysets

        uses = SecretUse.objects.filter(organization=OuterRef("organization"), secret=OuterRef("pk"))
        return self.annotate(
            usage_count=Coalesce(_of_all(uses, Sum("count"), BigIntegerField()), 0),
            last_used_at=_of_all(uses, Max("last_used_at"), DateTimeField()),
        )

    def for_chatbot(self, chatbot_id: UUID | None) -> Self:
        """The organization's, and this chatbot's own."""
        return self.filter(Q(chatbot_id=None) | Q(chatbot_id=chatbot_id))

    def first_for(self, name: str, chatbot_id: UUID | None) -> Secret | None:
        """The one that this name means to a chatbot (None: to the organization): its own wins."""
        return self.filter(name=name).for_chatbot(chatbot_id).order_by(F("chatbot_id").asc(nulls_last=True)).first()

    def outdated(self, provider: str, key_id: str) -> Self:
        """Encrypted by another provider, or with another key."""
        return self.exclude(provider=provider, key_id=key_id)


class SecretUseQuerySet(TenantQuerySet["SecretUse"]):
    pass


def _of_all(uses: Any, sum_: Any, field: Any) -> Subquery:
    return Subquery(uses.order_by().values("secret").annotate(of_all=sum_).values("of_all"), output_field=field)
