"""Messages on their way in become rows: once each, with their files, and pointing at what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.core.wake import wake
from apps.messaging.inbound.incoming import Incoming, Origin
from apps.messaging.models import Message
from apps.whatsapp.models import Media
from apps.whatsapp.payloads import InboundMedia


def without_duplicates(incoming: Sequence[Incoming]) -> list[Incoming]:
    """Known by the provider's id and the number, for ever; what has no id or sender can't be told apart or placed.

    A copy of another responder's message that comes to us after all is promoted, once.
    """
    known = _known(incoming)
    fresh: list[Incoming] = []
    in_batch: dict[tuple[UUID, str | None], Incoming] = {}
    for each in incoming:
        key = (each.number_id, each.parsed.wamid)
        if not each.parsed.wamid or not (each.sender.phone or each.sender.bsuid):
            continue
        if key in known:
            stored, origin = known[key]
            if origin != Origin.STANDBY or each.origin != Origin.LIVE:
                continue
            each.id, each.promoted = stored, True
            known[key] = stored, Origin.LIVE
        elif key in in_batch:
            if (in_batch[key].origin, each.origin) == (Origin.STANDBY, Origin.LIVE):
                in_batch[key].origin = Origin.LIVE
            continue
        in_batch[key] = each
        fresh.append(each)
    return fresh


def _known(incoming: Sequence[Incoming]) -> dict[tuple[UUID, str | None], tuple[UUID, str]]:
    ids = [each.parsed.wamid for each in incoming if each.parsed.wamid]
    numbers = {each.number_id for each in incoming}
    rows = Message.objects.across_organizations().filter(number__in=numbers, wamid__among=ids)
    return {(number, wamid): (pk, origin) for number, wamid, pk, origin in
            rows.values_list("number_id", "wamid", "pk", "origin")}  # fmt: skip


def write(incoming: Sequence[Incoming]) -> None:
    """Store those that aren't here; their conversations are locked."""
    promoted = [each.id for each in incoming if each.promoted]
    new = [each for each in incoming if not each.promoted]
    files = [(each, media_of(each, each.parsed.media)) for each in new if each.parsed.media]
    for each, file in files:
        each.media = file
    if files:
        Media.objects.across_organizations().bulk_create([file for _, file in files])
        wake("media.fetch")
    _refer(new)
    if promoted:
        Message.objects.across_organizations().filter(pk__among=promoted).update(origin=Origin.LIVE)
    Message.objects.across_organizations().insert(_row_of(each) for each in new)


def media_of(each: Incoming, found: InboundMedia) -> Media:
    """The file of a message, to be fetched soon."""
    lost = found.provider_id is None
    reason = found.error.detail or found.error.title if found.error else ""
    return Media(
        organization_id=each.organization_id, number_id=each.number_id, provider_id=found.provider_id or "",
        mime_type=found.mime_type[:150], filename=(found.filename or "")[:255], sha256=found.sha256 or "",
        state=Media.State.FAILED if lost else Media.State.PENDING, error=reason[:500],
        next_attempt_at=None if lost else timezone.now(), created_at=timezone.now(),
    )  # fmt: skip


def _row_of(each: Incoming) -> dict[str, Any]:
    parsed = each.parsed
    return {
        "id": each.id, "organization_id": each.organization_id, "conversation_id": each.conversation.pk,
        "contact_id": each.contact.pk, "number_id": each.number_id,
        "direction": Message.Direction.OUTBOUND if each.outbound else Message.Direction.INBOUND,
        "sender_kind": Message.Sender.SYSTEM if each.outbound else Message.Sender.CONTACT,
        "status": each.status, "wamid": parsed.wamid, "type": parsed.type, "content": each.content, "text": parsed.text,
        "at": each.at, "media_id": each.media.pk if each.media else None, "reply_to_id": each.reply_to_id,
        "reply_to_wamid": each.refers_to, "forwarded": parsed.forwarded or parsed.frequently_forwarded,
        "client_id": each.client_id, "origin": each.origin, "group_id": (parsed.group_id or "")[:100],
        "referral": parsed.referral,
    }  # fmt: skip


def _refer(incoming: Sequence[Incoming]) -> None:
    """Point replies and reactions at the message that they are about, where we have it."""
    wamids = {each.refers_to for each in incoming} - {""}
    if not wamids:
        return
    numbers = {each.number_id for each in incoming}
    stored = Message.objects.across_organizations().filter(number__in=numbers, wamid__among=wamids)
    known = {(number, wamid): pk for number, wamid, pk in stored.values_list("number_id", "wamid", "pk")}
    known |= {(each.number_id, str(each.parsed.wamid)): each.id for each in incoming}
    for each in incoming:
        target = known.get((each.number_id, each.refers_to))
        if target != each.id:
            each.reply_to_id = target
        if each.parsed.reaction and target:
            each.content = each.content | {"message_id": str(target)}
