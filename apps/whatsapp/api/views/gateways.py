"""Numbers that are connected by a QR code: `/numbers/gateway/`, `/numbers/{id}/qr-code/`."""

from typing import cast

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import PlanLimitReached
from apps.core.errors import NotFound, UrlRefused
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet
from apps.vault.errors import ProviderAway
from apps.whatsapp.api.examples import gateways as examples
from apps.whatsapp.api.serializers.gateways import ConnectionSerializer, NewGatewayNumberSerializer
from apps.whatsapp.api.serializers.numbers import NumberSerializer
from apps.whatsapp.errors import (
    NumberNotReadable,
    NumberRefused,
    NumberTaken,
    QrCodeNotNeeded,
    SecretNotUsable,
    WhatsAppUnreachable,
)
from apps.whatsapp.models import Number
from apps.whatsapp.permissions import MANAGE_NUMBERS
from apps.whatsapp.querysets import NumberQuerySet
from apps.whatsapp.services import numbers

ASKING = (NotFound, QrCodeNotNeeded, NumberRefused, WhatsAppUnreachable, ProviderAway)


@extend_schema_view(
    gateway=describe(
        "Numbers", "Connect a number by QR code",
        "Makes a number behind the organization's own gateway (Evolution API), once that has taken the key. It waits "
        "until its QR code is scanned: `POST /numbers/{id}/qr-code/`. Unofficial, and against WhatsApp's terms: the "
        "number may be banned. It has no 24-hour window and no templates, and sends gently.",
        takes=NewGatewayNumberSerializer, sends=examples.NEW_GATEWAY_NUMBER, answers={201: NumberSerializer},
        shows=examples.GATEWAY_NUMBER, writes=True,
        refuses=(
            UrlRefused, NumberNotReadable, NumberTaken, PlanLimitReached, WhatsAppUnreachable, SecretNotUsable,
            ProviderAway,
        ),
    ),
    qr_code=describe(
        "Numbers", "Show how a connection by QR code stands",
        "For a page that asks every few seconds: the newest code, or how far the connection has come.",
        answers={200: ConnectionSerializer}, shows=examples.PENDING, refuses=ASKING,
    ),
)  # fmt: skip
class GatewayNumberViewSet(TenantViewSet[Number]):
    queryset = Number.objects.prefetch_related("app")
    serializer_class = NumberSerializer
    permissions = {"*": MANAGE_NUMBERS}  # whoever sees the code can take the number

    def get_queryset(self) -> NumberQuerySet:
        return cast(NumberQuerySet, super().get_queryset()).present()

    @action(detail=False, methods=["post"])
    def gateway(self, _request: Request) -> Response:
        wanted = self.validated(NewGatewayNumberSerializer)
        number = numbers.connect_gateway(organization_id=self.organization_id, **wanted)
        return Response(NumberSerializer(number).data, 201)

    @action(detail=True, methods=["get"], url_path="qr-code")
    def qr_code(self, _request: Request, pk: str) -> Response:
        return Response(ConnectionSerializer(numbers.qr_code_of(number=self.get_object())).data)

    @qr_code.mapping.post
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Begin to connect by QR code",
        "Makes the gateway's instance if need be, and asks for a code. Scan it in WhatsApp, under linked devices.",
        answers={200: ConnectionSerializer}, shows=examples.PENDING, refuses=ASKING, writes=True,
    )  # fmt: skip
    def show_qr_code(self, _request: Request, pk: str) -> Response:
        return Response(ConnectionSerializer(numbers.show_qr_code(number=self.get_object())).data)
