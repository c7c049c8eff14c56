"""A worker is killed in the middle of its work: nothing is lost, and nothing sent twice."""

import hashlib
import hmac
import json
import urllib.request
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.models import Organization
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging.models import Conversation, Message
from apps.whatsapp.models import Number
from tests.conftest import commits, make_contact, make_conversation, make_organization
from tests.messaging.conftest import connect
from tests.messaging.webhooks import payload, text_message
from tests.stack import Stack, call, until

MESSAGES = 500


@pytest.mark.timeout(240)
@commits
def test_a_sender_killed_in_the_middle_of_500_sends(stack: Stack) -> None:
    organization = make_organization()
    call("PATCH", f"{stack.simulator}/control/switches", {"magic": False})
    stack.start_web()  # the statuses' door
    number = connect(organization, stack, verify=True, messages_per_second=100)
    queued = _queue(organization, number)
    stack.start_worker()
    until(lambda: _taken(stack) > MESSAGES // 5, "a fifth has left")
    stack.kill("worker")
    assert _taken(stack) < MESSAGES, "the worker was killed too late to prove anything"
    stack.start_worker()
    until(lambda: not _unsettled(organization), f"all are settled\n{stack.output()}", patience=90)
    ledger = _ledger(stack)
    sent = Counter(entry["opaque"].partition(".")[0] for entry in ledger)
    assert set(sent) <= {str(pk) for pk in queued}
    assert max(sent.values()) == 1, "something was sent twice"
    lost = _statuses(organization, exclude=sent)
    assert set(lost.values()) <= {"uncertain"}, "what the simulator hasn't is shown as uncertain"
    until(lambda: not _behind(organization, sent), "what the simulator took settles by its status", patience=60)
    assert len(sent) + len(lost) == MESSAGES


@pytest.mark.timeout(240)
@commits
def test_a_receiver_killed_in_the_middle_of_500_webhooks(stack: Stack) -> None:
    organization = make_organization()
    stack.start_web()
    number = connect(organization, stack, verify=True)
    stack.start_worker()
    for n in range(MESSAGES):
        _post(stack, number, payload(number, messages=[text_message(f"wamid.{n}", str(n), sender=_sender(n))]))
        if n == MESSAGES // 2:
            until(lambda: _received(organization) > 0, "the worker is at work")
            stack.kill("worker")
    stack.start_worker()
    until(lambda: _received(organization) >= MESSAGES, f"all are here\n{stack.output()}", patience=60)
    with organization_scope(organization):
        stored = Message.objects.for_organization(organization)
        assert stored.values("wamid").distinct().count() == stored.count() == MESSAGES
        unread = Conversation.objects.for_organization(organization).values_list("unread_count", flat=True)
        assert sum(unread) == MESSAGES


def _queue(organization: Organization, number: Number) -> list[Any]:
    made = []
    for n in range(MESSAGES):
        contact = make_contact(organization, phone=f"5521{970000000 + n * 7 + 5}")
        conversation = make_conversation(organization, contact=contact, number=number)
        made.append(
            Message(
                organization=organization, conversation=conversation, contact=contact, number=number,
                direction="outbound", sender_kind="agent", client_id=uuid4(), type="text",
                content={"body": f"Mensagem {n}"}, text=f"Mensagem {n}", status="queued",
            )
        )  # fmt: skip
    with organization_scope(organization):
        Message.objects.for_organization(organization).bulk_create(made)
    return [message.pk for message in made]


def _ledger(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("GET", f"{stack.simulator}/control/ledger?limit=1000")["messages"]
    return found


def _taken(stack: Stack) -> int:
    return int(call("GET", f"{stack.simulator}/control/ledger?limit=1")["count"])


def _unsettled(organization: Organization) -> int:
    with organization_scope(organization):
        rows = Message.objects.for_organization(organization)
        return rows.filter(status__in=["queued", "sending"]).count()


def _statuses(organization: Organization, *, exclude: Counter[str]) -> dict[str, str]:
    with organization_scope(organization):
        rows = Message.objects.for_organization(organization).exclude(pk__in=list(exclude))
        return {str(pk): status for pk, status in rows.values_list("pk", "status")}


def _behind(organization: Organization, sent: Counter[str]) -> int:
    with organization_scope(organization):
        rows = Message.objects.for_organization(organization).filter(pk__in=list(sent))
        return rows.exclude(status__in=["delivered", "read"]).count()


def _received(organization: Organization) -> int:
    with organization_scope(organization):
        return Message.objects.for_organization(organization).filter(direction="inbound").count()


def _sender(n: int) -> str:
    return f"55319{80000000 + n % 50}"


def _post(stack: Stack, number: Number, body: dict[str, Any]) -> None:
    with all_organizations("a test signs as Meta does"):
        app = number.app
    raw = json.dumps(body).encode()
    signature = hmac.new(app.secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
    request = urllib.request.Request(f"{stack.web}/webhooks/whatsapp/{app.key}/", raw, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        assert answer.status == 200
