"""Who sees which conversation, by every way there is: lists, pages, messages, counts, searches, sockets."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.accounts.models import Department, DepartmentMember, Membership, Organization, User
from apps.core.tenancy import organization_scope
from apps.messaging import services
from apps.messaging.models import Conversation
from apps.messaging.visibility import words_of
from tests.conftest import (
    access_of,
    client_of,
    commits,
    facts_of,
    make,
    make_contact,
    make_conversation,
    make_member,
    make_message,
)

URL = "/api/v1/conversations/"


class Desk:
    """Two agents, two departments, and a conversation for each way in which one can be somebody's."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.ana, self.bruno = make_member(organization), make_member(organization)
        self.sales = make(Department, organization, name="Vendas", slug="vendas")
        self.support = make(Department, organization, name="Suporte", slug="suporte")
        self.join(self.ana, self.sales)
        self.conversations = {
            "hers": self._make(assignee=self.ana),
            "nobody's": self._make(),
            "her department's": self._make(assignee=self.bruno, department=self.sales),
            "his": self._make(assignee=self.bruno),
            "another department's": self._make(assignee=self.bruno, department=self.support),
        }

    def _make(self, **values: Any) -> Conversation:
        contact = make_contact(self.organization, name="Maria Silva")
        conversation = make_conversation(self.organization, contact=contact, **values)
        make_message(self.organization, conversation=conversation, text="Oi")
        return conversation

    def join(self, user: User, department: Department) -> None:
        with organization_scope(self.organization):
            member = Membership.objects.for_organization(self.organization).get(user=user)
        make(DepartmentMember, self.organization, department=department, membership=member)

    def seen_in(self, answer: Any) -> set[str]:
        ids = {row["id"] for row in answer.json()["results"]}
        return {name for name, each in self.conversations.items() if str(each.pk) in ids}


@pytest.fixture
def desk(organization: Organization) -> Iterator[Desk]:
    return Desk(organization)


HERS = {"hers", "nobody's", "her department's"}
ALL = {*HERS, "his", "another department's"}


@pytest.mark.parametrize(("role", "seen"), [("agent", HERS), ("supervisor", ALL), ("viewer", ALL), ("owner", ALL)])
@pytest.mark.parametrize("query", [{}, {"search": "maria"}], ids=["list", "search"])
def test_a_list_and_a_search_show_what_a_role_may_see(
    desk: Desk, role: str, seen: set[str], query: dict[str, str]
) -> None:
    with organization_scope(desk.organization):
        Membership.objects.for_organization(desk.organization).filter(user=desk.ana).update(role=role)
    client = client_of(desk.ana, desk.organization)
    assert desk.seen_in(client.get(URL, query)) == seen
    assert client.get(f"{URL}counts/").json()["all"] == len(seen)


@pytest.mark.parametrize(("choice", "seen"), [("all", ALL), ("department", HERS), ("own", {"hers"})])
def test_an_organization_chooses_what_its_agents_see(desk: Desk, choice: str, seen: set[str]) -> None:
    desk.organization.settings["agent_visibility"] = choice
    with organization_scope(desk.organization):
        desk.organization.save(update_fields=["settings"])
    assert desk.seen_in(client_of(desk.ana, desk.organization).get(URL)) == seen


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_page_of_a_conversation_follows_the_rule(desk: Desk, name: str) -> None:
    client, conversation = client_of(desk.ana, desk.organization), desk.conversations[name]
    expected = 200 if name in HERS else 404
    with organization_scope(desk.organization):
        last = Conversation.objects.for_organization(desk.organization).get(pk=conversation.pk).last_message_id
    for path in (f"{URL}{conversation.pk}/", f"{URL}{conversation.pk}/messages/", f"/api/v1/messages/{last}/"):
        assert client.get(path).status_code == expected, path
    for action in ("read", "unread", "close"):
        assert client.post(f"{URL}{conversation.pk}/{action}/", {}).status_code == expected


def test_whoever_gives_a_conversation_away_is_answered_and_sees_it_no_more(desk: Desk) -> None:
    client, url = client_of(desk.ana, desk.organization), f"{URL}{desk.conversations['hers'].pk}/"
    answer = client.post(f"{url}assign/", {"agent_id": str(desk.bruno.pk)})
    assert answer.json()["assignee"]["id"] == str(desk.bruno.pk)
    assert client.get(url).status_code == 404


def test_a_colleagues_conversation_is_not_shown_to_whoever_starts_one_with_the_same_contact(desk: Desk) -> None:
    his = desk.conversations["his"]
    body = {"contact_id": str(his.contact_id), "number_id": str(his.number_id)}
    refused = client_of(desk.ana, desk.organization).post(URL, body)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/held-by-a-colleague")
    assert client_of(desk.bruno, desk.organization).post(URL, body).status_code == 200


def test_a_department_is_given_and_must_be_one_of_ours(desk: Desk, owner: User) -> None:
    client, url = client_of(owner, desk.organization), f"{URL}{desk.conversations['his'].pk}/"
    changed = client.patch(url, {"department_id": str(desk.sales.pk)})
    assert changed.json()["department"]["name"] == "Vendas"
    assert client_of(desk.ana, desk.organization).get(url).status_code == 200
    assert client.patch(url, {"department_id": str(owner.pk)}).json()["errors"][0]["field"] == "department_id"
    assert client.patch(url, {"department_id": None}).json()["department"] is None


@commits
def test_the_words_of_a_socket_follow_the_same_rule(desk: Desk) -> None:
    access = access_of(desk.ana, desk.organization)
    with organization_scope(desk.organization):
        words = " ".join(words_of(access))
        for each in desk.conversations.values():
            services.mark_unread(conversation=each)
            services.change(conversation=each, by=desk.bruno, priority="high")
    told = {
        str(frame.data["conversation_id"])
        for frame in facts_of(desk.organization, scope=words)
        if frame.kind == "messaging.ConversationChanged"
    }
    assert told == {str(each.pk) for name, each in desk.conversations.items() if name in HERS}


@commits
def test_who_loses_a_conversation_is_told_so_and_nothing_more(desk: Desk) -> None:
    hers = desk.conversations["hers"]
    access = access_of(desk.ana, desk.organization)
    with organization_scope(desk.organization):
        words = " ".join(words_of(access))
        services.assign(conversation=hers, agent_id=desk.bruno.pk, by=desk.bruno)
        services.change(conversation=hers, by=desk.bruno, priority="high")
    kinds = [
        frame.kind
        for frame in facts_of(desk.organization, scope=words)
        if str(frame.data.get("conversation_id")) == str(hers.pk)
    ]
    assert kinds == ["messaging.ConversationAssigned"]


def test_a_contacts_numbers_count_what_one_may_see(desk: Desk) -> None:
    his = desk.conversations["his"]
    counted = client_of(desk.ana, desk.organization).get(f"/api/v1/contacts/{his.contact_id}/stats/").json()
    assert counted == {"total_conversations": 0, "total_messages": 0, "last_interaction": None}
    counted = client_of(desk.bruno, desk.organization).get(f"/api/v1/contacts/{his.contact_id}/stats/").json()
    assert (counted["total_conversations"], counted["total_messages"]) == (1, 1)


def test_nobody_gives_a_conversation_to_somebody_who_only_looks(desk: Desk, owner: User, viewer: User) -> None:
    url = f"{URL}{desk.conversations['hers'].pk}/assign/"
    refused = client_of(owner, desk.organization).post(url, {"agent_id": str(viewer.pk)})
    assert refused.json()["errors"][0]["field"] == "agent_id"


def test_what_one_sees_is_widened_by_nobody_who_sees_less(desk: Desk, owner: User) -> None:
    may = ["members.view", "members.manage", "organization.manage", "conversations.view"]
    with organization_scope(desk.organization):
        members = Membership.objects.for_organization(desk.organization)
        members.filter(user=desk.bruno).update(extra_permissions=may)
    bruno = client_of(desk.bruno, desk.organization)
    support = {"department_ids": [str(desk.support.pk)]}
    assert bruno.patch(f"/api/v1/users/{desk.bruno.pk}/", support).status_code == 403
    assert bruno.patch(f"/api/v1/users/{owner.pk}/", support).status_code == 403
    assert bruno.patch("/api/v1/organizations/me/settings/", {"agent_visibility": "all"}).status_code == 403
    boss = client_of(owner, desk.organization)
    assert boss.patch(f"/api/v1/users/{owner.pk}/", support).status_code == 200
