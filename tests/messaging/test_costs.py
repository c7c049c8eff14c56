"""What messages cost: Meta's own words, its dated list, and the sums that people see."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import Organization
from apps.core.tenancy import all_organizations
from apps.messaging.models import Conversation, Message
from apps.whatsapp.prices import country_of, price_of
from tests.conftest import (
    client_of,
    commits,
    in_parallel,
    make_conversation,
    make_member,
    make_message,
    make_number,
    make_organization,
)
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import deliver, drain, payload, report, status

REGULAR = {"billable": True, "pricing_model": "PMP", "type": "regular"}
FREE = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}


def sent(organization: Organization, conversation: Conversation, wamid: str) -> Message:
    return make_message(
        organization,
        conversation=conversation,
        direction="outbound",
        status="accepted",
        wamid=wamid,
        sender_kind="agent",
    )


@pytest.mark.parametrize(
    ("category", "country", "on", "cost"),
    [
        ("marketing", "BR", date(2026, 11, 24), "0.0625"),
        ("marketing_lite", "BR", date(2026, 11, 24), "0.0625"),
        ("group_utility", "BR", date(2026, 11, 24), "0.0068"),
        ("service", "BR", date(2026, 11, 24), "0.0068"),
        ("service", "BR", date(2026, 9, 30), "0"),
        ("marketing", "MX", date(2026, 9, 30), "0.0305"),
        ("marketing", "MX", date(2026, 10, 1), "0.0397"),
        ("authentication-international", "IN", date(2026, 11, 24), "0.0304"),
        ("authentication_international", "BR", date(2026, 11, 24), "0.0068"),
        ("utility", "PT", date(2026, 11, 24), "0.0171"),
        ("utility", "AQ", date(2026, 11, 24), "0.0077"),
        ("utility", None, date(2026, 11, 24), "0.0077"),
        ("utility", "UA", date(2026, 9, 30), "0.0212"),
        ("utility", "UA", date(2026, 10, 1), "0.0298"),
    ],
)
def test_the_list_of_the_day_and_the_recipients_country_tell_the_price(
    category: str, country: str | None, on: date, cost: str
) -> None:
    assert price_of(REGULAR | {"category": category}, country=country, on=on).cost == Decimal(cost)


def test_what_meta_calls_free_costs_nothing_and_what_no_list_knows_is_unknown() -> None:
    on = date(2026, 11, 24)
    assert price_of(FREE, country="BR", on=on).cost == 0
    assert price_of(REGULAR | {"category": "marketing", "type": "free_entry_point"}, country="BR", on=on).cost == 0
    assert price_of(REGULAR | {"category": "utility", "subtype": "paid_exempt"}, country="BR", on=on).cost == 0
    assert price_of(REGULAR | {"category": "general_purpose_ai"}, country="BR", on=on).cost is None


def test_a_country_is_known_by_phone_or_by_user_id() -> None:
    assert [country_of("5511987654321", None), country_of("18095551234", None)] == ["BR", "DO"]
    assert country_of(None, "PT.123") == "PT"
    assert [country_of("999", None), country_of(None, None)] == [None, None]


def test_a_conversations_cost_is_shown_once_its_messages_are_delivered(
    api: DocumentedClient, organization: Organization
) -> None:
    number = make_number(organization)
    conversation = make_conversation(organization, number=number)
    for wamid in ("wamid.1", "wamid.2", "wamid.3"):
        sent(organization, conversation, wamid)
    marketing = REGULAR | {"category": "marketing"}
    report(number, status("wamid.1", "sent", pricing=marketing))
    assert api.get(f"/api/v1/conversations/{conversation.pk}/cost/").json()["by_category"] == []
    report(number, status("wamid.1", "delivered"), status("wamid.1", "read"), status("wamid.1", "delivered"))
    report(number, status("wamid.2", "delivered", pricing=FREE))
    report(number, status("wamid.3", "sent", pricing=marketing), status("wamid.3", "failed"))
    found = api.get(f"/api/v1/conversations/{conversation.pk}/cost/").json()
    assert (found["total"], found["currency"]) == ("0.062500", "USD")
    assert [(each["category"], each["messages"]) for each in found["by_category"]] == [("marketing", 1), ("service", 1)]


def test_a_numbers_month_is_summed_up(owners_api: DocumentedClient, organization: Organization) -> None:
    number = make_number(organization)
    conversation = make_conversation(organization, number=number)
    for n in range(3):
        sent(organization, conversation, f"wamid.{n}")
        report(number, status(f"wamid.{n}", "delivered", pricing=FREE), status(f"wamid.{n}", "read"))
    found = owners_api.get(f"/api/v1/numbers/{number.pk}/costs/").json()
    assert (found["total"], found["free_service_messages"], found["free_service_limit"]) == ("0.000000", 3, 1000)
    assert owners_api.get(f"/api/v1/numbers/{number.pk}/costs/?month=2026-01-15").json()["by_category"] == []
    assert owners_api.get(f"/api/v1/numbers/{number.pk}/costs/?month=January").status_code == 400


def test_an_ad_makes_everything_free_for_a_while(organization: Organization) -> None:
    number = make_number(organization)
    conversation = make_conversation(organization, number=number)
    sent(organization, conversation, "wamid.1")
    entry = {"id": "c1", "origin": {"type": "referral_conversion"}, "expiration_timestamp": "1795000000"}
    report(number, status("wamid.1", "sent", conversation=entry))
    with all_organizations("a test looks"):
        found = Conversation.objects.across_organizations().get(pk=conversation.pk)
    assert found.free_entry_until is not None
    assert found.free_entry_until.timestamp() == 1795000000


@commits
def test_statuses_that_are_handled_at_once_count_once() -> None:
    organization = make_organization()
    number = make_number(organization)
    bodies: list[Any] = []
    for n in range(20):
        conversation = make_conversation(organization, number=number)
        sent(organization, conversation, f"wamid.{n}")
        bodies += [
            payload(number, statuses=[status(f"wamid.{n}", word, pricing=FREE)]) for word in ("delivered", "read")
        ]
    deliver(number, *bodies)
    in_parallel(lambda _: drain(), times=4)
    api = client_of(make_member(organization, role="owner"), organization)
    assert api.get(f"/api/v1/numbers/{number.pk}/costs/").json()["free_service_messages"] == 20
