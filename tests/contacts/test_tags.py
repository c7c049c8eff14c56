from threading import Barrier
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Organization
from apps.contacts import services
from apps.contacts.api import examples
from apps.contacts.errors import NoSuchTag, TagNameTaken
from apps.contacts.models import Contact, ContactTag, Tag
from apps.core.errors import NotFound
from apps.core.tenancy import organization_scope
from tests.conftest import (
    client_of,
    commits,
    facts_of,
    in_parallel,
    make,
    make_contact,
    make_member,
    make_organization,
)
from tests.contacts.locks import until_somebody_waits_for_a_lock
from tests.core.schema import DocumentedClient

URL = "/api/v1/tags/"


def tags_url(contact: Contact) -> str:
    return f"/api/v1/contacts/{contact.pk}/tags/"


def names(answer: Any) -> list[str]:
    return [tag["name"] for tag in answer.data["tags"]]


def make_tag(organization: Organization, **values: Any) -> Tag:
    return make(Tag, organization, **({"name": "Atacado"} | values))


def test_a_new_tag_is_shown_as_documented(api: DocumentedClient) -> None:
    answer = api.post(URL, {"name": " Atacado ", "color": "#12b886"})
    assert answer.status_code == 201
    assert answer.data == {"id": answer.data["id"], "name": "Atacado", "color": "#12b886", "contacts_count": 0}
    assert api.post(URL, {"name": "Bolos"}).data["color"] == "#3B82F6"
    assert api.get(f"{URL}{answer.data['id']}/").data == answer.data


def test_a_name_is_one_tags_in_whatever_case(api: DocumentedClient, organization: Organization) -> None:
    make_tag(make_organization("Confeitaria Sol"), name="Bolos")
    tag, bolos = make_tag(organization), api.post(URL, {"name": "Bolos"}).data
    assert api.post(URL, {"name": "ATACADO"}).json()["type"] == "/problems/tag-name-taken"
    assert api.patch(f"{URL}{bolos['id']}/", {"name": "atacado"}).status_code == 409
    assert api.patch(f"{URL}{tag.pk}/", {"name": "atacado"}).data["name"] == "atacado"


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 51}, {"name": "A", "color": "blue"}])
def test_a_bad_tag_is_refused(api: DocumentedClient, body: dict[str, str]) -> None:
    assert api.post(URL, body).status_code == 400


def test_a_deleted_tag_is_taken_off_all_contacts(owners_api: DocumentedClient, organization: Organization) -> None:
    contact, tag = make_contact(organization), make_tag(organization)
    assert names(owners_api.post(tags_url(contact), {"tag_ids": [str(tag.pk)]})) == ["Atacado"]
    assert owners_api.delete(f"{URL}{tag.pk}/").status_code == 204
    assert owners_api.get(f"/api/v1/contacts/{contact.pk}/").data["tags"] == []
    assert owners_api.get(f"{URL}{tag.pk}/").status_code == 404


def test_a_tag_of_the_system_stays_as_it_is(owners_api: DocumentedClient, organization: Organization) -> None:
    tag = make_tag(organization, is_system=True)
    assert owners_api.delete(f"{URL}{tag.pk}/").json()["type"] == "/problems/system-tag"
    assert owners_api.patch(f"{URL}{tag.pk}/", {"name": "B"}).status_code == 409


def test_an_agent_deletes_no_tag(api: DocumentedClient, organization: Organization) -> None:
    assert api.delete(f"{URL}{make_tag(organization).pk}/").status_code == 403


def test_tags_are_set_by_name_in_whatever_case_and_new_ones_are_made(
    api: DocumentedClient, organization: Organization
) -> None:
    contact, atacado = make_contact(organization), make_tag(organization, color="#FF0000")
    assert names(api.put(tags_url(contact), {"names": ["ATACADO", "Öl", "öl", "bolos"]})) == ["Atacado", "bolos", "Öl"]
    assert names(api.put(tags_url(contact), {"names": ["Bolos"]})) == ["bolos"]
    assert [tag["name"] for tag in api.get(URL).data["results"]] == ["Atacado", "bolos", "Öl"]
    assert api.get(f"{URL}{atacado.pk}/").data["contacts_count"] == 0
    assert names(api.put(tags_url(contact), {"names": []})) == []


def test_tags_are_added_and_taken_off_by_id(api: DocumentedClient, organization: Organization) -> None:
    contact = make_contact(organization)
    one, two, three = (make_tag(organization, name=name) for name in "ABC")
    assert names(api.post(tags_url(contact), {"tag_ids": [str(one.pk), str(two.pk)]})) == ["A", "B"]
    assert names(api.post(tags_url(contact), {"tag_ids": [str(two.pk), str(three.pk)]})) == ["A", "B", "C"]
    assert names(api.delete(tags_url(contact), {"tag_ids": [str(one.pk)]})) == ["B", "C"]
    assert names(api.delete(f"{tags_url(contact)}?tag_ids={two.pk}&tag_ids={one.pk}")) == ["C"]
    assert api.delete(tags_url(contact)).status_code == 400


def test_another_organizations_tag_is_refused(api: DocumentedClient, organization: Organization) -> None:
    contact, theirs = make_contact(organization), make_tag(make_organization("Confeitaria Sol"))
    for method in (api.post, api.delete):
        answer = method(tags_url(contact), {"tag_ids": [str(theirs.pk)]})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "tag_ids"
    for answer in (api.get(f"{URL}{theirs.pk}/"), api.patch(f"{URL}{theirs.pk}/", {"name": "Ours"})):
        assert answer.status_code == 404


def test_tags_are_listed_by_name_with_true_counts(api: DocumentedClient, organization: Organization) -> None:
    contacts = [make_contact(organization) for _ in range(3)]
    for contact in contacts:
        api.put(tags_url(contact), {"names": ["zebra", "Água", "bolos"]})
    with organization_scope(organization):
        services.delete_contact(contact=contacts[0])
    page = api.get(URL, {"page_size": 2}).data
    assert [(tag["name"], tag["contacts_count"]) for tag in page["results"]] == [("Água", 2), ("bolos", 2)]
    assert [tag["name"] for tag in api.get(page["next"]).data["results"]] == ["zebra"]


@commits
def test_the_list_takes_the_same_queries_for_one_tag_or_fifty(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    organization = make_organization()
    api = client_of(make_member(organization), organization)
    with organization_scope(organization):
        services.set_tags(contact=make_contact_in(organization), names=[f"Tag {n}" for n in range(60)])
    with django_assert_num_queries(8):  # begin, role, access, commit; begin, organization, page, commit
        assert len(api.get(URL).data["results"]) == 50


def make_contact_in(organization: Organization) -> Contact:
    return Contact.objects.for_organization(organization).create(name="Bia")


@commits
def test_changes_of_tags_are_published() -> None:
    organization = make_organization()
    api = client_of(make_member(organization, role="owner"), organization)
    seen = len(facts_of(organization))
    tag = api.post(URL, examples.NEW_TAG).data["id"]
    api.patch(f"{URL}{tag}/", examples.CHANGED_TAG)
    api.delete(f"{URL}{tag}/")
    facts = facts_of(organization)[seen:]
    assert [(fact.kind, fact.data) for fact in facts] == [("contacts.TagChanged", {"tag_id": tag})] * 3


@commits
def test_of_eight_desks_that_add_one_tag_one_succeeds() -> None:
    organization = make_organization()

    def add(number: int) -> str:
        try:
            with organization_scope(organization):
                services.create_tag(organization_id=organization.pk, name="Bolos" if number % 2 else "BOLOS")
        except TagNameTaken:
            return "refused"
        return "added"

    assert sorted(in_parallel(add, times=8)) == ["added"] + ["refused"] * 7


@commits
def test_desks_that_make_tags_in_opposite_order_do_not_wait_in_a_circle() -> None:
    """Somebody holds the one in the middle until both wait: each would have its first by then, and want the other's."""
    organization = make_organization()
    contacts = [make_contact(organization) for _ in range(3)]
    held = Barrier(3)

    def work(number: int) -> None:
        with organization_scope(organization):
            if number == 0:
                services.set_tags(contact=contacts[0], names=["B"])
                held.wait()
                until_somebody_waits_for_a_lock(waiting=2)
                transaction.set_rollback(True)
            else:
                held.wait()
                services.set_tags(contact=contacts[number], names=["A", "B", "C"] if number == 1 else ["C", "B", "A"])

    in_parallel(work, times=3)
    with organization_scope(organization):
        assert [tag.name for tag in Tag.objects.for_organization(organization).by_name()] == ["A", "B", "C"]
        assert ContactTag.objects.for_organization(organization).count() == 6


@commits
def test_eight_desks_that_set_the_same_new_tags_do_not_stop_each_other() -> None:
    organization = make_organization()
    contacts = [make_contact(organization) for _ in range(8)]
    wanted = [f"Tag {n}" for n in range(40)]

    def tag(number: int) -> None:
        with organization_scope(organization):
            mine = wanted if number % 2 else [name.upper() for name in reversed(wanted)]
            services.set_tags(contact=contacts[number], names=mine)

    in_parallel(tag, times=8)
    with organization_scope(organization):
        assert Tag.objects.for_organization(organization).count() == 40
        assert ContactTag.objects.for_organization(organization).count() == 8 * 40


@commits
def test_a_tag_that_is_deleted_while_somebody_adds_it_is_refused_or_gone_and_never_half_there() -> None:
    organization = make_organization()
    contacts = [make_contact(organization) for _ in range(7)]
    tag = make_tag(organization)

    def work(number: int) -> str:
        with organization_scope(organization):
            try:
                if number == 3:
                    services.delete_tag(tag=tag)
                else:
                    services.add_tags(contact=contacts[number], tag_ids=[tag.pk])
            except NoSuchTag:
                return "refused"
            except NotFound:
                return "gone"
            return "done"

    assert set(in_parallel(work, times=7)) <= {"done", "refused"}
    with organization_scope(organization):
        assert not ContactTag.objects.for_organization(organization).exists()
