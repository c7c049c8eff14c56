from uuid import UUID

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.accounts.api.examples import sessions as examples
from apps.accounts.api.requests import access_of
from apps.accounts.api.serializers.sessions import OpenSessionSerializer
from apps.accounts.models import Session
from apps.accounts.querysets import SessionQuerySet
from apps.accounts.services import sessions
from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.requests import KnownRequests
from apps.core.rest import NewestFirst

TAG = "Sign-in"


@extend_schema_view(
    list=describe(
        TAG, "List my sign-ins", "Those that are going on, newest first.",
        answers={200: OpenSessionSerializer(many=True)}, shows=examples.OPEN_SESSION,
    ),
    destroy=describe(
        TAG, "End one of my sign-ins", "Its tokens stop working at once and its sockets close.",
        answers={204: None}, refuses=(NotFound,),
    ),
    revoke_others=describe(TAG, "End my other sign-ins", "All but the one that asks.", answers={204: None}),
)  # fmt: skip
class SessionViewSet(KnownRequests, ListModelMixin, GenericViewSet[Session]):
    open_while_enrolling = True
    only_in_person = True
    queryset = Session.objects.all()
    serializer_class = OpenSessionSerializer
    pagination_class = NewestFirst
    filter_backends = ()
    lookup_value_regex = "[0-9A-Fa-f-]{36}"

    def get_queryset(self) -> SessionQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Session.objects.none()
        return Session.objects.open().filter(user=access_of(self.request).user)

    def destroy(self, request: Request, pk: str) -> Response:
        try:
            session_id = UUID(pk)
        except ValueError as error:
            raise NotFound from error
        sessions.revoke(access=access_of(request), session_id=session_id)
        return Response(status=204)

    @action(detail=False, methods=["post"], url_path="revoke-others")
    def revoke_others(self, request: Request) -> Response:
        sessions.revoke_others(access=access_of(request))
        return Response(status=204)
