"""What the messages endpoint refuses: the shapes and limits of whatsapp.md §5.2, in this process's own words."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from apps.simulator.errors import GraphError, invalid, missing, too_long
from apps.simulator.limits import length, most

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
_NAME_PARTS = {"first_name", "last_name", "middle_name", "suffix", "prefix"}


def check_message(body: dict[str, Any]) -> None:
    """Refuse a send request that Graph would refuse; a request without `type` gets its default, text.

    Raises:
        GraphError: 100, 131008 or 131009, with the reason in its details.
    """
    kind = body.setdefault("type", "text")
    if kind not in _CHECKS:
        raise GraphError(100, message=f"(#100) Param type must be one of {{{', '.join(sorted(_CHECKS)).upper()}}}")
    _known_keys(body, _KEYS | {kind}, "the message")
    _common(body)
    _CHECKS[kind](_part(body, kind, list if kind == "contacts" else dict))


def check_read(body: dict[str, Any]) -> None:
    """Refuse a mark-as-read request of the wrong shape.

    Raises:
        GraphError: 100 or 131008.
    """
    _known_keys(body, _READ_KEYS, "the message")
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
    _text(opaque, "biz_opaque_callback_data", most("common.biz_opaque_callback_data"), least=0)
    context = body.get("context")
    if context is not None and not isinstance(context, dict):
        raise invalid("context must be an object with message_id.")
    if context and not isinstance(context.get("message_id"), str):
        raise missing("context.message_id")


def _part(parent: dict[str, Any], name: str, kind: type = dict) -> Any:
    part = parent.get(name)
    if part is None:
        raise missing(name)
    if not isinstance(part, kind):
        raise invalid(f"{name} must be {'an array' if kind is list else 'an object'}.")
    return part


def _known_keys(part: dict[str, Any], known: set[str], where: str) -> None:
    for key in part:
        if key not in known:
            details = f'Unexpected key "{key}" on {where}.'
            raise GraphError(100, details, message=f"(#100) {details}")


def _text(value: Any, name: str, limit: int, *, least: int = 1) -> None:
    """A text that is too long is code 100 for plain parameters, as Graph has it."""
    if not isinstance(value, str):
        raise missing(name) if value is None else invalid(f"{name} must be a string.")
    if length(value) > limit:
        raise too_long(name, limit)
    if len(value.strip()) < least:
        raise invalid(f"{name} must not be empty.")


def _label(value: Any, name: str, limit: int) -> None:
    """A text that is too long is code 131009 for the parts of interactive messages."""
    if value is None:
        raise missing(name)
    if not isinstance(value, str) or not 1 <= length(value) <= limit:
        raise invalid(f"{name} length invalid. Min length: 1, Max length: {limit}.")


def _unique(values: Iterable[Any], name: str) -> None:
    seen = list(values)
    if len(set(seen)) < len(seen):
        raise invalid(f"Duplicated {name} is not allowed.")


def _check_text(text: dict[str, Any]) -> None:
    _known_keys(text, {"body", "preview_url"}, "text")
    _text(text.get("body"), "text['body']", most("text.body"))


def _media_check(kind: str) -> Callable[[dict[str, Any]], None]:
    def check(media: dict[str, Any]) -> None:
        _known_keys(media, _MEDIA_KEYS[kind], kind)
        _check_source(media, kind)
        if kind in _CAPTIONED and "caption" in media:
            _text(media["caption"], f"{kind}['caption']", most(f"{kind}.caption"), least=0)
        if "filename" in media:
            _text(media["filename"], "document['filename']", most("document.filename"))

    return check


def _check_source(media: dict[str, Any], kind: str) -> None:
    if ("id" in media) == ("link" in media):
        details = f"Exactly one of {kind}['id'] and {kind}['link'] is required."
        raise GraphError(131008 if "id" not in media else 131009, details)
    if "link" in media and urlsplit(str(media["link"])).scheme not in ("http", "https"):
        raise GraphError(100, message=f"(#100) Param {kind}['link'] is not a valid URI.")


def _check_location(location: dict[str, Any]) -> None:
    _known_keys(location, {"latitude", "longitude", "name", "address"}, "location")
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
    _known_keys(reaction, {"message_id", "emoji"}, "reaction")
    for name in ("message_id", "emoji"):
        if not isinstance(reaction.get(name), str):
            raise missing(f"reaction['{name}']")
    if length(reaction["emoji"]) > 32 or re.search(r"[\w\s]{2}", reaction["emoji"]):
        raise invalid("reaction['emoji'] is not an emoji.")


def _check_template(template: dict[str, Any]) -> None:
    _text(template.get("name"), "template['name']", TEMPLATE_NAME)
    if not re.fullmatch(r"[a-z0-9_]+", template["name"]):
        raise invalid("template['name'] may have lower-case letters, digits and underscores only.")
    language = _part(template, "language")
    if not re.fullmatch(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?", str(language.get("code", ""))):
        raise missing("template['language']['code']")
    components = template.get("components", [])
    if not isinstance(components, list):
        raise invalid("template['components'] must be an array.")
    for component in components:
        _check_component(component)


def _check_component(component: Any) -> None:
    kinds = {"header", "body", "button", "carousel", "limited_time_offer"}
    if not isinstance(component, dict) or str(component.get("type", "")).lower() not in kinds:
        raise GraphError(132012, f"component type must be one of {', '.join(sorted(kinds))}.")
    for parameter in component.get("parameters", []):
        if not isinstance(parameter, dict) or "type" not in parameter:
            raise GraphError(132012, "Each parameter needs a type.")
        if parameter["type"] == "text" and not str(parameter.get("text") or "").strip():
            raise GraphError(132012, "Parameter of type text is missing text value.")


def _check_interactive(interactive: dict[str, Any]) -> None:
    kind = interactive.get("type")
    if kind not in _INTERACTIVE:
        raise invalid(f"interactive['type'] must be one of {', '.join(sorted(_INTERACTIVE))}.")
    _known_keys(interactive, {"type", "header", "body", "footer", "action"}, "interactive")
    name = "interactive.list.body" if kind == "list" else "interactive.body"
    _label(_part(interactive, "body").get("text"), "Interactive body", most(name))
    if "footer" in interactive:
        _label(_part(interactive, "footer").get("text"), "Interactive footer", most("interactive.footer"))
    if "header" in interactive:
        _check_header(_part(interactive, "header"), text_only=kind == "list")
    _INTERACTIVE[kind](_part(interactive, "action"))


def _check_header(header: dict[str, Any], *, text_only: bool) -> None:
    kind = header.get("type")
    if kind not in (("text",) if text_only else ("text", "image", "video", "document")):
        raise invalid(f"Header of type {kind} is not allowed here.")
    if kind == "text":
        _label(header.get("text"), "Header text", most("interactive.header_text"))
    else:
        _check_source(_part(header, str(kind)), str(kind))


def _check_buttons(action: dict[str, Any]) -> None:
    buttons = _part(action, "buttons", list)
    if not 1 <= len(buttons) <= most("interactive.button.buttons"):
        raise invalid("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3.")
    replies = []
    for button in buttons:
        if not isinstance(button, dict) or button.get("type") != "reply":
            raise invalid("Button type must be reply.")
        replies.append(_part(button, "reply"))
        _label(replies[-1].get("id"), "Button id", most("interactive.button.id"))
        _label(replies[-1].get("title"), "Button title", most("interactive.button.title"))
    _unique((reply["id"] for reply in replies), "button id")
    _unique((reply["title"] for reply in replies), "button title")


def _check_list(action: dict[str, Any]) -> None:
    _label(action.get("button"), "List button", most("interactive.list.button"))
    sections = _part(action, "sections", list)
    if not 1 <= len(sections) <= most("interactive.list.sections"):
        raise invalid(f"Invalid sections count. Min: 1, Max: {most('interactive.list.sections')}.")
    rows = [row for section in sections for row in _rows_of(section, titled=len(sections) > 1)]
    if len(rows) > most("interactive.list.rows_in_all"):
        raise invalid(f"Total row count exceed max allowed count: {most('interactive.list.rows_in_all')}.")
    _unique((row["id"] for row in rows), "row id")


def _rows_of(section: Any, *, titled: bool) -> list[dict[str, Any]]:
    if not isinstance(section, dict):
        raise invalid("A section must be an object.")
    if titled or "title" in section:
        _label(section.get("title"), "Section title", most("interactive.list.section_title"))
    rows: list[dict[str, Any]] = _part(section, "rows", list)
    if not rows:
        raise invalid("A section needs at least one row.")
    for row in rows:
        if not isinstance(row, dict):
            raise invalid("A row must be an object.")
        _label(row.get("id"), "Row id", most("interactive.list.row_id"))
        _label(row.get("title"), "Row title", most("interactive.list.row_title"))
        if row.get("description"):
            _label(row["description"], "Row description", most("interactive.list.row_description"))
    return rows


def _check_cta_url(action: dict[str, Any]) -> None:
    if action.get("name") != "cta_url":
        raise invalid("action['name'] must be cta_url.")
    parameters = _part(action, "parameters")
    _label(parameters.get("display_text"), "Display text", most("interactive.cta_url.display_text"))
    if urlsplit(str(parameters.get("url", ""))).scheme not in ("http", "https"):
        raise invalid("action['parameters']['url'] is not a valid URL.")


_INTERACTIVE: dict[Any, Callable[[dict[str, Any]], None]] = {
    "button": _check_buttons,
    "list": _check_list,
    "cta_url": _check_cta_url,
}
_CHECKS: dict[Any, Callable[[Any], None]] = {
    "text": _check_text,
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "template": _check_template,
    "interactive": _check_interactive,
} | {kind: _media_check(kind) for kind in MEDIA_TYPES}
