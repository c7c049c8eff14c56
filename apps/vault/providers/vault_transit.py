"""HashiCorp Vault's transit engine: values go there to be encrypted, and the keys never leave it.

A key made with `derived=true` encrypts each owner's values with a key of their own.
Source: https://developer.hashicorp.com/vault/api-docs/secret/transit
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import hvac
import structlog
from django.conf import settings
from hvac.exceptions import InvalidRequest, VaultError
from requests.exceptions import RequestException

from apps.vault.errors import ProviderAway, SecretUnreadable
from apps.vault.providers.sealed import Sealed

NAME = "vault"
_PATIENCE = (3, 5)  # seconds to connect, and to wait for an answer
logger = structlog.get_logger(__name__)


class VaultTransit:
    def current_key(self) -> str:
        path, key = settings.VAULT_TRANSIT_PATH, settings.VAULT_TRANSIT_KEY
        with _asking():
            told = _transit().read_key(name=key, mount_point=path)
        return _key_id(path, key, told["data"]["latest_version"])

    def encrypt(self, text: str, owner: str) -> Sealed:
        path, key = settings.VAULT_TRANSIT_PATH, settings.VAULT_TRANSIT_KEY
        with _asking():
            told = _transit().encrypt_data(name=key, plaintext=_base64(text), context=_base64(owner), mount_point=path)
        return _sealed(path, key, told["data"]["ciphertext"])

    def decrypt(self, sealed: Sealed, owner: str) -> str:
        path, key = sealed.metadata["path"], sealed.metadata["key"]
        with _asking(InvalidRequest):
            told = _transit().decrypt_data(name=key, ciphertext=sealed.text, context=_base64(owner), mount_point=path)
        return b64decode(told["data"]["plaintext"]).decode()

    def rewrap(self, sealed: Sealed, owner: str) -> Sealed:
        """Inside Vault, if the key is the same; otherwise by way of here."""
        path, key = sealed.metadata["path"], sealed.metadata["key"]
        if (path, key) != (settings.VAULT_TRANSIT_PATH, settings.VAULT_TRANSIT_KEY):
            return self.encrypt(self.decrypt(sealed, owner), owner)
        with _asking(InvalidRequest):
            told = _transit().rewrap_data(name=key, ciphertext=sealed.text, context=_base64(owner), mount_point=path)
        return _sealed(path, key, told["data"]["ciphertext"])


PROVIDER = VaultTransit()


def _transit() -> Any:
    return _client(settings.VAULT_ADDR, settings.VAULT_TOKEN).secrets.transit


@cache
def _client(address: str, token: str) -> Any:
    return hvac.Client(url=address, token=token, timeout=_PATIENCE)


def _sealed(path: str, key: str, ciphertext: str) -> Sealed:
    version = ciphertext.split(":")[1].removeprefix("v")  # vault:v3:…
    return Sealed(NAME, _key_id(path, key, version), ciphertext, {"path": path, "key": key})


def _key_id(path: str, key: str, version: object) -> str:
    return f"{path}/{key}:v{version}"


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


@contextmanager
def _asking(*unreadable: type[VaultError]) -> Iterator[None]:
    """`unreadable`: what Vault answers to a ciphertext that it can't open."""
    try:
        yield
    except unreadable as error:
        raise SecretUnreadable from error
    except VaultError as error:
        logger.warning("vault_refused", error=type(error).__name__)
        raise ProviderAway(f"Vault refuses: {type(error).__name__}. Nothing was changed.") from error
    except RequestException as error:
        logger.warning("vault_away", error=type(error).__name__)
        raise ProviderAway("Vault doesn't answer. Nothing was changed; try again in a while.") from error
