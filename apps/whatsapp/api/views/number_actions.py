"""What is done with a number at Meta: `/numbers/{id}/register/`, `/profile/`, `/qr-codes/` …"""

from contextlib import AbstractContextManager
from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import PlanLimitReached
from apps.core.errors import NotFound
from apps.core.openapi import describe, query
from apps.core.rest import TenantViewSet
from apps.core.tenancy import all_organizations
from apps.vault.errors import ProviderAway
from apps.whatsapp.api.examples import number_actions as examples
from apps.whatsapp.api.examples import numbers as number_examples
from apps.whatsapp.api.serializers.number_actions import (
    AutomationSerializer,
    BlockedUsersSerializer,
    NameRequestSerializer,
    NewQrCodeSerializer,
    NumberCodeRequestSerializer,
    NumberCodeSerializer,
    NumberRegistrationSerializer,
    PersonSerializer,
    PinSerializer,
    ProfileChangesSerializer,
    ProfileSerializer,
    QrCodeSerializer,
    QrCodesSerializer,
    QrCodeTextSerializer,
    SignupOfferSerializer,
    SignupSerializer,
)
from apps.whatsapp.api.serializers.numbers import NumberSerializer
from apps.whatsapp.errors import (
    BlockNotPossible,
    CloudApiOnly,
    InPhonesApp,
    LimitExceeded,
    MediaNotAccepted,
    MessageNotValid,
    NumberNotReadable,
    NumberRefused,
    NumberTaken,
    SignupNotOffered,
    SignupRefused,
    WhatsAppUnreachable,
)
from apps.whatsapp.models import Number
from apps.whatsapp.permissions import MANAGE_NUMBERS, VIEW_NUMBERS
from apps.whatsapp.querysets import NumberQuerySet
from apps.whatsapp.services import numbers

ASKING = (NotFound, CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway)
CHECKED = (LimitExceeded, MessageNotValid)


class OfNumbers(TenantViewSet[Number]):
    """Routes below a number."""

    queryset = Number.objects.prefetch_related("app")
    serializer_class = NumberSerializer

    def get_queryset(self) -> NumberQuerySet:
        return cast(NumberQuerySet, super().get_queryset()).present()

    def _answer(self, number: Number) -> Response:
        return Response(NumberSerializer(number).data)


@extend_schema_view(
    register=describe(
        "Numbers", "Register a number",
        "Lets the number send. Meta takes ten attempts in three days. A display name that was approved meanwhile shows "
        "from then on.",
        takes=NumberRegistrationSerializer, sends=examples.REGISTRATION, answers={200: NumberSerializer},
        shows=number_examples.NUMBER, refuses=(*ASKING, InPhonesApp), writes=True,
    ),
    deregister=describe(
        "Numbers", "Deregister a number",
        "Takes the number off the Cloud API: nothing can be sent from it until it is registered again.",
        answers={200: NumberSerializer}, shows=number_examples.DISCONNECTED_NUMBER, refuses=(*ASKING, InPhonesApp),
        writes=True,
    ),
    subscribe=describe(
        "Numbers", "Subscribe to a number's webhooks",
        "Has Meta send the webhooks of the number's account to its app again; without it nothing comes in.",
        answers={200: NumberSerializer}, shows=number_examples.NUMBER, refuses=ASKING, writes=True,
    ),
    request_code=describe(
        "Numbers", "Request a code", "Has Meta write to the number, or call it, and tell a code of six digits.",
        takes=NumberCodeRequestSerializer, sends=examples.CODE_REQUEST, answers={204: None}, refuses=ASKING,
        writes=True,
    ),
    verify_code=describe(
        "Numbers", "Verify a code", "Proves that the number is yours; a code lives about ten minutes.",
        takes=NumberCodeSerializer, sends=examples.CODE, answers={200: NumberSerializer}, shows=number_examples.NUMBER,
        refuses=ASKING, writes=True,
    ),
    two_step_pin=describe(
        "Numbers", "Set a number's PIN", "Sets or changes the PIN of its two-step verification. Nothing reads it back.",
        takes=PinSerializer, sends=examples.PIN, answers={204: None}, refuses=ASKING, writes=True,
    ),
    display_name=describe(
        "Numbers", "Request a display name",
        "Asks Meta for another name that customers see. Once it is approved, register the number again.",
        takes=NameRequestSerializer, sends=examples.NAME, answers={200: NumberSerializer},
        shows=number_examples.NUMBER | {"name_status": "PENDING_REVIEW"}, refuses=ASKING, writes=True,
    ),
    signup_offer=describe(
        "Numbers", "Show the sign-up offer",
        "What Meta's sign-up window needs; `is_offered` is false where this installation has no app for it.",
        answers={200: SignupOfferSerializer}, shows=examples.OFFER,
    ),
    embedded_signup=describe(
        "Numbers", "Connect a number by sign-up",
        "Connects the number that somebody has just signed up with in Meta's window. The code is taken once: what "
        "fails after the number was read doesn't refuse it, and `status_detail` says what is left to be done.",
        takes=SignupSerializer, sends=examples.SIGNUP, answers={201: NumberSerializer}, shows=number_examples.NUMBER,
        refuses=(
            SignupNotOffered, SignupRefused, NumberTaken, PlanLimitReached, NumberNotReadable, WhatsAppUnreachable,
        ),
        writes=True,
    ),
)  # fmt: skip
class NumberRegistrationViewSet(OfNumbers):
    permissions = {"signup_offer": VIEW_NUMBERS, "*": MANAGE_NUMBERS}

    def scope(self) -> AbstractContextManager[None]:
        if self.action == "embedded_signup":
            return all_organizations("sign-up: the app is the installation's, which no organization's scope reaches")
        return super().scope()

    @action(detail=True, methods=["post"])
    def register(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(NumberRegistrationSerializer)
        return self._answer(numbers.register_number(number=self.get_object(), **wanted))

    @action(detail=True, methods=["post"])
    def deregister(self, _request: Request, pk: str) -> Response:
        return self._answer(numbers.deregister_number(number=self.get_object()))

    @action(detail=True, methods=["post"])
    def subscribe(self, _request: Request, pk: str) -> Response:
        return self._answer(numbers.subscribe_number(number=self.get_object()))

    @action(detail=True, methods=["post"], url_path="request-code")
    def request_code(self, _request: Request, pk: str) -> Response:
        wanted = {"language": "pt_BR"} | self.validated(NumberCodeRequestSerializer)
        numbers.request_code(number=self.get_object(), **wanted)
        return Response(status=204)

    @action(detail=True, methods=["post"], url_path="verify-code")
    def verify_code(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(NumberCodeSerializer)
        return self._answer(numbers.verify_code(number=self.get_object(), **wanted))

    @action(detail=True, methods=["post"], url_path="two-step-pin")
    def two_step_pin(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(PinSerializer)
        numbers.set_pin(number=self.get_object(), **wanted)
        return Response(status=204)

    @action(detail=True, methods=["post"], url_path="display-name")
    def display_name(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(NameRequestSerializer)
        return self._answer(numbers.request_name(number=self.get_object(), **wanted))

    @action(detail=False, methods=["get"], url_path="embedded-signup/offer", pagination_class=None)
    def signup_offer(self, _request: Request) -> Response:
        return Response(SignupOfferSerializer(numbers.signup_offer()).data)

    @action(detail=False, methods=["post"], url_path="embedded-signup")
    def embedded_signup(self, _request: Request) -> Response:
        wanted = self.validated(SignupSerializer)
        number = numbers.sign_up_number(
            organization_id=self.organization_id, code=wanted["code"], waba_id=wanted["waba_id"],
            phone_number_id=wanted.get("phone_number_id") or wanted["cs_id"],
            account_id=wanted.get("waac_id", ""), pin=wanted.get("pin", ""),
        )  # fmt: skip
        return Response(NumberSerializer(number).data, 201)


@extend_schema_view(
    profile=describe(
        "Numbers", "Show a number's profile", "The business profile as customers see it now: Meta is asked.",
        answers={200: ProfileSerializer}, shows=examples.PROFILE, refuses=ASKING,
    ),
    automation=describe(
        "Numbers", "Show a number's ice breakers",
        "What a customer may tap in an empty chat, and commands that they may write: Meta is asked.",
        answers={200: AutomationSerializer}, shows=examples.AUTOMATION, refuses=ASKING,
    ),
    qr_codes=describe(
        "Numbers", "List a number's QR codes",
        "Short links that write a message for the customer, each with the picture's address: Meta is asked.",
        answers={200: QrCodesSerializer}, shows=examples.QR_CODES, refuses=ASKING,
        filters=[query("image", "`SVG` or `PNG`: of which kind the pictures are; SVG if absent.")],
    ),
    change_qr_code=describe(
        "Numbers", "Change a QR code", "Changes what it writes for the customer; printed ones go on working.",
        takes=QrCodeTextSerializer, sends=examples.QR_CODE_TEXT, answers={200: QrCodeSerializer},
        shows=examples.QR_CODE | examples.QR_CODE_TEXT, refuses=(*ASKING, LimitExceeded), writes=True,
    ),
    blocked_users=describe(
        "Numbers", "List who is blocked", "People whom this number has blocked at WhatsApp: Meta is asked.",
        answers={200: BlockedUsersSerializer}, shows=examples.BLOCKED, refuses=ASKING,
        filters=[query("after", "Where the page begins: from the page before.")],
    ),
    unblock_user=describe(
        "Numbers", "Unblock somebody", "At WhatsApp, on this number alone.",
        takes=PersonSerializer, sends=examples.PERSON, answers={204: None}, refuses=(*ASKING, BlockNotPossible),
        writes=True,
    ),
)  # fmt: skip
class NumberPresenceViewSet(OfNumbers):
    """What customers see of a number, and whom it doesn't want to see."""

    permissions = {
        "profile": VIEW_NUMBERS, "automation": VIEW_NUMBERS, "qr_codes": VIEW_NUMBERS, "*": MANAGE_NUMBERS,
    }  # fmt: skip

    @action(detail=True, methods=["get"])
    def profile(self, _request: Request, pk: str) -> Response:
        return Response(ProfileSerializer(numbers.read_profile(number=self.get_object())).data)

    @profile.mapping.patch
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Change a number's profile", "Changes what is named. A picture is uploaded first: `picture_id`.",
        takes=ProfileChangesSerializer, sends=examples.PROFILE_CHANGES, answers={200: ProfileSerializer},
        shows=examples.PROFILE, refuses=(*ASKING, *CHECKED, MediaNotAccepted), writes=True,
    )  # fmt: skip
    def change_profile(self, _request: Request, pk: str) -> Response:
        wanted: dict[str, Any] = self.validated(ProfileChangesSerializer)
        picture_id: UUID | None = wanted.pop("picture_id", None)
        picture = numbers.profile_picture(self.organization_id, picture_id) if picture_id else None
        profile = numbers.change_profile(number=self.get_object(), picture=picture, **wanted)
        return Response(ProfileSerializer(profile).data)

    @action(detail=True, methods=["get"])
    def automation(self, _request: Request, pk: str) -> Response:
        return Response(AutomationSerializer(numbers.read_automation(number=self.get_object())).data)

    @automation.mapping.put
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Replace a number's ice breakers", "Replaces ice breakers and commands; what isn't named is gone.",
        takes=AutomationSerializer, sends=examples.AUTOMATION, answers={200: AutomationSerializer},
        shows=examples.AUTOMATION, refuses=(*ASKING, *CHECKED), writes=True,
    )  # fmt: skip
    def change_automation(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(AutomationSerializer)
        return Response(AutomationSerializer(numbers.change_automation(number=self.get_object(), **wanted)).data)

    @action(detail=True, methods=["get"], url_path="qr-codes")
    def qr_codes(self, request: Request, pk: str) -> Response:
        image = "PNG" if request.query_params.get("image", "").upper() == "PNG" else "SVG"
        return Response(QrCodesSerializer({"results": numbers.qr_codes_of(number=self.get_object(), image=image)}).data)

    @qr_codes.mapping.post
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Make a QR code", "A short link, and a picture of it. A number may have 2,000.",
        takes=NewQrCodeSerializer, sends=examples.NEW_QR_CODE, answers={201: QrCodeSerializer}, shows=examples.QR_CODE,
        refuses=(*ASKING, LimitExceeded), writes=True,
    )  # fmt: skip
    def create_qr_code(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(NewQrCodeSerializer)
        made = numbers.create_qr_code(
            number=self.get_object(), message=wanted["prefilled_message"], image=wanted.get("image", "SVG")
        )
        return Response(QrCodeSerializer(made).data, 201)

    @action(detail=True, methods=["patch"], url_path=r"qr-codes/(?P<qr_code_id>[A-Za-z0-9_-]{1,40})")
    def change_qr_code(self, _request: Request, pk: str, qr_code_id: str) -> Response:
        wanted = self.validated(QrCodeTextSerializer)
        changed = numbers.change_qr_code(number=self.get_object(), code=qr_code_id, message=wanted["prefilled_message"])
        return Response(QrCodeSerializer(changed).data)

    @change_qr_code.mapping.delete
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Delete a QR code", "Printed ones lead nowhere from then on.",
        answers={204: None}, refuses=ASKING, writes=True,
    )  # fmt: skip
    def delete_qr_code(self, _request: Request, pk: str, qr_code_id: str) -> Response:
        numbers.delete_qr_code(number=self.get_object(), code=qr_code_id)
        return Response(status=204)

    @action(detail=True, methods=["get"], url_path="blocked-users")
    def blocked_users(self, request: Request, pk: str) -> Response:
        after = request.query_params.get("after", "")[:1000]
        return Response(BlockedUsersSerializer(numbers.blocked_by(number=self.get_object(), after=after)).data)

    @blocked_users.mapping.post
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Numbers", "Block somebody",
        "At WhatsApp, on this number alone; WhatsApp blocks only who wrote within 24 hours. Blocking a contact does it "
        "on every number.",
        takes=PersonSerializer, sends=examples.PERSON, answers={204: None}, refuses=(*ASKING, BlockNotPossible),
        writes=True,
    )  # fmt: skip
    def block_user(self, _request: Request, pk: str) -> Response:
        numbers.block_user(number=self.get_object(), blocked=True, **self.validated(PersonSerializer))
        return Response(status=204)

    @action(detail=True, methods=["post"], url_path="blocked-users/unblock")
    def unblock_user(self, _request: Request, pk: str) -> Response:
        numbers.block_user(number=self.get_object(), blocked=False, **self.validated(PersonSerializer))
        return Response(status=204)
