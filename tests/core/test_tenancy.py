"""No row without an organization, no route to another's rows."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection

from apps.accounts.models import Organization
from apps.contacts.models import Contact, Tag
from apps.core.tenancy import (
    TenantQuerySet,
    UnscopedQueryError,
    all_organizations,
    heavy_reading,
    organization_scope,
    reached_organization,
)
from tests.conftest import commits, make_contact, make_conversation, make_number, make_organization, make_tag
from tests.core.samples import FREE, NAMES, NOUNS, Samples, noun_of
from tests.core.schema import Operation, operations

# What belongs to a person or to the installation, and is nobody's row.
PERSONAL = {"auth", "permissions", "realtime", "template-library"}
ROUTES = [route for route in operations() if route.noun not in PERSONAL and not route.for_staff]
OF_ONE = [route for route in ROUTES if "{id}" in route.path]
READING = [route for route in ROUTES if route.method == "GET" and not (route.gives_file or route.asks_whatsapp)]
WRITING = [route for route in ROUTES if route.method != "GET"]
IN_BODIES = [
    (route, place)
    for route in ROUTES
    for place in route.ids_in_body
    if place.removesuffix(".0").rpartition(".")[2] not in FREE
    # What stands deep in a message is asked where messages are sent, and not where one begins a conversation.
    and not place.startswith(("message.interactive.", "message.template."))
]
IN_QUERIES = [
    (route, name) for route in ROUTES if not route.gives_file for name in route.ids_in_query if name not in FREE
]


@pytest.fixture
def ours(db: None) -> Samples:
    return Samples("Padaria Aurora")


@pytest.fixture
def theirs(db: None) -> Samples:
    return Samples("Floricultura Boreal")


@pytest.fixture(params=["queries filter", "only the policies hold"])
def wall(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test that asks for it runs again with a `for_organization()` that filters nothing."""

    def forget(rows: TenantQuerySet[Any], organization: Organization | UUID) -> TenantQuerySet[Any]:
        rows = rows.all()
        rows._organization_id = organization if isinstance(organization, UUID) else organization.pk
        return rows

    if request.param == "only the policies hold":
        monkeypatch.setattr(TenantQuerySet, "for_organization", forget)


@pytest.mark.parametrize(
    "query",
    [
        lambda: list(Contact.objects.all()),
        lambda: Contact.objects.filter(phone="5511987654321").first(),
        lambda: Contact.objects.count(),
        lambda: Contact.objects.exists(),
        lambda: list(Contact.objects.values_list("pk").iterator()),
        lambda: Contact.objects.update(name=""),
        lambda: Contact.objects.all().delete(),
        lambda: Contact.objects.in_bulk(),
        lambda: Contact.objects.create(name="Bia"),
        lambda: Contact.objects.bulk_create([Contact()]),
        lambda: Contact.objects.aggregate(),
        lambda: Contact.objects.across_organizations(),
    ],
)
def test_a_query_that_forgets_the_organization_raises(organization: Organization, query: Callable[[], Any]) -> None:
    with pytest.raises(UnscopedQueryError):
        query()
    with pytest.raises(UnscopedQueryError), organization_scope(organization):
        query()


def test_a_query_for_another_organization_than_the_transactions_raises(organization: Organization) -> None:
    theirs = make_organization("Boreal")
    with pytest.raises(UnscopedQueryError):
        Contact.objects.for_organization(organization).count()
    with pytest.raises(UnscopedQueryError), organization_scope(organization):
        Contact.objects.for_organization(theirs).count()


def test_rows_created_together_are_the_organizations_own(organization: Organization) -> None:
    theirs = make_organization("Boreal")
    with organization_scope(organization):
        ours = Contact.objects.for_organization(organization)
        assert ours.bulk_create([Contact(name="Bia")])[0].organization_id == organization.pk
        with pytest.raises(UnscopedQueryError):
            ours.bulk_create([Contact(organization=theirs)])
        with pytest.raises(UnscopedQueryError):
            ours.create(organization=theirs)


def test_row_level_security_stands_behind_what_no_queryset_guards(organization: Organization) -> None:
    ours, theirs = make_tag(organization), make_tag(make_organization("Boreal"))
    assert not Tag._base_manager.exists()
    with organization_scope(organization):
        assert [*Tag._base_manager.all()] == [*Tag._base_manager.raw("TABLE contacts_tag")] == [ours]
        assert [*Organization.objects.all()] == [organization]
    with pytest.raises(ProgrammingError, match="row-level security"), organization_scope(organization):
        Tag(name="vip", organization_id=theirs.organization_id).save()
    with pytest.raises(ProgrammingError, match="row-level security"), organization_scope(organization):
        Tag.objects.for_organization(organization).update(organization=theirs.organization_id)


@commits
def test_a_scope_ends_with_its_transaction() -> None:
    organization = make_organization()
    make_tag(organization)
    with organization_scope(organization):
        assert reached_organization() == organization.pk
        assert Tag._base_manager.exists()
    assert reached_organization() is None
    assert not Tag._base_manager.exists()
    with all_organizations("count"):
        assert Tag._base_manager.exists()
    assert not Tag._base_manager.exists()
    with pytest.raises(RuntimeError), organization_scope(organization), all_organizations("scopes don't nest"):
        pass


def test_a_heavy_reading_names_its_organization_and_writes_nothing(organization: Organization) -> None:
    ours, theirs = make_tag(organization), make_tag(make_organization("Boreal"))
    with heavy_reading(organization, "a search"):
        assert [*Tag.objects.for_organization(organization).filter(name__icontains="CLI")] == [ours]
        with pytest.raises(UnscopedQueryError):
            Tag.objects.for_organization(theirs.organization_id).count()
        with pytest.raises(UnscopedQueryError):
            Tag.objects.count()
    with pytest.raises(Exception, match="read-only"), heavy_reading(organization, "a search"):
        Tag.objects.for_organization(organization).update(name="changed")
    make_tag(organization, name="written afterwards")


def test_inside_the_door_django_checks_a_row_as_a_whole(organization: Organization) -> None:
    vip = make_tag(organization, name="VIP")
    again = Tag(organization=organization, name="vip", color="#000000")
    with all_organizations("a check of uniqueness"):
        vip.full_clean()
        with pytest.raises(ValidationError, match="contacts_tag_name_once"):
            again.full_clean()


def test_a_row_cannot_point_at_anothers_row(organization: Organization) -> None:
    number = make_number(organization)
    theirs = make_contact(make_organization("Boreal"))
    make_conversation(organization, number=number, contact=theirs)
    with pytest.raises(IntegrityError, match="messaging_conversation_contact_id_same_org"):
        connection.check_constraints()


def test_every_noun_and_every_name_of_an_id_has_its_sample(ours: Samples) -> None:
    assert {route.noun for route in ROUTES} <= {*NAMES}
    assert {noun_of(place) for _, place in IN_BODIES} <= {*NAMES}
    ours.everything()


@pytest.mark.parametrize("route", OF_ONE, ids=str)
def test_anothers_row_is_not_found(ours: Samples, theirs: Samples, route: Operation, wall: None) -> None:
    path = theirs.path_of(route)
    before = theirs.rows()
    assert ours.ask(route, path, ours.body_of(route)).status_code == 404
    assert theirs.rows() == before
    found = theirs.ask(route, path, theirs.body_of(route))
    assert found.status_code not in (401, 403, 404), "the sample must exist for its owner"


@pytest.mark.parametrize("route", READING, ids=str)
def test_what_is_read_is_the_same_whatever_others_have(
    ours: Samples, theirs: Samples, route: Operation, wall: None
) -> None:
    ours.everything()
    before = ours.ask(route, ours.path_of(route), {}).json()
    theirs.everything()
    assert ours.ask(route, ours.path_of(route), {}).json() == before
    if "results" in before:
        assert before["results"], "the sample must be in the list"


@pytest.mark.parametrize("route", [route for route in READING if route.search_name], ids=str)
def test_a_search_finds_our_own_alone(ours: Samples, theirs: Samples, route: Operation) -> None:
    def found() -> Any:
        return ours.client.get(ours.path_of(route), {route.search_name: "bia"}).json()["results"]

    ours.everything()
    before = found()
    theirs.everything()
    assert found() == before
    assert len(before) == 1, "the sample must be found"


@pytest.mark.parametrize("route", WRITING, ids=str)
def test_a_write_leaves_others_as_they_were(ours: Samples, theirs: Samples, route: Operation) -> None:
    ours.everything()
    theirs.everything()
    before = theirs.rows()
    ours.ask(route, ours.path_of(route), ours.body_of(route))
    assert theirs.rows() == before


@pytest.mark.parametrize(("route", "place"), IN_BODIES, ids=str)
def test_anothers_id_in_a_body_is_refused(
    ours: Samples, theirs: Samples, route: Operation, place: str, wall: None
) -> None:
    ours.everything()
    noun = noun_of(place)
    foreign, own = theirs.of(noun).pk, ours.of(noun).pk
    path, before = ours.path_of(route), theirs.rows()
    assert ours.ask(route, path, ours.body_naming(route, place, foreign)).status_code in (400, 404)
    assert theirs.rows() == before
    assert ours.ask(route, path, ours.body_naming(route, place, own)).status_code < 300, "only the id was wrong"


@pytest.mark.parametrize(("route", "name"), IN_QUERIES, ids=str)
def test_anothers_id_in_a_filter_finds_nothing(
    ours: Samples, theirs: Samples, route: Operation, name: str, wall: None
) -> None:
    ours.everything()
    theirs.everything()
    found = [
        ours.client.get(ours.path_of(route), {name: each.of(NOUNS[name]).pk}).json()["results"]
        for each in (ours, theirs)
    ]
    assert [bool(rows) for rows in found] == [True, False]
