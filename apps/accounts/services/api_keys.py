"""Keys for programs: made, named and revoked by people, used by nobody else than programs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from secrets import token_hex, token_urlsafe
from uuid import UUID

import redis
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from apps.accounts.errors import UnknownPermission
from apps.accounts.models import ApiKey
from apps.accounts.roles import NOT_FOR_PROGRAMS
from apps.accounts.selectors import Access, hash_of_key
from apps.accounts.services import audit
from apps.accounts.services.granting import check_grant, check_names
from apps.core.errors import NotFound
from apps.core.realtime import connection
from apps.core.tenancy import organization_scope

USED_EVERY = 60  # seconds between two notes of a key's last use


@transaction.atomic
def create_api_key(
    *, by: Access, name: str, scopes: Collection[str], expires_at: datetime | None = None,
    requests_per_minute: int = 600,
) -> tuple[ApiKey, str]:  # fmt: skip
    """A key and its text, which nobody can read again.

    Raises:
        UnknownPermission: it names which; what only people may do is unknown, too.
        MayNotGrant: a scope that its maker hasn't got.
    """
    wanted = check_names(scopes, field="scopes")
    if personal := NOT_FOR_PROGRAMS.intersection(wanted):
        raise UnknownPermission(f"No program may have {', '.join(sorted(personal))}.", field="scopes")
    check_grant(by, wanted)
    prefix, secret = token_hex(6), token_urlsafe(32)
    key = ApiKey.objects.for_organization(by.organization_id).create(
        name=name, prefix=prefix, secret_hash=hash_of_key(secret), scopes=wanted, expires_at=expires_at,
        requests_per_minute=requests_per_minute, created_by=by.user, created_at=timezone.now(),
    )  # fmt: skip
    after = {"name": name, "prefix": prefix, "scopes": wanted, "expires_at": expires_at}
    _record("created", key, after=after | {"requests_per_minute": requests_per_minute})
    return key, f"pk_{prefix}_{secret}"


@transaction.atomic
def rename_api_key(*, by: Access, key: ApiKey, name: str) -> ApiKey:
    """
    Raises:
        NotFound: it was revoked meanwhile.
    """
    key = _locked(by, key)
    before, key.name = key.name, name
    key.save(update_fields=["name"])
    _record("renamed", key, before={"name": before}, after={"name": name})
    return key


@transaction.atomic
def revoke_api_key(*, by: Access, key: ApiKey) -> None:
    """From now on it opens nothing.

    Raises:
        NotFound: it was revoked meanwhile.
    """
    end(_locked(by, key))


def revoke_those_of(*, organization_id: UUID, user_id: UUID) -> None:
    """Somebody is let out: their keys are void for good, and don't come to life with them."""
    rows = ApiKey.objects.for_organization(organization_id).unrevoked().filter(created_by=user_id)
    for key in rows.select_for_update(no_key=True).order_by("pk"):
        end(key)


def revoke_all_of(user_id: UUID) -> None:
    """A person's keys to whatever organizations; inside the door."""
    rows = ApiKey.objects.across_organizations().unrevoked().filter(created_by=user_id)
    for key in rows.select_for_update(no_key=True).order_by("pk"):
        end(key)


def end(key: ApiKey) -> None:
    """From now on it opens nothing; its row is locked."""
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    _record("revoked", key, before={"name": key.name, "prefix": key.prefix})


def was_used(*, organization_id: UUID, key_id: UUID) -> None:
    """Note it, once a minute: one of the requests of that minute writes, and the others don't touch the row."""
    try:
        if not connection().set(cache.make_key(f"api-key-used:{key_id}"), 1, nx=True, ex=USED_EVERY):
            return
    except redis.RedisError:
        return
    with organization_scope(organization_id):
        ApiKey.objects.for_organization(organization_id).filter(pk=key_id).update(last_used_at=timezone.now())


def _locked(by: Access, key: ApiKey) -> ApiKey:
    keys = ApiKey.objects.for_organization(by.organization_id).unrevoked()
    found = keys.select_for_update(no_key=True).filter(pk=key.pk).first()
    if found is None:
        raise NotFound
    return found


def _record(what: str, key: ApiKey, **sides: dict[str, object]) -> None:
    """A key's name is its maker's own words."""
    if key.created_by_id is None:
        sides = {name: {k: v for k, v in side.items() if k != "name"} for name, side in sides.items()}
    audit.record(
        f"api_keys.{what}", organization_id=key.organization_id, target="api_key", target_id=key.pk,
        subject_id=key.created_by_id, personal=("name",), **sides,
    )  # fmt: skip
