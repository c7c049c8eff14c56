"""The portfolio's messaging limit: so many people in 24 hours outside of their windows, whoever sends."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from apps.accounts.models import Organization
from apps.contacts.models import Contact
from apps.core.realtime import connection
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import outbox, places
from apps.messaging.models import Message
from apps.messaging.outbox import Job, Ours
from apps.whatsapp import rates
from apps.whatsapp.models import Number
from apps.whatsapp.providers import Accepted, Refused, Unknown
from tests.conftest import (
    commits,
    in_parallel,
    make_contact,
    make_conversation,
    make_message,
    make_number,
    make_organization,
)

TEMPLATE = {"name": "aviso", "language": "pt_BR", "components": []}
NOTHING = Ours(Counter(), Counter())


@pytest.fixture(autouse=True)
def three_people(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """As if Meta's smallest limit were three."""
    connection().flushdb()
    monkeypatch.setitem(rates.LIMITS["rates"]["portfolio"]["tiers"], "TIER_50", 3)


@pytest.fixture
def number(organization: Organization) -> Number:
    return make_number(organization, portfolio_id="31", messaging_limit="TIER_50", messages_per_second=100)


def notice(number: Number, contact: Contact | None = None, *, opened: bool = False, **more: Any) -> Message:
    """A template that waits in the outbox, to somebody whose window is shut."""
    organization = number.organization
    until = timezone.now() + timedelta(hours=1 if opened else -1)
    contact = contact or make_contact(organization)
    conversation = make_conversation(
        organization, number=number, contact=contact, status="closed", window_expires_at=until
    )
    said = {"direction": "outbound", "type": "template", "content": TEMPLATE} | more
    return make_message(organization, conversation=conversation, **said)


def claim(room: int = 100) -> list[Job]:
    return outbox.claim(room=room, room_per_number=100, ours=NOTHING).jobs


def send() -> list[UUID]:
    jobs = claim()
    outbox.settle([(job, Accepted(f"wamid.{job.message.pk}")) for job in jobs])
    return [job.message.pk for job in jobs]


def statuses(*messages: Message) -> list[str]:
    with organization_scope(messages[0].organization_id):
        rows = Message.objects.in_scope().in_bulk([each.pk for each in messages])
    return [rows[each.pk].status for each in messages]


def again(message: Message) -> Message:
    with organization_scope(message.organization_id):
        return Message.objects.in_scope().get(pk=message.pk)


def back_date(message: Message, **by: float) -> datetime:
    at = timezone.now() - timedelta(**by)
    with organization_scope(message.organization_id):
        Message.objects.in_scope().filter(pk=message.pk).update(counted_at=at)
    connection().flushdb()
    return at


def test_over_the_limit_messages_wait_and_those_in_a_window_go_on(number: Number) -> None:
    other = make_number(number.organization, portfolio_id="31", messaging_limit="TIER_50")
    first = [notice(number), notice(other), notice(number)]
    known = [notice(other, first[0].contact), notice(number, opened=True), notice(number, type="text", opened=True)]
    over = [notice(number), notice(other, type="text", content={"body": "Oi", "direct_send": {"category": "utility"}})]
    assert set(send()) >= {each.pk for each in first}
    send()  # each person's second message
    assert statuses(*first, *known, *over) == ["accepted"] * 6 + ["held"] * 2
    waits = again(over[0])
    assert waits.next_attempt_at is not None
    assert timedelta(hours=23, minutes=59) < waits.next_attempt_at - timezone.now() <= timedelta(days=1)
    assert waits.error_title
    # Another portfolio has places of its own, and whoever knows no limit has no end of them.
    elsewhere = notice(make_number(number.organization, portfolio_id="32", messaging_limit="TIER_50"))
    endless = [notice(make_number(number.organization, messaging_limit=tier)) for tier in ("TIER_UNLIMITED", "")]
    assert set(send()) == {each.pk for each in (elsewhere, *endless)}


def test_redis_that_forgot_is_told_again_by_the_messages(number: Number) -> None:
    sent = [notice(number) for _ in range(3)]
    send()
    connection().flushdb()
    over = notice(number)
    assert send() == []
    assert places.used(number)[0] == 3
    at = back_date(sent[1], hours=24, seconds=-2)
    assert again(over).status == "held"
    with organization_scope(number.organization):
        assert places.used(number)[1] == at + timedelta(hours=24)


def test_who_waits_goes_when_a_place_is_free_or_none_is_needed(number: Number) -> None:
    sent = [notice(number) for _ in range(3)]
    send()
    waiting = [notice(number, lane=lane) for lane in (2, 2, 0)]
    assert send() == []
    assert places.let_go() == 0
    back_date(sent[0], hours=25)
    assert places.let_go() == 1
    assert statuses(*waiting) == ["held", "held", "queued"], "agents before bulk"
    assert send() == [waiting[2].pk]
    # The customer writes: nobody's place is needed any more.
    with organization_scope(number.organization):
        conversation = waiting[1].conversation
        conversation.window_expires_at = timezone.now() + timedelta(days=1)
        conversation.save()
    assert places.let_go() == 1
    assert send() == [waiting[1].pk]
    # Meta raises the limit.
    with organization_scope(number.organization):
        Number.objects.in_scope().update(messaging_limit="TIER_UNLIMITED")
    assert places.let_go() == 1
    assert send() == [waiting[0].pk]
    assert again(waiting[0]).error_detail == ""
    # And lowers it: those whom it reached meanwhile count.
    with organization_scope(number.organization):
        Number.objects.in_scope().update(messaging_limit="TIER_50")
    notice(number)
    assert send() == []


def test_what_was_refused_takes_no_place_and_what_may_have_arrived_does(number: Number) -> None:
    refused, unclear = notice(number), notice(number)
    jobs = {job.message.pk: job for job in claim()}
    refusal = Refused(132000, None, "Number of parameters does not match", "", 400)
    outbox.settle([(jobs[refused.pk], refusal), (jobs[unclear.pk], Unknown("A time-out."))])
    assert places.used(number)[0] == 1
    assert (again(refused).counted_at, again(unclear).counted_at is None) == (None, False)


@commits
def test_many_who_race_for_the_last_places_get_no_more_than_there_are() -> None:
    organization = make_organization()
    numbers = [
        make_number(organization, portfolio_id="31", messaging_limit="TIER_50", messages_per_second=5) for _ in range(4)
    ]
    messages = [notice(number) for number in numbers for _ in range(4)]

    def work(_worker: int) -> list[UUID]:
        return [job.message.pk for _ in range(4) for job in claim(room=4)]

    went = [pk for found in in_parallel(work, times=4) for pk in found]
    assert len(went) == len(set(went)) == 3
    with all_organizations("all that were made"):
        left = Counter(Message.objects.across_organizations().values_list("status", flat=True))
    assert left == {"sending": 3, "held": len(messages) - 3}
