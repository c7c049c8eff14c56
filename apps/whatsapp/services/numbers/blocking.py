"""People whom a number has blocked at WhatsApp: they can't write to it, and nothing can be sent to them.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/block-users
"""

from __future__ import annotations

from typing import Any, Final

from apps.whatsapp.errors import BlockNotPossible, NumberRefused, WhatsAppUnreachable
from apps.whatsapp.models import Number
from apps.whatsapp.payloads.values import text
from apps.whatsapp.providers import Done, Refused
from apps.whatsapp.providers import cloud_numbers as calls
from apps.whatsapp.services.numbers.desk import NumberDesk
from apps.whatsapp.services.numbers.standing import record

PARTLY_FAILED: Final = 139100


def blocked_by(*, number: Number, after: str = "") -> dict[str, Any]:
    """A page of the blocked people: `results` with `phone` and `user_id`, and `after`, None at the end.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    page = NumberDesk.of(number).ask(lambda client, phone, token: calls.blocked_users(client, phone, token, after))
    results = [{"phone": text(row.get("wa_id")) or "", "user_id": text(row.get("user_id")) or ""} for row in page.rows]
    return {"results": results, "after": page.after}


def block_user(*, number: Number, blocked: bool, phone: str = "", user_id: str = "") -> None:
    """Block or unblock one person on this number.

    Raises:
        BlockNotPossible: they didn't write within 24 hours, or aren't blocked.
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    desk = NumberDesk.of(number)
    who = {"user": phone} if phone else {"user_id": user_id}
    answer = desk.try_to(lambda client, its, token: calls.block_user(client, its, token, who, blocked=blocked))
    if isinstance(answer, Refused):
        raise (BlockNotPossible if answer.code == PARTLY_FAILED else NumberRefused)(desk.words_of(answer))
    if not isinstance(answer, Done):
        raise WhatsAppUnreachable(desk.words_of(answer))
    record("user_blocked" if blocked else "user_unblocked", number)
