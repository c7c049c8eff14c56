"""Embedded Signup: somebody lets our app at Meta use their account, in a window of Meta's, and comes back with a code.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.accounts.models import Organization
from apps.accounts.services import limits
from apps.whatsapp.error_table import verdict_on
from apps.whatsapp.errors import SignupNotOffered, SignupRefused, WhatsAppUnreachable
from apps.whatsapp.models import MetaApp, Number
from apps.whatsapp.providers import Done, Failure, NotSent, Unknown
from apps.whatsapp.providers import cloud_numbers as calls
from apps.whatsapp.providers.cloud import CloudClient
from apps.whatsapp.providers.cloud_numbers import TokenInfo
from apps.whatsapp.services import tokens
from apps.whatsapp.services.numbers.asking import UNREACHED, Desk, words_of
from apps.whatsapp.services.numbers.connecting import claim_number, refuse_connected
from apps.whatsapp.services.numbers.health import NEEDED_SCOPES, Surroundings, learn_surroundings, surroundings
from apps.whatsapp.services.provider import call, graph_url

SYNCS: Final = ("smb_app_state_sync", "history")


def signup_offer() -> dict[str, Any]:
    """What the web app needs for Meta's window; `is_offered` is false where the installation has no app for it."""
    offered = bool(settings.META_APP_ID and settings.META_CONFIG_ID)
    return {
        "is_offered": offered,
        "app_id": settings.META_APP_ID if offered else "",
        "config_id": settings.META_CONFIG_ID if offered else "",
        "graph_version": settings.WHATSAPP_GRAPH_VERSION,
    }


@transaction.atomic
def sign_up_number(
    *, organization_id: UUID, code: str, phone_number_id: str, waba_id: str, account_id: str = "", pin: str = ""
) -> Number:
    """Connect the number that somebody has just signed up with; call it in the door, which reaches the installation's
    app.

    A code is taken once. So what fails after the number was read doesn't refuse the number: its `status_detail` says
    what is left to be done.

    Args:
        account_id: of the WhatsApp account, which from 2028 on stands in paths instead of the number's id.
        pin: six digits, with which it is registered; a number of the phone's app needs none.

    Raises:
        SignupNotOffered, SignupRefused
        NumberTaken, PlanLimitReached, NumberNotReadable, WhatsAppUnreachable
    """
    if not signup_offer()["is_offered"]:
        raise SignupNotOffered
    refuse_connected(organization_id, phone_number_id)
    limits.require_room(organization_id, "numbers")
    app = _app()
    at = Desk(graph_url(app), Organization.objects.get(pk=organization_id).language)
    secret = tokens.opened(None, app.secret, field="code")
    token = _exchange(at, app.app_id, secret, code)
    _refuse_narrow(at, token, f"{app.app_id}|{secret}", waba_id)
    in_phone = bool(at.read(phone_number_id, token).get("is_on_biz_app"))
    hitches = [
        at.subscribe(waba_id, token), _start(at, phone_number_id, token, in_phone=in_phone, pin=pin),
    ]  # fmt: skip
    around = surroundings(base_url=at.base_url, waba_id=waba_id, token=token, asking=f"{app.app_id}|{secret}")
    number = claim_number(
        app=app, organization_id=organization_id, phone_number_id=phone_number_id, waba_id=waba_id,
        access_token=token, told=at.read(phone_number_id, token),
    )  # fmt: skip
    return _complete(number, around, account_id, next(filter(None, hitches), ""))


def _complete(number: Number, around: Surroundings, account_id: str, hitch: str) -> Number:
    learn_surroundings(number, around)
    if account_id:
        number.settings = {**number.settings, "whatsapp_account_id": account_id}
    number.status_detail = number.status_detail or hitch[:500]
    number.save()
    return number


def _app() -> MetaApp:
    """The installation's app that people sign up with."""
    rows = MetaApp.objects.across_organizations().filter(organization=None, app_id=settings.META_APP_ID)
    app = rows.order_by("pk").first()
    if app is None and settings.META_APP_SECRET:
        app = MetaApp.objects.across_organizations().create(
            organization=None, app_id=settings.META_APP_ID, secret=settings.META_APP_SECRET, name="Embedded Signup"
        )
    if app is None:
        raise SignupNotOffered
    return app


def _exchange(at: Desk, app_id: str, secret: str, code: str) -> str:
    answer = call(at.base_url, lambda client: calls.exchange_code(client, app_id, secret, code))
    if isinstance(answer, str):
        return answer
    raise _refusal(at, answer)


def _refuse_narrow(at: Desk, token: str, asking: str, waba_id: str) -> None:
    """A token that reaches another account, or may not send, connects nothing."""
    known = call(at.base_url, lambda client: calls.token_info(client, token, asking))
    if not isinstance(known, TokenInfo):
        raise _refusal(at, known)
    missing = [scope for scope in NEEDED_SCOPES if scope not in known.scopes]
    if not known.is_valid or missing:
        raise SignupRefused(f"The permission is missing: {', '.join(missing) or known.reason}.")
    if known.accounts and waba_id not in known.accounts:
        raise SignupRefused("The permission is for another account.", field="waba_id")


def _start(at: Desk, phone: str, token: str, *, in_phone: bool, pin: str) -> str:
    """Register the number, or have the phone's app hand over contacts and history; what is wrong with that, if
    anything."""

    async def sync(client: CloudClient) -> Done | Failure:
        answer: Done | Failure = Done()
        for kind in SYNCS:
            answer = await calls.start_sync(client, phone, token, kind)
            if not isinstance(answer, Done):
                return answer
        return answer

    if not in_phone and not pin:
        return "Register the number: it has no PIN yet."
    answer = call(at.base_url, sync if in_phone else lambda client: calls.register(client, phone, token, pin))
    return "" if isinstance(answer, Done) else words_of(verdict_on(answer, attempts=1, language=at.language))


def _refusal(at: Desk, answer: Failure) -> SignupRefused | WhatsAppUnreachable:
    if isinstance(answer, (NotSent, Unknown)):
        return WhatsAppUnreachable(UNREACHED.format(reason=answer.reason))
    return SignupRefused(words_of(verdict_on(answer, attempts=1, language=at.language)))
