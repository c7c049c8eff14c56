from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Organization, User
from apps.contacts import services
from apps.contacts.api import examples
from apps.contacts.errors import PhoneTaken
from apps.contacts.models import Contact, ContactIdentity, Tag
from apps.contacts.services import Sender
from apps.core.errors import NotFound
from apps.core.tenancy import all_organizations, organization_scope
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
from tests.core.schema import DocumentedClient

URL = "/api/v1/contacts/"
PHONE = "5511987654321"


def url_of(contact: Contact, verb: str = "") -> str:
    return f"{URL}{contact.pk}/{verb}{'/' if verb else ''}"


def read(organization: Organization, contact: Contact) -> Contact:
    with organization_scope(organization):
        return Contact.objects.for_organization(organization).get(pk=contact.pk)


def recognised(organization: Organization, phone: str) -> Contact:
    with all_organizations("a drain recognises senders"):
        [contact] = services.recognise([Sender(organization.pk, phone, None)]).values()
        return contact


def test_a_new_contact_is_shown_as_documented(api: DocumentedClient, organization: Organization) -> None:
    answer = api.post(URL, examples.NEW_CONTACT)
    assert answer.status_code == 201
    assert answer.data.keys() == examples.CONTACT.keys()
    assert answer.data["phone"] == PHONE
    assert answer.data["attributes"] == {"customer_number": "4711"}
    assert (answer.data["source"], answer.data["lifecycle_stage"], answer.data["opted_in"]) == ("manual", "lead", True)
    assert api.get(f"{URL}{answer.data['id']}/").data == answer.data
    assert str(recognised(organization, "551187654321").pk) == answer.data["id"]


def test_a_phone_belongs_to_one_contact_in_whichever_spelling(
    api: DocumentedClient, organization: Organization
) -> None:
    make_contact(make_organization("Confeitaria Sol"), phone=PHONE)
    make_contact(organization, phone=PHONE, name="Bia Rocha")
    problem = api.post(URL, {"phone": "55 11 8765-4321", "name": "Ana"})
    assert problem.status_code == 409
    assert problem.json()["errors"] == [
        {"field": "phone", "code": "phone_taken", "message": "+5511987654321 is Bia Rocha’s number."}
    ]


@pytest.mark.parametrize("phone", ["12345", "Bia", "", None])
def test_what_is_no_phone_is_named(api: DocumentedClient, phone: str | None) -> None:
    answer = api.post(URL, {"phone": phone})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["phone"]


def test_every_bad_field_is_named(api: DocumentedClient) -> None:
    answer = api.post(URL, {"email": "Bia", "attributes": [1], "opted_in": "perhaps", "company": "x" * 256})
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"phone", "email", "attributes", "opted_in", "company"}


def test_a_deleted_contact_who_is_added_again_comes_back(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    contact = make_contact(organization, phone=PHONE, notes="Likes cake.", name="Bia")
    assert owners_api.delete(url_of(contact)).status_code == 204
    assert owners_api.get(url_of(contact)).status_code == 404
    assert owners_api.get(URL).data["results"] == []
    again = owners_api.post(URL, {"phone": PHONE, "name": "Beatriz"})
    assert (again.status_code, again.data["id"], again.data["notes"]) == (201, str(contact.pk), "Likes cake.")
    assert again.data["name"] == "Beatriz"


def test_a_change_leaves_what_it_does_not_name(api: DocumentedClient, organization: Organization) -> None:
    contact = make_contact(organization, phone=PHONE, name="Bia", attributes={"size": "L"})
    answer = api.patch(url_of(contact), {"company": "Rocha", "attributes": {"birthdate": "1990-02-28"}})
    assert answer.status_code == 200
    assert answer.data["name"] == "Bia"
    assert answer.data["company"] == "Rocha"
    assert answer.data["attributes"] == {"birthdate": "1990-02-28"}


def test_opting_out_and_in_again_keeps_the_dates(api: DocumentedClient, organization: Organization) -> None:
    contact = make_contact(organization)
    assert api.patch(url_of(contact), {"opted_in": False}).data["opted_in"] is False
    assert read(organization, contact).opted_out_at is not None
    api.patch(url_of(contact), {"opted_in": True})
    back = read(organization, contact)
    assert (back.opted_in, back.opted_out_at) == (True, None)
    assert back.opted_in_at is not None


def test_another_number_replaces_the_old_one(api: DocumentedClient, organization: Organization) -> None:
    contact, other = make_contact(organization, phone=PHONE), make_contact(organization)
    assert api.patch(url_of(contact), {"phone": f"+{other.phone}"}).status_code == 409
    assert api.patch(url_of(contact), {"phone": "21 3456-7890"}).data["phone"] == "552134567890"
    assert recognised(organization, "552134567890") == contact
    assert recognised(organization, PHONE) not in (contact, other)


def test_the_number_of_a_deleted_contact_is_free(api: DocumentedClient, organization: Organization) -> None:
    former = make_contact(organization, phone=PHONE, deleted_at=timezone.now())
    contact = make_contact(organization)
    assert api.patch(url_of(contact), {"phone": PHONE}).data["phone"] == PHONE
    assert recognised(organization, PHONE) == contact
    assert read(organization, former).deleted_at is not None


def test_the_same_number_otherwise_written_keeps_whatsapps_spelling(
    api: DocumentedClient, organization: Organization
) -> None:
    contact = recognised(organization, "551187654321")
    assert api.patch(url_of(contact), {"phone": "+55 11 98765-4321"}).data["phone"] == "551187654321"


def test_a_contact_is_blocked_for_a_reason_and_unblocked(api: DocumentedClient, organization: Organization) -> None:
    contact = make_contact(organization)
    blocked = api.post(url_of(contact, "block"), examples.BLOCK).data
    assert (blocked["is_blocked"], blocked["blocked_reason"]) == (True, "Insults the bakers.")
    again = api.post(url_of(contact, "block"), {"reason": "Again."}).data
    assert (again["blocked_at"], again["blocked_reason"]) == (blocked["blocked_at"], "Again.")
    free = api.post(url_of(contact, "unblock")).data
    assert (free["is_blocked"], free["blocked_at"], free["blocked_reason"]) == (False, None, "")


def test_a_vip_is_one_until_they_are_not(api: DocumentedClient, organization: Organization) -> None:
    contact = make_contact(organization)
    assert api.post(url_of(contact, "vip")).data["is_vip"] is True
    answer = api.delete(url_of(contact, "vip"))
    assert (answer.status_code, answer.data["is_vip"]) == (200, False)


def test_lists_are_filtered(api: DocumentedClient, organization: Organization) -> None:
    tag = make(Tag, organization, name="Atacado")
    blocked, vip, tagged = (
        make_contact(organization, is_blocked=True),
        make_contact(organization, is_vip=True),
        make_contact(organization),
    )
    with organization_scope(organization):
        services.add_tags(contact=tagged, tag_ids=[tag.pk])

    def ids(**filters: Any) -> list[str]:
        return [row["id"] for row in api.get(URL, filters).data["results"]]

    assert ids() == [str(each.pk) for each in (tagged, vip, blocked)]
    assert ids(is_blocked="true") == [str(blocked.pk)]
    assert ids(is_blocked="false", is_vip="false") == [str(tagged.pk)]
    assert ids(is_vip="true") == [str(vip.pk)]
    assert ids(tag=tag.pk) == [str(tagged.pk)]
    assert ids(tag=uuid4()) == []
    assert api.get(URL, {"tag": "Atacado"}).status_code == 400
    assert api.get(URL, {"cursor": "nonsense"}).status_code == 404


def test_the_numbers_of_the_directory(api: DocumentedClient, organization: Organization) -> None:
    make_contact(make_organization("Confeitaria Sol"))
    make_contact(organization, is_blocked=True, created_at=timezone.now() - timedelta(days=8))
    tagged = make_contact(organization)
    make_contact(organization, deleted_at=timezone.now())
    api.put(url_of(tagged, "tags"), examples.TAG_NAMES)
    assert api.get(f"{URL}stats/").data == {
        "total_contacts": 2,
        "contacts_with_tags": 1,
        "blocked_contacts": 1,
        "recent_contacts": 1,
    }


@pytest.mark.parametrize(
    ("role", "may"),
    [("viewer", {"get": 200}), ("agent", {"get": 200, "patch": 200}), ("supervisor", {"get": 200, "delete": 204})],
)
def test_a_role_decides_what_one_may_do(organization: Organization, role: str, may: dict[str, int]) -> None:
    api = client_of(make_member(organization, role=role), organization)
    contact = make_contact(organization)
    refused = {"patch", "delete"} - may.keys() if role != "supervisor" else set()
    for method in refused:
        assert getattr(api, method)(url_of(contact), {}).status_code == 403
    for method, status in may.items():
        assert getattr(api, method)(url_of(contact), *([{}] if method != "get" else [])).status_code == status
    if role == "viewer":
        assert api.post(URL, examples.NEW_CONTACT).status_code == 403
        assert api.put(url_of(contact, "tags"), examples.TAG_NAMES).status_code == 403


def test_what_was_deleted_meanwhile_is_not_found(organization: Organization) -> None:
    contact = make_contact(organization)
    with organization_scope(organization):
        services.delete_contact(contact=contact)
        for change in (
            lambda: services.change_contact(contact=contact, name="Bia"),
            lambda: services.delete_contact(contact=contact),
            lambda: services.set_tags(contact=contact, names=["A"]),
        ):
            with pytest.raises(NotFound):
                change()


def test_a_conversation_with_a_new_number_finds_or_makes_its_contact(organization: Organization) -> None:
    with organization_scope(organization):
        made = services.find_or_create(organization_id=organization.pk, phone="11 98765-4321", name="Bia")
        found = services.find_or_create(organization_id=organization.pk, phone="+55 11 8765-4321", name="Ana")
        services.delete_contact(contact=made)
        back = services.find_or_create(organization_id=organization.pk, phone=PHONE, name="Ana")
    assert made == found == back
    assert (back.name, back.deleted_at) == ("Bia", None)


@commits
def test_every_change_is_published_once() -> None:
    organization = make_organization()
    api = client_of(make_member(organization, role="owner"), organization)
    seen = len(facts_of(organization))
    made = api.post(URL, examples.NEW_CONTACT).data["id"]
    one = f"{URL}{made}/"
    api.patch(one, {"name": "Bia"})
    api.post(f"{one}block/", {})
    api.post(f"{one}unblock/")
    api.post(f"{one}vip/")
    api.put(f"{one}tags/", examples.TAG_NAMES)
    api.delete(one)
    facts = facts_of(organization)[seen:]
    assert [(fact.kind, fact.data) for fact in facts] == [
        ("contacts.ContactChanged", {"contact_id": made, "created": number == 0}) for number in range(7)
    ]


@commits
def test_the_list_takes_the_same_queries_for_one_contact_or_fifty(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    organization = make_organization()
    api = client_of(make_member(organization), organization)
    contacts = [make_contact(organization) for _ in range(60)]
    with organization_scope(organization):
        for contact in contacts[::7]:
            services.set_tags(contact=contact, names=["Atacado", "Bolos"])
    with django_assert_num_queries(9):  # begin, role, access, commit; begin, organization, page, tags, commit
        page = api.get(URL).data
    assert len(page["results"]) == 50
    assert len(api.get(page["next"]).data["results"]) == 10
    with django_assert_num_queries(10):  # a search also makes itself read-only
        assert len(api.get(URL, {"query": "bia"}).data["results"]) == 50


@commits
def test_of_eight_desks_that_add_one_number_one_succeeds() -> None:
    organization = make_organization()

    def add(number: int) -> str:
        spelling = "+55 11 98765-4321" if number % 2 else "55 11 8765-4321"
        try:
            with organization_scope(organization):
                services.create_contact(organization_id=organization.pk, phone=spelling, name=f"Desk {number}")
        except PhoneTaken:
            return "refused"
        return "added"

    assert sorted(in_parallel(add, times=8)) == ["added"] + ["refused"] * 7
    with organization_scope(organization):
        assert Contact.objects.for_organization(organization).count() == 1


@commits
def test_eight_desks_that_write_to_one_new_number_find_one_contact() -> None:
    organization = make_organization()

    def start(number: int) -> Contact:
        with organization_scope(organization):
            return services.find_or_create(organization_id=organization.pk, phone=PHONE, name=f"Desk {number}")

    assert len(set(in_parallel(start, times=8))) == 1
    with organization_scope(organization):
        assert ContactIdentity.objects.for_organization(organization).count() == 1


@commits
def test_what_two_desks_change_at_once_is_both_kept() -> None:
    organization = make_organization()
    contact = make_contact(organization)

    def change(number: int) -> None:
        with organization_scope(organization):
            if number % 2:
                services.change_contact(contact=contact, company=f"Company {number}")
            else:
                services.set_vip(contact=contact, vip=True)

    in_parallel(change, times=8)
    changed = read(organization, contact)
    assert changed.is_vip
    assert changed.company.startswith("Company")


def test_another_organizations_contact_is_not_found(api: DocumentedClient) -> None:
    theirs = make_contact(make_organization("Confeitaria Sol"))
    for verb, method in [("", "get"), ("", "patch"), ("block", "post"), ("unblock", "post"), ("vip", "post"),
                         ("vip", "delete")]:  # fmt: skip
        assert getattr(api, method)(url_of(theirs, verb)).status_code == 404
    assert api.put(url_of(theirs, "tags"), examples.TAG_NAMES).status_code == 404


def test_a_key_that_comes_twice_adds_one_contact(api: DocumentedClient, agent: User) -> None:
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    first, again = (api.post(URL, examples.NEW_CONTACT, **key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data["id"] == again.data["id"]
