"""The one door out: messages leave here and nowhere else.

One loop a worker: take what may go, send it concurrently over one pooled client, write down what became of it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from prometheus_client import Counter as Metric

from apps.core import ratelimits
from apps.core.wake import LONGEST_RUN, wake
from apps.messaging import outbox
from apps.messaging.outbox import Job, Ours, Receipt
from apps.whatsapp.outbound import OutboundMessage, body_of, content_from, direct_from
from apps.whatsapp.providers import Client, Failure, NotSent, Refused, SendResult, Unknown
from apps.whatsapp.rates import budgets_of, pace_of
from apps.whatsapp.services import media
from apps.whatsapp.services.provider import Clients
from apps.whatsapp.services.tokens import SharedTokens, token_for

AT_ONCE, AT_ONCE_PER_NUMBER = 640, 512
LATE = 0.008  # seconds after its turn a message takes another one: those who follow it leave on time
LOOK_AGAIN = 0.05  # seconds, while a number's rate holds messages back
OUR_FAULT = 100  # Meta's code for a request that is wrong in itself

sent = Metric("pytake_messages_sent_total", "Sends by how they ended.", ["result"])
logger = structlog.get_logger(__name__)
T = TypeVar("T")


def drain() -> None:
    """Send what waits; after a while stop, and let others have the worker."""
    while outbox.give_up_on_the_dead():
        pass
    if asyncio.run(Sender().run(until=time.monotonic() + LONGEST_RUN)):
        wake("outbox.drain")


@dataclass(frozen=True, slots=True)
class Prepared:
    token: str
    body: dict[str, Any]


class Sender:
    def __init__(self) -> None:
        self._under_way: dict[asyncio.Task[tuple[Job, SendResult | None]], UUID] = {}
        self._waiting: Counter[UUID] = Counter()
        self._receipts: set[asyncio.Task[None]] = set()

    async def run(self, *, until: float) -> bool:
        """Returns whether messages were left waiting when the time was over."""
        async with Clients(connections=AT_ONCE) as self._clients:
            while True:
                more = False
                if time.monotonic() < until:
                    more = await self._start_some()
                if not self._under_way and not more:
                    await asyncio.gather(*self._receipts)
                    return False
                await self._finish_some(more)
                if time.monotonic() >= until and not self._under_way:
                    return True

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
            self._waiting[job.number.pk] += 1
            self._under_way[asyncio.create_task(self._send(job, tokens))] = job.number.pk
        return claimed.more

    async def _finish_some(self, more: bool) -> None:
        """Wait for answers; where numbers may send again before that, not for long."""
        if not self._under_way:
            await asyncio.sleep(LOOK_AGAIN)
            return
        timeout = LOOK_AGAIN if more else 0.2
        done, _ = await asyncio.wait(self._under_way, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            del self._under_way[task]
        results = [(job, result) for job, result in (task.result() for task in done) if result is not None]
        if results:
            await _in_database(lambda: outbox.settle(results))

    async def _send(self, job: Job, tokens: SharedTokens) -> tuple[Job, SendResult | None]:
        client = await self._clients.of(job.number)
        try:
            prepared = await self._prepare(job, tokens, client)
            wait = 0.0 if not isinstance(prepared, Prepared) else await self._turn(job)
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

    async def _turn(self, job: Job) -> float:
        """Wait for the message's turn; returns 0, or for how many seconds its contact gets no more messages."""
        pace = pace_of(job.number)
        wait, delay = ratelimits.turn(pace, *budgets_of(job.number, job.message.contact_id))
        while not wait:
            due = time.monotonic() + delay
            if delay:
                await asyncio.sleep(delay)
            if time.monotonic() <= due + LATE:
                break
            _, delay = ratelimits.turn(pace)
        return wait

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
