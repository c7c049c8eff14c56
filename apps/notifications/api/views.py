from typing import Any, cast

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet
from apps.notifications import services
from apps.notifications.api import examples
from apps.notifications.api.filters import NoticeFilter
from apps.notifications.api.serializers import (
    AllReadSerializer,
    NoticeSerializer,
    PreferenceChangesSerializer,
    PreferenceSerializer,
    UnreadSerializer,
)
from apps.notifications.errors import NoSuchNoticeType, NoticesSwitchedOff, QuietHoursNotValid
from apps.notifications.models import Notice
from apps.notifications.permissions import VIEW_NOTICES
from apps.notifications.querysets import NoticeQuerySet
from apps.notifications.registry import all_types

PREFERENCES: dict[str, Any] = {"answers": {200: PreferenceSerializer}, "shows": examples.PREFERENCES}


@extend_schema_view(
    list=describe(
        "Notifications", "List my notices", "One's own, newest first.",
        answers={200: NoticeSerializer(many=True)}, shows=examples.NOTICE,
    ),
    retrieve=describe(
        "Notifications", "Show a notice of mine", "Others' notices are not found.",
        answers={200: NoticeSerializer}, shows=examples.NOTICE, refuses=(NotFound,),
    ),
    destroy=describe(
        "Notifications", "Delete a notice of mine", "It is gone from the list; the same occasion isn't told again.",
        answers={204: None}, refuses=(NotFound,), writes=True,
    ),
    read=describe(
        "Notifications", "Mark a notice as read", "One that is read stays so.",
        answers={200: NoticeSerializer}, shows=examples.READ_NOTICE, refuses=(NotFound,), writes=True,
    ),
    read_all=describe(
        "Notifications", "Mark all my notices as read", "Counts those that were unread.",
        answers={200: AllReadSerializer}, shows=examples.ALL_READ, writes=True,
    ),
    unread_count=describe(
        "Notifications", "Count my unread notices", "What stands beside the bell.",
        answers={200: UnreadSerializer}, shows=examples.UNREAD,
    ),
    preferences=describe(
        "Notifications", "Show how I am told", "By type and channel; a channel's main switch comes on top.",
        **PREFERENCES,
    ),
    test=describe(
        "Notifications", "Send myself a test notice", "Over every channel that one's preferences leave open.",
        answers={201: NoticeSerializer}, shows=examples.TEST_NOTICE, refuses=(NoticesSwitchedOff,), writes=True,
    ),
)  # fmt: skip
class NoticeViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Notice]):
    queryset = Notice.objects.all()
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    permissions = {"*": VIEW_NOTICES}

    def get_queryset(self) -> NoticeQuerySet:
        rows = cast(NoticeQuerySet, super().get_queryset())
        return rows.of_user(self.access.user.pk).with_channels() if self.access else rows

    def get_serializer_context(self) -> dict[str, Any]:
        if not self.access:  # drf-spectacular looks, and nobody asks
            return dict(super().get_serializer_context())
        allowed = {None, *self.access.permissions}
        types = [each for each in all_types() if each.permission in allowed]
        return {**super().get_serializer_context(), "language": self.access.user.language, "types": types}

    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_notice(notice=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        notice = services.mark_read(notice=self.get_object())
        return Response(self.get_serializer(self.get_queryset().get(pk=notice.pk)).data)

    @action(detail=False, methods=["post"], url_path="read-all", filterset_class=None, pagination_class=None)
    def read_all(self, request: Request) -> Response:
        count = services.mark_all_read(organization_id=self.organization_id, user_id=self.access.user.pk)
        return Response({"marked_as_read": count})

    @action(detail=False, url_path="unread-count", filterset_class=None, pagination_class=None)
    def unread_count(self, request: Request) -> Response:
        return Response({"unread_count": self.get_queryset().unread().count()})

    @action(detail=False, serializer_class=PreferenceSerializer, filterset_class=None, pagination_class=None)
    def preferences(self, request: Request) -> Response:
        mine = services.preference_of(organization_id=self.organization_id, user_id=self.access.user.pk)
        return Response(self.get_serializer(mine).data)

    @preferences.mapping.put
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Notifications", "Choose how I am told", "What isn't named stays as it is; a type that there isn't is refused.",
        takes=PreferenceChangesSerializer, sends=examples.CHANGES, **PREFERENCES,
        refuses=(NoSuchNoticeType, QuietHoursNotValid), writes=True,
    )  # fmt: skip
    def change_preferences(self, request: Request) -> Response:
        changes = self.validated(PreferenceChangesSerializer)
        mine = services.change_preference(organization_id=self.organization_id, user_id=self.access.user.pk, **changes)
        return Response(self.get_serializer(mine).data)

    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def test(self, request: Request) -> Response:
        notice = services.send_test(organization_id=self.organization_id, user=self.access.user)
        made = Notice.objects.for_organization(self.organization_id).with_channels().get(pk=notice.pk)
        return Response(self.get_serializer(made).data, status=201)
