"""Who posted a webhook: the gateway signs no body, but sends along a token that only a holder of our key can make.

`webhook.headers.jwt_key` makes it add `Authorization: Bearer` with a JWT (HS256) of that key. Its retries keep the
first attempt's token, which has run out by then: so one counts an hour longer than it says.
"""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Iterable
from typing import Any, Final

LATE_SECONDS: Final = 3600
LONGEST_TOKEN: Final = 2048


def is_proof(header: bytes | None, secrets: Iterable[str], *, now: float | None = None) -> bool:
    """Whether the value of `Authorization` is a token of one of these keys that counts at this time."""
    scheme, _, token = (header or b"").partition(b" ")
    head, _, rest = token.strip().partition(b".")
    claims, _, signature = rest.partition(b".")
    if scheme.lower() != b"bearer" or len(token) > LONGEST_TOKEN:
        return False
    given, found = _decoded(signature), False
    for secret in secrets:
        if secret:
            made = hmac.digest(secret.encode(), head + b"." + claims, "sha256")
            found |= hmac.compare_digest(made, given)
    if not found or _object(head).get("alg") != "HS256":
        return False
    ends = _object(claims).get("exp")
    return isinstance(ends, int | float) and (time.time() if now is None else now) < ends + LATE_SECONDS


def _decoded(part: bytes) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        return b""


def _object(part: bytes) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
