"""What a plan allows, and who is told when it is used up."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import MessageCount, Organization, User
from apps.accounts.services import limits
from apps.contacts.models import Contact
from apps.core.errors import DomainError
from apps.core.log import number_all
from apps.core.tenancy import all_organizations, organization_scope
from tests.conftest import (
    client_of,
    commits,
    facts_of,
    in_parallel,
    make_contact,
    make_conversation,
    make_member,
    make_number,
    make_organization,
)
from tests.core.schema import DocumentedClient

NEW = {"phone": "+55 11 98765-4321", "name": "Bia"}


def allow(organization: Organization, **own: Any) -> None:
    with all_organizations("a plan is changed"):
        Organization.objects.filter(pk=organization.pk).update(limits=own)


def told(organization: Organization) -> list[str]:
    number_all([organization.pk])
    return [f.data["resource"] for f in facts_of(organization) if f.kind == "accounts.PlanLimitReached"]


def test_one_contact_too_many_is_refused_and_says_why(owners_api: DocumentedClient, organization: Organization) -> None:
    allow(organization, contacts=1)
    make_contact(organization)
    refused = owners_api.post("/api/v1/contacts/", NEW)
    assert refused.status_code == 402
    problem = refused.json()
    assert problem["type"] == "/problems/plan-limit-reached"
    assert {"resource": "contacts", "limit": 1, "used": 1}.items() <= problem.items()
    allow(organization, contacts=2)
    added = owners_api.post("/api/v1/contacts/", NEW)
    assert added.status_code == 201
    owners_api.delete(f"/api/v1/contacts/{added.json()['id']}/")
    make_contact(organization)
    assert owners_api.post("/api/v1/contacts/", NEW).status_code == 402, "who comes back counts, too"


def test_a_limit_that_is_reached_is_told_once(api: DocumentedClient, organization: Organization) -> None:
    allow(organization, contacts=1)
    assert api.post("/api/v1/contacts/", NEW).status_code == 201
    with organization_scope(organization):
        limits.note_growth({organization.pk}, "contacts")
    assert told(organization) == ["contacts"]


def test_a_number_too_many_is_refused_before_anybody_asks_whatsapp(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    allow(organization, numbers=1)
    make_number(organization)
    wanted = {"phone_number_id": "1", "waba_id": "2", "access_token": "t", "app_secret": "s" * 32}
    assert owners_api.post("/api/v1/numbers/", wanted).status_code == 402


def test_beyond_the_months_messages_nothing_is_sent(api: DocumentedClient, organization: Organization) -> None:
    allow(organization, monthly_messages=3)
    conversation = make_conversation(organization)
    path, message = f"/api/v1/conversations/{conversation.pk}/messages/", {"type": "text", "text": {"body": "Oi"}}
    with organization_scope(organization):
        limits.count_received({organization.pk: 1})
    assert [api.post(path, message).status_code for _ in range(3)] == [201, 201, 402]
    with organization_scope(organization):
        assert limits.messages_of(organization) == {"sent": 2, "received": 1}
        limits.count_received({organization.pk: 5})
    assert told(organization) == ["monthly_messages"]
    assert api.post(path, message).json()["used"] == 8


def test_a_month_is_the_organizations_own(organization: Organization) -> None:
    """In São Paulo it is still October."""
    now = datetime(2026, 11, 1, 1, tzinfo=UTC)
    assert f"{limits.month_of(organization, now):%Y-%m-%d}" == "2026-10-01"
    organization.timezone = "Mars/Olympus"
    assert f"{limits.month_of(organization, now):%Y-%m-%d}" == "2026-11-01"


def test_a_plan_that_has_expired_is_the_free_one(organization: Organization) -> None:
    organization.plan, organization.limits = "professional", {"departments": 7}
    assert limits.limits_now(organization)["contacts"] == 50_000
    organization.plan_expires_at = datetime(2026, 1, 1, tzinfo=UTC)
    assert limits.limits_now(organization)["contacts"] == 1_000
    assert limits.limits_now(organization)["departments"] == 7


@commits
def test_of_fifty_at_once_exactly_the_limit_gets_in() -> None:
    organization = make_organization()
    agent = make_member(organization)
    allow(organization, contacts=7)

    def add(number: int) -> int:
        client = clients[number]
        return client.post("/api/v1/contacts/", {"phone": f"+55119876543{number:02}"}).status_code

    clients = _clients(agent, organization, 50)
    answers = in_parallel(add, times=50)
    assert sorted({*answers}) == [201, 402]
    assert answers.count(201) == 7
    with organization_scope(organization):
        assert Contact.objects.for_organization(organization).count() == 7


@commits
def test_of_fifty_messages_at_once_exactly_the_months_limit_is_queued() -> None:
    organization = make_organization()
    allow(organization, monthly_messages=11)

    def queue(_: int) -> bool:
        try:
            with organization_scope(organization):
                limits.queue_messages(organization.pk)
        except DomainError:
            return False
        return True

    assert in_parallel(queue, times=50).count(True) == 11
    with organization_scope(organization):
        assert limits.messages_of(organization)["sent"] == 11


@commits
def test_writers_of_the_count_dont_wait_for_each_other() -> None:
    """Each transaction has a row of its own to add to."""
    organization = make_organization()

    def count(_: int) -> None:
        with organization_scope(organization), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            limits.count_received({organization.pk: 2})

    in_parallel(count, times=8)
    with organization_scope(organization):
        rows = MessageCount.objects.for_organization(organization)
        assert limits.messages_of(organization)["received"] == 16
        assert rows.count() > 1


def _clients(user: User, organization: Organization, number: int) -> list[DocumentedClient]:
    first = client_of(user, organization)
    rest = [DocumentedClient() for _ in range(number - 1)]
    for each in rest:
        each.credentials(**first._credentials)
    return [first, *rest]


@pytest.mark.parametrize("resource", ["agents", "departments", "contacts", "numbers"])
def test_every_resource_that_there_is_is_counted(organization: Organization, owner: User, resource: str) -> None:
    with organization_scope(organization):
        usage = {each.resource: each.used for each in limits.usage_of(organization)}
    assert usage["agents"] == 1
    assert resource in usage
