"""How far a message has come. Pure.

A status never goes back; the one exception is Meta's: several devices of one person may report, and a message that
reached one of them is delivered, whatever the others say. Source:
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
"""

from typing import Final

_RANK: Final[dict[str, int]] = {
    "scheduled": 0, "queued": 0, "held": 0, "sending": 0, "uncertain": 0, "cancelled": 0,
    "accepted": 1, "sent": 2, "failed": 3, "delivered": 4, "read": 5, "played": 6,
}  # fmt: skip
REPORTED: Final = frozenset({"sent", "delivered", "read", "played", "failed"})


def later(current: str, reported: str) -> bool:
    """Whether what is reported is further than what is known."""
    return reported in REPORTED and _RANK[reported] > _RANK.get(current, 0)
