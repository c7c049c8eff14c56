"""Delivery of webhooks: signed, retried with the same bytes, and as unruly as the switches ask (whatsapp.md §3.1).

A webhook is a row of the ledger before it is anything else: its moment comes, the page sees what happened, and then
its way to the business begins (held up by the switches delay, disorder and outage). Only the answer 200 ends it;
everything else leads to another attempt after 1 s, 5 s, 30 s, 2 min, 10 min and then every hour for seven days. What a
stopped simulator had not delivered, the next one goes on with.
"""

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

import aiohttp

from apps.simulator.clock import Clock
from apps.simulator.hub import Hub
from apps.simulator.ledger import Ledger
from apps.simulator.numbers import Number, Numbers
from apps.simulator.signing import envelope, signature
from apps.simulator.switches import Switches

GIVE_UP_SECONDS = 7 * 86400
KEPT_IN_LOG = 300
LAST_ANSWERS_SECONDS = 1.5


@dataclass(slots=True)
class Delivery:
    """One POST to be made: the rows of the ledger that it carries, and when it is due next.

    Args:
        changes: escaped changes, in the order in which they stand in the body.
        happened: its moment has come; what remains is to tell the business.
        copy: a duplicate, of whose fate no row tells.
    """

    ids: list[int]
    phone_number_id: str
    peer: str
    label: str
    changes: list[str]
    due: float
    since: float
    attempts: int = 0
    happened: bool = False
    copy: bool = False


@dataclass(slots=True)
class _Lane:
    """A number's deliveries that are due; a slow receiver holds up its own number only."""

    ready: deque[Delivery] = field(default_factory=deque)
    running: int = 0


class Courier:
    """Brings webhooks to the numbers' callbacks."""

    def __init__(
        self, *, ledger: Ledger, numbers: Numbers, switches: Switches, clock: Clock, hub: Hub, random: Random
    ) -> None:
        self._ledger, self._numbers, self._switches = ledger, numbers, switches
        self._clock, self._hub, self._random = clock, hub, random
        self._heap: list[tuple[float, int, Delivery]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = 0.0
        self._lanes: dict[str, _Lane] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._era = 0
        self._session: aiohttp.ClientSession | None = None
        self.log: deque[dict[str, Any]] = deque(maxlen=KEPT_IN_LOG)
        self.delivered = 0
        self.failed_attempts = 0

    @property
    def session(self) -> aiohttp.ClientSession:
        """The pool of connections, once started."""
        if self._session is None:
            raise RuntimeError("The courier has not been started.")
        return self._session

    async def start(self) -> None:
        """Open the connection pool and take up what is undelivered."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=0, keepalive_timeout=30),
            skip_auto_headers=("Accept", "Accept-Encoding"),
            headers={"User-Agent": "facebookexternalua", "Content-Type": "application/json", "Accept": "*/*"},
        )
        self.take(_pending(self._ledger, self._clock.now()))

    async def stop(self) -> None:
        """Wait a moment for answers that are under way, then let go; the ledger knows what is left."""
        self._stopping = True
        if self._timer:
            self._timer.cancel()
        if self._workers:
            await asyncio.wait(self._workers, timeout=LAST_ANSWERS_SECONDS)
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self._session:
            await self._session.close()

    def take(self, deliveries: Iterable[Delivery]) -> None:
        """Deliver these when they are due."""
        for delivery in deliveries:
            heapq.heappush(self._heap, (delivery.due, next(self._order), delivery))
        if self._heap and (self._timer is None or self._heap[0][0] < self._armed_for):
            self._arm()

    def kick(self) -> None:
        """Look again: a switch, the clock or a number has changed."""
        self._arm()
        for phone_number_id in list(self._lanes):
            self._pump(phone_number_id)

    def clear(self) -> None:
        """Forget all deliveries and the log; those under way end unnoticed."""
        self._era += 1
        self._heap.clear()
        for lane in self._lanes.values():
            lane.ready.clear()
        self.log.clear()
        self.delivered = self.failed_attempts = 0

    def drop(self, phone_number_id: str) -> None:
        """Forget a number's deliveries: the number is gone."""
        self._heap = [waiting for waiting in self._heap if waiting[2].phone_number_id != phone_number_id]
        heapq.heapify(self._heap)
        self._lanes.pop(phone_number_id, None)

    def pending(self) -> int:
        """How many deliveries wait for their time, for a retry or for a free connection."""
        return len(self._heap) + sum(len(lane.ready) + lane.running for lane in self._lanes.values())

    def _arm(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._heap:
            self._armed_for = self._heap[0][0]
            wait = max(0.0, self._armed_for - self._clock.now())
            self._timer = asyncio.get_running_loop().call_later(wait, self._fire)

    def _fire(self) -> None:
        self._timer = None
        now, awake = self._clock.now(), set()
        while self._heap and self._heap[0][0] <= now + 0.001:
            delivery = heapq.heappop(self._heap)[2]
            if not self._held_up(delivery):
                self._lanes.setdefault(delivery.phone_number_id, _Lane()).ready.append(delivery)
                awake.add(delivery.phone_number_id)
        for phone_number_id in awake:
            self._pump(phone_number_id)
        self._arm()

    def _held_up(self, delivery: Delivery) -> bool:
        """Its moment has come: show it; True if the way to the business takes longer by a switch."""
        if delivery.happened:
            return False
        delivery.happened = True
        self._hub.chat_changed(delivery.phone_number_id, delivery.peer)
        lag = self._switches.delay_ms / 1000
        if self._random.random() < self._switches.disorder:
            lag += self._random.uniform(0.2, 3)
        if lag:
            self._later(delivery, lag)
        return lag > 0

    def _later(self, delivery: Delivery, seconds: float) -> None:
        delivery.due = self._clock.now() + seconds
        self.take([delivery])

    def _pump(self, phone_number_id: str) -> None:
        """Put as many workers on a lane as there is work and as may run at once."""
        lane = self._lanes[phone_number_id]
        if self._number(phone_number_id) is None:
            return
        wanted = min(len(lane.ready), self._switches.webhook_concurrency - lane.running)
        for _ in range(wanted):
            lane.running += 1
            worker = asyncio.get_running_loop().create_task(self._work(phone_number_id, lane))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _work(self, phone_number_id: str, lane: _Lane) -> None:
        try:
            while lane.ready and lane.running <= self._switches.webhook_concurrency:
                number = self._number(phone_number_id)
                if number is None:
                    return
                await self._deliver(number, self._batch(lane))
        finally:
            lane.running -= 1

    def _number(self, phone_number_id: str) -> Number | None:
        """The number, if webhooks can go to it now."""
        number = self._numbers.get(phone_number_id)
        held = self._switches.outage or self._stopping
        return number if number and number.reachable and not held else None

    def _batch(self, lane: _Lane) -> Delivery:
        """The next delivery; with the switch `batch`, others that were never tried join it for good."""
        first = lane.ready.popleft()
        room = self._switches.batch - len(first.ids)
        if first.attempts or first.copy or room <= 0:
            return first
        joined = 0
        while lane.ready and joined < room and not lane.ready[0].attempts and not lane.ready[0].copy:
            other = lane.ready.popleft()
            first.ids += other.ids
            first.changes += other.changes
            joined += len(other.ids)
        if joined:
            first.label = f"{len(first.ids)} updates"
            self._ledger.write_many(
                "UPDATE webhooks SET batch = ? WHERE id = ?", [(first.ids[0], row) for row in first.ids]
            )
        return first

    async def _deliver(self, number: Number, delivery: Delivery) -> None:
        if not delivery.attempts and not delivery.copy and self._random.random() < self._switches.duplicates:
            self._duplicate(delivery)
        body = envelope(((number.waba_id, change) for change in delivery.changes), at=delivery.since)
        began, era = time.perf_counter(), self._era
        answer, error = await self._post(number, body)
        if era != self._era or self._numbers.get(number.phone_number_id) is None:
            return
        delivery.attempts += 1
        self._note(delivery, answer, error, time.perf_counter() - began, len(body))
        if delivery.copy:
            return
        if answer == 200:
            self._settle(delivery, "done", answer, error)
        elif self._clock.now() - delivery.since > GIVE_UP_SECONDS:
            self._settle(delivery, "dead", answer, error)
        else:
            self._retry(delivery, answer, error)

    def _duplicate(self, delivery: Delivery) -> None:
        copy = Delivery(
            list(delivery.ids),
            delivery.phone_number_id,
            delivery.peer,
            delivery.label,
            list(delivery.changes),
            due=0,
            since=delivery.since,
            happened=True,
            copy=True,
        )
        self._later(copy, self._random.uniform(0.01, 1.5))

    async def _post(self, number: Number, body: bytes) -> tuple[int | None, str]:
        """The answer's status, or None and what went wrong."""
        headers = self._signed(number, body)
        timeout = aiohttp.ClientTimeout(total=self._switches.webhook_timeout)
        try:
            async with self.session.post(
                number.callback, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                await answer.read()
                return answer.status, ""
        except TimeoutError:
            return None, f"no answer in {self._switches.webhook_timeout:g} s"
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return None, str(error) or type(error).__name__

    def _signed(self, number: Number, body: bytes) -> dict[str, str]:
        if self._switches.signature == "missing":
            return {}
        wrong = "-but-wrong" if self._switches.signature == "wrong" else ""
        return {"X-Hub-Signature-256": signature(number.app_secret + wrong, body)}

    def _settle(self, delivery: Delivery, state: str, answer: int | None, error: str) -> None:
        self.delivered += state == "done"
        self._ledger.write_many(
            "UPDATE webhooks SET state = ?, attempts = ?, answer = ?, error = ? WHERE id = ?",
            [(state, delivery.attempts, answer, error, row) for row in delivery.ids],
        )
        self._hub.chat_changed(delivery.phone_number_id, delivery.peer)

    def _retry(self, delivery: Delivery, answer: int | None, error: str) -> None:
        self.failed_attempts += 1
        delays = self._switches.retry_delays
        self._later(delivery, delays[min(delivery.attempts, len(delays)) - 1])
        self._ledger.write_many(
            "UPDATE webhooks SET attempts = ?, next_at = ?, answer = ?, error = ? WHERE id = ?",
            [(delivery.attempts, delivery.due, answer, error, row) for row in delivery.ids],
        )

    def _note(self, delivery: Delivery, answer: int | None, error: str, seconds: float, size: int) -> None:
        self.log.append(
            {
                "at": self._clock.now(),
                "phone_number_id": delivery.phone_number_id,
                "what": delivery.label + (" (copy)" if delivery.copy else ""),
                "to": delivery.peer,
                "attempt": delivery.attempts,
                "status": answer,
                "error": error,
                "ms": round(seconds * 1000, 1),
                "bytes": size,
            }
        )
        self._hub.panel_changed()


def _pending(ledger: Ledger, now: float) -> list[Delivery]:
    """The undelivered rows; those that were sent in one body stay in one, so that its bytes are the same again."""
    found: dict[int, Delivery] = {}
    rows = ledger.rows(
        "SELECT w.*, m.peer FROM webhooks w LEFT JOIN messages m USING (wamid) WHERE w.state = 'pending' ORDER BY w.id"
    )
    for row in rows:
        key = row["batch"] or row["id"]
        if key in found:
            found[key].ids.append(row["id"])
            found[key].changes.append(row["change"])
            continue
        found[key] = Delivery(
            [row["id"]],
            row["phone_number_id"],
            row["peer"] or "",
            row["status"] or row["kind"],
            [row["change"]],
            due=row["next_at"],
            since=row["happens_at"],
            attempts=row["attempts"],
            happened=row["happens_at"] <= now,
        )
    return list(found.values())
