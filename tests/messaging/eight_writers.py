"""Eight writers at once, and somebody with a bad connection who reads beside them."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from apps.accounts.models import Organization
from apps.core.events import publish
from apps.core.models import LogEntry
from apps.core.tenancy import organization_scope
from apps.whatsapp.events import NumberStatusChanged
from tests.conftest import in_parallel
from tests.messaging.sockets import NOBODY, Browser, Frame, beside, fact, head_of

WRITERS, FACTS_EACH = 8, 40


def write(organization: Organization, writer: int) -> None:
    for turn in range(FACTS_EACH):
        secret = NumberStatusChanged(organization_id=organization.pk, number_id=NOBODY, status="held")
        with organization_scope(organization):
            publish(fact(organization, writer * 1000 + turn), *[secret] * (turn % 3 == 0))


class Reader:
    """What the web app does: takes what follows on what it has, and asks again where something is missing."""

    def __init__(self, last: int) -> None:
        self.last, self.taken, self.chain, self.connections = last, list[Frame](), list[tuple[int, int]](), 0
        self.asked: int | None = None

    async def read(self, tab: Browser, token: str, *, until: Callable[[], bool], most: float = 1e9) -> None:
        self.connections += 1
        self.asked, ready = None, await tab.sign_in(token)
        if ready["number"] > self.last:
            await self._resume(tab)
        while len(self.taken) < most and not until():
            try:
                frame = await tab.next("event", "start_over", "error", patience=1)
            except TimeoutError:
                continue
            assert frame["type"] == "event", frame
            await self._take(tab, frame)

    async def _take(self, tab: Browser, frame: Frame) -> None:
        assert frame["previous"] < frame["number"]
        if frame["number"] <= self.last:
            assert self.asked is not None, "the server repeats itself only when it was asked to"
        elif frame["previous"] > self.last:
            await self._resume(tab)
        else:
            self.chain.append((frame["previous"], frame["number"]))
            self.last = frame["number"]
            self.taken.append(frame)

    async def _resume(self, tab: Browser) -> None:
        if self.asked != self.last:
            self.asked = self.last
            await tab.say("resume", after=self.last)


async def read_beside_writers(
    organization: Organization, token: str, new_tab: Callable[[], Awaitable[Browser]], *, stays: bool
) -> Reader:
    """Reconnect again and again, unless one `stays`, while eight writers write; then read to the end."""
    reader, chance = Reader(await head_of(organization)), random.Random(f"{stays}")
    writing = asyncio.create_task(
        beside(in_parallel, lambda writer: write(organization, writer), times=WRITERS),
    )
    while not writing.done():
        tab, enough = await new_tab(), WRITERS * FACTS_EACH if stays else len(reader.taken) + chance.randint(1, 40)
        await reader.read(tab, token, until=writing.done, most=enough)
        await tab.leave()
    await writing
    last, _ = (await beside(facts_of_the_log, organization))[-1]  # what comes after it, not everybody may see
    tab = await new_tab()
    await reader.read(tab, token, until=lambda: reader.last >= last)
    await tab.leave()
    return reader


def facts_of_the_log(organization: Organization) -> list[tuple[int, int]]:
    """Number and content of everything that was written for everybody."""
    with organization_scope(organization):
        rows = LogEntry.objects.for_organization(organization).filter(payload__conversation_id=str(NOBODY))
        return [(number or 0, payload["unread_count"]) for number, payload in rows.order_by("number").values_list(
            "number", "payload"
        )]  # fmt: skip


def check(reader: Reader, written: list[tuple[int, int]], first: int) -> None:
    assert len(written) == WRITERS * FACTS_EACH
    assert [(frame["number"], frame["data"]["unread_count"]) for frame in reader.taken] == written
    assert [previous for previous, _ in reader.chain] == [first, *(number for number, _ in written[:-1])]
    for writer in range(WRITERS):  # each one's facts come in the order in which they were written
        own = [n for _, n in written if n // 1000 == writer]
        assert own == sorted(own)
