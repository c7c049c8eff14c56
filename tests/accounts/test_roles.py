"""An organization's own roles."""

import pytest

from apps.accounts.models import CustomRole, Organization, User
from apps.accounts.roles import DESCRIPTIONS, PERMISSIONS
from apps.core.permissions import all_permissions
from tests.accounts.people import API, audited, refused
from tests.conftest import access_of, client_of, make, make_member
from tests.core.schema import DocumentedClient

URL = f"{API}roles/"
CAIXA = {"name": "Caixa", "permissions": ["contacts.view", "conversations.view"]}


def test_the_built_in_roles_come_first_on_the_first_page_alone(
    api: DocumentedClient, organization: Organization
) -> None:
    for name in ("Caixa", "Estoque", "Balcão"):
        make(CustomRole, organization, name=name, permissions=[])
    page = api.get(URL, {"page_size": 2}).json()
    assert [row["id"] for row in page["results"][:5]] == [*DESCRIPTIONS] == [*PERMISSIONS]
    assert [row["name"] for row in page["results"][5:]] == ["Balcão", "Caixa"]
    second = api.get(page["next"]).json()
    assert [row["name"] for row in second["results"]] == ["Estoque"]
    assert api.get(second["previous"]).json()["results"] == page["results"]
    assert api.get(f"{URL}viewer/").json()["permissions"] == sorted(PERMISSIONS["viewer"])
    assert refused(api.get(f"{URL}chef/")) == (404, "not_found")


def test_a_role_is_made_given_changed_at_once_and_deleted_when_nobody_has_it(
    owners_api: DocumentedClient, organization: Organization, agent: User
) -> None:
    role = owners_api.post(URL, CAIXA).json()
    assert role["permissions"] == CAIXA["permissions"]
    url = f"{URL}{role['id']}/"
    assert owners_api.get(url).json() == role
    assert refused(owners_api.post(URL, CAIXA | {"name": "CAIXA"})) == (409, "role_name_taken")
    owners_api.patch(f"{API}users/{agent.pk}/", {"custom_role_id": role["id"]})
    owners_api.patch(url, {"permissions": ["contacts.view", "contacts.view"], "description": "Só olha."})
    assert access_of(agent, organization).permissions == {"contacts.view", "notices.view"}
    assert refused(owners_api.delete(url)) == (409, "role_in_use")
    owners_api.patch(f"{API}users/{agent.pk}/", {"role": "agent"})
    invitation = owners_api.post(f"{API}invitations/", {"email": "c@aurora.example", "custom_role_id": role["id"]})
    assert refused(owners_api.delete(url)) == (409, "role_in_use")
    owners_api.delete(f"{API}invitations/{invitation.json()['id']}/")
    assert owners_api.delete(url).status_code == 204
    assert [each for each in audited(organization) if each.startswith("roles.")] == [
        "roles.created", "roles.changed", "roles.deleted"
    ]  # fmt: skip


def test_unknown_permissions_are_refused_by_name(owners_api: DocumentedClient) -> None:
    answer = owners_api.post(URL, CAIXA | {"permissions": ["contacts.view", "contacts.fly", "organization.own"]})
    assert refused(answer) == (400, "unknown_permission")
    [error] = answer.json()["errors"]
    assert error["field"] == "permissions"
    assert "contacts.fly, organization.own" in error["message"]
    assert "contacts.view" not in error["message"]


def test_nobody_puts_into_a_role_what_they_have_not_got(organization: Organization, agent: User) -> None:
    mine = make(CustomRole, organization, name="RH", permissions=["members.view", "members.manage", "roles.manage"])
    more = make(CustomRole, organization, name="Auditoria", permissions=["audit.view"])
    owner = client_of(make_member(organization, role="owner"), organization)
    owner.patch(f"{API}users/{agent.pk}/", {"custom_role_id": str(mine.pk)})
    api = client_of(agent, organization)
    attempts = [
        api.post(URL, CAIXA),
        api.patch(f"{URL}{mine.pk}/", {"permissions": [*mine.permissions, "audit.view"]}),
        api.patch(f"{URL}{more.pk}/", {"permissions": []}),
        api.delete(f"{URL}{more.pk}/"),
    ]
    assert [refused(each) for each in attempts] == [(403, "may_not_grant")] * 4
    assert api.post(URL, {"name": "Vê", "permissions": ["members.view"]}).status_code == 201


@pytest.mark.parametrize("name", [*DESCRIPTIONS])
def test_built_in_roles_stay_as_they_are(owners_api: DocumentedClient, name: str) -> None:
    assert refused(owners_api.patch(f"{URL}{name}/", {"name": "x"})) == (409, "built_in_role")
    assert refused(owners_api.delete(f"{URL}{name}/")) == (409, "built_in_role")


def test_every_permission_is_listed_with_what_it_allows(api: DocumentedClient) -> None:
    groups = api.get(f"{API}permissions/").json()
    listed = {each["name"]: each["description"] for group in groups for each in group["permissions"]}
    assert listed == {each.name: each.description for each in all_permissions()}
    assert all(each["name"].startswith(f"{group['group']}.") for group in groups for each in group["permissions"])
