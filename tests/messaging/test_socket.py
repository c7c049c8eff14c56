"""The agents' socket: who is let in and for how long, what is a frame, and what is left behind."""

import asyncio
import base64
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from channels.layers import get_channel_layer
from rest_framework_simplejwt.tokens import AccessToken

from apps.accounts import services as accounts
from apps.accounts.models import Organization, User
from apps.accounts.roles import PERMISSIONS
from apps.accounts.services import organizations, sign_in
from apps.core.errors import TokenInvalid
from apps.core.tenancy import organization_scope
from apps.messaging import consumers, feeds, presence
from apps.messaging.models import Conversation
from apps.whatsapp.events import NumberStatusChanged
from tests.conftest import access_of, client_of, commits, make_member, make_organization, session_of, token_of
from tests.messaging.sockets import NOBODY, Frame, Open, aged, beside, close, happen, sign_out, tell, watch

pytestmark = [commits, pytest.mark.usefixtures("nothing_is_pending", "no_statuses")]


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


def garbage(*_: Any) -> str:
    return "ey" * 5_000


def nothing(*_: Any) -> str:
    return ""


def a_refresh_token(user: User, organization: Organization) -> str:
    return str(session_of(user, organization)["refresh"])


def an_expired_token(user: User, organization: Organization) -> str:
    return aged(token_of(user, organization), -1)


def a_forged_token(user: User, organization: Organization) -> str:
    head, _, signature = token_of(user, organization).split(".")
    _, payload, _ = token_of(make_member(organization), organization).split(".")
    return f"{head}.{payload}.{signature}"


def an_unsigned_token(user: User, organization: Organization) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{head}.{token_of(user, organization).split('.')[1]}."


def a_programs_key(user: User, organization: Organization) -> str:
    return "pk_0123456789ab_" + "x" * 43


def a_token_of_somebody_who_owes_a_second_factor(user: User, organization: Organization) -> str:
    token = token_of(user, organization)
    organization.settings["security"] = {"require_second_factor": True}
    with organization_scope(organization):
        organization.save(update_fields=["settings"])
    return token


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
        (garbage, "token_invalid"),
        (nothing, "token_invalid"),
        (a_refresh_token, "token_invalid"),
        (a_forged_token, "token_invalid"),
        (an_unsigned_token, "token_invalid"),
        (a_programs_key, "token_invalid"),
        (a_token_of_somebody_who_owes_a_second_factor, "mfa_enrollment_required"),
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


async def test_a_token_is_a_text(open_tab: Open) -> None:
    for value in (None, 5, True, {"a": 1}, [], "\ud800"):
        tab = await open_tab()
        await tab.say("auth", token=value)
        assert await tab.closed() == (1008, "token_invalid")


async def test_whoever_says_nothing_is_let_go(open_tab: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "AUTH_SECONDS", 0.2)
    tab = await open_tab()
    await tab.say("ping", at=1)  # this is no sign-in
    assert await tab.closed() == (1008, "auth_timeout")
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


async def test_whoever_sees_no_conversations_and_no_colleagues_hears_what_is_theirs_and_is_let_out(
    open_tab: Open, owner: User, viewer: User, organization: Organization, conversation: Conversation
) -> None:
    def change(**body: Any) -> None:
        reply = client_of(owner, organization).patch(f"/api/v1/users/{viewer.pk}/", body)
        assert reply.status_code == 200, reply.content

    def take_all() -> None:
        api = client_of(owner, organization)
        role = api.post("/api/v1/roles/", {"name": "Arquivo", "permissions": ["contacts.view"]}).json()
        change(custom_role_id=role["id"])

    tab = await open_tab(await beside(token_of, viewer, organization))
    await tab.say("subscribe", conversation=str(conversation.pk))
    await tab.next("viewing")
    await tab.so_far("presence")
    await beside(take_all)
    await tab.next("event", kind="accounts.PermissionsChanged")
    await tab.so_far()
    fresh = await open_tab(await beside(token_of, viewer, organization))
    await fresh.say("subscribe", conversation=str(conversation.pk))
    assert (await fresh.next("error"))["code"] == "not_found"
    await open_tab(await beside(token_of, owner, organization))
    await happen(organization, 1)
    for each in (tab, fresh):
        assert await each.so_far("event") == []
        assert await each.so_far("presence") == []
    await beside(accounts.set_user_active, user=viewer, active=False)
    assert [await each.closed() for each in (tab, fresh)] == [(1008, "deactivated")] * 2


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
    assert await tab.closed() == (1008, "token_expired")


async def test_a_fresh_token_keeps_the_socket_alive(open_tab: Open, token: str) -> None:
    tab = await open_tab(aged(token, 2))
    await tab.say("token", token=aged(token, 4))
    await tab.say("token", token=token)
    await asyncio.sleep(4.3)
    assert await tab.so_far("error") == []


async def test_only_the_last_token_counts(open_tab: Open, token: str) -> None:
    tab = await open_tab(token)
    await tab.say("token", token=aged(token, 2))
    assert await tab.closed() == (1008, "token_expired")


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
    assert await tab.closed() == (1008, "signed_out")
    assert await stays.so_far("error") == [], "the other sign-in of the same person goes on"


async def test_signing_out_in_the_moment_of_signing_in_closes_it_too(
    open_tab: Open, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = consumers._access_of_token

    async def sign_out_after_the_first_look(token: str) -> Any:
        monkeypatch.setattr(consumers, "_access_of_token", look)
        access, words = await look(token)
        await beside(accounts.logout, access=access)
        return access, words

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
    assert await tab.closed() == (1008, "signed_out")


async def test_a_stolen_refresh_token_ends_the_sign_in_and_its_sockets(
    open_tab: Open, agent: User, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await beside(session_of, agent, organization)
    tab = await open_tab(str(session["access"]))
    monkeypatch.setattr(sign_in, "REUSE_GRACE", timedelta(0))
    await beside(accounts.refresh, token=str(session["refresh"]))
    with pytest.raises(TokenInvalid):
        await beside(accounts.refresh, token=str(session["refresh"]))
    assert await tab.closed() == (1008, "token_reused")


async def test_whoever_is_let_go_by_one_organization_keeps_the_other(
    open_tab: Open, agent: User, organization: Organization, token: str
) -> None:
    boreal = await beside(make_organization, "Boreal")
    await beside(make_member, boreal, email=agent.email)
    tab, elsewhere = await open_tab(token), await open_tab(await beside(token_of, agent, boreal))
    await beside(accounts.set_member_active, organization_id=organization.pk, user_id=agent.pk, active=False)
    assert await tab.closed() == (1008, "deactivated")
    assert await elsewhere.so_far("error") == []


async def test_a_user_who_is_switched_off_loses_every_socket(
    open_tab: Open, agent: User, organization: Organization, token: str
) -> None:
    tabs = [await open_tab(token), await open_tab(await beside(token_of, agent, organization))]
    await beside(accounts.set_user_active, user=agent, active=False)
    assert [await tab.closed() for tab in tabs] == [(1008, "deactivated")] * 2


async def test_what_nobody_told_is_found_by_looking_again(
    open_tab: Open, organization: Organization, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RENEW_SECONDS", 0.1)
    tab = await open_tab(token)
    await beside(close, organization)
    assert await tab.closed() == (1008, "signed_out")


async def test_an_open_socket_follows_the_role(
    open_tab: Open, viewer: User, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RENEW_SECONDS", 0.1)
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"conversations.view"}))
    tab = await open_tab(await beside(token_of, viewer, organization))
    await beside(
        tell, organization, NumberStatusChanged(organization_id=organization.pk, number_id=NOBODY, status="held")
    )
    monkeypatch.setitem(PERMISSIONS, "viewer", frozenset({"conversations.view", "numbers.view"}))
    news = NumberStatusChanged(organization_id=organization.pk, number_id=NOBODY, status="error")
    async with asyncio.timeout(15):
        while not (seen := await tab.so_far("event")):
            await beside(tell, organization, news)
            await asyncio.sleep(0.1)
    assert {event["data"]["status"] for event in seen} == {"error"}


async def test_whoever_has_a_role_hears_at_once_that_it_is_another_now(
    open_tab: Open, owner: User, viewer: User, organization: Organization
) -> None:
    def give_role() -> dict[str, Any]:
        api, url = client_of(owner, organization), "/api/v1/roles/"
        role: dict[str, Any] = api.post(url, {"name": "Caixa", "permissions": ["conversations.view"]}).json()
        assert api.patch(f"/api/v1/users/{viewer.pk}/", {"custom_role_id": role["id"]}).status_code == 200
        return role

    def change_role(**body: Any) -> None:
        assert client_of(owner, organization).patch(f"/api/v1/roles/{role['id']}/", body).status_code == 200

    role = await beside(give_role)
    theirs, owners = [await open_tab(await beside(token_of, who, organization)) for who in (viewer, owner)]
    await beside(lambda: change_role(description="No balcão"))
    await beside(lambda: change_role(permissions=["conversations.view", "contacts.view"]))
    told = await theirs.next("event")
    assert (told["kind"], told["data"]) == ("accounts.PermissionsChanged", {"user_id": str(viewer.pk)})
    assert [each["kind"] for each in await theirs.so_far("event")] == []
    assert "accounts.PermissionsChanged" not in [each["kind"] for each in await owners.so_far("event")]


# --- frames -------------------------------------------------------------------------------------------------------


async def test_a_ping_is_answered_with_its_own_time(open_tab: Open, token: str) -> None:
    for tab in (await open_tab(), await open_tab(token)):
        for at in (0, 1764000000.25, "text", None, {"any": ["thing"]}, "\ud800"):
            await tab.say("ping", at=at)
            assert await tab.next("pong") == {"type": "pong", "at": at}


NO_FRAMES = [
    ("{", "not_json"),
    ("[]", "not_json"),
    ('"ping"', "not_json"),
    ("null", "not_json"),
    ('{"type":"ping","at":NaN}', "not_json"),
    ('{"type":"ping","at":' + "9" * 5_000 + "}", "not_json"),
    ("[" * 5_000, "not_json"),
    (b'{"type":"ping"}', "not_json"),
    (json.dumps({"type": "ping", "at": "x" * 66_000}), "too_large"),
]


async def test_what_is_no_frame_ends_it(open_tab: Open, token: str) -> None:
    for message, code in NO_FRAMES:
        tab = await open_tab(token)
        await tab.say_raw(message)
        assert await tab.closed() == (1008, code)


async def test_an_unknown_frame_is_said_to_be_one(open_tab: Open, token: str) -> None:
    tab = await open_tab(token)
    kinds: list[Any] = ["dance", "", None, 5, [], {}, ["ping"], "passing.frame", "access.ended", "resume "]
    for kind in kinds:
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
    monkeypatch.setattr(consumers, "FRAMES_BURST", 30)
    tab = await open_tab(token)
    for n in range(50):
        await tab.say("ping", at=n)
        await asyncio.sleep(0.06)
    assert await tab.so_far("error") == []


async def test_one_resumes_after_a_number(open_tab: Open, token: str) -> None:
    tab = await open_tab(token)
    for after in (-1, "1", None, True, 1.5, [], {}):
        await tab.say("resume", after=after)
        assert (await tab.next("error"))["code"] == "invalid"
    assert await tab.so_far("event", "start_over") == []


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
    assert await tab.closed() == (1008, "signed_out"), "it is still looked after"


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


async def test_an_organization_that_is_switched_off_loses_every_socket_and_others_none(
    open_tab: Open, owner: User, organization: Organization, token: str
) -> None:
    boreal = await beside(make_organization, "Boreal")
    neighbour = await beside(make_member, boreal)
    tabs = [await open_tab(token), await open_tab(await beside(token_of, owner, organization))]
    elsewhere = await open_tab(await beside(token_of, neighbour, boreal))
    await beside(_switch_off, organization)
    assert [await tab.closed() for tab in tabs] == [(1008, "deactivated")] * 2
    assert await elsewhere.so_far("error") == []


def _switch_off(organization: Organization) -> None:
    with organization_scope(organization):
        organizations.deactivate_organization(organization_id=organization.pk)
