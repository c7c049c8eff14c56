"""The agents' socket on a real server, by real connections."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import websockets

from apps.accounts.models import Organization, User
from apps.messaging import consumers
from apps.messaging.models import Conversation
from tests.conftest import commits, token_of
from tests.messaging.eight_writers import facts_of_the_log, read_beside_writers
from tests.messaging.sockets import Browser, Closed, RealTab, beside, happen, head_of, sign_out, user_of, watch
from tests.outage import line_to_postgres, line_to_redis
from tests.stack import Stack

pytestmark = [commits, pytest.mark.usefixtures("nothing_is_pending")]


# --- a real server, real sockets ----------------------------------------------------------------------------------


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
    written = await beside(facts_of_the_log, organization)
    assert [(frame["number"], frame["data"]["unread_count"]) for frame in seen] == written
    assert [frame["number"] for frame in reader.taken] == list(range(first + 1, reader.last + 1))
    assert [previous for previous, _ in reader.chain] == list(range(first, reader.last))


async def next_read(tab: RealTab) -> dict[str, Any]:
    """The next fact that was made to happen: who is online is told, too."""
    while (frame := await tab.next("event"))["kind"] != "messaging.ConversationRead":
        pass
    return dict(frame["data"])


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
        assert (await next_read(tab))["unread_count"] == 1
        await tab.say("subscribe", conversation=str(conversation.pk))
        assert (await tab.next("error"))["code"] == "unavailable"
        with pytest.raises(websockets.InvalidHandshake):
            await RealTab(stack.web).open()
        to_redis.mend()

        to_postgres.cut()
        await happen(organization, 2)
        await asyncio.sleep(1)
        to_postgres.mend()
        assert (await next_read(tab))["unread_count"] == 2

        other = await comes_again(stack, other_token)
        await watch(other, conversation)
        await watch(tab, conversation)
        await tab.say("typing", conversation=str(conversation.pk), on=True)
        assert (await other.next("typing"))["on"] is True
        await beside(sign_out, token)
        assert await tab.closed() == (1008, "signed_out")
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
