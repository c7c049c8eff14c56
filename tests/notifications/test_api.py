"""A person's own notices: the list behind the bell, and how they want to be told."""

from typing import Any

import pytest
from django.core.cache import cache

from apps.accounts.models import Organization, User
from apps.core import wake
from apps.core.events import for_user
from apps.core.tenancy import organization_scope
from apps.notifications.models import Notice
from apps.notifications.registry import all_types
from apps.notifications.services import notify
from tests.conftest import client_of, facts_of, make_member
from tests.core.schema import DocumentedClient

URL = "/api/v1/notifications/"
PREFERENCES = f"{URL}preferences/"


@pytest.fixture(autouse=True)
def _nothing_is_pending() -> None:
    cache.clear()


def tell(organization: Organization, user: User, occasion: str = "1", kind: str = "custom", **values: Any) -> None:
    said = {"title": "Oi", "body": f"Recado {occasion}", "contact": "Bia", "conversation_id": "c1"} | values
    with organization_scope(organization):
        notify(organization_id=organization.pk, kind=kind, user_ids=[user.pk], occasion=occasion, values=said)


def heard(organization: Organization, user: User) -> list[tuple[str, Any]]:
    """What this person's tabs hear of: each fact and the notice that it names."""
    wake.run("core.number_log")
    facts = facts_of(organization, may="notices.view", scope=for_user(user.pk))
    return [(each.kind.removeprefix("notifications."), each.data["notice_id"]) for each in facts]


def listed(client: DocumentedClient, **filters: str) -> list[str]:
    return [each["body"] for each in client.get(URL, filters).json()["results"]]


def test_one_sees_ones_own_newest_first(api: DocumentedClient, organization: Organization, agent: User) -> None:
    for occasion in ("1", "2"):
        tell(organization, agent, occasion)
    tell(organization, make_member(organization), "3")
    assert listed(api) == ["Recado 2", "Recado 1"]
    assert api.get(f"{URL}unread-count/").json() == {"unread_count": 2}


def test_the_list_is_filtered(api: DocumentedClient, organization: Organization, agent: User) -> None:
    tell(organization, agent, "1")
    tell(organization, agent, "2", kind="conversation_assigned")
    [assigned, custom] = api.get(URL).json()["results"]
    assert assigned["link"] == "/inbox/c1"
    api.post(f"{URL}{custom['id']}/read/")
    assert listed(api, status="read") == ["Recado 1"]
    assert listed(api, status="unread") == listed(api, kind="conversation_assigned") == [assigned["body"]]
    assert listed(api, severity="critical") == []
    assert len(listed(api, channel="socket")) == 2
    assert listed(api, channel="email") == [], "nothing was mailed so far"


def test_reading_one_and_all_counts_ones_own_alone(
    api: DocumentedClient, organization: Organization, agent: User
) -> None:
    other = make_member(organization)
    for occasion in ("1", "2", "3"):
        tell(organization, agent, occasion)
        tell(organization, other, occasion)
    first = api.get(URL).json()["results"][0]["id"]
    read = api.post(f"{URL}{first}/read/").json()
    assert read["read_at"]
    assert api.post(f"{URL}{first}/read/").json() == read, "the first time counts"
    assert api.post(f"{URL}read-all/").json() == {"marked_as_read": 2}
    assert api.post(f"{URL}read-all/").json() == {"marked_as_read": 0}
    assert api.get(f"{URL}unread-count/").json() == {"unread_count": 0}
    assert client_of(other, organization).get(f"{URL}unread-count/").json() == {"unread_count": 3}
    assert heard(organization, agent)[-2:] == [("NoticeRead", first), ("NoticeRead", None)], "other tabs follow"


def test_anothers_notice_is_not_found(owners_api: DocumentedClient, organization: Organization, agent: User) -> None:
    tell(organization, agent)
    with organization_scope(organization):
        notice = Notice.objects.for_organization(organization).get(user=agent)
    assert owners_api.get(f"{URL}{notice.pk}/").status_code == 404
    assert owners_api.post(f"{URL}{notice.pk}/read/").status_code == 404
    assert owners_api.delete(f"{URL}{notice.pk}/").status_code == 404
    assert client_of(agent, organization).get(f"{URL}{notice.pk}/").json()["body"] == "Recado 1"


def test_a_deleted_notice_is_gone_and_its_occasion_does_not_come_again(
    api: DocumentedClient, organization: Organization, agent: User
) -> None:
    tell(organization, agent)
    [notice] = api.get(URL).json()["results"]
    assert api.delete(f"{URL}{notice['id']}/").status_code == 204
    assert api.delete(f"{URL}{notice['id']}/").status_code == 404
    tell(organization, agent)
    assert listed(api) == []
    assert api.get(f"{URL}unread-count/").json() == {"unread_count": 0}
    assert heard(organization, agent)[1:] == [("NoticeDeleted", notice["id"])]


def test_each_reads_in_their_own_language(api: DocumentedClient, organization: Organization, agent: User) -> None:
    tell(organization, agent, kind="conversation_assigned", contact="Bia Rocha")
    assert listed(api) == ["Bia Rocha está esperando por você."]
    User.objects.filter(pk=agent.pk).update(language="en")
    assert listed(api) == ["Bia Rocha is waiting for you."]
    names = {each["kind"]: each["name"] for each in api.get(PREFERENCES).json()["kinds"]}
    assert names["conversation_assigned"] == "A conversation becomes mine"


def test_what_a_value_says_is_never_a_placeholder(
    api: DocumentedClient, organization: Organization, agent: User
) -> None:
    tell(organization, agent, title="{body} {0.__class__}", body="{title}")
    [notice] = api.get(URL).json()["results"]
    assert (notice["title"], notice["body"]) == ("{body} {0.__class__}", "{title}")


def test_a_list_of_any_length_takes_the_same_queries(
    api: DocumentedClient, organization: Organization, agent: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        tell(organization, agent, str(number))
    with django_assert_max_num_queries(12):
        assert len(listed(api)) == 20


def test_preferences_begin_with_defaults_and_change_by_name(api: DocumentedClient, agent: User) -> None:
    first = api.get(PREFERENCES).json()
    assert (first["email_enabled"], first["quiet_hours_enabled"], first["max_emails_per_hour"]) == (True, False, 10)
    kinds = {each["kind"]: each for each in first["kinds"]}
    assert "member_joined" not in kinds, "an agent doesn't get those"
    assert kinds["conversation_assigned"]["email"]
    assert not kinds["new_contact"]["in_app"]
    changed = api.put(
        PREFERENCES,
        {"max_emails_per_hour": 3, "kinds": [{"kind": "new_contact", "in_app": True}]},
    ).json()
    kinds["new_contact"]["in_app"] = True
    assert changed == first | {"max_emails_per_hour": 3, "kinds": list(kinds.values())}
    assert api.put(PREFERENCES, changed).json() == changed == api.get(PREFERENCES).json(), "what is shown may be sent"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kinds": [{"kind": "conversation_asigned", "email": True}]}, "kinds"),
        ({"quiet_hours_start": "24:00"}, "quiet_hours_start"),
        ({"quiet_hours_enabled": True, "quiet_hours_start": "07:00"}, "quiet_hours_end"),
        ({"max_emails_per_hour": 0}, "max_emails_per_hour"),
        ({"max_emails_per_hour": 101}, "max_emails_per_hour"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name_and_changes_nothing(
    api: DocumentedClient, changes: dict[str, Any], field: str
) -> None:
    before = api.get(PREFERENCES).json()
    refused = api.put(PREFERENCES, changes | {"email_enabled": False})
    assert refused.status_code == 400
    assert [each["field"] for each in refused.json()["errors"]] == [field]
    assert api.get(PREFERENCES).json() == before


def test_a_test_notice_reaches_oneself_or_is_refused(api: DocumentedClient) -> None:
    sent = api.post(f"{URL}test/")
    assert (sent.status_code, sent.json()["channels"]) == (201, ["in_app", "socket"])
    assert listed(api) == [sent.json()["body"]]
    api.post(f"{URL}test/")
    assert len(listed(api)) == 2
    api.put(PREFERENCES, {"in_app_enabled": False, "websocket_enabled": False, "email_enabled": False})
    assert api.post(f"{URL}test/").status_code == 409


def test_every_type_speaks_both_languages() -> None:
    for each in all_types():
        assert {*each.words} == {"pt-br", "en"}
        assert all(words.name and words.title and words.body for words in each.words.values())
