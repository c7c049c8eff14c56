"""What a customer can tap under a message of the business, and what comes of it (whatsapp.md §4.1, §5.2)."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from apps.simulator.messages import Message
from apps.simulator.world import World

Answer = dict[str, Any]
_PRICE, _CURRENCY = 10, "BRL"
_PLACE = {
    "latitude": -23.561414,
    "longitude": -46.655881,
    "name": "MASP",
    "address": "Av. Paulista, 1578, São Paulo",
}
_CONSENT_SECONDS = 7 * 86400


def choices(world: World, message: Message) -> list[Answer]:
    """The contents of the answers, in the order in which the phone shows what to tap."""
    found = {"interactive": _of_interactive, "template": _of_template}.get(message.type)
    context = {"message_id": message.wamid}
    return [answer | {"context": context} for answer in found(world, message)] if found else []


def _of_interactive(world: World, message: Message) -> Iterator[Answer]:
    interactive = message.content["interactive"]
    reader = _KINDS.get(interactive["type"])
    if reader:
        yield from reader(world, message, interactive["action"])


def _reply(kind: str, reply: dict[str, Any]) -> Answer:
    return {"type": "interactive", "interactive": {"type": kind, kind: reply}}


def _buttons(_world: World, _message: Message, action: dict[str, Any]) -> Iterator[Answer]:
    yield from (_reply("button_reply", button["reply"]) for button in action["buttons"])


def _rows(_world: World, _message: Message, action: dict[str, Any]) -> Iterator[Answer]:
    yield from (_reply("list_reply", row) for section in action["sections"] for row in section["rows"])


def _form(name: str) -> Callable[[World, Message, dict[str, Any]], Iterator[Answer]]:
    def filled(_world: World, _message: Message, action: dict[str, Any]) -> Iterator[Answer]:
        parameters = action.get("parameters", {})
        said: dict[str, Any] = {"values": {"name": "Ana", "city": "Pune"}}
        if name == "flow":
            said = {"flow_token": parameters["flow_token"]} if parameters.get("flow_token") else {}
            said |= {"nome": "Ana", "tamanho": "M"}
        yield _reply("nfm_reply", {"name": name, "body": "Sent", "response_json": json.dumps(said, ensure_ascii=False)})

    return filled


def _place(_world: World, _message: Message, _action: dict[str, Any]) -> Iterator[Answer]:
    yield {"type": "location", "location": _PLACE}


def _card(world: World, message: Message, _action: dict[str, Any]) -> Iterator[Answer]:
    """The number that is asked for: only a card of this origin proves that it is the customer's own."""
    customer = world.customers.person(message.peer)
    phone = {"phone": f"+{customer.phone}", "wa_id": customer.wa_id or customer.phone, "type": "CELL"}
    name = {"formatted_name": customer.name, "first_name": customer.name}
    yield {"type": "contacts", "contacts": [{"name": name, "phones": [phone], "origin": "contact_request"}]}


def _consent(world: World, _message: Message, _action: dict[str, Any]) -> Iterator[Answer]:
    until = int(world.clock.now()) + _CONSENT_SECONDS
    said = {"is_permanent": False, "response_source": "user_action"}
    yield _reply("call_permission_reply", {"response": "accept", "expiration_timestamp": until, **said})
    yield _reply("call_permission_reply", {"response": "reject", **said})


def _order(_world: World, _message: Message, action: dict[str, Any]) -> Iterator[Answer]:
    """One of each product that is shown; of a whole catalog, the one on its picture."""
    items = [item["product_retailer_id"] for section in action.get("sections", []) for item in section["product_items"]]
    shown = action.get("product_retailer_id") or action.get("parameters", {}).get("thumbnail_product_retailer_id")
    bought = [
        {"product_retailer_id": sku, "quantity": 1, "item_price": _PRICE, "currency": _CURRENCY}
        for sku in items or [shown or "sku1"]
    ]
    catalog = action.get("catalog_id", "9000009")
    yield {"type": "order", "order": {"catalog_id": catalog, "text": "", "product_items": bought}}


def _cards(world: World, message: Message, action: dict[str, Any]) -> Iterator[Answer]:
    for card in action["cards"]:
        inside = card["action"]
        if "product_retailer_id" in inside:
            yield from _order(world, message, inside)
        yield from (_reply("button_reply", button["quick_reply"]) for button in inside.get("buttons", []))


def _payment(world: World, _message: Message, action: dict[str, Any]) -> Iterator[Answer]:
    """The customer allows a card on file to be charged; of all other ways to pay WhatsApp hears nothing."""
    parameters = action["parameters"]
    for way in parameters["payment_settings"]:
        if way["type"] == "offsite_card_pay":
            allowed = {"payment_method": way["type"], "payment_timestamp": int(world.clock.now())}
            yield _reply(
                "payment_method", allowed | {"reference_id": parameters["reference_id"], **way["offsite_card_pay"]}
            )


def _of_template(world: World, message: Message) -> Iterator[Answer]:
    part = message.content["template"]
    number = world.numbers.get(message.phone_number_id)
    language = str(part["language"]["code"]).replace("-", "_")
    template = world.templates.find(number.waba_id, part["name"], language) if number else None
    given = part.get("components", [])
    yield from _quick_replies(template["components"] if template else None, given)


def _quick_replies(components: list[dict[str, Any]] | None, given: list[dict[str, Any]]) -> Iterator[Answer]:
    """Each quick reply with its label, and with the payload that the send gave it, or else the label again. Of a
    template that nobody created here only the payloads are known."""
    payloads = {str(each.get("index")): _payload_of(each) for each in given if _is_quick_reply(each)}
    sent = [card for each in given for card in each.get("cards", [])]
    if components is None:
        yield from (_tapped(payload, payload) for payload in payloads.values())
        for values in sent:
            yield from _quick_replies(None, values["components"])
        return
    for component in components:
        for index, button in enumerate(component.get("buttons", [])):
            if button["type"] == "QUICK_REPLY":
                yield _tapped(button["text"], payloads.get(str(index)) or button["text"])
        for card, values in zip(component.get("cards", []), sent, strict=False):
            yield from _quick_replies(card["components"], values["components"])


def _is_quick_reply(component: dict[str, Any]) -> bool:
    return component.get("type") == "button" and str(component.get("sub_type")).lower() == "quick_reply"


def _payload_of(component: dict[str, Any]) -> str:
    return next((str(part["payload"]) for part in component.get("parameters", []) if "payload" in part), "")


def _tapped(label: str, payload: str) -> Answer:
    return {"type": "button", "button": {"payload": payload, "text": label}}


_KINDS: dict[str, Callable[[World, Message, dict[str, Any]], Iterator[Answer]]] = {
    "button": _buttons,
    "list": _rows,
    "flow": _form("flow"),
    "address_message": _form("address_message"),
    "location_request_message": _place,
    "request_contact_info": _card,
    "call_permission_request": _consent,
    "product": _order,
    "product_list": _order,
    "catalog_message": _order,
    "carousel": _cards,
    "order_details": _payment,
}
