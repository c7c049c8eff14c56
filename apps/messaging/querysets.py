from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import Q

from apps.accounts.selectors import Access, departments_of
from apps.core.tenancy import TenantQuerySet
from apps.messaging.permissions import VIEW_ALL, VIEW_CONVERSATIONS, VIEW_DEPARTMENT, VIEW_UNASSIGNED

if TYPE_CHECKING:
    from apps.messaging.models import (  # noqa: F401 - named in the bases' parameters
        Block,
        Conversation,
        Message,
        MessageRevision,
        MessageStatus,
        NumberMonth,
        OutboxAction,
    )

OPEN_STATUSES = ("open", "queued", "active", "pending", "snoozed")


class ConversationQuerySet(TenantQuerySet["Conversation"]):
    def open(self) -> Self:
        """Not finished: somebody, or the bot, still owes or awaits an answer."""
        return self.filter(status__in=OPEN_STATUSES)

    def of(self, user_id: UUID) -> Self:
        return self.filter(assignee_id=user_id)

    def visible_to(self, access: Access) -> Self:
        """What this person may see, by the rule of `visibility.py`."""
        if VIEW_CONVERSATIONS not in access.permissions:
            return self.none()
        if VIEW_ALL in access.permissions:
            return self
        seen = Q(assignee=access.user.pk)
        if VIEW_UNASSIGNED in access.permissions:
            seen |= Q(assignee=None)
        if VIEW_DEPARTMENT in access.permissions:
            seen |= Q(department__in=departments_of(access.organization_id, access.user.pk))
        return self.filter(seen)

    def unassigned(self) -> Self:
        return self.filter(assignee=None)

    def unread(self) -> Self:
        return self.filter(unread_count__gt=0)


class MessageQuerySet(TenantQuerySet["Message"]):
    def visible_to(self, access: Access, conversations: ConversationQuerySet) -> Self:
        """Those of the conversations that this person may see."""
        if VIEW_CONVERSATIONS in access.permissions and VIEW_ALL in access.permissions:
            return self
        return self.filter(conversation__in=conversations.visible_to(access).values("pk"))

    def shown(self) -> Self:
        """What stands in the thread; a reaction stands on the message that it is about, if we have that."""
        return self.exclude(type="reaction", reply_to__isnull=False)

    def waiting_for_a_place(self) -> Self:
        """Held, though their number is well: the portfolio's messaging limit is used up."""
        return self.filter(status="held", next_attempt_at__isnull=False)

    def left_by_the_dead(self, now: datetime) -> Self:
        """Being sent by somebody whose time is over."""
        return self.filter(status="sending", lease_until__lt=now)


class MessageStatusQuerySet(TenantQuerySet["MessageStatus"]):
    pass


class OutboxActionQuerySet(TenantQuerySet["OutboxAction"]):
    pass


class MessageRevisionQuerySet(TenantQuerySet["MessageRevision"]):
    pass


class NumberMonthQuerySet(TenantQuerySet["NumberMonth"]):
    pass


class BlockQuerySet(TenantQuerySet["Block"]):
    def due(self, now: datetime) -> Self:
        return self.filter(state="pending", next_attempt_at__lte=now)
