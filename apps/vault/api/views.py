from typing import Any, cast

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import NewestFirst, TenantViewSet
from apps.vault import services
from apps.vault.api import examples
from apps.vault.api.filters import SecretFilter
from apps.vault.api.serializers import (
    NewSecretSerializer,
    NewValueSerializer,
    SecretChangesSerializer,
    SecretCountsSerializer,
    SecretSerializer,
    ValidationSerializer,
    ValueSerializer,
)
from apps.vault.errors import (
    ChatbotNotNamed,
    NameNotValid,
    NameTaken,
    NoSuchChatbot,
    ProviderAway,
    SecretUnreadable,
    ValueNotValid,
)
from apps.vault.models import Secret
from apps.vault.permissions import MANAGE_SECRETS, REVEAL_SECRETS, VIEW_SECRETS
from apps.vault.querysets import SecretQuerySet
from apps.vault.selectors import secret_stats

ONE: dict[str, Any] = {"answers": {200: SecretSerializer}, "shows": examples.SECRET}


class SecretsByName(NewestFirst):
    ordering = ("display_name", "id")


@extend_schema_view(
    list=describe(
        "Secrets", "List secrets", "By display name, without their values.",
        answers={200: SecretSerializer(many=True)}, shows=examples.SECRET,
    ),
    retrieve=describe("Secrets", "Show a secret", "One secret, without its value.", **ONE, refuses=(NotFound,)),
    create=describe(
        "Secrets", "Add a secret", "Its name must be new to the organization, or to the chatbot whose alone it is.",
        takes=NewSecretSerializer, sends=examples.NEW_SECRET, answers={201: SecretSerializer}, shows=examples.SECRET,
        refuses=(NameNotValid, ValueNotValid, ChatbotNotNamed, NoSuchChatbot, NameTaken, ProviderAway), writes=True,
    ),
    partial_update=describe(
        "Secrets", "Change a secret", "What isn't named stays as it is; `labels` are replaced as a whole.",
        takes=SecretChangesSerializer, sends=examples.CHANGES,
        answers={200: SecretSerializer}, shows=examples.CHANGED_SECRET,
        refuses=(NotFound, ValueNotValid, ProviderAway), writes=True,
    ),
    destroy=describe(
        "Secrets", "Delete a secret", "Whoever asks for its name gets none from now on.",
        answers={204: None}, refuses=(NotFound,), writes=True,
    ),
    reveal=describe(
        "Secrets", "Reveal a secret's value", "The one place where a value comes out. Each look is in the audit log.",
        answers={200: ValueSerializer}, shows=examples.VALUE,
        refuses=(NotFound, SecretUnreadable, ProviderAway), writes=True,
    ),
    rotate=describe(
        "Secrets", "Give a secret a new value", "Whoever uses it has the new one from now on.",
        takes=NewValueSerializer, sends=examples.NEW_VALUE, **ONE,
        refuses=(NotFound, ValueNotValid, ProviderAway), writes=True,
    ),
    rotate_key=describe(
        "Secrets", "Encrypt a secret with the newest key", "The value stays; the provider is the one in use now.",
        **ONE, refuses=(NotFound, SecretUnreadable, ProviderAway), writes=True,
    ),
    validate=describe(
        "Secrets", "Check a secret", "Can its value still be read?",
        answers={200: ValidationSerializer}, shows=examples.VALIDATION, refuses=(NotFound, ProviderAway), writes=True,
    ),
    stats=describe(
        "Secrets", "Count secrets", "All, by scope and by provider, and how often they were used.",
        answers={200: SecretCountsSerializer}, shows=examples.STATS,
    ),
)  # fmt: skip
class SecretViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Secret]):
    queryset = Secret.objects.all()
    serializer_class = SecretSerializer
    filterset_class = SecretFilter
    pagination_class = SecretsByName
    permissions = {
        "list": VIEW_SECRETS,
        "retrieve": VIEW_SECRETS,
        "stats": VIEW_SECRETS,
        "reveal": REVEAL_SECRETS,
        "*": MANAGE_SECRETS,
    }

    def get_queryset(self) -> SecretQuerySet:
        return cast(SecretQuerySet, super().get_queryset()).with_uses()

    def create(self, request: Request) -> Response:
        wanted = self.validated(NewSecretSerializer)
        return self._shown(services.create_secret(organization_id=self.organization_id, **wanted), status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        changes = self.validated(SecretChangesSerializer)
        return self._shown(services.change_secret(secret=self.get_object(), **changes))

    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_secret(secret=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, pk: str) -> Response:
        value = services.reveal_secret(secret=self.get_object())
        self.keep_no_answer()  # under an Idempotency-Key it would be kept in clear
        return Response({"value": value}, headers={"Cache-Control": "no-store"})

    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        value = self.validated(NewValueSerializer)["new_value"]
        return self._shown(services.rotate_secret(secret=self.get_object(), value=value))

    @action(detail=True, methods=["post"], url_path="rotate-key")
    def rotate_key(self, request: Request, pk: str) -> Response:
        return self._shown(services.rotate_key(secret=self.get_object()))

    @action(detail=True, methods=["post"])
    def validate(self, request: Request, pk: str) -> Response:
        validation = services.validate_secret(secret=self.get_object())
        return Response(ValidationSerializer(validation).data)

    @extend_schema(operation_id="secrets_stats")  # one secret's statistics have the usual name
    @action(detail=False, filterset_class=None, pagination_class=None)
    def stats(self, request: Request) -> Response:
        return Response(secret_stats(organization_id=self.organization_id))

    def _shown(self, secret: Secret, *, status: int = 200) -> Response:
        return Response(SecretSerializer(self.get_queryset().get(pk=secret.pk)).data, status=status)
