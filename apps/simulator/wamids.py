"""Message ids of Meta's shape."""

import base64
from random import Random, SystemRandom

_ANY = SystemRandom()
_OUTBOUND, _INBOUND = b"\x11", b"\x12"


def wamid(peer: str, *, inbound: bool, source: Random = _ANY) -> str:
    """A new id: `wamid.` and base64 of the other party, a byte for the direction and a random part (whatsapp.md §1)."""
    who = peer.encode()[:200]
    what = source.randbytes(9).hex().upper().encode()
    direction = _INBOUND if inbound else _OUTBOUND
    parts = (b"\x1c\x18", bytes([len(who)]), who, b"\x15\x02\x00", direction, b"\x18\x12", what, b"\x00")
    return "wamid." + base64.b64encode(b"".join(parts)).decode()


def media_id(source: Random = _ANY) -> str:
    """Digits, as Meta numbers media."""
    return str(10**14 + source.randrange(9 * 10**15))
