"""The parts of an organization, their hours and their people."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.api.examples import departments as examples
from apps.accounts.models import Department, DepartmentMember, Organization, User
from apps.core.tenancy import all_organizations, organization_scope
from tests.accounts.people import API, audited, member_of, refused
from tests.conftest import client_of, commits, make, make_conversation, make_member, make_organization
from tests.core.schema import DocumentedClient

URL = f"{API}departments/"


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


def test_a_department_is_made_with_a_slug_of_its_name_changed_and_deleted(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    made = owners_api.post(URL, examples.NEW_DEPARTMENT | {"name": "Pós-venda São Paulo"}).json()
    assert made["slug"] == "pos-venda-sao-paulo"
    assert made["business_hours"] == examples.NEW_DEPARTMENT["business_hours"]
    url = f"{URL}{made['id']}/"
    changed = owners_api.patch(url, {"slug": "", "name": "Trocas", "routing_mode": "manual"}).json()
    assert (changed["slug"], changed["routing_mode"], changed["color"]) == ("trocas", "manual", made["color"])
    assert owners_api.get(url).json() == changed
    assert owners_api.delete(url).status_code == 204
    assert refused(owners_api.get(url)) == (404, "not_found")
    assert audited(organization) == ["departments.created", "departments.changed", "departments.deleted"]


def test_a_slug_is_taken_once_in_an_organization(owners_api: DocumentedClient) -> None:
    make(Department, make_organization("Boreal"), name="Vendas", slug="vendas")
    assert owners_api.post(URL, {"name": "Vendas"}).status_code == 201
    answer = owners_api.post(URL, {"name": "VENDAS"})
    assert refused(answer) == (409, "department_slug_taken")
    assert answer.json()["errors"][0]["field"] == "slug"
    other = owners_api.post(URL, {"name": "日本"}).json()
    assert refused(owners_api.patch(f"{URL}{other['id']}/", {"slug": "vendas"})) == (409, "department_slug_taken")


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"business_hours": {"monday": {"enabled": True, "start": "18:00", "end": "09:00"}}}, "business_hours", "monday"),
    ({"business_hours": {"segunda": {"enabled": False}}}, "business_hours", "segunda"),
    ({"business_hours": {"friday": {"enabled": True, "start": "9", "end": "18:00"}}}, "business_hours", "friday"),
    ({"color": "blue"}, "color", ""),
    ({"slug": "Não Serve"}, "slug", ""),
    ({"routing_mode": "skills"}, "routing_mode", ""),
    ({"max_conversations_per_agent": 0}, "max_conversations_per_agent", ""),
    ({"max_conversations_per_agent": 101}, "max_conversations_per_agent", ""),
]


@pytest.mark.parametrize(("values", "field", "says"), WRONG)
def test_what_is_not_valid_is_refused_by_field(
    owners_api: DocumentedClient, values: dict[str, Any], field: str, says: str
) -> None:
    answer = owners_api.post(URL, {"name": "Vendas"} | values)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["field"], says in error["message"]) == (field, True)


def test_departments_are_listed_by_name_the_active_ones_by_themselves(
    api: DocumentedClient, organization: Organization
) -> None:
    for name, active in (("vendas", True), ("Trocas", True), ("Antigo", False)):
        make(Department, organization, name=name, slug=name.lower(), is_active=active)
    assert names(api.get(URL)) == ["Antigo", "Trocas", "vendas"]
    assert names(api.get(URL, {"is_active": "false"})) == ["Antigo"]
    assert names(api.get(f"{URL}active/")) == ["Trocas", "vendas"]
    first = api.get(URL, {"page_size": 2}).json()
    assert names(api.get(first["next"])) == ["vendas"]


@commits
def test_the_list_takes_as_many_queries_for_one_or_many(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    organization = make_organization()
    user = make_member(organization)
    for number in range(10):
        department = make(Department, organization, name=f"{number}", slug=f"{number}")
        make(DepartmentMember, organization, department=department, membership=member_of(user, organization))
    api = client_of(user, organization)
    with django_assert_max_num_queries(9):
        assert [row["total_agents"] for row in api.get(URL).json()["results"]] == [1] * 10


def test_people_come_and_go_as_often_as_one_likes(
    owners_api: DocumentedClient, organization: Organization, agent: User
) -> None:
    department = make(Department, organization, name="Vendas", slug="vendas")
    url = f"{URL}{department.pk}/agents/{agent.pk}/"
    for _ in range(2):
        assert owners_api.post(url).json()["agent_ids"] == [str(agent.pk)]
    for _ in range(2):
        assert owners_api.delete(url).json()["agent_ids"] == []
    assert audited(organization) == ["departments.agent_added", "departments.agent_removed"]
    stranger = make_member(make_organization("Boreal"))
    for wrong in (stranger.pk, "-" * 36):
        assert owners_api.post(f"{URL}{department.pk}/agents/{wrong}/").status_code == 404


def test_departments_are_counted(api: DocumentedClient, organization: Organization, agent: User, owner: User) -> None:
    active = make(Department, organization, name="Vendas", slug="vendas")
    off = make(Department, organization, name="Antigo", slug="antigo", is_active=False)
    for department, user in ((active, agent), (off, agent), (off, owner)):
        make(DepartmentMember, organization, department=department, membership=member_of(user, organization))
    for department in (active, off, None):
        make_conversation(organization, status="queued", department=department)
    make_conversation(organization, status="open", department=active)
    assert api.get(f"{URL}stats/").json() == {
        "total_departments": 2, "active_departments": 1, "total_agents": 1, "total_queued_conversations": 1,
    }  # fmt: skip


def test_a_plan_limits_departments(owners_api: DocumentedClient, organization: Organization) -> None:
    with all_organizations("the plan is the installation's business"):
        Organization.objects.filter(pk=organization.pk).update(limits={"departments": 1})
    assert owners_api.post(URL, {"name": "Vendas"}).status_code == 201
    assert owners_api.post(URL, {"name": "Trocas"}).status_code == 402
    with organization_scope(organization):
        assert Department.objects.for_organization(organization).count() == 1
