"""The request's body around the content: to whom, from which account, in reply to what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.errors import NotAddressable
from apps.whatsapp.limits import check_length
from apps.whatsapp.outbound import plain
from apps.whatsapp.outbound.direct import DirectSend, check_direct, direct_parts
from apps.whatsapp.outbound.interactive import Interactive, check_interactive, interactive_part
from apps.whatsapp.outbound.plain import Contacts, Location, Media, Reaction, Text
from apps.whatsapp.outbound.templates import Template, check_template, template_part
from apps.whatsapp.payloads.values import is_bsuid, is_lid, phone

Content = Text | Media | Location | Contacts | Reaction | Interactive | Template


# Meta itself sends it the usual way where the account or the customer isn't admitted to the other.
FALLBACK: Final = "CLOUD_API_FALLBACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """What goes to whom.

    Attributes:
        phone: digits with country code, no plus. With both known the phone is used: that keeps WhatsApp sharing it.
        bsuid: business-scoped user id, whole; of gateways' contacts the id that hides their number.
        group: id of a group; then nobody else is addressed.
        reply_to: wamid of the message that this one quotes; reactions carry their target themselves.
        opaque: comes back in every status of the message.
        account: the messaging account that pays, where the number has one of its own.
        direct: Direct Send, which needs neither window nor template.
        marketing: a marketing template, which goes by the endpoint that Meta optimizes for those.
    """

    content: Content
    phone: str | None = None
    bsuid: str | None = None
    group: str | None = None
    reply_to: str | None = None
    opaque: str | None = None
    account: str | None = None
    direct: DirectSend | None = None
    marketing: bool = False


def check(message: OutboundMessage) -> None:
    """Refuse what WhatsApp would refuse, before it is stored.

    Whom it goes to isn't looked at, nor whether a file is uploaded yet: see `body_of`.

    Raises:
        LimitExceeded: too long, too short, too many, out of range; `field` names the part.
        MessageNotValid: a part that no limit describes is wrong.
    """
    _of(_CHECKS, message.content)(message.content)
    if message.opaque is not None:
        check_length("opaque", message.opaque, "common", "biz_opaque_callback_data")
    if message.direct is not None:
        check_direct(message.direct, message.content)


def body_of(message: OutboundMessage) -> dict[str, Any]:
    """The body of `POST /{phone_number_id}/messages`.

    Raises:
        NotAddressable: nobody to send to; or a user id in the place of the phone, which WhatsApp would accept and then
            silently never deliver.
        MessageNotValid: a file that isn't uploaded yet, or a reaction to nothing.
    """
    kind, part = _of(_PARTS, message.content)(message.content)
    body: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "group" if message.group else "individual",
        **_address(message),
        "type": kind,
        kind: part,
    }
    if message.account:
        body["messaging_account_id"] = message.account
    if message.direct is not None:
        body |= direct_parts(message.direct)
    if message.marketing:
        body["product_policy"] = FALLBACK
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


def _address(message: OutboundMessage) -> dict[str, str]:
    if message.group:
        return {"to": message.group}
    if message.phone:
        digits = phone(message.phone)
        if digits is None:
            raise NotAddressable(f"{message.phone!r} is not a phone number.", field="phone")
        return {"to": f"+{digits}"}  # without the plus WhatsApp puts our own country's code before it
    if message.bsuid and (is_bsuid(message.bsuid) or is_lid(message.bsuid)):
        return {"recipient": message.bsuid}
    raise NotAddressable


_PARTS: Final[Mapping[type, Callable[[Any], tuple[str, Any]]]] = {
    Text: plain.text_part,
    Media: plain.media_part,
    Location: plain.location_part,
    Contacts: plain.contacts_part,
    Reaction: plain.reaction_part,
    Interactive: interactive_part,
    Template: template_part,
}
_CHECKS: Final[Mapping[type, Callable[[Any], None]]] = {
    Text: plain.check_text,
    Media: plain.check_media,
    Location: plain.check_location,
    Contacts: plain.check_contacts,
    Reaction: plain.check_reaction,
    Interactive: check_interactive,
    Template: check_template,
}


def _of(table: Mapping[type, Any], content: Content) -> Any:
    return table[Interactive if isinstance(content, Interactive) else type(content)]
