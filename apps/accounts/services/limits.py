"""What an organization's plan allows: asked before something is made, counted where there are no rows to count.

No row holds a total that all would wait for. Contacts, numbers and people are counted as they are, under a lock of
the organization and the resource, and only where there is a limit. Messages are counted in sixteen rows a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from apps.accounts import events
from apps.accounts.errors import PlanLimitReached
from apps.accounts.models import Department, Invitation, Membership, MessageCount, Organization, Plan
from apps.accounts.plans import RESOURCES, limits_of
from apps.accounts.registry import counts, erases, used
from apps.core.events import publish

__all__ = [
    "Usage",
    "count_received",
    "counts",
    "erases",
    "figures_of",
    "limits_now",
    "messages_of",
    "month_of",
    "note_growth",
    "plan_now",
    "queue_messages",
    "require_room",
    "usage_of",
]

MESSAGES = "monthly_messages"
SENT, RECEIVED = "sent", "received"
_FIGURES = ("departments", "contacts", "conversations", "numbers", "chatbots")
# The shard is the transaction's number: the same throughout a transaction, and another one in its neighbours.
_ADD = """
    INSERT INTO accounts_messagecount (id, organization_id, month, direction, shard, count)
    SELECT uuidv7(), v.organization, v.month, %s, pg_current_xact_id()::text::bigint %% 16, v.count
    FROM unnest(%s::uuid[], %s::date[], %s::bigint[]) AS v (organization, month, count) ORDER BY v.organization
    ON CONFLICT (organization_id, month, direction, shard)
    DO UPDATE SET count = accounts_messagecount.count + excluded.count
"""
_NOTE = """
    INSERT INTO accounts_limitnotice (organization_id, resource, month) VALUES (%s, %s, %s)
    ON CONFLICT (organization_id, resource, month) DO NOTHING
"""


def require_room(organization_id: UUID, resource: str, *, adding: int = 1) -> None:
    """Whatever is made after this, in the same transaction, fits into the organization's plan.

    Where there is a limit, everybody who asks for the same is queued up until their transactions end, so that the
    limit holds however many ask at once. Call it after other locks.

    Raises:
        PlanLimitReached
    """
    _require(_organization(organization_id), resource, adding)


def queue_messages(organization_id: UUID, number: int = 1) -> None:
    """So many messages are about to be put into the outbox: they fit into the month, and are counted.

    Raises:
        PlanLimitReached
    """
    organization = _organization(organization_id)
    _require(organization, MESSAGES, number)
    _add(SENT, {organization: number})


def note_growth(organization_ids: set[UUID], resource: str) -> None:
    """Something came that nobody may refuse, such as a customer who writes: where it reaches the limit, say so."""
    for organization in Organization.objects.filter(pk__in=organization_ids):
        if limits_now(organization)[resource] is not None:
            _note(organization, resource, used(resource, organization.pk))


def count_received(numbers: Mapping[UUID, int]) -> None:
    """So many messages came, by organization: two statements a batch, and more only for those that have a limit."""
    organizations = Organization.objects.filter(pk__in=numbers) if numbers else ()
    by_organization = {each: numbers[each.pk] for each in organizations}
    if by_organization:
        _add(RECEIVED, by_organization)
    for organization in by_organization:
        if limits_now(organization)[MESSAGES] is not None:
            _note(organization, MESSAGES, used(MESSAGES, organization.pk))


@dataclass(frozen=True)
class Usage:
    """How much of a resource is used. `limit` None: as much as anybody likes."""

    resource: str
    used: int
    limit: int | None

    @property
    def share(self) -> float | None:
        """1.0: the limit is reached; more: it came down, or customers wrote, whom nobody refuses."""
        if self.limit is None:
            return None
        return round(self.used / self.limit, 4) if self.limit else 1.0


def usage_of(organization: Organization) -> list[Usage]:
    """Every resource of the plan, in the order of the plans' table."""
    limits = limits_now(organization)
    return [Usage(name, used(name, organization.pk), limits[name]) for name in RESOURCES]


def messages_of(organization: Organization) -> dict[str, int]:
    """Sent and received this month."""
    rows = MessageCount.objects.in_scope().filter(organization=organization, month=month_of(organization))
    found = dict(rows.values_list("direction").annotate(Sum("count")))
    return {SENT: found.get(SENT, 0), RECEIVED: found.get(RECEIVED, 0)}


def figures_of(organization: Organization) -> dict[str, int]:
    """What there is of each noun, and the messages of this month."""
    members = Membership.objects.in_scope().filter(organization=organization, is_active=True)
    messages = messages_of(organization)
    return {
        "users": members.count(),
        **{noun: used(noun, organization.pk) for noun in _FIGURES},
        "messages_sent": messages[SENT],
        "messages_received": messages[RECEIVED],
    }


def limits_now(organization: Organization) -> dict[str, int | None]:
    """Those of the plan, or of the free one once the plan has expired; the organization's own win."""
    return limits_of(plan_now(organization), organization.limits)


def plan_now(organization: Organization) -> str:
    expired = organization.plan_expires_at is not None and organization.plan_expires_at <= timezone.now()
    return Plan.FREE if expired else organization.plan


def month_of(organization: Organization, now: datetime | None = None) -> date:
    """The first day of the month that it is where the organization is."""
    return (now or timezone.now()).astimezone(_zone(organization)).date().replace(day=1)


@counts("agents")
def _agents(organization_id: UUID) -> int:
    """Whoever works here, and whoever may accept an invitation any minute."""
    members = Membership.objects.in_scope().filter(organization=organization_id, is_active=True)
    waiting = Invitation.objects.in_scope().waiting().filter(organization=organization_id)
    return members.count() + waiting.filter(expires_at__gt=timezone.now()).count()


@counts("departments")
def _departments(organization_id: UUID) -> int:
    return Department.objects.in_scope().filter(organization=organization_id).count()


@counts(MESSAGES)
def _messages(organization_id: UUID) -> int:
    """Both ways: what customers write counts, too, though nobody refuses it."""
    return sum(messages_of(_organization(organization_id)).values())


def _require(organization: Organization, resource: str, adding: int) -> None:
    limit = limits_now(organization)[resource]
    if limit is None:
        return
    with connection.cursor() as cursor:
        key = f"limit {organization.pk} {resource}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    there = used(resource, organization.pk)
    if there + adding > limit:
        raise PlanLimitReached(resource=resource, limit=limit, used=there)
    _note(organization, resource, there + adding)


def _add(direction: str, numbers: Mapping[Organization, int]) -> None:
    rows = [(each.pk, month_of(each), number) for each, number in numbers.items()]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [direction, *(list(column) for column in zip(*rows, strict=True))])


def _note(organization: Organization, resource: str, there: int) -> None:
    """Publish, once a month, that this limit is reached."""
    limit = limits_now(organization)[resource]
    if limit is None or there < limit:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [organization.pk, resource, month_of(organization)])
        noted = cursor.rowcount
    if noted:
        publish(events.PlanLimitReached(organization_id=organization.pk, resource=resource, limit=limit, used=there))


def _organization(organization_id: UUID) -> Organization:
    return Organization.objects.get(pk=organization_id)


def _zone(organization: Organization) -> ZoneInfo:
    try:
        return ZoneInfo(organization.timezone)
    except (ZoneInfoNotFoundError, ValueError):  # written by hand, long ago
        return ZoneInfo("UTC")
