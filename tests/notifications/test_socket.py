"""A notice reaches the bell of an open page at once, and nobody else's."""

import asyncio

from apps.accounts.models import Organization, User
from apps.core.tenancy import organization_scope
from apps.notifications.services import notify
from tests.conftest import commits, make_member, token_of
from tests.messaging.conftest import open_tab  # noqa: F401 - a fixture
from tests.messaging.sockets import Open, beside


@commits
async def test_a_notice_reaches_an_open_tab_within_a_second_and_nobody_elses(
    open_tab: Open,  # noqa: F811
    organization: Organization,
    agent: User,
) -> None:
    def tell() -> None:
        with organization_scope(organization):
            notify(organization_id=organization.pk, kind="test", user_ids=[agent.pk], occasion="1")

    colleague = await beside(make_member, organization, role="owner")
    mine, other = [await open_tab(await beside(token_of, user, organization)) for user in (agent, colleague)]
    await beside(tell)
    async with asyncio.timeout(1):
        event = await mine.next("event", kind="notifications.NoticeCreated")
    assert event["data"]["title"] == "Tudo certo"
    await asyncio.sleep(0)
    heard = [frame["kind"] for frame in await other.so_far("event")]
    assert "notifications.NoticeCreated" not in heard
