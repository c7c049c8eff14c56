from typing import Any

from django.http import HttpResponseRedirect
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import sso as examples
from apps.accounts.api.requests import access_of, body_of, client_of
from apps.accounts.api.serializers.sso import (
    IdentitySerializer,
    NewProviderSerializer,
    ProviderChangesSerializer,
    ProviderSerializer,
    SsoExchangeSerializer,
    SsoSessionSerializer,
    StartedSerializer,
    StartSerializer,
)
from apps.accounts.authentication import TokenAuthentication
from apps.accounts.errors import (
    EmailTaken,
    IdentityTaken,
    IssuerNotValid,
    MayNotGrant,
    NoMembership,
    NoSuchProvider,
    PlanLimitReached,
    ProviderTaken,
    ReauthenticationRequired,
    SsoFailed,
    SsoLinkRequired,
    SsoRefused,
)
from apps.accounts.models import ExternalIdentity, IdentityProvider
from apps.accounts.permissions import MANAGE_SECURITY
from apps.accounts.services import identity_providers, sso
from apps.core.access import ANYBODY
from apps.core.errors import DomainError, NotFound, UrlRefused
from apps.core.openapi import describe, query
from apps.core.problems import code_of
from apps.core.rest import OpenViewSet, TenantViewSet
from apps.core.tenancy import TenantQuerySet

PUBLIC: dict[str, Any] = {"authentication_classes": [], "permission_classes": [AllowAny]}
TAG = "Single sign-on"
ONE: dict[str, Any] = {"answers": {200: ProviderSerializer}, "shows": examples.PROVIDER}
_CAME_BACK = [
    query("state", "What was sent along."),
    query("code", "What the provider gave for whoever signed in."),
    query("error", "Why it gave none."),
]


@extend_schema_view(
    list=describe(
        TAG, "List providers", "Where people of the organization may sign in. Their secrets are never answered.",
        answers={200: ProviderSerializer(many=True)}, shows=examples.PROVIDER,
    ),
    retrieve=describe(TAG, "Show a provider", "Its secret is never answered.", **ONE, refuses=(NotFound,)),
    create=describe(
        TAG, "Add a provider", "An OpenID Connect provider at which people of this organization sign in, and of no "
        "other. It is asked at once whether it is one. Where `joins_as` is set, whoever has a verified address in one "
        "of the domains joins by signing in.",
        takes=NewProviderSerializer, sends=examples.NEW_PROVIDER,
        answers={201: ProviderSerializer}, shows=examples.PROVIDER,
        refuses=(UrlRefused, IssuerNotValid, MayNotGrant, ProviderTaken), writes=True,
    ),
    partial_update=describe(
        TAG, "Change a provider", "What isn't named stays. One that is switched off signs out whoever came by it.",
        takes=ProviderChangesSerializer, sends=examples.PROVIDER_CHANGES, **ONE,
        refuses=(NotFound, UrlRefused, IssuerNotValid, MayNotGrant, ProviderTaken), writes=True,
    ),
    destroy=describe(
        TAG, "Delete a provider", "Whoever was known by it links again, or joins anew; who came by it is signed out.",
        answers={204: None}, refuses=(NotFound,), writes=True,
    ),
)  # fmt: skip
class IdentityProviderViewSet(RetrieveModelMixin, ListModelMixin, TenantViewSet[IdentityProvider]):
    queryset = IdentityProvider.objects.all()
    serializer_class = ProviderSerializer
    permissions = {"*": MANAGE_SECURITY}

    def create(self, request: Request) -> Response:
        made = identity_providers.create_provider(by=self.access, **self.validated(NewProviderSerializer))
        return Response(ProviderSerializer(made).data, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        values, provider = self.validated(ProviderChangesSerializer), self.get_object()
        changed = identity_providers.change_provider(by=self.access, provider=provider, **values)
        return Response(ProviderSerializer(changed).data)

    def destroy(self, request: Request, pk: str) -> Response:
        identity_providers.delete_provider(provider=self.get_object())
        return Response(status=204)


@extend_schema_view(
    start=describe(
        TAG, "Begin", "Where the browser goes to sign in at the organization's provider.",
        takes=StartSerializer, sends=examples.START, answers={200: StartedSerializer}, shows=examples.STARTED,
        refuses=(NoSuchProvider, SsoFailed), public=True,
    ),
    callback=describe(
        TAG, "Come back", "The provider sends the browser here, and it is sent on to the web app: "
        "`/app/sso#code=…`, or `#error=…` with the type of a problem.",
        answers={302: None}, filters=_CAME_BACK, any_query=True, public=True,
    ),
    exchange=describe(
        TAG, "Sign in", "The code that came back and the secret that was kept give a session, which opens this "
        "organization and no other.",
        takes=SsoExchangeSerializer, sends=examples.EXCHANGE,
        answers={200: SsoSessionSerializer}, shows=examples.SSO_SESSION,
        refuses=(
            SsoFailed, SsoLinkRequired, SsoRefused, NoSuchProvider, NoMembership, EmailTaken, PlanLimitReached,
        ),
        public=True,
    ),
    link=describe(
        TAG, "Link my account", "Whoever is signed in by password or passkey says that it was they who signed in at "
        "the provider. Nothing else links an account: a provider may write any address into its answers.",
        takes=SsoExchangeSerializer, sends=examples.EXCHANGE, answers={204: None},
        refuses=(
            SsoFailed, SsoRefused, NoSuchProvider, ReauthenticationRequired, IdentityTaken, PlanLimitReached,
        ),
    ),
)  # fmt: skip
class SsoViewSet(OpenViewSet):
    only_in_person = True
    open_while_enrolling = True

    @action(detail=False, methods=["post"], **PUBLIC)
    def start(self, request: Request) -> Response:
        return Response(sso.start(**body_of(request, StartSerializer)))

    @action(detail=False, methods=["get"], **PUBLIC)
    def callback(self, request: Request) -> HttpResponseRedirect:
        came = request.query_params
        try:
            code = sso.callback(state=came.get("state", ""), code=came.get("code", ""))
        except DomainError as error:  # nobody is there who could read a problem
            return HttpResponseRedirect(sso.page(error=code_of(type(error)).replace("_", "-")))
        return HttpResponseRedirect(sso.page(code=code))

    @action(detail=False, methods=["post"], **PUBLIC)
    def exchange(self, request: Request) -> Response:
        return Response(sso.exchange(**body_of(request, SsoExchangeSerializer), client=client_of(request)))

    @action(detail=False, methods=["post"], authentication_classes=[TokenAuthentication])
    def link(self, request: Request) -> Response:
        sso.link(access=access_of(request), **body_of(request, SsoExchangeSerializer))
        return Response(status=204)


@extend_schema_view(
    list=describe(
        TAG, "List my linked accounts", "By which accounts at the active organization's providers I am known.",
        answers={200: IdentitySerializer(many=True)}, shows=examples.IDENTITY,
    ),
    destroy=describe(
        TAG, "Unlink an account", "Nobody signs in by it any more, and whoever did is signed out. It takes somebody "
        "who is signed in by password or passkey, and finds in again.",
        answers={204: None}, refuses=(NotFound, ReauthenticationRequired), writes=True,
    ),
)  # fmt: skip
class IdentityViewSet(ListModelMixin, TenantViewSet[ExternalIdentity]):
    only_in_person = True
    open_while_enrolling = True
    queryset = ExternalIdentity.objects.select_related("provider")
    serializer_class = IdentitySerializer
    permissions = {"*": ANYBODY}

    def get_queryset(self) -> TenantQuerySet[ExternalIdentity]:
        return super().get_queryset().filter(user=access_of(self.request).user.pk)

    def destroy(self, request: Request, pk: str) -> Response:
        sso.unlink(access=access_of(request), identity=self.get_object())
        return Response(status=204)
