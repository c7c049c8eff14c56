"""AWS KMS by envelope encryption: KMS makes a key for each value and keeps none of them; the value is encrypted here,
and beside it stands its key, which only KMS can open, for the same owner.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#enveloping
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from os import urandom
from typing import Any

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from apps.vault.errors import ProviderAway, SecretUnreadable
from apps.vault.providers.sealed import Sealed

NAME = "aws_kms"
_NONCE = 12  # bytes, as NIST SP 800-38D recommends for GCM
_UNREADABLE = {"InvalidCiphertextException", "IncorrectKeyException"}
_PATIENCE = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
logger = structlog.get_logger(__name__)


class AwsKms:
    def current_key(self) -> str:
        """The key's ARN, whichever of its names AWS_KMS_KEY_ID is."""
        with _asking():
            return str(_kms().describe_key(KeyId=settings.AWS_KMS_KEY_ID)["KeyMetadata"]["Arn"])

    def encrypt(self, text: str, owner: str) -> Sealed:
        with _asking():
            made = _kms().generate_data_key(
                KeyId=settings.AWS_KMS_KEY_ID, KeySpec="AES_256", EncryptionContext=_context(owner)
            )
        nonce = urandom(_NONCE)
        body = AESGCM(made["Plaintext"]).encrypt(nonce, text.encode(), owner.encode())
        return Sealed(NAME, made["KeyId"], _text(nonce + body), {"data_key": _text(made["CiphertextBlob"])})

    def decrypt(self, sealed: Sealed, owner: str) -> str:
        with _asking():
            key = _kms(_region(sealed)).decrypt(
                CiphertextBlob=_data_key(sealed), KeyId=sealed.key_id, EncryptionContext=_context(owner)
            )["Plaintext"]
        raw = b64decode(sealed.text)
        try:
            return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode()).decode()
        except InvalidTag as error:
            raise SecretUnreadable from error

    def rewrap(self, sealed: Sealed, owner: str) -> Sealed:
        """Inside KMS, and only the value's own key; from another region the value comes by way of here."""
        if _region(sealed) != settings.AWS_REGION:
            return self.encrypt(self.decrypt(sealed, owner), owner)
        with _asking():
            made = _kms().re_encrypt(
                CiphertextBlob=_data_key(sealed),
                SourceKeyId=sealed.key_id,
                SourceEncryptionContext=_context(owner),
                DestinationKeyId=settings.AWS_KMS_KEY_ID,
                DestinationEncryptionContext=_context(owner),
            )
        return Sealed(NAME, made["KeyId"], sealed.text, {"data_key": _text(made["CiphertextBlob"])})


PROVIDER = AwsKms()


def _kms(region: str = "") -> Any:
    return _client(region or settings.AWS_REGION, settings.AWS_ENDPOINT_URL)


def _region(sealed: Sealed) -> str:
    return sealed.key_id.split(":")[3]  # arn:aws:kms:sa-east-1:…


@cache
def _client(region: str, endpoint: str) -> Any:
    # Credentials are found by boto3's own rules: the environment, a profile, the machine's role.
    return boto3.client("kms", region_name=region, endpoint_url=endpoint or None, config=_PATIENCE)


def _context(owner: str) -> dict[str, str]:
    organization, _, secret = owner.partition(":")
    return {"organization": organization, "secret": secret}


def _data_key(sealed: Sealed) -> bytes:
    return b64decode(sealed.metadata["data_key"])


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _UNREADABLE:
            raise SecretUnreadable from error
        logger.warning("kms_refused", code=code)
        raise ProviderAway(f"AWS KMS refuses: {code}. Nothing was changed.") from error
    except BotoCoreError as error:
        logger.warning("kms_away", error=type(error).__name__)
        raise ProviderAway("AWS KMS doesn't answer. Nothing was changed; try again in a while.") from error
