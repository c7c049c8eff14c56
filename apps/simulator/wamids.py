"""Message ids of Meta's shape."""

import base64
import secrets

_OUTBOUND, _INBOUND = b"\x11", b"\x12"


def wamid(peer: str, *, inbound: bool) -> str:
    """A new id: `wamid.` and base64 of the other party, a byte for the direction and a random part (whatsapp.md §1)."""
    who = peer.encode()[:200]
    what = secrets.token_hex(9).upper().encode()
    direction = _INBOUND if inbound else _OUTBOUND
    parts = (b"\x1c\x18", bytes([len(who)]), who, b"\x15\x02\x00", direction, b"\x18\x12", what, b"\x00")
    return "wamid." + base64.b64encode(b"".join(parts)).decode()


def media_id() -> str:
    """Digits, as Meta numbers media."""
    return str(10**14 + secrets.randbelow(9 * 10**15))
