"""What people are good at."""

from typing import Any

from apps.accounts.models import AgentSkill, Membership, Organization, User
from apps.accounts.services import skills as services
from apps.core.tenancy import organization_scope
from tests.accounts.people import API, audited, refused
from tests.conftest import commits, in_parallel, make_member, make_organization
from tests.core.schema import DocumentedClient


def url_of(user: User, rest: str = "") -> str:
    return f"{API}users/{user.pk}/skills/{rest}"


def shown(answer: Any) -> list[tuple[str, int]]:
    return [(row["name"], row["proficiency"]) for row in answer.json()["results"]]


def test_skills_are_added_changed_and_taken_away(
    owners_api: DocumentedClient, api: DocumentedClient, organization: Organization, agent: User
) -> None:
    skill = owners_api.post(url_of(agent), {"name": " Inglês "}).json()
    assert (skill["name"], skill["proficiency"]) == ("Inglês", 3)
    assert refused(owners_api.post(url_of(agent), {"name": "INGLÊS"})) == (409, "skill_taken")
    owners_api.post(url_of(agent), {"name": "Trocas", "proficiency": 5})
    assert shown(api.get(url_of(agent))) == [("Inglês", 3), ("Trocas", 5)]
    one = url_of(agent, f"{skill['id']}/")
    assert owners_api.patch(one, {"name": "inglês", "proficiency": 4}).json()["name"] == "inglês"
    assert refused(owners_api.patch(one, {"name": "trocas"})) == (409, "skill_taken")
    assert owners_api.delete(one).status_code == 204
    assert refused(owners_api.delete(one)) == (404, "not_found")
    assert refused(api.post(url_of(agent), {"name": "Italiano"})) == (403, "forbidden")
    assert audited(organization) == ["skills.added", "skills.added", "skills.changed", "skills.removed"]


def test_a_level_is_from_one_to_five(owners_api: DocumentedClient, agent: User) -> None:
    for level in (0, 6, "x", None):
        answer = owners_api.post(url_of(agent), {"name": "Inglês", "proficiency": level})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "proficiency")


def test_all_skills_are_replaced_in_one_step(owners_api: DocumentedClient, agent: User) -> None:
    kept = owners_api.post(url_of(agent), {"name": "Inglês"}).json()["id"]
    owners_api.post(url_of(agent), {"name": "Trocas"})
    wanted = [{"name": "inglês", "proficiency": 5}, {"name": "Bolos"}]
    answer = owners_api.put(url_of(agent), {"skills": wanted})
    assert shown(answer) == [("Bolos", 3), ("inglês", 5)]
    assert answer.json()["results"][1]["id"] == kept
    twice = owners_api.put(url_of(agent), {"skills": [{"name": "Pães"}, {"name": "PÃES"}]})
    assert (refused(twice), twice.json()["errors"][0]["field"]) == ((409, "skill_taken"), "skills")
    assert shown(owners_api.get(url_of(agent))) == [("Bolos", 3), ("inglês", 5)], "nothing of it was done"
    assert shown(owners_api.put(url_of(agent), {"skills": []})) == []


def test_the_names_in_use_are_listed_once_in_whatever_case(
    owners_api: DocumentedClient, organization: Organization, agent: User, owner: User
) -> None:
    for user, name in ((agent, "Inglês"), (owner, "inglês"), (agent, "Bolos")):
        owners_api.post(url_of(user), {"name": name})
    rows = owners_api.get(f"{API}skills/").json()["results"]
    assert [(row["name"].lower(), row["people"]) for row in rows] == [("bolos", 1), ("inglês", 2)]
    first = owners_api.get(f"{API}skills/", {"page_size": 1}).json()
    assert owners_api.get(first["next"]).json()["results"] == rows[1:]


def test_the_skills_of_another_organizations_person_are_not_found(owners_api: DocumentedClient, agent: User) -> None:
    stranger = make_member(make_organization("Boreal"))
    mine = owners_api.post(url_of(agent), {"name": "Inglês"}).json()["id"]
    for answer in (owners_api.get(url_of(stranger)), owners_api.post(url_of(stranger), {"name": "x"}),
                   owners_api.delete(url_of(stranger, f"{mine}/"))):  # fmt: skip
        assert refused(answer) == (404, "not_found")


@commits
def test_who_replaces_skills_at_once_waits_for_the_other() -> None:
    organization = make_organization()
    user = make_member(organization)
    with organization_scope(organization):
        member = Membership.objects.for_organization(organization).get(user=user)

    def replace(number: int) -> None:
        with organization_scope(organization):
            names = [{"name": f"{name} {number % 2}"} for name in ("A", "B", "C")]
            services.replace_skills(member=member, skills=names)

    in_parallel(replace, times=4)
    with organization_scope(organization):
        found = sorted(AgentSkill.objects.for_organization(organization).values_list("name", flat=True))
    assert found in (["A 0", "B 0", "C 0"], ["A 1", "B 1", "C 1"])
