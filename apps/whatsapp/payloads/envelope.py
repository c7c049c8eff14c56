"""One POST body, taken apart: every entry, every change, every message and status, whatever it looks like.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from collections.abc import Iterator
from typing import Any, Final

from apps.whatsapp.errors import NotUnderstood
from apps.whatsapp.payloads.chats import CHATS, context_of
from apps.whatsapp.payloads.clean import parse
from apps.whatsapp.payloads.types import Item, ItemKind
from apps.whatsapp.payloads.values import mapping, text
from apps.whatsapp.payloads.whose import other, where_of

OBJECT: Final = "whatsapp_business_account"
ABOUT: Final = frozenset({"messaging_product", "metadata", "contacts"})
LONGEST_FIELD: Final = 60
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
        yield other("", "", whole)
        return
    for entry in entries:
        changes = mapping(entry).get("changes")
        waba_id = text(mapping(entry).get("id")) or ""
        if not isinstance(changes, list):
            yield other("", waba_id, entry)
            continue
        for change in changes:
            yield from _of_change(waba_id, change)


def _of_change(waba_id: str, change: object) -> Iterator[Item]:
    field = (text(mapping(change).get("field")) or "")[:LONGEST_FIELD]
    if not isinstance(change, dict) or "value" not in change:
        yield other(field, waba_id, change)
        return
    value = change["value"]
    if field == "messages" and isinstance(value, dict):
        yield from _of_messages(waba_id, value)
    elif field in CHATS and isinstance(value, dict):
        found = list(CHATS[field](where_of(field, waba_id, value), value))
        yield from found or [other(field, waba_id, value)]
    else:
        yield other(field, waba_id, value)


def _of_messages(waba_id: str, value: dict[str, Any]) -> Iterator[Item]:
    where = where_of("messages", waba_id, value)
    rest = {}
    found = False
    for key, part in value.items():
        if key in LISTS and isinstance(part, list):
            found = found or bool(part)
            for element in part:
                yield where.item(LISTS[key], element)
        elif key not in ABOUT:
            rest[key] = part
    context = rest.pop("conversation_context", None)
    if context is not None:
        yield context_of(where, value)
    if rest:
        yield other("messages", waba_id, {**rest, "metadata": where.metadata}, where.number)
    elif not found and context is None:
        yield other("messages", waba_id, value, where.number)
