"""WhatsApp's own addresses, as its web protocol writes them: `5511987654321@s.whatsapp.net`, `1234567890@lid`."""

from typing import Final

from apps.whatsapp.payloads.values import is_lid, phone

PEOPLE: Final = ("s.whatsapp.net", "c.us")
LID: Final = "lid"


def phone_of(jid: object) -> str | None:
    """The digits of a person's phone number; the part after a colon is one of their devices."""
    user, at, server = jid.partition("@") if isinstance(jid, str) else ("", "", "")
    return phone(user.partition(":")[0]) if at and server in PEOPLE else None


def lid_of(jid: object) -> str | None:
    """The id that stands for a person whose number is hidden, without the device."""
    user, at, server = jid.partition("@") if isinstance(jid, str) else ("", "", "")
    found = f"{user.partition(':')[0]}@{LID}"
    return found if at and server == LID and is_lid(found) else None


def is_person(jid: object) -> bool:
    """Whether this is one person; groups, channels, broadcasts and statuses are none."""
    return phone_of(jid) is not None or lid_of(jid) is not None


def jid_of(address: str) -> str:
    """The address of a phone (digits) or of a hidden number."""
    return address if "@" in address else f"{address.lstrip('+')}@{PEOPLE[0]}"
