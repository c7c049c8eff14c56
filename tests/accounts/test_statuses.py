"""Online, away, busy, offline: the rule, by hand, and the history."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from apps.accounts.models import AgentStatus, AgentStatusSpan, Organization, User
from apps.accounts.services import record_status, status_of, statuses
from apps.core.tenancy import organization_scope
from tests.accounts.people import API, refused
from tests.conftest import commits, facts_of, in_parallel, make, make_member, make_organization
from tests.core.schema import DocumentedClient

RULE = [
    # connected, idle, chosen: seen
    (True, False, "online", "online"),
    (True, True, "online", "away"),
    (True, False, "away", "away"),
    (True, False, "busy", "busy"),
    (True, True, "busy", "busy"),
    (True, False, "offline", "offline"),
    (False, False, "online", "offline"),
    (False, True, "busy", "offline"),
]


@pytest.mark.parametrize(("connected", "idle", "chosen", "seen"), RULE)
def test_what_colleagues_see(connected: bool, idle: bool, chosen: str, seen: str) -> None:
    assert status_of(connected=connected, idle=idle, chosen=chosen) == seen


@commits
def test_a_status_is_set_by_hand_and_colleagues_see_it(
    api: DocumentedClient, owners_api: DocumentedClient, organization: Organization, agent: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    url = f"{API}users/me/status/"
    assert api.put(url, {"status": "busy"}).json() == {"status": "offline", "chosen_status": "busy"}
    monkeypatch.setattr(statuses, "online_users", lambda _: frozenset([str(agent.pk)]))
    assert api.put(url, {"status": "busy"}).json() == {"status": "busy", "chosen_status": "busy"}
    row = owners_api.get(f"{API}users/{agent.pk}/").json()
    assert (row["status"], row["chosen_status"]) == ("busy", "busy")
    assert refused(api.put(url, {"status": "lunch"})) == (400, "invalid")
    told = [each.data for each in facts_of(organization) if each.kind == "accounts.AgentStatusChanged"]
    assert told == [{"user_id": str(agent.pk), "status": "busy"}]
    owners_api.post(f"{API}users/{agent.pk}/deactivate/")
    assert owners_api.get(f"{API}users/{agent.pk}/").json()["status"] == "offline"


@commits
def test_however_many_tell_at_once_one_span_is_open_and_spans_follow_each_other() -> None:
    organization = make_organization()
    user = make_member(organization)

    def tell(number: int) -> bool:
        with organization_scope(organization):
            status = AgentStatus.values[number % 3]
            return record_status(organization_id=organization.pk, user_id=user.pk, status=status)

    changes = in_parallel(tell, times=9)
    with organization_scope(organization):
        spans = list(AgentStatusSpan.objects.for_organization(organization).order_by("began_at", "pk"))
    assert len(spans) == sum(changes)
    assert [span.ended_at for span in spans].count(None) == 1
    assert all(before.ended_at == after.began_at for before, after in pairwise(spans))
    assert all(before.status != after.status for before, after in pairwise(spans))


def test_the_same_again_is_no_change_and_nobody_without_history_goes_offline(
    organization: Organization, agent: User
) -> None:
    def tell(status: str) -> bool:
        with organization_scope(organization):
            return record_status(organization_id=organization.pk, user_id=agent.pk, status=status)

    assert [tell(each) for each in ("offline", "online", "online", "away", "offline", "offline")] == [
        False, True, False, True, True, False
    ]  # fmt: skip


def test_the_history_is_read_between_two_moments(
    owners_api: DocumentedClient, api: DocumentedClient, organization: Organization, agent: User
) -> None:
    now = timezone.now().replace(microsecond=0)
    hours = [now - timedelta(hours=number) for number in range(5)]
    for status, begin, end in (("online", 4, 3), ("busy", 3, 2), ("away", 2, None)):
        ended_at = None if end is None else hours[end]
        make(AgentStatusSpan, organization, user=agent, status=status, began_at=hours[begin], ended_at=ended_at)
    url = f"{API}users/{agent.pk}/status-history/"

    def found(**asked: str) -> list[str]:
        return [row["status"] for row in owners_api.get(url, asked).json()["results"]]

    half = timedelta(minutes=30)
    assert found() == ["away", "busy", "online"]
    assert found(**{"from": (hours[3] + half).isoformat()}) == ["away", "busy"]
    assert found(to=(hours[3] + half).isoformat()) == ["busy", "online"]
    assert found(**{"from": (hours[3] + half).isoformat(), "to": (hours[2] + half).isoformat()}) == ["away", "busy"]
    assert refused(owners_api.get(url, {"from": "yesterday"})) == (400, "invalid")
    assert refused(api.get(url)) == (403, "forbidden")
