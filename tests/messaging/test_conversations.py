"""The inbox over the API: what agents see and do."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Organization, User
from apps.core.tenancy import organization_scope
from apps.messaging import services
from apps.messaging.models import Conversation, OutboxAction
from tests.conftest import (
    client_of,
    commits,
    facts_of,
    in_parallel,
    make_contact,
    make_conversation,
    make_member,
    make_message,
    make_number,
    make_organization,
)
from tests.core.schema import DocumentedClient

URL = "/api/v1/conversations/"


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def test_the_inbox_stands_in_the_order_of_activity(api: DocumentedClient, organization: Organization) -> None:
    now = timezone.now()
    made = [make_conversation(organization, last_message_at=now - timedelta(minutes=n)) for n in (3, 1, 2)]
    assert ids(api.get(URL)) == [str(made[n].pk) for n in (1, 2, 0)]


def test_views_filters_and_counts(api: DocumentedClient, agent: User, organization: Organization) -> None:
    mine = make_conversation(organization, assignee=agent, status="active", unread_count=2)
    free = make_conversation(organization)
    done = make_conversation(organization, status="resolved")
    wanted = {
        "?view=mine": [mine], "?view=unassigned&status=open": [free], "?status=open": [free, mine],
        "?status=resolved,closed": [done], "?unread=true": [mine], f"?contact_id={free.contact_id}": [free],
        f"?number_id={mine.number_id}": [mine], "?view=all": [done, free, mine],
    }  # fmt: skip
    for query, found in wanted.items():
        assert ids(api.get(URL + query)) == [str(each.pk) for each in found], query
    assert api.get(f"{URL}counts/").json() == {"all": 2, "mine": 1, "unassigned": 1, "unread": 1}


@pytest.mark.parametrize("text", ["joão", "JOAO", "98123", "(11) 98123", "pão de queijo"])
def test_search_finds_names_numbers_and_words(api: DocumentedClient, organization: Organization, text: str) -> None:
    contact = make_contact(organization, name="João Prado", phone="5511981234567")
    found = make_conversation(organization, contact=contact)
    make_message(organization, conversation=found, text="Tem pão de queijo?")
    make_message(organization, conversation=make_conversation(organization), text="Bom dia")
    assert ids(api.get(URL, {"search": text})) == [str(found.pk)]


@pytest.mark.parametrize("query", ["view=theirs", "unread=maybe", "number_id=1", "contact_id=x"])
def test_a_filter_that_makes_no_sense_is_refused(api: DocumentedClient, query: str) -> None:
    assert api.get(f"{URL}?{query}").status_code == 400


def test_a_page_of_fifty_takes_six_selects_at_most(
    api: DocumentedClient,
    agent: User,
    organization: Organization,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    number = make_number(organization)
    selects = []
    for size in (1, 50):
        for _ in range(size):
            conversation = make_conversation(organization, number=number, assignee=agent)
            make_message(organization, conversation=conversation)
        with django_assert_max_num_queries(30) as captured:
            assert len(api.get(f"{URL}?status=open").json()["results"]) == min(50, size if size == 1 else 50)
        selects.append(len([q for q in captured if q["sql"].startswith("SELECT") and "set_config" not in q["sql"]]))
    assert selects[0] == selects[1] <= 6


def test_a_page_of_a_thread_takes_a_constant_number_of_queries(
    api: DocumentedClient, organization: Organization, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    conversation = make_conversation(organization)
    for _ in range(50):
        first = make_message(organization, conversation=conversation)
        make_message(organization, conversation=conversation, reply_to=first)
    with django_assert_max_num_queries(16):
        assert len(api.get(f"{URL}{conversation.pk}/messages/?page_size=100").json()["results"]) == 100


def test_a_thread_is_read_from_either_end_and_from_a_day(api: DocumentedClient, organization: Organization) -> None:
    conversation, now = make_conversation(organization), timezone.now()
    for n in range(5):
        make_message(organization, conversation=conversation, text=f"dia {n}", at=now - timedelta(days=5 - n))
    url = f"{URL}{conversation.pk}/messages/"

    def texts(**query: str) -> list[str]:
        return [row["text"] for row in api.get(url, query).json()["results"]]

    assert texts() == [f"dia {n}" for n in (4, 3, 2, 1, 0)]
    assert texts(order="oldest") == [f"dia {n}" for n in range(5)]
    day = (now - timedelta(days=3, hours=1)).isoformat()
    assert texts(order="oldest", at_after=day) == ["dia 2", "dia 3", "dia 4"]
    assert texts(at_before=day) == ["dia 1", "dia 0"]
    assert texts(search="DIA 3") == ["dia 3"]
    assert api.get(url, {"at_after": "ontem"}).status_code == 400
    assert api.get(url, {"at_before": "9999-12-31T23:59:59-23:59"}).status_code == 400


def test_pages_go_on_where_the_last_ended(api: DocumentedClient, organization: Organization) -> None:
    conversation, now = make_conversation(organization), timezone.now()
    for n in range(7):  # all in one second, as Meta's times often are
        make_message(organization, conversation=conversation, text=str(n), at=now)
    seen: list[str] = []
    url: str | None = f"{URL}{conversation.pk}/messages/?page_size=3"
    while url:
        page = api.get(url).json()
        seen += [row["text"] for row in page["results"]]
        url = page["next"]
    assert seen == [str(n) for n in reversed(range(7))]


def test_assign_to_me_to_a_colleague_and_to_nobody(owner: User, organization: Organization) -> None:
    api = client_of(owner, organization)
    conversation, bruno = make_conversation(organization), make_member(organization, full_name="Bruno")
    url = f"{URL}{conversation.pk}/assign/"
    mine = api.post(url, {}).json()
    assert (mine["assignee"]["id"], mine["status"]) == (str(owner.pk), "active")
    assert api.post(url, {"agent_id": str(bruno.pk)}).json()["assignee"]["full_name"] == "Bruno"
    nobodys = api.post(url, {"agent_id": None}).json()
    assert (nobodys["assignee"], nobodys["status"]) == (None, "open")
    stranger = make_member(make_organization("Mercado Sul"))
    assert api.post(url, {"agent_id": str(stranger.pk)}).json()["errors"][0]["field"] == "agent_id"


def test_close_reopen_and_what_can_no_longer_be_done(api: DocumentedClient, organization: Organization) -> None:
    conversation = make_conversation(organization, unread_count=3)
    url = f"{URL}{conversation.pk}/"
    closed = api.post(f"{url}close/", {"reason": "Respondido"}).json()
    assert (closed["status"], closed["close_reason"], closed["unread_count"]) == ("resolved", "Respondido", 0)
    assert api.post(f"{url}close/").json()["type"] == "/problems/already-closed"
    assert api.post(f"{url}assign/", {}).json()["type"] == "/problems/status-not-allowed"
    assert api.post(f"{url}reopen/").json()["status"] == "open"
    assert api.post(f"{url}reopen/").json()["type"] == "/problems/already-open"


def test_one_of_two_conversations_with_a_contact_can_be_open(api: DocumentedClient, organization: Organization) -> None:
    old = make_conversation(organization, status="closed", closed_at=timezone.now())
    make_conversation(organization, contact=old.contact, number=old.number)
    assert api.post(f"{URL}{old.pk}/reopen/").json()["type"] == "/problems/already-open"


def test_status_priority_and_labels_by_hand(api: DocumentedClient, organization: Organization) -> None:
    conversation = make_conversation(organization)
    url = f"{URL}{conversation.pk}/"
    changed = api.patch(url, {"status": "pending", "priority": "urgent", "labels": ["vip", "troca"]}).json()
    assert (changed["status"], changed["priority"], changed["labels"]) == ("pending", "urgent", ["vip", "troca"])
    assert api.patch(url, {"status": "queued"}).json()["type"] == "/problems/status-not-allowed"
    assert api.patch(url, {"priority": "soon"}).json()["errors"][0]["field"] == "priority"
    assert api.patch(url, {"status": "closed"}).json()["closed_at"] is not None


def test_reading_sends_blue_ticks_once_and_unread_can_be_set_again(
    api: DocumentedClient, organization: Organization
) -> None:
    conversation = make_conversation(organization, unread_count=2)
    make_message(organization, conversation=conversation, wamid="wamid.1")
    url = f"{URL}{conversation.pk}/"
    for _ in range(2):
        assert api.post(f"{url}read/").json()["unread_count"] == 0
    with organization_scope(organization):
        assert [each.wamid for each in OutboxAction.objects.for_organization(organization)] == ["wamid.1"]
    assert api.post(f"{url}unread/").json()["unread_count"] == 1


def test_start_a_conversation_with_a_new_number(api: DocumentedClient, agent: User, organization: Organization) -> None:
    number = make_number(organization)
    body = {"phone": "+55 (21) 98888-7777", "name": "Caio", "number_id": str(number.pk)}
    started = api.post(URL, body)
    assert started.status_code == 201
    row = started.json()
    assert (row["contact"]["phone"], row["contact"]["display_name"]) == ("5521988887777", "Caio")
    assert row["assignee"]["id"] == str(agent.pk)
    again = api.post(URL, body)
    assert (again.status_code, again.json()["id"]) == (200, row["id"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "number_id"),
        ({"number_id": str(uuid4())}, "contact_id"),
        ({"number_id": str(uuid4()), "phone": "5511988887777"}, "number_id"),
        ({"number_id": None, "phone": "5511988887777"}, "number_id"),
        ({"phone": "banana"}, "phone"),
        ({"contact_id": str(uuid4())}, "contact_id"),
    ],
)
def test_a_start_that_can_not_be_names_the_field(
    api: DocumentedClient, organization: Organization, body: dict[str, Any], field: str
) -> None:
    if "number_id" not in body and body:
        body = body | {"number_id": str(make_number(organization).pk)}
    answer = api.post(URL, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_first_message_that_is_refused_starts_nothing(api: DocumentedClient, organization: Organization) -> None:
    body = {
        "phone": "5521988887777", "number_id": str(make_number(organization).pk),
        "message": {"type": "text", "text": {"body": "Oi"}},
    }  # fmt: skip
    assert api.post(URL, body).json()["type"] == "/problems/window-closed"
    with organization_scope(organization):
        assert not Conversation.objects.for_organization(organization).exists()


def test_a_viewer_reads_and_changes_nothing(viewer: User, organization: Organization) -> None:
    conversation, client = make_conversation(organization), client_of(viewer, organization)
    message = make_message(organization, conversation=conversation, direction="outbound", status="failed")
    url = f"{URL}{conversation.pk}/"
    assert client.get(URL).status_code == client.get(url).status_code == 200
    assert client.get(f"{url}messages/").status_code == 200
    for action in ("read", "unread", "assign", "close", "reopen", "messages"):
        assert client.post(f"{url}{action}/", {}).status_code == 403, action
    assert client.patch(url, {"priority": "low"}).status_code == 403
    assert client.post(URL, {}).status_code == 403
    assert client.post(f"/api/v1/messages/{message.pk}/retry/").status_code == 403


def test_a_message_that_has_not_left_is_taken_back(api: DocumentedClient, organization: Organization) -> None:
    waiting = make_message(organization, direction="outbound", status="held")
    gone = make_message(organization, direction="outbound", status="sent")
    assert api.post(f"/api/v1/messages/{waiting.pk}/cancel/").json()["status"] == "cancelled"
    assert api.post(f"/api/v1/messages/{gone.pk}/cancel/").json()["type"] == "/problems/not-cancellable"
    assert api.post(f"/api/v1/messages/{gone.pk}/retry/").json()["type"] == "/problems/not-retryable"


@commits
def test_of_eight_agents_who_start_the_same_conversation_all_get_the_one() -> None:
    organization = make_organization()
    number, by = make_number(organization), make_member(organization)

    def work(_agent: int) -> Any:
        with organization_scope(organization):
            return services.start_conversation(
                organization_id=organization.pk, number_id=number.pk, phone="5521988887777", by=by
            )

    started = in_parallel(work, times=8)
    assert len({each.conversation.pk for each in started}) == 1
    assert sorted(each.is_new for each in started) == [False] * 7 + [True]
    kinds = [frame.kind for frame in facts_of(organization)]
    assert kinds.count("messaging.ConversationOpened") == 1


@commits
def test_what_agents_do_is_told_to_their_colleagues() -> None:
    organization = make_organization()
    api = client_of(make_member(organization), organization)
    conversation = make_conversation(organization, unread_count=1)
    url = f"{URL}{conversation.pk}/"
    for action, body in (("read", {}), ("assign", {}), ("close", {}), ("reopen", {})):
        assert api.post(f"{url}{action}/", body).status_code == 200
    api.patch(url, {"priority": "high"})
    kinds = [frame.kind.removeprefix("messaging.") for frame in facts_of(organization)]
    assert [kind for kind in kinds if kind.startswith("Conversation")] == [
        "ConversationRead", "ConversationAssigned", "ConversationClosed", "ConversationOpened", "ConversationChanged",
    ]  # fmt: skip
