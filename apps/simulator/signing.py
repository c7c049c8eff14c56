"""A webhook's bytes and their signature, as Meta makes them (whatsapp.md §2)."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

_TIMED = ("account_", "business_", "flows", "message_template_", "phone_number_", "security", "template_")


def escaped(value: Any) -> str:
    r"""JSON as Meta writes it: compact, ASCII only (`\u00e1`), and `/` as `\/`."""
    return json.dumps(value, separators=(",", ":")).replace("/", r"\/")


def envelope(entries: Iterable[tuple[str, str]], *, at: float = 0) -> bytes:
    """The body of one POST.

    Args:
        entries: WABA ids, each with one change that is already escaped.
        at: when it happened; told beside changes of accounts, numbers and templates only.
    """
    parts = ",".join(f'{{"id":"{waba_id}",{_time_of(change, at)}"changes":[{change}]}}' for waba_id, change in entries)
    return f'{{"object":"whatsapp_business_account","entry":[{parts}]}}'.encode("ascii")


def _time_of(change: str, at: float) -> str:
    field = change.rpartition('"field":"')[2]
    return f'"time":{int(at)},' if field.startswith(_TIMED) else ""


def signature(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 for exactly these bytes."""
    return "sha256=" + hmac.digest(secret.encode(), body, hashlib.sha256).hex()
