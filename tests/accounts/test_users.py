"""The people of an organization: who may change what about whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.errors import LastOwner
from apps.accounts.models import AgentSkill, CustomRole, Department, DepartmentMember, Membership, Organization, User
from apps.accounts.roles import ALWAYS
from apps.accounts.services import members, sessions
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import services as messaging
from apps.messaging.errors import NoSuchAgent
from apps.messaging.models import Conversation
from tests.accounts.people import API, audited, member_of, refused
from tests.conftest import (
    access_of,
    client_of,
    commits,
    facts_of,
    in_parallel,
    make,
    make_conversation,
    make_member,
    make_message,
    make_organization,
    session_of,
)
from tests.core.schema import DocumentedClient

URL = f"{API}users/"


@pytest.fixture
def admin(organization: Organization) -> User:
    return make_member(organization, role="admin", full_name="Ada Pinto")


@pytest.fixture
def admins_api(admin: User, organization: Organization) -> DocumentedClient:
    return client_of(admin, organization)


def bearer(session: dict[str, Any]) -> DocumentedClient:
    client = DocumentedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {session['access']}")
    return client


def url_of(user: User, rest: str = "") -> str:
    return f"{URL}{user.pk}/{rest}"


def names(answer: Any) -> list[str]:
    return [row["full_name"] for row in answer.json()["results"]]


def test_users_are_listed_newest_first_and_filtered(
    api: DocumentedClient, organization: Organization, owner: User, admin: User
) -> None:
    department = make(Department, organization, name="Vendas", slug="vendas")
    make(DepartmentMember, organization, department=department, membership=member_of(admin, organization))
    gone = make_member(organization, full_name="Gil Melo")
    members.set_member_active(organization_id=organization.pk, user_id=gone.pk, active=False)
    make_member(make_organization("Boreal"), full_name="Ada Boreal")
    assert names(api.get(URL)) == ["Gil Melo", "Ada Pinto", "Olga Reis", "Ana Souza"]
    assert names(api.get(URL, {"role": "admin"})) == ["Ada Pinto"]
    assert names(api.get(URL, {"is_active": "false"})) == ["Gil Melo"]
    assert names(api.get(URL, {"department_id": department.pk})) == ["Ada Pinto"]
    assert names(api.get(URL, {"search": "ADA"})) == ["Ada Pinto"]
    for name, proficiency in (("Libras", 2), ("Inglês", 5)):
        make(AgentSkill, organization, membership=member_of(admin, organization), name=name, proficiency=proficiency)
    shown = api.get(url_of(admin)).json()
    assert shown["department_ids"] == [str(department.pk)]
    assert shown["skills"] == [{"name": "Inglês", "proficiency": 5}, {"name": "Libras", "proficiency": 2}]
    for wrong in ({"role": "chef"}, {"is_active": "perhaps"}, {"department_id": "x"}):
        assert refused(api.get(URL, wrong)) == (400, "invalid")


@commits
def test_the_list_takes_as_many_queries_for_one_or_many(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    organization = make_organization()
    user, *_ = [make_member(organization) for _ in range(15)]
    api = client_of(user, organization)
    with django_assert_max_num_queries(9):
        assert len(api.get(URL).json()["results"]) == 15


def test_an_admin_changes_place_departments_and_greeting(
    admins_api: DocumentedClient, organization: Organization, agent: User
) -> None:
    department = make(Department, organization, name="Vendas", slug="vendas")
    role = make(CustomRole, organization, name="Caixa", permissions=["contacts.view"])
    place = {"custom_role_id": str(role.pk), "extra_permissions": ["contacts.edit"], "greeting": "Oi!"}
    changed = admins_api.patch(url_of(agent), place | {"department_ids": [str(department.pk)]}).json()
    assert changed["custom_role"] == {"id": str(role.pk), "name": "Caixa"}
    assert (changed["greeting"], changed["department_ids"]) == ("Oi!", [str(department.pk)])
    assert access_of(agent, organization).permissions == {"contacts.view", "contacts.edit", *ALWAYS}
    back = admins_api.patch(url_of(agent), {"role": "supervisor", "extra_permissions": [], "department_ids": []}).json()
    assert (back["role"], back["custom_role"], back["department_ids"]) == ("supervisor", None, [])
    assert audited(organization) == ["members.changed"] * 2
    for nothing in ({"role": "supervisor", "department_ids": []}, {"greeting": "Oi!"}, {}):
        admins_api.patch(url_of(agent), nothing)
    assert len(audited(organization)) == 2, "nothing has changed"


ESCALATIONS: list[tuple[dict[str, Any], str]] = [
    ({"role": "owner"}, "may_not_grant"),
    ({"extra_permissions": ["organization.own"]}, "unknown_permission"),
    ({"extra_permissions": ["contacts.fly"]}, "unknown_permission"),
    ({"custom_role_id": "019abc00-0000-7000-8000-000000000041"}, "no_such_role"),
    ({"department_ids": ["019abc00-0000-7000-8000-000000000041"]}, "no_such_department"),
]


@pytest.mark.parametrize(("values", "kind"), ESCALATIONS)
def test_nobody_gives_what_they_have_not_got(
    admins_api: DocumentedClient, agent: User, values: dict[str, Any], kind: str
) -> None:
    assert refused(admins_api.patch(url_of(agent), values))[1] == kind


def test_nobody_gives_more_than_they_have_by_a_role_of_the_organizations_own(
    organization: Organization, agent: User, owner: User
) -> None:
    """Somebody who may manage people and little else."""
    small = make(CustomRole, organization, name="RH", permissions=["members.view", "members.manage"])
    large = make(CustomRole, organization, name="Tudo", permissions=["members.view", "audit.view"])
    clerk = make_member(organization)
    with organization_scope(organization):
        Membership.objects.for_organization(organization).filter(user=clerk).update(custom_role=small)
    api = client_of(clerk, organization)
    new = make_member(organization, role="viewer")
    for values in ({"role": "agent"}, {"custom_role_id": str(large.pk)}, {"extra_permissions": ["audit.view"]}):
        # A viewer may read what the clerk may not: out of reach already.
        assert refused(api.patch(url_of(new), values)) == (403, "out_of_reach")
    for path in ("deactivate/", "activate/"):
        assert refused(api.post(url_of(agent, path))) == (403, "out_of_reach")
    assert refused(api.delete(url_of(owner))) == (403, "out_of_reach")
    with organization_scope(organization):
        Membership.objects.for_organization(organization).filter(user=new).update(custom_role=small)
    assert refused(api.patch(url_of(new), {"custom_role_id": str(large.pk)})) == (403, "may_not_grant")
    assert refused(api.patch(url_of(new), {"extra_permissions": ["audit.view"]})) == (403, "may_not_grant")


def test_nobody_changes_or_ends_themselves(admins_api: DocumentedClient, admin: User) -> None:
    for values in ({"role": "agent"}, {"extra_permissions": []}, {"custom_role_id": None}):
        assert refused(admins_api.patch(url_of(admin), values)) == (403, "own_role")
    assert admins_api.patch(url_of(admin), {"greeting": "Oi"}).status_code == 200
    assert refused(admins_api.post(url_of(admin, "deactivate/"))) == (403, "yourself")
    assert refused(admins_api.delete(url_of(admin))) == (403, "yourself")


def test_owners_are_made_and_changed_by_owners_alone(
    owners_api: DocumentedClient, admins_api: DocumentedClient, owner: User, agent: User
) -> None:
    assert owners_api.patch(url_of(agent), {"role": "owner"}).json()["role"] == "owner"
    assert refused(admins_api.patch(url_of(agent), {"role": "agent"})) == (403, "out_of_reach")
    assert refused(admins_api.post(url_of(owner, "deactivate/"))) == (403, "out_of_reach")
    assert owners_api.patch(url_of(agent), {"role": "agent"}).json()["role"] == "agent"
    assert refused(owners_api.post(f"{URL}me/leave/")) == (409, "last_owner")


def test_a_membership_ends_and_the_person_stays(
    admins_api: DocumentedClient, api: DocumentedClient, organization: Organization, agent: User
) -> None:
    assert admins_api.delete(url_of(agent)).status_code == 204
    assert api.get(URL).status_code == 401
    assert User.objects.filter(pk=agent.pk, is_active=True).exists()
    assert refused(admins_api.get(url_of(agent))) == (404, "not_found")
    assert audited(organization) == ["members.removed"]


def test_whoever_wants_leaves(api: DocumentedClient, organization: Organization, agent: User) -> None:
    assert api.post(f"{URL}me/leave/").status_code == 204
    assert member_of(agent, organization) is None


@commits
def test_of_two_owners_who_leave_at_once_one_stays() -> None:
    organization = make_organization()
    owners = [access_of(make_member(organization, role="owner"), organization) for _ in range(2)]

    def leave(number: int) -> str:
        try:
            with organization_scope(organization):
                members.leave(by=owners[number])
        except LastOwner:
            return "stays"
        return "gone"

    assert sorted(in_parallel(leave, times=2)) == ["gone", "stays"]


@commits
def test_who_is_let_out_hands_their_open_conversations_back(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(sessions, "tell_group", lambda group, _: told.append(group))
    organization = make_organization()
    owner, agent = make_member(organization, role="owner"), make_member(organization)
    theirs = make_conversation(organization, assignee=agent, status="active")
    pending = make_conversation(organization, assignee=agent, status="pending")
    closed = make_conversation(organization, assignee=agent, status="closed")
    others = make_conversation(organization, assignee=owner, status="active")
    assert client_of(owner, organization).post(url_of(agent, "deactivate/")).json()["is_active"] is False
    with organization_scope(organization):
        rows = Conversation.objects.for_organization(organization)
        found = {row.pk: (row.assignee_id, row.status) for row in rows}
    assert found == {
        theirs.pk: (None, "open"), pending.pk: (None, "pending"), closed.pk: (agent.pk, "closed"),
        others.pk: (owner.pk, "active"),
    }  # fmt: skip
    assert told == [f"user.{agent.pk}"]
    assigned = [each.data for each in facts_of(organization) if each.kind == "messaging.ConversationAssigned"]
    assert [(each["assignee_id"], each["by_id"]) for each in assigned] == [(None, str(owner.pk))] * 2
    with organization_scope(organization), pytest.raises(NoSuchAgent):
        messaging.assign(conversation=theirs, agent_id=agent.pk, by=owner)
    assert client_of(owner, organization).post(url_of(agent, "activate/")).json()["is_active"] is True


@pytest.mark.parametrize("way", ["deactivated", "removed"])
def test_whoever_is_let_in_again_signs_in_again(
    owners_api: DocumentedClient, organization: Organization, way: str
) -> None:
    admin, elsewhere = make_member(organization, role="admin"), make_organization("Boreal")
    make_member(elsewhere, email=admin.email)
    before, there = session_of(admin, organization), session_of(admin, elsewhere)
    here, away, program = bearer(before), bearer(there), DocumentedClient()
    key = here.post(f"{API}api-keys/", {"name": "Relógio", "scopes": ["contacts.view"]}).json()["key"]
    program.credentials(HTTP_X_API_KEY=key)
    assert program.get(f"{API}contacts/").status_code == 200
    if way == "deactivated":
        owners_api.post(url_of(admin, "deactivate/"))
        assert here.get(URL).status_code == 401
        owners_api.post(url_of(admin, "activate/"))
    else:
        owners_api.delete(url_of(admin))
        make_member(organization, role="admin", email=admin.email)
    assert here.get(URL).status_code == 401
    assert refused(DocumentedClient().post(f"{API}auth/refresh/", {"refresh": before["refresh"]})) == (
        401, "signed_out",
    )  # fmt: skip
    assert program.get(f"{API}contacts/").status_code == 401
    assert away.get(URL).status_code == 200, "another organization has nothing to do with it"
    switch = f"{API}auth/switch/"
    assert refused(away.post(switch, {"organization_id": str(organization.pk)})) == (403, "no_membership")
    assert client_of(admin, organization).get(URL).status_code == 200
    assert {"api_keys.revoked"} <= {*audited(organization)}


def test_letting_somebody_in_again_takes_a_place_of_the_plan(
    owners_api: DocumentedClient, organization: Organization, agent: User
) -> None:
    owners_api.post(url_of(agent, "deactivate/"))
    make_member(organization)
    with all_organizations("the plan is the installation's business"):
        Organization.objects.filter(pk=organization.pk).update(limits={"agents": 2})
    assert owners_api.post(url_of(agent, "activate/")).status_code == 402


def test_a_user_is_added_by_an_invitation(owners_api: DocumentedClient, organization: Organization) -> None:
    answer = owners_api.post(URL, {"email": "caio@aurora.example", "full_name": "Caio"})
    assert (answer.status_code, answer.json()["state"]) == (201, "waiting")
    assert not User.objects.filter(email="caio@aurora.example").exists()


def test_what_a_person_can_see_is_explained(
    owners_api: DocumentedClient, organization: Organization, agent: User
) -> None:
    department = make(Department, organization, name="Vendas", slug="vendas")
    body = {"extra_permissions": ["contacts.delete", "contacts.view"], "department_ids": [str(department.pk)]}
    owners_api.patch(url_of(agent), body)
    seen = owners_api.get(url_of(agent, "access/")).json()
    sources = {each["name"]: each["sources"] for each in seen["permissions"]}
    assert (sources["contacts.delete"], sources["contacts.view"]) == (["extra"], ["role", "extra"])
    assert set(sources) == access_of(agent, organization).permissions
    assert [each["name"] for each in seen["departments"]] == ["Vendas"]
    assert seen["conversations"] == {
        "rule": "department",
        "in_words": "Their own conversations, those of their departments and those that nobody has.",
    }
    role = make(CustomRole, organization, name="Caixa", permissions=["conversations.view"])
    owners_api.patch(url_of(agent), {"custom_role_id": str(role.pk), "extra_permissions": []})
    seen = owners_api.get(url_of(agent, "access/")).json()
    assert seen["permissions"][0]["sources"] == ["custom_role"]
    assert seen["conversations"] == {"rule": "own", "in_words": "Their own conversations."}


def test_a_persons_work_is_counted(
    owners_api: DocumentedClient, api: DocumentedClient, organization: Organization, agent: User
) -> None:
    now = timezone.now()
    talk = make_conversation(organization, assignee=agent, status="active")
    make_conversation(organization, assignee=agent, status="resolved")
    for minutes, direction in ((50, "inbound"), (44, "outbound"), (40, "outbound"), (30, "inbound"), (29, "inbound"),
                               (20, "outbound")):  # fmt: skip
        said = {"at": now - timedelta(minutes=minutes), "sender": agent if direction == "outbound" else None}
        make_message(organization, conversation=talk, direction=direction, **said)
    stats = {
        "total_conversations": 2, "conversations_active": 1, "conversations_resolved": 1, "total_messages_sent": 3,
        "avg_response_time_minutes": 8.0,
    }  # fmt: skip
    assert owners_api.get(url_of(agent, "stats/")).json() == api.get(f"{URL}me/stats/").json() == stats
    assert refused(api.get(url_of(agent, "stats/"))) == (403, "forbidden")
    stranger = make_member(make_organization("Boreal"))
    assert refused(owners_api.get(url_of(stranger, "stats/"))) == (404, "not_found")
    assert owners_api.get(url_of(make_member(organization), "stats/")).json()["avg_response_time_minutes"] is None
