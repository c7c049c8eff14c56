from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from apps.accounts.api.examples import people as examples
from apps.accounts.api.requests import body_of, client_of
from apps.accounts.api.serializers.people import (
    AcceptSerializer,
    InvitationSerializer,
    InviteSerializer,
    JoinedSerializer,
    LinkSerializer,
    LookSerializer,
    SeenSerializer,
)
from apps.accounts.authentication import TokenAuthentication
from apps.accounts.errors import (
    AlreadyMember,
    InvitationExpired,
    InvitationNotWaiting,
    InvitationUsed,
    InvitationWaiting,
    MayNotGrant,
    NoSuchDepartment,
    NoSuchInvitation,
    NoSuchRole,
    NotYourInvitation,
    PasswordTooWeak,
    PlanLimitReached,
    SignInFirst,
    WrongCredentials,
)
from apps.accounts.models import Invitation
from apps.accounts.permissions import MANAGE_MEMBERS
from apps.accounts.querysets import InvitationQuerySet
from apps.accounts.services import invitations as services
from apps.core.errors import Forbidden, Invalid, NotFound, SignedOut, TokenInvalid, TooMany
from apps.core.openapi import describe
from apps.core.rest import OpenViewSet, TenantViewSet

INVITING = (
    AlreadyMember, InvitationWaiting, MayNotGrant, NoSuchRole, NoSuchDepartment, PlanLimitReached,
)  # fmt: skip
ANSWER: dict[str, Any] = {"answers": {200: InvitationSerializer}, "shows": examples.INVITATION}


@extend_schema_view(
    list=describe(
        "Invitations", "List invitations", "Newest first, with what became of each.",
        answers={200: InvitationSerializer(many=True)}, shows=examples.INVITATION,
    ),
    retrieve=describe("Invitations", "Show an invitation", "And what became of it.", **ANSWER, refuses=(NotFound,)),
    create=describe(
        "Invitations", "Invite somebody",
        "Sends a link, good for seven days. Whether the address has an account elsewhere can't be told from the "
        "answer. An invitation counts as one of the plan's agents.",
        takes=InviteSerializer, sends=examples.INVITE, answers={201: InvitationSerializer}, shows=examples.INVITATION,
        refuses=INVITING, writes=True,
    ),
    destroy=describe(
        "Invitations", "Take an invitation back", "Its link is worth nothing any more.",
        answers={204: None}, refuses=(NotFound, InvitationNotWaiting, MayNotGrant), writes=True,
    ),
    resend=describe(
        "Invitations", "Send an invitation again", "With a new link, good for seven days; the old one ends.", **ANSWER,
        refuses=(NotFound, InvitationNotWaiting, MayNotGrant, PlanLimitReached), writes=True,
    ),
    link=describe(
        "Invitations", "Show an invitation's link", "To hand it over by other means. It is written to the audit log.",
        answers={200: LinkSerializer}, shows=examples.LINK, refuses=(NotFound, InvitationNotWaiting, MayNotGrant),
    ),
)  # fmt: skip
class InvitationViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Invitation]):
    queryset = Invitation.objects.select_related("custom_role", "invited_by")
    serializer_class = InvitationSerializer
    lookup_value_regex = "[0-9A-Fa-f-]{36}"
    permissions = {"*": MANAGE_MEMBERS}

    def get_queryset(self) -> InvitationQuerySet:
        return cast(InvitationQuerySet, super().get_queryset()).with_state(timezone.now())

    def create(self, request: Request) -> Response:
        return self._shown(services.invite(by=self.access, **self.validated(InviteSerializer)), status=201)

    def destroy(self, request: Request, pk: str) -> Response:
        services.revoke(by=self.access, invitation=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> Response:
        return self._shown(services.resend(by=self.access, invitation=self.get_object()))

    @action(detail=True)
    def link(self, request: Request, pk: str) -> Response:
        invitation = self.get_object()
        link = services.link(by=self.access, invitation=invitation)
        return Response({"link": link, "expires_at": invitation.expires_at}, headers={"Cache-Control": "no-store"})

    def _shown(self, invitation: Invitation, *, status: int = 200) -> Response:
        return Response(InvitationSerializer(self.get_queryset().get(pk=invitation.pk)).data, status=status)


@extend_schema_view(
    look=describe(
        "Invitations", "Look at an invitation", "What whoever holds the link has to do to accept it.",
        takes=LookSerializer, sends=examples.LOOK, answers={200: SeenSerializer}, shows=examples.SEEN,
        refuses=(NoSuchInvitation, InvitationExpired, InvitationUsed, TooMany), public=True,
    ),
    accept=describe(
        "Invitations", "Accept an invitation",
        "A new person says their name and a password, and signs in with it afterwards. Whoever has an account sends "
        "their access token along, and switches to the organization afterwards; whoever belongs to no organization any "
        "more, and so can't sign in, sends their password instead.",
        takes=AcceptSerializer, sends=examples.ACCEPT, answers={200: JoinedSerializer}, shows=examples.JOINED,
        refuses=(
            NoSuchInvitation, InvitationExpired, InvitationUsed, AlreadyMember, SignInFirst, NotYourInvitation,
            PasswordTooWeak, PlanLimitReached, WrongCredentials, TokenInvalid, SignedOut, Forbidden, TooMany,
        ),
        public=True,
    ),
)  # fmt: skip
class JoinViewSet(OpenViewSet):
    """What whoever holds an invitation's link does with it; nobody has to be signed in."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "invitation"

    @action(detail=False, methods=["post"], authentication_classes=[])
    def look(self, request: Request) -> Response:
        return Response(SeenSerializer(services.look(**body_of(request, LookSerializer))).data)

    @action(detail=False, methods=["post"])
    def accept(self, request: Request) -> Response:
        body = body_of(request, AcceptSerializer)
        if request.auth is None and "password" not in body:
            raise Invalid("Say it, or send the access token of your account.", field="password")
        member = services.accept(**body, access=cast(Any, request.auth), client=client_of(request))
        return Response(JoinedSerializer(member).data)
