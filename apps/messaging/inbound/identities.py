"""WhatsApp says that somebody got another number or user id: they stay the person whom we know.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from apps.contacts.services import Names, move_identities, recognise
from apps.messaging.inbound.incoming import Incoming
from apps.whatsapp.models import Change

CHANGED = ("user_changed_number", "user_changed_user_id")


def is_change(change: Change) -> bool:
    """Whether this may say that somebody is called otherwise now."""
    message = change.value.get("message")
    return isinstance(message, dict) and message.get("type") == "system"


def follow_changes(arrived: Sequence[Incoming]) -> None:
    """Move what these messages say is another now; where it is another contact's, the entry names that one.

    Whoever wrote under the new name before this came is no other, but a contact who is younger than the change.
    """
    for each in arrived:
        if each.parsed.type == "system" and each.content.get("kind") in CHANGED:
            _follow(each)


def _follow(each: Incoming) -> None:
    contact = recognise([each.sender])[each.sender]
    said = each.content
    old = Names(phone=each.sender.phone, bsuid=each.sender.bsuid, parent_bsuid=each.sender.parent_bsuid)
    new = Names(phone=said.get("phone"), bsuid=said.get("user_id"), parent_bsuid=said.get("parent_user_id"))
    other = move_identities(contact=contact, old=old, new=new, at=each.parsed.sent_at)
    if other is not None:
        each.content = said | {"other_contact_id": str(other)}
        return
    each.sender = replace(
        each.sender, phone=new.phone or old.phone, bsuid=new.bsuid or old.bsuid,
        parent_bsuid=new.parent_bsuid or old.parent_bsuid,
    )  # fmt: skip
