"""What a customer, or the phone itself, does on a number behind the gateway, in the web protocol's words (§12)."""

import base64
from collections.abc import Callable
from typing import Any

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MEDIA = {
    "image": ("imageMessage", "image/png"),
    "video": ("videoMessage", "video/mp4"),
    "audio": ("audioMessage", "audio/ogg; codecs=opus"),
    "document": ("documentMessage", "application/pdf"),
    "sticker": ("stickerMessage", "image/webp"),
}


class BadGatewayAct(ValueError):
    """Nothing that a phone could do."""


def message_of(act: dict[str, Any]) -> tuple[dict[str, Any], bytes | None]:
    """The event's `message`, and the bytes of its file.

    Args:
        act: `{"kind": "text", "text"}` and so on: docs/simulator.md; `{"message": {...}}` as it is.
    """
    if isinstance(act.get("message"), dict):
        return act["message"], _file(act) if "file" in act else None
    kind = str(act.get("kind", "text"))
    if kind in MEDIA:
        return _media(kind, act)
    if kind not in _BUILDERS:
        raise BadGatewayAct(f"There is no kind called {kind!r}.")
    return _BUILDERS[kind](act), None


def _media(kind: str, act: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    name, mime_type = MEDIA[kind]
    content = _file(act)
    part: dict[str, Any] = {
        "url": "https://mmg.whatsapp.net/v/t62.7118-24/0.enc", "mimetype": act.get("mimetype", mime_type),
        "fileLength": str(len(content)),
    }  # fmt: skip
    part |= {key: act[key] for key in ("caption", "fileName", "ptt", "isAnimated", "seconds") if key in act}
    message = {name: part}
    return ({"viewOnceMessageV2": {"message": message}} if act.get("view_once") else message), content


def _file(act: dict[str, Any]) -> bytes:
    return base64.b64decode(act["file"]) if "file" in act else PIXEL


def _text(act: dict[str, Any]) -> dict[str, Any]:
    body = str(act.get("text", "Oi"))
    if "quoted" in act or act.get("forwarded"):
        info = {"stanzaId": act["quoted"]} if "quoted" in act else {"isForwarded": True, "forwardingScore": 1}
        return {"extendedTextMessage": {"text": body, "contextInfo": info}}
    message = {"conversation": body}
    return {"ephemeralMessage": {"message": message}} if act.get("ephemeral") else message


def _location(act: dict[str, Any]) -> dict[str, Any]:
    place = {"degreesLatitude": -23.55, "degreesLongitude": -46.63, "name": "Praça da Sé"}
    return {"locationMessage": place | {key: act[key] for key in place if key in act}}


def _card(name: str, phone: str) -> dict[str, Any]:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"TEL;type=CELL;waid={phone}:+{phone}", "END:VCARD"]
    return {"displayName": name, "vcard": "\n".join(lines)}


def _contact(act: dict[str, Any]) -> dict[str, Any]:
    return {"contactMessage": _card(str(act.get("contact", "Bruno")), "5511955554444")}


def _contacts(_: dict[str, Any]) -> dict[str, Any]:
    people = [_card("Bruno", "5511955554444"), _card("Carla", "5511955553333")]
    return {"contactsArrayMessage": {"displayName": "2", "contacts": people}}


def _reaction(act: dict[str, Any]) -> dict[str, Any]:
    return {"reactionMessage": {"key": {"id": act.get("to")}, "text": act.get("emoji", "👍")}}


def _button(act: dict[str, Any]) -> dict[str, Any]:
    return {"buttonsResponseMessage": {"selectedButtonId": act.get("id", "sim"), "selectedDisplayText": "Sim"}}


def _list(act: dict[str, Any]) -> dict[str, Any]:
    return {"listResponseMessage": {"title": "Bolo", "singleSelectReply": {"selectedRowId": act.get("id", "bolo")}}}


def _template_button(_: dict[str, Any]) -> dict[str, Any]:
    return {"templateButtonReplyMessage": {"selectedId": "sim", "selectedDisplayText": "Sim"}}


def _poll(_: dict[str, Any]) -> dict[str, Any]:
    return {"pollCreationMessageV3": {"name": "Qual?", "options": [{"optionName": "A"}, {"optionName": "B"}]}}


_BUILDERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "text": _text,
    "location": _location,
    "contact": _contact,
    "contacts": _contacts,
    "reaction": _reaction,
    "button": _button,
    "list": _list,
    "template_button": _template_button,
    "poll": _poll,
}
