from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django_filters import rest_framework as filters
from rest_framework import serializers

from apps.accounts.models import DepartmentMember, Role
from apps.accounts.querysets import AgentStatusSpanQuerySet, MembershipQuerySet
from apps.core.errors import Invalid
from apps.core.filters import MomentFilter, YesNoFilter, is_thinkable


class AuditFilter(filters.FilterSet):  # type: ignore[misc]
    action = filters.CharFilter(max_length=100, label="What happened, as `members.role_changed`.")
    actor_id = filters.UUIDFilter(label="Who did it: a person's id, or an API key's.")
    target_kind = filters.CharFilter(max_length=60, label="What it happened to, as `membership`.")
    target_id = filters.CharFilter(max_length=100, label="To which of them.")
    subject_id = filters.UUIDFilter(label="The person whom it is about.")
    from_ = MomentFilter(field_name="at", lookup_expr="gte", label="Not before this time.")
    to = MomentFilter(field_name="at", lookup_expr="lt", label="Before this time.")


# `from` is no name in Python.
AuditFilter.base_filters["from"] = AuditFilter.base_filters.pop("from_")


class UserFilter(filters.FilterSet):  # type: ignore[misc]
    role = filters.ChoiceFilter(choices=Role.choices, label="Those who have this role.")
    is_active = YesNoFilter(label="true: those who are let in; false: the others.")
    department_id = filters.UUIDFilter(method="in_department", label="Those who work in this department.")
    search = filters.CharFilter(method="named", max_length=200, label="Part of a name or an e-mail address.")

    def in_department(self, members: MembershipQuerySet, _name: Any, department_id: UUID) -> MembershipQuerySet:
        places = DepartmentMember.objects.filter(organization=OuterRef("organization"), membership=OuterRef("pk"))
        return members.filter(Exists(places.filter(department=department_id)))

    def named(self, members: MembershipQuerySet, _name: Any, text: str) -> MembershipQuerySet:
        return members.filter(Q(user__full_name__icontains=text) | Q(user__email__icontains=text))


class DepartmentFilter(filters.FilterSet):  # type: ignore[misc]
    is_active = YesNoFilter(label="true: only active ones; false: only the others.")


def spans_between(spans: AgentStatusSpanQuerySet, asked: Mapping[str, Any]) -> AgentStatusSpanQuerySet:
    """Those that touch the time between `from` and `to`, as the query says.

    Raises:
        Invalid: one of them is no time.
    """
    since, until = _moment(asked, "from"), _moment(asked, "to")
    if since:
        spans = spans.filter(Q(ended_at=None) | Q(ended_at__gt=since))
    return spans.filter(began_at__lt=until) if until else spans


def _moment(asked: Mapping[str, Any], name: str) -> datetime | None:
    if not asked.get(name):
        return None
    try:
        moment = cast(datetime, serializers.DateTimeField().run_validation(asked[name]))
    except (serializers.ValidationError, OverflowError) as error:
        raise Invalid("Say a time such as 2026-11-24T12:00:00Z.", field=name) from error
    if not is_thinkable(moment):
        raise Invalid("Say a time of the years 1900 to 9000.", field=name)
    return moment
