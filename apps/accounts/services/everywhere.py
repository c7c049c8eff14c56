"""What a person does to their own account, written down wherever they work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from apps.accounts.models import User
from apps.accounts.selectors import memberships_of
from apps.accounts.services import audit
from apps.core.actor import acting_as, current_actor


def record_everywhere(
    action: str,
    user: User,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    personal: Collection[str] = (),
) -> None:
    """An entry in each of their organizations' audit logs; call it inside the door."""
    with acting_as(replace(current_actor(), kind="user", id=user.pk, name=user.full_name)):
        for member in memberships_of(user):
            audit.record(
                action, organization_id=member.organization_id, target="user", target_id=user.pk,
                before=before, after=after, subject_id=user.pk, personal=personal,
            )  # fmt: skip
