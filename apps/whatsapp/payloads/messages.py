"""A message from a customer, out of one item of a webhook."""

from typing import Any, Final

from apps.core.text import one_line
from apps.whatsapp.payloads.content import read
from apps.whatsapp.payloads.types import InboundMessage
from apps.whatsapp.payloads.values import errors, flag, is_bsuid, mapping, moment, phone, text, user_id, wamid

LONGEST_NAME: Final = 255
LONGEST_USERNAME: Final = 64


def inbound_message(value: dict[str, Any]) -> InboundMessage:
    """Read one message.

    Args:
        value: of an item of kind `message`: `{"message", "contact", "metadata", "errors"?}`. Anything else in it, or
            missing from it, gives an emptier message and never an error.
    """
    message, contact = mapping(value.get("message")), mapping(value.get("contact"))
    context = mapping(message.get("context"))
    own_errors = errors(message.get("errors"))
    reading = read(message, own_errors or errors(value.get("errors")))
    from_phone, from_bsuid = _sender(message, contact)
    profile = mapping(contact.get("profile"))
    return InboundMessage(
        wamid=wamid(message.get("id")),
        from_phone=from_phone,
        from_bsuid=from_bsuid,
        parent_bsuid=_parent(message, contact),
        profile_name=one_line(text(profile.get("name")) or "")[:LONGEST_NAME],
        username=(text(profile.get("username")) or text(contact.get("username")) or "")[:LONGEST_USERNAME] or None,
        sent_at=moment(message.get("timestamp")),
        type=reading.type,
        content=reading.content,
        text=reading.text,
        media=reading.media,
        context_wamid=wamid(context.get("id")),
        context_from=phone(context.get("from")),
        forwarded=flag(context.get("forwarded")) or flag(context.get("frequently_forwarded")),
        frequently_forwarded=flag(context.get("frequently_forwarded")),
        referral=mapping(message.get("referral")) or None,
        referred_product=mapping(context.get("referred_product")) or None,
        group_id=text(message.get("group_id")),
        reaction=reading.reaction,
        opens_window=reading.type != "system",
        errors=own_errors,
        raw=message,
    )


def _parent(message: dict[str, Any], contact: dict[str, Any]) -> str | None:
    return (
        user_id(mapping(message.get("system")).get("previous_parent_user_id"))
        or user_id(message.get("from_parent_user_id"))
        or user_id(contact.get("parent_user_id"))
    )


def _sender(message: dict[str, Any], contact: dict[str, Any]) -> tuple[str | None, str | None]:
    """Phone and user id. A user id has been met in the places of the phone, and the phone may be missing or empty."""
    written, known = message.get("from"), contact.get("wa_id")
    system = mapping(message.get("system"))
    # Of somebody whose ids have changed the old ones are known, whichever the sender's places bear.
    bsuid = (
        user_id(system.get("previous_user_id"))
        or user_id(message.get("from_user_id"))
        or user_id(contact.get("user_id"))
        or (written if is_bsuid(written) else None)
        or (known if is_bsuid(known) else None)
        or user_id(system.get("user_id"))
    )
    return phone(written) or (None if system else phone(known)), bsuid
