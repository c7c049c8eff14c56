"""What is good for a few minutes and for one use: challenges, codes, half-done enrolments.

In Redis, encrypted and under a hash of its token; where Redis forgets, people begin again and nobody gets in.
"""

from __future__ import annotations

import json
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.core.signing import BadSignature, Signer

from apps.core.encryption import decrypt, encrypt
from apps.core.realtime import connection


def keep(kind: str, value: dict[str, Any], *, seconds: int) -> str:
    """Keep a value; returns the token that it is asked for with."""
    token = Signer(salt=kind).sign(token_urlsafe(24))
    keep_as(kind, token, value, seconds=seconds)
    return token


def keep_as(kind: str, name: str, value: dict[str, Any], *, seconds: int) -> None:
    """Keep a value under a name of one's own, in place of what was kept under it."""
    connection().set(_key(kind, name), encrypt(json.dumps(value)), ex=seconds)


def look(kind: str, name: str) -> dict[str, Any] | None:
    """What is kept under a token or a name, which stays good."""
    return _read(connection().get(_key(kind, name)))


def change(kind: str, name: str, value: dict[str, Any]) -> None:
    """Another value for as long as the one before would have been kept; nothing where it is gone."""
    connection().set(_key(kind, name), encrypt(json.dumps(value)), xx=True, keepttl=True)


def take(kind: str, name: str) -> dict[str, Any] | None:
    """What is kept; whoever comes afterwards, or at the same moment, gets nothing."""
    return _read(connection().getdel(_key(kind, name)))


def is_ours(kind: str, token: str) -> bool:
    """Whether we gave this token; of one that we never gave, nothing is looked up."""
    try:
        Signer(salt=kind).unsign(token)
    except BadSignature:
        return False
    return True


def count(kind: str, name: str, *, seconds: int) -> int:
    """The how-manieth time this is, within so many seconds of the first."""
    with connection().pipeline() as pipe:
        pipe.incr(_key(kind, name))
        pipe.expire(_key(kind, name), seconds, nx=True)
        return int(pipe.execute()[0])


def _read(found: Any) -> dict[str, Any] | None:
    return json.loads(decrypt(found.decode())) if found else None


def _key(kind: str, name: str) -> str:
    return f"pytake:{kind}:{sha256(name.encode(errors='replace')).hexdigest()}"
