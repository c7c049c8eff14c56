"""How a number stands: what is written down of it, told to others, and done when it can send again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.services import audit
from apps.core.events import publish
from apps.core.wake import wake
from apps.whatsapp.errors import NoSuchNumber
from apps.whatsapp.events import NumberStatusChanged
from apps.whatsapp.models import Media, Number
from apps.whatsapp.rates import COEXISTENCE_PER_SECOND, per_second
from apps.whatsapp.services import inbound

_COLUMNS = {
    "messaging_limit": ("whatsapp_business_manager_messaging_limit", 20), "name_status": ("name_status", 40),
    "verification_status": ("code_verification_status", 20), "platform_type": ("platform_type", 20),
    "account_mode": ("account_mode", 20), "username": ("username", 40),
}  # fmt: skip
_HEALTH = ("can_send_message", "entities")
# What Graph's `status` of a number may be while nothing can be sent from it.
SILENT = frozenset({"BANNED", "DELETED", "DISCONNECTED", "MIGRATED", "PENDING", "UNVERIFIED"})


def locked(number: Number) -> Number:
    row = Number.objects.in_scope().present().select_for_update(no_key=True).filter(pk=number.pk).first()
    if row is None:
        raise NoSuchNumber
    return row


def learn(number: Number, told: Mapping[str, Any]) -> None:
    """Take over what WhatsApp says of the number, and that it can send, unless it says otherwise."""
    learn_facts(number, told)
    standing = str(told.get("status") or "CONNECTED")
    if not number.is_active:
        return
    if standing == "WAITING":  # a gateway's, whose QR code nobody has scanned yet
        number.status, number.status_detail = Number.Status.WAITING, ""
    elif standing in SILENT:
        number.status, number.status_detail = Number.Status.ERROR, f"WhatsApp: {standing}"[:500]
    else:
        number.status, number.status_detail = Number.Status.CONNECTED, ""


def learn_facts(number: Number, told: Mapping[str, Any]) -> None:
    """Take over what WhatsApp says of the number; what it doesn't mention stays."""
    number.display_phone_number = str(told.get("display_phone_number") or number.display_phone_number)[:30]
    number.verified_name = str(told.get("verified_name") or number.verified_name)[:255]
    number.quality_rating = str(told.get("quality_rating") or "")[:20]
    throughput = told.get("throughput")
    level = str(throughput.get("level") or "") if isinstance(throughput, Mapping) else ""
    number.messages_per_second = per_second(level, number.messages_per_second)
    number.throughput = level[:20] or number.throughput
    for column, (name, most) in _COLUMNS.items():
        if told.get(name) is not None:
            setattr(number, column, str(told[name])[:most])
    new_name = str(told.get("new_name_status") or "NONE")
    if new_name != "NONE":
        number.name_status = new_name[:40]
    number.is_official = bool(told.get("is_official_business_account", number.is_official))
    number.is_on_phone_app = bool(told.get("is_on_biz_app", number.is_on_phone_app))
    if number.is_on_phone_app:
        number.messages_per_second = min(number.messages_per_second, COEXISTENCE_PER_SECOND)
    health = told.get("health_status")
    if isinstance(health, Mapping):
        number.health = {**number.health, **{name: health[name] for name in _HEALTH if name in health}}


def saved(number: Number, before: str) -> Number:
    number.save()
    if number.status != before:
        publish_status(number)
        fetch_what_waited([number])
    return number


def publish_status(*numbers: Number) -> None:
    publish(
        *(
            NumberStatusChanged(organization_id=each.organization_id, number_id=each.pk, status=each.status)
            for each in numbers
        )
    )


def record(verb: str, number: Number, **sides: Any) -> None:
    audit.record(
        f"numbers.{verb}", organization_id=number.organization_id, target="number", target_id=number.pk, **sides
    )


def fetch_what_waited(numbers: Iterable[Number]) -> None:
    """Files that couldn't be fetched with a token that was refused are tried again at once."""
    mended = [number.pk for number in numbers if number.status == Number.Status.CONNECTED]
    if mended:
        waiting = Media.objects.in_scope().filter(number__in=mended, state=Media.State.PENDING)
        waiting.update(next_attempt_at=timezone.now())
        wake("media.fetch")


def adopt_soon(number: Number) -> None:
    """Once the number is ours for good, take up the webhooks that came for it before."""

    def adopt() -> None:
        inbound.adopt(number)

    transaction.on_commit(adopt, robust=True)
