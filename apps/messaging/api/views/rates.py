from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet
from apps.messaging import rates
from apps.messaging.api.examples import rates as examples
from apps.messaging.api.serializers.rates import RateSerializer
from apps.whatsapp.models import Number
from apps.whatsapp.permissions import MANAGE_NUMBERS, VIEW_NUMBERS


@extend_schema_view(
    rate_limit=describe(
        "Numbers", "Show a number's rate",
        "How much of its limits a number has used: of this second's and this hour's messages, and of the people whom "
        "its portfolio may write to in 24 hours outside of their windows; and how many messages it sent by hour and "
        "day.",
        answers={200: RateSerializer}, shows=examples.RATE, refuses=(NotFound,),
    ),
    reset_rate_limit=describe(
        "Numbers", "Reset a number's rate",
        "Forgets what was sent just now, in all and to each person, and a pause that WhatsApp asked for. The people of "
        "the last 24 hours are counted anew: Meta doesn't forget them.",
        answers={200: RateSerializer}, shows=examples.RATE, refuses=(NotFound,), writes=True,
    ),
)  # fmt: skip
class NumberRateViewSet(TenantViewSet[Number]):
    """`/numbers/{id}/rate-limit/`: its path is the numbers', what it counts is ours."""

    queryset = Number.objects.all()
    serializer_class = RateSerializer
    permissions = {"rate_limit": VIEW_NUMBERS, "*": MANAGE_NUMBERS}

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(deleted_at=None)

    @action(detail=True, methods=["get"], url_path="rate-limit")
    def rate_limit(self, _request: Request, pk: str) -> Response:
        return self._answer(self.get_object())

    @action(detail=True, methods=["post"], url_path="rate-limit/reset")
    def reset_rate_limit(self, _request: Request, pk: str) -> Response:
        number = self.get_object()
        rates.reset(number)
        return self._answer(number)

    def _answer(self, number: Number) -> Response:
        return Response(RateSerializer(rates.usage_of(number, self.access.organization)).data)
