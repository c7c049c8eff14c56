"""Online, away, busy, offline: what sockets tell, over several tabs, and what is left when they go."""

from typing import Any

import pytest

from apps.accounts.models import AgentStatusSpan, Organization, User
from apps.accounts.services import statuses
from apps.core.realtime import connection
from apps.core.tenancy import organization_scope
from tests.conftest import commits
from tests.messaging.sockets import Open, Tab, beside

pytestmark = [commits, pytest.mark.usefixtures("nothing_is_pending")]


@pytest.fixture(autouse=True)
def without_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statuses, "GRACE_SECONDS", 0)


def spans(organization: Organization, user: User) -> list[tuple[str, bool]]:
    """A person's statuses, in order, with whether each goes on."""
    with organization_scope(organization):
        rows = AgentStatusSpan.objects.for_organization(organization).filter(user=user).order_by("began_at", "pk")
        return [(row.status, row.ended_at is None) for row in rows]


async def settled(open_tab: Open, token: str) -> Tab:
    """A tab whose greeting is over."""
    tab = await open_tab(token)
    await tab.so_far()
    return tab


async def seen(organization: Organization, user: User) -> Any:
    return await beside(spans, organization, user)


async def test_a_person_is_online_until_the_last_of_their_tabs_has_gone(
    open_tab: Open, organization: Organization, agent: User, token: str
) -> None:
    first, second = await settled(open_tab, token), await settled(open_tab, token)
    assert await seen(organization, agent) == [("online", True)]
    await first.leave()
    await beside(statuses.settle_those_who_left)
    assert await seen(organization, agent) == [("online", True)]
    await second.leave()
    await beside(statuses.settle_those_who_left)
    assert await seen(organization, agent) == [("online", False), ("offline", True)]


async def test_who_rests_in_all_tabs_is_away(
    open_tab: Open, organization: Organization, agent: User, token: str
) -> None:
    first, second = await settled(open_tab, token), await settled(open_tab, token)
    await first.say("idle", on=True)
    await first.so_far()
    assert await seen(organization, agent) == [("online", True)]
    await second.say("idle", on=True)
    await second.so_far()
    assert await seen(organization, agent) == [("online", False), ("away", True)]
    await first.say("idle", on=False)
    await first.so_far()
    assert (await seen(organization, agent))[-1] == ("online", True)


async def test_an_emptied_redis_sends_nobody_offline(
    open_tab: Open, organization: Organization, agent: User, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statuses, "GRACE_SECONDS", 30)
    await settled(open_tab, token)
    connection().delete(f"pytake:presence:{organization.pk}")
    await beside(statuses.settle_those_who_left)
    assert await seen(organization, agent) == [("online", True)]


async def test_what_somebody_chose_stands_over_their_sockets(
    open_tab: Open, organization: Organization, agent: User, token: str
) -> None:
    def choose(status: str) -> None:
        with organization_scope(organization):
            statuses.choose_status(organization_id=organization.pk, user_id=agent.pk, status=status)

    tab = await settled(open_tab, token)
    await beside(choose, "busy")
    await tab.say("idle", on=True)
    await tab.so_far()
    assert (await seen(organization, agent))[-1] == ("busy", True)
    await beside(choose, "offline")
    assert (await seen(organization, agent))[-1] == ("offline", True)
