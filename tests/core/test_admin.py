"""The support staff's desk."""

import json

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Organization, User
from apps.contacts.models import Contact
from apps.core import mail
from apps.core.events import publish
from apps.core.models import IdempotencyKey
from apps.core.tenancy import all_organizations, organization_scope
from tests.conftest import PASSWORD, make, make_contact, make_organization
from tests.core.samples import Samples
from tests.core.schema import Operation, operations
from tests.core.test_log import DoorOpened

OURS = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
OPENED = {"whatsapp.MetaApp"}  # staff make the installation's own
PAGES = [
    route
    for route in operations()
    if route.method == "GET" and route.answers and not (route.gives_file or route.for_staff or route.asks_whatsapp)
]
DESK = [model for model in OURS if admin.site.is_registered(model)]


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("support@pytake.example"))
    return client


def url_of(model: type[Model], page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_model_has_its_page_or_stands_on_anothers() -> None:
    inlines = {inline.model for each in admin.site._registry.values() for inline in each.inlines}
    missing = {model._meta.label for model in OURS} - {model._meta.label for model in (*DESK, *inlines)}
    assert missing == set()


@pytest.mark.parametrize("model", DESK, ids=lambda model: model._meta.label)
def test_staff_search_filter_and_open_every_page(staff: Client, model: type[Model]) -> None:
    ours, theirs = Samples("Padaria Aurora"), Samples("Floricultura Boreal")
    for each in (ours, theirs):
        each.everything()
        make(IdempotencyKey, each.organization, key="a", answer={}, fingerprint="", status=200)
    with all_organizations("a mail is written"):
        mail.put(to="ana@aurora.example", subject="Oi", text="Oi")
    desk = admin.site._registry[model]
    page = staff.get(url_of(model))
    assert page.status_code == 200
    with all_organizations("a row of each"):
        row = model._default_manager.order_by("pk").first()
    if desk.search_fields:
        assert staff.get(url_of(model), {"q": "aurora 55"}).status_code == 200
    if row is not None:
        change = staff.get(url_of(model, "change", row.pk))
        assert change.status_code == 200
        assert b"an access token" not in change.content
        assert b"an app's secret" not in change.content.replace(b"&#x27;", b"'")


def test_staff_see_all_organizations_and_choose_one(staff: Client, organization: Organization) -> None:
    make_contact(organization, name="Bia")
    make_contact(make_organization("Floricultura Boreal"), name="Caio")
    page = staff.get(url_of(Contact)).content.decode()
    assert "Bia" in page
    assert "Caio" in page
    assert "Floricultura Boreal" in page, "a choice of the filter"
    chosen = staff.get(url_of(Contact), {"organization__id__exact": str(organization.pk)}).content.decode()
    assert "Bia" in chosen
    assert "Caio" not in chosen


def test_staff_find_a_fact_by_what_it_says(staff: Client, organization: Organization) -> None:
    with organization_scope(organization):
        publish(*(DoorOpened(organization_id=organization.pk, door=door) for door in ("cellar", "attic")))
    page = staff.get("/admin/core/logentry/", {"q": "cellar"}).content
    assert page.count(b"field-kind") == 1


@pytest.mark.parametrize("model", DESK, ids=lambda model: model._meta.label)
def test_staff_add_and_delete_nothing(staff: Client, model: type[Model]) -> None:
    desk = admin.site._registry[model]
    request = staff.get("/admin/").wsgi_request
    assert desk.has_add_permission(request) is (model._meta.label in OPENED)
    assert not desk.has_delete_permission(request)


def test_who_is_not_of_the_staff_is_sent_to_sign_in(client: Client, agent: User) -> None:
    assert client.get("/admin/").status_code == 302
    client.force_login(agent)
    assert client.get(url_of(Contact)).status_code == 302


def of_the_staff(member: User) -> User:
    User.objects.filter(pk=member.pk).update(is_staff=True)
    return member


@pytest.mark.django_db
@pytest.mark.parametrize("route", PAGES, ids=str)
def test_every_page_of_the_browsable_api_opens(client: Client, route: Operation) -> None:
    samples = Samples("Padaria Aurora")
    samples.everything()
    client.force_login(of_the_staff(samples.owner))
    path = route.path if route.noun == "auth" else samples.path_of(route)
    page = client.get(path, headers={"Accept": "text/html"})
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_staff_try_the_api_in_the_browser_as_their_first_organization(
    client: Client, agent: User, organization: Organization
) -> None:
    client.force_login(agent)
    assert client.get("/api/v1/members/").status_code == 401, "a browser's session is the staff's alone"
    of_the_staff(agent)
    page = client.get("/api/v1/members/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert b"Ana Souza" in page.content
    assert json.loads(client.get("/api/v1/auth/me/").content)["organization"]["name"] == organization.name
    client.force_login(User.objects.create_superuser("nowhere@pytake.example"))
    assert client.get("/api/v1/members/").status_code == 401
    assert client.get("/api/v1/auth/me/").status_code == 401


def test_a_password_opens_no_browser_session_but_at_the_desk(client: Client, agent: User) -> None:
    form = {"username": agent.email, "password": PASSWORD}
    assert client.post("/api/browse/login/", form).status_code == 404
    assert client.post("/admin/login/", form).status_code == 200, "the form again"
    assert "sessionid" not in client.cookies
    assert client.get("/api/v1/auth/me/", headers={"Accept": "text/html"}).status_code == 401
