"""What a message says, by its type, in PyTake's own shape.

Source: the pages of each type under
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from apps.whatsapp.payloads.clean import parse
from apps.whatsapp.payloads.types import InboundMedia, MessageType, ProviderError
from apps.whatsapp.payloads.values import (
    filename,
    flag,
    mapping,
    number,
    phone,
    sequence,
    sha256,
    text,
    user_id,
    wamid,
)

LONGEST_PREVIEW: Final = 65_536
LONGEST_MIME_TYPE: Final = 150
LONGEST_MEDIA_ID: Final = 100

# Parts of a message that aren't its content.
_FRAME: Final = frozenset(
    {"from", "from_user_id", "from_parent_user_id", "from_logical_id", "id", "timestamp", "type", "group_id", "context"}
)
_OLD_SYSTEM_KINDS: Final = {
    "customer_changed_number": "user_changed_number",
    "user_identity_changed": "customer_identity_changed",
}
_MOVED: Final = ("user_id", "parent_user_id", "previous_user_id", "previous_parent_user_id")

Errors = tuple[ProviderError, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: PyTake's type, its content, its text, and what hangs on it."""

    type: MessageType
    content: dict[str, Any]
    text: str = ""
    media: InboundMedia | None = None
    reaction: tuple[str | None, str | None] | None = None


def read(message: dict[str, Any], errors: Errors) -> Reading:
    """What a message says; what can't be read comes out as `unsupported`, with WhatsApp's reason where it gave one.

    Args:
        message: one element of `messages`.
        errors: those of the message, or of the change that carried it.
    """
    kind = text(message.get("type")) or _guess(message)
    reader = _READERS.get(kind or "")
    reading = reader(message, errors) if reader else None
    if reading is None:
        reading = _unsupported(message, kind, errors)
    return reading if len(reading.text) <= LONGEST_PREVIEW else replace(reading, text=reading.text[:LONGEST_PREVIEW])


def _guess(message: dict[str, Any]) -> str | None:
    """The type of a message that doesn't name one: the part it has."""
    return next((kind for kind in _READERS if isinstance(message.get(kind), dict | list)), None)


def _unsupported(message: dict[str, Any], kind: str | None, errors: Errors) -> Reading:
    named = kind in ("unsupported", "unknown")
    inner = text(mapping(message.get("unsupported")).get("type")) if named else kind
    detail = next((error.detail for error in errors if error.detail), None)
    content: dict[str, Any] = {"kind": inner, "detail": detail}
    left = {key: part for key, part in message.items() if key not in _FRAME and key not in ("errors", "unsupported")}
    if left:
        content["raw"] = left
    return Reading("unsupported", content, detail or "")


def _text(message: dict[str, Any], errors: Errors) -> Reading | None:
    part = message.get("text")
    body = text(mapping(part).get("body")) or text(part)
    return Reading("text", {"body": body}, body) if body is not None else None


def media_of(part: dict[str, Any], errors: Errors) -> InboundMedia | None:
    """The file that a part names; None where it names none."""
    named, url = text(part.get("id")), text(part.get("url")) or text(part.get("link"))
    media_id = named if named is not None and len(named) <= LONGEST_MEDIA_ID else None
    if named is None and url is None and not errors:
        return None
    return InboundMedia(
        provider_id=media_id,
        mime_type=(text(part.get("mime_type")) or "")[:LONGEST_MIME_TYPE],
        sha256=sha256(part.get("sha256")),
        filename=filename(part.get("filename")),
        caption=text(part.get("caption")) or "",
        voice=flag(part.get("voice")),
        animated=flag(part.get("animated")),
        url=url,
        error=errors[0] if errors and media_id is None else None,
    )


def _captioned(kind: MessageType) -> "Reader":
    def reader(message: dict[str, Any], errors: Errors) -> Reading | None:
        media = media_of(mapping(message.get(kind)), errors)
        if media is None:
            return None
        return Reading(kind, {"caption": media.caption} if media.caption else {}, media.caption, media)

    return reader


def _audio(message: dict[str, Any], errors: Errors) -> Reading | None:
    old = mapping(message.get("voice"))
    media = media_of(mapping(message.get("audio")) or old, errors)
    if media is None:
        return None
    if old or message.get("type") == "voice":
        media = replace(media, voice=True)
    return Reading("audio", {"voice": media.voice}, "", media)


def _document(message: dict[str, Any], errors: Errors) -> Reading | None:
    media = media_of(mapping(message.get("document")), errors)
    if media is None:
        return None
    content = {"filename": media.filename or ""}
    if media.caption:
        content["caption"] = media.caption
    return Reading("document", content, _lines(media.caption, media.filename), media)


def _sticker(message: dict[str, Any], errors: Errors) -> Reading | None:
    media = media_of(mapping(message.get("sticker")), errors)
    return Reading("sticker", {"animated": media.animated}, "", media) if media else None


def _location(message: dict[str, Any], errors: Errors) -> Reading | None:
    part = mapping(message.get("location"))
    latitude, longitude = number(part.get("latitude")), number(part.get("longitude"))
    if latitude is None or longitude is None:
        return None
    named = {key: found for key in ("name", "address", "url") if (found := text(part.get(key)))}
    return Reading(
        "location",
        {"latitude": latitude, "longitude": longitude, **named},
        _lines(named.get("name"), named.get("address")),
    )


def _contacts(message: dict[str, Any], errors: Errors) -> Reading | None:
    people = [person for person in sequence(message.get("contacts")) if isinstance(person, dict)]
    if not people:
        return None
    return Reading("contacts", {"contacts": people}, ", ".join(filter(None, map(_name_of, people))))


def _name_of(person: dict[str, Any]) -> str | None:
    name = mapping(person.get("name"))
    parts = " ".join(filter(None, (text(name.get("first_name")), text(name.get("last_name")))))
    first_phone = mapping(next(iter(sequence(person.get("phones"))), None))
    return text(name.get("formatted_name")) or parts or text(first_phone.get("phone"))


def _reaction(message: dict[str, Any], errors: Errors) -> Reading | None:
    part = message.get("reaction")
    if not isinstance(part, dict):
        return None
    emoji = text(part.get("emoji"))
    return Reading(
        "reaction",
        {"emoji": emoji or "", "message_id": None},
        emoji or "",
        reaction=(wamid(part.get("message_id")), emoji),
    )


def _button(message: dict[str, Any], errors: Errors) -> Reading | None:
    part = message.get("button")
    if not isinstance(part, dict):
        return None
    label, payload = text(part.get("text")), text(part.get("payload"))
    return Reading("button", {"text": label or payload or "", "payload": payload or ""}, label or payload or "")


def _interactive(message: dict[str, Any], errors: Errors) -> Reading | None:
    part = mapping(message.get("interactive")) or {key: message[key] for key in _INTERACTIVE if key in message}
    kind = text(part.get("type"))
    if kind is None or kind == "interactive" or kind not in part:
        kind = next((known for known in _INTERACTIVE if known in part), kind)
    if kind is None:
        return None
    if isinstance(part.get("action"), dict):
        return _offered(kind, part)
    body = mapping(part.get(kind))
    reader = _INTERACTIVE.get(kind, _tapped_otherwise)
    content, preview = reader(body or {key: found for key, found in part.items() if key != "type"})
    return Reading("interactive", {"kind": kind, **content}, preview)


def _offered(kind: str, part: dict[str, Any]) -> Reading:
    """What the business itself offered elsewhere, as it was sent."""
    said = {key: found for key in ("body", "footer") if (found := text(mapping(part.get(key)).get("text")))}
    header = text(mapping(part.get("header")).get("text"))
    action = mapping(part.get("action"))
    choices = [mapping(mapping(button).get("reply")) for button in sequence(action.get("buttons"))]
    content: dict[str, Any] = {"kind": kind, "body": "", **said}
    if header:
        content["header"] = {"type": "text", "text": header}
    if any(choices):
        content["buttons"] = [
            {"id": text(one.get("id")) or "", "title": text(one.get("title")) or ""} for one in choices
        ]
    for key in ("button", "sections"):
        if key in action:
            content[key] = action[key]
    return Reading("interactive", content, _lines(header, *said.values()))


def _template(message: dict[str, Any], errors: Errors) -> Reading | None:
    """A template that the business sent elsewhere; its definition comes along, or only its name is known."""
    part = mapping(message.get("template"))
    name = text(part.get("name"))
    if name is None:
        return None
    components = [each for each in sequence(part.get("components")) if isinstance(each, dict)]
    defined = sequence(mapping(message.get("template_definition")).get("components"))
    bodies = (text(mapping(each).get("text")) for each in defined if mapping(each).get("type") in ("BODY", "body"))
    body = next(filter(None, bodies), "")
    language = text(mapping(part.get("language")).get("code")) or text(part.get("language")) or ""
    content: dict[str, Any] = {"name": name, "language": language, "components": components}
    if body:
        content["rendered"] = {"body": body}
    return Reading("template", content, body or name)


def _chosen(body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    found = {key: value for key in ("id", "title", "description") if (value := text(body.get(key)))}
    return found, _lines(found.get("title"), found.get("description")) or found.get("id", "")


def _form(body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The end of a flow or of an address form: its answers come as JSON inside a string, which may be broken."""
    answers = _answers(body.get("response_json"))
    title = text(body.get("body")) or ""
    lines = (f"{key}: {found}" for key, value in answers.items() if key != "flow_token" and (found := text(value)))
    content: dict[str, Any] = {"title": title, "response": answers}
    name = text(body.get("name"))
    if name:
        content["id"] = name
    return content, _lines(title, *lines)


def _answers(written: object) -> dict[str, Any]:
    if isinstance(written, dict):
        return written
    found = text(written)
    if found is None:
        return {}
    try:
        answers = parse(found)
    except (ValueError, RecursionError):
        return {"raw": found}
    return answers if isinstance(answers, dict) else {"raw": found}


def _call_permission(body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    return {"id": text(body.get("response")) or "", "response": body}, ""


def _payment(body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    title = text(body.get("payment_method")) or ""
    return {"title": title, "response": body}, title


def _product(body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    title = text(body.get("title")) or text(body.get("product_retailer_id")) or ""
    return {"title": title, "response": body}, title


def _tapped_otherwise(body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    title = next((found for key in ("title", "text", "body", "name", "id") if (found := text(body.get(key)))), "")
    return {"title": title, "response": body}, title


def _order(message: dict[str, Any], errors: Errors) -> Reading | None:
    part = message.get("order")
    if not isinstance(part, dict):
        return None
    products = [item for item in sequence(part.get("product_items")) if isinstance(item, dict)]
    note = text(part.get("text")) or ""
    lines = (f"{text(item.get('quantity')) or 1} × {text(item.get('product_retailer_id')) or '?'}" for item in products)
    content = {"catalog_id": text(part.get("catalog_id")) or "", "text": note, "product_items": products}
    return Reading("order", content, _lines(note, *lines))


def _system(message: dict[str, Any], errors: Errors) -> Reading | None:
    part = mapping(message.get("system"))
    kind = text(part.get("type")) or "system"
    body = text(part.get("body")) or ""
    moved = {key: found for key in _MOVED if (found := user_id(part.get(key)))}
    new_phone = phone(part.get("wa_id")) or phone(part.get("new_wa_id")) or phone(part.get("customer"))
    if new_phone:
        moved["phone"] = new_phone
    return Reading("system", {"kind": _OLD_SYSTEM_KINDS.get(kind, kind), "body": body, **moved}, body)


def _edit(message: dict[str, Any], errors: Errors) -> Reading | None:
    part = message.get("edit")
    if not isinstance(part, dict):
        return None
    inner = mapping(part.get("message"))
    now = read(inner, ()).text if inner.get("type") != "edit" and "edit" not in inner else ""
    now = text(mapping(inner.get(text(inner.get("type")) or "")).get("caption")) or now
    return Reading("system", {"kind": "edit", "body": now, "message_id": _original(part)}, now)


def _original(part: dict[str, Any]) -> str | None:
    return wamid(part.get("original_message_id")) or wamid(part.get("message_id"))


def _revoke(message: dict[str, Any], errors: Errors) -> Reading | None:
    original = _original(mapping(message.get("revoke")))
    return Reading("system", {"kind": "revoke", "body": "", "message_id": original})


def _welcome(message: dict[str, Any], errors: Errors) -> Reading | None:
    return Reading("system", {"kind": "request_welcome", "body": ""})


def _lines(*parts: str | None) -> str:
    return "\n".join(filter(None, parts))


Reader = Callable[[dict[str, Any], Errors], Reading | None]
_READERS: Final[Mapping[str, Reader]] = {
    "text": _text,
    "image": _captioned("image"),
    "video": _captioned("video"),
    "audio": _audio,
    "voice": _audio,
    "document": _document,
    "sticker": _sticker,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "template": _template,
    "system": _system,
    "edit": _edit,
    "revoke": _revoke,
    "request_welcome": _welcome,
}
_INTERACTIVE: Final[Mapping[str, Callable[[dict[str, Any]], tuple[dict[str, Any], str]]]] = {
    "button_reply": _chosen,
    "list_reply": _chosen,
    "nfm_reply": _form,
    "call_permission_reply": _call_permission,
    "payment_method": _payment,
    "product": _product,
}
