"""How long an organization keeps what customers wrote: set by its people, applied by each app that keeps something."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Organization
from apps.accounts.services import audit
from apps.accounts.services.organizations import locked
from apps.core import log, mail
from apps.core.tenancy import all_organizations

# The fewest and the most days that may be set; null keeps for ever, or as long as the installation does.
BOUNDS: Final = {
    "messages_days": (30, 3650),
    "media_days": (7, 3650),
    "raw_webhooks_days": (1, 365),
    "logs_days": (1, log.KEPT.days),
}
MAILS_KEPT = timedelta(days=30)
BATCH = 500
_MARKS_LIVE = 86_400  # seconds; a mark that is lost costs a walk from the beginning


def periods_of(organization: Organization) -> dict[str, int | None]:
    kept = organization.settings.get("retention") or {}
    return {name: kept.get(name) for name in BOUNDS}


@transaction.atomic
def change_retention(*, organization_id: UUID, **days: int | None) -> dict[str, int | None]:
    """Set how long something is kept; what isn't named stays. Shorter is applied within the hour, and not undone."""
    organization = locked(organization_id)
    before = periods_of(organization)
    after = before | days
    organization.settings = organization.settings | {"retention": after}
    organization.save(update_fields=["settings"])
    changed = [name for name in BOUNDS if before[name] != after[name]]
    audit.record(
        "organization.retention_changed", organization_id=organization_id, target="organization",
        target_id=organization_id, before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )  # fmt: skip
    return after


def ends(name: str) -> dict[UUID, datetime]:
    """Organizations that keep this for so long and no longer, and before when theirs ends; opens the door itself."""
    now = timezone.now()
    with all_organizations("retention: which organizations keep what for how long?"):
        rows: Any = Organization.objects.filter(**{f"settings__retention__{name}__gt": 0})
        found = rows.values_list("pk", f"settings__retention__{name}")
        return {pk: now - timedelta(days=int(days)) for pk, days in found}


def first_key_at(moment: datetime) -> UUID:
    """No key that was made before this moment is greater: uuidv7 begins with milliseconds."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62)


def mark_of(name: str, organization_id: UUID) -> UUID:
    """Up to which key this was applied, so that what is done isn't walked through again."""
    return cache.get(f"retention:{name}:{organization_id}") or UUID(int=0)


def set_mark(name: str, organization_id: UUID, key: UUID) -> None:
    cache.set(f"retention:{name}:{organization_id}", key, _MARKS_LIVE)


def trim_logs() -> int:
    """Entries of event logs that organizations keep for less than everybody; returns how many."""
    return sum(log.trim_organization(organization_id, end) for organization_id, end in ends("logs_days").items())


def forget_old_mails() -> int:
    return mail.forget_old(before=timezone.now() - MAILS_KEPT, limit=BATCH)
