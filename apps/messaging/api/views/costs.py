from datetime import date

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.services.limits import month_of
from apps.core.errors import NotFound
from apps.core.openapi import describe, query
from apps.core.rest import TenantViewSet
from apps.messaging import selectors
from apps.messaging.api.examples import costs as examples
from apps.messaging.api.serializers.costs import MonthCostsSerializer
from apps.whatsapp.models import Number
from apps.whatsapp.permissions import MANAGE_NUMBERS


class MonthSerializer(serializers.Serializer[object]):
    month = serializers.DateField(required=False)


@extend_schema_view(
    costs=describe(
        "Numbers", "Show what a number's messages cost",
        "The delivered messages of a month as Meta prices them, and how much of the free share of service messages is "
        "used. Rates are Meta's list rates; volume tiers lower the bill later.",
        answers={200: MonthCostsSerializer}, shows=examples.MONTH_COSTS, refuses=(NotFound,),
        filters=[query("month", "Any day of it; without one, this month.", OpenApiTypes.DATE)],
    ),
)  # fmt: skip
class NumberCostsViewSet(TenantViewSet[Number]):
    """`/numbers/{id}/costs/`: its path is the numbers', what it counts is ours."""

    queryset = Number.objects.all()
    serializer_class = MonthCostsSerializer
    permissions = {"*": MANAGE_NUMBERS}

    @action(detail=True, methods=["get"])
    def costs(self, request: Request, pk: str) -> Response:
        asked = MonthSerializer(data={name: value for name, value in request.query_params.items() if value})
        asked.is_valid(raise_exception=True)
        month: date = asked.validated_data.get("month") or month_of(self.access.organization)
        found = selectors.cost_of_number(self.organization_id, self.get_object().pk, month.replace(day=1))
        return Response(MonthCostsSerializer(found).data)
