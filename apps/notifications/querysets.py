from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

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
        return self.filter(Exists(self._sent().filter(channel=channel)))

    def with_channels(self) -> Self:
        """`sent_over`: the channels over which each has gone."""
        return self.annotate(sent_over=ArraySubquery(self._sent().values("channel")))

    def _sent(self) -> DeliveryQuerySet:
        from apps.notifications.models import Delivery  # the models know their querysets

        return Delivery.objects.filter(
            organization=OuterRef("organization"), notice=OuterRef("pk"), sent_at__isnull=False
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
