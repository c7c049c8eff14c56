"""What the gateway tells, as Meta would have told it.

Every event is `{"event", "instance", "data", "date_time", "sender", "apikey", …}`. `date_time` is local time that
claims to be UTC, and is not relied on. Groups, channels, broadcasts and statuses are nobody's conversation: they are
left out. What no line here knows is kept raw, under the event's name.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from apps.whatsapp.payloads.values import mapping, sequence, text, wamid
from apps.whatsapp.providers.evolution.contents import changed_by, content_of, context_of, edit_of, unwrapped
from apps.whatsapp.providers.evolution.jids import is_person, lid_of, phone_of

FIELD: Final = "evolution."
ECHOES: Final = "smb_message_echoes"
STATUSES: Final[Mapping[str, str]] = {
    "SERVER_ACK": "sent",
    "DELIVERY_ACK": "delivered",
    "READ": "read",
    "PLAYED": "played",
    "ERROR": "failed",
}
# Of the web protocol, in their order; some versions count.
COUNTED: Final = ("ERROR", "PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED")
NOT_SENT: Final = {"code": 131000, "title": "The gateway could not send it."}
_CIPHERTEXT: Final = (2, "CIPHERTEXT")

Change = dict[str, Any]


def as_cloud(whole: Mapping[str, Any]) -> dict[str, Any]:
    """A body of the gateway's in the form of one of Meta's."""
    event = (text(whole.get("event")) or "").lower().replace("_", ".").replace("-", ".")
    instance = (text(whole.get("instance")) or "")[:100]
    told = _READERS.get(event, _raw)
    changes = list(told(event, instance, whole.get("data"), whole.get("sender")))
    return {"object": "whatsapp_business_account", "entry": [{"id": "", "changes": changes}]}


def _upserts(event: str, instance: str, data: object, sender: object) -> Iterator[Change]:
    for each in _each(data):
        if is_person(mapping(each.get("key")).get("remoteJid")):
            yield from _upsert(instance, each)


def _upsert(instance: str, data: dict[str, Any]) -> Iterator[Change]:
    key, message = mapping(data.get("key")), unwrapped(data.get("message"))
    message_id = wamid(key.get("id"))
    if message_id is None:
        yield _change(f"{FIELD}messages.upsert", instance, {"raw": data})
        return
    changed = changed_by(message)
    said = changed[1] if changed else content_of(message, message_id)
    if said is None and not message and data.get("messageStubType") in _CIPHERTEXT:
        said = {"type": "unsupported", "unsupported": {"type": "undecrypted"}}
    if said is None:
        return
    who = _who(key)
    shown_id = _id_of_change(*changed) if changed else message_id
    written = {"id": shown_id, "timestamp": _seconds(data.get("messageTimestamp")), **said}
    written |= context_of(message, data.get("contextInfo"))
    if key.get("fromMe") is True:
        yield from _echo(instance, who, written)
    else:
        yield _message(instance, who, written, text(data.get("pushName")))


def _message(instance: str, who: dict[str, Any], written: dict[str, Any], name: str | None) -> Change:
    contact = {"wa_id": who["phone"], "user_id": who["lid"], "profile": {"name": name}}
    message = {"from": who["phone"], "from_user_id": who["lid"], **written}
    return _change("messages", instance, {"contacts": [_told(contact)], "messages": [_told(message)]})


def _echo(instance: str, who: dict[str, Any], written: dict[str, Any]) -> Iterator[Change]:
    """A message that somebody wrote on the phone itself, or by another program."""
    message = {"to": who["phone"] or who["lid"], "to_user_id": who["lid"], **written}
    contact = {"wa_id": who["phone"], "user_id": who["lid"]}
    yield _change(ECHOES, instance, {"contacts": [_told(contact)], "message_echoes": [_told(message)]})


def _sent(event: str, instance: str, data: object, sender: object) -> Iterator[Change]:
    """What the gateway's own interface has sent: ours, mostly, which the answer to the request tells as well."""
    yield from _upserts(event, instance, data, sender)


def _updates(event: str, instance: str, data: object, sender: object) -> Iterator[Change]:
    for each in _each(data):
        key, update = mapping(each.get("key")), mapping(each.get("update"))
        message_id = wamid(each.get("keyId")) or wamid(key.get("id"))
        jid = each.get("remoteJid") or key.get("remoteJid")
        word = _word(each.get("status", update.get("status")))
        from_me = each.get("fromMe", key.get("fromMe"))
        if not is_person(jid) or message_id is None or from_me is not True or word not in STATUSES:
            continue
        who = _who({**key, "remoteJid": jid})
        status = {
            "id": message_id, "status": STATUSES[word], "recipient_id": who["phone"],
            "recipient_user_id": who["lid"],
        }  # fmt: skip
        if word == "ERROR":
            status["errors"] = [NOT_SENT]
        yield _change("messages", instance, {"statuses": [_told(status)]})


def _edits(event: str, instance: str, data: object, sender: object) -> Iterator[Change]:
    """An edit names its message by the key that the writer has of it: its chat is ours where a customer wrote it."""
    for each in _each(data):
        key, target = mapping(each.get("key")), wamid(mapping(each.get("key")).get("id"))
        if target is None:
            continue
        said = edit_of(target, each.get("editedMessage") or each.get("message"))
        yield from _changed(event, instance, key, target, said, _seconds(each.get("timestampMs")), sender)


def _deletions(event: str, instance: str, data: object, sender: object) -> Iterator[Change]:
    for each in _each(data):
        key = mapping(each.get("key")) or each
        target = wamid(key.get("id"))
        if target is not None:
            said = {"type": "revoke", "revoke": {"original_message_id": target}}
            yield from _changed(event, instance, key, target, said, None, sender)


def _changed(
    event: str, instance: str, key: dict[str, Any], target: str, said: dict[str, Any], at: str | None, sender: object
) -> Iterator[Change]:
    jid, written = key.get("remoteJid"), {"id": _id_of_change(target, said), "timestamp": at, **said}
    if not is_person(jid):
        return
    if phone_of(jid) is not None and phone_of(jid) == phone_of(sender):
        yield _change(FIELD + event, instance, {"message": _told(written)})  # of a customer whom nothing here names
    elif key.get("fromMe") is True:
        yield from _echo(instance, _who(key), written)
    else:
        yield _message(instance, _who(key), written, None)


def _connection(event: str, instance: str, data: object, sender: object) -> Iterator[Change]:
    value = mapping(data)
    kept = {name: value.get(name) for name in ("state", "statusReason", "wuid", "profileName")}
    yield _change(f"{FIELD}connection.update", instance, _told(kept))


def _raw(event: str, instance: str, data: object, sender: object) -> Iterator[Change]:
    yield _change((FIELD + event)[:60], instance, data if isinstance(data, dict) else {"raw": data})


def _change(field: str, instance: str, value: dict[str, Any]) -> Change:
    return {"field": field, "value": {**value, "metadata": {"phone_number_id": instance}}}


def _who(key: Mapping[str, Any]) -> dict[str, Any]:
    """Whom a chat is with: a person has a number and, more and more often, an id that hides it."""
    jids = [key.get(name) for name in ("remoteJid", "remoteJidAlt", "senderPn", "participantAlt")]
    return {
        "phone": next((found for jid in jids if (found := phone_of(jid))), None),
        "lid": next((found for jid in jids if (found := lid_of(jid))), None),
    }


def _id_of_change(target: str, said: Mapping[str, Any]) -> str:
    """An edit has no id of its own that all events of it agree in: the message's, what happened, and what it says."""
    if said["type"] == "revoke":
        return f"{target}:revoke"
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return f"{target}:edit:{digest[:16]}"


def _each(data: object) -> Iterator[dict[str, Any]]:
    """One event, or several: versions differ."""
    inner = mapping(data).get("messages")
    for each in sequence(data) or sequence(inner) or [data]:
        if isinstance(each, dict):
            yield each


def _word(status: object) -> str:
    if isinstance(status, int) and not isinstance(status, bool):
        return COUNTED[status] if 0 <= status < len(COUNTED) else ""
    return (text(status) or "").upper()


def _seconds(value: object) -> str | None:
    """A time, which may be written as the two halves of a long integer."""
    halves = mapping(value)
    return text(halves.get("low")) if halves else text(value)


def _told(part: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value is not None}


_READERS: Final[Mapping[str, Callable[[str, str, object, object], Iterator[Change]]]] = {
    "messages.upsert": _upserts,
    "messages.update": _updates,
    "messages.edited": _edits,
    "messages.delete": _deletions,
    "send.message": _sent,
    "connection.update": _connection,
    "qrcode.updated": _raw,
}
