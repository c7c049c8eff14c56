from collections import defaultdict
from typing import Any

from django.conf import settings
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
from apps.whatsapp import error_table
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
    def health(self, request: Request, pk: str) -> Response:
        number = self.get_object()
        delivery = selectors.delivery_of_number(number)
        language = getattr(request.user, "language", settings.LANGUAGE_CODE)
        delivery["failures"] = _in_words(delivery["failures"], language)
        found = numbers.health_of(number) | {"delivery": delivery}
        return Response(NumberHealthSerializer(found).data)


def _in_words(failures: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """The failures in the reader's language; Meta tells one code in many ways, which are one failure."""
    by_kind: dict[tuple[int | None, str], int] = defaultdict(int)
    for each in failures:
        title = each["title"] if each["code"] is None else error_table.describe(each["code"], language)[0]
        by_kind[each["code"], title] += each["messages"]
    return [{"code": code, "title": title, "messages": found} for (code, title), found in by_kind.items()]
