"""Sign-ins that failed, for the audit log.

They are written down a moment later, by a task: whoever asks waits equally long for an account that exists and for one
that doesn't. Until then they wait in Redis, as many as are of use to anybody; those that it loses were no change.
"""

from __future__ import annotations

import json
from typing import Any

import redis
import structlog
from django.core.cache import cache

from apps.accounts.models import Membership, User
from apps.accounts.services import audit
from apps.accounts.services.sessions import Client
from apps.core.actor import Actor, acting_as, current_actor
from apps.core.realtime import connection
from apps.core.tenancy import all_organizations
from apps.core.wake import wake

MOST = 10_000
logger = structlog.get_logger(__name__)


def note(*, email: str, client: Client, locked: bool) -> None:
    """A sign-in failed. locked: the next one has to wait."""
    told = {
        "email": email.strip().lower(),
        "address": client.address or "",
        "user_agent": client.user_agent[:300],
        "request_id": current_actor().request_id,
        "locked": locked,
    }
    try:
        connection().rpush(_key(), json.dumps(told))
        connection().ltrim(_key(), -MOST, -1)
    except redis.RedisError:
        logger.warning("failed_sign_in_not_noted", exc_info=True)
        return
    wake("accounts.note_failed_sign_ins")


def write_some(limit: int = 200) -> int:
    """Write what was noted into the log of each account's first organization; returns how many there were."""
    noted: Any = connection().lpop(_key(), limit) or []
    if noted:
        with all_organizations("sign-in: one that failed names a person, not an organization"):
            for each in noted:
                _write(json.loads(each))
    return len(noted)


def _write(told: dict[str, Any]) -> None:
    user = User.objects.by_email(told["email"])
    members = Membership.objects.across_organizations().filter(user=user) if user else None
    member = members.order_by("pk").first() if members else None
    if user is None or member is None:
        return
    somebody = Actor(
        kind="anonymous", address=told["address"], user_agent=told["user_agent"], request_id=told["request_id"]
    )
    origin = {"address": told["address"], "user_agent": told["user_agent"]}
    with acting_as(somebody):
        for action in ("sign_in.failed", *(("sign_in.locked_out",) if told["locked"] else ())):
            audit.record(
                action, organization_id=member.organization_id, target="user", target_id=user.pk, after=origin,
                subject_id=user.pk, personal=tuple(origin),
            )  # fmt: skip


def _key() -> str:
    return cache.make_key("failed-sign-ins")
