"""Short links and QR codes of a number: whoever follows one has a message to it written already.

They live at Meta alone. Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/qr-codes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from apps.whatsapp.limits import LIMITS, Bounds, utf16_length
from apps.whatsapp.models import Number
from apps.whatsapp.providers import cloud_numbers as calls
from apps.whatsapp.services.numbers.desk import NumberDesk
from apps.whatsapp.services.numbers.standing import record

MESSAGE: Final[dict[str, int]] = LIMITS["numbers"]["qr_codes"]["message"]


def qr_codes_of(*, number: Number, image: str = "SVG") -> list[dict[str, Any]]:
    """All of them, each with `code`, `prefilled_message`, `deep_link_url` and `qr_image_url`.

    Args:
        image: `SVG` or `PNG`.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    rows = NumberDesk.of(number).ask(lambda client, phone, token: calls.qr_codes(client, phone, token, image))
    return [_shown(row) for row in rows]


def create_qr_code(*, number: Number, message: str, image: str = "SVG") -> dict[str, Any]:
    """
    Raises:
        LimitExceeded, CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    _check(message)
    made = NumberDesk.of(number).ask(
        lambda client, phone, token: calls.save_qr_code(client, phone, token, message, image=image)
    )
    record("qr_code_created", number, after=_shown(made))
    return _shown(made)


def change_qr_code(*, number: Number, code: str, message: str) -> dict[str, Any]:
    """Change what the code writes for the customer; printed ones go on working.

    Raises:
        LimitExceeded, CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    _check(message)
    changed = NumberDesk.of(number).ask(
        lambda client, phone, token: calls.save_qr_code(client, phone, token, message, code=code)
    )
    record("qr_code_changed", number, after=_shown(changed))
    return _shown(changed)


def delete_qr_code(*, number: Number, code: str) -> None:
    """
    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway
    """
    NumberDesk.of(number).ask(lambda client, phone, token: calls.delete_qr_code(client, phone, token, code))
    record("qr_code_deleted", number, before={"code": code})


def _check(message: str) -> None:
    bounds = Bounds(MESSAGE["min"], MESSAGE["max"])
    bounds.check("prefilled_message", utf16_length(message), "characters")


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("code", "prefilled_message", "deep_link_url", "qr_image_url")
    return {name: str(row.get(name) or "") for name in names}
