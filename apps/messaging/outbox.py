"""The outbox in the database: which messages go next, and what became of those that went.

A message is marked `sending`, with an attempt's token and a lease, and committed so, before a byte leaves. Whoever
dies in between leaves a lease that runs out: then nobody knows whether the customer has the message, no machine sends
it again, and its status webhook or a person settles it. So after any crash a message is exactly once at the provider,
or visibly uncertain.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.utils import timezone

from apps.contacts.models import ContactIdentity
from apps.core import ratelimits
from apps.core.batches import in_halves
from apps.core.events import publish
from apps.core.privacy import REDACTED
from apps.core.tenancy import all_organizations
from apps.core.wake import wake
from apps.messaging import places
from apps.messaging.events import MessageStatusChanged
from apps.messaging.models import Message, OutboxAction
from apps.messaging.recipients import learn_from_answers
from apps.messaging.reports import opaque_of
from apps.messaging.statuses import later
from apps.messaging.visibility import scoped
from apps.whatsapp.error_table import Verdict, verdict_on
from apps.whatsapp.models import Media, Number, Template
from apps.whatsapp.outbound import files_in
from apps.whatsapp.providers import Accepted, Failure, NotSent, Refused, SendResult, Unknown
from apps.whatsapp.rates import pace_of, pair_bucket
from apps.whatsapp.services import media, numbers, template_sync

AHEAD_SECONDS = 0.2  # of a number's pace is claimed at once
LEASE_OF_FILES = timedelta(minutes=10)  # an upload may take longer than a send
UPLOAD_UNKNOWN = (100, 131009)  # Meta's codes for a value that is wrong; of files: it no longer has ours
# Meta's codes for a template that is otherwise than we know it: its parameters, its state.
TEMPLATE_DOUBTED = (132000, 132001, 132012, 132015, 132016)
BLOCKED = 130403  # Meta's code for a contact whom the business has blocked
_HELD_BACK = ("held_for_quality_assessment", "paused")
_LOST = "The sender stopped before the answer came."
# The next message of each contact in turn, agents' before bots' before bulk, so many of each number.
_CLAIM = """
    WITH next AS MATERIALIZED (
        SELECT turn.id FROM unnest(%s::uuid[], %s::int[]) AS n (id, room), LATERAL (
            SELECT q.id FROM messaging_message AS q
            WHERE q.number_id = n.id AND q.status = 'queued' AND coalesce(q.next_attempt_at, '-infinity') <= now()
            AND NOT EXISTS (
                SELECT FROM messaging_message AS before
                WHERE before.contact_id = q.contact_id AND before.number_id = q.number_id AND (
                    before.status = 'sending' OR before.status = 'queued' AND (before.lane, before.id) < (q.lane, q.id)
                )
            )
            ORDER BY q.lane, q.id LIMIT n.room FOR UPDATE SKIP LOCKED
        ) AS turn
    )
    UPDATE messaging_message AS m SET
        status = 'sending', attempt = gen_random_uuid(), attempts = m.attempts + 1, next_attempt_at = NULL,
        lease_until = now() + CASE WHEN m.media_id IS NULL THEN %s ELSE greatest(%s, %s) END
    FROM next WHERE m.id = next.id AND m.status = 'queued'
    RETURNING m.id
"""


@dataclass(frozen=True)
class Job:
    """One message on its way out, with everything that a send needs.

    Attributes:
        files: those of its header and cards, by their ids.
    """

    message: Message
    phone: str | None
    bsuid: str | None
    files: Mapping[str, Media] = field(default_factory=dict)

    @property
    def number(self) -> Number:
        return self.message.number


@dataclass(frozen=True)
class Receipt:
    """That the business has read a customer's message, and writes, maybe. `to`: their phone or user id."""

    number: Number
    wamid: str
    to: str
    typing: bool


@dataclass(frozen=True)
class Claimed:
    """`more`: messages wait that the numbers' rates do not let go yet."""

    jobs: list[Job]
    more: bool


@dataclass(frozen=True)
class Ours:
    """What this process is at, by number: claimed and not answered; and of that, what hasn't left."""

    under_way: Counter[UUID]
    waiting: Counter[UUID]


def claim(*, room: int, room_per_number: int, ours: Ours) -> Claimed:
    """Take the next messages of every number for sending; each takes its turn of the number's pace as it leaves.

    Args:
        room: messages at most. room_per_number: in flight for one number at most, so that a slow one holds up none.
    """
    with all_organizations("outbox: messages of all organizations wait for sending"):
        rooms = _rooms(_numbers_at_work(), room, room_per_number, ours)
        if not any(rooms.values()):
            return Claimed([], more=bool(rooms))
        lease = timedelta(seconds=settings.SENDING_LEASE_SECONDS)
        with connection.cursor() as cursor:
            room_of_numbers: list[Any] = [[n.pk for n in rooms], list(rooms.values()), lease, lease, LEASE_OF_FILES]
            cursor.execute(_CLAIM, room_of_numbers)
            ids = [pk for (pk,) in cursor.fetchall()]
        jobs = _with_a_place(_without_blocked(_jobs(ids)))
    return Claimed(jobs, more=len(ids) == sum(rooms.values()))


def settle(results: Sequence[tuple[Job, SendResult]]) -> None:
    """Write down what became of these attempts; one that can't be is left to its lease.

    A status webhook may have been faster: what it said stands, and the wamid is added where it is missing.

    Raises:
        OperationalError, InterfaceError: the database is away or busy; nothing was written.
    """
    by_message = {job.message.pk: (job, result) for job, result in results}
    with all_organizations("outbox: what became of messages of all organizations"):
        in_halves(list(by_message), lambda some: _settle_all([by_message[pk] for pk in some]), lambda *_: None)


def _settle_all(results: Sequence[tuple[Job, SendResult]]) -> None:
    now = timezone.now()
    rows = Message.objects.across_organizations().filter(pk__in=[job.message.pk for job, _ in results])
    messages = {row.pk: row for row in rows.select_for_update(no_key=True).order_by("pk")}
    settled, facts, answers = [], [], []
    for job, result in results:
        message = messages.get(job.message.pk)
        if message is None or message.attempt != job.message.attempt:
            continue
        before = message.status
        _settle(message, job, result, now)
        settled.append(message)
        if isinstance(result, Accepted) and message.content != REDACTED:
            answers.append((message, job.phone, result))
        if message.status != before:
            facts.append(_changed(message, now))
    Message.objects.across_organizations().overwrite(settled, _SETTLED)
    publish(*scoped(facts))
    learn_from_answers(answers)


def give_up_on_the_dead(limit: int = 500) -> int:
    """Messages whose sender's lease ran out become uncertain; returns how many."""
    now = timezone.now()
    with all_organizations("outbox: leases run out in every organization"):
        rows = Message.objects.across_organizations().left_by_the_dead(now).order_by("pk")
        left = list(rows.select_for_update(no_key=True, skip_locked=True)[:limit])
        for message in left:
            message.status, message.lease_until = Message.Status.UNCERTAIN, None
            message.error_detail = _LOST
            message.save(update_fields=["status", "lease_until", "error_detail"])
        publish(*scoped([_changed(message, now) for message in left]))
        return len(left)


def take_actions(limit: int = 100) -> list[Receipt]:
    """Read receipts to be sent now; taken out for good, since one that is lost is no harm and two would be."""
    with all_organizations("outbox: read receipts of all organizations"):
        rows = OutboxAction.objects.across_organizations().order_by("pk").select_related("number", "number__app")
        actions = list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])
        OutboxAction.objects.across_organizations().filter(pk__in=[action.pk for action in actions]).delete()
        now = timezone.now()
        alive = [action for action in actions if action.expires_at > now and action.number.is_active]
        return _receipts(alive) if alive else []


def _receipts(actions: list[OutboxAction]) -> list[Receipt]:
    wamids, numbers_ = {each.wamid for each in actions}, {each.number_id for each in actions}
    rows = Message.objects.across_organizations().filter(number__in=numbers_, wamid__among=wamids)
    messages = {(each.number_id, each.wamid): each for each in rows.select_related("contact")}
    bsuids = _bsuids(messages.values())
    found = []
    for each in actions:
        message = messages.get((each.number_id, each.wamid))
        to = (message.contact.phone or bsuids.get(message.contact_id, "")) if message else ""
        found.append(Receipt(each.number, each.wamid, to, typing=each.typing))
    return found


def _bsuids(messages: Iterable[Message]) -> dict[UUID, str]:
    """By contact, of those who hide their phone."""
    hidden = [each.contact_id for each in messages if not each.contact.phone]
    identities = ContactIdentity.objects.across_organizations().filter(
        contact__in=hidden, kind=ContactIdentity.Kind.BSUID
    )
    return dict(identities.order_by("pk").values_list("contact_id", "value"))


def put_back(job: Job, *, wait: float) -> None:
    """Its turn hasn't come: the pair of number and contact is at its limit. Nothing has left."""
    with all_organizations("outbox: a message waits for its contact's limit"):
        rows = Message.objects.across_organizations().filter(pk=job.message.pk, attempt=job.message.attempt)
        rows.filter(status=Message.Status.SENDING).update(
            status=Message.Status.QUEUED, lease_until=None, attempts=job.message.attempts - 1,
            next_attempt_at=timezone.now() + timedelta(seconds=wait),
        )  # fmt: skip


_SETTLED = [
    "status", "wamid", "taken_as", "lease_until", "next_attempt_at", "error_code", "error_title", "error_detail",
    "failed_at", "counted_at",
]  # fmt: skip


def _settle(message: Message, job: Job, result: SendResult, now: datetime) -> None:
    open_attempt = message.status in (Message.Status.SENDING, Message.Status.UNCERTAIN)
    if isinstance(result, Accepted):
        message.wamid = message.wamid or result.wamid
        message.taken_as = result.message_status if result.message_status in _HELD_BACK else ""
        if open_attempt:
            message.status, message.lease_until = Message.Status.ACCEPTED, None
            message.error_code, message.error_title, message.error_detail = None, "", ""
    elif open_attempt:
        _settle_failure(message, job, result, now)


def _settle_failure(message: Message, job: Job, result: Failure, now: datetime) -> None:
    decided = verdict_on(result, attempts=message.attempts)
    if decided.code in UPLOAD_UNKNOWN:
        for file in files_of(job):
            media.forget_upload(media=file)
    _ACTIONS[decided.action](message, decided, now)
    if not isinstance(result, Unknown):
        places.give_back(message, job.number)
    if decided.code in TEMPLATE_DOUBTED and message.template_id:
        template_sync.doubt(message.organization_id, job.number.waba_id)
    if decided.action == "retry" and not isinstance(result, NotSent):
        _slow_down(job, decided)


def _retry(message: Message, decided: Verdict, now: datetime) -> None:
    message.status, message.lease_until = Message.Status.QUEUED, None
    message.next_attempt_at = now + timedelta(seconds=decided.wait or 1)
    _explain(message, decided)


def _fail(message: Message, decided: Verdict, now: datetime) -> None:
    if later(message.status, "failed"):
        message.status, message.lease_until, message.failed_at = Message.Status.FAILED, None, now
        _explain(message, decided)


def _hold(message: Message, decided: Verdict, now: datetime) -> None:
    if decided.wait is not None:
        pause(message.number_id, decided.wait)
        _retry(message, decided, now)
        return
    message.status, message.lease_until = Message.Status.HELD, None
    _explain(message, decided)
    numbers.hold_number(number_ids=[message.number_id], reason=f"{decided.title}: {decided.detail}"[:500])


def _leave_uncertain(message: Message, decided: Verdict, _now: datetime) -> None:
    message.status, message.lease_until = Message.Status.UNCERTAIN, None
    _explain(message, decided)


_ACTIONS = {"retry": _retry, "fail": _fail, "hold_number": _hold, "uncertain": _leave_uncertain}


def _explain(message: Message, decided: Verdict) -> None:
    message.error_code, message.error_title = decided.code, decided.title[:300]
    message.error_detail = decided.detail[:1000]


def _slow_down(job: Job, decided: Verdict) -> None:
    """The provider says that we are too fast: our own count was wrong, so it starts from nothing."""
    if decided.scope == "number":
        ratelimits.slow_down(pace_of(job.number), pause=decided.wait or 1)
    elif decided.scope == "pair":
        ratelimits.empty(pair_bucket(job.number.pk, job.message.contact_id))


def pause(number_id: UUID, seconds: float) -> None:
    """Nothing of this number is sent for a while."""
    cache.set(f"paused:{number_id}", time.time() + seconds, timeout=seconds)


def paused_for(number_id: UUID) -> float:
    """Seconds for which nothing of this number is sent yet."""
    until: float = cache.get(f"paused:{number_id}", 0.0)
    return max(0.0, until - time.time())


def resume(number_id: UUID) -> None:
    """The pause is over, and whatever waits may go."""
    cache.delete(f"paused:{number_id}")
    wake("outbox.drain")


def _numbers_at_work() -> list[Number]:
    waiting = Message.objects.across_organizations().filter(status=Message.Status.QUEUED)
    numbers_ = Number.objects.across_organizations().present().filter(
        is_active=True, status=Number.Status.CONNECTED, organization__is_active=True,
        pk__in=waiting.values("number_id").distinct(),
    )  # fmt: skip
    found = list(numbers_.order_by("pk"))
    paused = cache.get_many([f"paused:{number.pk}" for number in found]) if found else {}
    return [number for number in found if f"paused:{number.pk}" not in paused]


def _rooms(found: list[Number], room: int, room_per_number: int, ours: Ours) -> dict[Number, int]:
    """How many of each number this process takes now: its share of the room, and no more than leave soon, so that
    what comes later and matters more doesn't wait behind them."""
    share = max(1, room // max(1, len(found)))
    return {
        number: max(0, min(
            share, room_per_number - ours.under_way[number.pk],
            ceil(number.messages_per_second * AHEAD_SECONDS) - ours.waiting[number.pk],
        ))
        for number in found
    }  # fmt: skip


def _jobs(ids: list[UUID]) -> list[Job]:
    rows = Message.objects.across_organizations().filter(pk__in=ids).order_by("lane", "pk")
    rows = rows.annotate(template_category=F("template__category"))
    messages = list(rows.select_related("number", "number__app", "contact", "media", "reply_to"))
    bsuids = _bsuids(messages)
    files = _files_of_all(messages)
    return [
        Job(each, each.contact.phone or None, bsuids.get(each.contact_id), files.get(each.pk, {})) for each in messages
    ]


def _files_of_all(messages: list[Message]) -> dict[UUID, dict[str, Media]]:
    """The files of headers and cards, by message; a file that is another organization's is nobody's."""
    wanted = {each.pk: {file.media_id for file in files_in(each.type, each.content)} for each in messages if each.media}
    named = set[str]().union(*wanted.values())
    if not named:
        return {}
    rows = Media.objects.across_organizations().filter(pk__in=named)
    found = {(file.organization_id, str(file.pk)): file for file in rows}
    return {
        each.pk: {pk: file for pk in wanted[each.pk] if (file := found.get((each.organization_id, pk)))}
        for each in messages
        if each.pk in wanted
    }


def files_of(job: Job) -> list[Media]:
    """All that has to lie at the provider before the message goes."""
    alone = job.message.media if job.message.media and not job.files else None
    return [alone] if alone else [*job.files.values()]


def _without_blocked(jobs: list[Job]) -> list[Job]:
    """Whoever was blocked after a message was queued doesn't get it."""
    blocked = [job for job in jobs if job.message.contact.is_blocked]
    if blocked:
        now = timezone.now()
        refusal = Refused(BLOCKED, None, "Contact blocked", "This contact was blocked before the message left.", 403)
        for job in blocked:
            _settle(job.message, job, refusal, now)
            job.message.save(update_fields=_SETTLED)
        publish(*scoped([_changed(job.message, now) for job in blocked]))
    return [job for job in jobs if not job.message.contact.is_blocked]


def _with_a_place(jobs: list[Job]) -> list[Job]:
    """Without those for whose person the portfolio's messaging limit has no place now; what is no template and no
    Direct Send is written in an open window, and needs none."""
    initiated = [
        job.message for job in jobs if job.message.type == "template" or job.message.content.get("direct_send")
    ]
    until = places.take(initiated, timezone.now()) if initiated else {}
    if until:
        places.hold([each for each in initiated if each.pk in until], until)
    return [job for job in jobs if job.message.pk not in until]


def _changed(message: Message, now: datetime) -> MessageStatusChanged:
    return MessageStatusChanged(
        organization_id=message.organization_id, conversation_id=message.conversation_id, message_id=message.pk,
        status=message.status, error_code=message.error_code, at=now,
    )  # fmt: skip


def request_of(job: Job) -> dict[str, Any]:
    """What names the message in the answer's statuses, what it replies to, and whether it goes as marketing."""
    target = job.message.reply_to.wamid if job.message.reply_to else None
    is_marketing = getattr(job.message, "template_category", None) == Template.Category.MARKETING
    return {
        "opaque": opaque_of(job.message),
        "target": target or job.message.reply_to_wamid or None,
        "marketing": is_marketing and bool(job.number.settings.get("marketing_messages")),
    }
