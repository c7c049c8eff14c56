from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from apps.accounts import services
from apps.accounts.api.examples import sign_in as examples
from apps.accounts.api.requests import access_of, body_of, client_of
from apps.accounts.api.serializers.profiles import ProfileSerializer
from apps.accounts.api.serializers.sign_in import (
    ExchangeSerializer,
    LoginSerializer,
    MeSerializer,
    RefreshSerializer,
    RegistrationSerializer,
    SessionSerializer,
    SwitchSerializer,
    TokensSerializer,
    VerifiedSerializer,
)
from apps.accounts.authentication import TokenAuthentication
from apps.accounts.errors import CodeNotValid, EmailTaken, MfaRequired, NoMembership, PasswordTooWeak, WrongCredentials
from apps.accounts.services import impersonation, profiles
from apps.core.errors import SignedOut, TokenInvalid, TooMany
from apps.core.openapi import describe
from apps.core.rest import OpenViewSet
from apps.core.throttles import ApiLimits

PUBLIC: dict[str, Any] = {"authentication_classes": [], "permission_classes": [AllowAny]}


@extend_schema_view(
    register=describe(
        "Sign-in", "Register", "Makes an organization and its owner, and signs the owner in.",
        takes=RegistrationSerializer, sends=examples.REGISTRATION,
        answers={201: SessionSerializer}, shows=examples.SESSION,
        refuses=(EmailTaken, PasswordTooWeak, TooMany), public=True,
    ),
    login=describe(
        "Sign-in", "Log in", "Signs a person in. An unknown e-mail and a wrong password are answered alike. "
        "Tries that fail make the next ones wait: longer and longer for one account and address, see `Retry-After`.",
        takes=LoginSerializer, sends=examples.LOGIN, answers={200: SessionSerializer}, shows=examples.SESSION,
        refuses=(WrongCredentials, MfaRequired, NoMembership, TooMany), public=True,
    ),
    refresh=describe(
        "Sign-in", "Refresh", "Exchanges a refresh token, once, for a new pair. Used again later, it ends the sign-in.",
        takes=RefreshSerializer, sends=examples.REFRESH, answers={200: TokensSerializer}, shows=examples.TOKENS,
        refuses=(TokenInvalid, SignedOut, NoMembership, TooMany), public=True,
    ),
    logout=describe(
        "Sign-in", "Log out", "Ends this sign-in: its tokens stop working at once and its sockets close.",
        answers={204: None},
    ),
    exchange=describe(
        "Sign-in", "Begin to act as a person", "Support staff bring the code that the support desk gave them, good "
        "for a minute and for one use. Both ends of the session are in the organization's audit log.",
        takes=ExchangeSerializer, sends=examples.EXCHANGE, answers={200: SessionSerializer}, shows=examples.SESSION,
        refuses=(CodeNotValid, NoMembership), public=True,
    ),
    switch=describe(
        "Sign-in", "Switch organization", "Makes another organization of this person the active one.",
        takes=SwitchSerializer, sends=examples.SWITCH, answers={200: SessionSerializer}, shows=examples.SESSION,
        refuses=(NoMembership,),
    ),
    me=describe(
        "Sign-in", "Show me", "Who is signed in, where, and what they may do.",
        answers={200: MeSerializer}, shows=examples.ME,
    ),
    verify=describe(
        "Sign-in", "Verify a token", "Says whom the access token belongs to; 401 where it is not valid.",
        answers={200: VerifiedSerializer}, shows=examples.VERIFIED,
    ),
)  # fmt: skip
class AuthViewSet(OpenViewSet):
    only_in_person = True
    open_while_enrolling = True

    throttle_classes = [ApiLimits, ScopedRateThrottle]
    for_programs = ("verify",)

    def get_throttles(self) -> list[Any]:
        self.throttle_scope = self.action if self.action in ("register", "refresh") else None
        return super().get_throttles()

    @action(detail=False, methods=["post"], **PUBLIC)
    def register(self, request: Request) -> Response:
        return Response(services.register(**body_of(request, RegistrationSerializer), client=client_of(request)), 201)

    @action(detail=False, methods=["post"], **PUBLIC)
    def login(self, request: Request) -> Response:
        return Response(services.login(**body_of(request, LoginSerializer), client=client_of(request)))

    @action(detail=False, methods=["post"], **PUBLIC)
    def refresh(self, request: Request) -> Response:
        return Response(services.refresh(token=body_of(request, RefreshSerializer)["refresh"]))

    @action(detail=False, methods=["post"], url_path="impersonation/exchange", **PUBLIC)
    def exchange(self, request: Request) -> Response:
        return Response(impersonation.exchange(**body_of(request, ExchangeSerializer), client=client_of(request)))

    @action(detail=False, methods=["post"], authentication_classes=[TokenAuthentication])
    def logout(self, request: Request) -> Response:
        services.logout(access=access_of(request))
        return Response(status=204)

    @action(detail=False, methods=["post"], authentication_classes=[TokenAuthentication])
    def switch(self, request: Request) -> Response:
        return Response(services.switch_organization(access=access_of(request), **body_of(request, SwitchSerializer)))

    @action(detail=False, methods=["get"])
    def me(self, request: Request) -> Response:
        return Response(profiles.my_profile(access_of(request)))

    @me.mapping.patch
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Sign-in", "Change me", "As `PATCH /users/me/`: what isn't named stays.",
        takes=ProfileSerializer, sends=examples.PROFILE, answers={200: MeSerializer}, shows=examples.ME,
    )  # fmt: skip
    def change_me(self, request: Request) -> Response:
        profiles.change_profile(access=access_of(request), **body_of(request, ProfileSerializer))
        return Response(profiles.my_profile(access_of(request)))

    @action(detail=False, methods=["get"])
    def verify(self, request: Request) -> Response:
        access = access_of(request)
        return Response(
            {
                "valid": True,
                "user_id": access.user.pk,
                "organization_id": access.organization_id,
                "role": access.role,
                "expires_at": access.expires_at,
            }
        )
