"""The `value` of a webhook of the field `messages`, in Meta's shapes (whatsapp.md §4)."""

from typing import Any

from apps.simulator.customers import Customer, parent_of
from apps.simulator.numbers import Number
from apps.simulator.signing import escaped


def contact_of(customer: Customer, *, username: bool = True) -> dict[str, Any]:
    """One item of `contacts`; the customer's identity mode decides which ids it has."""
    profile = {"name": customer.name}
    if username and customer.username:
        profile["username"] = customer.username
    return {"profile": profile} | _ids(customer, "wa_id", "user_id", "parent_user_id")


def message(customer: Customer, wamid: str, at: float, content: dict[str, Any]) -> dict[str, Any]:
    """One item of `messages`: who, which and when before what.

    Args:
        content: `type` and what belongs to it, `context` included.
    """
    who = _ids(customer, "from", "from_user_id", "from_parent_user_id")
    return who | {"id": wamid, "timestamp": str(int(at))} | content


def status(
    customer: Customer,
    wamid: str,
    name: str,
    at: float,
    *,
    opaque: str | None = None,
    pricing: dict[str, Any] | None = None,
    errors: list[dict[str, Any]] | None = None,
    addressed: str = "phone",
) -> dict[str, Any]:
    """One item of `statuses`.

    Args:
        addressed: what the business wrote to, `phone` or `user` (id): of a message that failed, that alone is told.
    """
    item: dict[str, Any] = {"id": wamid, "status": name, "timestamp": str(int(at))}
    who = _ids(customer, "recipient_id", "recipient_user_id", "recipient_parent_user_id")
    told = "recipient_id" if addressed == "phone" else "recipient_user_id"
    item |= {key: value for key, value in who.items() if key == told or not errors}
    if opaque is not None:
        item["biz_opaque_callback_data"] = opaque
    if errors:
        item["errors"] = errors
    if pricing:
        item["pricing"] = pricing
    return item


def _ids(customer: Customer, phone: str, user: str, parent: str) -> dict[str, Any]:
    """The person's ids under these names, as far as their mode tells them."""
    mode = customer.identity
    ids = {}
    if mode in ("empty", "in_from"):
        ids[phone] = customer.user_id if mode == "in_from" else ""
    elif mode != "bsuid" and customer.wa_id:
        ids[phone] = customer.wa_id
    if mode not in ("phone", "in_from"):
        ids[user] = customer.user_id
    if mode == "parent":
        ids[parent] = parent_of(customer.user_id)
    return ids


def message_change(number: Number, customer: Customer, item: dict[str, Any], *, copy: bool = False) -> str:
    """The escaped change that brings one message; system messages come without contacts.

    Args:
        copy: another responder has the chat, and this business only gets a copy.
    """
    people = {} if item["type"] == "system" else {"contacts": [contact_of(customer)]}
    value = people | {"messages": [item]}
    return standby_change(number, value) if copy else _change(number, value)


def standby_change(number: Number, value: dict[str, Any]) -> str:
    """The escaped change with copies of a chat that another responder has: one level deeper than `messages`."""
    return _change(number, {"standby": value}, field="standby")


def status_change(number: Number, customer: Customer, item: dict[str, Any]) -> str:
    """The escaped change that brings one status; of whom it failed, no more than the phone is told."""
    contact: dict[str, Any] = contact_of(customer, username=item["status"] in ("delivered", "read", "played"))
    if item["status"] == "failed":
        contact = {key: contact[key] for key in ("wa_id",) if key in contact}
    people = {"contacts": [contact]} if contact else {}
    return _change(number, people | {"statuses": [item]})


def _change(number: Number, value: dict[str, Any], *, field: str = "messages") -> str:
    whole = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": number.digits, "phone_number_id": number.phone_number_id},
    } | value
    return escaped({"value": whole, "field": field})
