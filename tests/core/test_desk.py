"""The support desk's own pages: how deep queues are, anything found, an organization at a glance."""

import re

import pytest
from django.test import Client

from apps.accounts.models import Organization, User
from apps.core import mail
from apps.core.desk import FOUND
from apps.core.tenancy import all_organizations
from apps.messaging.models import Message
from tests.conftest import make_contact, make_organization
from tests.core.samples import Samples


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("support@pytake.example", full_name="Sofia"))
    return client


def test_the_first_page_says_how_deep_the_queues_are(desk: Client) -> None:
    samples = Samples("Padaria Aurora")
    samples.everything()
    with all_organizations("a mail is written"):
        mail.put(to="ana@aurora.example", subject="Oi", text="Oi")
    page = desk.get("/admin/").content.decode()
    for title in ("What WhatsApp told", "Messages going out", "Mails", "Workers&#x27; queues", "Numbers"):
        assert title in page
    assert "dead letters" in page
    panels = dict(desk.get("/admin/").context["panels"])
    assert {each.label: each.value for each in panels["Mails"]} == {"waiting": "1", "given up": "0"}
    told = {each.label: desk.get(each.url).context["cl"].result_count for each in panels["Mails"]}
    assert told == {"waiting": 1, "given up": 0}, "each leads to those that it counts"
    assert {each.label for each in panels["Workers' queues"]} >= {"drain", "slow"}


def test_the_first_page_opens_while_the_broker_is_away(desk: Client, settings: object) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"  # type: ignore[attr-defined]
    panels = dict(desk.get("/admin/").context["panels"])
    assert {each.value for each in panels["Workers' queues"]} == {"Redis doesn't answer"}


def test_anything_is_found_by_what_people_say(desk: Client) -> None:
    samples = Samples("Padaria Aurora")
    samples.everything()
    make_contact(make_organization("Floricultura Boreal"), name="Beatriz Nogueira", phone="5511955554444")
    with all_organizations("what to look for"):
        wamid = Message.objects.in_scope().exclude(wamid=None).values_list("wamid", flat=True).first()
    looked_for = {
        "5511955554444": "Contact", "beatriz": "Contact", "aurora": "Organization", wamid: "Message",
        samples.owner.email: "Person",
    }  # fmt: skip
    for text, kind in looked_for.items():
        found = desk.get("/admin/find/", {"q": text}).context["found"]
        assert kind in {each.kind for each in found}, text
        assert all(desk.get(each.url).status_code == 200 for each in found)
    assert desk.get("/admin/find/", {"q": "no such thing \0"}).context["found"] == []
    assert b"At least 3" in desk.get("/admin/find/", {"q": "a"}).content
    page = desk.get("/admin/find/", {"q": '"><script>alert(1)</script>'}).content
    assert b"<script>alert" not in page


def test_a_search_is_bounded_however_much_there_is(desk: Client, organization: Organization) -> None:
    for number in range(FOUND + 5):
        make_contact(organization, name=f"Zuleica {number}")
    found = desk.get("/admin/find/", {"q": "zuleica"}).context["found"]
    assert len(found) == FOUND


def test_an_organization_is_seen_at_a_glance(desk: Client) -> None:
    samples = Samples("Padaria Aurora")
    samples.everything()
    page = desk.get(f"/admin/accounts/organization/{samples.organization.pk}/overview/")
    panels = dict(page.context["panels"])
    assert panels.keys() >= {"Plan and use", "People", "Numbers", "Contacts", "Messages of the last seven days"}
    assert any(samples.owner.email in each.label for each in panels["People"])
    assert desk.get("/admin/accounts/organization/0195aaaa-0000-7000-8000-000000000000/overview/").status_code == 404


@pytest.mark.parametrize("path", ["/admin/find/?q=aurora", "/admin/accounts/organization/"])
def test_nobody_else_looks_in(client: Client, agent: User, path: str) -> None:
    client.force_login(agent)
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("page", ["", "accounts/organization/", "django_celery_beat/periodictask/add/"])
def test_a_script_that_stands_in_a_page_runs_by_the_nonce_of_that_answer(desk: Client, page: str) -> None:
    answer = desk.get(f"/admin/{page}", follow=True)
    scripts = re.findall(r"<script([^>]*)>", answer.content.decode())
    standing = [each for each in scripts if "src=" not in each and "json" not in each]
    named = set(re.findall(r"'nonce-([^']+)'", answer["Content-Security-Policy"]))
    assert {nonce for each in standing for nonce in re.findall(r'nonce="([^"]+)"', each) or [""]} == named
    assert bool(named) is page.startswith("django_celery_beat")
