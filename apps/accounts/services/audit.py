"""The audit log: who did what, from where. Every service that changes something of weight calls `record()`.

An entry holds plain facts in clear and personal values under a key of the person they are about, so that erasing
somebody deletes a key and no entry. Entries are chained after their commit: see `audit_chain.py`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from secrets import token_hex
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from apps.accounts.models import AuditEntry, AuditWaiting, SubjectKey
from apps.core.actor import current_actor
from apps.core.wake import wake

REDACTED = "•••"
# Whatever a name ends in one of these is never written down.
_SECRET = (
    "password", "secret", "token", "value", "hash", "pin", "certificate", "api_key", "private_key", "secret_key",
    "recovery_codes",
)  # fmt: skip


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
    sides = {"before": _plain(before or {}), "after": _plain(after or {})}
    plain = {side: {k: v for k, v in values.items() if k not in personal} for side, values in sides.items()}
    private = {side: {k: v for k, v in values.items() if k in personal} for side, values in sides.items()}
    if subject_id is None and any(private.values()):
        raise ValueError(f"{action}: whose are {', '.join(personal)}?")
    sealed = {subject_id: private} if subject_id and any(private.values()) else {}
    origin = {"name": actor.name, "address": actor.address, "user_agent": actor.user_agent}
    keys = _keys(organization_id, {*sealed, *([actor.id] if actor.id else [])})
    entry = AuditEntry(
        organization_id=organization_id,
        at=timezone.now(),
        action=action,
        actor_kind=actor.kind,
        actor_id=actor.id,
        impersonator_id=actor.impersonator_id,
        target_kind=target,
        target_id=str(target_id),
        subject_id=subject_id,
        changes=plain,
        personal=_sealed(keys[subject_id], private) if subject_id in keys and sealed else "",
        origin=_sealed(keys[actor.id], origin) if actor.id else "",
        request_id=actor.request_id,
        salt=token_hex(16),
    )
    entry.digest = digest_of(entry)
    AuditEntry.objects.for_organization(organization_id).bulk_create([entry])
    AuditWaiting.objects.for_organization(organization_id).bulk_create([AuditWaiting(entry=entry)])
    wake("accounts.link_audit")


def digest_of(entry: AuditEntry) -> str:
    """SHA-256, in hex, over the entry's values. Over personal ones as they stand, encrypted: it can be computed again
    after their key is deleted, and then nobody can try out what they may have been."""
    return sha256((entry.salt + as_json([entry.changes, entry.personal, entry.origin])).encode()).hexdigest()


def as_json(values: Any) -> str:
    return json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)


def forget_subject(*, organization_id: UUID, subject_id: UUID) -> int:
    """Delete a person's key: what the log says of them can't be read any more, by nobody. Returns how many keys."""
    return SubjectKey.objects.for_organization(organization_id).filter(subject_id=subject_id).delete()[0]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON gives it back, since the digest is computed again from what the database holds; without secrets."""
    plain: dict[str, Any] = _without_secrets(json.loads(as_json(dict(values)), parse_float=str))
    return plain


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: REDACTED if inner and str(name).lower().endswith(_SECRET) else _without_secrets(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    return value


def _keys(organization_id: UUID, subjects: Iterable[UUID]) -> dict[UUID, str]:
    wanted = sorted(subjects)  # two who make keys for the same people make them in one order
    rows = SubjectKey.objects.for_organization(organization_id)
    keys = dict(rows.filter(subject_id__in=wanted).values_list("subject_id", "key")) if wanted else {}
    for subject_id in wanted:
        if subject_id not in keys:
            row, _ = rows.get_or_create(subject_id=subject_id, defaults={"key": Fernet.generate_key().decode()})
            keys[subject_id] = row.key
    return keys


def _sealed(key: str, values: Mapping[str, Any]) -> str:
    return Fernet(key.encode()).encrypt(as_json(values).encode()).decode()
