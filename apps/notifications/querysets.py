from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch

from apps.core.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from apps.notifications.models import Delivery, Notice, Preference  # noqa: F401 - named in the bases' parameters


class NoticeQuerySet(TenantQuerySet["Notice"]):
    def of_user(self, user_id: UUID) -> Self:
        """What stands in this person's list."""
        return self.filter(user=user_id, in_app=True, deleted_at=None)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def sent_by(self, channel: str) -> Self:
        from apps.notifications.models import Delivery  # the models know their querysets

        sent = Delivery.objects.filter(
            organization=OuterRef("organization"), notice=OuterRef("pk"), channel=channel, sent_at__isnull=False
        )
        return self.filter(Exists(sent))

    def with_deliveries(self) -> Self:
        """Over which channels each went, in one more query."""
        from apps.notifications.models import Delivery  # the models know their querysets

        rows = Delivery.objects.for_organization(self._organization_id) if self._organization_id else None
        return self.prefetch_related(
            Prefetch("deliveries", queryset=rows.order_by("pk") if rows is not None else Delivery.objects.all())
        )


class DeliveryQuerySet(TenantQuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def due(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lte=now)


class PreferenceQuerySet(TenantQuerySet["Preference"]):
    def with_due_mails(self, now: datetime) -> Self:
        """Those of people to whom a mail should go now."""
        from apps.notifications.models import Delivery  # the models know their querysets

        due = Delivery.objects.due(now).filter(organization=OuterRef("organization"), user=OuterRef("user"))
        return self.filter(Exists(due))
