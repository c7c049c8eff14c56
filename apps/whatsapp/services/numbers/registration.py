"""A number is registered, verified, named: what has to be done once before it sends.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/registration
"""

from __future__ import annotations

from django.db import transaction

from apps.whatsapp.errors import InPhonesApp
from apps.whatsapp.models import Number
from apps.whatsapp.providers import cloud_numbers as calls
from apps.whatsapp.services.numbers.checking import test_number
from apps.whatsapp.services.numbers.desk import NumberDesk
from apps.whatsapp.services.numbers.standing import locked, record, saved

PENDING_NAME = "PENDING_REVIEW"


def register_number(*, number: Number, pin: str, region: str = "") -> Number:
    """Let the number send, and read how it stands then. Meta takes ten attempts in three days.

    Args:
        pin: six digits: those of its two-step verification, or new ones.
        region: where its data rest (BR, DE …); empty: anywhere.

    Raises:
        InPhonesApp, CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    _not_in_phone(number)
    NumberDesk.of(number).ask(
        lambda client, phone, token: calls.register(client, phone, token, pin, region), field="pin"
    )
    record("registered", number, after={"region": region})
    return test_number(number=number)


@transaction.atomic
def deregister_number(*, number: Number) -> Number:
    """Take the number off the Cloud API: nothing can be sent from it, until it is registered again.

    Raises:
        InPhonesApp, CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    _not_in_phone(number)
    NumberDesk.of(number).ask(calls.deregister)
    number = locked(number)
    before = number.status
    number.is_active, number.status, number.status_detail = False, Number.Status.DISCONNECTED, ""
    record("deregistered", number, before={"status": before}, after={"status": number.status})
    return saved(number, before)


def subscribe_number(*, number: Number) -> Number:
    """Have the webhooks of the number's account sent to its app again, and read how the number stands then.

    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    NumberDesk.of(number).ask(lambda client, _phone, token: client.subscribe(number.waba_id, token))
    record("subscribed", number, after={"waba_id": number.waba_id})
    return test_number(number=number)


def request_code(*, number: Number, method: str, language: str) -> None:
    """Have Meta call the number, or write to it, and tell a code.

    Args:
        method: `SMS` or `VOICE`.
        language: of the voice or the message: `pt_BR`.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    NumberDesk.of(number).ask(
        lambda client, phone, token: calls.request_code(client, phone, token, method, language), field="method"
    )
    record("code_requested", number, after={"method": method})


def verify_code(*, number: Number, code: str) -> Number:
    """Say the code that the number was told, and read how it stands then.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    NumberDesk.of(number).ask(lambda client, phone, token: calls.verify_code(client, phone, token, code), field="code")
    record("verified", number)
    return test_number(number=number)


def set_pin(*, number: Number, pin: str) -> None:
    """Set or change the PIN of the number's two-step verification; it is kept nowhere here.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    NumberDesk.of(number).ask(lambda client, phone, token: calls.set_pin(client, phone, token, pin), field="pin")
    record("pin_set", number)


@transaction.atomic
def request_name(*, number: Number, name: str) -> Number:
    """Ask Meta for another display name. Once it is approved, the number is registered again to bear it.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    NumberDesk.of(number).ask(lambda client, phone, token: calls.request_name(client, phone, token, name), field="name")
    number = locked(number)
    number.name_status = PENDING_NAME
    number.save(update_fields=["name_status", "updated_at"])
    record("name_requested", number, before={"name": number.verified_name}, after={"name": name})
    return number


def _not_in_phone(number: Number) -> None:
    if number.is_on_phone_app:
        raise InPhonesApp
