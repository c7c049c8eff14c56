"""Who is online, away, busy or offline: the rule, and the history."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.errors import NoSuchMember
from apps.accounts.events import AgentStatusChanged
from apps.accounts.models import AgentStatus, AgentStatusSpan, Membership
from apps.core.constraints import constraint_means
from apps.core.errors import Busy
from apps.core.events import publish
from apps.core.realtime import missing_for, online_users
from apps.core.tenancy import all_organizations, organization_scope

GRACE_SECONDS = 30  # longer than sockets take to renew themselves


def status_of(*, connected: bool, idle: bool, chosen: str) -> AgentStatus:
    """What colleagues see of somebody.

    Args:
        connected: a socket of theirs is open, in whatever tab or at whatever server.
        idle: nothing was touched for a while, in none of their tabs.
        chosen: what they set by hand; `online` means that they chose nothing.
    """
    if not connected or chosen == AgentStatus.OFFLINE:
        return AgentStatus.OFFLINE
    if chosen in (AgentStatus.BUSY, AgentStatus.AWAY):
        return AgentStatus(chosen)
    return AgentStatus.AWAY if idle else AgentStatus.ONLINE


@transaction.atomic
def choose_status(*, organization_id: UUID, user_id: UUID, status: str) -> AgentStatus:
    """Somebody sets their status by hand; answers what colleagues see now.

    Raises:
        NoSuchMember
    """
    member = _locked(organization_id, user_id)
    if member is None:
        raise NoSuchMember
    member.chosen_status = status
    member.save(update_fields=["chosen_status"])
    connected = str(user_id) in online_users(organization_id)
    seen = status_of(connected=connected, idle=False, chosen=status)
    record_status(organization_id=organization_id, user_id=user_id, status=seen)
    return seen


def tell_status(*, organization_id: UUID, user_id: UUID, connected: bool, idle: bool) -> bool:
    """Sockets tell how they are; with what the person chose, that makes their status. Says whether it is another."""
    members = Membership.objects.for_organization(organization_id).filter(user=user_id)
    chosen = members.values_list("chosen_status", flat=True).first()
    seen = status_of(connected=connected, idle=idle, chosen=chosen or AgentStatus.OFFLINE)
    spans = AgentStatusSpan.objects.for_organization(organization_id).filter(user=user_id, ended_at=None)
    if spans.filter(status=seen).exists():  # what sockets tell each minute is nearly always the same: take no lock
        return False
    return record_status(organization_id=organization_id, user_id=user_id, status=seen)


def settle_those_who_left() -> None:
    """Whoever has had no socket for GRACE is offline: a reload, a lost network or an emptied Redis is no goodbye."""
    with all_organizations("statuses: who has no socket any more, in whatever organization"):
        spans = AgentStatusSpan.objects.across_organizations().filter(ended_at=None)
        here = spans.exclude(status=AgentStatus.OFFLINE).values_list("organization_id", "user_id")
        people: dict[UUID, set[UUID]] = {}
        for organization_id, user_id in here:
            people.setdefault(organization_id, set()).add(user_id)
    for organization_id, users in people.items():
        gone = users - {UUID(each) for each in online_users(organization_id)}
        for user_id in missing_for(organization_id, users, gone, seconds=GRACE_SECONDS):
            with organization_scope(organization_id):
                tell_status(organization_id=organization_id, user_id=user_id, connected=False, idle=False)


@transaction.atomic
def record_status(*, organization_id: UUID, user_id: UUID, status: str) -> bool:
    """From now on they are this; says whether they were something else until now.

    The lock of the membership stands for the person's history, so that however many servers and tabs tell at once,
    one span is open, and spans follow each other. Who never was anything and is offline now has no history yet.
    """
    _locked(organization_id, user_id)
    spans = AgentStatusSpan.objects.for_organization(organization_id).filter(user=user_id)
    current, now = spans.filter(ended_at=None).first(), timezone.now()
    if status == (current.status if current else AgentStatus.OFFLINE):
        return False
    if current:
        current.ended_at = max(now, current.began_at)
        current.save(update_fields=["ended_at"])
        now = current.ended_at
    with constraint_means("accounts_status_one_open", Busy()):  # who was removed meanwhile has no lock
        spans.create(user_id=user_id, status=status, began_at=now)
    publish(AgentStatusChanged(organization_id=organization_id, user_id=user_id, status=status))
    return True


def _locked(organization_id: UUID, user_id: UUID) -> Membership | None:
    members = Membership.objects.for_organization(organization_id)
    return members.select_for_update(no_key=True).filter(user=user_id).first()
