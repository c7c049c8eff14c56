"""A number's shop, its username, and where Meta sends its webhooks. They live at Meta alone, but for the username.

Sources: https://developers.facebook.com/docs/whatsapp/cloud-api/guides/sell-products-and-services/set-commerce-settings,
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids (usernames) and
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.db import transaction

from apps.whatsapp.errors import AppOfInstallation, MessageNotValid
from apps.whatsapp.limits import LIMITS, Bounds
from apps.whatsapp.models import Number
from apps.whatsapp.providers import cloud_numbers as calls
from apps.whatsapp.services.meta_apps import app_of
from apps.whatsapp.services.numbers.desk import NumberDesk
from apps.whatsapp.services.numbers.standing import locked, record

USERNAME: Final[dict[str, Any]] = LIMITS["numbers"]["username"]
APPROVED: Final = "approved"
ACCOUNT: Final = "account"
_NO_NAME: Final = re.compile(r"^\.|\.$|\.\.|^www|\.(com|net|org|br)$")
__all__ = [
    "change_commerce", "change_username", "delete_username", "override_webhook", "read_commerce", "read_username",
    "read_webhooks",
]  # fmt: skip


def read_commerce(*, number: Number) -> dict[str, bool]:
    """Whether customers see the catalogue, and may put things into a cart: `is_catalog_visible`, `is_cart_enabled`.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    return NumberDesk.of(number).ask(calls.read_commerce)


def change_commerce(*, number: Number, **values: bool) -> dict[str, bool]:
    """Change what is named of the two. Answers both as they are then.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    desk = NumberDesk.of(number)
    before = desk.ask(calls.read_commerce)
    desk.ask(lambda client, phone, token: calls.write_commerce(client, phone, token, values))
    record("commerce_changed", number, before={name: before[name] for name in values}, after=values)
    return desk.ask(calls.read_commerce)


@transaction.atomic
def read_username(*, number: Number) -> dict[str, Any]:
    """`username`, its `status` (approved, reserved or empty) and Meta's `suggestions`.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    desk = NumberDesk.of(number)
    told = desk.ask(calls.read_username)
    _remember_username(number, told)
    suggestions = [] if told["username"] else desk.ask(calls.username_suggestions)
    return told | {"suggestions": suggestions}


@transaction.atomic
def change_username(*, number: Number, username: str, force_transfer: bool = False) -> dict[str, Any]:
    """Ask Meta for a username; it is approved at once, or reserved until Meta has decided.

    Args:
        force_transfer: take it from another number of the same business.

    Raises:
        LimitExceeded, MessageNotValid: it can be none.
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    _check_username(username)
    desk = NumberDesk.of(number)
    desk.ask(
        lambda client, phone, token: calls.write_username(client, phone, token, username, force=force_transfer),
        field="username",
    )
    told = desk.ask(calls.read_username)
    record("username_requested", number, before={"username": number.username}, after=told)
    _remember_username(number, told)
    return told | {"suggestions": []}


@transaction.atomic
def delete_username(*, number: Number) -> None:
    """Give the username back, or what was asked for.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    desk = NumberDesk.of(number)
    told = desk.ask(calls.read_username)
    requested = told["status"] != APPROVED
    desk.ask(lambda client, phone, token: calls.delete_username(client, phone, token, requested=requested))
    record("username_deleted", number, before={"username": told["username"]})
    _remember_username(number, {"username": "", "status": ""})


def read_webhooks(*, number: Number) -> dict[str, str]:
    """Where Meta sends webhooks by the `application`'s, the `account`'s and the `number`'s own address; the last one
    that there is decides.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    return NumberDesk.of(number).ask(calls.read_webhooks)


def override_webhook(*, number: Number, of: str, ours: bool) -> dict[str, str]:
    """Have Meta send the webhooks of one number, or of all of its account, here, whatever address its app has.

    Meta asks the address for its challenge before it answers.

    Args:
        of: `number` or `account`.
        ours: False takes such an address off, and the app's own decides again.

    Raises:
        AppOfInstallation: the installation's own app receives for it, and needs nothing of the kind.
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    app = app_of(number)
    if app is None or app.organization_id is None:
        raise AppOfInstallation
    callback = (app.webhook_url, app.verify_token) if ours else None
    waba_id = number.waba_id if of == ACCOUNT else ""
    desk = NumberDesk.of(number)
    desk.ask(
        lambda client, phone, token: calls.override_webhook(client, waba_id or phone, token, callback, bool(waba_id))
    )
    record("webhook_overridden", number, after={"of": of, "url": app.webhook_url if ours else ""})
    return desk.ask(calls.read_webhooks)


def _check_username(username: str) -> None:
    Bounds(USERNAME["min"], USERNAME["max"]).check("username", len(username), "characters")
    if not re.fullmatch(USERNAME["pattern"], username) or not re.search("[a-z]", username):
        raise MessageNotValid("Small letters, at least one, digits, dots and underscores.", field="username")
    if _NO_NAME.search(username):
        raise MessageNotValid("No dot first, last or twice; not like an address of the web.", field="username")


def _remember_username(number: Number, told: dict[str, Any]) -> None:
    kept = told["username"] if told["status"] == APPROVED else ""
    if number.username != kept:
        row = locked(number)
        row.username = kept
        row.save(update_fields=["username", "updated_at"])
