"""What was written before the number was connected, imported in pieces: it stands where it happened.

Nothing here is news to anybody: it opens no window, is read, starts no bot, and moves a conversation up only where
nothing newer is in it.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/history
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from apps.core.events import Fact, publish
from apps.core.wake import wake
from apps.messaging.events import HistoryImported, HistoryRefused, MessageChanged
from apps.messaging.inbound.counters import move_counters
from apps.messaging.inbound.incoming import Incoming, Origin, sender_of
from apps.messaging.inbound.places import find_places
from apps.messaging.inbound.writing import media_of, without_duplicates, write
from apps.messaging.models import Message
from apps.messaging.visibility import scope_of, scoped
from apps.whatsapp.models import Change, Media
from apps.whatsapp.payloads import Past, history_error, past_messages

PLACEHOLDER = "media_placeholder"


def import_history(changes: Sequence[Change]) -> None:
    """Import these pieces; a file that follows its placeholder is put in its place."""
    read = [(each, past) for change in changes if change.number_id for each, past in _read(change)]
    read.sort(key=lambda pair: pair[0].at)
    filled = _fill([each for each, past in read if each.parsed.media])
    arrived = without_duplicates([each for each, _ in read])
    opened = find_places(arrived)
    write(arrived)
    news = move_counters(arrived)
    publish(*opened, *news, *filled, *_told(arrived), *_refusals(changes))


def _read(change: Change) -> Iterator[tuple[Incoming, Past]]:
    assert change.number_id is not None
    for place, past in enumerate(past_messages(change.value)):
        parsed = past.message
        status = past.status if past.outbound else Message.Status.RECEIVED
        each = Incoming(
            change, parsed, sender_of(change, parsed), change.number_id, origin=Origin.HISTORY,
            outbound=past.outbound, status=status,
        )  # fmt: skip
        each.id = key_at(each.at, place)
        yield each, past


def key_at(at: datetime, place: int) -> UUID:
    """A key of that time: those of one second keep the order in which they were told."""
    milliseconds = int(at.timestamp()) * 1000 + min(place, 999)
    random = uuid7().int & ((1 << 80) - 1)
    return UUID(int=(milliseconds << 80) | (random & ~(0xF << 76)) | (0x7 << 76))


def _fill(files: Sequence[Incoming]) -> list[Fact]:
    """Put files where a placeholder stands; returns the facts."""
    wamids = {each.parsed.wamid: each for each in files}
    rows = (
        Message.objects.across_organizations()
        .filter(
            number__in={each.number_id for each in files}, wamid__among=list(wamids), origin=Origin.HISTORY,
            type="unsupported", content__kind=PLACEHOLDER,
        )
        .select_for_update(no_key=True)
        .order_by("pk")
    )  # fmt: skip
    found = [row for row in rows if row.number_id == wamids[row.wamid].number_id] if files else []
    if not found:
        return []
    media: list[Media] = []
    for row in found:
        each = wamids[row.wamid]
        assert each.parsed.media is not None
        row.media = media_of(each, each.parsed.media)
        row.type, row.content, row.text = each.parsed.type, each.content, each.parsed.text
        media.append(row.media)
    Media.objects.across_organizations().bulk_create(media)
    Message.objects.across_organizations().bulk_update(found, ["type", "content", "text", "media"])
    wake("media.fetch")
    return list(scoped([_changed(row) for row in found]))


def _changed(row: Message) -> MessageChanged:
    return MessageChanged(
        organization_id=row.organization_id, conversation_id=row.conversation_id, message_id=row.pk, what="media"
    )


def _told(arrived: Sequence[Incoming]) -> list[HistoryImported]:
    counts = Counter(each.conversation.pk for each in arrived)
    conversations = {each.conversation.pk: each.conversation for each in arrived}
    return [
        HistoryImported(
            organization_id=conversations[pk].organization_id, conversation_id=pk, messages=count,
            scope=scope_of(conversations[pk]),
        )
        for pk, count in counts.items()
    ]  # fmt: skip


def _refusals(changes: Sequence[Change]) -> list[HistoryRefused]:
    """The phone's owner didn't want to share it, or it went wrong; admins are told."""
    found: list[HistoryRefused] = []
    for change in changes:
        error = history_error(change.value) if "history_error" in change.value else None
        if error is not None and change.number_id and change.organization_id:
            about: dict[str, Any] = {"organization_id": change.organization_id, "number_id": change.number_id}
            found.append(HistoryRefused(**about, code=error.code, detail=(error.detail or error.title)[:500]))
    return found
