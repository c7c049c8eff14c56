"""Typing, viewing and presence: of colleagues, and of nobody else."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from channels.layers import get_channel_layer

from apps.accounts.models import Organization, User
from apps.messaging import consumers, presence
from apps.messaging.models import Conversation
from tests.conftest import commits, make_conversation, make_member, make_organization, token_of
from tests.messaging.sockets import Open, beside, user_of, watch

pytestmark = [commits, pytest.mark.usefixtures("nothing_is_pending")]


# --- passing things -----------------------------------------------------------------------------------------------


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


async def test_what_is_on_its_way_when_one_leaves_does_not_bring_one_back(
    open_tab: Open, conversation: Conversation, token: str
) -> None:
    tab = await open_tab(token)
    await watch(tab, conversation)
    layer: Any = get_channel_layer()
    [channel] = layer.groups[f"asgi__group__conversation.{conversation.pk}"]
    await tab.say("unsubscribe", conversation=str(conversation.pk))
    await tab.so_far()
    late = {"type": "viewing", "conversation": str(conversation.pk), "users": []}
    await layer.send(channel, {"type": "passing.frame", "from": "another", "frame": late})
    await tab.so_far()
    await tab.say("typing", conversation=str(conversation.pk), on=True)
    assert (await tab.next("error"))["code"] == "not_subscribed"


async def test_what_is_no_conversation_is_not_found(open_tab: Open, token: str) -> None:
    tab = await open_tab(token)
    for named in (None, 7, "", "x", "*", [], {"a": 1}, str(uuid4()), "conversation." + "x" * 200):
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
    monkeypatch.setattr(presence, "PRESENCE_SECONDS", 2)
    await presence.come(organization.pk, agent.pk, "of a process that was killed")
    await presence.look(str(conversation.pk), agent.pk, "Ana Souza", "of a process that was killed")
    tab = await open_tab(other_token)
    assert (await tab.next("presence", user=str(agent.pk)))["status"] == "online"
    assert await watch(tab, conversation) == ["Ana Souza", "Bruno Dias"]
    assert (await tab.next("presence", user=str(agent.pk)))["status"] == "offline"
    assert [user["name"] for user in (await tab.next("viewing"))["users"]] == ["Bruno Dias"]
    await tab.so_far()
    await asyncio.sleep(2.2)
    assert await tab.so_far("presence", "viewing") == [], "whoever is alive says so again and again"
