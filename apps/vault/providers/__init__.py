"""Who encrypts: the installation's own keys, AWS KMS or HashiCorp Vault. Each row says whose work it is, so that all
of them decrypt side by side, and VAULT_PROVIDER decides for what is new."""

from functools import cache
from importlib import import_module
from typing import cast

from django.conf import settings

from apps.vault.providers.sealed import Provider, Sealed, bound, value_of

__all__ = ["Provider", "Sealed", "current", "current_name", "open_sealed", "provider_called", "seal"]

# Their SDKs are large: loaded where one is used, and nowhere else.
_MODULES = {"fernet": "fernet", "aws_kms": "aws_kms", "vault": "vault_transit"}


def current() -> Provider:
    """Who encrypts what is new."""
    return provider_called(current_name())


def current_name() -> str:
    return str(settings.VAULT_PROVIDER)


@cache
def provider_called(name: str) -> Provider:
    """
    Args:
        name: fernet, aws_kms or vault.
    """
    module = import_module(f"apps.vault.providers.{_MODULES[name]}")
    return cast(Provider, module.PROVIDER)


def seal(value: str, owner: str) -> Sealed:
    """Encrypt with the current provider's newest key.

    Args:
        owner: whose value it is, to be said again by whoever opens it.

    Raises:
        ProviderAway
    """
    return current().encrypt(bound(value, owner), owner)


def open_sealed(sealed: Sealed, owner: str) -> str:
    """
    Raises:
        SecretUnreadable: no key fits, or it is another owner's.
        ProviderAway
    """
    return value_of(provider_called(sealed.provider).decrypt(sealed, owner), owner)
