from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from apps.accounts.api.examples import passwords as examples
from apps.accounts.api.requests import access_of, body_of, client_of
from apps.accounts.api.serializers.passwords import (
    EmailChangeSerializer,
    EmailSerializer,
    LinkSerializer,
    PasswordChangeSerializer,
    ResetSerializer,
)
from apps.accounts.api.views.sign_in import PUBLIC
from apps.accounts.errors import EmailTaken, LinkNotValid, PasswordTooWeak, WrongPassword
from apps.accounts.services import emails, passwords
from apps.core.errors import TooMany
from apps.core.openapi import describe
from apps.core.rest import OpenViewSet

TAG = "Sign-in"


@extend_schema_view(
    reset=describe(
        TAG, "Ask for a new password",
        "Mails a link that is good for two hours and once. The answer is the same whether the address has an account.",
        takes=EmailSerializer, sends=examples.EMAIL, answers={202: None}, refuses=(TooMany,), public=True,
    ),
    confirm=describe(
        TAG, "Set a new password by a link", "Ends every sign-in of the person.",
        takes=ResetSerializer, sends=examples.RESET, answers={204: None},
        refuses=(LinkNotValid, PasswordTooWeak, TooMany), public=True,
    ),
    change=describe(
        TAG, "Change my password", "For whoever knows the old one. Ends their other sign-ins.",
        takes=PasswordChangeSerializer, sends=examples.PASSWORD_CHANGE, answers={204: None},
        refuses=(WrongPassword, PasswordTooWeak, TooMany),
    ),
    verify_email=describe(
        TAG, "Verify an e-mail address by a link",
        "The address that the link was sent to is the person's: the one they registered with, or a new one. Whoever "
        "follows it is signed in with that account.",
        takes=LinkSerializer, sends=examples.LINK, answers={204: None},
        refuses=(LinkNotValid, EmailTaken, TooMany),
    ),
    send_again=describe(
        TAG, "Send the verifying mail again", "A few an hour; none where the address is verified.",
        answers={202: None}, refuses=(TooMany,),
    ),
    change_email=describe(
        TAG, "Change my e-mail address",
        "Mails a link to the new address, which takes effect once it is followed. The answer is the same where the "
        "address has an account already; then no mail goes out.",
        takes=EmailChangeSerializer, sends=examples.EMAIL_CHANGE, answers={202: None},
        refuses=(WrongPassword, TooMany),
    ),
)  # fmt: skip
class PasswordViewSet(OpenViewSet):
    open_while_enrolling = True
    only_in_person = True
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "mail"

    @action(detail=False, methods=["post"], url_path="password-reset", **PUBLIC)
    def reset(self, request: Request) -> Response:
        passwords.ask_for_reset(**body_of(request, EmailSerializer))
        return Response(status=202)

    @action(detail=False, methods=["post"], url_path="password-reset/confirm", **PUBLIC)
    def confirm(self, request: Request) -> Response:
        passwords.reset(**body_of(request, ResetSerializer), client=client_of(request))
        return Response(status=204)

    @action(detail=False, methods=["post"], url_path="password-change")
    def change(self, request: Request) -> Response:
        values: dict[str, Any] = body_of(request, PasswordChangeSerializer)
        passwords.change(access=access_of(request), **values, client=client_of(request))
        return Response(status=204)

    @action(detail=False, methods=["post"], url_path="verify-email")
    def verify_email(self, request: Request) -> Response:
        emails.verify(access=access_of(request), **body_of(request, LinkSerializer))
        return Response(status=204)

    @action(detail=False, methods=["post"], url_path="verify-email/resend")
    def send_again(self, request: Request) -> Response:
        emails.send_again(access=access_of(request))
        return Response(status=202)

    @action(detail=False, methods=["post"], url_path="email-change")
    def change_email(self, request: Request) -> Response:
        values: dict[str, Any] = body_of(request, EmailChangeSerializer)
        emails.ask_for_change(access=access_of(request), **values, client=client_of(request))
        return Response(status=202)
