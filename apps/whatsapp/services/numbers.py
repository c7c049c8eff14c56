"""Business numbers: connecting, changing, asking how they stand, holding them when WhatsApp refuses.

Services work in whatever scope is open: an organization's request, or the door of the staff and of drains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import Organization
from apps.accounts.services import audit, limits
from apps.core import ratelimits
from apps.core.constraints import constraint_means
from apps.core.events import publish
from apps.core.wake import wake
from apps.whatsapp.error_table import Verdict, verdict_on
from apps.whatsapp.errors import NoSuchNumber, NumberNotReadable, NumberTaken, WhatsAppUnreachable
from apps.whatsapp.events import NumberStatusChanged
from apps.whatsapp.models import Media, MetaApp, Number
from apps.whatsapp.providers import Done, NoToken, NumberInfo
from apps.whatsapp.querysets import NumberQuerySet
from apps.whatsapp.rates import bucket_of, per_second
from apps.whatsapp.services import inbound, tokens
from apps.whatsapp.services.meta_apps import change_app, find_app, use_app
from apps.whatsapp.services.provider import call, graph_url

FIELDS = ("display_phone_number", "verified_name", "quality_rating", "status", "throughput")
# What Graph's `status` of a number may be while nothing can be sent from it.
SILENT = frozenset({"BANNED", "DELETED", "DISCONNECTED", "MIGRATED", "PENDING", "UNVERIFIED"})
UNREACHED = "WhatsApp gave no clear answer. Nothing was changed; try again. {reason}"
CONNECTED_HERE = "This number is connected here already."
logger = structlog.get_logger(__name__)


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
    if _rows_of(organization_id, phone_number_id).present().exists():
        raise NumberTaken(CONNECTED_HERE)
    limits.require_room(organization_id, "numbers")
    tokens.opened(organization_id, app_secret, field="app_secret")
    token = tokens.opened(organization_id, access_token)
    at = _Desk.before(organization_id, app_id, app_secret)
    told = at.read(phone_number_id, token)
    hitch = at.subscribe(waba_id, token)
    number = claim_number(
        app=use_app(organization_id=organization_id, app_id=app_id, secret=app_secret),
        organization_id=organization_id,
        phone_number_id=phone_number_id,
        waba_id=waba_id,
        access_token=access_token,
        display_phone_number=display_phone_number,
        told=told,
    )
    if hitch:
        number.status_detail = number.status_detail or hitch
        number.save(update_fields=["status_detail"])
    return number


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
    _learn(number, told)
    with constraint_means("whatsapp_number_once", NumberTaken()):
        number.save()
    _publish(number)
    _record("connected", number, after={"phone_number_id": phone_number_id, "waba_id": number.waba_id})
    _adopt_soon(number)
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
        values: `messages_per_second`, `display_phone_number`, `verified_name`.

    Raises:
        NumberNotReadable, WhatsAppUnreachable, SecretNotUsable, ProviderAway, AppOfInstallation, NoSuchNumber
    """
    told = None
    if access_token or (is_active and not number.is_active):
        token = tokens.opened(number.organization_id, access_token or number.access_token)
        told = _Desk.of(number).read(number.phone_number_id, token)
    number = _locked(number)
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
        _learn(number, told)
        _adopt_soon(number)
    if is_active is False:
        number.status, number.status_detail = Number.Status.DISCONNECTED, ""
    new = {"access_token": access_token, "app_secret": app_secret}
    after = {name: getattr(number, name) for name in was} | {name: value for name, value in new.items() if value}
    _record("changed", number, before=was, after=after)
    return _saved(number, before)


def test_number(*, number: Number) -> Number:
    """Ask WhatsApp how the number stands and keep the answer: status, names, quality, throughput.

    A person who asks has mended what was wrong: a held number whose token works is released.

    Raises:
        WhatsAppUnreachable, ProviderAway: no clear answer came; what is stored stays.
        NoSuchNumber: it was removed meanwhile.
    """
    answer = _Desk.of(number).ask(number.phone_number_id, tokens.token_of(number))
    number = _locked(number)
    before = number.status
    if isinstance(answer, NumberInfo):
        _learn(number, answer.fields)
        _adopt_soon(number)
    else:
        number.status_detail = _words(answer)
        if number.is_active:
            number.status = Number.Status.HELD if answer.action == "hold_number" else Number.Status.ERROR
    _record("tested", number, before={"status": before}, after={"status": number.status})
    return _saved(number, before)


@transaction.atomic
def disconnect_number(*, number: Number) -> Number:
    """Send nothing more from the number until it is made active again; what comes in is still kept.

    Raises:
        NoSuchNumber
    """
    number = _locked(number)
    before = number.status
    number.is_active, number.status, number.status_detail = False, Number.Status.DISCONNECTED, ""
    _record("disconnected", number, before={"status": before}, after={"status": number.status})
    return _saved(number, before)


@transaction.atomic
def delete_number(*, number: Number) -> None:
    """Remove the number and forget its token. Its conversations stay, and are taken up if it is connected again.

    Raises:
        NoSuchNumber
    """
    number = _locked(number)
    number.is_active, number.status, number.status_detail = False, Number.Status.DISCONNECTED, ""
    number.access_token, number.deleted_at = "", timezone.now()
    number.save()
    _publish(number)
    _record("deleted", number, before={"phone_number_id": number.phone_number_id})


@transaction.atomic
def hold_number(*, number_ids: Iterable[UUID], reason: str) -> int:
    """Stop sending from these numbers until somebody mends them: WhatsApp refuses their token or account.

    Returns how many were not held before. For senders and drains; call it in a scope that reaches the numbers.
    """
    return _move(number_ids, Number.Status.CONNECTED, Number.Status.HELD, reason)


@transaction.atomic
def release_number(*, number_ids: Iterable[UUID]) -> int:
    """Let held numbers send again; returns how many were held."""
    return _move(number_ids, Number.Status.HELD, Number.Status.CONNECTED, "")


def app_of(number: Number) -> MetaApp | None:
    """The number's app; None where it is the installation's, which no organization's scope reaches."""
    return MetaApp.objects.in_scope().filter(pk=number.app_id).first()


def webhook_of(number: Number) -> MetaApp | None:
    """The number's app, whose address and verify token are shown to whoever asks, which stands in the audit log."""
    app = app_of(number)
    if app is not None:
        _record("webhook_revealed", number)
    return app


def rate_of(number: Number) -> dict[str, Any]:
    """How much of this second's messages is left; `wait` says when the next one may go."""
    left = ratelimits.level(bucket_of(number))
    wait = 0.0 if left >= 1 else (1 - left) / number.messages_per_second
    return {
        "limit": number.messages_per_second,
        "period": 1,
        "used": round(number.messages_per_second - left, 2),
        "remaining": max(round(left, 2), 0),
        "wait": round(wait, 2),
        "can_send_now": number.status == Number.Status.CONNECTED and not wait,
        "reason": _why_not(number, wait),
    }


def reset_rate(number: Number) -> None:
    """Forget what was sent just now."""
    ratelimits.reset(bucket_of(number))
    _record("rate_reset", number)


def _why_not(number: Number, wait: float) -> str:
    if number.status != Number.Status.CONNECTED:
        return number.status_detail or str(Number.Status(number.status).label)
    return f"The next message may go in {wait:.2f} s." if wait else ""


def _rows_of(organization_id: UUID, phone_number_id: str) -> NumberQuerySet:
    return Number.objects.in_scope().filter(organization=organization_id, phone_number_id=phone_number_id)


def _language_of(organization_id: UUID) -> str:
    return Organization.objects.get(pk=organization_id).language


@dataclass(frozen=True)
class _Desk:
    """Where WhatsApp is asked about numbers, and the language in which its refusals are told."""

    base_url: str
    language: str

    @classmethod
    def before(cls, organization_id: UUID, app_id: str, secret: str) -> Self:
        """For a number that isn't connected yet: its app may be known from another one."""
        app = find_app(organization_id=organization_id, app_id=app_id, secret=secret)
        return cls(graph_url(app), _language_of(organization_id))

    @classmethod
    def of(cls, number: Number) -> Self:
        return cls(graph_url(app_of(number)), _language_of(number.organization_id))

    def ask(self, phone_number_id: str, token: str | NoToken) -> NumberInfo | Verdict:
        """
        Raises:
            WhatsAppUnreachable: no clear answer came, or one that says "later".
        """
        if isinstance(token, NoToken):
            return verdict_on(token, attempts=1, language=self.language)
        answer = call(self.base_url, lambda client: client.number_info(phone_number_id, token, FIELDS))
        if isinstance(answer, NumberInfo):
            return answer
        refusal = verdict_on(answer, attempts=1, language=self.language)
        if refusal.action in ("fail", "hold_number"):
            return refusal
        logger.warning("whatsapp_unreachable", phone_number_id=phone_number_id, answer=answer)
        raise WhatsAppUnreachable(UNREACHED.format(reason=_words(refusal)))

    def read(self, phone_number_id: str, token: str) -> Mapping[str, Any]:
        """
        Raises:
            NumberNotReadable, WhatsAppUnreachable
        """
        answer = self.ask(phone_number_id, token)
        if isinstance(answer, NumberInfo):
            return answer.fields
        field = "access_token" if answer.kind == "auth" else "phone_number_id"
        raise NumberNotReadable(_words(answer), field=field)

    def subscribe(self, waba_id: str, token: str) -> str:
        """Have the account's webhooks sent to the token's app; what is wrong with that, if anything."""
        answer = call(self.base_url, lambda client: client.subscribe(waba_id, token))
        if isinstance(answer, Done):
            return ""
        return f"Webhooks: {_words(verdict_on(answer, attempts=1, language=self.language))}"[:500]


def _words(refusal: Verdict) -> str:
    code = f" ({refusal.code})" if refusal.code is not None else ""
    return f"{refusal.title}: {refusal.detail.rstrip('.')}{code}"[:480]


def _learn(number: Number, told: Mapping[str, Any]) -> None:
    """Take over what WhatsApp says of the number."""
    number.display_phone_number = str(told.get("display_phone_number") or number.display_phone_number)[:30]
    number.verified_name = str(told.get("verified_name") or number.verified_name)[:255]
    number.quality_rating = str(told.get("quality_rating") or "")[:20]
    throughput = told.get("throughput")
    level = str(throughput.get("level") or "") if isinstance(throughput, Mapping) else ""
    number.messages_per_second = per_second(level, number.messages_per_second)
    standing = str(told.get("status") or "CONNECTED")
    if not number.is_active:
        return
    if standing in SILENT:
        number.status, number.status_detail = Number.Status.ERROR, f"WhatsApp: {standing}"[:500]
    else:
        number.status, number.status_detail = Number.Status.CONNECTED, ""


def _locked(number: Number) -> Number:
    row = Number.objects.in_scope().present().select_for_update(no_key=True).filter(pk=number.pk).first()
    if row is None:
        raise NoSuchNumber
    return row


def _saved(number: Number, before: str) -> Number:
    number.save()
    if number.status != before:
        _publish(number)
        _fetch_what_waited([number])
    return number


def _move(number_ids: Iterable[UUID], before: str, after: str, reason: str) -> int:
    rows = Number.objects.in_scope().present().filter(pk__in=set(number_ids), status=before)
    numbers = list(rows.select_for_update(no_key=True).order_by("pk"))
    for number in numbers:
        number.status, number.status_detail = after, reason[:500]
        number.save(update_fields=["status", "status_detail", "updated_at"])
        verb = "held" if after == Number.Status.HELD else "released"
        _record(verb, number, before={"status": before}, after={"status": after, "reason": reason[:500]})
    _publish(*numbers)
    _fetch_what_waited(numbers)
    return len(numbers)


def _publish(*numbers: Number) -> None:
    publish(
        *(
            NumberStatusChanged(organization_id=each.organization_id, number_id=each.pk, status=each.status)
            for each in numbers
        )
    )


def _record(verb: str, number: Number, **sides: Any) -> None:
    audit.record(
        f"numbers.{verb}", organization_id=number.organization_id, target="number", target_id=number.pk, **sides
    )


def _fetch_what_waited(numbers: Iterable[Number]) -> None:
    """Files that couldn't be fetched with a token that was refused are tried again at once."""
    mended = [number.pk for number in numbers if number.status == Number.Status.CONNECTED]
    if mended:
        waiting = Media.objects.in_scope().filter(number__in=mended, state=Media.State.PENDING)
        waiting.update(next_attempt_at=timezone.now())
        wake("media.fetch")


def _adopt_soon(number: Number) -> None:
    """Once the number is ours for good, take up the webhooks that came for it before."""

    def adopt() -> None:
        inbound.adopt(number)

    transaction.on_commit(adopt, robust=True)
