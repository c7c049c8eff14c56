"""The agents' socket: who is let in and for how long, and that nobody misses a fact or sees what isn't theirs."""

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis.asyncio
import websockets
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from apps.accounts import services as accounts
from apps.accounts.models import Organization, User
from apps.accounts.roles import PERMISSIONS
from apps.core import log
from apps.core.events import publish
from apps.core.models import LogEntry
from apps.core.realtime import LOG_GREW
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import consumers, feeds, presence
from apps.messaging.models import Conversation
from apps.whatsapp.events import NumberStatusChanged
from tests.conftest import (
    access_of,
    commits,
    in_parallel,
    make_conversation,
    make_member,
    make_organization,
    session_of,
    token_of,
)
from tests.messaging.sockets import NOBODY, Browser, Closed, Frame, RealTab, Tab, beside, fact, happen, tell
from tests.outage import line_to_postgres, line_to_redis
from tests.stack import Stack

pytestmark = commits
Open = Callable[..., Awaitable[Tab]]


@pytest.fixture(autouse=True)
def nothing_is_pending() -> None:
    cache.clear()


@pytest.fixture
async def open_tab() -> AsyncIterator[Open]:
    """Open tabs; `token` signs in. All are closed at the end, whatever happened to them."""
    async with AsyncExitStack() as closing:

        async def open_one(token: str = "", **given: Any) -> Tab:
            tab = await Tab(**given).open()
            closing.push_async_callback(tab.leave)
            if token:
                await tab.sign_in(token)
            return tab

        yield open_one


@pytest.fixture
def organization() -> Organization:
    return make_organization("Padaria Aurora")


@pytest.fixture
def token(agent: User, organization: Organization) -> str:
    return token_of(agent, organization)


@pytest.fixture
def other_token(organization: Organization) -> str:
    """A colleague's."""
    return token_of(make_member(organization, full_name="Bruno Dias"), organization)


@pytest.fixture
def conversation(organization: Organization) -> Conversation:
    return make_conversation(organization)


def user_of(token: str) -> str:
    return str(AccessToken(token)["user_id"])  # type: ignore[arg-type]


def aged(token: str, seconds: float) -> str:
    """The same token with so many seconds left to live."""
    found = AccessToken(token)  # type: ignore[arg-type]
    found.set_exp(lifetime=timedelta(seconds=seconds))
    return str(found)


# --- who is let in ------------------------------------------------------------------------------------------------


async def test_signing_in_by_the_first_frame(open_tab: Open, token: str, agent: User) -> None:
    tab = await open_tab()
    ready = await tab.sign_in(token)
    assert ready == {"type": "ready", "connection": ready["connection"], "user": str(agent.pk), "number": 1}
    assert tab.subprotocol is None


async def test_signing_in_by_subprotocol(open_tab: Open, token: str, agent: User) -> None:
    tab = await open_tab(protocols=["bearer", token])
    assert (await tab.next("ready"))["user"] == str(agent.pk)
    assert tab.subprotocol == "bearer", "a browser refuses an answer that names none, and the token is no name"


def a_refresh_token(user: User, organization: Organization) -> str:
    return str(session_of(user, organization)["refresh"])


def an_expired_token(user: User, organization: Organization) -> str:
    return aged(token_of(user, organization), -1)


def a_forged_token(user: User, organization: Organization) -> str:
    head, _, signature = token_of(user, organization).split(".")
    _, payload, _ = token_of(make_member(organization), organization).split(".")
    return f"{head}.{payload}.{signature}"


def a_token_of_somebody_let_go(user: User, organization: Organization) -> str:
    token = token_of(user, organization)
    accounts.set_member_active(organization_id=organization.pk, user_id=user.pk, active=False)
    return token


def a_token_of_somebody_switched_off(user: User, organization: Organization) -> str:
    token = token_of(user, organization)
    accounts.set_user_active(user=user, active=False)
    return token


def a_token_of_an_organization_that_is_closed(user: User, organization: Organization) -> str:
    token = token_of(user, organization)
    close(organization)
    return token


def close(organization: Organization) -> None:
    with all_organizations("the installation closes an organization"):
        Organization.objects.filter(pk=organization.pk).update(is_active=False)


def a_token_whose_sign_in_has_ended(user: User, organization: Organization) -> str:
    access = access_of(user, organization)
    token = token_of(user, organization)
    accounts.logout(access=access)
    other = AccessToken(token)  # type: ignore[arg-type]
    other["sid"] = str(access.session_id)
    return str(other)


@pytest.mark.parametrize("by_subprotocol", [False, True])
@pytest.mark.parametrize(
    ("make_token", "code"),
    [
        (lambda *_: "garbage", "token_invalid"),
        (lambda *_: "", "token_invalid"),
        (lambda *_: "ey" * 5_000, "token_invalid"),
        (a_refresh_token, "token_invalid"),
        (a_forged_token, "token_invalid"),
        (an_expired_token, "token_expired"),
        (a_token_of_somebody_let_go, "signed_out"),
        (a_token_of_somebody_switched_off, "signed_out"),
        (a_token_of_an_organization_that_is_closed, "signed_out"),
        (a_token_whose_sign_in_has_ended, "signed_out"),
    ],
)
async def test_nobody_gets_in_with(
    open_tab: Open,
    agent: User,
    organization: Organization,
    make_token: Callable[..., str],
    code: str,
    by_subprotocol: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    token = await beside(make_token, agent, organization)
    tab = await open_tab(protocols=["bearer", token] if by_subprotocol else None)
    if not by_subprotocol:
        await tab.say("auth", token=token)
    assert await tab.closed() == (1008, code)
    assert [(frame["type"], frame["code"]) for frame in tab.frames] == [("error", code)]
    told = [record.msg for record in caplog.records if "socket_refused" in str(record.msg)]
    assert [(each["reason"], each["client"]) for each in told] == [(code, tab.address)]  # type: ignore[index]
    assert not token or token not in "\n".join(map(str, (each.__dict__ for each in caplog.records)))


@pytest.mark.parametrize("value", [None, 5, True, {"a": 1}, [], "\ud800"])
async def test_a_token_is_a_text(open_tab: Open, value: Any) -> None:
    tab = await open_tab()
    await tab.say("auth", token=value)
    assert await tab.closed() == (1008, "token_invalid")


async def test_whoever_says_nothing_is_let_go(open_tab: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "AUTH_SECONDS", 0.2)
    tab = await open_tab()
    await tab.say("ping", at=1)  # this is no sign-in
    assert await tab.closed(patience=2) == (1008, "auth_timeout")
    assert [frame["type"] for frame in tab.frames] == ["pong", "error"]


async def test_a_slow_database_is_not_the_clients_fault(
    open_tab: Open, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "AUTH_SECONDS", 0.3)
    look = consumers._access_of_token

    async def look_slowly(token: str) -> Any:
        await asyncio.sleep(0.5)
        return await look(token)

    monkeypatch.setattr(consumers, "_access_of_token", look_slowly)
    await (await open_tab()).sign_in(token)


async def test_the_first_frame_is_auth(open_tab: Open) -> None:
    tab = await open_tab()
    await tab.say("resume", after=0)
    assert await tab.closed() == (1008, "auth_required")


async def test_a_role_that_sees_no_conversations_has_no_inbox(
    open_tab: Open, viewer: User, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await beside(token_of, viewer, organization)
    await (await open_tab()).sign_in(token)
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"contacts.view"}))
    tab = await open_tab()
    await tab.say("auth", token=token)
    assert await tab.closed() == (1008, "forbidden")


async def test_an_address_that_connects_too_often_waits(
    open_tab: Open, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "CONNECTIONS_BURST", 3)
    monkeypatch.setattr(consumers, "CONNECTIONS_A_SECOND", 0.05)
    address = f"test {uuid4()}"
    for _ in range(3):
        await (await open_tab(address=address)).sign_in(token)
    tab = await open_tab(address=address, protocols=["bearer", token])
    assert await tab.closed() == (1008, "too_many_connections")
    await open_tab(token, address=f"another {uuid4()}")
    monkeypatch.setattr(consumers, "CONNECTIONS_A_SECOND", 20)
    await asyncio.sleep(0.1)
    await open_tab(token, address=address)


async def test_no_token_is_ever_logged(
    open_tab: Open, token: str, other_token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tab = await open_tab(protocols=["bearer", token])
    await tab.say("token", token=token)
    await tab.so_far()
    await tab.say("token", token=other_token)
    await tab.closed()
    text = "\n".join(str(record.__dict__) for record in caplog.records)
    assert "socket_refused" in text
    for secret in (token, other_token):
        assert secret not in text
        assert secret.rpartition(".")[2] not in text


# --- and for how long ---------------------------------------------------------------------------------------------


async def test_the_end_of_the_token_is_the_end_of_the_socket(open_tab: Open, token: str) -> None:
    tab = await open_tab(aged(token, 2))
    assert await tab.closed(patience=5) == (1008, "token_expired")


async def test_a_fresh_token_keeps_the_socket_alive(open_tab: Open, token: str) -> None:
    tab = await open_tab(aged(token, 2))
    await tab.say("token", token=aged(token, 4))
    await tab.say("token", token=token)
    await asyncio.sleep(4.3)
    assert await tab.so_far("error") == []


async def test_only_the_last_token_counts(open_tab: Open, token: str) -> None:
    tab = await open_tab(token)
    await tab.say("token", token=aged(token, 2))
    assert await tab.closed(patience=5) == (1008, "token_expired")


async def test_somebody_elses_token_ends_it(
    open_tab: Open, agent: User, organization: Organization, token: str, other_token: str
) -> None:
    boreal = await beside(make_organization, "Boreal")
    await beside(make_member, boreal, email=agent.email)
    for foreign in (other_token, await beside(token_of, agent, boreal)):
        tab = await open_tab(token)
        await tab.say("token", token=foreign)
        await tab.say("resume", after=0)
        assert await tab.closed() == (1008, "token_invalid")
        assert [frame["type"] for frame in tab.frames if frame["type"] != "presence"] == ["error"]


async def test_after_the_refusal_nothing_goes_in_or_out(
    open_tab: Open, organization: Organization, token: str, conversation: Conversation
) -> None:
    tab, witness = await open_tab(token), await open_tab(token)
    await tab.say("token", token="nonsense")
    await tab.closed()
    tab.frames.clear()
    await tab.say("subscribe", conversation=str(conversation.pk))
    await happen(organization, 1)
    await witness.next("event")
    await witness.say("subscribe", conversation=str(conversation.pk))
    await witness.next("viewing")
    assert tab.communicator.output_queue.empty()
    assert len(feeds.hub()._feeds[organization.pk].subscribers) == 1, "the refused one is not served any more"


async def test_signing_out_closes_the_socket_at_once(
    open_tab: Open, agent: User, organization: Organization, token: str
) -> None:
    tab, stays = await open_tab(token), await open_tab(await beside(token_of, agent, organization))
    await beside(sign_out, token)
    assert await tab.closed(patience=2) == (1008, "signed_out")
    assert await stays.so_far("error") == [], "the other sign-in of the same person goes on"


def sign_out(token: str) -> None:
    accounts.logout(access=consumers.access_of_token(token))


async def test_signing_out_in_the_moment_of_signing_in_closes_it_too(
    open_tab: Open, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = consumers._access_of_token

    async def sign_out_after_the_first_look(token: str) -> Any:
        monkeypatch.setattr(consumers, "_access_of_token", look)
        access = await look(token)
        await beside(accounts.logout, access=access)
        return access

    monkeypatch.setattr(consumers, "_access_of_token", sign_out_after_the_first_look)
    tab = await open_tab()
    await tab.say("auth", token=token)
    assert await tab.closed() == (1008, "signed_out")
    assert [frame["type"] for frame in tab.frames] == ["error"]


async def test_the_sign_in_whose_token_was_sent_last_is_the_one_that_counts(
    open_tab: Open, agent: User, organization: Organization, token: str
) -> None:
    second = await beside(token_of, agent, organization)
    tab = await open_tab(token)
    await tab.say("token", token=second)
    await tab.so_far()
    await beside(sign_out, token)
    await asyncio.sleep(0.2)
    assert await tab.so_far("error") == []
    await beside(sign_out, second)
    assert await tab.closed(patience=2) == (1008, "signed_out")


async def test_a_stolen_refresh_token_ends_the_sign_in_and_its_sockets(
    open_tab: Open, agent: User, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await beside(session_of, agent, organization)
    tab = await open_tab(str(session["access"]))
    monkeypatch.setattr(accounts, "REUSE_GRACE", timedelta(0))
    await beside(accounts.refresh, token=str(session["refresh"]))
    with pytest.raises(accounts.TokenInvalid):
        await beside(accounts.refresh, token=str(session["refresh"]))
    assert await tab.closed(patience=2) == (1008, "token_reused")


async def test_whoever_is_let_go_by_one_organization_keeps_the_other(
    open_tab: Open, agent: User, organization: Organization, token: str
) -> None:
    boreal = await beside(make_organization, "Boreal")
    await beside(make_member, boreal, email=agent.email)
    tab, elsewhere = await open_tab(token), await open_tab(await beside(token_of, agent, boreal))
    await beside(accounts.set_member_active, organization_id=organization.pk, user_id=agent.pk, active=False)
    assert await tab.closed(patience=2) == (1008, "deactivated")
    assert await elsewhere.so_far("error") == []


async def test_a_user_who_is_switched_off_loses_every_socket(
    open_tab: Open, agent: User, organization: Organization, token: str
) -> None:
    tabs = [await open_tab(token), await open_tab(await beside(token_of, agent, organization))]
    await beside(accounts.set_user_active, user=agent, active=False)
    assert [await tab.closed(patience=2) for tab in tabs] == [(1008, "deactivated")] * 2


async def test_what_nobody_told_is_found_by_looking_again(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RENEW_SECONDS", 0.1)
    tab = await open_tab(token)
    await beside(close, organization)
    assert await tab.closed(patience=3) == (1008, "signed_out")


async def test_an_open_socket_follows_the_role(
    open_tab: Open, viewer: User, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RENEW_SECONDS", 0.1)
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"conversations.view"}))
    tab = await open_tab(await beside(token_of, viewer, organization))
    await beside(tell, organization, NumberStatusChanged(organization_id=organization.pk, number_id=NOBODY, status="1"))
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"conversations.view", "numbers.view"}))
    await asyncio.sleep(0.8)
    await beside(tell, organization, NumberStatusChanged(organization_id=organization.pk, number_id=NOBODY, status="2"))
    assert (await tab.next("event"))["data"]["status"] == "2"
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"numbers.view"}))
    assert await tab.closed(patience=3) == (1008, "forbidden")


# --- frames -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0, 1764000000.25, "text", None, {"any": ["thing"]}, "\ud800"])
async def test_a_ping_is_answered_with_its_own_time(open_tab: Open, token: str, at: Any) -> None:
    for tab in (await open_tab(), await open_tab(token)):
        await tab.say("ping", at=at)
        assert await tab.next("pong") == {"type": "pong", "at": at}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", "not_json"),
        ("[]", "not_json"),
        ('"ping"', "not_json"),
        ("null", "not_json"),
        ('{"type":"ping","at":NaN}', "not_json"),
        ('{"type":"ping","at":' + "9" * 5_000 + "}", "not_json"),
        ("[" * 5_000, "not_json"),
        (b'{"type":"ping"}', "not_json"),
        (json.dumps({"type": "ping", "at": "x" * 66_000}), "too_large"),
    ],
)
async def test_what_is_no_frame_ends_it(open_tab: Open, token: str, message: str | bytes, code: str) -> None:
    tab = await open_tab(token)
    await tab.say_raw(message)
    assert await tab.closed() == (1008, code)


@pytest.mark.parametrize("kind", ["dance", "", None, 5, [], {}, ["ping"], "passing.frame", "access.ended", "resume "])
async def test_an_unknown_frame_is_said_to_be_one(open_tab: Open, token: str, kind: Any) -> None:
    tab = await open_tab(token)
    await tab.say(kind, frame={}, code="x")
    assert (await tab.next("error"))["code"] == "unknown_type"
    assert await tab.so_far("error") == []


async def test_too_many_frames_at_once_end_it(open_tab: Open, token: str) -> None:
    tab = await open_tab(token)
    for n in range(consumers.FRAMES_BURST + 5):
        await tab.say("ping", at=n)
    assert await tab.closed() == (1008, "too_many_frames")


async def test_as_many_frames_as_a_person_makes_are_fine(
    open_tab: Open, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "FRAMES_BURST", 5)
    tab = await open_tab(token)
    for n in range(25):
        await tab.say("ping", at=n)
        await asyncio.sleep(0.06)
    assert await tab.so_far("error") == []


@pytest.mark.parametrize("after", [-1, "1", None, True, 1.5, [], {}])
async def test_one_resumes_after_a_number(open_tab: Open, token: str, after: Any) -> None:
    tab = await open_tab(token)
    await tab.say("resume", after=after)
    assert (await tab.next("error"))["code"] == "invalid"
    assert await tab.so_far("event", "start_over") == []


# --- facts --------------------------------------------------------------------------------------------------------


def numbers(frames: list[Frame]) -> list[tuple[int, int]]:
    return [(frame["previous"], frame["number"]) for frame in frames]


async def events_until(tab: Browser, last: int) -> list[Frame]:
    found: list[Frame] = []
    while not found or found[-1]["number"] < last:
        found.append(await tab.next("event"))
    return found


async def head_of(organization: Organization) -> int:
    def look() -> int:
        with organization_scope(organization):
            return log.last_number(organization.pk)

    return await beside(look)


async def test_facts_come_in_order_and_each_names_the_one_before(
    open_tab: Open, organization: Organization, token: str
) -> None:
    tab = await open_tab()
    first = (await tab.sign_in(token))["number"]
    await happen(organization, 10, 20, 30)
    events = await events_until(tab, first + 3)
    assert numbers(events) == [(first, first + 1), (first + 1, first + 2), (first + 2, first + 3)]
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
    assert numbers(events) == [(last, last + 1), (last + 1, last + 2), (last + 2, last + 3)]
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


@pytest.mark.parametrize("after", [0, 2, 50, 2**31, 10**30])
async def test_whoever_asks_for_what_is_not_there_any_more_or_not_yet_starts_over(
    open_tab: Open, organization: Organization, token: str, after: int
) -> None:
    await happen(organization, *range(5))
    head = await head_of(organization)
    await beside(forget, organization, head - 2)
    tab = await open_tab(token)
    await tab.say("resume", after=after)
    assert await tab.next("start_over") == {"type": "start_over", "number": head}
    await happen(organization, 6)
    assert numbers([await tab.next("event")]) == [(head, head + 1)]


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
    assert numbers(await tab.so_far("event", "start_over")) == [(head - 2, head - 1), (head - 1, head)]


async def test_a_fact_that_a_viewer_may_not_know_leaves_no_gap(
    open_tab: Open, viewer: User, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"conversations.view"}))
    agents, viewers = await open_tab(token), await open_tab(await beside(token_of, viewer, organization))
    first = await head_of(organization)
    secret = NumberStatusChanged(organization_id=organization.pk, number_id=NOBODY, status="held")
    await beside(tell, organization, fact(organization, 1), secret, secret, fact(organization, 2))
    assert numbers(await events_until(agents, first + 4)) == [(first + n, first + n + 1) for n in range(4)]
    assert numbers(await events_until(viewers, first + 4)) == [(first, first + 1), (first + 1, first + 4)]
    for after, seen in ((first, [(first, first + 1), (first + 1, first + 4)]), (first + 2, [(first + 2, first + 4)])):
        await viewers.say("resume", after=after)
        assert numbers(await viewers.so_far("event")) == seen


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
    event = await tab.next("event", patience=3)
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
    await tab.next("event", patience=2)


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
    await tab.next("event", patience=3)
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
    await new.next("event", patience=2)


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

WRITERS, FACTS_EACH = 8, 60


def write(organization: Organization, writer: int) -> None:
    for turn in range(FACTS_EACH):
        secret = NumberStatusChanged(organization_id=organization.pk, number_id=NOBODY, status=f"{writer}/{turn}")
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
    head = await head_of(organization)
    tab = await new_tab()
    await reader.read(tab, token, until=lambda: reader.last >= head)
    await tab.leave()
    return reader


def facts_of_the_log(organization: Organization, kind: str) -> list[tuple[int, int]]:
    with organization_scope(organization):
        rows = LogEntry.objects.for_organization(organization).filter(kind=kind, payload__conversation_id=str(NOBODY))
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


@pytest.mark.parametrize("stays", [False, True])
async def test_beside_eight_writers_nothing_is_missed_or_doubled(
    open_tab: Open, viewer: User, organization: Organization, stays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"conversations.view"}))
    token = await beside(token_of, viewer, organization)
    first = await head_of(organization)
    reader = await read_beside_writers(organization, token, open_tab, stays=stays)
    check(reader, await beside(facts_of_the_log, organization, "messaging.ConversationRead"), first)
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


# --- passing things -----------------------------------------------------------------------------------------------


async def watch(tab: Browser, conversation: Conversation | str) -> list[str]:
    """Who is looking, by name, when we come."""
    named = conversation if isinstance(conversation, str) else str(conversation.pk)
    await tab.say("subscribe", conversation=named)
    return [user["name"] for user in (await tab.next("viewing"))["users"]]


async def test_colleagues_see_who_looks_and_who_has_gone(
    open_tab: Open, conversation: Conversation, token: str, other_token: str
) -> None:
    tab, other = await open_tab(token), await open_tab(other_token)
    assert await watch(tab, conversation) == ["Ana Souza"]
    assert await watch(other, conversation) == ["Ana Souza", "Bruno Dias"]
    seen = await tab.next("viewing")
    assert seen["conversation"] == str(conversation.pk)
    assert {user["id"] for user in seen["users"]} == {user_of(token), user_of(other_token)}
    await other.say("unsubscribe", conversation=str(conversation.pk))
    assert [user["name"] for user in (await tab.next("viewing"))["users"]] == ["Ana Souza"]
    await watch(other, conversation)
    await tab.next("viewing")
    await other.leave()
    assert [user["name"] for user in (await tab.next("viewing"))["users"]] == ["Ana Souza"]


async def test_two_tabs_of_one_person_are_one_viewer_until_both_are_gone(
    open_tab: Open, conversation: Conversation, token: str, other_token: str
) -> None:
    watcher = await open_tab(other_token)
    tabs = [await open_tab(token), await open_tab(token)]
    await watch(watcher, conversation)
    for tab in tabs:
        assert await watch(tab, conversation) == ["Ana Souza", "Bruno Dias"]
        await watcher.next("viewing")
    await tabs[0].leave()
    assert len((await watcher.next("viewing"))["users"]) == 2
    await tabs[1].leave()
    assert [user["name"] for user in (await watcher.next("viewing"))["users"]] == ["Bruno Dias"]


async def test_typing_is_seen_by_those_who_look_and_by_nobody_else(
    open_tab: Open, conversation: Conversation, token: str, other_token: str
) -> None:
    tab, other, elsewhere = await open_tab(token), await open_tab(other_token), await open_tab(other_token)
    await watch(tab, conversation)
    await watch(other, conversation)
    for on in (True, False):
        await tab.say("typing", conversation=str(conversation.pk), on=on)
        seen = {"type": "typing", "conversation": str(conversation.pk), "user": user_of(token), "name": "Ana Souza"}
        assert await other.next("typing") == seen | {"on": on}
    assert await tab.so_far("typing") == []
    assert await elsewhere.so_far("typing", "viewing") == []
    await other.say("unsubscribe", conversation=str(conversation.pk))
    await other.so_far()
    await tab.say("typing", conversation=str(conversation.pk), on=True)
    await tab.so_far()
    assert await other.so_far("typing") == []


async def test_whoever_does_not_look_does_not_type(open_tab: Open, conversation: Conversation, token: str) -> None:
    tab = await open_tab(token)
    await tab.say("typing", conversation=str(conversation.pk), on=True)
    assert (await tab.next("error"))["code"] == "not_subscribed"


async def test_another_organizations_conversation_is_not_there(
    open_tab: Open, conversation: Conversation, organization: Organization, token: str
) -> None:
    boreal = await beside(make_organization, "Boreal")
    theirs = await open_tab(await beside(token_of, await beside(make_member, boreal), boreal))
    tab = await open_tab(token)
    await watch(tab, conversation)
    await theirs.say("subscribe", conversation=str(conversation.pk))
    assert (await theirs.next("error"))["code"] == "not_found"
    await theirs.say("typing", conversation=str(conversation.pk), on=True)
    assert (await theirs.next("error"))["code"] == "not_subscribed"
    await tab.say("typing", conversation=str(conversation.pk), on=True)
    await tab.so_far()
    assert await theirs.so_far("typing", "viewing") == []
    people = {frame["user"] for frame in await theirs.so_far("presence")}
    assert user_of(token) not in people
    assert await tab.so_far("typing", "viewing", "presence") == []


@pytest.mark.parametrize("named", [None, 7, "", "x", "*", [], {"a": 1}, str(uuid4()), "conversation." + "x" * 200])
async def test_what_is_no_conversation_is_not_found(open_tab: Open, token: str, named: Any) -> None:
    tab = await open_tab(token)
    await tab.say("subscribe", conversation=named)
    assert (await tab.next("error"))["code"] == "not_found"
    await tab.say("unsubscribe", conversation=named)
    await tab.say("typing", conversation=named)
    assert (await tab.next("error"))["code"] == "not_subscribed"


async def test_a_conversation_is_the_same_in_every_spelling(
    open_tab: Open, conversation: Conversation, token: str, other_token: str
) -> None:
    tab, other = await open_tab(token), await open_tab(other_token)
    await watch(tab, "{" + str(conversation.pk).upper() + "}")
    assert await watch(other, conversation.pk.hex) == ["Ana Souza", "Bruno Dias"]
    await tab.say("typing", conversation=conversation.pk.urn, on=True)
    assert (await other.next("typing"))["conversation"] == str(conversation.pk)


async def test_only_so_many_conversations_are_watched(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "SUBSCRIPTIONS", 2)
    made = [await beside(make_conversation, organization) for _ in range(3)]
    tab = await open_tab(token)
    for conversation in made[:2]:
        await watch(tab, conversation)
    await tab.say("subscribe", conversation=str(made[2].pk))
    assert (await tab.next("error"))["code"] == "too_many_subscriptions"
    await watch(tab, made[0])
    await tab.say("unsubscribe", conversation=str(made[0].pk))
    await watch(tab, made[2])


async def test_presence_is_of_a_person_and_not_of_a_tab(
    open_tab: Open, organization: Organization, token: str, other_token: str
) -> None:
    watcher = await open_tab(other_token)
    me, them = user_of(token), user_of(other_token)
    assert await watcher.so_far("presence") == [{"type": "presence", "user": them, "status": "online"}]
    first = await open_tab(token)
    assert await watcher.next("presence") == {"type": "presence", "user": me, "status": "online"}
    second = await open_tab(token)
    here = await second.so_far("presence")
    assert {(frame["user"], frame["status"]) for frame in here} == {(me, "online"), (them, "online")}
    await first.leave()
    assert await watcher.so_far("presence") == [], "one tab is left"
    await second.leave()
    assert await watcher.next("presence") == {"type": "presence", "user": me, "status": "offline"}
    assert await presence.online(organization.pk) == [them]


async def test_whoever_died_without_a_word_is_gone_after_a_while(
    open_tab: Open,
    organization: Organization,
    conversation: Conversation,
    agent: User,
    other_token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumers, "RENEW_SECONDS", 0.2)
    monkeypatch.setattr(presence, "PRESENCE_SECONDS", 1)
    await presence.come(organization.pk, agent.pk, "of a process that was killed")
    await presence.look(str(conversation.pk), agent.pk, "Ana Souza", "of a process that was killed")
    tab = await open_tab(other_token)
    assert (await tab.next("presence", user=str(agent.pk)))["status"] == "online"
    assert await watch(tab, conversation) == ["Ana Souza", "Bruno Dias"]
    assert (await tab.next("presence", user=str(agent.pk), patience=4))["status"] == "offline"
    assert [user["name"] for user in (await tab.next("viewing", patience=4))["users"]] == ["Bruno Dias"]
    await tab.so_far()
    await asyncio.sleep(1.5)
    assert await tab.so_far("presence", "viewing") == [], "whoever is alive says so again and again"


# --- what is left behind ------------------------------------------------------------------------------------------


def left_behind() -> tuple[Any, ...]:
    layer: Any = get_channel_layer()
    return feeds.hub()._feeds, layer.groups, consumers.connections._value.get()


@pytest.mark.parametrize("how", ["leave", "vanish", "break", "refuse"])
async def test_a_socket_leaves_nothing_behind(
    open_tab: Open,
    organization: Organization,
    conversation: Conversation,
    token: str,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumers, "RENEW_SECONDS", 0.1)
    _, _, before = left_behind()
    tab = await open_tab(token)
    await watch(tab, conversation)
    if how == "break":

        async def fail(_self: Any, _frame: Frame) -> None:
            raise ZeroDivisionError

        monkeypatch.setitem(consumers.InboxConsumer._HANDLERS, "resume", fail)
        await tab.say("resume", after=0)
        with pytest.raises(ZeroDivisionError):
            await tab.closed()
        await tab.vanish()
    elif how == "refuse":
        await tab.say("token", token="")
        await tab.closed()
        await tab.leave()
    else:
        await getattr(tab, how)()
    assert left_behind() == ({}, {}, before)
    await asyncio.sleep(0.3)
    assert await presence.online(organization.pk) == [], "nor does a timer renew it"
    assert await presence.viewers(str(conversation.pk)) == []


async def test_a_database_that_is_away_for_a_moment_ends_no_quiet_socket(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RENEW_SECONDS", 0.1)
    tab, look = await open_tab(token), consumers._access_of_token

    async def away(_token: str) -> Any:
        raise consumers.OperationalError

    monkeypatch.setattr(consumers, "_access_of_token", away)
    await asyncio.sleep(0.6)
    monkeypatch.setattr(consumers, "_access_of_token", look)
    await happen(organization, 1)
    await tab.next("event")
    await beside(close, organization)
    assert await tab.closed(patience=3) == (1008, "signed_out"), "it is still looked after"


async def test_who_comes_while_the_database_is_away_is_asked_to_come_again(
    open_tab: Open, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_token: str) -> Any:
        raise consumers.OperationalError

    monkeypatch.setattr(consumers, "_access_of_token", away)
    tab = await open_tab()
    await tab.say("auth", token=token)
    assert await tab.closed() == (1013, "unavailable")
    tab._ended = True


# --- a real server, real sockets ----------------------------------------------------------------------------------


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Callable[..., Stack]]:
    started: list[Stack] = []

    def start(**environment: str) -> Stack:
        stack = Stack(tmp_path, **environment)
        started.append(stack)
        stack.start_web()
        return stack

    yield start
    for stack in started:
        stack.stop()


async def refusal_of(tab: RealTab) -> tuple[int, str, list[str]]:
    code, reason = await tab.closed()
    return code, reason, [frame["code"] for frame in tab.frames if frame["type"] == "error"]


@pytest.mark.timeout(180)
async def test_through_daphne(
    server: Callable[..., Stack],
    organization: Organization,
    agent: User,
    conversation: Conversation,
    token: str,
    other_token: str,
) -> None:
    stack = await asyncio.to_thread(lambda: server(LOG_LEVEL="DEBUG"))
    silent = await RealTab(stack.web).open()
    by_frame, by_protocol = await RealTab(stack.web).open(), await RealTab(
        stack.web, protocols=["bearer", other_token]
    ).open()  # fmt: skip
    ready = await by_frame.sign_in(token)
    await by_protocol.next("ready")
    assert by_protocol.subprotocol == "bearer"

    await happen(organization, 1)
    assert [(await tab.next("event"))["number"] for tab in (by_frame, by_protocol)] == [ready["number"] + 1] * 2
    assert await watch(by_frame, conversation) == ["Ana Souza"]
    assert await watch(by_protocol, conversation) == ["Ana Souza", "Bruno Dias"]
    await by_protocol.say("typing", conversation=str(conversation.pk), on=True)
    assert (await by_frame.next("typing"))["name"] == "Bruno Dias"

    garbage = await RealTab(stack.web, protocols=["bearer", "garbage"]).open()
    assert await refusal_of(garbage) == (1008, "token_invalid", ["token_invalid"])
    large = await RealTab(stack.web).open()
    await large.sign_in(token)
    await large.say("ping", at="x" * 100_000)
    assert await refusal_of(large) == (1008, "too_large", ["too_large"])
    huge = await RealTab(stack.web).open()
    await huge.say("ping", at="x" * 2_000_000)
    assert (await huge.closed())[0] in (1006, 1009), "the server itself takes no more than a megabyte"
    with pytest.raises(websockets.InvalidStatus, match="403"):
        await websockets.connect(stack.web.replace("http", "ws", 1) + "/ws/elsewhere/")

    await beside(sign_out, token)
    assert await refusal_of(by_frame) == (1008, "signed_out", ["signed_out"])
    await by_protocol.next("presence", user=user_of(token), status="offline")
    assert await refusal_of(silent) == (1008, "auth_timeout", ["auth_timeout"])
    await by_protocol.leave()

    output = stack.output()
    assert "Traceback" not in output, output
    assert output.count("socket_refused") == 4
    for secret in (token, other_token):
        assert secret.rpartition(".")[2] not in output


@pytest.mark.timeout(180)
async def test_through_daphne_beside_eight_writers(
    server: Callable[..., Stack], organization: Organization, viewer: User
) -> None:
    stack = await asyncio.to_thread(server)
    token = await beside(token_of, viewer, organization)

    async def new_tab() -> Browser:
        return await RealTab(stack.web).open()

    first = await head_of(organization)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(consumers, "FRAMES_BURST", 1000)
        reader = await read_beside_writers(organization, token, new_tab, stays=False)
    seen = [frame for frame in reader.taken if frame["kind"] == "messaging.ConversationRead"]
    written = await beside(facts_of_the_log, organization, "messaging.ConversationRead")
    assert [(frame["number"], frame["data"]["unread_count"]) for frame in seen] == written
    assert [frame["number"] for frame in reader.taken] == list(range(first + 1, reader.last + 1))
    assert [previous for previous, _ in reader.chain] == list(range(first, reader.last))


@pytest.mark.timeout(180)
async def test_an_open_socket_outlives_redis_and_postgresql(
    server: Callable[..., Stack], organization: Organization, conversation: Conversation, token: str, other_token: str
) -> None:
    with line_to_redis() as to_redis, line_to_postgres() as to_postgres:
        stack = await asyncio.to_thread(lambda: server(REDIS_URL=to_redis.url, DATABASE_URL=to_postgres.url))
        tab = await RealTab(stack.web).open()
        await tab.sign_in(token)
        await tab.so_far()

        to_redis.cut()
        await happen(organization, 1)
        assert (await tab.next("event"))["data"]["unread_count"] == 1
        await tab.say("subscribe", conversation=str(conversation.pk))
        assert (await tab.next("error"))["code"] == "unavailable"
        with pytest.raises(websockets.InvalidHandshake):
            await RealTab(stack.web).open()
        to_redis.mend()

        to_postgres.cut()
        await happen(organization, 2)
        await asyncio.sleep(1)
        to_postgres.mend()
        assert (await tab.next("event"))["data"]["unread_count"] == 2

        other = await comes_again(stack, other_token)
        await watch(other, conversation)
        await watch(tab, conversation)
        await tab.say("typing", conversation=str(conversation.pk), on=True)
        assert (await other.next("typing"))["on"] is True
        await beside(sign_out, token)
        assert await tab.closed(patience=5) == (1008, "signed_out")
        await other.leave()


async def comes_again(stack: Stack, token: str) -> RealTab:
    """As the web app does, until it is let in."""
    async with asyncio.timeout(20):
        while True:
            with suppress(websockets.InvalidHandshake, Closed):
                tab = await RealTab(stack.web).open()
                await tab.sign_in(token)
                return tab
            await asyncio.sleep(0.3)
