"""Calls stand in the thread, one entry each, as far as they have come. A customer's call opens the window.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/calling
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from apps.core.events import Fact, publish
from apps.core.wake import wake
from apps.messaging.events import MessageChanged
from apps.messaging.inbound.counters import move_counters
from apps.messaging.inbound.entries import entry, known_entries, write_entries
from apps.messaging.inbound.incoming import Incoming
from apps.messaging.inbound.places import find_places
from apps.messaging.models import Message
from apps.messaging.visibility import scoped
from apps.whatsapp.models import Change, Media
from apps.whatsapp.payloads import CallEvent, call_event

# A step never takes a call back: events come in any order.
_RANK: Final = {"": 0, "ringing": 1, "accepted": 2, "rejected": 3, "failed": 4, "missed": 4, "completed": 5}


def note_calls(changes: Sequence[Change]) -> None:
    """Begin an entry for each new call, and take those that are known further."""
    events = [(change, event) for change in changes if change.number_id and (event := call_event(change.value))]
    calls: dict[UUID, list[tuple[Change, CallEvent]]] = {}
    for change, event in events:
        made = _entry(change, event)
        calls.setdefault(_key(made), []).append((change, event))
    firsts = {key: _begun(told) for key, told in calls.items()}
    known = known_entries([each for each in firsts.values() if each])
    facts = write_entries([each for key, each in firsts.items() if each and key not in known])
    facts += _go_on({key: calls[key] for key in known}, known)
    publish(*facts)


def _key(made: Incoming) -> UUID:
    assert made.client_id is not None
    return made.client_id


def _entry(change: Change, event: CallEvent) -> Incoming:
    outbound = event.inbound is False
    content = _told(event) | {"kind": "call", "call_id": event.call_id, "outbound": outbound}
    made = entry(
        change, event.person, event.started_at or event.at, content, key=f"call {event.call_id}", kind="call",
        outbound=outbound, opens_window=not outbound,
    )  # fmt: skip
    made.unread = int(content.get("status") == "missed" and not outbound)
    return made


def _told(event: CallEvent) -> dict[str, Any]:
    """What one event tells of its call."""
    times = {"started_at": event.started_at, "ended_at": event.ended_at}
    found: dict[str, Any] = {name: at.isoformat() for name, at in times.items() if at}
    found |= {"status": event.status} if event.status else {}
    found |= {"duration": event.duration} if event.duration is not None else {}
    found |= {"error": event.error.detail or event.error.title} if event.error else {}
    for name in ("recording", "transcript"):
        if file := getattr(event, name):
            found[name] = {"media_id": file.provider_id, "mime_type": file.mime_type}
    return found


def _begun(told: Sequence[tuple[Change, CallEvent]]) -> Incoming | None:
    """The entry of a call by all that this batch tells of it; a status alone is of a call of ours."""
    change, event = min(told, key=lambda each: (each[1].inbound is None, each[1].at or each[0].received_at))
    if not (event.person.phone or event.person.bsuid):
        return None
    made = _entry(change, event)
    if event.inbound is None:
        made.outbound, made.content = True, made.content | {"outbound": True}
    for _, each in told:
        made.content = _merged(made.content, _told(each))
    made.unread = int(made.content.get("status") == "missed" and not made.outbound)
    made.media = _file(made, [each for _, each in told])
    return made


def _merged(content: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    before, now = str(content.get("status") or ""), str(told.get("status") or "")
    status = now if _RANK.get(now, 0) > _RANK.get(before, 0) else before
    return content | told | ({"status": status} if status else {})


def _go_on(calls: dict[UUID, list[tuple[Change, CallEvent]]], known: dict[UUID, Message]) -> list[Fact]:
    """Take the entries of these calls further; their messages are locked."""
    if not calls:
        return []
    missed: list[Incoming] = []
    changed: list[Message] = []
    for key, told in calls.items():
        message = known[key]
        before = message.content
        for _, event in told:
            message.content = _merged(message.content, _told(event))
        made = _begun(told)
        if message.media_id is None and made is not None and made.media is not None:
            message.media = made.media
        if message.content != before:
            changed.append(message)
        became = (before.get("status"), message.content.get("status"))
        if made and message.direction == Message.Direction.INBOUND and became[0] != became[1] == "missed":
            made.id, made.unread = message.pk, 1
            missed.append(made)
    Message.objects.across_organizations().bulk_update(changed, ["content", "media"])
    find_places(missed)
    news = move_counters(missed)
    return [*news, *scoped([_fact(message) for message in changed])]


def _file(made: Incoming, events: Sequence[CallEvent]) -> Media | None:
    """The recording, else the transcript, which is fetched as the files of messages are."""
    files = [each.recording for each in events if each.recording] + [e.transcript for e in events if e.transcript]
    found = next((file for file in files if file.provider_id), None)
    if found is None:
        return None
    file = Media(
        organization_id=made.organization_id, number_id=made.number_id, provider_id=found.provider_id or "",
        mime_type=found.mime_type, filename=found.filename or "", sha256=found.sha256 or "", error="",
        state=Media.State.PENDING, next_attempt_at=timezone.now(), created_at=timezone.now(),
    )  # fmt: skip
    Media.objects.across_organizations().bulk_create([file])
    wake("media.fetch")
    return file


def _fact(message: Message) -> MessageChanged:
    return MessageChanged(
        organization_id=message.organization_id, conversation_id=message.conversation_id, message_id=message.pk,
        what="call",
    )  # fmt: skip
