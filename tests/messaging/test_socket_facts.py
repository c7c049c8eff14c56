"""The numbered log on its way to the sockets: nobody misses a fact, gets one twice or sees what isn't theirs."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis.asyncio
from django.conf import settings
from django.utils import timezone

from apps.accounts.models import Organization, User
from apps.accounts.roles import PERMISSIONS
from apps.core import log
from apps.core.events import publish
from apps.core.models import LogEntry
from apps.core.realtime import LOG_GREW
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import feeds, services
from apps.messaging.models import Conversation
from apps.whatsapp.events import NumberStatusChanged
from tests.conftest import commits, make_member, make_organization, token_of
from tests.messaging.eight_writers import check, facts_of_the_log, read_beside_writers
from tests.messaging.sockets import NOBODY, Frame, Open, beside, chain_of, events_until, fact, happen, head_of, tell

pytestmark = [commits, pytest.mark.usefixtures("nothing_is_pending", "no_statuses")]


# --- facts --------------------------------------------------------------------------------------------------------


async def test_facts_come_in_order_and_each_names_the_one_before(
    open_tab: Open, organization: Organization, token: str
) -> None:
    tab = await open_tab()
    first = (await tab.sign_in(token))["number"]
    await happen(organization, 10, 20, 30)
    events = await events_until(tab, first + 3)
    assert chain_of(events) == [(first, first + 1), (first + 1, first + 2), (first + 2, first + 3)]
    assert [event["data"] for event in events] == [
        {"conversation_id": str(NOBODY), "unread_count": n} for n in (10, 20, 30)
    ]
    assert {event["kind"] for event in events} == {"messaging.ConversationRead"}
    assert all(event["at"].endswith("+00:00") for event in events)


async def test_a_hundred_tabs_of_an_organization_read_its_log_once(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tabs = [await open_tab(token) for _ in range(12)]
    reads, read = [], feeds._entries

    async def count(organization_id: UUID, after: int) -> Any:
        reads.append(after)
        return await read(organization_id, after)

    monkeypatch.setattr(feeds, "_entries", count)
    await happen(organization, 1)
    for tab in tabs:
        await tab.next("event")
    assert len(reads) <= 3


async def test_a_reconnection_yields_exactly_what_was_missed(
    open_tab: Open, organization: Organization, token: str
) -> None:
    tab = await open_tab(token)
    await happen(organization, 1)
    last = (await tab.next("event"))["number"]
    await tab.leave()
    await happen(organization, 2, 3)
    again = await open_tab()
    assert (await again.sign_in(token))["number"] == last + 2
    await again.say("resume", after=last)
    events = await again.so_far("event")
    await happen(organization, 4)
    events.append(await again.next("event"))
    assert chain_of(events) == [(last, last + 1), (last + 1, last + 2), (last + 2, last + 3)]
    assert [event["data"]["unread_count"] for event in events] == [2, 3, 4]


async def test_resuming_at_the_end_yields_nothing_and_goes_on(
    open_tab: Open, organization: Organization, token: str
) -> None:
    tab = await open_tab(token)
    await tab.say("resume", after=await head_of(organization))
    assert await tab.so_far("event", "start_over") == []
    await happen(organization, 1)
    assert (await tab.next("event"))["data"]["unread_count"] == 1


async def test_more_than_a_page_is_resumed_to_the_last(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "AT_ONCE", 7)
    last = await head_of(organization)
    await beside(tell, organization, *(fact(organization, n) for n in range(50)))
    tab = await open_tab(token)
    await tab.say("resume", after=last)
    assert len(await tab.so_far("event")) == 50, "and the answer to a ping comes after them"


async def test_whoever_asks_for_what_is_not_there_any_more_or_not_yet_starts_over(
    open_tab: Open, organization: Organization, token: str
) -> None:
    await happen(organization, *range(5))
    head = await head_of(organization)
    await beside(forget, organization, head - 2)
    tab = await open_tab(token)
    for after in (0, head - 3, head + 1, 50, 2**31, 10**30):
        await tab.say("resume", after=after)
        assert await tab.next("start_over") == {"type": "start_over", "number": head}
    await happen(organization, 6)
    assert chain_of([await tab.next("event")]) == [(head, head + 1)]


def forget(organization: Organization, upto: int) -> None:
    with all_organizations("time goes by"):
        LogEntry.objects.for_organization(organization).filter(number__lte=upto).update(
            recorded_at=timezone.now() - log.KEPT - timedelta(minutes=1)
        )
    while log.trim_some():
        pass


async def test_what_is_still_there_is_resumed_after_the_rest_was_forgotten(
    open_tab: Open, organization: Organization, token: str
) -> None:
    await happen(organization, *range(5))
    head = await head_of(organization)
    await beside(forget, organization, head - 2)
    tab = await open_tab(token)
    await tab.say("resume", after=head - 2)
    assert chain_of(await tab.so_far("event", "start_over")) == [(head - 2, head - 1), (head - 1, head)]


async def test_a_fact_that_a_viewer_may_not_know_leaves_no_gap(
    open_tab: Open, viewer: User, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"conversations.view"}))
    agents, viewers = await open_tab(token), await open_tab(await beside(token_of, viewer, organization))
    first = await head_of(organization)
    secret = NumberStatusChanged(organization_id=organization.pk, number_id=NOBODY, status="held")
    await beside(tell, organization, fact(organization, 1), secret, secret, fact(organization, 2))
    assert chain_of(await events_until(agents, first + 4)) == [(first + n, first + n + 1) for n in range(4)]
    assert chain_of(await events_until(viewers, first + 4)) == [(first, first + 1), (first + 1, first + 4)]
    for after, seen in ((first, [(first, first + 1), (first + 1, first + 4)]), (first + 2, [(first + 2, first + 4)])):
        await viewers.say("resume", after=after)
        assert chain_of(await viewers.so_far("event")) == seen


async def test_a_fact_of_a_narrower_scope_is_for_nobody_here(
    open_tab: Open, organization: Organization, token: str
) -> None:
    tab = await open_tab(token)

    def tell_a_few() -> None:
        narrow = fact(organization, 1)
        object.__setattr__(narrow, "scope", "team:1")
        with organization_scope(organization):
            publish(narrow, fact(organization, 2))

    await beside(tell_a_few)
    assert (await tab.next("event"))["data"]["unread_count"] == 2


async def test_two_organizations_never_see_each_others_facts(
    open_tab: Open, organization: Organization, token: str
) -> None:
    boreal = await beside(make_organization, "Boreal")
    theirs = await beside(make_member, boreal)
    tab, other = await open_tab(token), await open_tab(await beside(token_of, theirs, boreal))
    for n in range(5):
        await happen(organization, n)
        await happen(boreal, 100 + n)
    await events_until(tab, await head_of(organization) - 1)
    await other.say("resume", after=0)
    seen = [event["data"].get("unread_count", 100) for event in await other.so_far("event")]
    assert len(seen) > 5
    assert min(seen) >= 100


async def test_an_announcement_that_was_lost_costs_seconds_and_no_fact(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LOOK_ANYWAY", 0.5)
    monkeypatch.setattr(log, "log_grew", lambda _organizations: None)
    tab = await open_tab(token)
    shouting = asyncio.create_task(shout())
    await happen(organization, 1)
    event = await tab.next("event")
    assert event["data"]["unread_count"] == 1, "though others are announced all the time"
    shouting.cancel()


async def shout() -> None:
    """Other organizations' logs grow and grow."""
    async with redis.asyncio.from_url(f"{settings.REDIS_URL}/2") as client:
        while True:
            await client.publish(LOG_GREW, str(uuid4()))
            await asyncio.sleep(0.02)


async def test_nonsense_among_the_announcements_stops_no_reader(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LISTEN_AGAIN", 0.05)
    tab = await open_tab(token)
    async with redis.asyncio.from_url(f"{settings.REDIS_URL}/2") as client:
        await client.publish(LOG_GREW, b"\xff nonsense")
    await asyncio.sleep(0.3)
    await happen(organization, 1)
    await tab.next("event")


async def test_a_reader_that_fails_once_goes_on_where_it_was(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LOOK_ANYWAY", 0.3)
    tab, read, failures = await open_tab(token), feeds._entries, []
    await tab.so_far()

    async def fail_once(organization_id: UUID, after: int) -> Any:
        if not failures:
            failures.append(after)
            raise feeds.redis.ConnectionError
        return await read(organization_id, after)

    monkeypatch.setattr(feeds, "_entries", fail_once)
    await happen(organization, 1)
    await tab.next("event")
    assert failures


async def test_whoever_comes_while_the_last_one_leaves_is_served(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent alone reloads the page: the old tab's feed ends while the new one signs in."""
    old, look, gate = await open_tab(token), feeds._extent, asyncio.Event()

    async def look_slowly(organization_id: UUID) -> tuple[int, int]:
        await gate.wait()
        return await look(organization_id)

    monkeypatch.setattr(feeds, "_extent", look_slowly)
    new = await open_tab()
    await new.say("auth", token=token)
    await asyncio.sleep(0.2)
    await old.leave()
    gate.set()
    await new.next("ready")
    await happen(organization, 1)
    await new.next("event")


async def test_what_the_reader_got_while_one_catches_up_is_not_skipped(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look of the one who catches up sees nothing; before it has said so, the reader is past the next fact."""
    seen: list[int] = []

    async def deliver(frame: Frame) -> None:
        seen.append(frame["number"])

    head = await head_of(organization)
    feed, read = feeds.Feed(organization.pk, head), feeds._entries

    async def overtaken(organization_id: UUID, after: int) -> Any:
        monkeypatch.setattr(feeds, "_entries", read)
        found = await read(organization_id, after)
        await happen(organization, 1)
        await feed.read_on()
        return found

    monkeypatch.setattr(feeds, "_entries", overtaken)
    subscriber = feeds.Subscriber(deliver, frozenset({"conversations.view"}))
    feed.subscribers.add(subscriber)
    await feed.catch_up(subscriber, head)
    assert seen == [head + 1]


async def test_facts_deleted_between_two_looks_hold_nobody_up(organization: Organization) -> None:
    async def deliver(_frame: Frame) -> None:
        raise AssertionError

    await happen(organization, *range(3))
    head = await head_of(organization)
    await beside(forget, organization, head)
    feed = feeds.Feed(organization.pk, head)
    subscriber = feeds.Subscriber(deliver, frozenset({"conversations.view"}))
    await asyncio.wait_for(feed.catch_up(subscriber, head - 2), 5)
    assert subscriber.live


# --- eight writers and somebody with a bad connection ---------------------------------------------------------------


@pytest.mark.parametrize("stays", [False, True])
async def test_beside_eight_writers_nothing_is_missed_or_doubled(
    open_tab: Open, viewer: User, organization: Organization, stays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"conversations.view"}))
    token = await beside(token_of, viewer, organization)
    first = await head_of(organization)
    reader = await read_beside_writers(organization, token, open_tab, stays=stays)
    check(reader, await beside(facts_of_the_log, organization), first)
    if not stays:
        assert reader.connections > 5


async def test_readers_are_told_while_others_go_on_writing(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A numberer that finds new facts at each look still tells of those that it has numbered."""
    told: list[int] = []
    number = log.number_new_entries

    def number_while_others_write(organization_id: UUID) -> int:
        numbered = number(organization_id)
        with organization_scope(organization):
            if len(told) < 20:
                LogEntry.objects.for_organization(organization).bulk_create(
                    [LogEntry(kind="x", audience="x", scope="", payload={})]
                )
        return numbered

    monkeypatch.setattr(log, "number_new_entries", number_while_others_write)
    monkeypatch.setattr(log, "log_grew", lambda organizations: told.extend([1] * len(list(organizations))))
    await beside(tell, organization, fact(organization, 1))
    assert len(told) == 1


async def test_who_comes_later_resumes_nothing_of_what_is_a_colleagues_by_now(
    open_tab: Open, organization: Organization, conversation: Conversation, token: str
) -> None:
    bruno = await beside(make_member, organization)

    def say_and_hand_over() -> None:
        with organization_scope(organization):
            services.mark_unread(conversation=conversation)
            services.assign(conversation=conversation, agent_id=bruno.pk, by=bruno)

    tab = await open_tab(token)
    await beside(say_and_hand_over)
    await tab.so_far()
    again = await open_tab(token)
    await again.say("resume", after=0)
    kinds = [frame["kind"] for frame in await again.so_far("event")]
    assert "messaging.ConversationAssigned" in kinds
    assert "messaging.ConversationRead" not in kinds
