from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_view
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import second_factor as examples
from apps.accounts.api.examples import sign_in
from apps.accounts.api.requests import access_of, body_of, client_of
from apps.accounts.api.serializers import second_factor as shapes
from apps.accounts.api.serializers.sign_in import SessionSerializer
from apps.accounts.authentication import TokenAuthentication
from apps.accounts.errors import (
    AddressNotProven,
    ChallengeNotValid,
    CredentialNotValid,
    FactorThere,
    NoMembership,
    NoSecondFactor,
    NoSuchFactor,
    ReauthenticationRequired,
    SecondFactorDemanded,
    WrongCode,
    WrongPassword,
    WrongSecondFactor,
)
from apps.accounts.services import enrolment, second_factor
from apps.core.errors import Invalid, TooLarge, TooMany, UnsupportedMediaType
from apps.core.openapi import describe
from apps.core.rest import OpenViewSet

PUBLIC: dict[str, Any] = {"authentication_classes": [], "permission_classes": [AllowAny]}
SIGNED_IN: dict[str, Any] = {"authentication_classes": [TokenAuthentication]}  # in no other way than by a session
BODY = (Invalid, TooLarge, UnsupportedMediaType)
THEMSELVES = (ReauthenticationRequired, WrongPassword, TooMany)
_ID = [OpenApiParameter("factor_id", OpenApiTypes.INT, OpenApiParameter.PATH, description="The device's id.")]


@extend_schema_view(
    begin=describe(
        "Sign-in", "Begin with a passkey", "What the browser asks of whichever passkey the person chooses.",
        answers={200: shapes.PasskeyOptionsSerializer}, shows=examples.PASSKEY_OPTIONS,
        refuses=(TooMany,), public=True,
    ),
    login=describe(
        "Sign-in", "Log in with a passkey",
        "Signs a person in by their passkey, with neither e-mail nor password: it has asked who holds it.",
        takes=shapes.PasskeyLoginSerializer, sends=examples.PASSKEY_LOGIN,
        answers={200: SessionSerializer}, shows=sign_in.SESSION,
        refuses=(ChallengeNotValid, WrongSecondFactor, NoMembership, TooMany), public=True,
    ),
)  # fmt: skip
class PasskeyViewSet(OpenViewSet):
    @action(detail=False, methods=["post"], url_path="options", **PUBLIC)
    def begin(self, request: Request) -> Response:
        return Response(second_factor.passkey_options())

    @action(detail=False, methods=["post"], **PUBLIC)
    def login(self, request: Request) -> Response:
        body = body_of(request, shapes.PasskeyLoginSerializer)
        return Response(second_factor.passkey_login(**body, client=client_of(request)))


@extend_schema_view(
    verify=describe(
        "Sign-in", "Show the second factor",
        "The second step of a sign-in that was answered `mfa-required`: a code of the authenticator app, a recovery "
        "code, or what a passkey answered. Five guesses a challenge; further wrong ones make the account wait.",
        takes=shapes.VerifySerializer, sends=examples.VERIFY, answers={200: SessionSerializer}, shows=sign_in.SESSION,
        refuses=(ChallengeNotValid, WrongSecondFactor, NoMembership, TooMany), public=True,
    ),
    ask=describe(
        "Sign-in", "Ask for a passkey", "What the browser asks the person's device in the second step of a sign-in.",
        takes=shapes.ChallengeSerializer, sends=examples.CHALLENGE,
        answers={200: shapes.OptionsSerializer}, shows=examples.REQUEST_OPTIONS,
        refuses=(ChallengeNotValid, TooMany), public=True,
    ),
)  # fmt: skip
class SecondStepViewSet(OpenViewSet):
    @action(detail=False, methods=["post"], **PUBLIC)
    def verify(self, request: Request) -> Response:
        body = body_of(request, shapes.VerifySerializer)
        body["credential"] = body.pop("webauthn", None)
        return Response(second_factor.verify(**body, client=client_of(request)))

    @action(detail=False, methods=["post"], url_path="webauthn/options", **PUBLIC)
    def ask(self, request: Request) -> Response:
        return Response(second_factor.webauthn_options(**body_of(request, shapes.ChallengeSerializer)))


@extend_schema_view(
    overview=describe(
        "Second factors", "Show my second factors", "What is set up, and which organizations demand one. No secrets.",
        answers={200: shapes.OverviewSerializer}, shows=examples.OVERVIEW,
    ),
    totp=describe(
        "Second factors", "Begin with an authenticator app",
        "A secret for the app, as text and as a QR code. It counts once the app's code was confirmed.",
        takes=shapes.PasswordSerializer, sends=examples.PASSWORD,
        answers={200: shapes.BegunTotpSerializer}, shows=examples.BEGUN_TOTP, 
        refuses=(AddressNotProven, FactorThere, *THEMSELVES),
    ),
    confirm=describe(
        "Second factors", "Confirm the authenticator app",
        "The app's code sets it up. With the first factor come ten recovery codes, shown this once.",
        takes=shapes.CodeSerializer, sends=examples.CODE,
        answers={200: shapes.RecoveryCodesSerializer}, shows=examples.RECOVERY_CODES, refuses=(WrongCode, FactorThere),
    ),
    begin=describe(
        "Second factors", "Begin with a passkey", "What the browser asks of a device that is to become a factor.",
        takes=shapes.BeginWebauthnSerializer, sends=examples.BEGIN_WEBAUTHN,
        answers={200: shapes.OptionsSerializer}, shows=examples.CREATION_OPTIONS,
        refuses=(AddressNotProven, *THEMSELVES),
    ),
    complete=describe(
        "Second factors", "Add the passkey",
        "What the device answered makes it a factor. With the first factor come ten recovery codes, shown this once.",
        takes=shapes.CompleteWebauthnSerializer, sends=examples.COMPLETE_WEBAUTHN,
        answers={201: shapes.AddedDeviceSerializer}, shows=examples.ADDED_DEVICE, refuses=(CredentialNotValid,),
    ),
    remove_webauthn=describe(
        "Second factors", "Remove a passkey",
        "The last factor takes the recovery codes along, and stays where an organization demands one. `password` may "
        "be sent in a JSON body.",
        answers={204: None}, refuses=(NoSuchFactor, SecondFactorDemanded, *THEMSELVES, *BODY), filters=_ID,
    ),
    recovery_codes=describe(
        "Second factors", "Renew the recovery codes", "Ten new codes, shown this once; the ones before are void.",
        takes=shapes.PasswordSerializer, sends=examples.PASSWORD,
        answers={200: shapes.RecoveryCodesSerializer}, shows=examples.RECOVERY_CODES,
        refuses=(NoSecondFactor, *THEMSELVES),
    ),
)  # fmt: skip
class SecondFactorViewSet(OpenViewSet):
    only_in_person = True
    open_while_enrolling = True

    @action(detail=False, methods=["get"], url_path="mfa")
    def overview(self, request: Request) -> Response:
        return Response(shapes.OverviewSerializer(enrolment.overview(access=access_of(request))).data)

    @action(detail=False, methods=["post"], url_path="mfa/totp", **SIGNED_IN)
    def totp(self, request: Request) -> Response:
        return Response(enrolment.begin_totp(access=access_of(request), **_password(request)))

    @totp.mapping.delete
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Second factors", "Remove the authenticator app",
        "The last factor takes the recovery codes along, and stays where an organization demands one. `password` may "
        "be sent in a JSON body.",
        answers={204: None}, refuses=(NoSuchFactor, SecondFactorDemanded, *THEMSELVES, *BODY),
    )  # fmt: skip
    def remove_totp(self, request: Request) -> Response:
        enrolment.remove(access=access_of(request), kind="totp", **_password(request))
        return Response(status=204)

    @action(detail=False, methods=["post"], url_path="mfa/totp/confirm", **SIGNED_IN)
    def confirm(self, request: Request) -> Response:
        return Response(enrolment.confirm_totp(access=access_of(request), **body_of(request, shapes.CodeSerializer)))

    @action(detail=False, methods=["post"], url_path="mfa/webauthn/begin", **SIGNED_IN)
    def begin(self, request: Request) -> Response:
        body = body_of(request, shapes.BeginWebauthnSerializer)
        return Response(enrolment.begin_webauthn(access=access_of(request), **body))

    @action(detail=False, methods=["post"], url_path="mfa/webauthn/complete", **SIGNED_IN)
    def complete(self, request: Request) -> Response:
        body = body_of(request, shapes.CompleteWebauthnSerializer)
        return Response(
            shapes.AddedDeviceSerializer(enrolment.complete_webauthn(access=access_of(request), **body)).data, 201
        )

    @action(detail=False, methods=["delete"], url_path=r"mfa/webauthn/(?P<factor_id>[0-9]{1,18})", **SIGNED_IN)
    def remove_webauthn(self, request: Request, factor_id: str) -> Response:
        enrolment.remove(access=access_of(request), kind="webauthn", factor_id=int(factor_id), **_password(request))
        return Response(status=204)

    @remove_webauthn.mapping.patch
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Second factors", "Rename a passkey", "What the person calls it; nobody else sees the name.",
        takes=shapes.DeviceNameSerializer, sends=examples.DEVICE_NAME,
        answers={200: shapes.DeviceSerializer}, shows=examples.DEVICE, refuses=(NoSuchFactor,), filters=_ID,
    )  # fmt: skip
    def rename_webauthn(self, request: Request, factor_id: str) -> Response:
        name = body_of(request, shapes.DeviceNameSerializer)["name"]
        device = enrolment.rename_webauthn(access=access_of(request), factor_id=int(factor_id), name=name)
        return Response(shapes.DeviceSerializer(device).data)

    @action(detail=False, methods=["post"], url_path="mfa/recovery-codes", **SIGNED_IN)
    def recovery_codes(self, request: Request) -> Response:
        return Response(enrolment.renew_recovery_codes(access=access_of(request), **_password(request)))


def _password(request: Request) -> dict[str, Any]:
    return body_of(request, shapes.PasswordSerializer)
