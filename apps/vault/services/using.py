"""Secrets as flows, numbers and AI use them."""

import re
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.vault.errors import NoSuchSecret, SecretInactive
from apps.vault.models import Secret, SecretUse
from apps.vault.services import sealing

_REFERENCE = re.compile(r"\{\{\s*secret:\s*([^{}]*?)\s*\}\}")


def secret_named_in(text: str) -> str | None:
    """The name in `{{secret:name}}`, which stands where a value could; None: the text is the value."""
    found = _REFERENCE.fullmatch(text)
    return found[1] if found else None


@transaction.atomic
def use_secret(*, organization_id: UUID, name: str, chatbot_id: UUID | None = None) -> str:
    """The value that this name means, and one use more. Nothing may show or log it.

    Args:
        chatbot_id: who asks; its own secret wins over the organization's, even where it is switched off.

    Raises:
        NoSuchSecret, SecretInactive, SecretUnreadable, ProviderAway
    """
    secret = Secret.objects.for_organization(organization_id).first_for(name, chatbot_id)
    if secret is None:
        raise _none(name)
    if not secret.is_active:
        raise SecretInactive(f"The secret “{name}” is switched off.")
    value = sealing.opened(secret)
    _count_use(secret)
    return value


def _count_use(secret: Secret) -> None:
    """In a row that nobody else holds; where all are held, in a new one: users never wait for each other."""
    if not _kept(secret):
        raise _none(secret.name)
    uses = SecretUse.objects.for_organization(secret.organization_id)
    free = uses.select_for_update(skip_locked=True).filter(secret=secret).first()
    if free is None:
        uses.create(secret=secret, last_used_at=timezone.now())
    else:
        uses.filter(pk=free.pk).update(count=F("count") + 1, last_used_at=timezone.now())


def _kept(secret: Secret) -> bool:
    """Nobody deletes it until the transaction ends. The lock is that of a foreign key: it hinders nothing else."""
    found = Secret.objects.for_organization(secret.organization_id).raw(
        "SELECT id FROM vault_secret WHERE organization_id = %s AND id = %s FOR KEY SHARE",
        [secret.organization_id, secret.pk],
    )
    return bool(list(found))


def _none(name: str) -> NoSuchSecret:
    return NoSuchSecret(f"There is no secret “{name}” here.")
