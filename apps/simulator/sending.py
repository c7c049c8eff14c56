"""What the business does: it sends messages, marks as read and types (whatsapp.md §5)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from apps.simulator import acting, life, magic
from apps.simulator.customers import BadCustomer, Customer, digits_of, is_bsuid
from apps.simulator.errors import GraphError, invalid
from apps.simulator.limits import table
from apps.simulator.media import kind_of
from apps.simulator.messages import NOBODY, Message
from apps.simulator.numbers import Number
from apps.simulator.pricing import FREE_ENTRY
from apps.simulator.shapes import MEDIA_TYPES
from apps.simulator.standing import begins
from apps.simulator.statuses import status_delivery
from apps.simulator.wamids import wamid
from apps.simulator.webhooks import Delivery
from apps.simulator.world import World

TYPING_SECONDS = 25.0
_NO_TARGET = ("reaction", "revoke", "system")


@dataclass(frozen=True)
class Accepted:
    """A send request that was taken.

    Args:
        contact: the item of `contacts` in the answer.
        held: its template's first messages are still looked at.
    """

    message: Message
    contact: dict[str, str]
    held: bool = False


def address_of(body: dict[str, Any]) -> str:
    """Whom a request is for: digits of a phone, or a BSUID.

    Raises:
        GraphError: nobody, or nobody who can be.
    """
    if body.get("recipient_type") == "group":
        raise invalid("The simulator has no groups.")
    if body.get("to"):
        return str(body["to"]) if is_bsuid(str(body["to"])) else _digits(str(body["to"]))
    if body.get("recipient"):
        if not is_bsuid(str(body["recipient"])):
            raise invalid("recipient is not a business-scoped user id.")
        return str(body["recipient"])
    raise GraphError(100, message="(#100) The parameter to is required.")


async def accept(world: World, number: Number, body: dict[str, Any], address: str) -> Accepted:
    """Take a message whose shape is right: when this returns it is in the ledger, and its life has begun.

    Raises:
        GraphError: its media, the reaction's target or the recipient is refused.
    """
    customer = world.customers.person(address)
    if number.digits in (customer.phone, customer.wa_id):
        raise GraphError(131021)
    if body["type"] == "reaction":
        _check_target(world, number, body["reaction"]["message_id"])
    message = _message(world, number, body, customer)
    problem = _problem(world, number, body, customer)
    links = _links(world, body)
    hold = world.templates.pace(number.waba_id, body)
    problem = 132015 if hold and hold.dropped else problem
    deliveries: list[Delivery] = []
    if not links and not _dropped(body):
        message, deliveries = _live(world, number, message, customer, problem, hold.seconds if hold else 0)
    world.messages.add(message)
    await world.ledger.committed()
    world.courier.take(deliveries)
    if links and not _dropped(body):
        world.in_background(_fetch_and_live(world, number, message, customer, problem))
    world.hub.chat_changed(number.phone_number_id, customer.phone)
    return Accepted(message, _contact(body, customer), held=hold is not None)


async def mark_read(world: World, number: Number, body: dict[str, Any]) -> None:
    """Blue ticks for what the customer wrote up to this message, and the typing indicator if it was asked for.

    Raises:
        GraphError: 131009, no message of a customer to this number has that id.
    """
    message = world.messages.get(body["message_id"])
    known = message is not None and message.phone_number_id == number.phone_number_id and _reachable(world, message)
    if message is None or not known:
        raise invalid("message_id is not the id of a message that this number received.")
    world.messages.mark_inbound_read(message, world.clock.now())
    await world.ledger.committed()
    world.hub.chat_changed(number.phone_number_id, message.peer)
    if "typing_indicator" in body:
        world.hub.typing(number.phone_number_id, message.peer, TYPING_SECONDS)


def _digits(to: str) -> str:
    try:
        return digits_of(to)
    except BadCustomer as error:
        raise invalid("The parameter to is not a valid phone number.") from error


def _message(world: World, number: Number, body: dict[str, Any], customer: Customer) -> Message:
    return Message(
        wamid=wamid(customer.wa_id or customer.user_id, inbound=False, source=world.ids),
        phone_number_id=number.phone_number_id,
        peer=customer.phone,
        inbound=False,
        type=body["type"],
        content=body,
        at=world.clock.now(),
        visible_at=None,
        recipient=str(body.get("to") or body.get("recipient")),
        opaque=body.get("biz_opaque_callback_data"),
    )


def _dropped(body: dict[str, Any]) -> bool:
    """The trap of whatsapp.md §1: a BSUID in `to` is answered 200, and nothing ever comes of it."""
    return bool(body.get("to")) and is_bsuid(str(body["to"]))


def _contact(body: dict[str, Any], customer: Customer) -> dict[str, str]:
    if body.get("to"):
        return {"input": str(body["to"]), "wa_id": customer.wa_id or customer.phone}
    return {"input": str(body["recipient"]), "user_id": customer.user_id}


def _check_target(world: World, number: Number, target: str) -> None:
    message = world.messages.get(target)
    known = message is not None and message.phone_number_id == number.phone_number_id and _reachable(world, message)
    if not known or world.messages.is_revoked(target) or (message and message.type in _NO_TARGET):
        raise invalid("reaction['message_id'] is not the id of a message that this number received.")


def _reachable(world: World, message: Message) -> bool:
    """Whether the business got it, in the last 30 days."""
    days = table("messages.reaction")["target_max_age_days"]
    return message.inbound and message.recipient != NOBODY and message.at > world.clock.now() - days * 86_400


def _problem(world: World, number: Number, body: dict[str, Any], customer: Customer) -> int | None:
    """The code with which the message will fail; refuses at once what Graph would refuse at once."""
    media_fails = [_check_media(world, number, kind, part) for kind, part in media_parts(body)]
    unknown = body.get("recipient") and not body.get("to") and world.customers.find(body["recipient"]) is None
    possible = (
        world.failures.later(number.phone_number_id, customer.phone, world.spell(customer.phone)),
        131053 if any(media_fails) else None,
        131026 if unknown else None,
        131047 if _window_closed(world, number, body, customer) else None,
    )
    problem = next((code for code in possible if code is not None), None)  # 0 is one, too
    return 131048 if problem is None and not _reaches(world, number, body, customer) else problem


def _reaches(world: World, number: Number, body: dict[str, Any], customer: Customer) -> bool:
    """Whether the messaging limit lets the business write to somebody who hasn't written within a day."""
    if not begins(body) or world.messages.window_open(number.phone_number_id, customer.phone, world.clock.now()):
        return True
    return world.quotas.reach(f"3{number.waba_id}", customer.phone, world.accounts.of(number)["limit"])


def _window_closed(world: World, number: Number, body: dict[str, Any], customer: Customer) -> bool:
    """Whether this needs an open window and has none; enforced for people of the phone page, all, or nobody."""
    rule = world.switches.enforce_window
    if rule == "off" or (rule == "customers" and not customer.listed):
        return False
    return not begins(body) and not world.messages.window_open(
        number.phone_number_id, customer.phone, world.clock.now()
    )


def media_parts(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each place of a message that names a file, with its kind."""
    kind = body["type"]
    if kind in MEDIA_TYPES:
        yield kind, body[kind]
    elif kind == "interactive":
        interactive = body["interactive"]
        yield from _media_in([interactive.get("header") or {}])
        yield from _media_in([card.get("header") or {} for card in interactive["action"].get("cards", [])])
    elif kind == "template":
        yield from _media_of(body["template"].get("components", []))


def _media_of(components: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for component in components:
        yield from _media_in(component.get("parameters", []))
        for card in component.get("cards", []):
            yield from _media_of(card["components"])


def _media_in(parts: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in parts:
        kind = part.get("type")
        if kind in MEDIA_TYPES and isinstance(part.get(kind), dict):
            yield str(kind), part[str(kind)]


def _check_media(world: World, number: Number, kind: str, part: dict[str, Any]) -> bool:
    """Whether the file will turn out to be bad; an id that isn't this number's is refused at once."""
    if "id" not in part:
        return False
    media = world.media.get(str(part["id"]))
    if media is None or media.phone_number_id != number.phone_number_id:
        details = f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID."
        raise GraphError(100, details, message=f"(#100) {details}")
    return bool(media.problem) or (kind not in ("document", kind_of(media.mime_type)))


def _links(world: World, body: dict[str, Any]) -> list[tuple[str, str]]:
    """The kinds and links of files that have to be fetched first."""
    if not world.switches.fetch_links:
        return []
    return [(kind, str(part["link"])) for kind, part in media_parts(body) if part.get("link")]


def _live(
    world: World, number: Number, message: Message, customer: Customer, problem: int | None, held: float = 0
) -> tuple[Message, list[Delivery]]:
    """Plan the message's statuses and what the customer does about it, and write the plan down."""
    now, body = world.clock.now() + held, message.content
    steps = life.plan(
        now=now,
        body=body,
        customer=customer,
        spell=world.spell(customer.phone),
        switches=world.switches,
        random=world.random,
        problem=problem,
    )
    visible = life.visible_at(steps, now) if problem is None else None
    read = [step.at for step in steps if step.status == "read"]
    message = replace(message, visible_at=visible, read_at=read[0] if read else None)
    pricing = None if visible is None else _price(world, number, message)
    entry = None if visible is None else world.prices.entry_until(number.phone_number_id, customer.phone, message.at)
    deliveries = [status_delivery(world, number, customer, message, step, pricing, entry) for step in steps]
    act = magic.act(body["text"]["body"]) if message.type == "text" and world.switches.magic else None
    if visible is not None and act:
        deliveries += acting.perform(world, number, customer, act, message)
    return message, deliveries


def _price(world: World, number: Number, message: Message) -> dict[str, Any]:
    window = world.messages.window_open(number.phone_number_id, message.peer, message.at)
    category = world.templates.category_of(number.waba_id, message.content)
    if world.prices.entry_until(number.phone_number_id, message.peer, message.at, answered=True):
        return FREE_ENTRY
    return world.prices.of(number.phone_number_id, message.content, message.at, window_open=window, category=category)


async def _fetch_and_live(
    world: World, number: Number, message: Message, customer: Customer, problem: int | None
) -> None:
    """Fetch the links of a message as Meta does, after the answer; then it lives, or fails with 131053."""
    fetched = ""
    try:
        for kind, link in _links(world, message.content):
            media = await world.media.fetch(world.courier.session, link, number.phone_number_id, kind)
            fetched = media.id
            problem = 131053 if media.problem and problem is None else problem
    except GraphError:
        problem = 131053 if problem is None else problem
    message, deliveries = _live(world, number, message, customer, problem)
    world.messages.arrive(message, fetched or None)
    await world.ledger.committed()
    world.courier.take(deliveries)
