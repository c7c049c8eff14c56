from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import second_factor as examples
from apps.accounts.api.requests import access_of
from apps.accounts.api.serializers.second_factor import SecuritySerializer
from apps.accounts.errors import NoSecondFactor
from apps.accounts.models import Organization
from apps.accounts.permissions import MANAGE_SECURITY
from apps.accounts.selectors import demands_second_factor
from apps.accounts.services import security
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet


@extend_schema_view(
    security=describe(
        "Security", "Show what the organization demands", "Of whoever gets in.",
        answers={200: SecuritySerializer}, shows=examples.SECURITY,
    ),
)  # fmt: skip
class SecurityViewSet(TenantViewSet[Any]):
    serializer_class = SecuritySerializer
    only_in_person = True
    permissions = {"*": MANAGE_SECURITY}

    @action(detail=False, url_path="me/security")
    def security(self, request: Request) -> Response:
        return _shown(access_of(request).organization)

    @security.mapping.patch
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Security", "Change what the organization demands",
        "Where second factors are demanded, whoever has none is answered `mfa-enrollment-required` everywhere but "
        "under `/auth/`. Sign-in at the organization's own provider counts as one. Whoever demands it must have "
        "shown one themselves.",
        takes=SecuritySerializer, sends=examples.SECURITY,
        answers={200: SecuritySerializer}, shows=examples.SECURITY, refuses=(NoSecondFactor,), writes=True,
    )  # fmt: skip
    def change_security(self, request: Request) -> Response:
        changes = self.validated(SecuritySerializer)
        return _shown(security.change_security(access=access_of(request), **changes))


def _shown(organization: Organization) -> Response:
    return Response({"require_second_factor": demands_second_factor(organization)})
