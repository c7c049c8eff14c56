"""Sign-ins that are going on: who is signed in where, and how a sign-in ends."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from apps.accounts.models import Session
from apps.core.realtime import tell_group
from apps.core.wake import after_commit


@dataclass(frozen=True)
class Client:
    """Where a sign-in comes from."""

    user_agent: str = ""
    address: str | None = None


def end_session(session: Session, reason: str) -> None:
    """Its tokens stop working at once, and its sockets close."""
    session.ended_at, session.end_reason = timezone.now(), reason
    session.save(update_fields=["ended_at", "end_reason"])
    group = f"session.{session.pk}"

    def close() -> None:
        tell_group(group, {"type": "access.ended", "code": reason})

    after_commit(close)


def close_sockets_of_user(user_id: UUID) -> None:
    """After the commit their sockets look again at what they may show; who may see nothing more is closed out."""

    def close() -> None:
        tell_group(f"user.{user_id}", {"type": "access.changed"})

    after_commit(close)
