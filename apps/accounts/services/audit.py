"""The audit log: who did what, from where. Every service that changes something of weight calls `record()`.

An entry holds plain facts in clear and personal values under a key of the person they are about, so that erasing
somebody deletes a key and no entry. Entries are chained after their commit: see `link_some()`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from secrets import token_hex
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.accounts.models import AuditEntry, AuditHead, AuditLink, SubjectKey
from apps.core.actor import current_actor
from apps.core.tenancy import all_organizations
from apps.core.wake import wake

REDACTED = "•••"
# Whatever a key like this names is never written down.
_SECRET = ("password", "secret", "token", "value", "key_hash", "pin", "certificate")


def record(
    action: str,
    *,
    organization_id: UUID,
    target: str,
    target_id: object = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    subject_id: UUID | None = None,
    personal: Collection[str] = (),
) -> None:
    """Write an entry in the caller's transaction, which reaches the organization.

    Args:
        action: what happened, `noun.verb_in_the_past`: `members.role_changed`.
        target, target_id: what it happened to: `membership` and its id.
        before, after: the values that differ, by name; those whose name says secret are written as dots.
        subject_id: the person whom the values named in `personal` are about; their key encrypts those.
    """
    actor = current_actor()
    sides = {"before": dict(before or {}), "after": dict(after or {})}
    plain = {side: _cleaned(values, without=personal) for side, values in sides.items()}
    private = {side: {k: v for k, v in _cleaned(values).items() if k in personal} for side, values in sides.items()}
    origin = {"name": actor.name, "address": actor.address, "user_agent": actor.user_agent}
    salt = token_hex(16)
    AuditEntry.objects.for_organization(organization_id).create(
        at=timezone.now(),
        action=action,
        actor_kind=actor.kind,
        actor_id=actor.id,
        impersonator_id=actor.impersonator_id,
        target_kind=target,
        target_id=str(target_id),
        subject_id=subject_id,
        changes=plain,
        personal=_sealed(organization_id, subject_id, private) if subject_id and any(private.values()) else "",
        origin=_sealed(organization_id, actor.id, origin) if actor.id else "",
        request_id=actor.request_id,
        salt=salt,
        digest=sha256((salt + _json([plain, private, origin])).encode()).hexdigest(),
    )
    wake("accounts.link_audit")


def link_some(*, limit: int = 500) -> int:
    """Chain entries that are committed and have no link yet, of one organization; returns how many.

    Under the lock of the organization's AuditHead, in the order of their ids; whoever reads the chain from its
    beginning computes the same hashes, or sees where an entry is missing or another.
    """
    with all_organizations("audit: new entries are chained, whosever they are"):
        entries = AuditEntry.objects.across_organizations().filter(~Exists(_links()))
        first = entries.order_by("pk").values_list("organization_id", flat=True).first()
        if first is None:
            return 0
        head, _ = AuditHead.objects.for_organization(first).select_for_update(no_key=True).get_or_create()
        # Looked for again under the lock: whoever held it may have chained the same ones.
        waiting = AuditEntry.objects.for_organization(first).filter(~Exists(_links())).order_by("pk")[:limit]
        links = []
        for entry in waiting:
            head.last += 1
            head.hash = link_hash(head.hash, head.last, entry)
            links.append(AuditLink(organization_id=first, entry=entry, number=head.last, hash=head.hash))
        AuditLink.objects.for_organization(first).bulk_create(links)
        head.save(update_fields=["last", "hash"])
        return max(len(links), 1)


def link_hash(before: str, number: int, entry: AuditEntry) -> str:
    """SHA-256, in hex, over the hash before, the place and what the entry says in clear and in digest."""
    said = [
        before, number, str(entry.pk), entry.at, entry.action, entry.actor_kind, str(entry.actor_id),
        str(entry.impersonator_id), entry.target_kind, entry.target_id, str(entry.subject_id), entry.changes,
        entry.request_id, entry.digest,
    ]  # fmt: skip
    return sha256(_json(said).encode()).hexdigest()


def _links() -> Any:
    return AuditLink.objects.across_organizations().filter(entry=OuterRef("pk"))


def _cleaned(values: Mapping[str, Any], *, without: Collection[str] = ()) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name not in without}
    return {name: REDACTED if value and name.endswith(_SECRET) else value for name, value in kept.items()}


def _sealed(organization_id: UUID, subject_id: UUID, values: Mapping[str, Any]) -> str:
    keys = SubjectKey.objects.for_organization(organization_id)
    row, _ = keys.get_or_create(subject_id=subject_id, defaults={"key": Fernet.generate_key().decode()})
    return Fernet(row.key.encode()).encrypt(_json(values).encode()).decode()


def _json(values: Any) -> str:
    return json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
