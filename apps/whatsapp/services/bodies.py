"""Raw bodies of webhooks, without whatever tells of one person."""

from __future__ import annotations

import json
from typing import Any

from apps.core.privacy import REDACTED

_LISTS = ("messages", "statuses", "contacts", "message_echoes", "user_preferences")


def without(body: bytes, handles: tuple[str, ...]) -> bytes:
    """The body without whatever tells of these: a message, a status, a whole change, or all of it."""
    empty = json.dumps(REDACTED).encode()
    try:
        told = json.loads(body)
        for entry in told["entry"]:
            for change in entry["changes"]:
                _redact(change, handles)
        left = json.dumps(told).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return empty
    return empty if _holds(left.decode(), handles) else left


def _redact(change: dict[str, Any], handles: tuple[str, ...]) -> None:
    value = change["value"]
    for name in _LISTS:
        if isinstance(value, dict) and isinstance(value.get(name), list):
            value[name] = [each for each in value[name] if not _holds(json.dumps(each), handles)]
    if _holds(json.dumps(value), handles):
        change["value"] = REDACTED


def _holds(text: str, handles: tuple[str, ...]) -> bool:
    return any(handle in text for handle in handles)
