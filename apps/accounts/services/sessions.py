"""Sign-ins that are going on: who is signed in where, and how a sign-in ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from apps.accounts.events import PermissionsChanged
from apps.accounts.models import Session
from apps.accounts.selectors import Access
from apps.accounts.services import audit
from apps.core.actor import acting_as, current_actor
from apps.core.errors import NotFound
from apps.core.events import for_user, publish
from apps.core.realtime import tell_group
from apps.core.tenancy import all_organizations
from apps.core.wake import after_commit

KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Client:
    """Where a sign-in comes from."""

    user_agent: str = ""
    address: str | None = None


def end_session(session: Session, reason: str) -> None:
    """Its tokens stop working at once, and its sockets close; once, however many end it at the same moment.

    Where support staff act as the person, the organization's audit log tells of the end, whichever way it came: call
    it inside the door, or in the scope of the organization that the session is for.
    """
    session.ended_at, session.end_reason = timezone.now(), reason
    still_open = Session.objects.filter(pk=session.pk, ended_at=None)
    if not still_open.update(ended_at=session.ended_at, end_reason=reason):
        return
    if session.impersonator_id:
        record_impersonation(session, "ended", {"reason": reason})
    group = f"session.{session.pk}"

    def close() -> None:
        tell_group(group, {"type": "access.ended", "code": reason})

    after_commit(close)


def shut_out(*, organization_id: UUID, user_id: UUID) -> None:
    """Somebody no longer belongs to the organization: no sign-in of theirs opens it any more, not even once they
    belong to it again. What they have elsewhere stays. Their sockets are closed by `close_sockets_of_user()`.
    """
    sessions = Session.objects.open().filter(user=user_id)
    for session in sessions.filter(only_organization_id=organization_id).select_related("impersonator"):
        end_session(session, "deactivated")
    sessions.filter(only_organization_id=None).close_to(organization_id)


def record_impersonation(session: Session, what: str, after: dict[str, Any]) -> None:
    """One of its ends, by whoever caused it: the staff themselves where nobody else did."""
    staff = session.impersonator
    assert staff is not None
    assert session.only_organization_id is not None
    actor = current_actor()
    if actor.id is None:
        actor = replace(actor, kind="staff", id=staff.pk, name=str(staff), impersonator_id=staff.pk)
    with acting_as(actor):
        audit.record(
            f"impersonation.{what}", organization_id=session.only_organization_id, target="user",
            target_id=session.user_id, after=after | {"session": str(session.pk)},
            subject_id=session.user_id, personal=("reason",) if what == "began" else (),  # in the staff's own words
        )  # fmt: skip


def revoke(*, access: Access, session_id: UUID) -> None:
    """End one of one's own sign-ins.

    Raises:
        NotFound: it has ended, or is somebody else's.
    """
    with all_organizations("sign-ins: a person's own, whatever organizations they are for"):
        sessions = Session.objects.open().select_for_update(no_key=True).filter(user=access.user, pk=session_id)
        _revoke(access, list(sessions))


def revoke_others(*, access: Access) -> None:
    """End all of one's own sign-ins but this one."""
    with all_organizations("sign-ins: a person's own, whatever organizations they are for"):
        sessions = Session.objects.open().select_for_update(no_key=True).filter(user=access.user).order_by("pk")
        _revoke(access, list(sessions.exclude(pk=cast(UUID, access.session_id))), some=False)


def forget_old_sessions() -> None:
    """Those that ended long ago; and those whose refresh tokens have expired, which ended without a word."""
    now = timezone.now()
    dead = now - cast(timedelta, settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"]) - KEPT
    Session.objects.filter(Q(ended_at__lt=now - KEPT) | Q(last_used_at__lt=dead)).delete()


def _revoke(access: Access, sessions: list[Session], *, some: bool = True) -> None:
    if some and not sessions:
        raise NotFound
    for session in sessions:
        end_session(session, "revoked")
        audit.record(
            "sessions.revoked", organization_id=access.organization_id, target="session", target_id=session.pk,
            subject_id=session.user_id,
        )  # fmt: skip


def permissions_changed(organization_id: UUID, user_ids: Iterable[UUID]) -> None:
    """Their sockets look again at what they may show, and their screens at what they may offer."""
    told = [
        PermissionsChanged(organization_id=organization_id, scope=for_user(user_id), user_id=user_id)
        for user_id in user_ids
    ]
    if told:
        publish(*told)
    for fact in told:
        close_sockets_of_user(cast(UUID, fact.user_id))


def close_sockets_of_user(user_id: UUID) -> None:
    """After the commit their sockets look again at what they may show; who may see nothing more is closed out."""

    def close() -> None:
        tell_group(f"user.{user_id}", {"type": "access.changed"})

    after_commit(close)
