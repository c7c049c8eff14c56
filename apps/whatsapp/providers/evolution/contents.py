"""What a message of the web protocol says, in the words of the Cloud API's webhooks.

The `message` of an event has one key by its type, wrapped where it disappears or may be seen once.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from apps.whatsapp.payloads.clean import parse
from apps.whatsapp.payloads.values import flag, mapping, sequence, text, whole
from apps.whatsapp.providers.evolution.jids import phone_of

Content = dict[str, Any]
WRAPPERS: Final = frozenset(
    {"ephemeralMessage", "viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension", "editedMessage",
     "documentWithCaptionMessage", "deviceSentMessage", "lottieStickerMessage", "botInvokeMessage",
     "groupMentionedMessage"}
)  # fmt: skip
# What goes along with a message, or tells devices of one another: nobody says anything by it.
SILENT: Final = frozenset(
    {"messageContextInfo", "senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage", "base64",
     "mediaUrl", "keepInChatMessage", "deviceListMetadata", "speechToText"}
)  # fmt: skip
REVOKE: Final = ("REVOKE", 0)
EDIT: Final = ("MESSAGE_EDIT", 14)
DEEPEST: Final = 6
OFTEN: Final = 5  # forwards, from which on WhatsApp calls it many times
_PHONE_OF_CARD = re.compile(r"^(?:item\d+\.)?TEL((?:;[^:\r\n]*)?):([^\r\n]+)", re.MULTILINE | re.IGNORECASE)
_WA_ID = re.compile(r"waid=(\d+)", re.IGNORECASE)


def unwrapped(message: object) -> dict[str, Any]:
    """The message inside of its wrappers."""
    found = mapping(message)
    for _ in range(DEEPEST):
        inner = next((mapping(found[key]).get("message") for key in found if key in WRAPPERS), None)
        if not isinstance(inner, dict):
            return found
        found = inner
    return found


def content_of(message: Mapping[str, Any], media_id: str) -> Content | None:
    """`{"type": …, <type>: …}` of an unwrapped message; None where nobody says anything.

    Args:
        media_id: by which its file, if it has one, is asked for: the message's own id.
    """
    for key, part in message.items():
        if key in READERS:
            return READERS[key](part, media_id)
    return next((_unknown(key) for key in message if key not in SILENT), None)


def changed_by(message: Mapping[str, Any]) -> tuple[str, Content] | None:
    """The message that this one changes, and how: an edit, or a revoke."""
    protocol = mapping(message.get("protocolMessage"))
    target = text(mapping(protocol.get("key")).get("id"))
    if target is None:
        return None
    if protocol.get("type") in REVOKE:
        return target, {"type": "revoke", "revoke": {"original_message_id": target}}
    if protocol.get("type") in EDIT or isinstance(protocol.get("editedMessage"), dict):
        return target, edit_of(target, protocol.get("editedMessage"))
    return None


def edit_of(target: str, message: object) -> Content:
    now = content_of(unwrapped(message), target) or {"type": "text", "text": {"body": ""}}
    return {"type": "edit", "edit": {"original_message_id": target, "message": now}}


def context_of(message: Mapping[str, Any], beside: object) -> dict[str, Any]:
    """What a message quotes, and whether it was forwarded: `context` and `referral`, where there is something to say.

    Args:
        beside: the event's own `contextInfo`, for texts that have no place for one.
    """
    inside = next((part["contextInfo"] for part in message.values() if mapping(mapping(part).get("contextInfo"))), None)
    info = mapping(inside) or mapping(beside)
    context: dict[str, Any] = {}
    if quoted := text(info.get("stanzaId")):
        context["id"] = quoted
        if author := phone_of(info.get("participant")):
            context["from"] = author
    if flag(info.get("isForwarded")):
        context["forwarded"] = True
        if (whole(info.get("forwardingScore")) or 0) >= OFTEN:
            context["frequently_forwarded"] = True
    found = {"context": context} if context else {}
    ad = mapping(info.get("externalAdReply"))
    if ad.get("sourceId") or ad.get("ctwaClid"):
        found["referral"] = _ad(ad)
    return found


def _ad(ad: dict[str, Any]) -> dict[str, Any]:
    named = {
        "source_url": "sourceUrl", "source_id": "sourceId", "headline": "title", "body": "body",
        "thumbnail_url": "thumbnailUrl", "ctwa_clid": "ctwaClid",
    }  # fmt: skip
    found = {ours: told for ours, theirs in named.items() if (told := text(ad.get(theirs)))}
    return {"source_type": (text(ad.get("sourceType")) or "ad").lower(), **found}


def _text(part: object, _: str) -> Content | None:
    body = text(part) or text(mapping(part).get("text"))
    return {"type": "text", "text": {"body": body}} if body else None


def _file(kind: str) -> "Reader":
    def read(part: object, media_id: str) -> Content:
        given = mapping(part)
        file = {
            "id": media_id, "mime_type": text(given.get("mimetype")), "sha256": text(given.get("fileSha256")),
            "caption": text(given.get("caption")), "filename": text(given.get("fileName")) or text(given.get("title")),
            "voice": given.get("ptt"), "animated": given.get("isAnimated"),
        }  # fmt: skip
        if kind != "document":
            del file["filename"]
        return {"type": kind, kind: {key: value for key, value in file.items() if value is not None}}

    return read


def _location(part: object, _: str) -> Content:
    given = mapping(part)
    place = {"latitude": given.get("degreesLatitude"), "longitude": given.get("degreesLongitude")}
    named = {key: found for key in ("name", "address", "url") if (found := text(given.get(key)))}
    return {"type": "location", "location": {**place, **named}}


def _contact(part: object, _: str) -> Content:
    return {"type": "contacts", "contacts": [_person(mapping(part))]}


def _contacts(part: object, _: str) -> Content:
    return {
        "type": "contacts",
        "contacts": [_person(mapping(each)) for each in sequence(mapping(part).get("contacts"))],
    }


def _person(card: dict[str, Any]) -> dict[str, Any]:
    written = text(card.get("vcard")) or ""
    phones = [
        {"phone": shown.strip()} | ({"wa_id": known.group(1)} if (known := _WA_ID.search(about)) else {})
        for about, shown in _PHONE_OF_CARD.findall(written[:10_000])
    ]
    name = text(card.get("displayName")) or (phones[0]["phone"] if phones else "")
    return {"name": {"formatted_name": name}, "phones": phones}


def _reaction(part: object, _: str) -> Content:
    given = mapping(part)
    reaction = {"message_id": text(mapping(given.get("key")).get("id")), "emoji": text(given.get("text")) or ""}
    return {"type": "reaction", "reaction": reaction}


def _button(part: object, _: str) -> Content:
    given = mapping(part)
    title = text(given.get("selectedDisplayText")) or text(mapping(given.get("response")).get("selectedDisplayText"))
    reply = {
        "id": text(given.get("selectedButtonId")) or "",
        "title": title or text(given.get("selectedButtonId")) or "",
    }
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}


def _row(part: object, _: str) -> Content:
    given = mapping(part)
    row = text(mapping(given.get("singleSelectReply")).get("selectedRowId")) or ""
    reply = {"id": row, "title": text(given.get("title")) or row}
    if described := text(given.get("description")):
        reply["description"] = described
    return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}


def _template_button(part: object, _: str) -> Content:
    given = mapping(part)
    shown = text(given.get("selectedDisplayText"))
    return {"type": "button", "button": {"text": shown or "", "payload": text(given.get("selectedId")) or shown or ""}}


def _native(part: object, _: str) -> Content:
    """A tap on a button that is a small flow of its own; what was chosen stands in a JSON of its own."""
    flow = mapping(mapping(part).get("nativeFlowResponseMessage"))
    shown = text(mapping(mapping(part).get("body")).get("text")) or ""
    written = text(flow.get("paramsJson")) or "{}"
    try:
        chosen = mapping(parse(written))
    except (ValueError, RecursionError):
        chosen = {}
    if row := text(chosen.get("id")):
        reply = {"id": row, "title": shown or text(chosen.get("display_text")) or row}
        return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}
    form = {"name": text(flow.get("name")) or "flow", "body": shown, "response_json": written}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": form}}


def _silent(_part: object, _: str) -> None:
    return None


def _unsupported(kind: str) -> "Reader":
    return lambda _part, _: _unknown(kind)


def _unknown(kind: str) -> Content:
    return {"type": "unsupported", "unsupported": {"type": kind.removesuffix("Message")[:60]}}


Reader = Callable[[Any, str], Content | None]
READERS: Final[Mapping[str, Reader]] = {
    "conversation": _text,
    "extendedTextMessage": _text,
    "imageMessage": _file("image"),
    "videoMessage": _file("video"),
    "ptvMessage": _file("video"),
    "audioMessage": _file("audio"),
    "documentMessage": _file("document"),
    "stickerMessage": _file("sticker"),
    "locationMessage": _location,
    "liveLocationMessage": _location,
    "contactMessage": _contact,
    "contactsArrayMessage": _contacts,
    "reactionMessage": _reaction,
    "buttonsResponseMessage": _button,
    "listResponseMessage": _row,
    "templateButtonReplyMessage": _template_button,
    "interactiveResponseMessage": _native,
    "protocolMessage": _silent,
    "pollCreationMessage": _unsupported("poll"),
    "pollCreationMessageV2": _unsupported("poll"),
    "pollCreationMessageV3": _unsupported("poll"),
    "pollUpdateMessage": _unsupported("poll_vote"),
}
