"""What happens to a chat beside messages of customers: written on the phone, called, imported, handed to another
responder, marketing stopped (whatsapp.md §3.2 to §3.4). Each is told to the business as Meta tells it."""

from typing import Any

from aiohttp import web

from apps.simulator import control, graph, responders
from apps.simulator.control import Refused
from apps.simulator.customers import Customer
from apps.simulator.errors import GraphError
from apps.simulator.graph import WORLD
from apps.simulator.messages import Message
from apps.simulator.numbers import Number
from apps.simulator.payloads import contact_of, standby_change, status
from apps.simulator.responders import OTHER, OTHER_APP, US, handover
from apps.simulator.signing import escaped
from apps.simulator.wamids import wamid
from apps.simulator.world import World

ACTIONS = ("pass", "take", "release")
ROLES = ("ai_agent", "ctwa", "customer_service", "escalation", "marketing", "utility")
LONGEST_NOTE = 2000
MOST_IMPORTED = 10_000
DAYS_OF_PHASE = (1, 90, 180)
CALLS = ("answered", "missed")
WISHES = ("stop", "resume")


def routes() -> list[web.RouteDef]:
    """Graph's; they come before the more general ones."""
    return [web.post(graph.AT + "/{phone}/thread_control", thread_control)]


def control_routes() -> list[web.RouteDef]:
    """Those under /control/."""
    return [
        web.post("/control/history", history),
        web.post("/control/echoes", echo),
        web.post("/control/calls", call),
        web.post("/control/handovers", hand_over),
        web.post("/control/responder", respond),
        web.post("/control/preferences", prefer),
    ]


async def thread_control(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/thread_control: take a chat, pass it on, or let go of it; of the last no webhook tells."""
    world, number, body = request.app[WORLD], graph.number_of(request), await graph.json_of(request)
    if body.get("messaging_product") != "whatsapp" or body.get("action") not in ACTIONS:
        raise GraphError(100, "action is pass, take or release.")
    if ("to" in body) == ("recipient" in body):
        raise GraphError(100, "Exactly one of to and recipient is needed.")
    role = graph_role(body)
    note = body.get("metadata", "")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise GraphError(100, f"metadata has at most {LONGEST_NOTE} characters.")
    customer = world.customers.person(str(body.get("to") or body.get("recipient")))
    owner = world.threads.owner(number.phone_number_id, customer.phone, world.clock.now())
    responders.check_control(body["action"], owner, escalation=world.switches.escalation_partner)
    if body["action"] == "release":
        await _give(world, number, customer, "")
    elif body["action"] == "take":
        await _give(world, number, customer, US, "control_taken", responders.taken_by_us(number, note))
    else:
        part = {"previous_owner_app_id": number.app_id, "new_owner_role": role}
        part |= {"metadata": note} if note else {}
        await _give(world, number, customer, OTHER, "control_passed", part)
    return web.json_response({"messaging_product": "whatsapp", "request_id": world.ids.randbytes(12).hex()})


def graph_role(body: dict[str, Any]) -> str:
    """The role that a chat is passed to: without one, the escalation partner."""
    wanted = body.get("control_pass", {})
    role = wanted.get("target_role", "escalation") if isinstance(wanted, dict) else None
    if role not in ROLES:
        raise GraphError(100, "target_role is one of " + ", ".join(ROLES) + ".")
    return str(role)


async def history(request: web.Request) -> web.StreamResponse:
    """POST `{"phone_number_id","threads","messages"}`: so many chats of so many messages, a phase after the other; or
    `{"phone_number_id","refused":true}`: the phone's owner shares nothing."""
    world, body = request.app[WORLD], await control.json_of(request)
    number = control.number_of(world, body.get("phone_number_id"))
    if body.get("refused") is True:
        error = {"code": 2593109, "title": "History sharing is off", "message": "History sharing is off"}
        await _tell(world, number, "history", {"history": [{"errors": [error]}]})
        return web.json_response({"messages": 0}, status=201)
    chats, each = body.get("threads", 1), body.get("messages", 30)
    if not all(isinstance(n, int) and n > 0 for n in (chats, each)) or chats * each > MOST_IMPORTED:
        raise Refused("bad_history", f"threads and messages are counts of at most {MOST_IMPORTED} messages together.")
    people = [world.customers.person(f"55119700{place:05}") for place in range(chats)]
    for phase, days in enumerate(DAYS_OF_PHASE):
        share = [place for place in range(each) if place % len(DAYS_OF_PHASE) == phase]
        threads = [_thread(world, number, customer, share, days) for customer in people if share]
        about = {"phase": phase, "chunk_order": 1, "progress": (100 * (phase + 1)) // len(DAYS_OF_PHASE)}
        await _tell(world, number, "history", {"history": [{"metadata": about, "threads": threads}]})
    return web.json_response({"messages": chats * each}, status=201)


def _thread(world: World, number: Number, customer: Customer, places: list[int], days: int) -> dict[str, Any]:
    """Messages of so many days ago, five minutes after each other, in turns of both sides."""
    start = int(world.clock.now()) - days * 86_400
    messages = []
    for place in places:
        ours = place % 2 == 1
        who = {"from": number.digits, "to": customer.wa_id} if ours else {"from": customer.wa_id}
        told = {
            "id": wamid(customer.wa_id, inbound=not ours, source=world.ids),
            "timestamp": str(start + place * 300),
            "type": "text",
        }
        context: dict[str, Any] = {"history_context": {"status": "READ"}}
        messages.append(who | told | {"text": {"body": f"Mensagem antiga {place + 1}"}} | context)
    return {"id": customer.wa_id, "messages": messages}


async def echo(request: web.Request) -> web.StreamResponse:
    """POST `{"phone_number_id","from","text"}`: the business writes to this customer on the phone's own app."""
    world, number, customer, body = await _about(request)
    new = wamid(customer.wa_id, inbound=False, source=world.ids)
    said: dict[str, Any] = {"type": "text", "text": {"body": str(body.get("text", "Ok"))}}
    item = {"from": number.digits, "to": customer.wa_id, "id": new, "timestamp": _now(world)} | said
    await _tell(world, number, "smb_message_echoes", {"contacts": [contact_of(customer)], "message_echoes": [item]})
    return web.json_response({"wamid": new}, status=201)


async def call(request: web.Request) -> web.StreamResponse:
    """POST `{"phone_number_id","from","end"}`: this customer calls; `end` is answered or missed."""
    world, number, customer, body = await _about(request)
    end = body.get("end", "missed")
    if end not in CALLS:
        raise Refused("bad_call", "end is answered or missed.")
    known = {"id": f"wacid.{world.ids.randbytes(9).hex().upper()}", "from": customer.wa_id, "to": number.digits}
    known |= {"timestamp": _now(world), "direction": "USER_INITIATED"}
    rest: dict[str, Any] = {"event": "terminate", "status": "COMPLETED"}
    if end == "answered":
        rest |= {"start_time": _now(world), "end_time": str(int(world.clock.now()) + 65), "duration": 65}
    people = {"contacts": [contact_of(customer)]}
    offer = {"event": "connect", "session": {"sdp_type": "offer", "sdp": "v=0"}}
    await _tell(world, number, "calls", people | {"calls": [known | offer]})
    await _tell(world, number, "calls", people | {"calls": [known | rest]})
    return web.json_response({"call_id": known["id"]}, status=201)


async def hand_over(request: web.Request) -> web.StreamResponse:
    """POST `{"phone_number_id","from","to"}`: the chat goes `to` us, or to another responder (`other`)."""
    world, number, customer, body = await _about(request)
    if body.get("to") not in ("us", "other"):
        raise Refused("bad_handover", "to is us or other.")
    ours = body["to"] == "us"
    part: dict[str, Any] = {"previous_owner_role": "ai_agent", "new_owner_role": "escalation"}
    part |= {"previous_owner_app_id": OTHER_APP} if ours else {"previous_owner_app_id": number.app_id}
    context = {"type": "summary", "summary": {"text": str(body.get("summary", "O cliente quer falar com alguém."))}}
    part |= {"metadata": str(body.get("note", "")), "conversation_context": context}
    await _give(world, number, customer, body["to"], "control_passed", part)
    return web.json_response({}, status=201)


async def respond(request: web.Request) -> web.StreamResponse:
    """POST `{"phone_number_id","from","text"}`: the other responder writes to this customer; we get copies."""
    world, number, customer, body = await _about(request)
    now = world.clock.now()
    if world.threads.owner(number.phone_number_id, customer.phone, now) != OTHER:
        raise Refused("not_its_chat", "The other responder doesn't have this chat.", 409)
    said = {"to": customer.wa_id, "type": "text", "text": {"body": str(body.get("text") or "Como posso ajudar?")}}
    new = wamid(customer.wa_id, inbound=False, source=world.ids)
    world.messages.add(Message(new, number.phone_number_id, customer.phone, False, "text", said, now, now))
    echo = {"message_echoes": [{"id": new, "timestamp": str(int(now)), "message": said}]}
    copies = [standby_change(number, {"contacts": [contact_of(customer)]} | echo)]
    for name in ("sent", "delivered"):
        copies.append(standby_change(number, {"statuses": [status(customer, new, name, now)]}))
    planned = [world.messages.add_raw_webhook(number.phone_number_id, copy, now) for copy in copies]
    await world.ledger.committed()
    world.courier.take(planned)
    world.hub.chat_changed(number.phone_number_id, customer.phone)
    return web.json_response({"wamid": new}, status=201)


async def prefer(request: web.Request) -> web.StreamResponse:
    """POST `{"phone_number_id","from","value"}`: this customer stops or resumes marketing."""
    world, number, customer, body = await _about(request)
    if body.get("value") not in WISHES:
        raise Refused("bad_preference", "value is stop or resume.")
    wish = {"wa_id": customer.wa_id, "user_id": customer.user_id, "category": "marketing_messages"}
    wish |= {"value": body["value"], "detail": f"User requested to {body['value']} marketing messages"}
    told = wish | {"timestamp": int(world.clock.now())}
    value = {"contacts": [contact_of(customer)], "user_preferences": [told]}
    await _tell(world, number, "user_preferences", value)
    return web.json_response({}, status=201)


async def _about(request: web.Request) -> tuple[World, Number, Customer, dict[str, Any]]:
    world, body = request.app[WORLD], await control.json_of(request)
    return world, control.number_of(world, body.get("phone_number_id")), control.customer_of(world, body), body


async def _give(
    world: World, number: Number, customer: Customer, owner: str, kind: str = "", part: dict[str, Any] | None = None
) -> None:
    """The chat is this owner's from now on; of one let go of no webhook tells."""
    now = world.clock.now()
    world.threads.give(number.phone_number_id, customer.phone, owner, now)
    await world.ledger.committed()
    if part is not None:
        await _tell(world, number, "messaging_handovers", handover(number, customer, kind, part, now))
    world.hub.chat_changed(number.phone_number_id, customer.phone)


def _now(world: World) -> str:
    return str(int(world.clock.now()))


async def _tell(world: World, number: Number, field: str, value: dict[str, Any]) -> None:
    about = {"display_phone_number": number.digits, "phone_number_id": number.phone_number_id}
    frame = {"messaging_product": "whatsapp"} | ({} if field == "messaging_handovers" else {"metadata": about})
    change = escaped({"value": frame | value, "field": field})
    delivery = world.messages.add_raw_webhook(number.phone_number_id, change, world.clock.now())
    await world.ledger.committed()
    world.courier.take([delivery])
