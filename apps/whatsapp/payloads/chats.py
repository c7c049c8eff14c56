"""The fields beside `messages` that tell of chats, taken apart by person, so that each person's lane holds all of it.

What isn't as Meta's pages have it makes no item here; the whole value is kept instead.

Sources: the pages of these fields under
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from apps.whatsapp.payloads.types import Item
from apps.whatsapp.payloads.values import is_bsuid, mapping, phone, sequence, user_id, wamid
from apps.whatsapp.payloads.whose import Where, sender_of

# A chunk of history may hold thousands of messages of one chat; so many of them are one piece of work.
HISTORY_AT_ONCE: Final = 200


def context_of(where: Where, value: dict[str, Any]) -> Item:
    """What was said to another responder, beside the message with which the chat became ours."""
    first = mapping(next(iter(sequence(value.get("messages"))), None))
    person = where.people.find(first.get("from_user_id"), first.get("from"))
    who = sender_of(first)
    told = {"conversation_context": value["conversation_context"], "metadata": where.metadata}
    if who is not None:
        told |= {"from": first.get("from"), "from_user_id": first.get("from_user_id"), "contact": person}
        told |= {"timestamp": first.get("timestamp"), "beside": first.get("id")}
    return where.make("other", who or "messages", told)


def _echoes(where: Where, value: dict[str, Any]) -> Iterator[Item]:
    for echo in _objects(value.get("message_echoes")):
        yield _echo(where, echo)


def _echo(where: Where, echo: dict[str, Any]) -> Item:
    """Those of other responders wrap the request by which they were sent."""
    request = mapping(echo.get("message"))
    whole = {**{key: part for key, part in echo.items() if key != "message"}, **request}
    if request and "template" in echo:
        whole["template_definition"] = echo["template"]
    found = whole.get("to_user_id") or whole.get("recipient"), whole.get("to")
    person = where.people.find(*found)
    who = phone(found[1]) or user_id(found[0]) or (found[1] if is_bsuid(found[1]) else None)
    told = {"echo": whole, "contact": person, "metadata": where.metadata}
    echo_id = wamid(whole.get("id"))
    return where.make("echo" if who and echo_id else "other", who or where.field, told, echo_id, person)


def _standby(where: Where, value: dict[str, Any]) -> Iterator[Item]:
    inner = value.get("standby")
    # Mostly one level deeper than in `messages`; lists that aren't nested were met as well.
    for part in (mapping(inner), value):
        nested = Where(where.field, where.waba_id, where.number, where.metadata, None, where.people.beside(part))
        for message in _objects(part.get("messages")):
            yield nested.item("message", message)
        for status in _objects(part.get("statuses")):
            yield nested.item("status", status)
        yield from _echoes(nested, part)


def _calls(where: Where, value: dict[str, Any]) -> Iterator[Item]:
    errors = {"errors": where.errors} if where.errors else {}
    for key, name in (("calls", "call"), ("statuses", "call_status")):
        for call in _objects(value.get(key)):
            ours = call.get("direction") == "BUSINESS_INITIATED" or key == "statuses"
            at = call.get("recipient_id") or call.get("to") if ours else call.get("from")
            by = call.get("recipient_user_id") or call.get("to_user_id") if ours else call.get("from_user_id")
            who = phone(at) or user_id(by) or (at if is_bsuid(at) else None)
            person = where.people.find(by, at)
            told = {name: call, "contact": person, "metadata": where.metadata, **errors}
            yield where.make("other", str(who or where.field), told)


def _preferences(where: Where, value: dict[str, Any]) -> Iterator[Item]:
    for wish in _objects(value.get("user_preferences")):
        who = phone(wish.get("wa_id")) or user_id(wish.get("user_id"))
        person = where.people.find(wish.get("user_id"), wish.get("wa_id"))
        told = {"preference": wish, "contact": person, "metadata": where.metadata}
        yield where.make("other", who or where.field, told)


def _handover(where: Where, value: dict[str, Any]) -> Iterator[Item]:
    sender = mapping(value.get("sender"))
    who = phone(sender.get("phone_number")) or phone(sender.get("wa_id")) or user_id(sender.get("user_id"))
    yield where.make("other", who or where.field, value)


def _history(where: Where, value: dict[str, Any]) -> Iterator[Item]:
    for chunk in _objects(value.get("history")):
        for error in _objects(chunk.get("errors")):
            yield where.make("other", where.field, {"history_error": error, "metadata": where.metadata})
        for thread in _objects(chunk.get("threads")):
            yield from _thread(where, thread, mapping(chunk.get("metadata")))
    for file in _objects(value.get("messages")):
        # The content of a `media_placeholder`, which comes by itself.
        yield _piece(where, file.get("to") or file.get("from"), [file], {})


def _thread(where: Where, thread: dict[str, Any], about: dict[str, Any]) -> Iterator[Item]:
    messages = _objects(thread.get("messages"))
    context = mapping(thread.get("context"))
    who = thread.get("id") or context.get("wa_id") or context.get("user_id")
    for start in range(0, len(messages), HISTORY_AT_ONCE):
        yield _piece(where, who, messages[start : start + HISTORY_AT_ONCE], about, context.get("user_id"))


def _piece(where: Where, who: object, messages: list[dict[str, Any]], about: dict[str, Any], by: object = None) -> Item:
    lane = phone(who) or user_id(by) or user_id(who)
    person = where.people.find(by, who)
    told = {"with": who, "user_id": by, "contact": person, "messages": messages, "chunk": about}
    return where.make("other", lane or where.field, {**told, "metadata": where.metadata})


def _address_book(where: Where, value: dict[str, Any]) -> Iterator[Item]:
    for change in _objects(value.get("state_sync")):
        contact = mapping(change.get("contact"))
        who = phone(contact.get("phone_number")) or user_id(contact.get("user_id"))
        yield where.make("other", who or where.field, {"state_sync": change, "metadata": where.metadata})


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in sequence(value) if isinstance(each, dict)]


CHATS: Final[Mapping[str, Callable[[Where, dict[str, Any]], Iterator[Item]]]] = {
    "smb_message_echoes": _echoes,
    "message_echoes": _echoes,
    "standby": _standby,
    "calls": _calls,
    "user_preferences": _preferences,
    "messaging_handovers": _handover,
    "history": _history,
    "smb_app_state_sync": _address_book,
}
