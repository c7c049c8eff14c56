"""What is counted of conversations and messages, wherever its path belongs."""

from datetime import timedelta

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Department, Membership
from apps.accounts.permissions import VIEW_ACTIVITY, VIEW_MEMBERS
from apps.contacts.models import Contact
from apps.core.access import ANYBODY
from apps.core.errors import Invalid, NotFound
from apps.core.openapi import describe, query
from apps.core.realtime import open_connections
from apps.core.rest import TenantViewSet
from apps.messaging import selectors
from apps.messaging.api.examples import stats as examples
from apps.messaging.api.serializers.stats import (
    ContactStatsSerializer,
    DepartmentStatsSerializer,
    RealtimeStatsSerializer,
    TemplateStatsSerializer,
    UserStatsSerializer,
)
from apps.messaging.models import Conversation
from apps.messaging.permissions import VIEW_CONVERSATIONS, VIEW_REALTIME
from apps.whatsapp.models import Template
from apps.whatsapp.permissions import VIEW_TEMPLATES


@extend_schema_view(
    stats=describe(
        "Contacts", "Count a contact's messages", "How much there was to say: conversations, messages, the last one.",
        answers={200: ContactStatsSerializer}, shows=examples.CONTACT_STATS, refuses=(NotFound,),
    ),
)  # fmt: skip
class ContactStatsViewSet(TenantViewSet[Contact]):
    """`/contacts/{id}/stats/`: its path is the contacts', what it counts is ours."""

    queryset = Contact.objects.all()
    serializer_class = ContactStatsSerializer
    permissions = {"*": VIEW_CONVERSATIONS}

    @action(detail=True, methods=["get"])
    def stats(self, request: Request, pk: str) -> Response:
        return Response(selectors.stats_of_contact(self.access, self.get_object().pk))


@extend_schema_view(
    stats=describe(
        "Templates", "Count a template's messages", "What became of the messages that it was sent as, of late.",
        answers={200: TemplateStatsSerializer}, shows=examples.TEMPLATE_STATS, refuses=(NotFound, Invalid),
        filters=[query("days", "How far back, 1 to 365; 30 unless told otherwise.", OpenApiTypes.INT)],
    ),
)  # fmt: skip
class TemplateStatsViewSet(TenantViewSet[Template]):
    """`/templates/{id}/stats/`: its path is the templates', what it counts is ours."""

    queryset = Template.objects.all()
    serializer_class = TemplateStatsSerializer
    permissions = {"*": VIEW_TEMPLATES}

    @action(detail=True, methods=["get"])
    def stats(self, request: Request, pk: str) -> Response:
        days = request.query_params.get("days") or "30"
        if not (days.isascii() and days.isdigit() and len(days) < 4 and 1 <= int(days) <= 365):
            raise Invalid("Days are from 1 to 365.", field="days")
        since = timezone.now() - timedelta(days=int(days))
        return Response(selectors.stats_of_template(self.organization_id, self.get_object().pk, since=since))


@extend_schema_view(
    stats=describe(
        "Users", "Count a user's work", "Conversations, messages, and how long customers waited for an answer.",
        answers={200: UserStatsSerializer}, shows=examples.USER_STATS, refuses=(NotFound,),
    ),
    my_stats=describe(
        "Users", "Count my work", "As `/users/{id}/stats/`, of whoever is signed in.",
        answers={200: UserStatsSerializer}, shows=examples.USER_STATS,
    ),
)  # fmt: skip
class UserStatsViewSet(TenantViewSet[Membership]):
    """`/users/{id}/stats/`: its path is the users', what it counts is ours."""

    queryset = Membership.objects.all()
    serializer_class = UserStatsSerializer
    lookup_field, lookup_url_kwarg, lookup_value_regex = "user_id", "pk", "[0-9A-Fa-f-]{36}"
    permissions = {"my_stats": ANYBODY, "*": VIEW_ACTIVITY}

    @action(detail=True)
    def stats(self, request: Request, pk: str) -> Response:
        return Response(selectors.stats_of_user(self.organization_id, self.get_object().user_id))

    @action(detail=False, url_path="me/stats", pagination_class=None)
    def my_stats(self, request: Request) -> Response:
        return Response(selectors.stats_of_user(self.organization_id, self.access.user.pk))


@extend_schema_view(
    stats=describe(
        "Departments", "Count departments", "And their people, and the conversations that wait for them.",
        answers={200: DepartmentStatsSerializer}, shows=examples.DEPARTMENT_STATS,
    ),
)  # fmt: skip
class DepartmentStatsViewSet(TenantViewSet[Department]):
    """`/departments/stats/`: what waits there is ours to count."""

    queryset = Department.objects.all()
    serializer_class = DepartmentStatsSerializer
    pagination_class = None  # type: ignore[assignment]  # there is one
    permissions = {"*": VIEW_MEMBERS}

    @action(detail=False)
    def stats(self, request: Request) -> Response:
        return Response(selectors.stats_of_departments(self.organization_id))


@extend_schema_view(
    stats=describe(
        "Realtime", "Count sockets", "Open sockets of agents in this organization, as far as Redis remembers.",
        answers={200: RealtimeStatsSerializer}, shows=examples.REALTIME,
    ),
)  # fmt: skip
class RealtimeViewSet(TenantViewSet[Conversation]):
    queryset = Conversation.objects.all()
    serializer_class = RealtimeStatsSerializer
    permissions = {"*": VIEW_REALTIME}

    @action(detail=False, methods=["get"])
    def stats(self, request: Request) -> Response:
        connections = open_connections(self.organization_id)
        users = {each.partition(" ")[0] for each in connections}
        return Response({"connections": len(connections), "users_online": len(users)})
