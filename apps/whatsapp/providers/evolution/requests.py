"""The gateway's calls for what the Cloud API says in one: a body for Meta comes in, the call's name and body go out.

Buttons and lists often don't show on customers' phones when they come this way: they are sent as text, with numbers to
answer by. What no phone could make anything of is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.payloads.values import mapping, sequence, text
from apps.whatsapp.providers.evolution.jids import jid_of

# Kinds of interactive messages that make sense as words alone.
IN_WORDS: Final = frozenset({"button", "list", "cta_url", "location_request_message", "request_contact_info"})
MEDIA: Final = frozenset({"image", "video", "audio", "document", "sticker"})


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along: where it can be fetched, or itself in base64."""

    where: str
    mime_type: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """`POST /message/{name}/{instance}`."""

    name: str
    body: dict[str, Any]


class NotSendable(Exception):
    """Nothing of the gateway's says this."""


def file_of(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The part of a body for Meta that names a file, by `id` or `link`; an interactive message's is in its header."""
    kind = body.get("type")
    if kind in MEDIA:
        return mapping(body.get(str(kind)))
    header = mapping(mapping(body.get("interactive")).get("header"))
    inner = mapping(header.get(str(header.get("type"))))
    return inner if inner.get("id") or inner.get("link") else None


def call_of(body: Mapping[str, Any], file: File | None) -> Call:
    """
    Args:
        file: what `file_of` names, where it names one.

    Raises:
        NotSendable: this way knows no such message.
    """
    build = _CALLS.get(str(body.get("type")))
    if build is None:
        raise NotSendable(f"Messages of type {body.get('type')} can't be sent through this gateway.")
    found = build(body, file)
    found.body["number"] = address_of(body)
    quoted = text(mapping(body.get("context")).get("message_id"))
    if quoted and found.name != "sendReaction":
        found.body["quoted"] = {"key": {"id": quoted}}
    return found


def address_of(body: Mapping[str, Any]) -> str:
    """Digits, or the id of a person who hides them."""
    return str(body.get("to") or body.get("recipient") or "").lstrip("+")


def _text(body: Mapping[str, Any], _: File | None) -> Call:
    part = mapping(body.get("text"))
    return Call("sendText", {"text": part.get("body"), "linkPreview": bool(part.get("preview_url"))})


def _media(body: Mapping[str, Any], file: File | None) -> Call:
    kind = str(body["type"])
    return _media_call(kind, _present(file), text(mapping(body.get(kind)).get("caption")))


def _media_call(kind: str, file: File, caption: str | None) -> Call:
    called = {"mediatype": kind, "mimetype": file.mime_type.partition(";")[0], "media": file.where}
    named = {"caption": caption, "fileName": file.name or (f"{kind}" if kind == "document" else None)}
    return Call("sendMedia", {key: value for key, value in {**called, **named}.items() if value})


def _audio(body: Mapping[str, Any], file: File | None) -> Call:
    """A voice note; other sounds are files to play."""
    found = _present(file)
    if mapping(body.get("audio")).get("voice"):
        return Call("sendWhatsAppAudio", {"audio": found.where})
    return _media_call("audio", found, None)


def _sticker(body: Mapping[str, Any], file: File | None) -> Call:
    return Call("sendSticker", {"sticker": _present(file).where})


def _location(body: Mapping[str, Any], _: File | None) -> Call:
    part = mapping(body.get("location"))
    place = {"latitude": float(part["latitude"]), "longitude": float(part["longitude"])}
    # The gateway refuses a place without a name.
    named = {"name": part.get("name") or part.get("address") or "📍", "address": part.get("address") or ""}
    return Call("sendLocation", {**place, **named})


def _contacts(body: Mapping[str, Any], _: File | None) -> Call:
    return Call("sendContact", {"contact": [_person(mapping(each)) for each in sequence(body.get("contacts"))]})


def _person(card: dict[str, Any]) -> dict[str, Any]:
    first = mapping(next(iter(sequence(card.get("phones"))), None))
    shown = text(first.get("phone")) or text(first.get("wa_id")) or ""
    digits = text(first.get("wa_id")) or "".join(filter(str.isdigit, shown))
    found = {"fullName": text(mapping(card.get("name")).get("formatted_name")), "wuid": digits, "phoneNumber": shown}
    company = text(mapping(card.get("org")).get("company"))
    mail = text(mapping(next(iter(sequence(card.get("emails"))), None)).get("email"))
    page = text(mapping(next(iter(sequence(card.get("urls"))), None)).get("url"))
    more = {"organization": company, "email": mail, "url": page}
    return found | {key: value for key, value in more.items() if value}


def _reaction(body: Mapping[str, Any], _: File | None) -> Call:
    part = mapping(body.get("reaction"))
    key = {"remoteJid": jid_of(address_of(body)), "fromMe": False, "id": part.get("message_id")}
    return Call("sendReaction", {"key": key, "reaction": part.get("emoji") or ""})


def _interactive(body: Mapping[str, Any], file: File | None) -> Call:
    part = mapping(body.get("interactive"))
    kind = text(part.get("type"))
    if kind not in IN_WORDS:
        raise NotSendable(f"Interactive messages of kind {kind} can't be sent through this gateway.")
    words = in_words(part)
    if file is None:
        return Call("sendText", {"text": words, "linkPreview": False})
    return _media_call(str(mapping(part.get("header")).get("type")), file, words)


def in_words(part: Mapping[str, Any]) -> str:
    """An interactive message for phones that don't show any: its choices are numbered."""
    header = text(mapping(part.get("header")).get("text"))
    action = mapping(part.get("action"))
    body, footer = text(mapping(part.get("body")).get("text")), text(mapping(part.get("footer")).get("text"))
    blocks = [f"*{header}*" if header else None, body, _choices(action), f"_{footer}_" if footer else None]
    return "\n\n".join(block for block in blocks if block)


def _choices(action: dict[str, Any]) -> str:
    if action.get("name") == "cta_url":
        link = mapping(action.get("parameters"))
        return f"{link.get('display_text')}: {link.get('url')}"
    lines, count = [], 0
    for button in sequence(action.get("buttons")):
        count += 1
        lines.append(f"{count}. {mapping(mapping(button).get('reply')).get('title')}")
    for section in sequence(action.get("sections")):
        title = text(mapping(section).get("title"))
        lines += [f"*{title}*"] if title else []
        for row in sequence(mapping(section).get("rows")):
            count += 1
            described = text(mapping(row).get("description"))
            lines.append(f"{count}. {mapping(row).get('title')}" + (f": {described}" if described else ""))
    return "\n".join(lines)


def _present(file: File | None) -> File:
    if file is None:
        raise NotSendable("The file is not to be had.")
    return file


_CALLS: Final[Mapping[str, Callable[[Mapping[str, Any], File | None], Call]]] = {
    "text": _text,
    "image": _media,
    "video": _media,
    "document": _media,
    "audio": _audio,
    "sticker": _sticker,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "interactive": _interactive,
}
