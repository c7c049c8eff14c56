"""What an interactive message may be: each kind with its own parts and limits (whatsapp.md §5.2)."""

from collections.abc import Callable
from typing import Any

from apps.simulator.errors import GraphError, invalid, missing
from apps.simulator.limits import most, table
from apps.simulator.orders import check_order_details, check_order_status
from apps.simulator.parts import check_count, check_label, check_source, check_unique, check_url, known_keys, part_of

_HEADERS = {
    "button": {"text", "image", "video", "document"},
    "list": {"text"},
    "cta_url": {"text", "image", "video", "document"},
    "flow": {"text", "image", "video", "document"},
    "product_list": {"text"},
    "order_details": {"image"},
}
_NO_FOOTER = {"carousel", "voice_call", "location_request_message", "request_contact_info", "call_permission_request"}
_BODY_OPTIONAL = {"product", "call_permission_request"}


def check_interactive(interactive: dict[str, Any]) -> None:
    """Refuse an interactive message that Graph would refuse.

    Raises:
        GraphError: 100, 131008 or 131009.
    """
    kind = interactive.get("type")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise invalid(f"interactive['type'] must be one of {', '.join(sorted(_KINDS))}.")
    known_keys(interactive, {"type", "header", "body", "footer", "action"}, "interactive")
    if "body" in interactive or kind not in _BODY_OPTIONAL:
        name = "interactive.list.body" if kind == "list" else "interactive.body"
        check_label(part_of(interactive, "body").get("text"), "Interactive body", most(name))
    if "footer" in interactive:
        if kind in _NO_FOOTER:
            raise invalid(f"A footer is not allowed with interactive type {kind}.")
        check_label(part_of(interactive, "footer").get("text"), "Interactive footer", most("interactive.footer"))
    if "header" in interactive:
        _check_header(part_of(interactive, "header"), _HEADERS.get(kind, set()))
    elif kind == "product_list":
        raise missing("interactive['header']")
    _KINDS[kind](part_of(interactive, "action"))


def _check_header(header: dict[str, Any], allowed: set[str]) -> None:
    kind = header.get("type")
    if kind not in allowed:
        raise invalid(f"Header of type {kind} is not allowed here.")
    if kind == "text":
        check_label(header.get("text"), "Header text", most("interactive.header_text"))
    else:
        check_source(part_of(header, str(kind)), str(kind))


def _check_buttons(action: dict[str, Any]) -> None:
    buttons = part_of(action, "buttons", list)
    check_count(buttons, "buttons", "interactive.button.buttons")
    replies = []
    for button in buttons:
        if not isinstance(button, dict) or button.get("type") != "reply":
            raise invalid("Button type must be reply.")
        replies.append(part_of(button, "reply"))
        check_label(replies[-1].get("id"), "Button id", most("interactive.button.id"))
        check_label(replies[-1].get("title"), "Button title", most("interactive.button.title"))
    check_unique((reply["id"] for reply in replies), "button id")
    check_unique((reply["title"] for reply in replies), "button title")


def _check_list(action: dict[str, Any]) -> None:
    check_label(action.get("button"), "List button", most("interactive.list.button"))
    sections = part_of(action, "sections", list)
    check_count(sections, "sections", "interactive.list.sections")
    rows = [row for section in sections for row in _rows_of(section, titled=len(sections) > 1)]
    if len(rows) > most("interactive.list.rows_in_all"):
        raise invalid(f"Total row count exceed max allowed count: {most('interactive.list.rows_in_all')}.")
    check_unique((row["id"] for row in rows), "row id")


def _rows_of(section: Any, *, titled: bool) -> list[dict[str, Any]]:
    _check_title(section, most("interactive.list.section_title"), titled=titled)
    rows: list[dict[str, Any]] = part_of(section, "rows", list)
    if not rows:
        raise invalid("A section needs at least one row.")
    for row in rows:
        if not isinstance(row, dict):
            raise invalid("A row must be an object.")
        check_label(row.get("id"), "Row id", most("interactive.list.row_id"))
        check_label(row.get("title"), "Row title", most("interactive.list.row_title"))
        if row.get("description"):
            check_label(row["description"], "Row description", most("interactive.list.row_description"))
    return rows


def _check_title(section: Any, limit: int, *, titled: bool) -> None:
    if not isinstance(section, dict):
        raise invalid("A section must be an object.")
    if titled or "title" in section:
        check_label(section.get("title"), "Section title", limit)


def _named(action: dict[str, Any], name: str) -> dict[str, Any]:
    """The parameters of an action that has to bear this name."""
    if action.get("name") != name:
        raise invalid(f"action['name'] must be {name}.")
    parameters = action.get("parameters", {})
    if not isinstance(parameters, dict):
        raise invalid("action['parameters'] must be an object.")
    return parameters


def _check_cta_url(action: dict[str, Any]) -> None:
    parameters = _named(action, "cta_url")
    check_label(parameters.get("display_text"), "Display text", most("interactive.cta_url.display_text"))
    check_url(parameters.get("url"), "action['parameters']['url']")


def _check_flow(action: dict[str, Any]) -> None:
    parameters = _named(action, "flow")
    if str(parameters.get("flow_message_version")) != "3":
        raise missing("flow_message_version")
    if bool(parameters.get("flow_id")) == bool(parameters.get("flow_name")):
        raise GraphError(131009, "Exactly one of flow_id and flow_name is required.")
    check_label(parameters.get("flow_cta"), "flow_cta", most("interactive.flow.flow_cta"))
    limits = table("messages.interactive.flow")
    if parameters.get("mode", "published") not in limits["modes"]:
        raise invalid("mode must be published or draft.")
    if parameters.get("flow_action", "navigate") not in limits["flow_actions"]:
        raise invalid("flow_action must be navigate or data_exchange.")
    payload = parameters.get("flow_action_payload")
    if payload is not None and (not isinstance(payload, dict) or not payload.get("screen")):
        raise missing("flow_action_payload['screen']")


def _check_product(action: dict[str, Any]) -> None:
    for name in ("catalog_id", "product_retailer_id"):
        if not action.get(name):
            raise missing(f"action['{name}']")


def _check_products(action: dict[str, Any]) -> None:
    if not action.get("catalog_id"):
        raise missing("action['catalog_id']")
    sections = part_of(action, "sections", list)
    check_count(sections, "sections", "interactive.product_list.sections")
    count = 0
    for section in sections:
        _check_title(section, most("interactive.product_list.section_title"), titled=len(sections) > 1)
        items = part_of(section, "product_items", list)
        if not all(isinstance(item, dict) and item.get("product_retailer_id") for item in items):
            raise missing("product_items['product_retailer_id']")
        count += len(items)
    check_count([None] * count, "products", "interactive.product_list.products_in_all")


def _check_catalog(action: dict[str, Any]) -> None:
    _named(action, "catalog_message")


def _check_bare(name: str) -> Callable[[dict[str, Any]], None]:
    def check(action: dict[str, Any]) -> None:
        _named(action, name)

    return check


def _check_address(action: dict[str, Any]) -> None:
    if (
        _named(action, "address_message").get("country")
        not in table("messages.interactive.address_message")["countries"]
    ):
        raise invalid("action['parameters']['country'] is not supported.")


def _check_voice_call(action: dict[str, Any]) -> None:
    parameters = _named(action, "voice_call")
    if parameters.get("display_text") is not None:
        check_label(parameters["display_text"], "Display text", most("interactive.voice_call.display_text"))
    ttl = parameters.get("ttl_minutes")
    bounds = table("messages.interactive.voice_call.ttl_minutes")
    if ttl is not None and not (isinstance(ttl, int) and bounds["min"] <= ttl <= bounds["max"]):
        raise invalid(f"ttl_minutes must be {bounds['min']} to {bounds['max']}.")


def _check_carousel(action: dict[str, Any]) -> None:
    cards = part_of(action, "cards", list)
    check_count(cards, "cards", "interactive.carousel.cards")
    faces = [_face_of(card, at) for at, card in enumerate(cards)]
    if len(set(faces)) > 1:
        raise invalid("All cards must have the same type and the same header type.")


def _face_of(card: Any, at: int) -> tuple[str, str]:
    """What has to be the same on all cards."""
    if not isinstance(card, dict) or card.get("card_index") != at:
        raise invalid("card_index must count the cards from 0.")
    action = part_of(card, "action")
    if "product_retailer_id" in action:
        _check_product(action)
        return "product", str(action["catalog_id"])
    header = part_of(card, "header")
    _check_header(header, {"image", "video"})
    if "body" in card:
        text = part_of(card, "body").get("text")
        check_label(text, "Card body", most("interactive.carousel.card_body"))
        if str(text).count("\n") > most("interactive.carousel.card_line_breaks"):
            raise invalid("Card body has too many line breaks.")
    _check_card_action(action)
    return "buttons" if "buttons" in action else "cta_url", str(header["type"])


def _check_card_action(action: dict[str, Any]) -> None:
    if "buttons" not in action:
        _check_cta_url(action)
        return
    for button in part_of(action, "buttons", list):
        if not isinstance(button, dict) or button.get("type") != "quick_reply":
            raise invalid("Button type of a card must be quick_reply.")
        reply = part_of(button, "quick_reply")
        check_label(reply.get("id"), "Button id", most("interactive.carousel.id"))
        check_label(reply.get("title"), "Button title", most("interactive.carousel.display_text"))


_KINDS: dict[str, Callable[[dict[str, Any]], None]] = {
    "button": _check_buttons,
    "list": _check_list,
    "cta_url": _check_cta_url,
    "flow": _check_flow,
    "product": _check_product,
    "product_list": _check_products,
    "catalog_message": _check_catalog,
    "location_request_message": _check_bare("send_location"),
    "request_contact_info": _check_bare("request_contact_info"),
    "address_message": _check_address,
    "voice_call": _check_voice_call,
    "carousel": _check_carousel,
    "call_permission_request": _check_bare("call_permission_request"),
    "order_details": check_order_details,
    "order_status": check_order_status,
}
