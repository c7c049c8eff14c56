"""An Evolution API (2.3) on the same port, under `/evolution`: the unofficial gateway to WhatsApp's web protocol (§12).

Instances live in the ledger's notes, so that a restart finds them; what they said lives in memory, as webhooks on
their way do with the real one.
"""

import asyncio
import base64
import binascii
import json
import struct
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from aiohttp import web

from apps.simulator.evolution_courier import GatewayCourier
from apps.simulator.evolution_inbound import BadGatewayAct, message_of
from apps.simulator.graph import WORLD
from apps.simulator.world import World

NOTE = "evolution"
MOST_CODES = 30
CODE_SECONDS = 20.0
Handler = Callable[[web.Request, "Instance"], Awaitable[web.StreamResponse]]


class GatewayError(Exception):
    """A refusal in the gateway's shape."""

    def __init__(self, status: int, message: Any, error: str = "Bad Request") -> None:
        self.status, self.message, self.error = status, message, error
        super().__init__(str(message))


@dataclass
class Instance:
    """One number behind the gateway.

    Args:
        state: open, connecting or close.
        owner: the phone that has scanned the code.
    """

    name: str
    token: str
    webhook: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    state: str = "close"
    owner: str = ""
    profile: str = ""
    count: int = 0

    @property
    def jid(self) -> str:
        return f"{self.owner}@s.whatsapp.net"


class Gateway:
    """All instances, what was said on them, and how the gateway behaves."""

    def __init__(self, world: World, random: Random) -> None:
        self.world, self._random = world, random
        self.courier = GatewayCourier(world.switches, world.clock, random)
        kept = json.loads(world.ledger.note(NOTE) or "{}")
        self.instances = {name: Instance(**told) for name, told in kept.get("instances", {}).items()}
        self.api_key: str = kept.get("api_key", "simulator-key")
        self.scan_after: float | None = kept.get("scan_after")
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.files: dict[tuple[str, str], tuple[bytes, dict[str, Any]]] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self._codes: dict[str, asyncio.Task[None]] = {}

    def keep(self) -> None:
        told = {"instances": {name: asdict(each) for name, each in self.instances.items()}}
        self.world.ledger.keep_note(NOTE, json.dumps(told | {"api_key": self.api_key, "scan_after": self.scan_after}))

    async def close(self) -> None:
        for task in self._codes.values():
            task.cancel()
        await asyncio.gather(*self._codes.values(), return_exceptions=True)
        await self.courier.close()

    def tell(self, instance: Instance, event: str, data: Any, *, after: float = 0.0) -> None:
        """Post an event. Its time is local, and says that it is UTC; the key of the whole gateway goes along."""
        now = datetime.fromtimestamp(self.world.clock.now())  # noqa: DTZ006 - so does the gateway
        self.courier.send(
            instance.webhook,
            {
                "event": event, "instance": instance.name, "data": data, "destination": instance.webhook.get("url"),
                "date_time": now.isoformat(timespec="milliseconds") + "Z", "sender": instance.jid,
                "server_url": "http://127.0.0.1/evolution", "apikey": self.api_key,
            },
            after=after,
        )  # fmt: skip

    def show_code(self, instance: Instance) -> dict[str, Any]:
        """Begin to connect; the code changes every twenty seconds until it is scanned."""
        instance.state = "connecting"
        self.tell(
            instance, "connection.update", {"instance": instance.name, "state": "connecting", "statusReason": 200}
        )
        if instance.name not in self._codes:
            self._next_code(instance)
            self._codes[instance.name] = asyncio.get_running_loop().create_task(self._change_codes(instance))
        self.keep()
        return self.codes.get(instance.name, {"count": 0})

    def open(self, instance: Instance, phone: str, profile: str) -> None:
        """A phone has scanned the code."""
        self._forget_code(instance)
        instance.state, instance.owner, instance.profile = "open", phone, profile
        told = {"instance": instance.name, "state": "open", "statusReason": 200}
        # A device's own number follows the colon, as the protocol has it.
        told |= {"wuid": f"{phone}@s.whatsapp.net", "profileName": profile, "profilePictureUrl": None}
        self.tell(instance, "connection.update", told)
        self.keep()

    def shut(self, instance: Instance, reason: int) -> None:
        self._forget_code(instance)
        instance.state = "close"
        self.tell(instance, "connection.update", {"instance": instance.name, "state": "close", "statusReason": reason})
        self.keep()

    def remove(self, instance: Instance) -> None:
        self._forget_code(instance)
        self.instances.pop(instance.name, None)
        self.messages.pop(instance.name, None)
        self.keep()

    def new_id(self, prefix: str) -> str:
        return prefix + "".join(self._random.choices("0123456789ABCDEF", k=20 - len(prefix)))

    def between(self, span: tuple[float, float]) -> float:
        return self._random.uniform(*span)

    def _next_code(self, instance: Instance) -> None:
        instance.count += 1
        text = f"2@{self.new_id('')}{self.new_id('')},{instance.count}"
        self.codes[instance.name] = {
            "pairingCode": None, "code": text, "base64": picture_of(text), "count": instance.count,
        }  # fmt: skip
        code = {key: self.codes[instance.name][key] for key in ("pairingCode", "code", "base64")}
        self.tell(instance, "qrcode.updated", {"qrcode": {"instance": instance.name, **code}})

    async def _change_codes(self, instance: Instance) -> None:
        if self.scan_after is not None:
            await asyncio.sleep(self.scan_after)
            self._codes.pop(instance.name, None)
            self.open(instance, "5511940028922", "Padaria Aurora")
            return
        while instance.count < MOST_CODES:
            await asyncio.sleep(CODE_SECONDS)
            self._next_code(instance)
        self.codes.pop(instance.name, None)
        self._codes.pop(instance.name, None)
        told = {"message": "QR code limit reached, please login again", "statusCode": 500}
        self.tell(instance, "qrcode.updated", told)
        self.shut(instance, 428)

    def _forget_code(self, instance: Instance) -> None:
        self.codes.pop(instance.name, None)
        instance.count = 0
        task = self._codes.pop(instance.name, None)
        if task is not None:
            task.cancel()


GATEWAY = web.AppKey("GATEWAY", Gateway)


def set_up(app: web.Application) -> None:
    """The gateway beside the Cloud API."""
    app[GATEWAY] = Gateway(app[WORLD], app[WORLD].random)
    app.add_routes(routes())
    app.cleanup_ctx.append(_living)


async def _living(app: web.Application) -> Any:
    yield
    await app[GATEWAY].close()


def routes() -> list[web.RouteDef]:
    """Every route under /evolution/ and /control/evolution/."""
    at = "/evolution"
    return [
        web.post(at + "/instance/create", _shaped(create)),
        web.get(at + "/instance/fetchInstances", _shaped(fetch)),
        web.get(at + "/instance/connect/{name}", _of(connect)),
        web.get(at + "/instance/connectionState/{name}", _of(connection_state)),
        web.post(at + "/instance/restart/{name}", _of(restart)),
        web.delete(at + "/instance/logout/{name}", _of(logout)),
        web.delete(at + "/instance/delete/{name}", _of(delete)),
        web.post(at + "/webhook/set/{name}", _of(set_webhook)),
        web.get(at + "/webhook/find/{name}", _of(find_webhook)),
        web.post(at + "/message/{call}/{name}", _of(send)),
        web.post(at + "/chat/markMessageAsRead/{name}", _of(mark_read)),
        web.post(at + "/chat/sendPresence/{name}", _of(presence)),
        web.post(at + "/chat/getBase64FromMediaMessage/{name}", _of(media)),
        web.patch("/control/evolution", change),
        web.get("/control/evolution", show),
        web.post("/control/evolution/{name}/scan", _controlled(scan)),
        web.post("/control/evolution/{name}/close", _controlled(close)),
        web.post("/control/evolution/{name}/inbound", _controlled(inbound)),
        web.post("/control/evolution/{name}/event", _controlled(event)),
        web.get("/control/evolution/{name}/messages", _controlled(said)),
    ]


async def create(request: web.Request) -> web.StreamResponse:
    gateway, body = request.app[GATEWAY], await _json(request)
    if request.headers.get("apikey") != gateway.api_key:
        raise GatewayError(401, "Unauthorized", "Unauthorized")
    name = str(body.get("instanceName") or "")
    if not name:
        raise GatewayError(400, ["instanceName is required"])
    if name in gateway.instances:
        raise GatewayError(403, [f'This name "{name}" is already in use.'], "Forbidden")
    webhook = body.get("webhook") or {}
    settings: dict[str, Any] = {
        key: body[key] for key in ("rejectCall", "groupsIgnore", "alwaysOnline", "readMessages") if key in body
    }
    instance = Instance(name, str(body.get("token") or gateway.new_id("")), webhook, settings)
    gateway.instances[name] = instance
    code = gateway.show_code(instance) if body.get("qrcode") else {}
    gateway.keep()
    made = {"instanceName": name, "instanceId": name, "integration": body.get("integration"), "status": instance.state}
    answer = {"instance": made, "hash": instance.token, "webhook": webhook, "settings": settings, "qrcode": code}
    return web.json_response(answer, status=201)


async def fetch(request: web.Request) -> web.StreamResponse:
    gateway, name = request.app[GATEWAY], request.query.get("instanceName")
    if request.headers.get("apikey") != gateway.api_key:
        raise GatewayError(401, "Unauthorized", "Unauthorized")
    if name and name not in gateway.instances:
        raise GatewayError(404, [f'Instance "{name}" not found'], "Not Found")
    found = [each for each in gateway.instances.values() if name in (None, each.name)]
    return web.json_response([_listed(each) for each in found])


def _listed(instance: Instance) -> dict[str, Any]:
    return {
        "id": instance.name, "name": instance.name, "connectionStatus": instance.state, "token": instance.token,
        "ownerJid": instance.jid if instance.owner else None, "profileName": instance.profile or None, "number": None,
        "integration": "WHATSAPP-BAILEYS", "disconnectionReasonCode": None,
    }  # fmt: skip


async def connect(request: web.Request, instance: Instance) -> web.StreamResponse:
    if instance.state == "open":
        return await connection_state(request, instance)
    return web.json_response(request.app[GATEWAY].show_code(instance))


async def connection_state(_: web.Request, instance: Instance) -> web.StreamResponse:
    return web.json_response({"instance": {"instanceName": instance.name, "state": instance.state}})


async def restart(request: web.Request, instance: Instance) -> web.StreamResponse:
    request.app[GATEWAY].show_code(instance)
    return await connection_state(request, instance)


async def logout(request: web.Request, instance: Instance) -> web.StreamResponse:
    if instance.state == "close":
        raise GatewayError(400, [f'The "{instance.name}" instance is not connected'])
    request.app[GATEWAY].shut(instance, 401)
    done = {"status": "SUCCESS", "error": False, "response": {"message": "Instance logged out"}}
    return web.json_response(done)


async def delete(request: web.Request, instance: Instance) -> web.StreamResponse:
    request.app[GATEWAY].remove(instance)
    return web.json_response({"status": "SUCCESS", "error": False, "response": {"message": "Instance deleted"}})


async def set_webhook(request: web.Request, instance: Instance) -> web.StreamResponse:
    instance.webhook = (await _json(request)).get("webhook") or {}
    if not str(instance.webhook.get("url", "")).startswith("http"):
        raise GatewayError(400, ['Invalid "url" property'])
    request.app[GATEWAY].keep()
    return web.json_response(instance.webhook, status=201)


async def find_webhook(_: web.Request, instance: Instance) -> web.StreamResponse:
    return web.json_response(instance.webhook)


async def send(request: web.Request, instance: Instance) -> web.StreamResponse:
    """POST /message/{call}/{name}."""
    gateway, body, call = request.app[GATEWAY], await _json(request), request.match_info["call"]
    if call not in _SENDS:
        raise GatewayError(404, [f"Cannot POST /message/{call}"], "Not Found")
    address = str(body.get("number") or "").partition("@")[0]
    _refuse(instance, address)
    if address.endswith("0201"):  # a refusal that looks like success
        return web.json_response({"message": "(#131026) Message undeliverable", "code": 131026}, status=201)
    kind, message = _SENDS[call](body)
    if call == "sendReaction":
        jid = str((body.get("key") or {}).get("remoteJid"))
    else:
        jid = str(body["number"]) if "@" in str(body["number"]) else f"{address}@s.whatsapp.net"
    key = {"remoteJid": jid, "fromMe": True, "id": gateway.new_id("3EB0")}
    sent = {
        "key": key, "message": message, "messageType": kind, "messageTimestamp": int(gateway.world.clock.now()),
        "status": "PENDING", "instanceId": instance.name,
    }  # fmt: skip
    gateway.messages.setdefault(instance.name, []).append({**sent, "call": call, "body": body})
    gateway.tell(instance, "send.message", sent)
    _tell_statuses(gateway, instance, key)
    return web.json_response(sent, status=201)


def _refuse(instance: Instance, address: str) -> None:
    if instance.state != "open":
        raise GatewayError(400, ["Error: Connection Closed"])
    if address.endswith("0503"):
        raise GatewayError(500, "Internal Server Error", "Internal Server Error")
    if not address.isdigit() or address.endswith("0026"):
        unknown = {"exists": False, "jid": f"{address}@s.whatsapp.net", "number": address}
        raise GatewayError(400, [unknown])


def _tell_statuses(gateway: Gateway, instance: Instance, key: dict[str, Any]) -> None:
    switches = gateway.world.switches
    if not switches.statuses:
        return
    at, steps = 0.0, [("SERVER_ACK", switches.sent_delay)]
    steps += [("DELIVERY_ACK", switches.delivered_delay)] if switches.delivered else []
    steps += [("READ", switches.read_delay)] if switches.delivered and switches.read else []
    for word, span in steps:
        at += gateway.between(span)
        told = {"keyId": key["id"], "remoteJid": key["remoteJid"], "fromMe": True, "status": word}
        gateway.tell(instance, "messages.update", told | {"instanceId": instance.name}, after=at)


async def mark_read(request: web.Request, instance: Instance) -> web.StreamResponse:
    body = await _json(request)
    read = body.get("readMessages")
    if not isinstance(read, list) or not all(each.get("remoteJid") and each.get("id") for each in read):
        raise GatewayError(400, ["readMessages is not an array of keys"])
    _note(request, instance, "markMessageAsRead", body)
    return web.json_response({"message": "Read messages", "read": "success"}, status=201)


async def presence(request: web.Request, instance: Instance) -> web.StreamResponse:
    body = await _json(request)
    _note(request, instance, "sendPresence", body)
    return web.json_response({"presence": body.get("presence")}, status=201)


def _note(request: web.Request, instance: Instance, call: str, body: dict[str, Any]) -> None:
    request.app[GATEWAY].messages.setdefault(instance.name, []).append({"call": call, "body": body})


async def media(request: web.Request, instance: Instance) -> web.StreamResponse:
    body = await _json(request)
    wanted = str(((body.get("message") or {}).get("key") or {}).get("id"))
    found = request.app[GATEWAY].files.get((instance.name, wanted))
    if found is None:
        raise GatewayError(400, ["Message not found"])
    content, part = found
    answer = {"mediaType": "media", "fileName": part.get("fileName") or f"{wanted}.bin", "caption": part.get("caption")}
    answer |= {"size": {"fileLength": len(content)}, "mimetype": part.get("mimetype")}
    answer |= {"base64": base64.b64encode(content).decode(), "buffer": None}
    return web.json_response(answer, status=201)


async def change(request: web.Request) -> web.StreamResponse:
    """PATCH /control/evolution `{"scan_after": seconds or null, "api_key"}`."""
    gateway, body = request.app[GATEWAY], json.loads(await request.read() or b"{}")
    gateway.scan_after = body.get("scan_after", gateway.scan_after)
    gateway.api_key = str(body.get("api_key", gateway.api_key))
    gateway.keep()
    return web.json_response({"scan_after": gateway.scan_after})


async def show(request: web.Request) -> web.StreamResponse:
    """GET /control/evolution: the instances, and the last attempts of webhooks."""
    gateway = request.app[GATEWAY]
    shown = [_listed(each) | {"webhook": each.webhook} for each in gateway.instances.values()]
    return web.json_response({"instances": shown, "deliveries": list(gateway.courier.log)[::-1]})


async def scan(request: web.Request, instance: Instance) -> web.StreamResponse:
    """POST `{"phone", "name"}`: a phone scans the code."""
    body = await _json(request)
    phone, name = str(body.get("phone", "5511940028922")), str(body.get("name", "Padaria Aurora"))
    request.app[GATEWAY].open(instance, phone, name)
    return web.json_response(_listed(instance))


async def close(request: web.Request, instance: Instance) -> web.StreamResponse:
    """POST `{"reason": 401}`: the connection ends."""
    request.app[GATEWAY].shut(instance, int((await _json(request)).get("reason", 401)))
    return web.json_response(_listed(instance))


async def inbound(request: web.Request, instance: Instance) -> web.StreamResponse:
    """POST: a customer writes; with `from_me` somebody on the phone itself."""
    gateway, act = request.app[GATEWAY], await _json(request)
    phone, key_id = str(act.get("from", "5511987654321")), gateway.new_id("3A")
    key = _key(act, phone, key_id)
    if act.get("kind") in ("edit", "revoke"):
        _change(gateway, instance, act, key)
        return web.json_response({"id": key_id}, status=201)
    message, content = message_of(act)
    if content is not None:
        inner = next(iter(message.values()))
        inner = next(iter(inner["message"].values())) if "message" in inner else inner
        gateway.files[instance.name, key_id] = (content, inner)
    data = {
        "key": key, "pushName": act.get("name", "Ana"), "status": "DELIVERY_ACK", "message": message,
        "messageType": next(iter(message)), "messageTimestamp": int(act.get("at", gateway.world.clock.now())),
        "instanceId": instance.name, "source": "android",
    }  # fmt: skip
    gateway.tell(instance, "messages.upsert", data)
    return web.json_response({"id": key_id}, status=201)


def _key(act: dict[str, Any], phone: str, key_id: str) -> dict[str, Any]:
    jid = f"{phone}@s.whatsapp.net"
    key = {"remoteJid": jid, "fromMe": bool(act.get("from_me")), "id": key_id}
    if act.get("lid"):
        key |= {"remoteJid": str(act["lid"]), "addressingMode": "lid"}
        key |= {} if act.get("hidden") else {"remoteJidAlt": jid}
    if act.get("chat"):
        key |= {"remoteJid": str(act["chat"]), "participant": jid}
    return key


def _change(gateway: Gateway, instance: Instance, act: dict[str, Any], key: dict[str, Any]) -> None:
    """An edit or a revoke. The writer's own key goes along: to a customer, the chat is with us, and theirs is "me"."""
    if act["kind"] == "revoke":
        gateway.tell(instance, "messages.delete", {**key, "id": act["to"], "status": "DELETED"})
        return
    writers = {"remoteJid": instance.jid, "fromMe": True, "id": act["to"]}
    told = {"key": key | {"id": act["to"]} if key["fromMe"] else writers, "type": "MESSAGE_EDIT"}
    told |= {"editedMessage": {"conversation": act.get("text", "")}}
    told |= {"timestampMs": str(int(gateway.world.clock.now() * 1000))}
    gateway.tell(instance, "messages.edited", told)


async def event(request: web.Request, instance: Instance) -> web.StreamResponse:
    """POST `{"event", "data"}`: any event as it is."""
    body = await _json(request)
    request.app[GATEWAY].tell(instance, str(body.get("event")), body.get("data"))
    return web.json_response({}, status=201)


async def said(request: web.Request, instance: Instance) -> web.StreamResponse:
    """GET: what the business sent, and which calls it made of a chat."""
    return web.json_response({"messages": request.app[GATEWAY].messages.get(instance.name, [])})


def _text(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    text = body.get("text")
    if not isinstance(text, str) or not text:
        raise GatewayError(400, [["text is not of a type(s) string"]])
    return "conversation", {"conversation": text}


def _media(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    kind = str(body.get("mediatype"))
    if kind not in ("image", "video", "document", "audio", "ptv"):
        raise GatewayError(400, [["mediatype is not one of enum values"]])
    size = _size_of(body.get("media"))
    if kind == "document" and not body.get("fileName"):
        raise GatewayError(400, ["For base64 the file name must be informed."])
    part = {"mimetype": body.get("mimetype"), "caption": body.get("caption"), "fileLength": size}
    return f"{kind}Message", {f"{kind}Message": part}


def _file_call(name: str, kind: str) -> Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]:
    return lambda body: (kind, {kind: {"fileLength": _size_of(body.get(name)), "ptt": kind == "audioMessage"}})


def _size_of(media: Any) -> int:
    """A file is a link or base64, without the beginning of a data URL."""
    if isinstance(media, str) and media.startswith(("http://", "https://")):
        return 0
    with suppress(binascii.Error, ValueError):
        if isinstance(media, str) and media:
            return len(base64.b64decode(media, validate=True))
    raise GatewayError(400, ["Owned media must be a url or base64"])


def _location(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if not all(isinstance(body.get(key), int | float) for key in ("latitude", "longitude")) or not body.get("name"):
        raise GatewayError(400, [["latitude is not of a type(s) number"]])
    place = {"degreesLatitude": body["latitude"], "degreesLongitude": body["longitude"], "name": body["name"]}
    return "locationMessage", {"locationMessage": place | {"address": body.get("address")}}


def _contact(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    people = body.get("contact")
    if not isinstance(people, list) or not all(each.get("fullName") and each.get("phoneNumber") for each in people):
        raise GatewayError(400, [["contact is required"]])
    return "contactMessage", {"contactMessage": {"displayName": people[0]["fullName"]}}


def _reaction(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    key = body.get("key") or {}
    if not key.get("id") or not key.get("remoteJid") or not isinstance(body.get("reaction"), str):
        raise GatewayError(400, ['"reaction" must be an emoji'])
    return "reactionMessage", {"reactionMessage": {"key": key, "text": body["reaction"]}}


_SENDS: dict[str, Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]] = {
    "sendText": _text,
    "sendMedia": _media,
    "sendWhatsAppAudio": _file_call("audio", "audioMessage"),
    "sendSticker": _file_call("sticker", "stickerMessage"),
    "sendLocation": _location,
    "sendContact": _contact,
    "sendReaction": _reaction,
}


def _of(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """For calls of one instance: with the gateway's key, or its own."""

    async def checked(request: web.Request) -> web.StreamResponse:
        gateway = request.app[GATEWAY]
        instance = gateway.instances.get(request.match_info["name"])
        keys = {gateway.api_key} | ({instance.token} if instance else set())
        if request.headers.get("apikey") not in keys:
            raise GatewayError(401, "Unauthorized", "Unauthorized")
        if instance is None:
            name = request.match_info["name"]
            raise GatewayError(404, [f'The "{name}" instance does not exist'], "Not Found")
        return await handler(request, instance)

    return _shaped(checked)


def _shaped(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except GatewayError as refusal:
            body = {"status": refusal.status, "error": refusal.error, "response": {"message": refusal.message}}
            return web.json_response(body, status=refusal.status)

    return answered


def _controlled(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def found(request: web.Request) -> web.StreamResponse:
        instance = request.app[GATEWAY].instances.get(request.match_info["name"])
        if instance is None:
            return _refusal("not_found", "There is no such instance.", 404)
        try:
            return await handler(request, instance)
        except (BadGatewayAct, GatewayError) as error:
            return _refusal("bad_act", str(error), 400)

    return found


def _refusal(code: str, message: str, status: int) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise GatewayError(400, ["Unexpected token in JSON"]) from error
    if not isinstance(body, dict):
        raise GatewayError(400, ["The body is no object"])
    return body


def picture_of(text: str) -> str:
    """A picture that looks like the code of this text, as a data URL; nobody has to be able to read it."""
    bits = Random(text)  # noqa: S311 - a pattern
    size, scale = 29, 8
    rows = [[bits.random() < 0.5 or _in_corner(x, y, size) for x in range(size)] for y in range(size)]
    lines = bytearray()
    for row in rows:
        line = b"\0" + b"".join(bytes([0 if dark else 255]) * scale for dark in row)
        lines += line * scale
    width = size * scale
    header = struct.pack(">IIBBBBB", width, width, 8, 0, 0, 0, 0)
    image = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(lines)))
    return "data:image/png;base64," + base64.b64encode(image + _chunk(b"IEND", b"")).decode()


def _in_corner(x: int, y: int, size: int) -> bool:
    above = y < 7 and (x < 7 or x >= size - 7)
    return above or (x < 7 and y >= size - 7)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
