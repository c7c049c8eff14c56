"""Whose an element of a webhook is: the number it concerns, and the person by whatever id it names them."""

from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.payloads.types import Item, ItemKind
from apps.whatsapp.payloads.values import is_bsuid, mapping, phone, sequence, text, user_id, wamid

LONGEST_LANE: Final = 400


def other(field: str, waba_id: str, value: object, number: str | None = None) -> Item:
    kept = value if isinstance(value, dict) else {"raw": value}
    number = number or number_of(kept)
    # Of partners' events the entry names the portfolio, and only the value the account.
    waba_id = text(mapping(kept.get("waba_info")).get("waba_id")) or waba_id
    return Item(field, "other", number, waba_id, f"{number or waba_id}:{field}"[-LONGEST_LANE:], kept)


def number_of(value: dict[str, Any]) -> str | None:
    """The business number: in `metadata` mostly, elsewhere for changed settings and handovers between responders."""
    for part in ("metadata", "phone_number_settings", "recipient"):
        found = text(mapping(value.get(part)).get("phone_number_id"))
        if found:
            return found
    return None


class People:
    """The `contacts` of a change, to be found by any id that a message or a status calls them by.

    Attributes:
        sole: the only person of a change with one message: the sender, whatever ids are missing.
    """

    __slots__ = ("_by_id", "_whole", "sole")

    def __init__(self, value: dict[str, Any]) -> None:
        people = [person for person in sequence(value.get("contacts")) if isinstance(person, dict)]
        self._whole = value
        self._by_id: dict[str, dict[str, Any]] = {}
        for person in people:
            for key in ("user_id", "wa_id"):
                found = text(person.get(key))
                if found:
                    self._by_id.setdefault(found, person)
        alone = len(people) == 1 and len(sequence(value.get("messages"))) == 1
        self.sole = people[0] if alone else None

    def beside(self, part: dict[str, Any]) -> "People":
        """The people of a part of the change, and where it names none, those of the whole."""
        return People({"contacts": self._whole.get("contacts"), **part})

    def find(self, *ids: object) -> dict[str, Any] | None:
        for one in ids:
            found = self._by_id.get(text(one) or "")
            if found is not None:
                return found
        return None if self._by_id else self.sole


@dataclass(frozen=True, slots=True)
class Where:
    """What the elements of one change share."""

    field: str
    waba_id: str
    number: str | None
    metadata: dict[str, Any]
    errors: Any
    people: People

    def item(self, kind: ItemKind, element: object) -> Item:
        if not isinstance(element, dict):
            return self.make("other", "messages", {"raw": element, "metadata": self.metadata})
        if kind == "message":
            return self._message(element)
        if kind == "status":
            return self._status(element)
        return self.make(kind, "messages", {kind: element, "metadata": self.metadata})

    def make(
        self,
        kind: ItemKind,
        who: str,
        value: dict[str, Any],
        provider_id: str | None = None,
        person: dict[str, Any] | None = None,
    ) -> Item:
        lane = f"{self.number or self.waba_id}:{who}"[-LONGEST_LANE:]
        return Item(self.field, kind, self.number, self.waba_id, lane, value, provider_id, person)

    def _message(self, message: dict[str, Any]) -> Item:
        person = self.people.find(message.get("from_user_id"), message.get("from"))
        who = sender_of(message)
        if who is None and self.people.sole is not None:
            person = self.people.sole
            who = phone(person.get("wa_id")) or user_id(person.get("user_id"))
        value = {"message": message, "contact": person, "metadata": self.metadata}
        if self.errors:
            value["errors"] = self.errors
        message_id = wamid(message.get("id"))
        kind: ItemKind = "message" if who and message_id else "other"
        return self.make(kind, who or "messages", value, message_id, person)

    def _status(self, status: dict[str, Any]) -> Item:
        recipient = status.get("recipient_id")
        participant = status.get("recipient_participant_id") or status.get("participant_recipient_id")
        users = (status.get("recipient_participant_user_id"), status.get("recipient_user_id"))
        person = self.people.find(*users, participant, recipient)
        who = phone(recipient) or phone(participant) or user_id(users[1]) or user_id(users[0])
        if who is None:
            who = recipient if isinstance(recipient, str) and is_bsuid(recipient) else "messages"
        value = {"status": status, "contact": person, "metadata": self.metadata}
        message_id = wamid(status.get("id"))
        return self.make("status" if message_id else "other", who, value, message_id, person)


def sender_of(message: dict[str, Any]) -> str | None:
    """The phone or the user id of whom a message is from; system messages of people without a phone name the old id."""
    sender = message.get("from")
    found = phone(sender) or user_id(message.get("from_user_id"))
    if found is None and isinstance(sender, str) and is_bsuid(sender):
        found = sender
    if found is None:
        system = mapping(message.get("system"))
        found = user_id(system.get("previous_user_id")) or user_id(system.get("user_id"))
    return found


def where_of(field: str, waba_id: str, value: dict[str, Any]) -> Where:
    return Where(field, waba_id, number_of(value), mapping(value.get("metadata")), value.get("errors"), People(value))
