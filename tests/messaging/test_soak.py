"""Thousands of messages both ways while webhooks come twice, late, in the wrong order and, for a while, not at all.

`SOAK_MESSAGES=5000` runs the whole; without it a tenth.
"""

import os
import time
from collections import Counter
from typing import Any

import pytest

from apps.core.tenancy import organization_scope
from apps.messaging import sender
from apps.messaging.models import Conversation, Message, MessageStatus
from tests.conftest import commits, make_contact, make_conversation, make_member, make_message, make_organization
from tests.messaging.conftest import connect
from tests.messaging.webhooks import deliver, drain
from tests.stack import Stack, call
from tests.whatsapp.simulated import VERIFY, Box

MESSAGES = int(os.environ.get("SOAK_MESSAGES", "500"))
# WhatsApp takes no more than some forty messages at once to one person.
PEOPLE, PATIENCE = max(25, MESSAGES // 60), 60 + MESSAGES / 20
UNRULY = {
    "duplicates": 0.3, "disorder": 0.3, "batch": 50, "magic": False, "enforce_window": "off", "throughput": 0,
    "status_delay": [0, 0.2], "retry_delays": [0.2],
}  # fmt: skip


@pytest.mark.timeout(120 + MESSAGES // 10)
@commits
def test_nothing_is_lost_and_nothing_is_there_twice(stack: Stack) -> None:
    organization = make_organization()
    make_member(organization, role="owner")
    box, number = Box(), connect(organization, stack, messages_per_second=1000)
    control = f"{stack.simulator}/control"
    call("PUT", f"{control}/numbers/{number.phone_number_id}", {"webhook_url": box.url, "verify_token": VERIFY})
    call("PATCH", f"{control}/switches", UNRULY)
    contacts = [make_contact(organization, phone=f"551196{at:07}") for at in range(PEOPLE)]
    ours = [make_conversation(organization, number=number, contact=contact) for contact in contacts]
    half = MESSAGES // 2
    wamids: list[str] = []
    for begin in range(0, half, 500):
        wamids += _write(control, number.phone_number_id, contacts, range(begin, min(begin + 500, half)))
        if begin == 0:
            call("PATCH", f"{control}/switches", {"outage": True})
        _answer(organization, ours, range(begin, min(begin + 500, half)))
        sender.drain()
    call("PATCH", f"{control}/switches", {"outage": False})
    end = time.monotonic() + PATIENCE
    while (waiting := call("GET", f"{control}/state")["webhooks"]["pending"]) or box.bodies:
        assert time.monotonic() < end, f"{waiting} webhooks never came"
        deliver(number, *box.empty())
        drain()
        sender.drain()
    with organization_scope(organization):
        rows = Message.objects.for_organization(organization)
        inbound, outbound = rows.filter(direction="inbound"), rows.filter(direction="outbound")
        assert Counter(inbound.values_list("wamid", flat=True)) == Counter(wamids)
        assert Counter(outbound.values_list("status", flat=True)) == {"read": half}
        told = MessageStatus.objects.for_organization(organization).values_list("status", flat=True)
        assert Counter(told) == {"sent": half, "delivered": half, "read": half}
        conversations = Conversation.objects.for_organization(organization)
        assert conversations.count() == PEOPLE
        texts = sorted(outbound.values_list("text", flat=True))
    ledger = call("GET", f"{control}/ledger?limit=10000")["messages"]
    assert (
        sorted(entry["body"]["text"]["body"] for entry in ledger)
        == texts
        == sorted(f"Resposta {n}" for n in range(half))
    )


def _write(control: str, number: str, contacts: list[Any], numbers: range) -> list[str]:
    """Customers write, in turn."""
    acts = [
        {"phone_number_id": number, "from": contacts[n % PEOPLE].phone, "text": {"body": f"Pergunta {n}"}}
        for n in numbers
    ]
    return list(call("POST", f"{control}/inbound", {"messages": acts})["wamids"])


def _answer(organization: Any, conversations: list[Conversation], numbers: range) -> None:
    for n in numbers:
        make_message(organization, conversation=conversations[n % PEOPLE], direction="outbound", text=f"Resposta {n}")
