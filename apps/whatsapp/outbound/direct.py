"""Direct Send: what a template would say, without one; Meta keeps a template of its own behind it.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/direct-send
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.errors import MessageNotValid
from apps.whatsapp.limits import LIMITS, bounds, check_length
from apps.whatsapp.outbound.interactive import Interactive
from apps.whatsapp.outbound.plain import Text

_NAME: Final = re.compile("[a-z0-9_]+")
_LIMITS: Final[Mapping[str, Any]] = LIMITS["messages"]["direct_send"]


@dataclass(frozen=True, slots=True)
class DirectSend:
    """
    Attributes:
        category: utility or authentication.
        template_name: names Meta's template behind it; utility only.
        ttl_seconds: how long Meta tries to deliver.
    """

    category: str
    template_name: str = ""
    ttl_seconds: int | None = None


def direct_parts(direct: DirectSend) -> dict[str, Any]:
    """What the request carries beside the message."""
    parts: dict[str, Any] = {"category": direct.category}
    if direct.template_name:
        parts["direct_send_config"] = {"template_name": direct.template_name}
    if direct.ttl_seconds is not None:
        parts["ttl_seconds"] = direct.ttl_seconds
    return parts


def check_direct(direct: DirectSend, content: object) -> None:
    if direct.category not in _LIMITS["categories"]:
        raise MessageNotValid(f"This is one of {', '.join(_LIMITS['categories'])}.", field="direct_send.category")
    kind = content.kind if isinstance(content, Interactive) else "text" if isinstance(content, Text) else ""
    allowed = _LIMITS["authentication_types" if direct.category == "authentication" else "types"]
    if kind not in allowed:
        raise MessageNotValid(f"Without a template go only: {', '.join(allowed)}.", field="direct_send")
    if direct.template_name:
        _check_name(direct)
    if direct.ttl_seconds is not None:
        limits = bounds("direct_send", "ttl_seconds", direct.category)
        limits.check("direct_send.ttl_seconds", direct.ttl_seconds, "seconds")


def may_send_directly(messaging_limit: str) -> bool:
    """Whether Meta admits a portfolio of this size."""
    return messaging_limit in _LIMITS["tiers"]


def _check_name(direct: DirectSend) -> None:
    field = "direct_send.template_name"
    if direct.category != "utility":
        raise MessageNotValid("Only utility messages name their template.", field=field)
    check_length(field, direct.template_name, "direct_send", "template_name")
    if not _NAME.fullmatch(direct.template_name):
        raise MessageNotValid("A template's name has lower-case letters, digits and underscores.", field=field)
