"""The signature of webhooks: who holds the app secret sent exactly these bytes.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
(validating payloads): header `X-Hub-Signature-256: sha256=<hex>`, the HMAC-SHA256 of the raw body under the app secret.
Meta escapes non-ASCII characters and slashes before it signs, so a body that was parsed and written again fails.
"""

import hmac
from collections.abc import Iterable

PREFIX = b"sha256="


def sign(body: bytes, secret: str | bytes) -> str:
    """The value of the header `X-Hub-Signature-256` for a body."""
    return f"sha256={hmac.digest(_bytes(secret), body, 'sha256').hex()}"


def is_signed(body: bytes, header: str | bytes | None, secrets: Iterable[str | bytes]) -> bool:
    """Whether one of the secrets signed the body.

    Args:
        body: the bytes as they came, before anything reads them.
        header: the value of `X-Hub-Signature-256`; None when it is missing.
        secrets: the app's live secrets, two while they are being changed. Empty ones never count: anybody could sign
            with them. Every secret is tried, so that the time tells nothing about which one fits.
    """
    given = _bytes(header or b"").strip().lower()
    if not given.startswith(PREFIX):
        return False
    found = False
    for secret in secrets:
        if secret:
            found |= hmac.compare_digest(sign(body, secret).encode(), given)
    return found


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode(errors="replace")
