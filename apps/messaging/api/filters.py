from typing import Any

from django_filters import rest_framework as filters

from apps.core.filters import YesNoFilter
from apps.messaging.models import Conversation
from apps.messaging.querysets import ConversationQuerySet, MessageQuerySet
from apps.messaging.selectors import conversations_matching

VIEWS = [("all", "All"), ("mine", "Mine"), ("unassigned", "Unassigned")]


class ConversationFilter(filters.FilterSet):  # type: ignore[misc]
    view = filters.ChoiceFilter(choices=VIEWS, method="keep_view", label="all, mine or unassigned.")
    status = filters.CharFilter(
        method="keep_status", label="`open`: everything that is not finished; else statuses, separated by commas."
    )
    unread = YesNoFilter(method="keep_unread", label="true: only conversations with unread messages.")
    number_id = filters.UUIDFilter(label="On this number.")
    contact_id = filters.UUIDFilter(label="With this contact.")
    search = filters.CharFilter(method="keep_matching", label="Words in a name, number or the last message.")

    def keep_view(self, rows: ConversationQuerySet, _name: Any, view: str) -> ConversationQuerySet:
        if view == "mine":
            return rows.of(self.request.user.pk)
        return rows.unassigned() if view == "unassigned" else rows

    def keep_status(self, rows: ConversationQuerySet, _name: Any, wanted: str) -> ConversationQuerySet:
        statuses = [each.strip() for each in wanted.split(",")]
        return rows.open() if statuses == ["open"] else rows.filter(status__in=statuses)

    def keep_unread(self, rows: ConversationQuerySet, _name: Any, wanted: bool) -> ConversationQuerySet:
        return rows.unread() if wanted else rows

    def keep_matching(self, rows: ConversationQuerySet, _name: Any, text: str) -> ConversationQuerySet:
        return conversations_matching(rows, organization_id=self.request.auth.organization_id, text=text.strip())

    class Meta:
        model = Conversation
        fields: list[str] = []


class MessageFilter(filters.FilterSet):  # type: ignore[misc]
    at_before = filters.IsoDateTimeFilter("at", lookup_expr="lt", label="Before this moment.")
    at_after = filters.IsoDateTimeFilter("at", lookup_expr="gte", label="From this moment on.")
    search = filters.CharFilter(method="keep_matching", label="Words in the message.")

    def keep_matching(self, rows: MessageQuerySet, _name: Any, text: str) -> MessageQuerySet:
        return rows.filter(text__icontains=text.strip())
