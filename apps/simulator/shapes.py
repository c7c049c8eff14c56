"""What the messages endpoint refuses: the shapes and limits of whatsapp.md §5.2, in this process's own words."""

import re
from collections.abc import Callable
from typing import Any

from apps.simulator.errors import GraphError, invalid, missing
from apps.simulator.interactives import check_interactive
from apps.simulator.limits import length, most, table
from apps.simulator.parts import check_count, check_source, check_words, known_keys, part_of

TEMPLATE_NAME = 512
MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")

_KEYS = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "messaging_account_id",
    "biz_opaque_callback_data",
    "recipient_identity_key_hash",
    "category",
    "direct_send_config",
    "ttl_seconds",
    "message_activity_sharing",
    "product_policy",
}
_READ_KEYS = {"messaging_product", "status", "message_id", "typing_indicator", "recipient_type"}
_CAPTIONED = {"image", "video", "document"}
_MEDIA_KEYS = {
    "image": {"id", "link", "caption"},
    "video": {"id", "link", "caption"},
    "audio": {"id", "link", "voice"},
    "document": {"id", "link", "caption", "filename"},
    "sticker": {"id", "link"},
}
_PARAMETERS = {
    "text", "currency", "date_time", "image", "video", "document", "location", "product", "payload", "coupon_code",
    "action", "ttl_minutes", "limited_time_offer", "group_id",
}  # fmt: skip
_BUTTONS = {
    "url": {"text"},
    "quick_reply": {"payload", "text"},
    "copy_code": {"coupon_code"},
    "flow": {"action"},
    "catalog": {"action"},
    "mpm": {"action"},
    "voice_call": {"ttl_minutes", "payload"},
    "otp": {"text"},
}
_NAME_PARTS = {"first_name", "last_name", "middle_name", "suffix", "prefix"}


def check_message(body: dict[str, Any]) -> None:
    """Refuse a send request that Graph would refuse; a request without `type` gets its default, text.

    Raises:
        GraphError: 100, 131008 or 131009, with the reason in its details.
    """
    kind = body.setdefault("type", "text")
    if kind not in _CHECKS:
        raise GraphError(100, message=f"(#100) Param type must be one of {{{', '.join(sorted(_CHECKS)).upper()}}}")
    known_keys(body, _KEYS | {kind}, "the message")
    _common(body)
    _CHECKS[kind](part_of(body, kind, list if kind == "contacts" else dict))
    _check_direct(body)


def check_read(body: dict[str, Any]) -> None:
    """Refuse a mark-as-read request of the wrong shape.

    Raises:
        GraphError: 100 or 131008.
    """
    known_keys(body, _READ_KEYS, "the message")
    if body.get("status") != "read":
        raise GraphError(100, message="(#100) Param status must be one of {READ}")
    if not isinstance(body.get("message_id"), str):
        raise missing("message_id")
    if "typing_indicator" in body and body["typing_indicator"] != {"type": "text"}:
        raise invalid("typing_indicator must be {'type': 'text'}.")


def _common(body: dict[str, Any]) -> None:
    if body.get("recipient_type", "individual") not in ("individual", "group"):
        raise GraphError(100, message="(#100) Param recipient_type must be one of {INDIVIDUAL, GROUP}")
    opaque = body.get("biz_opaque_callback_data", "")
    check_words(opaque, "biz_opaque_callback_data", most("common.biz_opaque_callback_data"), least=0)
    context = body.get("context")
    if context is not None and not isinstance(context, dict):
        raise invalid("context must be an object with message_id.")
    if context and not isinstance(context.get("message_id"), str):
        raise missing("context.message_id")


def _check_text(text: dict[str, Any]) -> None:
    known_keys(text, {"body", "preview_url"}, "text")
    check_words(text.get("body"), "text['body']", most("text.body"))


def _media_check(kind: str) -> Callable[[dict[str, Any]], None]:
    def check(media: dict[str, Any]) -> None:
        known_keys(media, _MEDIA_KEYS[kind], kind)
        check_source(media, kind)
        if kind in _CAPTIONED and "caption" in media:
            check_words(media["caption"], f"{kind}['caption']", most(f"{kind}.caption"), least=0)
        if "filename" in media:
            check_words(media["filename"], "document['filename']", most("document.filename"))

    return check


def _check_location(location: dict[str, Any]) -> None:
    known_keys(location, {"latitude", "longitude", "name", "address"}, "location")
    for name, end in (("latitude", 90), ("longitude", 180)):
        if name not in location:
            raise missing(f"location['{name}']")
        try:
            right = abs(float(location[name])) <= end
        except (TypeError, ValueError):
            right = False
        if not right:
            raise invalid(f"location['{name}'] is not a valid coordinate.")


def _check_contacts(contacts: list[Any]) -> None:
    if not 1 <= len(contacts) <= most("contacts.count"):
        raise invalid(f"contacts must have 1 to {most('contacts.count')} items.")
    for contact in contacts:
        name = contact.get("name") if isinstance(contact, dict) else None
        if not isinstance(name, dict) or not name.get("formatted_name"):
            raise missing("contacts['name']['formatted_name']")
        if not any(name.get(part) for part in _NAME_PARTS):
            raise missing("contacts['name']: one more part of the name")


def _check_reaction(reaction: dict[str, Any]) -> None:
    known_keys(reaction, {"message_id", "emoji"}, "reaction")
    for name in ("message_id", "emoji"):
        if not isinstance(reaction.get(name), str):
            raise missing(f"reaction['{name}']")
    if length(reaction["emoji"]) > 32 or re.search(r"[\w\s]{2}", reaction["emoji"]):
        raise invalid("reaction['emoji'] is not an emoji.")


def _check_template(template: dict[str, Any]) -> None:
    check_words(template.get("name"), "template['name']", TEMPLATE_NAME)
    if not re.fullmatch(r"[a-z0-9_]+", template["name"]):
        raise invalid("template['name'] may have lower-case letters, digits and underscores only.")
    language = part_of(template, "language")
    if not re.fullmatch(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?", str(language.get("code", ""))):
        raise missing("template['language']['code']")
    components = template.get("components", [])
    if not isinstance(components, list):
        raise invalid("template['components'] must be an array.")
    for component in components:
        _check_component(component)


def _check_component(component: Any, *, in_card: bool = False) -> None:
    kinds = {"header", "body", "button"} | (set() if in_card else {"carousel", "limited_time_offer"})
    kind = str(component.get("type", "")).lower() if isinstance(component, dict) else ""
    if kind not in kinds:
        raise GraphError(132012, f"component type must be one of {', '.join(sorted(kinds))}.")
    if kind == "carousel":
        _check_cards(component.get("cards"))
    if kind == "button":
        _check_button(component)
    for parameter in component.get("parameters", []):
        _check_parameter(parameter, f"{kind}: ")


def _check_cards(cards: Any) -> None:
    if not isinstance(cards, list):
        raise missing("carousel['cards']")
    check_count(cards, "cards", "template.cards")
    for card in cards:
        if not isinstance(card, dict) or not isinstance(card.get("card_index"), int):
            raise missing("cards['card_index']")
        for component in part_of(card, "components", list):
            _check_component(component, in_card=True)


def _check_button(component: dict[str, Any]) -> None:
    sub_type = str(component.get("sub_type", "")).lower()
    if sub_type not in _BUTTONS:
        raise GraphError(132012, f"button: sub_type must be one of {', '.join(sorted(_BUTTONS))}.")
    if not re.fullmatch("[0-9]", str(component.get("index"))):
        raise missing("button['index']")
    for parameter in component.get("parameters", []):
        if isinstance(parameter, dict) and str(parameter.get("type")).lower() not in _BUTTONS[sub_type]:
            raise GraphError(132012, f"button: a {sub_type} button takes no parameter of type {parameter.get('type')}.")


def _check_parameter(parameter: Any, where: str) -> None:
    if not isinstance(parameter, dict) or "type" not in parameter:
        raise GraphError(132012, f"{where}Each parameter needs a type.")
    kind = str(parameter["type"]).lower()
    if kind not in _PARAMETERS:
        raise GraphError(132012, f"{where}There is no parameter of type {parameter['type']}.")
    if kind == "text" and not str(parameter.get("text") or "").strip():
        raise GraphError(132012, "Parameter of type text is missing text value.")
    if parameter.get(kind) in (None, ""):
        raise GraphError(132012, f"{where}Parameter of type {kind} is missing {kind} value.")
    if kind in MEDIA_TYPES:
        check_source(part_of(parameter, kind), kind)
    elif kind in ("currency", "date_time") and not str(part_of(parameter, kind).get("fallback_value") or ""):
        raise missing(f"{kind}['fallback_value']")
    elif kind == "coupon_code" and length(str(parameter[kind])) > most("template.coupon_code"):
        raise GraphError(132005, f"{where}coupon_code is too long.")


def _check_direct(body: dict[str, Any]) -> None:
    """Direct Send: a category beside the message; what only belongs to it is refused without one."""
    category = body.get("category", "service")
    limits = table("messages.direct_send")
    if category not in (*limits["categories"], "service"):
        raise GraphError(100, message="(#100) Param category must be one of {UTILITY, AUTHENTICATION, SERVICE}")
    if category == "service":
        for key in ("direct_send_config", "ttl_seconds"):
            if key in body:
                raise GraphError(100, f"{key} requires a category.", message=f"(#100) {key} requires a category.")
        return
    kind = body["interactive"].get("type") if body["type"] == "interactive" else body["type"]
    if kind not in limits["authentication_types" if category == "authentication" else "types"]:
        raise invalid(f"A message of type {kind} can't be sent with a category.")
    ttl = body.get("ttl_seconds")
    bounds = limits["ttl_seconds"][category]
    if ttl is not None and not (isinstance(ttl, int) and bounds["min"] <= ttl <= bounds["max"]):
        raise invalid(f"ttl_seconds must be {bounds['min']} to {bounds['max']}.")
    name = (body.get("direct_send_config") or {}).get("template_name")
    if name is not None and (category != "utility" or not re.fullmatch(r"[a-z0-9_]+", str(name))):
        raise invalid("direct_send_config['template_name'] may have lower-case letters, digits and underscores only.")


_CHECKS: dict[Any, Callable[[Any], None]] = {
    "text": _check_text,
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "template": _check_template,
    "interactive": check_interactive,
} | {kind: _media_check(kind) for kind in MEDIA_TYPES}
