"""What the provider reports of our own messages: sent, delivered, read, failed; in any order, any number of times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from apps.core.events import publish
from apps.core.privacy import REDACTED
from apps.messaging.events import MessageStatusChanged
from apps.messaging.models import Message, MessageStatus
from apps.messaging.recipients import learn_from_statuses
from apps.messaging.services import costs
from apps.messaging.statuses import REPORTED, later
from apps.messaging.visibility import scoped
from apps.whatsapp.models import Change
from apps.whatsapp.payloads import StatusEvent, status_event
from apps.whatsapp.services import inbound

# A status may overtake the answer to the send; one that nobody claims after some minutes is another system's.
EARLY_ATTEMPTS = 5
_UPDATE = """
    UPDATE messaging_message AS m SET
        status = v.status, wamid = coalesce(m.wamid, v.wamid), sent_at = v.sent, delivered_at = v.delivered,
        read_at = v.read, failed_at = v.failed, error_code = v.code, error_title = v.title, error_detail = v.detail,
        price_category = v.category, price_type = v.price, cost = v.cost, currency = v.currency,
        lease_until = CASE WHEN v.status = 'sending' THEN m.lease_until END
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
        %s::timestamptz[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[])
        AS v (id, status, wamid, sent, delivered, read, failed, code, title, detail, category, price, cost, currency)
    WHERE m.id = v.id
"""


def opaque_of(message: Message) -> str:
    """What goes along with a send and comes back in its statuses: it tells our message where the wamid got lost."""
    return f"{message.pk}.{message.attempt}"


def apply_reports(changes: Sequence[Change]) -> None:
    """Move messages on as these statuses say, keep every report, publish what really changed."""
    events = [(change, status_event(change.value)) for change in changes]
    messages = _Ours(events)
    by_message: dict[UUID, list[StatusEvent]] = defaultdict(list)
    known: list[Change] = []
    unknown: list[Change] = []
    erased: dict[Change, StatusEvent] = {}
    for change, event in events:
        message = messages.of(change, event)
        if message and _is_erased(message):
            erased[change] = event
            continue
        (known if message else unknown).append(change)
        if message:
            by_message[message.pk].append(event)
    _move(messages.by_id, by_message)
    inbound.done(known)
    inbound.forget_late(erased)
    for change in unknown:
        _wait_for_message(change)


def _wait_for_message(change: Change) -> None:
    if change.attempts >= EARLY_ATTEMPTS:
        inbound.done([change], note="No message of ours has this id; another system may have sent it.")
    else:
        inbound.again_later(change, "The message is not known yet.")


class _Ours:
    """The messages that a batch of statuses is about, locked."""

    def __init__(self, events: list[tuple[Change, StatusEvent]]) -> None:
        wamids = {event.wamid for _, event in events if event.wamid}
        opaque = {_message_id(event) for _, event in events} - {None}
        numbers = {change.number_id for change, _ in events}
        rows = (
            Message.objects.across_organizations()
            .filter(Q(wamid__in=wamids) | Q(pk__in=opaque), number__in=numbers, direction=Message.Direction.OUTBOUND)
            .select_for_update(no_key=True)
            .order_by("pk")
        )
        self.by_id = {row.pk: row for row in rows}
        self._by_wamid = {(row.number_id, row.wamid): row for row in self.by_id.values() if row.wamid}

    def of(self, change: Change, event: StatusEvent) -> Message | None:
        found = self._by_wamid.get((change.number_id, event.wamid))  # type: ignore[arg-type]
        if found is None and (found := self.by_id.get(_message_id(event))) is not None:  # type: ignore[arg-type]
            # The answer to the send was lost, or is still on its way: this report settles it.
            if found.number_id != change.number_id or found.wamid not in (None, event.wamid):
                return None
            if not _is_erased(found):
                found.wamid = event.wamid
        return found


def _is_erased(message: Message) -> bool:
    """Its contact was: see `services.forget_content`."""
    return message.wamid is None and message.content == REDACTED


def _message_id(event: StatusEvent) -> UUID | None:
    try:
        return UUID((event.opaque or "").partition(".")[0])
    except ValueError:
        return None


def _move(messages: dict[UUID, Message], reports: dict[UUID, list[StatusEvent]]) -> None:
    now = timezone.now()
    before = {pk: messages[pk].status for pk in reports}
    counted = {pk for pk in reports if costs.is_counted(messages[pk])}
    history = [_kept(messages[pk], event, now) for pk, events in reports.items() for event in events]
    for pk, events in reports.items():
        for event in sorted(events, key=lambda each: each.at or now):
            _apply(messages[pk], event, event.at or now)
    told = [(messages[pk], event, event.at or now) for pk, events in reports.items() for event in events]
    costs.note_prices(told)
    costs.note_free_entries(told)
    learn_from_statuses(told)
    MessageStatus.objects.across_organizations().bulk_create(history, ignore_conflicts=True)
    _save([messages[pk] for pk in sorted(reports)])
    costs.add_up([messages[pk] for pk in reports if pk not in counted and costs.is_counted(messages[pk])])
    changed = [messages[pk] for pk in reports if messages[pk].status != before[pk]]
    publish(*scoped([_fact(message, now) for message in changed]))


def _apply(message: Message, event: StatusEvent, at: datetime) -> None:
    status = event.status
    if status in REPORTED and status != "failed" and not getattr(message, _TIMES[status]):
        setattr(message, _TIMES[status], at)
    if not later(message.status, status):
        return
    message.status = status
    if status == "failed":
        message.failed_at = at
        error = event.errors[0] if event.errors else None
        message.error_code = error.code if error else None
        message.error_title, message.error_detail = (error.title[:300], error.detail[:1000]) if error else ("", "")
    else:
        message.error_code, message.error_title, message.error_detail = None, "", ""


_TIMES = {"sent": "sent_at", "delivered": "delivered_at", "read": "read_at", "played": "read_at"}


def _save(messages: list[Message]) -> None:
    if not messages:
        return
    rows: list[tuple[Any, ...]] = [
        (
            each.pk, each.status, each.wamid, each.sent_at, each.delivered_at, each.read_at, each.failed_at,
            each.error_code, each.error_title, each.error_detail, each.price_category, each.price_type, each.cost,
            each.currency,
        )
        for each in messages
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [list(column) for column in zip(*rows, strict=True)])


def _kept(message: Message, event: StatusEvent, now: datetime) -> MessageStatus:
    error = event.errors[0] if event.errors else None
    return MessageStatus(
        organization_id=message.organization_id, message=message, status=event.status[:20], at=event.at or now,
        error_code=error.code if error else None, error_title=error.title[:300] if error else "",
        error_detail=error.detail[:1000] if error else "", pricing=event.pricing, created_at=now,
    )  # fmt: skip


def _fact(message: Message, now: datetime) -> MessageStatusChanged:
    return MessageStatusChanged(
        organization_id=message.organization_id, conversation_id=message.conversation_id, message_id=message.pk,
        status=message.status, error_code=message.error_code, at=now,
    )  # fmt: skip
