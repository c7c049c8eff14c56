"""Numbers, accounts and tokens over HTTP: Graph's endpoints, and the control API's (whatsapp.md §2, §3.2, §8)."""

import re
import unicodedata
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from apps.simulator import accounts, address_book, graph, uploads
from apps.simulator.accounts import State, named
from apps.simulator.control import Refused
from apps.simulator.customers import is_bsuid
from apps.simulator.errors import GraphError, bad_token, no_such_object
from apps.simulator.limits import table
from apps.simulator.numbers import Number
from apps.simulator.paging import page
from apps.simulator.signing import escaped
from apps.simulator.world import World

TIERS = ("TIER_50", "TIER_250", "TIER_2K", "TIER_10K", "TIER_100K", "TIER_UNLIMITED", "TIER_NOT_SET")
Answer = Coroutine[Any, Any, web.StreamResponse]


def routes() -> list[web.RouteDef]:
    """Graph's; they come before the more general ones."""
    at = graph.AT
    return [
        web.post(at + "/{phone}/register", register),
        web.post(at + "/{phone}/deregister", deregister),
        web.post(at + "/{phone}/request_code", request_code),
        web.post(at + "/{phone}/verify_code", verify_code),
        web.get(at + "/{phone}/whatsapp_business_profile", profile),
        web.post(at + "/{phone}/whatsapp_business_profile", change_profile),
        web.get(at + "/{phone}/message_qrdls", links),
        web.post(at + "/{phone}/message_qrdls", save_link),
        web.get(at + "/{phone}/message_qrdls/{code}", link),
        web.delete(at + "/{phone}/message_qrdls/{code}", delete_link),
        web.post(at + "/{phone}/conversational_automation", automate),
        web.delete(at + "/{phone}/contact_book", forget),
        web.get(at + "/{phone}/block_users", blocked),
        web.post(at + "/{phone}/block_users", block(blocked=True)),
        web.delete(at + "/{phone}/block_users", block(blocked=False)),
        web.get(at + "/{phone}/settings", settings),
        web.post(at + "/{phone}/settings", change_settings),
        web.get(at + "/{phone}/whatsapp_commerce_settings", commerce),
        web.post(at + "/{phone}/whatsapp_commerce_settings", change_commerce),
        web.get(at + "/{phone}/username_suggestions", suggestions),
        web.delete(at + "/{phone}/requested_username", leave_request),
        web.get(at + "/{phone}/username", username),
        web.post(at + "/{phone}/username", take_username),
        web.delete(at + "/{phone}/username", leave_username),
        web.post(at + "/{phone}/smb_app_data", start_sync),
        web.get(at + "/debug_token", debug_token),
        web.get(at + "/oauth/access_token", exchange),
    ]


def control_routes() -> list[web.RouteDef]:
    """Those under /control/."""
    return [
        web.get("/control/accounts/{phone}", state_of),
        web.patch("/control/accounts/{phone}", change),
        web.post("/control/accounts/{phone}/signup", sign_up),
    ]


# --- The number --------------------------------------------------------------------------------------------------


async def register(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/register."""
    given = await graph.parameters_of(request)
    return await _done(
        request,
        lambda all_, number: all_.register(
            number, str(given.get("pin", "")), str(given.get("data_localization_region", ""))
        ),
    )


async def deregister(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/deregister."""
    return await _done(request, lambda all_, number: all_.deregister(number))


async def request_code(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/request_code: the code stands in GET /control/accounts/{phone}."""
    given = await graph.parameters_of(request)
    method, language = str(given.get("code_method", "")), str(given.get("language", ""))
    return await _done(request, lambda all_, number: all_.request_code(number, method, language))


async def verify_code(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/verify_code."""
    given = await graph.parameters_of(request)
    return await _done(request, lambda all_, number: all_.verify_code(number, str(given.get("code", ""))))


async def change_number(request: web.Request) -> web.StreamResponse | None:
    """POST /{phone} with `pin` or `new_display_name`; None: something else is wanted of it."""
    given = await graph.parameters_of(request)
    if "pin" in given:
        return await _done(request, lambda all_, number: all_.set_pin(number, str(given["pin"])), "node")
    if "new_display_name" in given:
        name = str(given["new_display_name"])
        return await _done(request, lambda all_, number: all_.request_name(number, name), "node")
    return None


async def start_sync(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/smb_app_data: of `smb_app_state_sync` the whole address book of the phone comes at once."""
    given, world = await graph.json_of(request), request.app[graph.WORLD]
    await _done(request, lambda all_, number: all_.start_sync(number, str(given.get("sync_type", ""))))
    if given["sync_type"] == "smb_app_state_sync":
        number, people = graph.number_of(request), [one for one in world.customers if one.listed]
        delivery = address_book.told(world, number, [(one, "add") for one in people])
        await world.ledger.committed()
        world.courier.take([delivery])
    return web.json_response({"messaging_product": "whatsapp", "request_id": f"sync-{given['sync_type']}"})


# --- What customers see ------------------------------------------------------------------------------------------


async def profile(request: web.Request) -> web.StreamResponse:
    """GET /{phone}/whatsapp_business_profile."""
    state = request.app[graph.WORLD].accounts.of(graph.number_of(request))
    return web.json_response({"data": [accounts.profile_of(state, request.query.get("fields", ""))]})


async def change_profile(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/whatsapp_business_profile."""
    given = await graph.json_of(request)
    if given.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    picture = uploads.mime_of(request.app[graph.WORLD], given.get("profile_picture_handle"))
    return await _done(request, lambda all_, number: all_.change_profile(number, given, picture))


async def links(request: web.Request) -> web.StreamResponse:
    """GET /{phone}/message_qrdls; `fields=…,qr_image_url.format(SVG)` names their pictures."""
    found = request.app[graph.WORLD].accounts.of(graph.number_of(request))["links"].values()
    return web.json_response({"data": [_link(request, each, request.query.get("fields", "")) for each in found]})


async def link(request: web.Request) -> web.StreamResponse:
    """GET /{phone}/message_qrdls/{code}; of one that isn't there, nothing."""
    found = request.app[graph.WORLD].accounts.of(graph.number_of(request))["links"].get(request.match_info["code"])
    return web.json_response({"data": [_link(request, found, request.query.get("fields", ""))] if found else []})


async def save_link(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/message_qrdls: a new one, or with `code` another text."""
    given, number = await graph.parameters_of(request), graph.number_of(request)
    world = request.app[graph.WORLD]
    saved = world.accounts.save_link(number, given)
    world.accounts.keep(number)
    await world.ledger.committed()
    return web.json_response(_link(request, saved, str(given.get("generate_qr_image", ""))))


async def delete_link(request: web.Request) -> web.StreamResponse:
    """DELETE /{phone}/message_qrdls/{code}."""
    code = _known_link(request)["code"]
    return await _done(request, lambda all_, number: all_.of(number)["links"].pop(code))


async def automate(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/conversational_automation."""
    given = await graph.json_of(request)
    return await _done(request, lambda all_, number: all_.automate(number, given))


async def username(request: web.Request) -> web.StreamResponse:
    """GET /{phone}/username."""
    state = request.app[graph.WORLD].accounts.of(graph.number_of(request))
    if state["username"]:
        return web.json_response({"username": state["username"], "status": "approved"})
    return web.json_response({"username": asked, "status": "reserved"} if (asked := state["reserved"]) else {})


async def suggestions(request: web.Request) -> web.StreamResponse:
    """GET /{phone}/username_suggestions: from the number's name."""
    number = graph.number_of(request)
    letters = unicodedata.normalize("NFKD", number.verified_name.lower()).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", ".", letters).strip(".")
    names = [f"{plain or 'empresa'}{end}" for end in ("", ".oficial", f".{number.digits[-4:]}")]
    free = [name for name in names if not _whose(request.app[graph.WORLD], name, number)]
    return web.json_response({"data": [{"username_suggestions": free}]})


async def take_username(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/username: it is the number's at once, or with `hold` in it reserved until Meta has decided.

    Another number of the same business gives its own only with `force_transfer`.
    """
    given, limits = await graph.parameters_of(request), table("numbers.username")
    name = str(given.get("username", ""))
    well_formed = re.fullmatch(limits["pattern"], name) and limits["min"] <= len(name) <= limits["max"]
    if not well_formed or not re.search("[a-z]", name) or re.search(r"^\.|\.$|\.\.|^www|\.(com|net|org|br)$", name):
        raise GraphError(100, "This is no username.")
    world, number = request.app[graph.WORLD], graph.number_of(request)
    owner = _whose(world, name, number)
    if owner is not None and owner not in graph.numbers_of(request):
        raise GraphError(147001, message="(#147001) This username isn't available.")
    if owner is not None:
        if str(given.get("force_transfer", "")).lower() != "true":
            raise GraphError(147005, message="(#147005) Another number has this username: transfer it.")
        world.accounts.of(owner)["username"] = ""
        world.accounts.keep(owner)
        _tell(world, owner, "business_username_updates", {"status": "deleted"})
    status = "reserved" if "hold" in name else "approved"
    world.accounts.of(number).update({"reserved": name} if status == "reserved" else {"username": name, "reserved": ""})
    world.accounts.keep(number)
    _tell(world, number, "business_username_updates", {"username": name, "status": status})
    await world.ledger.committed()
    return web.json_response({"success": True, "status": status})


async def leave_request(request: web.Request) -> web.StreamResponse:
    """DELETE /{phone}/requested_username: what is reserved is let go of."""
    return await _done(request, lambda all_, one: all_.of(one).update(reserved=""))


def _whose(world: World, name: str, number: Number) -> Number | None:
    """The other number that has this username."""
    return next(
        (one for one in world.numbers if one is not number and world.accounts.of(one)["username"] == name), None
    )


async def commerce(request: web.Request) -> web.StreamResponse:
    """GET /{phone}/whatsapp_commerce_settings."""
    number = graph.number_of(request)
    known = request.app[graph.WORLD].accounts.of(number)["commerce"]
    return web.json_response({"data": [known | {"id": number.phone_number_id}]})


async def change_commerce(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/whatsapp_commerce_settings: what is named of the two."""
    given = await graph.parameters_of(request)
    wanted = {name: str(given[name]).lower() for name in ("is_cart_enabled", "is_catalog_visible") if name in given}
    if not wanted or not set(wanted.values()) <= {"true", "false"}:
        raise GraphError(100, message="(#100) is_cart_enabled or is_catalog_visible must be a boolean.")
    kept = {name: value == "true" for name, value in wanted.items()}
    return await _done(request, lambda all_, number: all_.of(number)["commerce"].update(kept))


async def leave_username(request: web.Request) -> web.StreamResponse:
    """DELETE /{phone}/username."""
    world, number = request.app[graph.WORLD], graph.number_of(request)
    _tell(world, number, "business_username_updates", {"status": "deleted"})
    return await _done(request, lambda all_, one: all_.of(one).update(username=""))


async def settings(request: web.Request) -> web.StreamResponse:
    """GET /{phone}/settings."""
    return web.json_response(request.app[graph.WORLD].accounts.of(graph.number_of(request))["settings"])


async def change_settings(request: web.Request) -> web.StreamResponse:
    """POST /{phone}/settings: what is named is replaced."""
    given = await graph.json_of(request)
    return await _done(request, lambda all_, number: all_.of(number)["settings"].update(given))


# --- Blocked people ----------------------------------------------------------------------------------------------


async def blocked(request: web.Request) -> web.StreamResponse:
    """GET /{phone}/block_users, in pages."""
    known = request.app[graph.WORLD].accounts.of(graph.number_of(request))["blocked"]
    rows = [{"messaging_product": "whatsapp"} | named(each) for each in known]
    return web.json_response(page(rows, request, key="input", usual=50))


def block(*, blocked: bool) -> graph.Handler:
    """POST and DELETE /{phone}/block_users: whoever didn't write within a day can't be blocked."""

    async def handler(request: web.Request) -> web.StreamResponse:
        given, number, world = await graph.json_of(request), graph.number_of(request), request.app[graph.WORLD]
        rows = given.get("block_users")
        if not isinstance(rows, list) or not rows:
            raise GraphError(100, message="(#100) The parameter block_users is required.")
        who = [_person(world, number, str(row.get("user_id") or row.get("user") or "")) for row in rows]
        answer = world.accounts.block(number, who, blocked=blocked)
        world.accounts.keep(number)
        await world.ledger.committed()
        return web.json_response(answer, status=400 if "error" in answer else 200)

    return handler


def _person(world: World, number: Number, asked: str) -> tuple[str, str, bool]:
    customer = world.customers.person(asked.lstrip("+"))
    wrote = world.messages.window_open(number.phone_number_id, customer.phone, world.clock.now())
    return asked, customer.wa_id or customer.user_id, wrote


async def forget(request: web.Request) -> web.StreamResponse:
    """DELETE /{phone}/contact_book?bsuid=: which phone belongs to a user id is forgotten, once."""
    bsuid, number, world = request.query.get("bsuid", ""), graph.number_of(request), request.app[graph.WORLD]
    if not is_bsuid(bsuid):
        raise GraphError(100, message="(#100) The parameter bsuid is required.")
    forgotten: list[str] = world.accounts.of(number).setdefault("forgotten", [])
    known = bsuid not in forgotten and world.customers.find(bsuid) is not None
    if known:
        forgotten.append(bsuid)
        world.accounts.keep(number)
        await world.ledger.committed()
    return web.json_response({"success": True, "deleted": known})


# --- The token ---------------------------------------------------------------------------------------------------


async def debug_token(request: web.Request) -> web.StreamResponse:
    """GET /debug_token?input_token=: whoever asks may be the token itself, even one that has ended."""
    world = request.app[graph.WORLD]
    if not world.numbers.of_token(graph.token_of(request)):
        raise bad_token()
    return web.json_response(
        {"data": world.accounts.token(world.numbers.of_token(request.query.get("input_token", "")))}
    )


async def exchange(request: web.Request) -> web.StreamResponse:
    """GET /oauth/access_token: an app's own token, or with `code` the one that Embedded Signup was about."""
    query, world = request.query, request.app[graph.WORLD]
    numbers = world.numbers.of_token(f"{query.get('client_id', '')}|{query.get('client_secret', '')}")
    if not numbers or "code" not in query:
        return await graph.app_token(request)
    number = world.accounts.take_code(numbers, query["code"])
    await world.ledger.committed()
    return web.json_response({"access_token": number.access_token, "token_type": "bearer"})


# --- Control -----------------------------------------------------------------------------------------------------


async def state_of(request: web.Request) -> web.StreamResponse:
    """GET: all that is kept of a number beside its messages, a code that was sent to it included."""
    return web.json_response(request.app[graph.WORLD].accounts.of(_any_number(request)))


async def change(request: web.Request) -> web.StreamResponse:
    """PATCH: what Meta does with a number; each key has its webhook, as far as Meta sends one."""
    world, number, body = request.app[graph.WORLD], _any_number(request), await graph.json_of(request)
    unknown = sorted(set(body) - set(_ACTS) - set(_PLAIN))
    if unknown:
        raise Refused("bad_account", "Unknown: " + ", ".join(unknown))
    state = world.accounts.of(number)
    for name, value in body.items():
        if name in _PLAIN:
            state[name] = state[name] | value if isinstance(state[name], dict) else value
            continue
        for field, told in _ACTS[name](number, state, value):
            _tell(world, number, field, told)
    world.accounts.keep(number)
    world.numbers.save(number)
    await world.ledger.committed()
    return web.json_response(state)


async def sign_up(request: web.Request) -> web.StreamResponse:
    """POST: somebody finishes Embedded Signup: the code, and the message that the window posts."""
    world, number = request.app[graph.WORLD], _any_number(request)
    event = "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING" if number.coexistence else "FINISH"
    ids = {"phone_number_id": number.phone_number_id, "waba_id": number.waba_id, "business_id": f"3{number.waba_id}"}
    code = world.accounts.sign_up(number)
    await world.ledger.committed()
    return web.json_response({"code": code, "message": {"type": "WA_EMBEDDED_SIGNUP", "event": event, "data": ids}})


Told = list[tuple[str, State]]


def _quality(number: Number, _state: State, value: Any) -> Told:
    number.quality_rating = str(value)
    return []


def _limit(_number: Number, state: State, value: Any) -> Told:
    if value not in TIERS:
        raise Refused("bad_account", f"limit is one of {', '.join(TIERS)}.")
    state["limit"] = value
    return [
        (
            "business_capability_update",
            {"max_daily_conversations_per_business": value, "max_phone_numbers_per_business": 20},
        )
    ]


def _throughput(number: Number, state: State, value: Any) -> Told:
    state["throughput"] = str(value)
    number.messages_per_second = int(table("rates.number")["high_per_second" if value == "HIGH" else "per_second"])
    if value != "HIGH":
        return []
    state["limit"] = "TIER_UNLIMITED"
    told = {"event": "THROUGHPUT_UPGRADE", "max_daily_conversations_per_business": "TIER_UNLIMITED"}
    return [("phone_number_quality_update", {"display_phone_number": number.digits} | told)]


def _name(number: Number, state: State, value: Any) -> Told:
    decision, _, reason = str(value).partition(" ")
    state["new_name_status"] = "DECLINED" if decision == "REJECTED" else decision
    told = {"decision": decision, "requested_verified_name": state["new_name"], "rejection_reason": reason or None}
    return [("phone_number_name_update", {"display_phone_number": number.digits} | told)]


def _restrictions(number: Number, state: State, value: Any) -> Told:
    state["restrictions"] = value
    told: State = {"event": "ACCOUNT_RESTRICTION", "restriction_info": value}
    return [("account_update", {"phone_number": number.digits} | told)] if value else []


def _ban(_number: Number, state: State, value: Any) -> Told:
    state["ban"] = "" if value == "REINSTATE" else str(value)
    info = {"waba_ban_state": str(value), "waba_ban_date": "November 30, 2026"}
    return [("account_update", {"event": "DISABLED_UPDATE", "ban_info": info})]


def _review(_number: Number, state: State, value: Any) -> Told:
    state["review"] = str(value)
    return [("account_review_update", {"decision": str(value)})]


def _alert(number: Number, _state: State, value: Any) -> Told:
    told = {"alert_severity": "WARNING", "alert_status": "ACTIVE", "alert_type": str(value), "alert_description": "…"}
    return [
        ("account_alerts", {"entity_type": "PHONE_NUMBER", "entity_id": number.phone_number_id, "alert_info": told})
    ]


def _left(number: Number, _state: State, value: Any) -> Told:
    number.registered = False
    info = {"reason": str(value), "initiated_by": "USER"}
    told = {"event": "PARTNER_REMOVED", "phone_number": number.digits, "disconnection_info": info}
    return [
        ("account_update", told | {"waba_info": {"waba_id": number.waba_id, "owner_business_id": f"3{number.waba_id}"}})
    ]


def _security(number: Number, _state: State, value: Any) -> Told:
    return [("security", {"display_phone_number": number.digits, "event": str(value), "requester": "61"})]


_ACTS: dict[str, Callable[[Number, State, Any], Told]] = {
    "quality": _quality, "limit": _limit, "throughput": _throughput, "name": _name, "restrictions": _restrictions,
    "ban": _ban, "review": _review, "alert": _alert, "disconnection": _left, "security": _security,
}  # fmt: skip
_PLAIN = ("verification", "token", "official", "status", "health_errors", "pin")


def _tell(world: World, number: Number, field: str, value: State) -> None:
    kept = {"display_phone_number": number.digits} | value if field == "business_username_updates" else value
    change = escaped({"value": kept, "field": field})
    world.courier.take([world.messages.add_raw_webhook(number.phone_number_id, change, world.clock.now())])


async def _done(
    request: web.Request, act: Callable[[accounts.Accounts, Number], Any], name: str = "phone"
) -> web.StreamResponse:
    """Do it to the number in the path, keep it, and say so."""
    world = request.app[graph.WORLD]
    wanted = request.match_info[name]
    number = next((one for one in graph.numbers_of(request) if one.phone_number_id == wanted), None)
    if number is None:
        raise no_such_object(wanted, request.method.lower())
    act(world.accounts, number)
    world.accounts.keep(number)
    world.numbers.save(number)
    await world.ledger.committed()
    return web.json_response({"success": True})


def _any_number(request: web.Request) -> Number:
    number = request.app[graph.WORLD].numbers.get(request.match_info["phone"])
    if number is None:
        raise Refused("not_found", "There is no such number.", 404)
    return number


def _known_link(request: web.Request) -> State:
    found = request.app[graph.WORLD].accounts.of(graph.number_of(request))["links"].get(request.match_info["code"])
    if found is None:
        raise GraphError(100, subcode=33, message="(#100) There is no such QR code.")
    return dict(found)


def _link(request: web.Request, known: State, fields: str) -> State:
    return accounts.link_of(known, fields, str(request.url.origin()))
