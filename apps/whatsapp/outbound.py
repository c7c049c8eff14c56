"""A message of ours as the Cloud API wants it. Pure: what to send comes in, the request's body goes out.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages and the pages
of each type beside it; the limits are data (`apps.whatsapp.limits`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

from apps.whatsapp.errors import LimitExceeded, MessageNotValid, NotAddressable
from apps.whatsapp.limits import LIMITS, bounds, check_length
from apps.whatsapp.payloads.values import is_bsuid, phone

MediaKind = Literal["image", "video", "audio", "document", "sticker"]

_CONTACT_PARTS: Final = ("name", "phones", "emails", "addresses", "org", "urls", "birthday")
_NAME_PARTS: Final[Sequence[str]] = LIMITS["messages"]["contacts"]["name_parts"]
# One emoji as it is typed: a flag, a keycap, or pictographs with their skin tones and variants, joined into one.
_PICTOGRAPH: Final = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff](?:\ufe0f|[\U0001f3fb-\U0001f3ff])*"
)
_EMOJI: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|{_PICTOGRAPH}(?:\u200d{_PICTOGRAPH})*(?:[\U000e0020-\U000e007e]+\U000e007f)?"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text; the first address in it shows a preview."""

    body: str
    preview_url: bool = True


@dataclass(frozen=True, slots=True)
class Media:
    """A file, uploaded (`media_id`) or to be fetched by WhatsApp itself (`link`, https).

    Attributes:
        voice: audio only: shown as a voice message; OGG with Opus, mono.
        filename: documents only.
    """

    kind: MediaKind
    media_id: str | None = None
    link: str | None = None
    caption: str = ""
    filename: str = ""
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    """A place on the map, in degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Visiting cards in Meta's shape: `{"name": {"formatted_name": ...}, "phones": [{"phone": ...}], ...}`."""

    contacts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on a message of the customer, by its wamid; "" takes ours away."""

    message_id: str
    emoji: str


Content = Text | Media | Location | Contacts | Reaction


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """What goes to whom.

    Attributes:
        phone: digits with country code, no plus. With both known the phone is used: that keeps WhatsApp sharing it.
        bsuid: business-scoped user id, whole.
        reply_to: wamid of the message that this one quotes; reactions carry their target themselves.
        opaque: comes back in every status of the message.
    """

    content: Content
    phone: str | None = None
    bsuid: str | None = None
    reply_to: str | None = None
    opaque: str | None = None


def content_from(
    kind: str,
    content: Mapping[str, Any],
    *,
    media_id: str | None = None,
    target: str | None = None,
) -> Content:
    """The content of a stored message.

    Args:
        kind: the message's type.
        content: by type, as the API answers it: text {body}; image, video {caption?}; audio {voice?}; document
            {caption?, filename?}; sticker {}; location {latitude, longitude, name?, address?}; contacts {contacts};
            reaction {emoji}.
        media_id: of the file as uploaded to WhatsApp; not needed for `check`.
        target: wamid of the message reacted to.

    Raises:
        MessageNotValid: messages of this type can't be sent, or a part is missing or of the wrong kind.
    """
    try:
        return _content_from(kind, content, media_id, target)
    except (KeyError, TypeError, ValueError) as error:
        raise MessageNotValid(f"A part of the {kind} is missing or not valid: {error}.", field=kind) from error


def _content_from(kind: str, content: Mapping[str, Any], media_id: str | None, target: str | None) -> Content:
    if kind == "text":
        return Text(str(content["body"]))
    if kind in get_args(MediaKind):
        return Media(
            cast("MediaKind", kind),
            media_id,
            caption=str(content.get("caption") or ""),
            filename=str(content.get("filename") or ""),
            voice=bool(content.get("voice")),
        )
    if kind == "location":
        return Location(
            float(content["latitude"]),
            float(content["longitude"]),
            str(content.get("name") or ""),
            str(content.get("address") or ""),
        )
    if kind == "contacts":
        return Contacts(tuple(content["contacts"]))
    if kind == "reaction":
        return Reaction(target or "", str(content["emoji"]))
    raise MessageNotValid(f"Messages of type {kind} can't be sent.", field="type")


def check(message: OutboundMessage) -> None:
    """Refuse what WhatsApp would refuse, before it is stored.

    Whom it goes to isn't looked at, nor whether a file is uploaded yet: see `body_of`.

    Raises:
        LimitExceeded: too long, too short, too many, out of range; `field` names the part.
        MessageNotValid: a part that no limit describes is wrong.
    """
    _CHECKS[type(message.content)](message.content)
    if message.opaque is not None:
        check_length("opaque", message.opaque, "common", "biz_opaque_callback_data")


def body_of(message: OutboundMessage) -> dict[str, Any]:
    """The body of `POST /{phone_number_id}/messages`.

    Raises:
        NotAddressable: nobody to send to; or a user id in the place of the phone, which WhatsApp would accept and then
            silently never deliver.
        MessageNotValid: a file that isn't uploaded yet, or a reaction to nothing.
    """
    kind, part = _PARTS[type(message.content)](message.content)
    body: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_address(message),
        "type": kind,
        kind: part,
    }
    if message.reply_to and kind != "reaction":
        body["context"] = {"message_id": message.reply_to}
    if message.opaque:
        body["biz_opaque_callback_data"] = message.opaque
    return body


def read_receipt(wamid: str, *, typing: bool = False) -> dict[str, Any]:
    """The body that marks a customer's message, and all before it, as read.

    Args:
        typing: also show that somebody is typing, until the next message or for 25 seconds.
    """
    body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    if typing:
        body["typing_indicator"] = {"type": "text"}
    return body


def is_emoji(text: str) -> bool:
    """Whether a text is one emoji and nothing else."""
    return _EMOJI.fullmatch(text) is not None


def _address(message: OutboundMessage) -> dict[str, str]:
    if message.phone:
        digits = phone(message.phone)
        if digits is None:
            raise NotAddressable(f"{message.phone!r} is not a phone number.", field="phone")
        return {"to": f"+{digits}"}  # without the plus WhatsApp puts our own country's code before it
    if message.bsuid and is_bsuid(message.bsuid):
        return {"recipient": message.bsuid}
    raise NotAddressable


# The parts of the body, by type.


def _text_part(content: Text) -> tuple[str, Any]:
    return "text", {"body": content.body, "preview_url": content.preview_url}


def _media_part(content: Media) -> tuple[str, Any]:
    if content.media_id:
        part: dict[str, Any] = {"id": content.media_id}
    elif content.link:
        part = {"link": content.link}
    else:
        raise MessageNotValid("The file is not uploaded yet.", field="media_id")
    if content.caption and content.kind in ("image", "video", "document"):
        part["caption"] = content.caption
    if content.filename and content.kind == "document":
        part["filename"] = content.filename
    if content.voice and content.kind == "audio":
        part["voice"] = True
    return content.kind, part


def _location_part(content: Location) -> tuple[str, Any]:
    part = {"latitude": _degrees(content.latitude), "longitude": _degrees(content.longitude)}
    if content.name:
        part["name"] = content.name
    if content.address:
        part["address"] = content.address
    return "location", part


def _degrees(value: float) -> str:
    """Seven decimals are a centimetre; an exponent would not be understood."""
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _contacts_part(content: Contacts) -> tuple[str, Any]:
    return "contacts", [_contact_part(contact) for contact in content.contacts]


def _contact_part(contact: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the API knows: cards that came by webhook carry more. One name part beside the whole is required."""
    part = {key: contact[key] for key in _CONTACT_PARTS if contact.get(key)}
    name = dict(part["name"])
    if not any(name.get(key) for key in _NAME_PARTS):
        name["first_name"] = name["formatted_name"]
    part["name"] = name
    return part


def _reaction_part(content: Reaction) -> tuple[str, Any]:
    if not content.message_id:
        raise MessageNotValid("The message reacted to has no WhatsApp id.", field="message_id")
    return "reaction", {"message_id": content.message_id, "emoji": content.emoji}


# The checks, by type.


def _check_text(content: Text) -> None:
    if not content.body.strip():
        raise LimitExceeded("The text is empty.", field="body", limit=bounds("text", "body").least)
    check_length("body", content.body, "text", "body")


def _check_media(content: Media) -> None:
    limits = LIMITS["messages"][content.kind]
    if content.caption and limits["caption"]["max"] == 0:
        raise LimitExceeded(f"WhatsApp shows no caption with {content.kind}.", field="caption", limit=0)
    if content.caption:
        check_length("caption", content.caption, content.kind, "caption")
    if content.filename and "filename" in limits:
        check_length("filename", content.filename, content.kind, "filename")


def _check_location(content: Location) -> None:
    bounds("location", "latitude").check("latitude", content.latitude, "degrees")
    bounds("location", "longitude").check("longitude", content.longitude, "degrees")
    check_length("name", content.name, "location", "name")
    check_length("address", content.address, "location", "address")


def _check_contacts(content: Contacts) -> None:
    bounds("contacts", "count").check("contacts", len(content.contacts), "contacts")
    for contact in content.contacts:
        name = contact.get("name") if isinstance(contact, Mapping) else None
        formatted = name.get("formatted_name") if isinstance(name, Mapping) else None
        if not isinstance(formatted, str) or not formatted.strip():
            raise MessageNotValid("Each contact needs a name with formatted_name.", field="contacts")
        check_length("contacts", formatted, "contacts", "formatted_name")


def _check_reaction(content: Reaction) -> None:
    if content.emoji and not is_emoji(content.emoji):
        raise MessageNotValid("A reaction is one emoji.", field="emoji")


_PARTS: Final[Mapping[type, Callable[[Any], tuple[str, Any]]]] = {
    Text: _text_part,
    Media: _media_part,
    Location: _location_part,
    Contacts: _contacts_part,
    Reaction: _reaction_part,
}
_CHECKS: Final[Mapping[type, Callable[[Any], None]]] = {
    Text: _check_text,
    Media: _check_media,
    Location: _check_location,
    Contacts: _check_contacts,
    Reaction: _check_reaction,
}
