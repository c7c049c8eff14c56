"""The one door out: messages leave here and nowhere else.

One loop a worker: take what may go, send it concurrently over one pooled client, write down what became of it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError
from prometheus_client import Counter as Metric
from redis import RedisError

from apps.core import ratelimits
from apps.core.wake import LONGEST_RUN, wake
from apps.messaging import outbox, places
from apps.messaging.outbox import Job, Ours, Receipt
from apps.whatsapp.models import Number
from apps.whatsapp.outbound import OutboundMessage, body_of, content_from, direct_from
from apps.whatsapp.providers import Client, Failure, NotSent, Refused, SendResult, Unknown
from apps.whatsapp.rates import budgets_of, pace_of
from apps.whatsapp.services import media
from apps.whatsapp.services.provider import Clients
from apps.whatsapp.services.tokens import SharedTokens, token_for

AT_ONCE, AT_ONCE_PER_NUMBER = 640, 512
TURNS_AT_ONCE = 0.02  # seconds' worth of a number's turns are taken by one question
LATE = 0.008  # seconds after its turn a message takes another one: those who follow it leave on time
LOOK_FOR_PLACES = 3.0  # seconds between two looks of any process
SLOW = 2.0  # seconds after which whoever awaits an answer doesn't only wait
MOST_RUNS = 8  # one after the other in the same task: it has a limit of time
TRIES = 20  # to write down what became of sends
WITHOUT_REDIS = 2.0  # seconds until a message is tried again that found no turn
LOOK_AGAIN = 0.05  # seconds, while a number's rate holds messages back
OUR_FAULT = 100  # Meta's code for a request that is wrong in itself

sent = Metric("pytake_messages_sent_total", "Sends by how they ended.", ["result"])
logger = structlog.get_logger(__name__)
T = TypeVar("T")


def drain() -> None:
    """Send what waits; after a while stop, and let others have the worker."""
    while outbox.give_up_on_the_dead():
        pass
    if cache.add("places:looked", True, LOOK_FOR_PLACES):
        places.let_go()
    if asyncio.run(Sender().run(seconds=LONGEST_RUN)):
        wake("outbox.drain")


@dataclass(frozen=True, slots=True)
class Prepared:
    token: str
    body: dict[str, Any]


@dataclass(slots=True)
class Waiting:
    """A message before its turn; `gone` gets 0 when it may leave, else for how many seconds it mayn't."""

    job: Job
    gone: asyncio.Future[float]
    counted: bool = False
    rank: int = field(default_factory=count().__next__)

    def __lt__(self, other: Waiting) -> bool:
        """Agents' before bots' before bulk, each in the order in which they came."""
        return (self.job.message.lane, self.rank) < (other.job.message.lane, other.rank)


class Turns:
    """Messages of a number leave one after the other, in the number's pace, whichever process has them."""

    def __init__(self) -> None:
        self._queues: dict[UUID, list[Waiting]] = {}  # heaps
        self._tasks: set[asyncio.Task[None]] = set()

    async def wait(self, job: Job) -> float:
        """Until the message may leave; returns 0, or for how many seconds its contact gets no more messages."""
        waiting = Waiting(job, asyncio.get_running_loop().create_future())
        queue = self._queues.get(job.number.pk)
        if queue is None:
            self._queues[job.number.pk] = [waiting]
            task = asyncio.create_task(self._let_go(job.number))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            heappush(queue, waiting)
        return await waiting.gone

    async def _let_go(self, number: Number) -> None:
        queue, pace = self._queues[number.pk], pace_of(number)
        try:
            while queue:
                most = max(1, int(pace.per_second * TURNS_AT_ONCE))
                group = [heappop(queue) for _ in range(min(most, len(queue)))]
                try:
                    for late in await self._in_turn(group, number):
                        heappush(queue, late)
                except Exception as error:
                    for each in group:
                        if not each.gone.done():
                            each.gone.set_exception(error)
        finally:
            del self._queues[number.pk]

    async def _in_turn(self, group: list[Waiting], number: Number) -> list[Waiting]:
        """Let these go, each in its turn; returns those that are too late for theirs, and take another one."""
        fresh = [each for each in group if not each.counted]
        taken = ratelimits.take_turns(
            pace_of(number), [budgets_of(number, each.job.message.contact_id) for each in fresh],
            more=len(group) - len(fresh),
        )  # fmt: skip
        due = time.monotonic() + taken.first
        for each, wait in zip(fresh, taken.waits, strict=True):
            each.counted = not wait
            if wait:
                each.gone.set_result(wait)
        going = [each for each in group if each.counted]
        for n, each in enumerate(going):
            await asyncio.sleep(due - time.monotonic())
            if time.monotonic() > due + LATE:
                return going[n:]
            each.gone.set_result(0.0)
            due += taken.step
        return []


class Sender:
    def __init__(self) -> None:
        self._turns = Turns()
        self._under_way: dict[asyncio.Task[tuple[Job, SendResult | None]], UUID] = {}
        self._waiting: Counter[UUID] = Counter()
        self._receipts: set[asyncio.Task[None]] = set()
        self._answers: list[tuple[Job, SendResult]] = []  # that aren't written down yet
        self._failed = 0  # times that they weren't, in a row

    async def run(self, *, seconds: float) -> bool:
        """Returns whether messages were left waiting when the time was over.

        Nobody else gets the worker while an answer is awaited: where one takes long, more is sent meanwhile.
        """
        until = time.monotonic() + seconds
        last = until + MOST_RUNS * seconds
        async with Clients(connections=AT_ONCE) as self._clients:
            while True:
                more = False
                if time.monotonic() < until:
                    more = await self._start_some_or_finish_first()
                if not self._has_begun and not more:
                    return False
                await self._finish_some(more)
                now = time.monotonic()
                if now >= until and not self._under_way and not self._answers:
                    return True
                if until + SLOW <= now < last:
                    until = now + seconds

    @property
    def _has_begun(self) -> bool:
        return bool(self._under_way or self._answers or self._receipts)

    async def _start_some_or_finish_first(self) -> bool:
        """A database or a Redis that is away for a moment doesn't leave what is under way without its end."""
        try:
            return await self._start_some()
        except (DatabaseError, RedisError):
            if not self._under_way and not self._answers:
                raise
            logger.warning("nothing_claimed", exc_info=True)
            return False

    async def _start_some(self) -> bool:
        for receipt in await _in_database(outbox.take_actions):
            task = asyncio.create_task(self._mark_read(receipt))
            self._receipts.add(task)
            task.add_done_callback(self._receipts.discard)
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return True
        ours = Ours(Counter(self._under_way.values()), self._waiting.copy())
        claimed = await _in_database(lambda: outbox.claim(room=room, room_per_number=AT_ONCE_PER_NUMBER, ours=ours))
        tokens = SharedTokens()
        for job in claimed.jobs:
            self._waiting[job.number.pk] += not outbox.files_of(job)
            self._under_way[asyncio.create_task(self._send(job, tokens))] = job.number.pk
        return claimed.more

    async def _finish_some(self, more: bool) -> None:
        """Wait for answers; where numbers may send again before that, not for long."""
        timeout = LOOK_AGAIN if more else 0.2
        if not self._under_way:
            await asyncio.sleep(timeout)
        else:
            done, _ = await asyncio.wait(self._under_way, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del self._under_way[task]
                self._take_answer(task)
        if self._answers:
            await self._write_down()

    def _take_answer(self, task: asyncio.Task[tuple[Job, SendResult | None]]) -> None:
        if error := task.exception():  # its lease runs out; the others are none the worse
            logger.error("send_not_finished", exc_info=error)
            return
        job, result = task.result()
        if result is not None:
            self._answers.append((job, result))

    async def _write_down(self) -> None:
        """What became of sends; where the database is away or busy they are kept, and written with the next ones."""
        try:
            await _in_database(lambda: outbox.settle(self._answers))
        except (OperationalError, InterfaceError):
            logger.warning("answers_not_written", answers=len(self._answers), exc_info=True)
            self._failed += 1
            if self._failed >= TRIES:
                raise
        else:
            self._answers, self._failed = [], 0

    async def _send(self, job: Job, tokens: SharedTokens) -> tuple[Job, SendResult | None]:
        try:
            client = await self._clients.of(job.number)
            prepared = await self._prepare(job, tokens, client)
            if outbox.files_of(job):  # what only waits for its file keeps nobody from being claimed
                self._waiting[job.number.pk] += 1
            wait = 0.0 if not isinstance(prepared, Prepared) else await self._turn_of(job)
        finally:
            self._waiting[job.number.pk] -= 1
        if wait:
            await _in_database(lambda: outbox.put_back(job, wait=wait))
            return job, None
        result = await self._hand_over(job, prepared, client) if isinstance(prepared, Prepared) else prepared
        sent.labels(type(result).__name__).inc()
        if isinstance(result, Refused):
            logger.info("send_refused", message=str(job.message.pk), code=result.code, trace=result.fbtrace_id)
        return job, result

    async def _turn_of(self, job: Job) -> float:
        try:
            return await self._turns.wait(job)
        except RedisError:
            logger.warning("no_turn_taken", message=str(job.message.pk), exc_info=True)
            return WITHOUT_REDIS  # nothing has left

    async def _prepare(self, job: Job, tokens: SharedTokens, client: Client) -> Prepared | Failure:
        """All that is done before the message takes its turn: nothing of it leaves here."""
        try:
            token = await tokens.of(job.number)
            if not isinstance(token, str):
                return token
            body = await self._body_of(job, token, client)
        except Exception as error:  # whatever is wrong with one message stays with it
            logger.warning("message_not_built", message=str(job.message.pk), exc_info=True)
            return Refused(OUR_FAULT, None, type(error).__name__, str(error), 400)
        return Prepared(token, body) if isinstance(body, dict) else body

    async def _hand_over(self, job: Job, prepared: Prepared, client: Client) -> SendResult:
        try:
            return await client.send(job.number.phone_number_id, prepared.token, prepared.body)
        except Exception as error:
            logger.exception("send_broke_off", message=str(job.message.pk))
            return Unknown(f"{type(error).__name__}: {error}")

    async def _body_of(self, job: Job, token: str, client: Client) -> dict[str, Any] | Failure:
        """The request's body; of files, once the provider has them."""
        message = job.message
        laid: dict[str, str] = {}
        for file in outbox.files_of(job):
            uploaded = await media.uploaded_id_for(media=file, number=job.number, token=token, client=client)
            if isinstance(uploaded, Unknown):
                return NotSent(uploaded.reason)  # a file may lie there twice: no message does
            if not isinstance(uploaded, str):
                return uploaded
            laid[str(file.pk)] = uploaded
        about = outbox.request_of(job)
        content = content_from(
            message.type, message.content, media_id=laid.get(str(message.media_id)), target=about["target"], files=laid
        )
        quoted = None if message.type == "reaction" else about["target"]
        return body_of(
            OutboundMessage(
                content=content, phone=job.phone, bsuid=job.bsuid, opaque=about["opaque"], reply_to=quoted,
                account=job.number.messaging_account_id or None, direct=direct_from(message.content),
                marketing=about["marketing"],
            )
        )  # fmt: skip

    async def _mark_read(self, receipt: Receipt) -> None:
        number = receipt.number
        client, token = await self._clients.of(number), await token_for(number)
        if isinstance(token, str):
            await client.mark_read(number.phone_number_id, token, receipt.wamid, typing=receipt.typing, to=receipt.to)


async def _in_database(work: Callable[[], T]) -> T:
    call: Any = database_sync_to_async(work)
    found: T = await call()
    return found
