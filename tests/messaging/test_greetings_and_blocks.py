"""What a number says by itself, what Meta forbids it, how its messages fare, and blocks carried to WhatsApp."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import Organization
from apps.contacts.models import Contact
from apps.core.tenancy import organization_scope
from apps.core.wake import run
from apps.messaging.models import Block, Message
from apps.whatsapp import error_table
from apps.whatsapp.models import Number
from tests.conftest import make_app, make_contact, make_conversation, make_message, make_number
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import CUSTOMER, receive, text_message
from tests.stack import Stack
from tests.whatsapp.simulated import Simulated

SHUT = {day: {"enabled": False} for day in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)}  # fmt: skip


def said(organization: Organization) -> list[str]:
    with organization_scope(organization):
        rows = Message.objects.in_scope().filter(direction="outbound").order_by("pk")
        assert {each.sender_kind for each in rows} <= {"system"}
        return [each.text for each in rows]


def test_who_begins_is_welcomed_once_and_who_comes_at_night_is_told(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    number = make_number(organization)
    wanted = {"welcome_message": "Olá!", "away_message": "Fechado.", "settings": {"away_every_hours": 2}}
    changed = owners_api.patch(f"/api/v1/numbers/{number.pk}/", wanted | {"business_hours": SHUT})
    assert changed.status_code == 200, changed.content
    assert {name: changed.json()[name] for name in wanted} == wanted
    receive(number, text_message("wamid.1"))
    receive(number, text_message("wamid.2"))
    assert said(organization) == ["Olá!", "Fechado."]
    with organization_scope(organization):
        Message.objects.in_scope().filter(direction="outbound").update(at=timezone.now() - timedelta(hours=3))
    receive(number, text_message("wamid.3"))
    assert said(organization) == ["Olá!", "Fechado.", "Fechado."]
    owners_api.patch(f"/api/v1/numbers/{number.pk}/", {"business_hours": {}})
    receive(number, text_message("wamid.4", sender="5511900000001"))
    assert said(organization)[3:] == ["Olá!"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"business_hours": {"monday": {"enabled": True, "start": "18:00", "end": "09:00"}}}, "business_hours"),
        ({"default_department_id": "019abc00-0000-7000-8000-000000000001"}, "default_department_id"),
        ({"settings": {"away_every_hours": 0}}, "settings.away_every_hours"),
    ],
)
def test_what_a_number_cannot_be_set_to(
    owners_api: DocumentedClient, organization: Organization, values: dict[str, Any], field: str
) -> None:
    refused = owners_api.patch(f"/api/v1/numbers/{make_number(organization).pk}/", values)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)


def test_nobody_greets_the_blocked_an_old_message_or_a_colleagues_customer(organization: Organization) -> None:
    number = make_number(organization, welcome_message="Olá!", away_message="Fechado.", business_hours=SHUT)
    make_contact(organization, phone=CUSTOMER, is_blocked=True)
    receive(number, text_message("wamid.1"))
    long_ago = int((timezone.now() - timedelta(days=2)).timestamp())
    receive(number, text_message("wamid.2", sender="5511900000001", at=long_ago))
    assert said(organization) == []


# --- Restrictions -------------------------------------------------------------------------------------------------


def test_what_meta_forbids_a_number_is_refused_until_it_ends(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    until = timezone.now() + timedelta(days=1)
    number = make_number(
        organization,
        restrictions=[{"type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "until": until.isoformat()}],
    )
    conversation = make_conversation(organization, number=number, window_expires_at=until)
    send = f"/api/v1/conversations/{conversation.pk}/messages/"
    refused = owners_api.post(send, {"type": "text", "text": {"body": "Oi"}})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/number-restricted")
    assert "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" in refused.json()["detail"]
    with organization_scope(organization):
        past = [{"type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "until": "2026-01-01T00:00:00+00:00"}]
        Number.objects.in_scope().filter(pk=number.pk).update(restrictions=past)
    assert owners_api.post(send, {"type": "text", "text": {"body": "Oi"}}).status_code == 201


# --- Health -------------------------------------------------------------------------------------------------------


def test_a_numbers_health_tells_how_its_messages_fared(api: DocumentedClient, organization: Organization) -> None:
    number = make_number(organization, messaging_limit="TIER_250", waba_id="77")
    other = make_number(organization)
    conversation = make_conversation(organization, number=number, last_message_at=timezone.now())
    old = timezone.now() - timedelta(hours=30)
    for status, more in (
        ("failed", {"error_code": 1, "at": old}), ("delivered", {"type": "template"}), ("read", {}),
        ("failed", {"error_code": 131026, "error_title": "Away"}), ("uncertain", {}), ("queued", {}),
        ("failed", {"error_code": 131026, "error_title": "Gone"}), ("read", {"origin": "echo"}),
    ):  # fmt: skip
        make_message(
            organization, conversation=conversation, number=number, direction="outbound", status=status, **more
        )
    told = api.get(f"/api/v1/numbers/{number.pk}/health/").json()["delivery"]
    assert told == {
        "messages": 5, "failed": 2, "uncertain": 1, "failure_rate": 0.4, "template_recipients": 1,
        "template_recipients_limit": 250,
        "failures": [{"code": 131026, "title": error_table.describe(131026, "pt-br")[0], "messages": 2}],
    }  # fmt: skip
    assert api.get(f"/api/v1/numbers/{other.pk}/health/").json()["delivery"]["messages"] == 0


# --- Blocks -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    stack = Stack(tmp_path_factory.mktemp("simulator"))
    stack.start_simulator()
    yield Simulated(stack)
    stack.stop()


@pytest.fixture
def number(organization: Organization, simulator: Simulated, settings: Settings) -> Number:
    settings.WHATSAPP_GRAPH_URL = simulator.url
    number = make_number(organization, waba_id="1000001", app=make_app(organization, app_id="9000001"))
    simulator.begin(number)
    return number


def blocks(organization: Organization) -> list[tuple[bool, str]]:
    with organization_scope(organization):
        return [(each.is_blocked, each.state) for each in Block.objects.in_scope().order_by("pk")]


def test_a_blocked_contact_is_blocked_at_whatsapp_as_soon_as_it_can_be(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    receive(number, text_message("wamid.1"))
    with organization_scope(organization):
        contact = Contact.objects.in_scope().get()
    owners_api.post(f"/api/v1/contacts/{contact.pk}/block/", {"reason": "spam"})
    run("messaging.tell_blocks")
    assert blocks(organization) == [(True, "failed")]  # to the simulator they haven't written yet
    body = {"phone_number_id": number.phone_number_id, "from": CUSTOMER, "text": {"body": "Oi"}}
    simulator.control("POST", "inbound", body)
    receive(number, text_message("wamid.2"))
    run("messaging.tell_blocks")
    assert blocks(organization) == [(True, "done")]
    there = simulator.control("GET", f"accounts/{number.phone_number_id}")["blocked"]
    assert len(there) == 1
    owners_api.post(f"/api/v1/contacts/{contact.pk}/unblock/")
    run("messaging.tell_blocks")
    assert blocks(organization) == [(False, "done")]
    assert simulator.control("GET", f"accounts/{number.phone_number_id}")["blocked"] == {}
