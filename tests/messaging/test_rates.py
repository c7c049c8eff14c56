"""A number's limits: what the API tells of them, and that many senders together keep them."""

import time
from bisect import bisect_left
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.accounts.models import Organization
from apps.core import ratelimits
from apps.core.ratelimits import Places
from apps.core.tenancy import organization_scope
from apps.messaging import outbox, sender
from apps.messaging.models import Message
from apps.whatsapp.models import Number
from apps.whatsapp.rates import PAIR_BURST, hour_of, pace_of, pair_bucket, places_key
from tests.conftest import commits, make_contact, make_conversation, make_message, make_number, make_organization
from tests.core.schema import DocumentedClient
from tests.messaging.conftest import connect
from tests.stack import Stack, call, until

NUMBERS = "/api/v1/numbers/"


def test_a_reset_forgets_pairs_hours_and_pauses_and_counts_people_anew(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    number = make_number(organization, messaging_limit="TIER_250", portfolio_id=str(uuid4()))
    gateway = make_number(organization, provider="evolution")
    pair = pair_bucket(number.pk, uuid4())
    hour = hour_of(gateway)
    assert hour is not None
    ratelimits.empty(pair)
    ratelimits.empty(hour)
    ratelimits.fill_places(Places(places_key(number), 250, 86400), {"somebody": time.time()})
    outbox.pause(number.pk, 60)
    path = f"{NUMBERS}{number.pk}/rate-limit/"
    used = owners_api.get(path).json()
    assert (used["people"]["used"], used["people"]["remaining"], used["can_send_now"]) == (1, 249, False)
    assert used["reason"] == "WhatsApp asked for a pause."
    assert owners_api.get(f"{NUMBERS}{gateway.pk}/rate-limit/").json()["hour"]["remaining"] == 0
    for each in (number, gateway):
        owners_api.post(f"{NUMBERS}{each.pk}/rate-limit/reset/")
    fresh = owners_api.get(path).json()
    assert (fresh["people"]["used"], fresh["can_send_now"]) == (0, True), "the messages know of nobody"
    assert owners_api.get(f"{NUMBERS}{gateway.pk}/rate-limit/").json()["hour"]["remaining"] == hour.capacity
    assert ratelimits.take((pair, PAIR_BURST)) == 0


def test_what_a_number_sent_is_told_by_hour_and_by_day(api: DocumentedClient, organization: Organization) -> None:
    number, now = make_number(organization), timezone.now()
    conversation = make_conversation(organization, number=number, last_message_at=now)
    for back, status in ((300, "sent"), (48, "delivered"), (48, "failed"), (2, "read"), (0, "queued"), (0, "sent")):
        make_message(
            organization, conversation=conversation, direction="outbound", status=status, at=now - timedelta(hours=back)
        )
    told = api.get(f"{NUMBERS}{number.pk}/rate-limit/").json()
    assert (len(told["by_hour"]), len(told["by_day"])) == (24, 7)
    assert [each["messages"] for each in told["by_hour"] if each["messages"]] == [1, 1]
    assert told["by_hour"][-1]["messages"] == told["hour"]["used"] == 1
    assert sum(each["messages"] for each in told["by_day"]) == 3
    day = (now - timedelta(hours=48)).astimezone(ZoneInfo(organization.timezone)).date()
    assert {each["day"]: each["messages"] for each in told["by_day"]}[str(day)] == 1


@commits
def test_two_senders_in_two_processes_keep_one_rate_and_send_nothing_twice(stack: Stack, tmp_path: Path) -> None:
    call("PATCH", f"{stack.simulator}/control/switches", {"magic": False, "statuses": False})
    number = connect(make_organization(), stack, messages_per_second=100)
    people = [make_conversation(number.organization, number=number) for _ in range(60)]
    rows = [
        Message(
            organization=number.organization, conversation=each, contact=each.contact, number=number, text=str(n),
            direction="outbound", sender_kind="bot", type="text", content={"body": str(n)}, status="queued", lane=n % 3,
        )
        for n in range(180)
        for each in (people[n % 60],)
    ]  # fmt: skip
    with organization_scope(number.organization):
        Message.objects.in_scope().bulk_create(rows)
    files = [tmp_path / "first", tmp_path / "second"]
    for file in files:
        stack.start_sender(file)
    until(lambda: all(file.exists() for file in files), "both are ready")
    (tmp_path / "go").touch()
    until(lambda: sent(number) == len(rows), f"all are sent\n{stack.output()}", patience=30)
    left = [[float(line) for line in file.read_text().split()] for file in files]
    assert min(map(len, left)) > 0, "both have sent"
    moments = sorted(chain(*left))
    assert len(moments) == len(rows)
    assert max(bisect_left(moments, each + 1) - n for n, each in enumerate(moments)) <= 100
    arrived = [each["body"]["text"]["body"] for each in ledger(stack)]
    assert sorted(arrived) == sorted(each.text for each in rows), "none twice"


@commits
def test_a_number_that_is_told_it_is_too_fast_pauses_and_goes_on_half_as_fast(stack: Stack) -> None:
    number = connect(make_organization(), stack, messages_per_second=40)
    refused = queue(number, "551198760429")
    sender.drain()
    assert (status_of(refused), ledger(stack)) == ("queued", [])
    for n in range(8):
        queue(number, f"55119876{n:04}")
    began = time.time()
    sender.drain()
    again(refused)
    assert status_of(refused) == "accepted"
    moments = sorted(each["accepted_at"] for each in ledger(stack))
    assert len(moments) == 9
    assert moments[0] - began > 1, "the pause"
    assert ratelimits.take_turns(pace_of(number), more=1).step > 1.8 / 40, "half as fast"


@commits
def test_a_person_gets_a_burst_and_then_no_more_than_whatsapp_allows(stack: Stack) -> None:
    call("PATCH", f"{stack.simulator}/control/switches", {"pair_limit": True})
    number = connect(make_organization(), stack, messages_per_second=1000)
    conversation = make_conversation(number.organization, number=number)
    burst = [queue(number, conversation=conversation) for _ in range(48)]
    other = queue(number)
    sender.drain()
    went = [status_of(each) for each in burst]
    assert went == ["accepted"] * 45 + ["queued"] * 3, "none was refused, and they left in turn"
    assert status_of(other) == "accepted", "nobody else waits"
    waits = find(burst[45])
    assert (waits.attempts, waits.error_code) == (0, None)
    assert waits.next_attempt_at is not None
    assert timedelta(0) < waits.next_attempt_at - timezone.now() <= timedelta(seconds=6)


@commits
def test_a_pair_that_whatsapp_calls_too_fast_waits_longer_each_time(stack: Stack) -> None:
    number = connect(make_organization(), stack)
    refused = queue(number, "551198760056")
    sender.drain()
    waits = find(refused)
    assert (waits.status, waits.error_code) == ("queued", 131056)
    assert ratelimits.take((pair_bucket(number.pk, refused.contact_id), 1)) > 4, "our own count begins from nothing"
    ratelimits.reset(pair_bucket(number.pk, refused.contact_id))
    again(refused)
    assert status_of(refused) == "accepted"
    assert ratelimits.take_turns(pace_of(number), more=1).step < 1 / 70, "the number isn't slowed down"


def queue(number: Number, phone: str = "", **more: Any) -> Message:
    who = {"contact": make_contact(number.organization, phone=phone)} if phone else {}
    conversation = more.pop("conversation", None) or make_conversation(number.organization, number=number, **who)
    return make_message(number.organization, conversation=conversation, direction="outbound", **more)


def again(message: Message) -> None:
    """Its time has come."""
    with organization_scope(message.organization_id):
        Message.objects.in_scope().filter(pk=message.pk).update(next_attempt_at=None)
    sender.drain()


def find(message: Message) -> Message:
    with organization_scope(message.organization_id):
        return Message.objects.in_scope().get(pk=message.pk)


def status_of(message: Message) -> str:
    return find(message).status


def sent(number: Number) -> int:
    with organization_scope(number.organization_id):
        return Message.objects.in_scope().filter(number=number, status="accepted").count()


def ledger(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("GET", f"{stack.simulator}/control/ledger?limit=1000")["messages"]
    return found
