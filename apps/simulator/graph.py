"""The Graph API as far as the simulator has it: any version, `/vNN.N/…` (whatsapp.md §2, §5, §7, §8)."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import BodyPartReader, web

from apps.simulator import nodes, responders, sending, shapes
from apps.simulator.accounts import shown
from apps.simulator.errors import GraphError, bad_token, no_such_object, trace_id
from apps.simulator.magic import Spell
from apps.simulator.marketing import check_edge
from apps.simulator.media import Media, check_mime, kind_of, most_bytes, plain_mime
from apps.simulator.numbers import Number
from apps.simulator.paging import page
from apps.simulator.signing import escaped
from apps.simulator.standing import check_standing
from apps.simulator.world import World

WORLD: web.AppKey[World] = web.AppKey("world", World)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

AT = r"/{version:v\d{1,3}\.\d}"
MOST_JSON_BYTES = 1024 * 1024

_HTML_503 = "<!DOCTYPE html><html><head><title>Error</title></head><body>Sorry, something went wrong.</body></html>"


def routes() -> list[web.RouteDef]:
    """Every Graph route; what is more special comes first."""
    at = AT
    return [
        web.post(at + "/{phone}/{edge:messages|marketing_messages}", messages),
        web.post(at + "/{phone}/media", upload),
        web.get(at + "/{waba}/phone_numbers", phone_numbers),
        web.get(at + "/{waba}/subscribed_apps", subscribed_apps),
        web.post(at + "/{waba}/subscribed_apps", subscribe),
        web.delete(at + "/{waba}/subscribed_apps", unsubscribe),
        web.get(at + "/{app}/subscriptions", subscriptions),
        web.post(at + "/{app}/subscriptions", set_subscription),
        web.get(at + r"/{node:\d+}", read_node),
        web.post(at + r"/{node:\d+}{slash:/?}", change_node),
        web.delete(at + r"/{node:\d+}", delete_node),
        web.get("/whatsapp_business/attachments/", download),
        web.route("*", at + "/{rest:.*}", unknown_path),
    ]


@web.middleware
async def graph_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals in Graph's JSON, its headers, and the switch that takes all of Graph away."""
    if not request.path.startswith(("/v", "/whatsapp_business/")) and not request.path[1:2].isdigit():
        return await handler(request)
    if request.app[WORLD].switches.graph_outage:
        return web.Response(status=503, text=_HTML_503, content_type="text/html")
    try:
        answer = await handler(request)
    except GraphError as refusal:
        answer = web.json_response(refusal.body(), status=refusal.http)
    except web.HTTPRequestEntityTooLarge:
        answer = web.json_response(GraphError(100, "The request is too large.").body(), status=413)
    if not answer.prepared:
        answer.headers["facebook-api-version"] = request.match_info.get("version", "")
        answer.headers["x-fb-trace-id"] = trace_id()
        answer.headers["X-App-Usage"] = '{"call_count":1,"total_cputime":1,"total_time":1}'
    return answer


async def messages(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/messages or /marketing_messages: send, mark as read, show typing."""
    world, number = request.app[WORLD], number_of(request)
    body = await json_of(request)
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    if "status" in body:
        shapes.check_read(body)
        await sending.mark_read(world, number, body)
        return web.json_response({"success": True})
    address = sending.address_of(body)
    spell = world.spell(address)
    if spell.unavailable:
        return web.Response(status=503, text=_HTML_503, content_type="text/html")
    world.failures.refuse(number.phone_number_id, address, spell)
    shapes.check_message(body)
    check_edge(request.match_info["edge"], world.templates.category_of(number.waba_id, body), body)
    world.templates.check_send(number.waba_id, body)
    if not number.registered:
        raise GraphError(133010)
    if world.accounts.has_blocked(number, world.customers.find(address), address):
        raise GraphError(130403)
    check_standing(world, number, body, world.customers.person(address).phone)
    await _take_thread(world, number, body, address)
    _take_tokens(world, number, address)
    accepted = await sending.accept(world, number, body, address)
    await _dawdle(world, spell)
    return web.json_response(
        {
            "messaging_product": "whatsapp",
            "contacts": [accepted.contact],
            "messages": [{"id": accepted.message.wamid} | _message_status(body, held=accepted.held)],
        }
    )


async def upload(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/media: multipart with messaging_product, type and file."""
    number = number_of(request)
    if not request.content_type.startswith("multipart/"):
        raise GraphError(100, message="(#100) The parameter file is required.")
    media, fields = None, dict(request.query)
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "file":
            media = await _stored(request, number, part, fields.get("type", ""))
        elif part.name:
            fields[part.name] = (await part.read(decode=True)).decode("utf-8", "replace")
    if media is None:
        raise GraphError(100, message="(#100) The parameter file is required.")
    if fields.get("messaging_product") != "whatsapp":
        request.app[WORLD].media.delete(media.id)
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    await request.app[WORLD].ledger.committed()
    return web.json_response({"id": media.id})


async def download(request: web.Request) -> web.StreamResponse:
    """The address that GET /{media} answers: it needs the token, and dies after five minutes."""
    world = request.app[WORLD]
    media = world.media.get(request.query.get("mid", ""))
    if media is None or not world.media.opens(media.id, request.query.get("ext", ""), request.query.get("hash", "")):
        return web.Response(status=404, text="URL signature expired", content_type="text/plain")
    if media.phone_number_id not in [number.phone_number_id for number in world.numbers.of_token(token_of(request))]:
        return web.Response(status=401, text="Authentication Error", content_type="text/plain")
    return web.FileResponse(world.media.path(media.id), headers={"Content-Type": media.mime_type})


async def read_node(request: web.Request) -> web.StreamResponse:
    """GET /{id}: a number, a WABA or a file."""
    world, node = request.app[WORLD], request.match_info["node"]
    numbers = numbers_of(request)
    fields = request.query.get("fields", "")
    for number in numbers:
        if number.phone_number_id == node:
            return web.json_response(nodes.number(number, fields, shown(number, world.accounts.of(number))))
    if node in [number.waba_id for number in numbers]:
        return web.json_response(nodes.waba(numbers, node, fields))
    media = world.media.get(node)
    if media and media.phone_number_id in [number.phone_number_id for number in numbers]:
        return web.json_response(world.media.as_graph_json(media, str(request.url.origin())))
    raise no_such_object(node)


async def change_node(request: web.Request) -> web.StreamResponse:
    """POST /{phone}: its webhook_configuration."""
    world, node = request.app[WORLD], request.match_info["node"]
    number = next((one for one in numbers_of(request) if one.phone_number_id == node), None)
    if number is None:
        raise no_such_object(node, "post")
    given = await parameters_of(request)
    if isinstance(given.get("webhook_configuration"), dict):
        await _override(world, [number], given["webhook_configuration"])
    else:
        raise GraphError(100, "Nothing that can be changed here was named.")
    return web.json_response({"success": True})


async def delete_node(request: web.Request) -> web.StreamResponse:
    """DELETE /{media}."""
    world, node = request.app[WORLD], request.match_info["node"]
    media = world.media.get(node)
    if media is None or media.phone_number_id not in [number.phone_number_id for number in numbers_of(request)]:
        raise no_such_object(node, "delete")
    world.media.delete(node)
    await world.ledger.committed()
    return web.json_response({"success": True})


async def phone_numbers(request: web.Request) -> web.StreamResponse:
    """GET /{waba}/phone_numbers."""
    numbers = numbers_of_waba(request)
    fields, known = request.query.get("fields", ""), request.app[WORLD].accounts
    data = [nodes.number(number, fields, shown(number, known.of(number))) for number in numbers]
    return with_usage(request, page(data, request), numbers[0].waba_id)


async def subscribed_apps(request: web.Request) -> web.StreamResponse:
    """GET /{waba}/subscribed_apps."""
    numbers = numbers_of_waba(request)
    return with_usage(request, {"data": nodes.subscribed_apps(numbers)}, numbers[0].waba_id)


async def subscribe(request: web.Request) -> web.StreamResponse:
    """POST /{waba}/subscribed_apps: webhooks of this WABA come to the app, or to an override."""
    numbers = numbers_of_waba(request)
    await _override(request.app[WORLD], numbers, await parameters_of(request), "account_override")
    for number in numbers:
        number.subscribed = True
        request.app[WORLD].numbers.save(number)
    request.app[WORLD].courier.kick()
    return with_usage(request, {"success": True}, numbers[0].waba_id)


async def unsubscribe(request: web.Request) -> web.StreamResponse:
    """DELETE /{waba}/subscribed_apps: its webhooks stop."""
    numbers = numbers_of_waba(request)
    for number in numbers:
        number.subscribed = False
        request.app[WORLD].numbers.save(number)
    return with_usage(request, {"success": True}, numbers[0].waba_id)


async def subscriptions(request: web.Request) -> web.StreamResponse:
    """GET /{app}/subscriptions."""
    number = _numbers_of_app(request)[0]
    return web.json_response({"data": [nodes.subscription(number)]})


async def set_subscription(request: web.Request) -> web.StreamResponse:
    """POST /{app}/subscriptions: a new callback for the app, after the handshake."""
    world, numbers, given = request.app[WORLD], _numbers_of_app(request), await parameters_of(request)
    url, token = str(given.get("callback_url", "")), str(given.get("verify_token", ""))
    await _shake(world, url, token)
    for number in numbers:
        number.webhook_url, number.verify_token, number.verified, number.verify_error = url, token, True, ""
        world.numbers.save(number)
    world.courier.kick()
    return web.json_response({"success": True})


async def app_token(request: web.Request) -> web.StreamResponse:
    """GET /oauth/access_token?grant_type=client_credentials."""
    token = f"{request.query.get('client_id', '')}|{request.query.get('client_secret', '')}"
    if not request.app[WORLD].numbers.of_token(token):
        raise GraphError(101, message="Error validating application. Cannot get application info.")
    return web.json_response({"access_token": token, "token_type": "bearer"})


async def unknown_path(request: web.Request) -> web.StreamResponse:
    """Whatever else: as Graph says it of paths that it doesn't have."""
    rest = request.match_info["rest"]
    raise GraphError(2500, message=f"Unknown path components: /{rest}")


async def json_of(request: web.Request) -> dict[str, Any]:
    """The request's JSON object.

    Raises:
        GraphError: 100, it is none.
    """
    raw = await request.read()
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict) or len(raw) > MOST_JSON_BYTES:
        raise GraphError(100, "The request's body is not a JSON object.")
    return body


async def parameters_of(request: web.Request) -> dict[str, Any]:
    """Parameters from wherever Graph takes them: the address, a form or JSON."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json" and request.body_exists:  # which may be read twice
        return given | await json_of(request)
    return given | dict(await request.post())


def numbers_of(request: web.Request) -> list[Number]:
    """The numbers that the request's token reaches.

    Raises:
        GraphError: 190, it reaches none; 100, a wrong appsecret_proof.
    """
    token = token_of(request)
    numbers = request.app[WORLD].numbers.of_token(token)
    if not numbers:
        raise bad_token()
    if "|" not in token and request.app[WORLD].accounts.is_dead(numbers):
        raise bad_token(463)
    proof = request.query.get("appsecret_proof")
    if proof is not None:
        right = hmac.digest(numbers[0].app_secret.encode(), token.encode(), hashlib.sha256).hex()
        if not hmac.compare_digest(proof, right):
            raise GraphError(100, message="Invalid appsecret_proof provided in the API argument")
    return numbers


def number_of(request: web.Request) -> Number:
    """The number in the path.

    Raises:
        GraphError: 190, a bad token; 100 with subcode 33, no such number for this token.
    """
    wanted = request.match_info["phone"]
    for number in numbers_of(request):
        if number.phone_number_id == wanted:
            return number
    raise no_such_object(wanted, request.method.lower())


def token_of(request: web.Request) -> str:
    """The access token, from the header or the address."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() in ("bearer", "oauth"):
        return token.strip()
    return request.query.get("access_token", "")


def numbers_of_waba(request: web.Request) -> list[Number]:
    """The numbers of the account in the path; refusals as `number_of`."""
    wanted = request.match_info["waba"]
    numbers = [number for number in numbers_of(request) if number.waba_id == wanted]
    if not numbers:
        raise no_such_object(wanted, request.method.lower())
    request.app[WORLD].quotas.manage(wanted)
    return numbers


def _numbers_of_app(request: web.Request) -> list[Number]:
    wanted = request.match_info["app"]
    numbers = [number for number in numbers_of(request) if number.app_id == wanted]
    if not numbers:
        raise no_such_object(wanted, request.method.lower())
    return numbers


async def _take_thread(world: World, number: Number, body: dict[str, Any], address: str) -> None:
    """Refuse what is for a chat of another responder's, or take it over, if we are who chats are escalated to."""
    customer, now = world.customers.person(address), world.clock.now()
    owner = world.threads.owner(number.phone_number_id, customer.phone, now)
    if not responders.takes_by_sending(owner, body, escalation=world.switches.escalation_partner):
        return
    world.threads.give(number.phone_number_id, customer.phone, responders.US, now)
    value = responders.handover(number, customer, "control_taken", responders.taken_by_us(number), now)
    change = escaped({"value": {"messaging_product": "whatsapp"} | value, "field": "messaging_handovers"})
    delivery = world.messages.add_raw_webhook(number.phone_number_id, change, now)
    await world.ledger.committed()
    world.courier.take([delivery])


def _take_tokens(world: World, number: Number, address: str) -> None:
    """Refuse what comes faster than the number's or the pair's rate."""
    switches = world.switches
    rate = number.throughput if switches.throughput is None else switches.throughput
    if rate and not world.buckets.take(number.phone_number_id, rate=rate, burst=rate):
        raise GraphError(130429)
    if switches.pair_limit and not world.buckets.take_of_pair(number.phone_number_id, address):
        raise GraphError(131056)


async def _dawdle(world: World, spell: Spell) -> None:
    """Take as long for the answer as the switch says, or longer than any client waits."""
    if spell.hangs:
        await asyncio.sleep(world.switches.hang_seconds)
        raise GraphError(2, http=504)
    if world.switches.response_delay[1]:
        await asyncio.sleep(world.random.uniform(*world.switches.response_delay))


def _message_status(body: dict[str, Any], *, held: bool) -> dict[str, str]:
    word = "held_for_quality_assessment" if held else "accepted"
    return {"message_status": word} if body["type"] == "template" else {}


async def _stored(request: web.Request, number: Number, part: BodyPartReader, declared: str) -> Media:
    mime = plain_mime(part.headers.get("Content-Type", ""), part.filename or "")
    if mime == "application/octet-stream" and "/" in declared:
        mime = plain_mime(declared)
    kind = kind_of(mime)
    check_mime(kind, mime)
    return await request.app[WORLD].media.store(
        _chunks(part),
        phone_number_id=number.phone_number_id,
        mime_type=mime,
        filename=part.filename or "",
        origin="upload",
        most=most_bytes(kind),
    )


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(65536):
        yield chunk


async def _override(world: World, numbers: list[Number], given: dict[str, Any], whose: str = "override") -> None:
    """Set or clear another callback for these numbers: their own, or with `account_override` their account's."""
    url, token = str(given.get("override_callback_uri") or ""), str(given.get("verify_token") or "")
    if url:
        await _shake(world, url, token)
    for number in numbers:
        before = number.callback, number.callback_token
        setattr(number, f"{whose}_url", url)
        setattr(number, f"{whose}_token", token)
        world.numbers.save(number)
        if before != (number.callback, number.callback_token):
            number.verified = number.callback == url
            world.numbers.save(number)
            if not number.verified:
                world.handshakes.keep_trying(number)
    world.courier.kick()


async def _shake(world: World, url: str, token: str) -> None:
    problem = await world.handshakes.problem(url, token)
    if problem:
        raise GraphError(2200, message=f"(#2200) Callback verification failed with the following errors: {problem}")


def with_usage(request: web.Request, body: dict[str, Any], waba_id: str) -> web.Response:
    """An answer with the header that tells how much of the account's rate is used."""
    used = request.app[WORLD].quotas.used(waba_id)
    usage = {"type": "whatsapp", "call_count": used, "total_cputime": 1, "total_time": 1}
    header = json.dumps({waba_id: [usage | {"estimated_time_to_regain_access": 0}]})
    return web.json_response(body, headers={"X-Business-Use-Case-Usage": header})
