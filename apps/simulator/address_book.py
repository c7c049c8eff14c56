"""The address book of the phone that a number is used on, too: whom its owner adds and removes (whatsapp.md §3.2)."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from apps.simulator import control
from apps.simulator.control import Refused
from apps.simulator.customers import Customer
from apps.simulator.graph import WORLD
from apps.simulator.numbers import Number
from apps.simulator.signing import escaped
from apps.simulator.webhooks import Delivery
from apps.simulator.world import World

ACTIONS = ("add", "remove")


def control_routes() -> list[web.RouteDef]:
    """Under /control/."""
    return [web.post("/control/address-book", change)]


async def change(request: web.Request) -> web.StreamResponse:
    """POST `{"phone_number_id","from","action","name"}`: the owner adds (or renames) somebody, or removes them."""
    world, body = request.app[WORLD], await control.json_of(request)
    number, customer = control.number_of(world, body.get("phone_number_id")), control.customer_of(world, body)
    if body.get("action") not in ACTIONS:
        raise Refused("bad_action", "action is add or remove.")
    called = replace(customer, name=str(body.get("name") or customer.name))
    delivery = told(world, number, [(called, body["action"])])
    await world.ledger.committed()
    world.courier.take([delivery])
    return web.json_response({}, status=201)


def told(world: World, number: Number, changes: list[tuple[Customer, str]]) -> Delivery:
    """The webhook that tells of these; who is removed has no name in it. Hand it to the courier after the commit."""
    now = world.clock.now()
    rows = [
        {
            "type": "contact",
            "contact": _contact(customer, named=action == "add"),
            "action": action,
            "metadata": {"timestamp": str(int(now))},
        }
        for customer, action in changes
    ]
    about = {"display_phone_number": number.digits, "phone_number_id": number.phone_number_id}
    value = {"messaging_product": "whatsapp", "metadata": about, "state_sync": rows}
    change = escaped({"value": value, "field": "smb_app_state_sync"})
    return world.messages.add_raw_webhook(number.phone_number_id, change, now)


def _contact(customer: Customer, *, named: bool) -> dict[str, Any]:
    names = {"full_name": customer.name, "first_name": customer.name.partition(" ")[0]} if named else {}
    return names | {"phone_number": customer.wa_id or customer.phone, "user_id": customer.user_id}
