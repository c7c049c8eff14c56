"""What webhooks tell of a person beside what they write: what they want to get, and what the phone calls them."""

from __future__ import annotations

from collections.abc import Sequence

from apps.contacts.services import Sender, learn_wishes, name_unnamed
from apps.core.events import publish
from apps.messaging.inbound.entries import entry, write_entries
from apps.whatsapp.models import Change
from apps.whatsapp.payloads import Person, Wish, book_entry, wish

MARKETING = "marketing_messages"
STOP = "stop"


def note_wishes(changes: Sequence[Change]) -> None:
    """Marketing is stopped or resumed: kept with the contact, and an entry in the conversation.

    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences
    """
    told = [(change, found) for change in changes if change.number_id and (found := wish(change.value))]
    told = [(change, found) for change, found in told if found.person.phone or found.person.bsuid]
    entries = [
        entry(
            change, found.person, found.at, {"kind": f"marketing_{found.value[:20]}", "body": ""},
            key=f"wish {found.category} {found.value} {found.at} {found.person.phone or found.person.bsuid}",
        )
        for change, found in told
    ]  # fmt: skip
    facts = write_entries(entries)
    learn_wishes([
        (_sender(change, found.person), found.value == STOP, found.at or change.received_at)
        for change, found in told if found.category in ("", MARKETING) and _is_plain(found)
    ])  # fmt: skip
    publish(*facts)


def _is_plain(found: Wish) -> bool:
    return found.value in (STOP, "resume", "signup")


def learn_names(changes: Sequence[Change]) -> None:
    """The address book of the phone names contacts who have no name here yet; what is removed there stays here.

    Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_app_state_sync
    """
    told = [(change, found) for change in changes if (found := book_entry(change.value)) and change.organization_id]
    name_unnamed({_sender(change, found.person): found.person.name for change, found in told if not found.removed})


def _sender(change: Change, person: Person) -> Sender:
    assert change.organization_id is not None
    return Sender(change.organization_id, person.phone, person.bsuid)
