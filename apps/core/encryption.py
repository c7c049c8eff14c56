"""Secrets at rest: a model field that the database never sees in clear.

Fernet (AES-128-CBC with HMAC-SHA256) with any number of keys: the first encrypts, all decrypt, so that a key is
replaced by putting a new one in front. Source: https://cryptography.io/en/latest/fernet/
"""

from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


def encrypt(text: str) -> str:
    return _fernet(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """
    Raises:
        cryptography.fernet.InvalidToken: none of the keys fits.
    """
    return _fernet(tuple(settings.ENCRYPTION_KEYS)).decrypt(token.encode()).decode()


def current_key_id() -> str:
    """Which key encrypts now, without telling it: for rows that say which key made them."""
    return sha256(settings.ENCRYPTION_KEYS[0].encode()).hexdigest()[:16]


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


class EncryptedTextField(models.TextField[str, str]):
    """Text that is encrypted in the database. It can't be searched; empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return encrypt(text) if text else text

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return decrypt(value) if value else value
