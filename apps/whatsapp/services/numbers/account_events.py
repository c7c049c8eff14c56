"""What webhooks tell of numbers and accounts: it is written down, it stops or starts sending, and people are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import Q

from apps.accounts.models import Organization
from apps.notifications.services import notify
from apps.whatsapp.models import Change, Number, ProviderName
from apps.whatsapp.payloads.accounts import FIELDS, UNKNOWN, AccountEvent, account_event
from apps.whatsapp.payloads.values import phone
from apps.whatsapp.rates import per_second
from apps.whatsapp.services.numbers.standing import record, saved

__all__ = ["FIELDS", "apply_account_events"]
KINDS: Final = {"info": "account_news", "warning": "account_warning", "critical": "account_trouble"}
_SHOWN: Final = (
    "status", "is_active", "messaging_limit", "throughput", "messages_per_second", "quality_rating", "name_status",
    "username", "is_official", "restrictions",
)  # fmt: skip


def apply_account_events(changes: Sequence[Change]) -> None:
    """Take these over in their order; call it in the door."""
    for change in changes:
        event = account_event(change.field, change.value)
        if event is None or change.organization_id is None:
            continue
        numbers = _numbers_of(change, event)
        language = Organization.objects.get(pk=change.organization_id).language
        held = [_learn(number, event, language) for number in numbers]
        if numbers and not any(held):  # who manages held numbers is told of that, and why
            _tell(change, event, numbers)


def _numbers_of(change: Change, event: AccountEvent) -> list[Number]:
    """The numbers that it is about, locked. Changes of accounts come in lanes of their own: `{account}:{field}`."""
    rows = Number.objects.in_scope().present().filter(organization=change.organization_id, provider=ProviderName.CLOUD)
    if change.number_id:
        rows = rows.filter(pk=change.number_id)
    else:
        account = change.lane.rpartition(":")[0]
        rows = rows.filter(Q(waba_id=account) | Q(portfolio_id=account))
    numbers = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    return [each for each in numbers if not event.phone or phone(each.display_phone_number) == event.phone]


def _learn(number: Number, event: AccountEvent, language: str) -> bool:
    """Whether the number is held for this."""
    before = _state(number)
    for column, value in event.facts.items():
        setattr(number, column, value)
    if event.facts.get("throughput"):
        number.messages_per_second = per_second(number.throughput, number.messages_per_second)
    if event.restrictions is not None:
        number.restrictions = event.restrictions
    if event.account:
        number.health = {**number.health, "account": {**(number.health.get("account") or {}), **event.account}}
    _move(number, event, event.words(language))
    after = _state(number)
    changed = [name for name in _SHOWN if before[name] != after[name]]
    if changed:
        record(
            "told_by_whatsapp",
            number,
            before=_only(before, changed),
            after=_only(after, changed) | {"event": event.key},
        )
    saved(number, before["status"])
    return event.effect == "hold" and number.status == Number.Status.HELD


def _move(number: Number, event: AccountEvent, words: str) -> None:
    """What becomes of sending. Whoever disconnected a number wants it so, whatever Meta reinstates."""
    if event.effect == "disconnect":
        number.is_active, number.status, number.status_detail = False, Number.Status.DISCONNECTED, words[:500]
    elif event.effect == "hold" and number.status in (Number.Status.CONNECTED, Number.Status.ERROR):
        number.status, number.status_detail = Number.Status.HELD, words[:500]
    elif event.effect == "release" and number.status == Number.Status.HELD:
        number.status, number.status_detail = Number.Status.CONNECTED, ""


def _tell(change: Change, event: AccountEvent, numbers: Sequence[Number]) -> None:
    """Who manages numbers is told of the same once a day, however often Meta says it."""
    kind = KINDS.get(event.severity)
    if kind is None:
        return
    about = numbers[0] if event.phone or change.number_id else None
    account = (numbers[0].health.get("account") or {}).get("name")
    notify(
        organization_id=numbers[0].organization_id, kind=kind,
        occasion=f"{numbers[0].pk} {event.key} {event.detail[:80]} {change.received_at:%Y-%m-%d}"[:200],
        values={
            "what": event.key if event.is_known else UNKNOWN, "number_id": numbers[0].pk,
            "number": str(about or account or numbers[0]), "detail": _detail(event),
        },
    )  # fmt: skip


def _detail(event: AccountEvent) -> str:
    return event.detail if event.is_known else f"{event.key} {event.detail}".strip()


def _state(number: Number) -> dict[str, Any]:
    return {name: getattr(number, name) for name in _SHOWN}


def _only(state: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: state[name] for name in names}
