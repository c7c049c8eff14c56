"""A webhook's bytes and their signature, as Meta makes them (whatsapp.md §2)."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any


def escaped(value: Any) -> str:
    r"""JSON as Meta writes it: compact, ASCII only (`\u00e1`), and `/` as `\/`."""
    return json.dumps(value, separators=(",", ":")).replace("/", r"\/")


def envelope(entries: Iterable[tuple[str, str]]) -> bytes:
    """The body of one POST.

    Args:
        entries: WABA ids, each with one change that is already escaped.
    """
    parts = ",".join(f'{{"id":"{waba_id}","changes":[{change}]}}' for waba_id, change in entries)
    return f'{{"object":"whatsapp_business_account","entry":[{parts}]}}'.encode("ascii")


def signature(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 for exactly these bytes."""
    return "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()
