from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet
from apps.messaging import selectors
from apps.messaging.api.examples import number_health as examples
from apps.messaging.api.serializers.number_health import NumberHealthSerializer
from apps.whatsapp.models import Number
from apps.whatsapp.permissions import VIEW_NUMBERS
from apps.whatsapp.services import numbers


@extend_schema_view(
    health=describe(
        "Numbers", "Show a number's health",
        "How the number stands, as Meta was last asked, some minutes ago; `test` asks at once. And how its messages of "
        "the last 24 hours fared.",
        answers={200: NumberHealthSerializer}, shows=examples.HEALTH, refuses=(NotFound,),
    ),
)  # fmt: skip
class NumberHealthViewSet(TenantViewSet[Number]):
    """`/numbers/{id}/health/`: its path is the numbers', what it counts is ours."""

    queryset = Number.objects.all()
    serializer_class = NumberHealthSerializer
    permissions = {"*": VIEW_NUMBERS}

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(deleted_at=None)

    @action(detail=True, methods=["get"])
    def health(self, _request: Request, pk: str) -> Response:
        number = self.get_object()
        found = numbers.health_of(number) | {"delivery": selectors.delivery_of_number(number)}
        return Response(NumberHealthSerializer(found).data)
