"""Support staff act as a person, to see what that person sees: in one organization, with a reason, for an hour at most.

Both ends stand in the organization's audit log, and so does every write in between, with who it really was.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts.errors import CodeNotValid, MayNotImpersonate, NoMembership, NoReason
from apps.accounts.models import Membership, Session, User
from apps.accounts.services import one_time
from apps.accounts.services.sessions import Client, end_session, record_impersonation
from apps.accounts.services.sign_in import signed_in
from apps.core.tenancy import all_organizations

CODE, CODE_SECONDS = "impersonation", 60
LONGEST_MINUTES, SHORTEST_REASON = 60, 10
METHOD = "impersonation"


def begin(*, staff: User, user_id: UUID, organization_id: UUID, reason: str, minutes: int = LONGEST_MINUTES) -> str:
    """A code, good for a minute and one use, with which the web app begins. Call it inside the door.

    Raises:
        MayNotImpersonate: not allowed to this member of the staff, or the person is of the staff themselves.
        NoReason: too short to say anything.
        NoMembership: the person doesn't work there.
    """
    if not (staff.is_active and staff.is_staff and staff.has_perm("accounts.impersonate")):
        raise MayNotImpersonate
    if len(reason.strip()) < SHORTEST_REASON:
        raise NoReason
    member = _member(user_id, organization_id)
    if member.user.is_staff or member.user.is_superuser:
        raise MayNotImpersonate("Nobody acts as another member of the support staff.")
    kept = {
        "staff": str(staff.pk), "user": str(user_id), "organization": str(organization_id),
        "reason": reason.strip()[:500], "minutes": max(1, min(minutes, LONGEST_MINUTES)),
    }  # fmt: skip
    return one_time.keep(CODE, kept, seconds=CODE_SECONDS)


def exchange(*, code: str, client: Client) -> dict[str, Any]:
    """The session of a code.

    Raises:
        CodeNotValid: older than a minute, used, or none of ours.
    """
    kept = one_time.take(CODE, code) if one_time.is_ours(CODE, code) else None
    if kept is None:
        raise CodeNotValid
    with all_organizations("impersonation: a code names the organization only after it is read"):
        staff = User.objects.filter(pk=kept["staff"], is_active=True, is_staff=True).first()
        if staff is None:
            raise CodeNotValid
        member = _member(UUID(kept["user"]), UUID(kept["organization"]))
        session = Session.objects.create(
            user=member.user, method=METHOD, impersonator=staff, only_organization_id=member.organization_id,
            expires_at=timezone.now() + timedelta(minutes=kept["minutes"]),
            reason=kept["reason"], user_agent=client.user_agent[:300], address=client.address,
        )  # fmt: skip
        record_impersonation(session, "began", {"reason": kept["reason"], "minutes": kept["minutes"]})
        return signed_in(member, session)


def end_those_that_are_over() -> int:
    """Whose hour has passed; their tokens have stopped working by themselves."""
    with all_organizations("impersonation: those that are over, in whatever organization"):
        over = Session.objects.filter(ended_at=None, method=METHOD, expires_at__lte=timezone.now())
        sessions = list(
            over.select_related("user", "impersonator").select_for_update(of=("self",), skip_locked=True)[:100]
        )
        for session in sessions:
            end_session(session, "expired")
        return len(sessions)


def _member(user_id: UUID, organization_id: UUID) -> Membership:
    members = Membership.objects.across_organizations().active().filter(user_id=user_id)
    member = (
        members.filter(organization_id=organization_id).select_related("user", "organization", "custom_role").first()
    )
    if member is None:
        raise NoMembership
    return member
