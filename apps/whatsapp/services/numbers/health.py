"""How a number is: its token, its account, where its webhooks go. Looked at when somebody asks, and in the background.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status and
https://developers.facebook.com/docs/graph-api/reference/debug_token
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from django.db.models import Q
from django.utils import timezone

from apps.core.errors import DomainError
from apps.core.tenancy import all_organizations, organization_scope
from apps.notifications.services import notify
from apps.whatsapp.error_table import verdict_on
from apps.whatsapp.models import MetaApp, Number, ProviderName
from apps.whatsapp.payloads.values import mapping, text
from apps.whatsapp.providers import Failure, NoToken, NumberInfo, Unknown
from apps.whatsapp.providers import cloud_numbers as calls
from apps.whatsapp.providers.cloud import CloudClient
from apps.whatsapp.providers.cloud_numbers import TokenInfo
from apps.whatsapp.services import tokens
from apps.whatsapp.services.meta_apps import app_of
from apps.whatsapp.services.numbers.asking import number_info, words_of
from apps.whatsapp.services.numbers.standing import SILENT, adopt_soon, learn_facts, locked, record, saved
from apps.whatsapp.services.provider import call, graph_url

REFRESH_EVERY: Final = timedelta(minutes=15)
PATIENCE_SECONDS: Final = 5.0
WARN_DAYS: Final = (1, 7, 14)
NEEDED_SCOPES: Final = ("whatsapp_business_management", "whatsapp_business_messaging")
logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What else WhatsApp says of a number's account and token; None where it gave no answer."""

    account: Mapping[str, Any] | None = None
    apps: list[str] | None = None
    token: TokenInfo | None = None


def surroundings(*, base_url: str, waba_id: str, token: str, asking: str = "") -> Surroundings:
    """Ask all at once; whatever isn't answered is left out.

    Args:
        asking: the app's own token, `APP_ID|APP_SECRET`, for the question about the number's.
    """
    return call(base_url, lambda client: _surroundings(client, waba_id, token, asking))


def learn_surroundings(number: Number, found: Surroundings) -> None:
    """Take over what was answered; what wasn't stays."""
    health = dict(number.health)
    if found.account is not None:
        number.portfolio_id = (text(mapping(found.account.get("owner_business_info")).get("id")) or "")[:40]
        health["account"] = _account(found.account)
    if found.apps is not None:
        own = app_of(number)
        health["is_subscribed"] = own.app_id in found.apps if own and own.app_id else bool(found.apps)
    if found.token is not None:
        number.token_expires_at, number.token_scopes = found.token.expires_at, list(found.token.scopes)
        health["token_is_valid"], health["token_reason"] = found.token.is_valid, found.token.reason[:200]
    number.health, number.checked_at = health, timezone.now()


def app_token(app: MetaApp | None) -> str:
    """`APP_ID|APP_SECRET`, where both are known; empty otherwise.

    Raises:
        SecretNotUsable, ProviderAway: of the vault.
    """
    if app is None or not app.app_id or not app.secret:
        return ""
    return f"{app.app_id}|{tokens.opened(app.organization_id, app.secret, field='app_secret')}"


def warn_of_token(number: Number) -> None:
    """Tell who can renew it 14, 7 and 1 days before a token ends; each once."""
    if number.token_expires_at is None:
        return
    left = number.token_expires_at - timezone.now()
    due = next((days for days in WARN_DAYS if left <= timedelta(days=days)), None)
    if due is None:
        return
    told = notify(
        organization_id=number.organization_id, kind="token_ends",
        occasion=f"{number.pk} {number.token_expires_at:%Y-%m-%d} {due}",
        values={"number": str(number), "number_id": number.pk, "ends": str(due)},
    )  # fmt: skip
    if told:
        number.token_warned_at = timezone.now()


def health_of(number: Number) -> dict[str, Any]:
    """What is known of the number's health, as of `checked_at`."""
    health = number.health
    return {
        "status": number.status,
        "status_detail": number.status_detail,
        "checked_at": number.checked_at,
        "token": {
            "is_valid": health.get("token_is_valid"),
            "reason": health.get("token_reason", ""),
            "expires_at": number.token_expires_at,
            "scopes": number.token_scopes,
            "missing_scopes": [
                each for each in NEEDED_SCOPES if number.token_scopes and each not in number.token_scopes
            ],
        },
        "webhook": {"seen_at": number.webhook_seen_at, "is_subscribed": health.get("is_subscribed")},
        "quality_rating": number.quality_rating,
        "messaging_limit": number.messaging_limit,
        "throughput": number.throughput,
        "name_status": number.name_status,
        "verification_status": number.verification_status,
        "can_send_message": health.get("can_send_message", ""),
        "entities": [_entity(each) for each in health.get("entities", []) if isinstance(each, Mapping)],
        "account": health.get("account"),
        "restrictions": restrictions_of(number),
    }


def restrictions_of(number: Number) -> list[dict[str, Any]]:
    """What Meta forbids the number now: `type`, `until` (None: until Meta lifts it) and `remediation`."""
    return [
        {"type": each["type"], "until": each.get("until"), "remediation": each.get("remediation", "")}
        for each in number.restrictions_at(timezone.now())
    ]


def refresh_one_due() -> int:
    """Ask how one number stands whose time has come, unless somebody else does; returns how many there were."""
    found = _claim_one()
    if found is None:
        return 0
    number, token, asking, base_url = found
    answer, around = call(base_url, lambda client: _whole(client, number, token, asking))
    try:
        with organization_scope(number.organization_id):
            _take_over(number, answer, around)
    except DomainError as trouble:
        logger.warning("number_not_refreshed", number_id=str(number.pk), reason=trouble.detail)
    return 1


def _claim_one() -> tuple[Number, str, str, str] | None:
    with all_organizations("numbers: whose turn is it to be asked how it stands?"):
        due = Q(checked_at=None) | Q(checked_at__lt=timezone.now() - REFRESH_EVERY)
        rows = Number.objects.across_organizations().present().filter(due, provider=ProviderName.CLOUD, is_active=True)
        number = (
            rows.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("checked_at", "pk").first()
        )
        if number is None:
            return None
        Number.objects.across_organizations().filter(pk=number.pk).update(checked_at=timezone.now())
        base_url = graph_url(MetaApp.objects.across_organizations().filter(pk=number.app_id).first())
    token, asking = _secrets_of(number)
    return number, token, asking, base_url


def _secrets_of(number: Number) -> tuple[str, str]:
    """The number's token and its app's; empty where they aren't to be had."""
    try:
        with organization_scope(number.organization_id):
            token = tokens.token_of(number)
            return "" if isinstance(token, NoToken) else token, app_token(app_of(number))
    except DomainError:
        return "", ""


async def _whole(
    client: CloudClient, number: Number, token: str, asking: str
) -> tuple[NumberInfo | Failure, Surroundings]:
    if not token:
        return NoToken("The token can't be read."), Surroundings()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asyncio.gather(
                number_info(client, number.phone_number_id, token),
                _surroundings(client, number.waba_id, token, asking),
            )
    except TimeoutError:
        return Unknown(f"No answer in {PATIENCE_SECONDS:g} s."), Surroundings()


async def _surroundings(client: CloudClient, waba_id: str, token: str, asking: str) -> Surroundings:
    account, apps, known = await asyncio.gather(
        calls.read_account(client, waba_id, token),
        calls.subscribed_apps(client, waba_id, token),
        calls.token_info(client, token, asking),
    )
    return Surroundings(
        account if isinstance(account, dict) else None,
        apps if isinstance(apps, list) else None,
        known if isinstance(known, TokenInfo) else None,
    )


def _take_over(number: Number, answer: NumberInfo | Failure, around: Surroundings) -> None:
    """What was learnt in the background. A number that is held stays so until a person has looked: it may be held for
    what no question shows."""
    number = locked(number)
    before = number.status
    learn_surroundings(number, around)
    if isinstance(answer, NumberInfo):
        learn_facts(number, answer.fields)
        standing = str(answer.fields.get("status") or "CONNECTED")
        if standing in SILENT and before == Number.Status.CONNECTED:
            number.status, number.status_detail = Number.Status.ERROR, f"WhatsApp: {standing}"[:500]
        adopt_soon(number)
    elif before == Number.Status.CONNECTED:
        verdict = verdict_on(answer, attempts=1)
        if verdict.action == "hold_number":
            number.status, number.status_detail = Number.Status.HELD, words_of(verdict)
    warn_of_token(number)
    if number.status != before:
        record("tested", number, before={"status": before}, after={"status": number.status})
    saved(number, before)


def _account(told: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "name": "name", "currency": "currency", "country": "country", "review_status": "account_review_status",
        "verification_status": "business_verification_status", "timezone_id": "timezone_id",
    }  # fmt: skip
    shown: dict[str, Any] = {ours: text(told.get(metas)) or "" for ours, metas in names.items()}
    # An answer that has no funding source says that there is no payment method.
    return shown | {"has_payment_method": bool(told.get("primary_funding_id"))}


def _entity(told: Mapping[str, Any]) -> dict[str, Any]:
    errors = [mapping(each) for each in told.get("errors") or []]
    return {
        "type": text(told.get("entity_type")) or "",
        "id": text(told.get("id")) or "",
        "can_send_message": text(told.get("can_send_message")) or "",
        "errors": [
            {
                "code": text(each.get("error_code")) or "",
                "description": text(each.get("error_description")) or "",
                "solution": text(each.get("possible_solution")) or "",
            }
            for each in errors
        ],
        "notes": [str(each) for each in told.get("additional_info") or []],
    }
