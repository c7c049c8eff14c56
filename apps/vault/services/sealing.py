"""Between a row and its provider."""

from typing import Any

from apps.vault import providers
from apps.vault.models import Secret
from apps.vault.providers import Sealed


def seal(value: str, owner: str) -> dict[str, Any]:
    """The columns of an encrypted value.

    Raises:
        ProviderAway
    """
    return columns(providers.seal(value, owner))


def opened(secret: Secret) -> str:
    """
    Raises:
        SecretUnreadable, ProviderAway
    """
    return providers.open_sealed(sealed(secret), secret.owner)


def sealed(secret: Secret) -> Sealed:
    return Sealed(secret.provider, secret.key_id, secret.encrypted_value, secret.encryption_metadata)


def columns(made: Sealed) -> dict[str, Any]:
    return {
        "provider": made.provider,
        "key_id": made.key_id,
        "encrypted_value": made.text,
        "encryption_metadata": made.metadata,
    }
