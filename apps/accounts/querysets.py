from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists

from apps.core.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import Membership, Session  # noqa: F401 - named in the base's parameter


class MembershipQuerySet(TenantQuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(is_active=True, user__is_active=True, organization__is_active=True)

    def in_session(self, session_id: UUID, sessions: SessionQuerySet) -> Self:
        """Only while this sign-in goes on."""
        return self.filter(Exists(sessions.open().filter(pk=session_id, user_id=models.OuterRef("user_id"))))


class SessionQuerySet(models.QuerySet["Session"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)
