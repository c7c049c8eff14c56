"""What customers do: they write, tap, react, edit, delete, read and change their ids (whatsapp.md §4)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from apps.simulator.customers import Customer, user_id_of
from apps.simulator.errors import failure
from apps.simulator.life import Step
from apps.simulator.magic import Act
from apps.simulator.media import kind_of
from apps.simulator.messages import NOBODY, Message
from apps.simulator.numbers import Number
from apps.simulator.payloads import message as message_item
from apps.simulator.payloads import message_change
from apps.simulator.responders import OTHER
from apps.simulator.shapes import MEDIA_TYPES
from apps.simulator.statuses import status_delivery
from apps.simulator.tapping import choices
from apps.simulator.wamids import wamid
from apps.simulator.webhooks import Delivery
from apps.simulator.world import World

_BARE = {"unsupported", "unknown", "request_welcome", "ephemeral", "hsm"}
_ADDRESSING = {"phone_number_id", "from", "name", "delay", "origin"}


class BadAct(ValueError):
    """A customer can't do that."""


def write(
    world: World, number: Number, customer: Customer, content: dict[str, Any], *, at: float, origin: str = ""
) -> tuple[str, list[Delivery]]:
    """Let a customer write to a business, which hears nothing of it if it has blocked them.

    Args:
        content: a message as webhooks have it, without who, which and when; `type` is text unless named; `context` may
            be `{"message_id"}`; of a file only its `id` is needed, and `caption`, `filename` or `voice` if it has them.
        at: when the customer does it, in seconds since 1970.
        origin: this server's address, for the download links of files.

    Raises:
        BadAct: a part is missing, or the file or message that it names is unknown.

    Returns:
        The new message's wamid, and its webhook, if there is one, for the courier (after the commit).
    """
    content = _completed(world, number, customer, content, origin)
    new_id = wamid(customer.wa_id or customer.user_id, inbound=True, source=world.ids)
    sent = message_item(customer, new_id, at, _as_told(number, content))
    if content["type"] == "system":
        # A changed BSUID comes without any sender, a changed number with the old phone.
        for name in ("from_user_id", "from_parent_user_id"):
            sent.pop(name, None)
        if content["system"].get("type") == "user_changed_user_id":
            sent.pop("from", None)
    blocked = world.accounts.has_blocked(number, customer, customer.phone)
    copy = world.threads.reached(number.phone_number_id, customer.phone, at) == OTHER
    message = Message(
        wamid=new_id,
        phone_number_id=number.phone_number_id,
        peer=customer.phone,
        inbound=True,
        type=content["type"],
        content=content,
        at=at,
        visible_at=at,
        recipient=NOBODY if blocked else "",
    )
    world.messages.add(message)
    if content.get("referral") and not blocked:
        world.prices.clicked(number.phone_number_id, customer.phone, at)
    _apply(world, content)
    if blocked:
        return new_id, []
    change = message_change(number, customer, sent, copy=copy)
    return new_id, [world.messages.add_webhook(message, kind="message", change=change, at=at)]


def read(world: World, number: Number, customer: Customer) -> list[Delivery]:
    """Let a customer read what is on the phone: a `read` status for each message, if they share receipts."""
    now = world.clock.now()
    unread = world.messages.unread(number.phone_number_id, customer.phone, now)
    world.messages.mark_read([message.wamid for message in unread], now)
    if not customer.receipts or not world.switches.statuses:
        return []
    return [status_delivery(world, number, customer, message, Step("read", now), None) for message in unread]


def perform(world: World, number: Number, customer: Customer, act: Act, message: Message) -> list[Delivery]:
    """Do what a magic text asks for, shortly after it arrived; nothing if there is nothing to do it to."""
    content = _ACTS[act.name](world, customer, act.argument, message)
    if content is None:
        return []
    at = (message.visible_at or message.at) + 0.2 + world.random.uniform(*world.switches.sent_delay)
    try:
        return write(world, number, customer, content, at=at)[1]
    except BadAct:
        return []


def _completed(
    world: World, number: Number, customer: Customer, content: dict[str, Any], origin: str
) -> dict[str, Any]:
    """The content with its type, its context in the webhook's form and its file described."""
    content = {key: value for key, value in content.items() if key not in _ADDRESSING}
    kind = content.setdefault("type", "text")
    if not isinstance(kind, str) or (kind not in _BARE and not isinstance(content.get(kind), dict | list)):
        raise BadAct(f"A message of type {kind!r} needs {kind!r} beside it.")
    if kind == "text" and not isinstance(content["text"].get("body"), str):
        raise BadAct("text needs a body.")
    if kind in MEDIA_TYPES and "id" in content[kind]:
        content[kind] = _described(world, number, kind, content[kind], origin)
    if isinstance(content.get("context"), dict):
        content["context"] = _context(world, number, customer, content["context"])
    return content


def _described(world: World, number: Number, kind: str, part: dict[str, Any], origin: str) -> dict[str, Any]:
    media = world.media.get(str(part["id"]))
    if media is None or media.phone_number_id != number.phone_number_id:
        raise BadAct(f"There is no file {part['id']!r} for this number.")
    if kind != "document" and kind_of(media.mime_type.partition(";")[0]) != kind:
        raise BadAct(f"A file of type {media.mime_type} is no {kind}.")
    described = world.media.as_inbound_json(media, origin) | {
        key: value for key, value in part.items() if key in ("caption", "filename", "voice", "animated")
    }
    defaults: dict[str, dict[str, Any]] = {
        "audio": {"voice": False},
        "sticker": {"animated": False},
        "document": {"filename": media.filename},
    }
    return defaults.get(kind, {}) | described


def _context(world: World, number: Number, customer: Customer, context: dict[str, Any]) -> dict[str, Any]:
    """A quoted message as webhooks have it: its author and its id."""
    name = context.get("message_id") or context.get("id")
    if not name:
        return context
    quoted = world.messages.get(str(name))
    author = customer.wa_id if quoted and quoted.inbound else number.digits
    return {key: value for key, value in context.items() if key != "message_id"} | {"from": author, "id": name}


def _as_told(number: Number, content: dict[str, Any]) -> dict[str, Any]:
    """The content as this number's webhooks tell it: edits and revokes come as such to coexistence numbers only."""
    kind = content["type"]
    if kind == "reaction" and not content["reaction"].get("emoji"):
        return content | {"reaction": {"message_id": content["reaction"]["message_id"]}}
    if kind not in ("edit", "revoke") or number.coexistence:
        return content
    error = failure(131051, "Message type is currently not supported.")
    error |= {"title": "Message type unknown", "message": "Message type unknown"}
    error.pop("href")
    return {"type": "unsupported", "unsupported": {"type": kind}, "errors": [error]}


def _apply(world: World, content: dict[str, Any]) -> None:
    """What an edit or a revoke does on the phone."""
    kind = content["type"]
    original = world.messages.get(str(content[kind].get("original_message_id"))) if kind in ("edit", "revoke") else None
    if original is None:
        return
    if kind == "revoke":
        world.messages.revoke(original.wamid)
    elif isinstance(part := content["edit"].get("message", {}).get(original.type), dict):
        whole = original.content[original.type] | part
        world.messages.rewrite(original.wamid, original.content | {original.type: whole})


def _reply(world: World, customer: Customer, text: str, message: Message) -> dict[str, Any] | None:
    return {"type": "text", "text": {"body": text or "Ok"}}


def _button(world: World, customer: Customer, text: str, message: Message) -> dict[str, Any] | None:
    last = world.messages.last_with_buttons(message.phone_number_id, message.peer, message.at)
    possible = choices(world, last) if last else []
    wanted = int(text) if text.isdigit() else 1
    return possible[wanted - 1] if 1 <= wanted <= len(possible) else None


def _edit(world: World, customer: Customer, text: str, message: Message) -> dict[str, Any] | None:
    last = world.messages.last_inbound(message.phone_number_id, message.peer, message.at)
    if last is None or last.type != "text":
        return None
    body = text or f"{last.content['text']['body']} (editada)"
    new = {"context": {"id": "M0"}, "type": "text", "text": {"body": body}}
    return {"type": "edit", "edit": {"original_message_id": last.wamid, "message": new}}


def _revoke(world: World, customer: Customer, text: str, message: Message) -> dict[str, Any] | None:
    last = world.messages.last_inbound(message.phone_number_id, message.peer, message.at)
    return {"type": "revoke", "revoke": {"original_message_id": last.wamid}} if last else None


def _react(world: World, customer: Customer, text: str, message: Message) -> dict[str, Any] | None:
    return {"type": "reaction", "reaction": {"message_id": message.wamid, "emoji": text or "👍"}}


def _location(world: World, customer: Customer, text: str, message: Message) -> dict[str, Any] | None:
    place = {
        "latitude": -23.561414,
        "longitude": -46.655881,
        "name": text or "MASP",
        "address": "Av. Paulista, 1578, São Paulo",
    }
    return {"type": "location", "location": place}


def _order(world: World, customer: Customer, text: str, message: Message) -> dict[str, Any] | None:
    items = [
        {"product_retailer_id": "sku1", "quantity": 2, "item_price": 30.5, "currency": "BRL"},
        {"product_retailer_id": "sku2", "quantity": 1, "item_price": 12, "currency": "BRL"},
    ]
    return {"type": "order", "order": {"catalog_id": "9000009", "text": text, "product_items": items}}


def _rotate(world: World, customer: Customer, text: str, message: Message) -> dict[str, Any] | None:
    """A new BSUID; with a phone number behind it a new number, too."""
    digits = "".join(filter(str.isdigit, text))
    now = world.clock.now()
    new_id = user_id_of(digits or customer.phone, salt=world.ids.randbytes(4).hex())
    ids = {"user_id": new_id, "previous_user_id": customer.user_id}
    if digits:
        world.customers.save(replace(customer, listed=False), now)
        world.customers.save(replace(customer, phone=digits, wa_id=digits, user_id=new_id), now)
        body = f"User {customer.name} changed from {customer.wa_id} to {digits}"
        return {"type": "system", "system": {"type": "user_changed_number", "body": body, "wa_id": digits} | ids}
    world.customers.save(replace(customer, user_id=new_id), now)
    body = f"User {customer.name} changed from {customer.user_id} to {new_id}"
    return {"type": "system", "system": {"type": "user_changed_user_id", "body": body} | ids}


_ACTS: dict[str, Callable[[World, Customer, str, Message], dict[str, Any] | None]] = {
    "reply": _reply,
    "button": _button,
    "edit": _edit,
    "revoke": _revoke,
    "react": _react,
    "location": _location,
    "order": _order,
    "rotate": _rotate,
}
