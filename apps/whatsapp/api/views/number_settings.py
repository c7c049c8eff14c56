"""A number's shop, its username, and where its webhooks go: `/numbers/{id}/commerce/`, `/username/` …"""

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.openapi import describe
from apps.whatsapp.api.examples import number_settings as examples
from apps.whatsapp.api.serializers.number_settings import (
    CommerceSerializer,
    CommerceShownSerializer,
    OverrideSerializer,
    UsernameRequestSerializer,
    UsernameSerializer,
    WebhooksSerializer,
)
from apps.whatsapp.api.views.number_actions import ASKING, CHECKED, OfNumbers
from apps.whatsapp.errors import AppOfInstallation
from apps.whatsapp.permissions import MANAGE_NUMBERS, VIEW_NUMBERS
from apps.whatsapp.services import numbers


@extend_schema_view(
    commerce=describe(
        "Numbers", "Show a number's shop", "Whether customers see the catalogue and have a cart: Meta is asked.",
        answers={200: CommerceShownSerializer}, shows=examples.COMMERCE, refuses=ASKING,
    ),
    username=describe(
        "Numbers", "Show a number's username", "By which customers find the number: Meta is asked.",
        answers={200: UsernameSerializer}, shows=examples.USERNAME, refuses=ASKING,
    ),
    webhooks=describe(
        "Numbers", "Show where webhooks go",
        "The addresses to which Meta sends this number's webhooks; the last one that isn't empty decides.",
        answers={200: WebhooksSerializer}, shows=examples.WEBHOOKS, refuses=ASKING,
    ),
    end_override=describe(
        "Numbers", "Stop overriding the webhooks",
        "Takes the address of the number, or of its account, off: the app's own decides again.",
        takes=OverrideSerializer, sends=examples.OVERRIDE, answers={200: WebhooksSerializer},
        shows=examples.WEBHOOKS | {"number": ""}, refuses=(*ASKING, AppOfInstallation), writes=True,
    ),
)  # fmt: skip
class NumberSettingsViewSet(OfNumbers):
    permissions = {"commerce": VIEW_NUMBERS, "username": VIEW_NUMBERS, "*": MANAGE_NUMBERS}

    @action(detail=True, methods=["get"])
    def commerce(self, _request: Request, pk: str) -> Response:
        return Response(CommerceShownSerializer(numbers.read_commerce(number=self.get_object())).data)

    @commerce.mapping.patch
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Change a number's shop", "Changes what is named of the two.",
        takes=CommerceSerializer, sends=examples.COMMERCE, answers={200: CommerceShownSerializer},
        shows=examples.COMMERCE, refuses=ASKING, writes=True,
    )  # fmt: skip
    def change_commerce(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(CommerceSerializer)
        return Response(CommerceShownSerializer(numbers.change_commerce(number=self.get_object(), **wanted)).data)

    @action(detail=True, methods=["get"])
    def username(self, _request: Request, pk: str) -> Response:
        return Response(UsernameSerializer(numbers.read_username(number=self.get_object())).data)

    @username.mapping.put
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Request a username", "Meta approves it at once, or reserves it until it has decided.",
        takes=UsernameRequestSerializer, sends=examples.USERNAME_REQUEST, answers={200: UsernameSerializer},
        shows=examples.USERNAME, refuses=(*ASKING, *CHECKED), writes=True,
    )  # fmt: skip
    def change_username(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(UsernameRequestSerializer)
        return Response(UsernameSerializer(numbers.change_username(number=self.get_object(), **wanted)).data)

    @username.mapping.delete
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Give a username back", "Or takes the request for one back.",
        answers={204: None}, refuses=ASKING, writes=True,
    )  # fmt: skip
    def delete_username(self, _request: Request, pk: str) -> Response:
        numbers.delete_username(number=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["get"])
    def webhooks(self, _request: Request, pk: str) -> Response:
        return Response(WebhooksSerializer(numbers.read_webhooks(number=self.get_object())).data)

    @webhooks.mapping.put
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Have webhooks sent here",
        "Overrides the address that the app has at Meta, for this number or for its whole account. Meta calls the "
        "address before it answers.",
        takes=OverrideSerializer, sends=examples.OVERRIDE, answers={200: WebhooksSerializer},
        shows=examples.WEBHOOKS, refuses=(*ASKING, AppOfInstallation), writes=True,
    )  # fmt: skip
    def override_webhooks(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(OverrideSerializer)
        return Response(
            WebhooksSerializer(numbers.override_webhook(number=self.get_object(), ours=True, **wanted)).data
        )

    @action(detail=True, methods=["post"], url_path="webhooks/end-override")
    def end_override(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(OverrideSerializer)
        told = numbers.override_webhook(number=self.get_object(), ours=False, **wanted)
        return Response(WebhooksSerializer(told).data)
