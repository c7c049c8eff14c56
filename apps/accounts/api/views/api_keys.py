from typing import Any, cast

from drf_spectacular.utils import extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import api_keys as examples
from apps.accounts.api.serializers.api_keys import (
    ApiKeyNameSerializer,
    ApiKeySerializer,
    MadeApiKeySerializer,
    NewApiKeySerializer,
)
from apps.accounts.errors import MayNotGrant, UnknownPermission
from apps.accounts.models import ApiKey
from apps.accounts.permissions import MANAGE_API_KEYS
from apps.accounts.querysets import ApiKeyQuerySet
from apps.accounts.services import api_keys
from apps.core.errors import NotFound
from apps.core.idempotency import ShownOnce
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet

TAG = "API keys"
ONE: dict[str, Any] = {"answers": {200: ApiKeySerializer}, "shows": examples.API_KEY}


@extend_schema_view(
    list=describe(
        TAG, "List API keys", "Those that are not revoked, newest first.",
        answers={200: ApiKeySerializer(many=True)}, shows=examples.API_KEY,
    ),
    retrieve=describe(TAG, "Show an API key", "Never the key itself.", **ONE, refuses=(NotFound,)),
    create=describe(
        TAG, "Make an API key",
        "For a program, which sends it as `Authorization: Bearer pk_…` or `X-API-Key: pk_…`. The key is shown this "
        "once. Its scopes are permissions of whoever makes it, holds only what they still have, and stops when they "
        "leave. What concerns people alone (their profile, sign-ins, keys, security) no key opens.",
        takes=NewApiKeySerializer, sends=examples.NEW_API_KEY,
        answers={201: MadeApiKeySerializer}, shows=examples.MADE_API_KEY,
        refuses=(UnknownPermission, MayNotGrant, ShownOnce), writes=True,
    ),
    partial_update=describe(
        TAG, "Rename an API key", "Nothing else of a key changes: make another one.",
        takes=ApiKeyNameSerializer, sends=examples.API_KEY_NAME, **ONE, refuses=(NotFound,), writes=True,
    ),
    destroy=describe(
        TAG, "Revoke an API key", "From now on it opens nothing.",
        answers={204: None}, refuses=(NotFound,), writes=True,
    ),
)  # fmt: skip
class ApiKeyViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[ApiKey]):
    only_in_person = True
    queryset = ApiKey.objects.all()
    serializer_class = ApiKeySerializer
    permissions = {"*": MANAGE_API_KEYS}

    def get_queryset(self) -> ApiKeyQuerySet:
        return cast(ApiKeyQuerySet, super().get_queryset()).unrevoked()

    def create(self, request: Request) -> Response:
        self.show_once()
        made, text = api_keys.create_api_key(by=self.access, **self.validated(NewApiKeySerializer))
        return Response(ApiKeySerializer(made).data | {"key": text}, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        values = self.validated(ApiKeyNameSerializer)
        return Response(ApiKeySerializer(api_keys.rename_api_key(by=self.access, key=self.get_object(), **values)).data)

    def destroy(self, request: Request, pk: str) -> Response:
        api_keys.revoke_api_key(by=self.access, key=self.get_object())
        return Response(status=204)
