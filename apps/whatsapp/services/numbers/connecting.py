"""A number comes, is changed, and goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.errors import HoursNotValid, NoSuchDepartment
from apps.accounts.models import Department
from apps.accounts.services import limits
from apps.calendars import hours
from apps.core.constraints import constraint_means
from apps.whatsapp.errors import NumberTaken
from apps.whatsapp.models import MetaApp, Number, ProviderName
from apps.whatsapp.querysets import NumberQuerySet
from apps.whatsapp.services import tokens
from apps.whatsapp.services.meta_apps import app_of, change_app, use_app
from apps.whatsapp.services.numbers import gateways
from apps.whatsapp.services.numbers.asking import Desk
from apps.whatsapp.services.numbers.health import learn_surroundings, surroundings
from apps.whatsapp.services.numbers.standing import adopt_soon, learn, locked, publish_status, record, saved

CONNECTED_HERE = "This number is connected here already."


@transaction.atomic
def connect_number(
    *,
    organization_id: UUID,
    phone_number_id: str,
    waba_id: str,
    access_token: str,
    app_secret: str,
    app_id: str = "",
    display_phone_number: str = "",
) -> Number:
    """Connect a number whose token can read it. One that the organization had before comes back with its history.

    Token and app secret may stand in the vault: see `tokens.py`.

    WhatsApp is also asked to send the account's webhooks to the token's app; where it refuses, the number's
    `status_detail` says so.

    Raises:
        NumberTaken: it is connected already, here or elsewhere.
        PlanLimitReached
        NumberNotReadable: WhatsApp doesn't let this token read this number.
        SecretNotUsable, ProviderAway: of the vault.
        WhatsAppUnreachable
    """
    refuse_connected(organization_id, phone_number_id)
    limits.require_room(organization_id, "numbers")
    secret = tokens.opened(organization_id, app_secret, field="app_secret")
    token = tokens.opened(organization_id, access_token)
    at = Desk.before(organization_id, app_id, app_secret)
    told = at.read(phone_number_id, token)
    hitch = at.subscribe(waba_id, token)
    asking = f"{app_id}|{secret}" if app_id else ""
    around = surroundings(base_url=at.base_url, waba_id=waba_id, token=token, asking=asking)
    number = claim_number(
        app=use_app(organization_id=organization_id, app_id=app_id, secret=app_secret),
        organization_id=organization_id,
        phone_number_id=phone_number_id,
        waba_id=waba_id,
        access_token=access_token,
        display_phone_number=display_phone_number,
        told=told,
    )
    learn_surroundings(number, around)
    number.status_detail = number.status_detail or hitch
    number.save()
    return number


def refuse_connected(organization_id: UUID, phone_number_id: str) -> None:
    """
    Raises:
        NumberTaken: the organization has this number already.
    """
    if _rows_of(organization_id, phone_number_id).present().exists():
        raise NumberTaken(CONNECTED_HERE)


def claim_number(
    *, app: MetaApp, organization_id: UUID, phone_number_id: str, told: Mapping[str, Any], **values: Any
) -> Number:
    """Make the number the organization's. The caller knows that it may: its token has read the number.

    Args:
        told: the fields that WhatsApp answered.
        values: of the number's columns.

    Raises:
        NumberTaken: it is connected already; of two who are at it at once, one gets this.
    """
    rows = _rows_of(organization_id, phone_number_id).select_for_update(no_key=True)
    number = rows.order_by(F("deleted_at").desc(nulls_first=True)).first()
    if number and number.deleted_at is None:
        raise NumberTaken(CONNECTED_HERE)
    number = number or Number(organization_id=organization_id, phone_number_id=phone_number_id)
    number.app, number.deleted_at, number.is_active = app, None, True
    for name, value in values.items():
        setattr(number, name, value)
    learn(number, told)
    with constraint_means("whatsapp_number_once", NumberTaken()):
        number.save()
    publish_status(number)
    record("connected", number, after={"phone_number_id": phone_number_id, "waba_id": number.waba_id})
    adopt_soon(number)
    return number


@transaction.atomic
def change_number(
    *,
    number: Number,
    access_token: str | None = None,
    app_secret: str | None = None,
    is_active: bool | None = None,
    **values: Any,
) -> Number:
    """Change a number; what isn't named stays.

    Args:
        access_token: stored once it has read the number; it also releases one that was held.
        app_secret: becomes live beside the one before, so that Meta's change of it loses no webhook.
        is_active: False disconnects; True asks WhatsApp, as `access_token` does.
        values: `messages_per_second`, `display_phone_number`, `verified_name`, `welcome_message`, `away_message`,
            `business_hours` (None: the organization's), `default_department_id`, `default_bot_id`; of `settings` what
            is named.

    Raises:
        HoursNotValid, NoSuchDepartment
        NumberNotReadable, WhatsAppUnreachable, SecretNotUsable, ProviderAway, AppOfInstallation, NoSuchNumber
    """
    values = _checked(number, values)
    told = None
    if access_token or (is_active and not number.is_active):
        token = tokens.opened(number.organization_id, access_token or number.access_token)
        told = Desk.of(number).read(number.phone_number_id, token)
    number = locked(number)
    before, was = number.status, {name: getattr(number, name) for name in values} | {"is_active": number.is_active}
    if app_secret:
        change_app(app=app_of(number), secret=app_secret)
    if access_token:
        number.access_token = access_token
    if is_active is not None:
        number.is_active = is_active
    for name, value in values.items():
        setattr(number, name, value)
    if told is not None:
        learn(number, told)
        adopt_soon(number)
    if is_active is False:
        number.status, number.status_detail = Number.Status.DISCONNECTED, ""
    new = {"access_token": access_token, "app_secret": app_secret}
    after = {name: getattr(number, name) for name in was} | {name: value for name, value in new.items() if value}
    record("changed", number, before=was, after=after)
    return saved(number, before)


@transaction.atomic
def disconnect_number(*, number: Number) -> Number:
    """Send nothing more from the number until it is made active again; what comes in is still kept.

    Raises:
        NoSuchNumber
    """
    number = locked(number)
    before = number.status
    number.is_active, number.status, number.status_detail = False, Number.Status.DISCONNECTED, ""
    if number.provider == ProviderName.EVOLUTION:
        gateways.leave(number, forever=False)
    record("disconnected", number, before={"status": before}, after={"status": number.status})
    return saved(number, before)


@transaction.atomic
def delete_number(*, number: Number) -> None:
    """Remove the number and forget its token. Its conversations stay, and are taken up if it is connected again.

    Raises:
        NoSuchNumber
    """
    number = locked(number)
    if number.provider == ProviderName.EVOLUTION:
        gateways.leave(number, forever=True)
    number.is_active, number.status, number.status_detail = False, Number.Status.DISCONNECTED, ""
    number.access_token, number.deleted_at = "", timezone.now()
    number.save()
    publish_status(number)
    record("deleted", number, before={"phone_number_id": number.phone_number_id})


def webhook_of(number: Number) -> MetaApp | None:
    """The number's app, whose address and verify token are shown to whoever asks, which stands in the audit log."""
    app = app_of(number)
    if app is not None:
        record("webhook_revealed", number)
    return app


def _checked(number: Number, values: dict[str, Any]) -> dict[str, Any]:
    if values.get("business_hours") is not None:
        try:
            values = values | {"business_hours": hours.checked(values["business_hours"])}
        except hours.BadHours as error:
            raise HoursNotValid(str(error)) from error
    department_id = values.get("default_department_id")
    departments = Department.objects.for_organization(number.organization_id).filter(is_active=True)
    if department_id and not departments.filter(pk=department_id).exists():
        raise NoSuchDepartment(field="default_department_id")
    if "settings" in values:
        values = values | {"settings": {**number.settings, **values["settings"]}}
    return values


def _rows_of(organization_id: UUID, phone_number_id: str) -> NumberQuerySet:
    return Number.objects.in_scope().filter(organization=organization_id, phone_number_id=phone_number_id)
