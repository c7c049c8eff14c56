"""Searching contacts: what people type, and what PostgreSQL does with it."""

import pytest
from django.db import connections
from django.utils import timezone

from apps.accounts.models import Organization
from apps.contacts.models import Contact
from apps.core.tenancy import heavy_reading, organization_scope
from tests.conftest import client_of, commits, make_contact, make_member, make_organization
from tests.core.schema import DocumentedClient

URL = "/api/v1/contacts/"


@pytest.fixture
def people(organization: Organization) -> dict[str, Contact]:
    make_contact(make_organization("Confeitaria Sol"), name="João da Silva", phone="5511987654321")
    return {
        "joão": make_contact(
            organization, name="João da Silva", phone="5511987654321", email="joao.silva@aurora.example"
        ),
        "bia": make_contact(organization, name="", profile_name="Bia ÁVILA", phone="552187651234"),
        "max": make_contact(organization, name="Max 100%_Müller", company="Straße & Söhne", phone="551134567890"),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("joao", ["joão"]),
        ("JOÃO SIL", ["joão"]),
        ("silva joão", ["joão"]),
        ("avila", ["bia"]),
        ("aurora.example", ["joão"]),
        ("sohne strasse", ["max"]),
        ("100%_m", ["max"]),
        ("%", ["max"]),
        ("98765-4321", ["joão"]),
        ("+55 (11) 8765-4321", ["joão"]),
        ("21 98765-1234", ["bia"]),
        ("bia 1234", ["bia"]),
        ("3456 7890", ["max"]),
        ("8765", ["bia", "joão"]),
        ("   ", ["max", "bia", "joão"]),
        ("nobody", []),
        ("joão bia", []),
    ],
)
def test_words_are_found_without_case_accents_or_the_ninth_digit(
    api: DocumentedClient, people: dict[str, Contact], query: str, found: list[str]
) -> None:
    answer = api.get(URL, {"query": query})
    assert [row["id"] for row in answer.data["results"]] == [str(people[name].pk) for name in found]


def test_a_query_goes_with_other_filters_and_has_its_limit(
    api: DocumentedClient, organization: Organization, people: dict[str, Contact]
) -> None:
    vip = make_contact(organization, name="João Pereira", is_vip=True)
    assert [row["id"] for row in api.get(URL, {"query": "joao", "is_vip": "true"}).data["results"]] == [str(vip.pk)]
    assert api.get(URL, {"query": "x" * 201}).status_code == 400
    assert api.get(URL, {"query": "a\0b"}).status_code == 400


@commits
def test_a_search_reads_and_nothing_more() -> None:
    organization = make_organization()
    make_contact(organization, name="João")
    api = client_of(make_member(organization), organization)
    assert len(api.get(URL, {"query": "joao"}).data["results"]) == 1
    assert api.post(URL, {"phone": "11 98765-4321"}).status_code == 201, "the next request may write again"


@commits
def test_a_search_among_many_is_answered_from_the_index() -> None:
    organization = make_organization()
    with organization_scope(organization):
        Contact.objects.for_organization(organization).bulk_create(
            [Contact(name=f"P{n:05}", phone=f"55119{n:08}", created_at=timezone.now()) for n in range(10_000)]
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE contacts_contact")  # as autovacuum would by then
    with heavy_reading(organization, "a plan is looked at"):
        plan = Contact.objects.for_organization(organization).present().matching("P04711").explain()
    assert "contacts_search" in plan
    assert "search_text ~~ '%p04711%'" in plan.partition("Index Cond")[2]
