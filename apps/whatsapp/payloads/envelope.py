"""One POST body, taken apart: every entry, every change, every message and status, whatever it looks like.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.errors import NotUnderstood
from apps.whatsapp.payloads.clean import parse
from apps.whatsapp.payloads.types import Item, ItemKind
from apps.whatsapp.payloads.values import is_bsuid, mapping, phone, sequence, text, user_id, wamid

OBJECT: Final = "whatsapp_business_account"
ABOUT: Final = frozenset({"messaging_product", "metadata", "contacts"})
LONGEST_FIELD: Final = 60
LONGEST_LANE: Final = 400
LISTS: Final[dict[str, ItemKind]] = {
    "messages": "message",
    "statuses": "status",
    "errors": "error",
    "user_actions": "user_action",
}


def split(body: bytes) -> list[Item]:
    """Take one POST body apart.

    Args:
        body: the raw bytes, already known to be signed.

    Raises:
        NotUnderstood: the body isn't JSON, or no object, or nested beyond what any webhook is. Nothing else is raised,
            whatever is inside: elements that aren't objects and keys that nobody knows come out as items of kind
            `other`.
    """
    try:
        whole = parse(body)
    except RecursionError as error:
        raise NotUnderstood("The body is nested too deeply.") from error
    except ValueError as error:
        raise NotUnderstood(f"The body is not JSON: {error}") from error
    if not isinstance(whole, dict):
        raise NotUnderstood
    return list(_items(whole))


def _items(whole: dict[str, Any]) -> Iterator[Item]:
    entries = whole.get("entry")
    if not isinstance(entries, list) or whole.get("object", OBJECT) != OBJECT:
        yield _other("", "", whole)
        return
    for entry in entries:
        changes = mapping(entry).get("changes")
        waba_id = text(mapping(entry).get("id")) or ""
        if not isinstance(changes, list):
            yield _other("", waba_id, entry)
            continue
        for change in changes:
            yield from _of_change(waba_id, change)


def _of_change(waba_id: str, change: object) -> Iterator[Item]:
    field = (text(mapping(change).get("field")) or "")[:LONGEST_FIELD]
    if not isinstance(change, dict) or "value" not in change:
        yield _other(field, waba_id, change)
        return
    value = change["value"]
    if field == "messages" and isinstance(value, dict):
        yield from _of_messages(waba_id, value)
    else:
        yield _other(field, waba_id, value)


def _of_messages(waba_id: str, value: dict[str, Any]) -> Iterator[Item]:
    where = _Where(waba_id, _number_of(value), mapping(value.get("metadata")), value.get("errors"), _People(value))
    rest = {}
    found = False
    for key, part in value.items():
        if key in LISTS and isinstance(part, list):
            found = found or bool(part)
            for element in part:
                yield where.item(LISTS[key], element)
        elif key not in ABOUT:
            rest[key] = part
    if rest:
        yield _other("messages", waba_id, {**rest, "metadata": where.metadata}, where.number)
    elif not found:
        yield _other("messages", waba_id, value, where.number)


def _other(field: str, waba_id: str, value: object, number: str | None = None) -> Item:
    kept = value if isinstance(value, dict) else {"raw": value}
    number = number or _number_of(kept)
    return Item(field, "other", number, waba_id, f"{number or waba_id}:{field}"[-LONGEST_LANE:], kept)


def _number_of(value: dict[str, Any]) -> str | None:
    """The business number: in `metadata` mostly, elsewhere for changed settings and handovers between responders."""
    for part in ("metadata", "phone_number_settings", "recipient"):
        found = text(mapping(value.get(part)).get("phone_number_id"))
        if found:
            return found
    return None


class _People:
    """The `contacts` of a change, to be found by any id that a message or a status calls them by.

    Attributes:
        sole: the only person of a change with one message: the sender, whatever ids are missing.
    """

    __slots__ = ("_by_id", "sole")

    def __init__(self, value: dict[str, Any]) -> None:
        people = [person for person in sequence(value.get("contacts")) if isinstance(person, dict)]
        self._by_id: dict[str, dict[str, Any]] = {}
        for person in people:
            for key in ("user_id", "wa_id"):
                found = text(person.get(key))
                if found:
                    self._by_id.setdefault(found, person)
        alone = len(people) == 1 and len(sequence(value.get("messages"))) == 1
        self.sole = people[0] if alone else None

    def find(self, *ids: object) -> dict[str, Any] | None:
        for one in ids:
            found = self._by_id.get(text(one) or "")
            if found is not None:
                return found
        return None if self._by_id else self.sole


@dataclass(frozen=True, slots=True)
class _Where:
    """What the elements of one change of the field `messages` share."""

    waba_id: str
    number: str | None
    metadata: dict[str, Any]
    errors: Any
    people: _People

    def item(self, kind: ItemKind, element: object) -> Item:
        if not isinstance(element, dict):
            return self._make("other", "messages", {"raw": element, "metadata": self.metadata})
        if kind == "message":
            return self._message(element)
        if kind == "status":
            return self._status(element)
        return self._make(kind, "messages", {kind: element, "metadata": self.metadata})

    def _make(
        self,
        kind: ItemKind,
        who: str,
        value: dict[str, Any],
        provider_id: str | None = None,
        person: dict[str, Any] | None = None,
    ) -> Item:
        lane = f"{self.number or self.waba_id}:{who}"[-LONGEST_LANE:]
        return Item("messages", kind, self.number, self.waba_id, lane, value, provider_id, person)

    def _message(self, message: dict[str, Any]) -> Item:
        person = self.people.find(message.get("from_user_id"), message.get("from"))
        who = _sender_of(message)
        if who is None and self.people.sole is not None:
            person = self.people.sole
            who = phone(person.get("wa_id")) or user_id(person.get("user_id"))
        value = {"message": message, "contact": person, "metadata": self.metadata}
        if self.errors:
            value["errors"] = self.errors
        message_id = wamid(message.get("id"))
        kind: ItemKind = "message" if who and message_id else "other"
        return self._make(kind, who or "messages", value, message_id, person)

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
        return self._make("status" if message_id else "other", who, value, message_id, person)


def _sender_of(message: dict[str, Any]) -> str | None:
    """The phone or the user id of whom a message is from; system messages of people without a phone name the old id."""
    sender = message.get("from")
    found = phone(sender) or user_id(message.get("from_user_id"))
    if found is None and isinstance(sender, str) and is_bsuid(sender):
        found = sender
    if found is None:
        system = mapping(message.get("system"))
        found = user_id(system.get("previous_user_id")) or user_id(system.get("user_id"))
    return found
