"""What needs no tapping: text, files, places, visiting cards, reactions.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages and the pages
of each type beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from apps.whatsapp.errors import LimitExceeded, MessageNotValid
from apps.whatsapp.limits import LIMITS, bounds, check_length
from apps.whatsapp.outbound.emoji import is_emoji

MediaKind = Literal["image", "video", "audio", "document", "sticker"]

_CONTACT_PARTS: Final = ("name", "phones", "emails", "addresses", "org", "urls", "birthday")
_NAME_PARTS: Final[Sequence[str]] = LIMITS["messages"]["contacts"]["name_parts"]


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


# The parts of the body, by type.


def text_part(content: Text) -> tuple[str, Any]:
    return "text", {"body": content.body, "preview_url": content.preview_url}


def media_part(content: Media) -> tuple[str, Any]:
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


def location_part(content: Location) -> tuple[str, Any]:
    part = {"latitude": degrees(content.latitude), "longitude": degrees(content.longitude)}
    if content.name:
        part["name"] = content.name
    if content.address:
        part["address"] = content.address
    return "location", part


def degrees(value: float) -> str:
    """Seven decimals are a centimetre; an exponent would not be understood."""
    return f"{value:.7f}".rstrip("0").rstrip(".")


def contacts_part(content: Contacts) -> tuple[str, Any]:
    return "contacts", [_contact_part(contact) for contact in content.contacts]


def _contact_part(contact: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the API knows: cards that came by webhook carry more. One name part beside the whole is required."""
    part = {key: contact[key] for key in _CONTACT_PARTS if contact.get(key)}
    name = dict(part["name"])
    if not any(name.get(key) for key in _NAME_PARTS):
        name["first_name"] = name["formatted_name"]
    part["name"] = name
    return part


def reaction_part(content: Reaction) -> tuple[str, Any]:
    if not content.message_id:
        raise MessageNotValid("The message reacted to has no WhatsApp id.", field="message_id")
    return "reaction", {"message_id": content.message_id, "emoji": content.emoji}


def check_link(field: str, link: str) -> None:
    """WhatsApp fetches files by https only."""
    try:
        address = urlsplit(link)
    except ValueError:
        address = urlsplit("")
    if address.scheme != "https" or not address.hostname or any(letter.isspace() for letter in link):
        raise MessageNotValid("WhatsApp fetches files from https:// addresses only.", field=field)


# The checks, by type.


def check_text(content: Text) -> None:
    if not content.body.strip():
        raise LimitExceeded("The text is empty.", field="body", limit=bounds("text", "body").least)
    check_length("body", content.body, "text", "body")


def check_media(content: Media) -> None:
    if content.link:
        check_link("link", content.link)
    limits = LIMITS["messages"][content.kind]
    if content.caption and limits["caption"]["max"] == 0:
        raise LimitExceeded(f"WhatsApp shows no caption with {content.kind}.", field="caption", limit=0)
    if content.caption:
        check_length("caption", content.caption, content.kind, "caption")
    if content.filename and "filename" in limits:
        check_length("filename", content.filename, content.kind, "filename")


def check_location(content: Location) -> None:
    bounds("location", "latitude").check("latitude", content.latitude, "degrees")
    bounds("location", "longitude").check("longitude", content.longitude, "degrees")
    check_length("name", content.name, "location", "name")
    check_length("address", content.address, "location", "address")


def check_contacts(content: Contacts) -> None:
    bounds("contacts", "count").check("contacts", len(content.contacts), "contacts")
    for at, contact in enumerate(content.contacts):
        name = contact.get("name") if isinstance(contact, Mapping) else None
        formatted = name.get("formatted_name") if isinstance(name, Mapping) else None
        if not isinstance(formatted, str) or not formatted.strip():
            raise MessageNotValid("Each contact needs a name with formatted_name.", field="contacts")
        check_length("contacts", formatted, "contacts", "formatted_name")
        _check_card(at, contact)


def _check_card(at: int, contact: Mapping[str, Any]) -> None:
    """WhatsApp refuses a card with a part of another kind, and doesn't say which one."""
    place = f"contacts.{at}"
    for part in ("name", "org"):
        _check_texts(f"{place}.{part}", contact.get(part) or {})
    for part in ("phones", "emails", "addresses", "urls"):
        listed = contact.get(part) or []
        if not isinstance(listed, list):
            raise MessageNotValid("This is a list.", field=f"{place}.{part}")
        for number, each in enumerate(listed):
            _check_texts(f"{place}.{part}.{number}", each)
    if not isinstance(contact.get("birthday") or "", str):
        raise MessageNotValid("A birthday is a text: YYYY-MM-DD.", field=f"{place}.birthday")


def _check_texts(place: str, part: object) -> None:
    if not isinstance(part, Mapping):
        raise MessageNotValid("This is an object of texts.", field=place)
    for key, value in part.items():
        if not isinstance(value, str):
            raise MessageNotValid("This is a text.", field=f"{place}.{key}")


def check_reaction(content: Reaction) -> None:
    if content.emoji and not is_emoji(content.emoji):
        raise MessageNotValid("A reaction is one emoji.", field="emoji")
