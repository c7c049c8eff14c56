"""Who encrypts: the installation's own keys, AWS KMS or HashiCorp Vault. Each row says whose work it is, so that all
of them decrypt side by side, and VAULT_PROVIDER decides for what is new."""

import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import cast

from django.conf import settings

from apps.vault.errors import SecretUnreadable
from apps.vault.providers.sealed import Provider, Sealed, bound, value_of

__all__ = ["Provider", "Sealed", "current", "current_name", "open_sealed", "provider_called", "rewrap", "seal"]

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
    with _whole():
        return value_of(provider_called(sealed.provider).decrypt(sealed, owner), owner)


def rewrap(sealed: Sealed, owner: str) -> Sealed:
    """What the current provider made, under its newest key.

    Raises:
        SecretUnreadable, ProviderAway
    """
    with _whole():
        return current().rewrap(sealed, owner)


@contextmanager
def _whole() -> Iterator[None]:
    """A row that was meddled with is unreadable, as one under an unknown key."""
    try:
        yield
    except (KeyError, IndexError, binascii.Error, UnicodeDecodeError) as error:
        raise SecretUnreadable from error
