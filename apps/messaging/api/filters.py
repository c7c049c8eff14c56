from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_filters import rest_framework as filters

from apps.core.filters import MomentFilter, YesNoFilter
from apps.messaging.models import Conversation
from apps.messaging.querysets import ConversationQuerySet, MessageQuerySet
from apps.messaging.selectors import conversations_matching

LONGEST_SEARCH = 200
ORDERS = [("newest", "Newest first"), ("oldest", "Oldest first")]
VIEWS = [("all", "All"), ("mine", "Mine"), ("unassigned", "Unassigned")]


class _StatusesField(forms.CharField):
    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list is cleaned out of a text
        found = [each.strip() for each in (super().to_python(value) or "").split(",") if each.strip()]
        if unknown := set(found).difference(Conversation.Status):
            words = ", ".join(sorted(unknown))
            raise ValidationError("These are no statuses: %(words)s.", "invalid_choice", {"words": words})
        return found


class StatusesFilter(filters.CharFilter):  # type: ignore[misc]
    field_class = _StatusesField


class ConversationFilter(filters.FilterSet):  # type: ignore[misc]
    view = filters.ChoiceFilter(choices=VIEWS, method="keep_view", label="all, mine or unassigned.")
    status = StatusesFilter(
        method="keep_status", label="`open`: everything that is not finished; else statuses, separated by commas."
    )
    unread = YesNoFilter(method="keep_unread", label="true: only conversations with unread messages.")
    number_id = filters.UUIDFilter(label="On this number.")
    contact_id = filters.UUIDFilter(label="With this contact.")
    search = filters.CharFilter(
        method="keep_matching", max_length=LONGEST_SEARCH, label="Words in a name, number or the last message."
    )

    def keep_view(self, rows: ConversationQuerySet, _name: Any, view: str) -> ConversationQuerySet:
        if view == "mine":
            return rows.of(self.request.user.pk)
        return rows.unassigned() if view == "unassigned" else rows

    def keep_status(self, rows: ConversationQuerySet, _name: Any, statuses: list[str]) -> ConversationQuerySet:
        return rows.open() if statuses == ["open"] else rows.filter(status__in=statuses)

    def keep_unread(self, rows: ConversationQuerySet, _name: Any, wanted: bool) -> ConversationQuerySet:
        return rows.unread() if wanted else rows

    def keep_matching(self, rows: ConversationQuerySet, _name: Any, text: str) -> ConversationQuerySet:
        return conversations_matching(rows, organization_id=self.request.auth.organization_id, text=text.strip())

    class Meta:
        model = Conversation
        fields: list[str] = []


class MessageFilter(filters.FilterSet):  # type: ignore[misc]
    at_before = MomentFilter("at", lookup_expr="lt", label="Before this moment.")
    at_after = MomentFilter("at", lookup_expr="gte", label="From this moment on.")
    search = filters.CharFilter(method="keep_matching", max_length=LONGEST_SEARCH, label="Words in the message.")
    order = filters.ChoiceFilter(choices=ORDERS, method="keep_all", label="Which end of the thread comes first.")

    def keep_matching(self, rows: MessageQuerySet, _name: Any, text: str) -> MessageQuerySet:
        return rows.filter(text__icontains=text.strip())

    def keep_all(self, rows: MessageQuerySet, _name: Any, _order: str) -> MessageQuerySet:
        return rows  # the page orders them
