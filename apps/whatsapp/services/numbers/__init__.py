"""Business numbers: connecting, changing, asking how they stand, holding them when WhatsApp refuses.

Services work in whatever scope is open: an organization's request, or the door of the staff and of drains.
"""

from apps.whatsapp.services.numbers.checking import hold_number, release_number, test_number
from apps.whatsapp.services.numbers.connecting import (
    change_number,
    claim_number,
    connect_number,
    delete_number,
    disconnect_number,
    webhook_of,
)
from apps.whatsapp.services.numbers.rate import rate_of, reset_rate

__all__ = [
    "change_number",
    "claim_number",
    "connect_number",
    "delete_number",
    "disconnect_number",
    "hold_number",
    "rate_of",
    "release_number",
    "reset_rate",
    "test_number",
    "webhook_of",
]
