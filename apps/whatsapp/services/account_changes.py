"""What webhooks tell of accounts, numbers and templates: which field is handled by what.

A handler gets changes of one field, of any organizations, inside the door; it writes and publishes, and the drain marks
them as done. What it can't understand it passes over: the raw change is kept.
"""

from collections.abc import Callable, Sequence
from typing import Final

from apps.whatsapp.models import Change
from apps.whatsapp.services import template_changes
from apps.whatsapp.services.numbers import account_events, gateways

HANDLERS: Final[dict[str, Callable[[Sequence[Change]], None]]] = {
    **dict.fromkeys(template_changes.FIELDS, template_changes.apply_template_changes),
    **dict.fromkeys(account_events.FIELDS, account_events.apply_account_events),
    "evolution.connection.update": gateways.apply_connections,
    "evolution.qrcode.updated": gateways.apply_codes,
}
