"""The control API: bin/dev, tests and the phone page set the simulator up and look into it (docs/simulator.md)."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiohttp import web

from apps.simulator import acting, listing
from apps.simulator.acting import BadAct
from apps.simulator.customers import BadCustomer, Customer, changed, digits_of, made_up
from apps.simulator.failures import BadFailure
from apps.simulator.graph import WORLD
from apps.simulator.listing import Filter
from apps.simulator.numbers import BadNumber, Number
from apps.simulator.signing import escaped
from apps.simulator.switches import BadSwitch
from apps.simulator.webhooks import Delivery
from apps.simulator.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MOST_AT_ONCE = 1000


class Refused(Exception):
    """A control request that can't be done.

    Args:
        code: a word for programs.
        message: a sentence for people.
        status: the HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        self.code, self.message, self.status = code, message, status
        super().__init__(message)


def routes() -> list[web.RouteDef]:
    """Every route under /control/."""
    return [
        web.get("/control/state", state),
        web.put("/control/numbers/{phone}", put_number),
        web.get("/control/numbers/{phone}", get_number),
        web.delete("/control/numbers/{phone}", delete_number),
        web.patch("/control/switches", patch_switches),
        web.post("/control/clock", set_clock),
        web.post("/control/customers", add_customer),
        web.patch("/control/customers/{phone}", change_customer),
        web.post("/control/inbound", write),
        web.get("/control/inbound", inbound),
        web.post("/control/read", read),
        web.get("/control/ledger", ledger),
        web.get("/control/ledger/{wamid}", ledger_entry),
        web.get("/control/deliveries", deliveries),
        web.post("/control/failures", order_failure),
        web.post("/control/webhooks", send_webhook),
        web.post("/control/reset", reset),
    ]


@web.middleware
async def control_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals as `{"error":{"code","message"}}`."""
    try:
        return await handler(request)
    except Refused as refusal:
        return _refusal(refusal.code, str(refusal), refusal.status)
    except (BadNumber, BadSwitch, BadCustomer, BadAct, BadFailure) as error:
        code = type(error).__name__
        return _refusal("bad_" + code.removeprefix("Bad").lower(), str(error), 400)


async def state(request: web.Request) -> web.StreamResponse:
    """GET: numbers, switches, the clock and some counts."""
    world = request.app[WORLD]
    return web.json_response(
        {
            "numbers": [number.as_public_json() for number in world.numbers],
            "switches": world.switches.as_json(),
            "customers": [customer.as_json() for customer in world.customers if customer.listed],
            "clock": {"now": world.clock.now(), "offset": world.clock.offset},
            "messages": world.messages.counts(),
            "webhooks": {
                "pending": world.courier.pending(),
                "delivered": world.courier.delivered,
                "failed_attempts": world.courier.failed_attempts,
            },
        }
    )


async def put_number(request: web.Request) -> web.StreamResponse:
    """PUT: make or change a number, and shake hands with its callback.

    With `"verify": false` it answers at once. Either way a callback that isn't there yet is tried again in the
    background, and its webhooks wait.
    """
    world, body = request.app[WORLD], await json_of(request)
    verify = body.pop("verify", True)
    number = world.numbers.configure(request.match_info["phone"], body)
    await world.ledger.committed()
    if verify and not await world.handshakes.verify(number):
        world.handshakes.keep_trying(number)
        raise Refused("handshake_failed", number.verify_error)
    if not number.verified:
        world.handshakes.keep_trying(number)
    world.courier.kick()
    world.hub.panel_changed()
    return web.json_response(number.as_public_json())


async def get_number(request: web.Request) -> web.StreamResponse:
    """GET: a number as the simulator knows it, without secrets."""
    return web.json_response(number_of(request.app[WORLD], request.match_info["phone"]).as_public_json())


async def delete_number(request: web.Request) -> web.StreamResponse:
    """DELETE: forget a number; its undelivered webhooks are dropped."""
    world = request.app[WORLD]
    number = number_of(world, request.match_info["phone"])
    world.handshakes.forget(number.phone_number_id)
    world.numbers.remove(number.phone_number_id)
    world.courier.drop(number.phone_number_id)
    world.messages.bury_webhooks(number.phone_number_id)
    await world.ledger.committed()
    world.hub.panel_changed()
    return web.Response(status=204)


async def patch_switches(request: web.Request) -> web.StreamResponse:
    """PATCH: set the switches that are named."""
    world = request.app[WORLD]
    world.set_switches(await json_of(request))
    await world.ledger.committed()
    return web.json_response(world.switches.as_json())


async def set_clock(request: web.Request) -> web.StreamResponse:
    """POST `{"advance": seconds}` or `{"offset": seconds}`: move the simulator's clock."""
    world, body = request.app[WORLD], await json_of(request)
    try:
        offset = float(body["offset"]) if "offset" in body else world.clock.offset + float(body["advance"])
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("bad_clock", "advance or offset must be a number of seconds.") from error
    world.set_clock(offset)
    return web.json_response({"now": world.clock.now(), "offset": offset})


async def add_customer(request: web.Request) -> web.StreamResponse:
    """POST `{"name","phone"}`: put somebody on the phone page; the same phone again changes them."""
    world, body = request.app[WORLD], await json_of(request)
    phone = digits_of(_text(body, "phone"))
    known = world.customers.find(phone) or made_up(phone)
    customer = changed(known, body | {"listed": True})
    world.customers.save(customer, world.clock.now())
    await world.ledger.committed()
    world.hub.panel_changed()
    return web.json_response(customer.as_json(), status=201)


async def change_customer(request: web.Request) -> web.StreamResponse:
    """PATCH: `name`, `receipts`, `identity`, `wa_id`, `user_id`, `username` or `listed`."""
    world, body = request.app[WORLD], await json_of(request)
    customer = changed(world.customers.person(digits_of(request.match_info["phone"])), body)
    world.customers.save(customer, world.clock.now())
    await world.ledger.committed()
    world.hub.panel_changed()
    return web.json_response(customer.as_json())


async def write(request: web.Request) -> web.StreamResponse:
    """POST: a customer writes; or `{"messages": [...]}`, many do."""
    world, body = request.app[WORLD], await json_of(request)
    several = body.get("messages")
    acts = several if isinstance(several, list) else [body]
    if not 1 <= len(acts) <= MOST_AT_ONCE or not all(isinstance(act, dict) for act in acts):
        raise Refused("bad_inbound", f"messages must have 1 to {MOST_AT_ONCE} objects.")
    wamids: list[str] = []
    planned: list[Delivery] = []
    for act in acts:
        wamid, deliveries = _write(world, act, _own_address(request))
        wamids.append(wamid)
        planned += deliveries
    await world.ledger.committed()
    world.courier.take(planned)
    return web.json_response({"wamids": wamids} if several is not None else {"wamid": wamids[0]}, status=201)


async def read(request: web.Request) -> web.StreamResponse:
    """POST `{"phone_number_id","from"}`: a customer opens the chat and reads what is there."""
    world, body = request.app[WORLD], await json_of(request)
    number, customer = number_of(world, body.get("phone_number_id")), customer_of(world, body)
    planned = acting.read(world, number, customer)
    await world.ledger.committed()
    world.courier.take(planned)
    world.hub.chat_changed(number.phone_number_id, customer.phone)
    return web.json_response({"statuses": len(planned)})


async def ledger(request: web.Request) -> web.StreamResponse:
    """GET: what was accepted, with its statuses."""
    return web.json_response(listing.ledger(request.app[WORLD], _filter(request, inbound=False)))


async def inbound(request: web.Request) -> web.StreamResponse:
    """GET: what customers wrote, with the fate of its webhooks."""
    return web.json_response(listing.ledger(request.app[WORLD], _filter(request, inbound=True)))


async def ledger_entry(request: web.Request) -> web.StreamResponse:
    """GET: one message, of either side."""
    found = listing.entry(request.app[WORLD], request.match_info["wamid"])
    if found is None:
        raise Refused("not_found", "No message has that wamid.", 404)
    return web.json_response(found)


async def deliveries(request: web.Request) -> web.StreamResponse:
    """GET: the last attempts to deliver webhooks, newest first."""
    limit = _whole(request.query.get("limit", "50"), "limit")
    return web.json_response({"deliveries": list(request.app[WORLD].courier.log)[-limit:][::-1] if limit else []})


async def order_failure(request: web.Request) -> web.StreamResponse:
    """POST: let coming requests to /messages fail."""
    request.app[WORLD].failures.order(await json_of(request))
    return web.json_response({}, status=201)


async def send_webhook(request: web.Request) -> web.StreamResponse:
    """POST `{"phone_number_id","field","value"}`: deliver any change to a number's callback."""
    world, body = request.app[WORLD], await json_of(request)
    number = number_of(world, body.get("phone_number_id"))
    if "value" not in body:
        raise Refused("bad_webhook", "value is missing.")
    change = escaped({"value": body["value"], "field": str(body.get("field", "messages"))})
    delivery = world.messages.add_raw_webhook(number.phone_number_id, change, world.clock.now())
    await world.ledger.committed()
    world.courier.take([delivery])
    return web.json_response({}, status=201)


async def reset(request: web.Request) -> web.StreamResponse:
    """POST: forget everything but the numbers."""
    request.app[WORLD].reset()
    await request.app[WORLD].ledger.committed()
    return web.json_response({})


def _write(world: World, act: dict[str, Any], origin: str) -> tuple[str, list[Delivery]]:
    number, customer = number_of(world, act.get("phone_number_id")), customer_of(world, act)
    name = act.get("name")
    if isinstance(name, str) and name and name != customer.name:
        customer = world.customers.save(replace(customer, name=name), world.clock.now())
    delay = act.get("delay", 0)
    if not isinstance(delay, int | float):
        raise Refused("bad_inbound", "delay must be a number of seconds.")
    return acting.write(world, number, customer, act, at=world.clock.now() + delay, origin=origin)


def _own_address(request: web.Request) -> str:
    """Where files are fetched from: by address, as the business calls us, whatever name the browser uses."""
    place = request.transport and request.transport.get_extra_info("sockname")
    return f"http://{place[0]}:{place[1]}" if place and ":" not in place[0] else str(request.url.origin())


def number_of(world: World, phone_number_id: Any) -> Number:
    number = world.numbers.get(str(phone_number_id))
    if number is None:
        raise Refused("not_found", f"There is no number {phone_number_id}.", 404)
    return number


def customer_of(world: World, body: dict[str, Any]) -> Customer:
    address = _text(body, "from")
    return world.customers.find(address) or world.customers.person(digits_of(address))


def _filter(request: web.Request, *, inbound: bool) -> Filter:
    query = request.query
    to = query.get("from" if inbound else "to")
    return Filter(
        phone_number_id=query.get("phone_number_id"),
        to=to.lstrip("+ ") if to else None,
        opaque=query.get("opaque"),
        type=query.get("type"),
        after=_whole(query.get("after", "0"), "after"),
        limit=min(_whole(query.get("limit", "100"), "limit"), 10_000),
        newest=query.get("order") == "newest",
        inbound=inbound,
    )


def _whole(text: str, name: str) -> int:
    if not text.isdigit():
        raise Refused("bad_query", f"{name} must be a whole number.")
    return int(text)


def _text(body: dict[str, Any], name: str) -> str:
    if not isinstance(body.get(name), str) or not body[name]:
        raise Refused("bad_request", f"{name} is missing.")
    return str(body[name])


async def json_of(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise Refused("bad_json", "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise Refused("bad_json", "The body is not a JSON object.")
    return body


def _refusal(code: str, message: str, status: int) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)
