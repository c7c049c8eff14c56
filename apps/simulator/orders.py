"""Bills of Brazil's payments, and the states of their orders: what of them Graph would refuse."""

import re
from typing import Any

from apps.simulator.errors import invalid, missing
from apps.simulator.limits import most, table
from apps.simulator.parts import check_label, check_url, known_keys, part_of

_DETAILS = table("messages.interactive.order_details")
_STATUS = table("messages.interactive.order_status")
_ORDER_KEYS = {"status", "type", "items", "subtotal", "tax", "shipping", "discount", "expiration", "catalog_id"}


def check_order_details(action: dict[str, Any]) -> None:
    parameters = _parameters(action, "review_and_pay")
    if parameters.get("type") not in _DETAILS["goods"]:
        raise invalid(f"type must be one of {', '.join(_DETAILS['goods'])}.")
    if parameters.get("payment_type") != _DETAILS["payment_type"]:
        raise invalid(f"payment_type must be {_DETAILS['payment_type']}.")
    if parameters.get("currency") != _DETAILS["currency"]:
        raise invalid(f"currency must be {_DETAILS['currency']}.")
    ways = part_of(parameters, "payment_settings", list)
    if not ways:
        raise missing("payment_settings")
    for way in ways:
        _check_way(way)
    total = _value(parameters, "total_amount")
    if "order" in parameters:
        _check_order(part_of(parameters, "order"), total)


def check_order_status(action: dict[str, Any]) -> None:
    parameters = _parameters(action, "review_order")
    if "order" not in parameters and "payment" not in parameters:
        raise missing("order")
    if "order" in parameters:
        order = part_of(parameters, "order")
        if order.get("status") not in _STATUS["statuses"]:
            raise invalid(f"order['status'] must be one of {', '.join(_STATUS['statuses'])}.")
        _check_words(order, most("interactive.order_status.description"))
    if "payment" in parameters:
        payment = part_of(parameters, "payment")
        if payment.get("status") not in _STATUS["payment_statuses"]:
            raise invalid(f"payment['status'] must be one of {', '.join(_STATUS['payment_statuses'])}.")


def _parameters(action: dict[str, Any], name: str) -> dict[str, Any]:
    if action.get("name") != name:
        raise invalid(f"action['name'] must be {name}.")
    parameters: dict[str, Any] = part_of(action, "parameters")
    reference = parameters.get("reference_id")
    check_label(reference, "reference_id", most("interactive.order_details.reference_id"))
    if not re.fullmatch("[A-Za-z0-9_.-]+", str(reference)):
        raise invalid("reference_id may have letters, numbers, underscores, dashes and dots only.")
    return parameters


def _check_way(way: Any) -> None:
    kind = way.get("type") if isinstance(way, dict) else None
    needed = {
        "pix_dynamic_code": ("code", "merchant_name", "key", "key_type"),
        "payment_link": ("uri",),
        "boleto": ("digitable_line",),
        "offsite_card_pay": ("last_four_digits", "credential_id"),
    }
    if kind not in needed:
        raise invalid(f"payment_settings['type'] must be one of {', '.join(needed)}.")
    part = part_of(way, kind)
    for name in needed[kind]:
        if not isinstance(part.get(name), str) or not part[name].strip():
            raise missing(f"{kind}['{name}']")
    if kind == "payment_link":
        check_url(part["uri"], "payment_link['uri']")
    if kind == "pix_dynamic_code" and part["key_type"] not in _DETAILS["pix_key_types"]:
        raise invalid(f"key_type must be one of {', '.join(_DETAILS['pix_key_types'])}.")
    if kind == "offsite_card_pay" and not re.fullmatch("[0-9]{4}", part["last_four_digits"]):
        raise invalid("last_four_digits must be 4 digits.")


def _check_order(order: dict[str, Any], total: int) -> None:
    known_keys(order, _ORDER_KEYS, "order")
    if order.get("status") != "pending":
        raise invalid("order['status'] must be pending.")
    items = part_of(order, "items", list)
    if not items:
        raise missing("order['items']")
    subtotal, tax = _value(order, "subtotal"), _charge(order, "tax")
    if sum(_cost(item) for item in items) != subtotal:
        raise invalid("order['subtotal'] must be the sum of the items.")
    rest = {name: _charge(order, name) for name in ("shipping", "discount") if name in order}
    if subtotal + tax + rest.get("shipping", 0) - rest.get("discount", 0) != total:
        raise invalid("total_amount must be subtotal + tax + shipping - discount.")
    if "expiration" in order:
        expiration = part_of(order, "expiration")
        if not re.fullmatch("[0-9]{9,11}", str(expiration.get("timestamp"))):
            raise missing("expiration['timestamp']")
        _check_words(expiration, most("interactive.order_details.expiration_description"))


def _cost(item: Any) -> int:
    if not isinstance(item, dict) or not item.get("retailer_id"):
        raise missing("items['retailer_id']")
    check_label(item.get("name"), "Item name", most("interactive.order_details.item_name"))
    quantity = item.get("quantity")
    if not isinstance(quantity, int) or quantity < 1:
        raise invalid("items['quantity'] must be a whole number.")
    return quantity * _value(item, "sale_amount" if "sale_amount" in item else "amount")


def _charge(order: dict[str, Any], name: str) -> int:
    value = _value(order, name)
    _check_words(order[name], most("interactive.order_details.description"))
    return value


def _value(parent: dict[str, Any], name: str) -> int:
    amount = part_of(parent, name)
    if amount.get("offset") != _DETAILS["offset"]:
        raise invalid(f"{name}['offset'] must be {_DETAILS['offset']}.")
    value = amount.get("value")
    if not isinstance(value, int) or value < 0:
        raise invalid(f"{name}['value'] must be a whole number.")
    return value


def _check_words(part: dict[str, Any], limit: int) -> None:
    if "description" in part:
        check_label(part["description"], "Description", limit)
