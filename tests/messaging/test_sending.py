"""From the outbox to the provider, and what the provider reports back."""

import time
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from apps.accounts.models import Organization
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import outbox, sender
from apps.messaging.models import Conversation, Message, MessageStatus
from apps.messaging.outbox import Ours
from apps.messaging.reports import opaque_of
from apps.messaging.statuses import REPORTED, later
from apps.whatsapp.models import Media, Number
from tests.conftest import (
    client_of,
    commits,
    in_parallel,
    make_contact,
    make_conversation,
    make_member,
    make_message,
    make_number,
    make_organization,
)
from tests.core.samples import PICTURE
from tests.core.schema import DocumentedClient
from tests.messaging.conftest import connect
from tests.messaging.webhooks import report, status
from tests.stack import Stack, call


def say(api: DocumentedClient, conversation: Conversation, text: str = "Olá", **more: Any) -> Any:
    body = {"type": "text", "text": {"body": text}} | more
    return api.post(f"/api/v1/conversations/{conversation.pk}/messages/", body)


def message(organization: Organization, pk: Any) -> Message:
    with organization_scope(organization):
        return Message.objects.for_organization(organization).get(pk=pk)


def ledger(stack: Stack, **query: str) -> list[dict[str, Any]]:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    found: list[dict[str, Any]] = call("GET", f"{stack.simulator}/control/ledger?limit=1000&{asked}")["messages"]
    return found


def test_an_answer_waits_in_the_outbox(api: DocumentedClient, organization: Organization) -> None:
    conversation = make_conversation(organization)
    sent = say(api, conversation, "Já vai!")
    assert sent.status_code == 201
    assert (sent.data["status"], sent.data["direction"], sent.data["sender"]["kind"]) == (
        "queued", "outbound", "agent",
    )  # fmt: skip
    shown = api.get(f"/api/v1/conversations/{conversation.pk}/").data
    assert shown["last_message"]["preview"] == "Já vai!"


def test_the_same_client_id_is_the_same_message(api: DocumentedClient, organization: Organization) -> None:
    conversation, client_id = make_conversation(organization), str(uuid4())
    first = say(api, conversation, client_id=client_id)
    again = say(api, conversation, client_id=client_id)
    assert first.data["id"] == again.data["id"]


def test_a_client_id_that_says_something_else_is_refused(api: DocumentedClient, organization: Organization) -> None:
    conversation, client_id = make_conversation(organization), str(uuid4())
    say(api, conversation, "Sim", client_id=client_id)
    for place, text in ((conversation, "Não"), (make_conversation(organization), "Sim")):
        answer = say(api, place, text, client_id=client_id)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/client-id-used")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "text", "text": {"body": ""}}, "text.body"),
        ({"type": "text", "text": {"body": "x" * 4097}}, "text.body"),
        ({"type": "text"}, "text"),
        ({"type": "image"}, "media_id"),
        ({"type": "image", "media_id": str(uuid4())}, "media_id"),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, "location.latitude"),
        ({"type": "reaction", "reaction": {"message_id": str(uuid4()), "emoji": "👍"}}, "reply_to"),
        ({"type": "poll"}, "type"),
        ({"type": "text", "text": {"body": "a\0b"}}, "text.body"),
        ({"type": "text", "text": {"body": "Oi"}, "reply_to": str(uuid4())}, "reply_to"),
    ],
)
def test_what_whatsapp_would_refuse_is_refused_before(
    api: DocumentedClient, organization: Organization, body: dict[str, Any], field: str
) -> None:
    conversation = make_conversation(organization)
    answer = api.post(f"/api/v1/conversations/{conversation.pk}/messages/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    with organization_scope(organization):
        assert not Message.objects.for_organization(organization).exists()


def test_outside_the_window_nothing_is_queued(api: DocumentedClient, organization: Organization) -> None:
    conversation = make_conversation(organization, window_expires_at=timezone.now() - timedelta(seconds=1))
    answer = say(api, conversation)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/window-closed")


def test_a_blocked_contact_gets_nothing(api: DocumentedClient, organization: Organization) -> None:
    conversation = make_conversation(organization, contact=make_contact(organization, is_blocked=True))
    assert say(api, conversation).json()["type"] == "/problems/contact-blocked"


@commits
def test_the_customer_gets_the_answer_and_its_ticks(stack: Stack) -> None:
    organization = make_organization()
    api = client_of(make_member(organization), organization)
    number = connect(organization, stack)
    conversation = make_conversation(organization, number=number)
    sent = say(api, conversation, "Já vai!").data
    # In tests a wake-up runs its task at once: the answer has left.
    assert message(organization, sent["id"]).status == "accepted"
    (taken,) = ledger(stack)
    assert taken["body"]["text"]["body"] == "Já vai!"
    assert taken["to"].lstrip("+") == conversation.contact.phone
    wamid = message(organization, sent["id"]).wamid
    assert wamid == taken["wamid"]
    for word in ("sent", "delivered", "read"):
        report(number, status(taken["wamid"], word))
        assert message(organization, sent["id"]).status == word


@commits
def test_every_status_is_kept_and_none_goes_back(stack: Stack) -> None:
    organization = make_organization()
    number = make_number(organization)
    conversation = make_conversation(organization, number=number)
    out = make_message(
        organization, conversation=conversation, direction="outbound", status="accepted", wamid="wamid.9"
    )
    now = int(timezone.now().timestamp())
    report(number, status("wamid.9", "read", at=now))
    report(number, status("wamid.9", "delivered", at=now - 1), status("wamid.9", "sent", at=now - 2))
    report(number, status("wamid.9", "read", at=now))
    found = message(organization, out.pk)
    assert found.status == "read"
    assert found.delivered_at is not None
    assert found.sent_at is not None
    with organization_scope(organization):
        kept = MessageStatus.objects.for_organization(organization).values_list("status", flat=True)
        assert sorted(kept) == ["delivered", "read", "sent"]


def test_delivered_beats_failed_and_failed_beats_sent() -> None:
    assert later("sent", "failed")
    assert later("failed", "delivered")
    assert not later("read", "failed")
    assert not later("delivered", "failed")
    assert all(not later("played", word) for word in REPORTED)


@commits
def test_a_status_that_is_early_waits_for_its_message() -> None:
    organization = make_organization()
    number = make_number(organization)
    report(number, status("wamid.early", "delivered"))
    conversation = make_conversation(organization, number=number)
    out = make_message(
        organization, conversation=conversation, direction="outbound", status="accepted", wamid="wamid.early"
    )
    with all_organizations("time passes"):
        from apps.whatsapp.models import Change

        Change.objects.across_organizations().filter(state="retrying").update(next_attempt_at=timezone.now())
    report(number)
    assert message(organization, out.pk).status == "delivered"


@commits
def test_a_status_settles_a_message_whose_answer_was_lost() -> None:
    organization = make_organization()
    number = make_number(organization)
    conversation = make_conversation(organization, number=number)
    out = make_message(
        organization, conversation=conversation, direction="outbound", status="uncertain", attempt=uuid4()
    )
    report(number, status("wamid.found", "sent", opaque=opaque_of(out)))
    found = message(organization, out.pk)
    assert (found.status, found.wamid) == ("sent", "wamid.found")


MAGIC = [
    ("0429", "accepted"),  # refused once for the rate, taken afterwards
    ("0503", "uncertain"),  # 503 without a code: nobody knows
]


@commits
@pytest.mark.parametrize(("ending", "expected"), MAGIC)
def test_what_the_provider_says_decides(stack: Stack, ending: str, expected: str) -> None:
    organization = make_organization()
    api = client_of(make_member(organization), organization)
    number = connect(organization, stack)
    contact = make_contact(organization, phone=f"551198765{ending}")
    sent = say(api, make_conversation(organization, number=number, contact=contact)).data
    for _ in range(3):
        with organization_scope(organization):
            waiting = Message.objects.for_organization(organization).filter(pk=sent["id"], status="queued")
            waiting.update(next_attempt_at=None)
        sender.drain()
    assert message(organization, sent["id"]).status == expected


@commits
def test_a_token_that_is_refused_holds_the_number_and_a_good_one_releases_it(stack: Stack) -> None:
    organization = make_organization()
    owner = client_of(make_member(organization, role="owner"), organization)
    number = connect(organization, stack)
    with organization_scope(organization):
        type(number).objects.for_organization(organization).update(access_token="a token that nobody knows")
    sent = say(owner, make_conversation(organization, number=number)).data
    assert message(organization, sent["id"]).status == "held"
    assert owner.get(f"/api/v1/numbers/{number.pk}/").data["status"] == "held"
    later_one = say(owner, make_conversation(organization, number=number)).data
    assert later_one["status"] == "held"
    mended = owner.patch(f"/api/v1/numbers/{number.pk}/", {"access_token": number.access_token})
    assert mended.status_code == 200
    assert owner.post(f"/api/v1/numbers/{number.pk}/test/").data["status"] == "connected"
    sender.drain()
    assert {message(organization, each["id"]).status for each in (sent, later_one)} == {"accepted"}


@commits
def test_a_lease_that_ran_out_leaves_an_uncertain_message_that_no_machine_repeats(stack: Stack) -> None:
    organization = make_organization()
    api = client_of(make_member(organization), organization)
    number = connect(organization, stack)
    left = make_message(
        organization, conversation=make_conversation(organization, number=number), direction="outbound",
        status="sending", attempt=uuid4(), lease_until=timezone.now() - timedelta(seconds=1),
    )  # fmt: skip
    sender.drain()
    assert message(organization, left.pk).status == "uncertain"
    sender.drain()
    assert ledger(stack) == []
    # A person decides.
    assert api.post(f"/api/v1/messages/{left.pk}/retry/").status_code == 200
    assert len(ledger(stack)) == 1
    assert message(organization, left.pk).status == "accepted"


@commits
def test_messages_to_one_contact_leave_in_turn_and_agents_before_bulk() -> None:
    organization = make_organization()
    number = make_number(organization)
    conversation = make_conversation(organization, number=number)
    bulk = [
        make_message(organization, conversation=conversation, direction="outbound", lane=2, text=str(n))
        for n in range(3)
    ]
    reply = make_message(organization, conversation=conversation, direction="outbound", lane=0, text="reply")
    order = []
    with override_settings(WAKE_TRANSPORT="tests.messaging.test_sending.no_wake"):
        for _ in range(4):
            (job,) = outbox.claim(room=10, room_per_number=10, ours=NOTHING).jobs
            assert outbox.claim(room=10, room_per_number=10, ours=NOTHING).jobs == [], "one at a time"
            order.append(job.message.pk)
            outbox.settle([(job, outbox.Accepted(f"wamid.{len(order)}"))])
    assert order == [reply.pk, *(each.pk for each in bulk)]


NOTHING = Ours(Counter(), Counter())


def no_wake(_name: str) -> None:
    """A broker whose worker is away."""


@commits
def test_two_senders_never_take_the_same_message() -> None:
    organization = make_organization()
    number = make_number(organization, messages_per_second=1000)
    made = [
        make_message(organization, conversation=make_conversation(organization, number=number), direction="outbound")
        for _ in range(40)
    ]

    def work(_worker: int) -> list[Any]:
        taken = []
        for _ in range(6):
            taken += outbox.claim(room=10, room_per_number=100, ours=NOTHING).jobs
        return taken

    jobs = [job.message.pk for found in in_parallel(work, times=4) for job in found]
    assert sorted(jobs) == sorted(each.pk for each in made)


@commits
def test_a_number_sends_no_faster_than_its_rate_and_takes_no_more_than_soon_leave(stack: Stack) -> None:
    organization = make_organization()
    number = connect(organization, stack)
    with organization_scope(organization):
        Number.objects.for_organization(organization).filter(pk=number.pk).update(messages_per_second=20)
    for _ in range(12):
        make_message(organization, conversation=make_conversation(organization, number=number), direction="outbound")
    first = outbox.claim(room=100, room_per_number=100, ours=NOTHING)
    assert (len(first.jobs), first.more) == (4, True)
    for job in first.jobs:
        outbox.put_back(job, wait=0)
    began = time.monotonic()
    sender.drain()
    assert len(ledger(stack)) == 12
    assert time.monotonic() - began > 11 / 20


@commits
def test_a_file_that_the_provider_forgot_is_laid_there_anew_when_a_person_sends_again(stack: Stack) -> None:
    organization = make_organization()
    api = client_of(make_member(organization), organization)
    number = connect(organization, stack)
    file = {"file": SimpleUploadedFile("pao.png", PICTURE)}
    picture = api.post("/api/v1/media/", file, format="multipart").data["id"]
    with organization_scope(organization):
        uploads = Media.objects.for_organization(organization)
        uploads.update(number=number, uploaded_id="31", uploaded_at=timezone.now())
    conversation = make_conversation(organization, number=number)
    url = f"/api/v1/conversations/{conversation.pk}/messages/"
    sent = api.post(url, {"type": "image", "media_id": picture}).data
    assert message(organization, sent["id"]).status == "failed"
    assert api.post(f"/api/v1/messages/{sent['id']}/retry/").status_code == 200
    assert message(organization, sent["id"]).status == "accepted"
    assert len(ledger(stack)) == 1
