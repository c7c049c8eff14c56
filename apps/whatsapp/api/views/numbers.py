from typing import cast

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import HoursNotValid, NoSuchDepartment, PlanLimitReached
from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet
from apps.vault.errors import ProviderAway
from apps.whatsapp.api.examples import numbers as examples
from apps.whatsapp.api.serializers.numbers import (
    NewNumberSerializer,
    NumberChangesSerializer,
    NumberSerializer,
    WebhookSerializer,
)
from apps.whatsapp.errors import (
    AppOfInstallation,
    NumberNotReadable,
    NumberTaken,
    SecretNotUsable,
    WhatsAppUnreachable,
)
from apps.whatsapp.models import Number
from apps.whatsapp.permissions import MANAGE_NUMBERS, VIEW_NUMBERS
from apps.whatsapp.querysets import NumberQuerySet
from apps.whatsapp.services import numbers


@extend_schema_view(
    list=describe(
        "Numbers", "List numbers", "The organization's WhatsApp numbers, newest first.",
        answers={200: NumberSerializer(many=True)}, shows=examples.NUMBER,
    ),
    retrieve=describe(
        "Numbers", "Show a number", "One number, as far as it is known; `test` asks WhatsApp anew.",
        answers={200: NumberSerializer}, shows=examples.NUMBER, refuses=(NotFound,),
    ),
    create=describe(
        "Numbers", "Connect a number",
        "Connects a number of Meta's Cloud API, once its token has read the number there. Afterwards give Meta the "
        "answer's `webhook_url` as the app's callback address. A number that was removed comes back with its history. "
        "Token and app secret may be written as `{{secret:name}}`: the vault's secret of that name, as it is whenever "
        "it is used.",
        takes=NewNumberSerializer, sends=examples.NEW_NUMBER, answers={201: NumberSerializer}, shows=examples.NUMBER,
        refuses=(
            NumberNotReadable, NumberTaken, PlanLimitReached, WhatsAppUnreachable, SecretNotUsable, ProviderAway,
        ),
        writes=True,
    ),
    partial_update=describe(
        "Numbers", "Change a number",
        "Changes what is named. A new token is stored once it has read the number; a new app secret is live beside "
        "the one before. Neither is ever shown.",
        takes=NumberChangesSerializer, sends=examples.NUMBER_CHANGES,
        answers={200: NumberSerializer}, shows=examples.SLOWER_NUMBER,
        refuses=(
            NotFound, HoursNotValid, NoSuchDepartment, NumberNotReadable, AppOfInstallation, WhatsAppUnreachable,
            SecretNotUsable, ProviderAway,
        ),
        writes=True,
    ),
    destroy=describe(
        "Numbers", "Remove a number", "Removes the number and forgets its token. Its conversations stay.",
        answers={204: None}, refuses=(NotFound,), writes=True,
    ),
    test=describe(
        "Numbers", "Test a number",
        "Asks WhatsApp how the number stands and stores the answer: status, names, quality, throughput. "
        "A held number whose token works is released.",
        answers={200: NumberSerializer}, shows=examples.NUMBER,
        refuses=(NotFound, WhatsAppUnreachable, ProviderAway), writes=True,
    ),
    disconnect=describe(
        "Numbers", "Disconnect a number",
        "Sends nothing more from it; what comes in is still kept. `is_active: true` connects it again.",
        answers={200: NumberSerializer}, shows=examples.DISCONNECTED_NUMBER, refuses=(NotFound,), writes=True,
    ),
    webhook=describe(
        "Numbers", "Show a number's webhook", "What Meta's page for the app's webhooks asks for.",
        answers={200: WebhookSerializer}, shows=examples.WEBHOOK, refuses=(NotFound, AppOfInstallation),
    ),
)  # fmt: skip
class NumberViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Number]):
    # No join: it would hide numbers of the installation's apps, which no organization's scope reaches.
    queryset = Number.objects.prefetch_related("app")
    serializer_class = NumberSerializer
    permissions = {"list": VIEW_NUMBERS, "retrieve": VIEW_NUMBERS, "*": MANAGE_NUMBERS}

    def get_queryset(self) -> NumberQuerySet:
        return cast(NumberQuerySet, super().get_queryset()).present()

    def create(self, _request: Request) -> Response:
        wanted = self.validated(NewNumberSerializer)
        number = numbers.connect_number(organization_id=self.organization_id, **wanted)
        return Response(NumberSerializer(number).data, 201)

    def partial_update(self, _request: Request, pk: str) -> Response:
        changes = self.validated(NumberChangesSerializer)
        return self._answer(numbers.change_number(number=self.get_object(), **changes))

    def destroy(self, _request: Request, pk: str) -> Response:
        numbers.delete_number(number=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def test(self, _request: Request, pk: str) -> Response:
        return self._answer(numbers.test_number(number=self.get_object()))

    @action(detail=True, methods=["post"])
    def disconnect(self, _request: Request, pk: str) -> Response:
        return self._answer(numbers.disconnect_number(number=self.get_object()))

    @action(detail=True, methods=["get"])
    def webhook(self, _request: Request, pk: str) -> Response:
        app = numbers.webhook_of(self.get_object())
        if app is None:
            raise AppOfInstallation
        return Response(WebhookSerializer(app).data)

    def _answer(self, number: Number) -> Response:
        return Response(NumberSerializer(number).data)
