"""Colleagues, and who may come and go."""

from itertools import pairwise
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts import services
from apps.accounts.api.examples import members as examples
from apps.accounts.errors import LastOwner, NoSuchMember
from apps.accounts.models import Organization, Role, User
from apps.accounts.roles import PERMISSIONS
from apps.accounts.selectors import active_member
from apps.accounts.services import sessions
from apps.core import realtime
from apps.core.permissions import all_permissions
from apps.core.tenancy import organization_scope
from tests.conftest import access_of, client_of, commits, facts_of, in_parallel, make_member, make_organization
from tests.core.schema import DocumentedClient

URL = "/api/v1/members/"


def test_colleagues_are_listed_with_who_is_online(
    api: DocumentedClient, organization: Organization, agent: User, owner: User
) -> None:
    key = realtime.presence_key(organization.pk)
    now = realtime.connection().time()[0]
    realtime.connection().zadd(key, {f"{owner.pk} a-socket": now, f"{agent.pk} one-that-died": now - 3600})
    rows = api.get(URL).json()["results"]
    assert [(row["full_name"], row["role"], row["online"]) for row in rows] == [
        ("Olga Reis", "owner", True), ("Ana Souza", "agent", False)
    ]  # fmt: skip
    assert rows[0].keys() == examples.MEMBER.keys()
    realtime.connection().delete(key)


def test_who_no_longer_works_here_is_not_listed(api: DocumentedClient, organization: Organization) -> None:
    gone, locked = make_member(organization), make_member(organization)
    services.set_member_active(organization_id=organization.pk, user_id=gone.pk, active=False)
    services.set_user_active(user=locked, active=False)
    assert len(api.get(URL).json()["results"]) == 1
    with organization_scope(organization):
        for user in (gone, locked):
            with pytest.raises(NoSuchMember):
                active_member(organization_id=organization.pk, user_id=user.pk)


def test_pages_follow_each_other_both_ways(api: DocumentedClient, organization: Organization) -> None:
    for number in range(4):
        make_member(organization, full_name=f"Person {number}")
    first = api.get(URL, {"page_size": 2}).json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    names = [row["full_name"] for page in (first, second, third) for row in page["results"]]
    assert names == ["Person 3", "Person 2", "Person 1", "Person 0", "Ana Souza"]
    assert (first["previous"], third["next"]) == (None, None)
    assert api.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("cursor", ["x", "cD1ub25zZW5zZQ==", "cD0lMDA=", "bz0tMQ==", "bz05OTk5OTk5OTk5OTk="])
def test_a_cursor_that_somebody_made_up_is_not_found(api: DocumentedClient, cursor: str) -> None:
    assert api.get(URL, {"cursor": cursor}).status_code in (200, 404)


@commits
def test_the_list_takes_the_same_queries_for_one_or_many(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    organization = make_organization()
    for number in range(30):
        user = make_member(organization, email=f"{number}@aurora.example")
    api = client_of(user, organization)
    with django_assert_num_queries(8):  # begin, role, person, commit; begin, organization, page, commit
        assert len(api.get(URL).json()["results"]) == 30


def test_the_last_owner_stays(organization: Organization, owner: User, agent: User) -> None:
    def let_go(user: User) -> None:
        services.set_member_active(organization_id=organization.pk, user_id=user.pk, active=False)

    with pytest.raises(LastOwner):
        let_go(owner)
    second = make_member(organization, role=Role.OWNER)
    let_go(agent)
    let_go(owner)
    with pytest.raises(LastOwner):
        let_go(second)
    with pytest.raises(NoSuchMember):
        let_go(make_member(make_organization("Boreal")))


@commits
def test_of_two_owners_who_let_each_other_go_at_once_one_stays() -> None:
    organization = make_organization()
    owners = [make_member(organization, role=Role.OWNER) for _ in range(2)]

    def let_go(number: int) -> str:
        try:
            services.set_member_active(organization_id=organization.pk, user_id=owners[number].pk, active=False)
        except LastOwner:
            return "refused"
        return "gone"

    assert sorted(in_parallel(let_go, times=2)) == ["gone", "refused"]


@commits
def test_who_is_let_go_loses_their_sockets_and_colleagues_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, Any]] = []
    monkeypatch.setattr(sessions, "tell_group", lambda group, message: told.append((group, message)))
    organization = make_organization()
    user = make_member(organization)
    services.set_member_active(organization_id=organization.pk, user_id=user.pk, active=False)
    assert told == [(f"user.{user.pk}", {"type": "access.changed"})]
    told_later = [(fact.kind, fact.data.get("is_active")) for fact in facts_of(organization)]
    assert told_later == [
        ("accounts.MemberChanged", True), ("accounts.MemberChanged", False), ("accounts.MemberDeactivated", None)
    ]  # fmt: skip


def test_every_name_in_a_role_is_a_permission_and_every_permission_is_in_a_role() -> None:
    registered = {each.name for each in all_permissions()}
    assert registered == frozenset().union(*PERMISSIONS.values())
    assert set(PERMISSIONS) == set(Role.values)


def test_each_role_may_do_what_the_one_below_it_may() -> None:
    for below in ("viewer", "agent"):  # a viewer sees all conversations, an agent answers their own
        rising = [PERMISSIONS[role] for role in (below, "supervisor", "admin", "owner")]
        assert all(less <= more for less, more in pairwise(rising))


def test_every_permission_says_what_it_allows() -> None:
    assert all(len(each.description) > 10 and "." in each.name for each in all_permissions())


@pytest.mark.parametrize("role", Role.values)
def test_an_access_has_its_roles_permissions(organization: Organization, role: str) -> None:
    access = access_of(make_member(organization, role=role), organization)
    assert (access.role, access.permissions) == (role, PERMISSIONS[role])
