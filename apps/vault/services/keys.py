"""Values under another key, or another provider: one at a time, while others read and write."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from apps.accounts.services import audit
from apps.core.errors import NotFound
from apps.core.tenancy import all_organizations, organization_scope
from apps.vault import providers
from apps.vault.errors import SecretUnreadable
from apps.vault.models import Secret
from apps.vault.providers import Sealed
from apps.vault.services import sealing


@dataclass(frozen=True)
class Reencrypted:
    """What became of one secret: its value is the same, or nobody could read it."""

    organization_id: UUID
    secret_id: UUID
    readable: bool


@transaction.atomic
def rotate_key(*, secret: Secret) -> Secret:
    """The same value under the current provider's newest key.

    No lock is held while the provider works. Whoever gives the secret a new value meanwhile is not undone: the row
    is changed only if it still holds what was read, else the new value is taken.

    Raises:
        NotFound: the secret was deleted meanwhile.
        SecretUnreadable, ProviderAway
    """
    rows = Secret.objects.for_organization(secret.organization_id)
    before = secret
    while True:
        made = _resealed(before)
        unchanged = rows.filter(
            pk=before.pk, encrypted_value=before.encrypted_value, encryption_metadata=before.encryption_metadata
        )
        if unchanged.update(**sealing.columns(made)):
            break
        found = rows.filter(pk=secret.pk).first()
        if found is None:
            raise NotFound
        before = found
    audit.record(
        "secrets.key_rotated",
        organization_id=secret.organization_id,
        target="secret",
        target_id=secret.pk,
        before={"provider": before.provider, "key_id": before.key_id},
        after={"name": secret.name, "provider": made.provider, "key_id": made.key_id},
    )
    return rows.get(pk=secret.pk)


def reencrypt_all(*, batch: int = 100) -> Iterator[Reencrypted]:
    """Bring every organization's secrets under the current provider's newest key, each in a transaction of its own.

    What is done is done: after a kill the next run begins with what is left.

    Raises:
        ProviderAway
    """
    provider, key_id = providers.current_name(), providers.current().current_key()
    after = UUID(int=0)
    while found := _outdated_some(provider, key_id, after, batch):
        for organization_id, secret_id in found:
            yield from _reencrypted(organization_id, secret_id)
        after = found[-1][1]


def count_outdated() -> int:
    """How many secrets are not under the current provider's newest key.

    Raises:
        ProviderAway
    """
    provider, key_id = providers.current_name(), providers.current().current_key()
    with all_organizations("vault: secrets of all organizations under old keys are counted"):
        return Secret.objects.across_organizations().outdated(provider, key_id).count()


def _outdated_some(provider: str, key_id: str, after: UUID, limit: int) -> list[tuple[UUID, UUID]]:
    with all_organizations("vault: which secrets are under old keys, whosever they are?"):
        rows = Secret.objects.across_organizations().outdated(provider, key_id).filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("organization_id", "pk")[:limit])


def _reencrypted(organization_id: UUID, secret_id: UUID) -> Iterator[Reencrypted]:
    try:
        with organization_scope(organization_id):
            secret = Secret.objects.for_organization(organization_id).filter(pk=secret_id).first()
            if secret is None:  # deleted meanwhile
                return
            rotate_key(secret=secret)
    except NotFound:
        return
    except SecretUnreadable:
        yield Reencrypted(organization_id, secret_id, readable=False)
    else:
        yield Reencrypted(organization_id, secret_id, readable=True)


def _resealed(secret: Secret) -> Sealed:
    if secret.provider == providers.current_name():
        return providers.rewrap(sealing.sealed(secret), secret.owner)
    return providers.seal(sealing.opened(secret), secret.owner)
