"""What webhooks delivered, as an organization's administrators see it and have it processed again."""

from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Organization
from apps.core.tenancy import all_organizations
from apps.whatsapp.models import Change, InboundEvent
from tests.accounts.people import audited
from tests.conftest import commits, make_app, make_number, make_organization
from tests.core.schema import DocumentedClient

EVENTS = "/api/v1/webhook-events/"


def make_change(organization: Organization, **values: Any) -> Change:
    number = make_number(organization)
    with all_organizations("what webhooks bring is the installation's"):
        event = InboundEvent.objects.create(app=number.app, body=b"{}", state="split")
        given = {"field": "messages", "kind": "message", "lane": f"{number.phone_number_id}:55", "value": {"a": 1}}
        return Change.objects.across_organizations().create(
            organization=organization, number=number, event=event, **(given | values)
        )


def dead(organization: Organization, **values: Any) -> Change:
    return make_change(organization, **({"state": "dead", "attempts": 8, "next_attempt_at": None} | values))


def now(change: Change) -> Change:
    with all_organizations("look"):
        return Change.objects.across_organizations().get(pk=change.pk)


def test_administrators_list_events_by_state(owners_api: DocumentedClient, organization: Organization) -> None:
    changes = [make_change(organization, state=state) for state in ("pending", "retrying", "done", "dead")]
    listed = owners_api.get(EVENTS).json()["results"]
    assert [each["id"] for each in listed] == [str(change.pk) for change in reversed(changes)]
    for change in changes:
        [event] = owners_api.get(f"{EVENTS}?status={change.state}").json()["results"]
        assert event["id"] == str(change.pk)
        assert event["value"] == {"a": 1}
    assert owners_api.get(f"{EVENTS}?status=lost").status_code == 400


def test_another_organizations_events_are_not_there(owners_api: DocumentedClient) -> None:
    theirs = dead(make_organization("Mercado Sol"))
    assert owners_api.get(EVENTS).json()["results"] == []
    assert owners_api.get(f"{EVENTS}{theirs.pk}/").status_code == 404
    assert owners_api.post(f"{EVENTS}{theirs.pk}/redrive/").status_code == 404
    assert owners_api.post(f"{EVENTS}replay/").json() == {"redriven": 0}
    assert now(theirs).state == "dead"


def test_agents_see_no_events(api: DocumentedClient, organization: Organization) -> None:
    change = dead(organization)
    assert api.get(EVENTS).status_code == 403
    assert api.get(f"{EVENTS}{change.pk}/").status_code == 403
    assert api.post(f"{EVENTS}{change.pk}/redrive/").status_code == 403
    assert api.post(f"{EVENTS}replay/").status_code == 403


def test_a_dead_event_is_processed_again(owners_api: DocumentedClient, organization: Organization) -> None:
    change = dead(organization, error="OperationalError")
    answer = owners_api.post(f"{EVENTS}{change.pk}/redrive/").json()
    assert audited(organization) == ["webhook_events.redriven"]
    assert (answer["state"], answer["attempts"], answer["error"]) == ("pending", 0, "")
    assert answer["next_attempt_at"] <= timezone.now().isoformat()


def test_what_is_done_stays_done(owners_api: DocumentedClient, organization: Organization) -> None:
    change = make_change(organization, state="done", next_attempt_at=None)
    assert owners_api.post(f"{EVENTS}{change.pk}/redrive/").json()["state"] == "done"


def test_all_dead_ones_are_processed_again(owners_api: DocumentedClient, organization: Organization) -> None:
    for _ in range(3):
        dead(organization)
    done = make_change(organization, state="done", next_attempt_at=None)
    assert owners_api.post(f"{EVENTS}replay/").json() == {"redriven": 3}
    assert owners_api.get(f"{EVENTS}?status=dead").json()["results"] == []
    assert now(done).state == "done"


@commits
def test_a_redriven_event_is_really_processed() -> None:
    from tests.conftest import client_of, make_member

    organization = make_organization()
    change = dead(organization, kind="other", field="account_update", error="x")
    api = client_of(make_member(organization, role="admin"), organization)
    assert api.post(f"{EVENTS}{change.pk}/redrive/").status_code == 200
    assert now(change).state == "done", "the wake-up ran the drain after the request's commit"


@pytest.mark.parametrize("count", [1, 20])
def test_a_list_of_events_takes_the_same_queries_however_long(
    owners_api: DocumentedClient, organization: Organization, django_assert_max_num_queries: Any, count: int
) -> None:
    number = make_number(organization, app=make_app(organization))
    with all_organizations("what webhooks bring is the installation's"):
        event = InboundEvent.objects.create(app=number.app, body=b"{}", state="split")
        Change.objects.across_organizations().bulk_create(
            Change(organization=organization, event=event, field="messages", kind="message", lane="1:2", value={})
            for _ in range(count)
        )
    with django_assert_max_num_queries(10):
        assert len(owners_api.get(EVENTS).json()["results"]) == count
