from typing import Any, cast

from drf_spectacular.utils import extend_schema_view
from rest_framework.mixins import ListModelMixin

from apps.accounts.api.examples import members as examples
from apps.accounts.api.serializers.members import MemberSerializer
from apps.accounts.models import AgentStatusSpan, Membership
from apps.accounts.permissions import VIEW_MEMBERS
from apps.accounts.querysets import MembershipQuerySet
from apps.core.openapi import describe
from apps.core.realtime import online_users
from apps.core.rest import TenantViewSet


@extend_schema_view(
    list=describe(
        "Members", "List members", "Everybody who works in the organization.",
        answers={200: MemberSerializer(many=True)}, shows=examples.MEMBER,
    ),
)  # fmt: skip
class MemberViewSet(ListModelMixin, TenantViewSet[Membership]):
    queryset = Membership.objects.select_related("user")
    serializer_class = MemberSerializer
    permissions = {"*": VIEW_MEMBERS}

    def get_queryset(self) -> MembershipQuerySet:
        rows = cast(MembershipQuerySet, super().get_queryset()).active()
        return rows.with_status(AgentStatusSpan.objects.for_organization(self.organization_id)) if self.access else rows

    def get_serializer_context(self) -> dict[str, Any]:
        online = online_users(self.organization_id) if self.access else frozenset()
        return {**super().get_serializer_context(), "online": online}
