"""The support staff's desk: everything to be found, secrets to be set and never seen, redrives that work."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from apps.accounts.models import Organization, User
from apps.core.tenancy import all_organizations, organization_scope
from apps.whatsapp.models import InboundEvent, Media, MetaApp, Number
from apps.whatsapp.services.media import store_upload
from tests.conftest import commits, make, make_app, make_number, make_organization
from tests.whatsapp.graph import Graph
from tests.whatsapp.test_webhook_events import dead, make_change
from tests.whatsapp.test_webhook_events import now as change_now

DESK = "/admin/whatsapp/"


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("support@pytake.example", full_name="Support"))
    return client


@pytest.fixture
def reader(db: None) -> Client:
    """Somebody of the staff who may look at everything and change nothing."""
    from django.contrib.auth.models import Permission

    user = User.objects.create_user("reader@pytake.example", full_name="Reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, noun: str, action: str, *rows: Any) -> str:
    form = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    answer = client.post(f"{DESK}{noun}/", form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def get(client: Client, path: str) -> str:
    answer = client.get(f"{DESK}{path}")
    assert answer.status_code == 200, path
    return answer.content.decode()


def event_of(organization: Organization, body: bytes, **values: Any) -> InboundEvent:
    app = make_app(organization, name="App of the bakery")
    with all_organizations("what webhooks bring is the installation's"):
        return InboundEvent.objects.create(app=app, body=body, **values)


# --- Raw webhooks -----------------------------------------------------------------------------------------------


def test_staff_read_a_raw_webhook(organization: Organization, staff: Client) -> None:
    body = b'{"entry":[{"id":"1","text":"ol\\u00e1 \\ud83d\\ude00 <b>"}]}'
    event = event_of(organization, body)
    assert event.pk.hex[:8] in get(staff, "inboundevent/").replace("-", "")
    page = get(staff, f"inboundevent/{event.pk}/change/")
    assert "olá 😀 &lt;b&gt;" in page, "indented, readable, and no markup of a stranger's"
    assert str(len(body)) in page


@pytest.mark.parametrize("body", [b"not json", b"\xff\xfe\x00", b'{"a":"\\u0000\\ud800"}', b"[" * 100_000, b""])
def test_the_strangest_body_can_be_looked_at(organization: Organization, staff: Client, body: bytes) -> None:
    get(staff, f"inboundevent/{event_of(organization, body, state='dead').pk}/change/")


def test_webhooks_are_found_by_state_and_app(organization: Organization, staff: Client) -> None:
    event_of(organization, b"{}", state="dead", error="NotUnderstood: no object")
    event_of(organization, b"{}", state="split")
    for query in ("state__exact=dead", "q=NotUnderstood"):
        assert get(staff, f"inboundevent/?{query}").count("field-state") == 1
    assert get(staff, "inboundevent/?q=bakery").count("field-state") == 2


@commits
def test_a_body_that_could_not_be_understood_is_split_again() -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser("support@pytake.example", full_name="Support"))
    organization = make_organization()
    number = make_number(organization)
    body = (
        b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"account_update","value":{}}]}]}'
    )
    with all_organizations("what webhooks bring is the installation's"):
        event = InboundEvent.objects.create(app=number.app, body=body, state="dead", error="a bug")
    assert "1 to be split again" in act(staff, "inboundevent", "split_again", event)
    with all_organizations("look"):
        event.refresh_from_db()
    assert (event.state, event.error) == ("split", "")


def test_what_an_event_brought_is_processed_again(organization: Organization, staff: Client) -> None:
    change = dead(organization)
    with all_organizations("look"):
        event = InboundEvent.objects.get(pk=change.event_id)
    assert "1 to be processed again" in act(staff, "inboundevent", "redrive", event)
    assert change_now(change).state == "pending"
    assert f"?event__id__exact={event.pk}" in get(staff, f"inboundevent/{event.pk}/change/")
    assert get(staff, f"change/?event__id__exact={event.pk}").count("field-state") == 1


# --- Changes ----------------------------------------------------------------------------------------------------


def test_a_message_is_found_by_its_id_at_whatsapp(organization: Organization, staff: Client) -> None:
    change = make_change(organization, provider_id="wamid.HBgM", value={"text": "<i>olá</i>"})
    make_change(make_organization("Mercado Sol"), provider_id="wamid.other", state="dead")
    assert get(staff, "change/").count("field-state") == 2
    for query in ("q=wamid.HBgM", "state__exact=pending", f"organization__id__exact={organization.pk}"):
        assert get(staff, f"change/?{query}").count("field-state") == 1
    assert "&lt;i&gt;olá&lt;/i&gt;" in get(staff, f"change/{change.pk}/change/")


def test_changes_of_many_organizations_are_processed_again_at_once(organization: Organization, staff: Client) -> None:
    changes = [dead(organization), dead(make_organization("Mercado Sol")), dead(organization)]
    nobodys = dead(organization)
    with all_organizations("a number that is none of ours"):
        nobodys.number = nobodys.organization = None  # type: ignore[assignment]
        nobodys.save()
    page = act(staff, "change", "redrive", *changes, nobodys)
    assert "3 to be processed again. 1 belong to no number" in page
    assert [change_now(each).state for each in (*changes, nobodys)] == ["pending"] * 3 + ["dead"]


# --- Apps and numbers -------------------------------------------------------------------------------------------


def test_staff_make_an_app_for_the_installation_and_never_see_its_secret(staff: Client) -> None:
    form = {"name": "Of all", "app_id": "77", "graph_url": "", "organization": ""}
    page = staff.post(f"{DESK}metaapp/add/", form | {"new_secret": ""}).content.decode()
    assert "An app needs its secret" in page
    page = staff.post(f"{DESK}metaapp/add/", form | {"new_secret": "{{secret:x}}"}).content.decode()
    assert "has no organization" in page
    secrets = {"new_secret": "s3cret-1", "new_verify_token": "t0ken"}
    assert staff.post(f"{DESK}metaapp/add/", form | secrets).status_code == 302
    with all_organizations("look"):
        app = MetaApp.objects.across_organizations().get()
    assert (app.secrets, app.verify_token, app.organization_id) == (["s3cret-1"], "t0ken", None)
    path = f"metaapp/{app.pk}/change/"
    change = {"name": "Of all", "app_id": "78", "graph_url": "", "new_verify_token": ""}
    assert staff.post(f"{DESK}{path}", change | {"new_secret": "s3cret-2"}).status_code == 302
    shown = get(staff, path) + get(staff, "metaapp/")
    assert "s3cret" not in shown
    assert "t0ken" not in shown
    with all_organizations("look"):
        app.refresh_from_db()
    assert (app.secrets, app.app_id, app.verify_token) == (["s3cret-1", "s3cret-2"], "78", "t0ken")
    act(staff, "metaapp", "retire_secret", app)
    with all_organizations("look"):
        app.refresh_from_db()
    assert app.secrets == ["s3cret-2"]
    assert app.webhook_url in get(staff, path), "the installation's own app has to be set up at Meta"


def test_staff_see_no_address_that_opens_an_organizations_webhook(organization: Organization, staff: Client) -> None:
    app = make_number(organization).app
    assert app.key not in get(staff, f"metaapp/{app.pk}/change/") + get(staff, "metaapp/")


def test_a_number_is_changed_through_the_same_door_as_by_its_owner(
    organization: Organization, staff: Client, graph: Graph
) -> None:
    number = make_number(organization, phone_number_id="1")
    path = f"{DESK}number/{number.pk}/change/"
    form = {"display_phone_number": "+55 11 1", "verified_name": "X", "messages_per_second": 40, "is_active": "on"}
    assert staff.post(path, form | {"new_access_token": ""}).status_code == 302
    refused = staff.post(path, form | {"new_access_token": "a wrong one"}, follow=True).content.decode()
    assert "WhatsApp refuses" in refused
    assert "was changed successfully" not in refused
    assert "access token" not in get(staff, f"number/{number.pk}/change/").replace("Access token", "")
    with organization_scope(organization):
        number.refresh_from_db()
    assert (number.messages_per_second, number.access_token) == (40, "an access token")


def test_numbers_are_tested_held_and_released(organization: Organization, staff: Client, graph: Graph) -> None:
    number = make_number(organization, phone_number_id="1")
    graph.number("1", verified_name="Novo Nome")

    def status() -> str:
        with organization_scope(organization):
            return Number.objects.in_scope().get(pk=number.pk).status

    assert "1 held" in act(staff, "number", "hold", number)
    assert status() == "held"
    assert "1 released" in act(staff, "number", "release", number)
    act(staff, "number", "disconnect", number)
    assert status() == "disconnected"
    act(staff, "number", "test", number)
    assert "Novo Nome" in get(staff, "number/?q=Padaria")


def test_who_may_only_look_changes_nothing(organization: Organization, reader: Client) -> None:
    number = make_number(organization)
    assert "Padaria" in get(reader, "number/")
    act(reader, "number", "disconnect", number)
    assert reader.post(f"{DESK}number/{number.pk}/change/", {"verified_name": "X"}).status_code == 403
    assert reader.get(f"{DESK}metaapp/add/").status_code == 403
    with organization_scope(organization):
        number.refresh_from_db()
    assert number.status == "connected"


# --- Files ------------------------------------------------------------------------------------------------------


def test_files_are_listed_opened_and_fetched_again(
    organization: Organization, staff: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    with organization_scope(organization):
        ready = store_upload(
            organization_id=organization.pk, file=SimpleUploadedFile("a.pdf", b"%PDF-1.4"), filename="a.pdf"
        )
    lost = make(Media, organization, state="failed", provider_id="31", error="x")
    assert get(staff, "media/").count("field-state") == 2
    assert f"/media/{ready.pk}/?until=" in get(staff, f"media/{ready.pk}/change/")
    assert "1 to be fetched again" in act(staff, "media", "fetch_again", lost, ready)
    with organization_scope(organization):
        lost.refresh_from_db()
    assert lost.state == "pending"


def test_lists_take_the_same_queries_however_long(
    organization: Organization, staff: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        dead(organization)
    for noun in ("number", "change", "inboundevent", "metaapp", "media"):
        with django_assert_max_num_queries(20):
            get(staff, f"{noun}/")
