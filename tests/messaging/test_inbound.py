"""From a webhook's body to a conversation that an agent sees."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Organization
from apps.accounts.services import limits, organizations
from apps.contacts.models import Contact
from apps.core import events
from apps.core.log import number_all
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import inbound
from apps.messaging.events import MessageReceived
from apps.messaging.inbound import messages
from apps.messaging.models import Conversation, Message
from apps.whatsapp.models import Change, InboundEvent, Number
from apps.whatsapp.services.inbound import PATIENCE, redrive, split_some
from tests.conftest import commits, facts_of, in_parallel, make_number, make_organization
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import CUSTOMER, deliver, drain, payload, receive, text_message


@pytest.fixture
def number(organization: Organization) -> Number:
    return make_number(organization)


def messages_of(organization: Organization) -> list[Message]:
    with organization_scope(organization):
        rows = Message.objects.for_organization(organization).select_related("contact", "conversation")
        return list(rows.order_by("at", "pk"))


def conversations_of(organization: Organization) -> list[Conversation]:
    with organization_scope(organization):
        return list(Conversation.objects.for_organization(organization).select_related("contact", "last_message"))


def changes_of(organization: Organization, **wanted: Any) -> list[Change]:
    with organization_scope(organization):
        return list(Change.objects.for_organization(organization).filter(**wanted).order_by("pk"))


def make_due(organization: Organization) -> None:
    """Time passes until everything that is parked is due."""
    with organization_scope(organization):
        Change.objects.for_organization(organization).filter(state="retrying").update(next_attempt_at=timezone.now())


def test_a_message_opens_a_conversation_with_its_window(api: DocumentedClient, number: Number) -> None:
    receive(number, text_message("wamid.1", "Oi, tudo bem?"))
    row = api.get("/api/v1/conversations/").data["results"][0]
    assert row["contact"]["display_name"] == "Maria"
    assert row["contact"]["phone"] == CUSTOMER
    assert (row["status"], row["unread_count"]) == ("open", 1)
    assert row["last_message"]["preview"] == "Oi, tudo bem?"
    shown = api.get(f"/api/v1/conversations/{row['id']}/messages/").data["results"]
    assert [(m["text"], m["status"], m["direction"]) for m in shown] == [("Oi, tudo bem?", "received", "inbound")]
    conversation = conversations_of(number.organization)[0]
    assert conversation.window_expires_at is not None
    assert timedelta(hours=23, minutes=59) < conversation.window_expires_at - timezone.now() <= timedelta(hours=24)


@commits
def test_readers_of_the_log_are_told(number: Number) -> None:
    receive(number, text_message("wamid.1"))
    kinds = [frame.kind for frame in facts_of(number.organization)]
    assert "messaging.ConversationOpened" in kinds
    assert kinds[-1] == "messaging.MessageReceived"


def test_the_same_webhook_five_times_is_one_message(number: Number) -> None:
    body = payload(number, messages=[text_message("wamid.1")])
    deliver(number, *[body] * 5)
    drain()
    deliver(number, body)
    drain()
    assert len(messages_of(number.organization)) == 1
    assert conversations_of(number.organization)[0].unread_count == 1
    assert all(change.state == "done" for change in changes_of(number.organization))


def test_a_profile_name_is_kept_up_to_date(number: Number) -> None:
    receive(number, text_message("wamid.1"), name="Maria")
    receive(number, text_message("wamid.2"), name="Maria S.")
    contact = conversations_of(number.organization)[0].contact
    assert (contact.profile_name, contact.name) == ("Maria S.", "")


def test_messages_stand_in_the_order_in_which_they_were_written(number: Number) -> None:
    now = int(timezone.now().timestamp())
    written = [text_message(f"wamid.{n}", str(n), at=now - 100 + n) for n in range(20)]
    shuffled = random.Random(7).sample(written, k=len(written))
    for message in shuffled:
        receive(number, message)
    assert [message.text for message in messages_of(number.organization)] == [str(n) for n in range(20)]
    assert conversations_of(number.organization)[0].last_message.text == "19"  # type: ignore[union-attr]


def test_a_late_message_does_not_shorten_the_window(number: Number) -> None:
    now = int(timezone.now().timestamp())
    receive(number, text_message("wamid.1", at=now))
    before = conversations_of(number.organization)[0].window_expires_at
    receive(number, text_message("wamid.2", at=now - 3600))
    assert conversations_of(number.organization)[0].window_expires_at == before


def test_a_quoted_reply_and_a_reaction_point_at_their_message(api: DocumentedClient, number: Number) -> None:
    receive(number, text_message("wamid.1", "pergunta"))
    reply = text_message("wamid.2", "resposta") | {"context": {"from": CUSTOMER, "id": "wamid.1"}}
    reaction = text_message("wamid.3") | {"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍"}}
    receive(number, reply, reaction)
    conversation = conversations_of(number.organization)[0]
    shown = api.get(f"/api/v1/conversations/{conversation.pk}/messages/?order=oldest").data["results"]
    assert [m["text"] for m in shown] == ["pergunta", "resposta"]
    assert shown[1]["reply_to"]["preview"] == "pergunta"
    assert shown[0]["reactions"] == [{"emoji": "👍", "direction": "inbound"}]
    taken_away = text_message("wamid.4") | {"type": "reaction", "reaction": {"message_id": "wamid.1"}}
    receive(number, taken_away)
    shown = api.get(f"/api/v1/conversations/{conversation.pk}/messages/?order=oldest").data["results"]
    assert shown[0]["reactions"] == []


def test_a_message_reopens_what_was_closed_today_and_begins_anew_later(number: Number) -> None:
    receive(number, text_message("wamid.1"))
    first = conversations_of(number.organization)[0]
    close(first, ago=timedelta(hours=1))
    receive(number, text_message("wamid.2"))
    assert [c.status for c in conversations_of(number.organization)] == ["open"]
    close(first, ago=timedelta(hours=25))
    receive(number, text_message("wamid.3"))
    assert sorted(c.status for c in conversations_of(number.organization)) == ["open", "resolved"]


def close(conversation: Conversation, *, ago: timedelta) -> None:
    with organization_scope(conversation.organization_id):
        Conversation.objects.for_organization(conversation.organization_id).filter(pk=conversation.pk).update(
            status="resolved", closed_at=timezone.now() - ago
        )


def test_a_number_of_another_app_is_not_spoken_for(number: Number) -> None:
    theirs = make_number(make_organization("Mercado Sul"))
    # Signed by our app, and about their number.
    deliver(number, payload(theirs, messages=[text_message("wamid.1")]))
    drain()
    assert messages_of(theirs.organization) == messages_of(number.organization) == []
    with all_organizations("what belongs to nobody"):
        kept = Change.objects.across_organizations().get()
        assert (kept.organization_id, kept.state) == (None, "dead")


def test_one_poisonous_message_holds_nobody_else_up(number: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    read = messages.inbound_message

    def poisoned(value: dict[str, Any]) -> Any:
        if value["message"]["text"]["body"] == "poison":
            raise ValueError("poison")
        return read(value)

    monkeypatch.setattr(messages, "inbound_message", poisoned)
    bodies = [text_message(f"wamid.{n}", "poison" if n == 5 else "ok", sender=f"55119876500{n:02}") for n in range(12)]
    receive(number, *bodies)
    assert len(messages_of(number.organization)) == 11
    (culprit,) = changes_of(number.organization, state="retrying")
    assert culprit.provider_id == "wamid.5"
    assert "poison" in culprit.error
    # Its own lane goes on as well.
    receive(number, text_message("wamid.99", "after", sender="5511987650005"))
    assert len(messages_of(number.organization)) == 12


def test_a_dead_change_is_handled_again_when_somebody_says_so(
    number: Number, owners_api: DocumentedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(messages, "inbound_message", lambda _value: 1 / 0)
        receive(number, text_message("wamid.1"))
        for _ in PATIENCE:
            make_due(number.organization)
            drain()
    (dead,) = changes_of(number.organization)
    assert dead.state == "dead"
    with organization_scope(number.organization_id):
        assert redrive(organization_id=number.organization_id, change_ids=[dead.pk]) == 1
    drain()
    assert len(messages_of(number.organization)) == 1


@commits
def test_a_message_whose_handler_fails_is_shown_and_handled_later(
    number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled: list[UUID] = []

    def fail(_facts: list[MessageReceived]) -> None:
        raise RuntimeError("no bot today")

    def succeed(facts: list[MessageReceived]) -> None:
        handled.extend(fact.message_id for fact in facts)

    monkeypatch.setitem(events._handlers, MessageReceived, [fail])
    receive(number, text_message("wamid.1"))
    (shown,) = messages_of(number.organization)
    (parked,) = changes_of(number.organization)
    assert (parked.state, parked.handlers_parked) == ("retrying", True)
    assert [f.kind for f in facts_of(number.organization)].count("messaging.MessageReceived") == 1
    monkeypatch.setitem(events._handlers, MessageReceived, [succeed])
    make_due(number.organization)
    drain()
    assert handled == [shown.pk]
    assert [change.state for change in changes_of(number.organization)] == ["done"]
    assert len(messages_of(number.organization)) == 1


def test_a_body_that_is_no_webhook_is_dead_and_harms_nobody(number: Number) -> None:
    deliver(number, b"[1, 2]", payload(number, messages=[text_message("wamid.1")]), b'{"entry": [[]]}')
    drain()
    assert len(messages_of(number.organization)) == 1
    with all_organizations("raw bodies"):
        assert sorted(InboundEvent.objects.values_list("state", flat=True)) == ["dead", "split", "split"]


def test_nul_and_lone_surrogates_are_cleaned(number: Number) -> None:
    message = text_message("wamid.1", "a\0b\ud800c")
    receive(number, message)
    assert messages_of(number.organization)[0].text == "ab\ufffdc"


def test_a_batch_takes_a_constant_number_of_statements(
    number: Number, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for size in (5, 80):
        batch = [text_message(f"wamid.{size}.{n}", sender=f"5511{size:03}{n:06}") for n in range(size)]
        deliver(number, payload(number, messages=batch))
        split_some()
        with django_assert_max_num_queries(50):
            inbound.drain_some()


PROCESSES, EACH, CUSTOMERS = 4, 500, 25


@commits
def test_four_workers_and_two_thousand_webhooks_with_duplicates_in_disorder() -> None:
    organization = make_organization()
    number = make_number(organization)
    start = int(timezone.now().timestamp()) - 10_000
    distinct = [
        text_message(f"wamid.{c}.{n}", str(n), sender=f"55119{80000000 + c}", at=start + n)
        for c in range(CUSTOMERS)
        for n in range(PROCESSES * EACH // CUSTOMERS // 2)
    ]
    dice = random.Random(11)
    bodies = [payload(number, messages=[message]) for message in distinct * 2]
    dice.shuffle(bodies)

    def work(worker: int) -> None:
        for body in bodies[worker::PROCESSES]:
            deliver(number, body)
            if dice.random() < 0.05:
                drain()
        drain()

    in_parallel(work, times=PROCESSES)
    drain()
    assert len(bodies) == PROCESSES * EACH
    stored = messages_of(organization)
    assert len(stored) == len(distinct)
    by_customer: dict[str, list[str]] = {}
    for message in stored:
        by_customer.setdefault(message.contact.phone, []).append(message.text)
    expected = [str(n) for n in range(len(distinct) // CUSTOMERS)]
    assert all(texts == expected for texts in by_customer.values())
    assert len(by_customer) == CUSTOMERS
    conversations = conversations_of(organization)
    assert len(conversations) == CUSTOMERS
    assert {c.unread_count for c in conversations} == {len(expected)}
    assert {c.last_message.text for c in conversations} == {expected[-1]}  # type: ignore[union-attr]
    with organization_scope(organization):
        assert Contact.objects.for_organization(organization).count() == CUSTOMERS
    frames = facts_of(organization)
    received = [frame for frame in frames if frame.kind == "messaging.MessageReceived"]
    assert len({frame.data["message_id"] for frame in received}) == len(received)


@commits
def test_two_workers_never_share_a_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = make_organization()
    number = make_number(organization)
    deliver(number, *(payload(number, messages=[text_message(f"wamid.{n}")]) for n in range(10)))
    split_some()
    held: list[list[Change]] = []

    def work(_worker: int) -> int:
        with all_organizations("two drains at once"):
            changes = inbound.inbound.claim(100)
            held.append(changes)
            wait_until(lambda: len(held) == 2)
            return len(changes)

    assert sorted(in_parallel(work, times=2)) == [0, 10]


def wait_until(true: Callable[[], bool]) -> None:
    import time

    end = time.monotonic() + 30
    while not true() and time.monotonic() < end:
        time.sleep(0.01)


def test_while_one_organization_floods_anothers_message_is_in_the_next_batch(number: Number) -> None:
    quiet = make_number(make_organization("Mercado Sul"))
    flood = [text_message(f"wamid.{n}", sender=f"55119{70000000 + n}") for n in range(600)]
    deliver(number, *(payload(number, messages=[message]) for message in flood))
    deliver(quiet, payload(quiet, messages=[text_message("wamid.quiet")]))
    assert split_some(50) == 26
    inbound.drain_some(20)
    assert len(messages_of(quiet.organization)) == 1
    assert 0 < len(messages_of(number.organization)) < 50


def test_a_time_to_come_does_not_keep_the_window_open(number: Number) -> None:
    receive(number, text_message("wamid.1", at=99_999_999_999))
    expires = conversations_of(number.organization)[0].window_expires_at
    assert expires is not None
    assert expires <= timezone.now() + timedelta(hours=24)


@pytest.mark.parametrize("missing", ["id", "from"])
def test_a_message_that_has_no_place_waits_for_a_person(number: Number, missing: str) -> None:
    message = {key: value for key, value in text_message("wamid.1").items() if key != missing}
    body = payload(number, messages=[message | {"from": ""}] if missing == "from" else [message])
    del body["entry"][0]["changes"][0]["value"]["contacts"]
    deliver(number, body)
    drain()
    (change,) = changes_of(number.organization)
    assert (change.state, "no conversation" in change.error) == ("dead", True)


def test_what_comes_for_an_organization_that_is_switched_off_is_kept_and_counted(number: Number) -> None:
    organization = number.organization
    with organization_scope(organization):
        organizations.deactivate_organization(organization_id=organization.pk)
    receive(number, text_message("wamid.1", "Alguém aí?"), text_message("wamid.2", "Oi?"))
    receive(number, text_message("wamid.2", "Oi?"))
    assert [each.text for each in messages_of(organization)] == ["Alguém aí?", "Oi?"]
    with organization_scope(organization):
        assert limits.messages_of(organization) == {"sent": 0, "received": 2}


def test_new_contacts_and_messages_beyond_the_plan_are_kept_and_told_of_once(number: Number) -> None:
    organization = number.organization
    with all_organizations("a plan is given"):
        Organization.objects.filter(pk=organization.pk).update(limits={"contacts": 1, "monthly_messages": 2})
    for n in range(4):
        receive(number, text_message(f"wamid.{n}", "Oi", sender=f"55119888877{n:02}"))
    assert len(messages_of(organization)) == 4
    number_all([organization.pk])
    facts = [f for f in facts_of(organization) if f.kind == "accounts.PlanLimitReached"]
    assert sorted((f.data["resource"], f.data["used"]) for f in facts) == [("contacts", 1), ("monthly_messages", 2)]
