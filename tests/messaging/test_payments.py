"""What WhatsApp hears of payments stands in the thread, and is no news of the bill's own delivery."""

from typing import Any

import pytest

from apps.accounts.models import Organization
from apps.core.tenancy import organization_scope
from apps.messaging.models import Message
from tests.conftest import make_contact, make_conversation, make_message, make_number
from tests.messaging.webhooks import CUSTOMER, deliver, drain, payload, status

PAID = {
    "reference_id": "enc-17", "amount": {"value": 21000, "offset": 100}, "currency": "INR",
    "transaction": {"id": "t1", "type": "upi", "status": "success"},
}  # fmt: skip


@pytest.mark.django_db
def test_a_payment_is_an_entry_and_leaves_its_bill_delivered(organization: Organization) -> None:
    number = make_number(organization)
    contact = make_contact(organization, phone=CUSTOMER)
    conversation = make_conversation(organization, number=number, contact=contact)
    window = conversation.window_expires_at
    bill = make_message(
        organization, conversation=conversation, direction="outbound", wamid="wamid.BILL", status="sent",
        type="interactive", content={"kind": "order_details"},
    )  # fmt: skip
    steps: list[dict[str, Any]] = [
        status("wamid.BILL", "failed", at=1_764_000_001, type="payment", payment=PAID),
        status("wamid.BILL", "captured", at=1_764_000_002, type="payment", payment=PAID),
        status("wamid.BILL", "captured", at=1_764_000_002, type="payment", payment=PAID),
        status("wamid.BILL", "delivered", at=1_764_000_003),
        status("wamid.ELSE", "new", at=1_764_000_004, type="payment"),
    ]
    deliver(number, payload(number, statuses=steps))
    drain()
    with organization_scope(organization):
        told = Message.objects.for_organization(organization).filter(type="system").order_by("at")
        assert {each.conversation_id for each in told} == {conversation.pk}
        assert [(each.content["kind"], each.content["status"]) for each in told] == [
            ("payment", "failed"), ("payment", "captured"), ("payment", "new"),
        ]  # fmt: skip
        assert told[0].content["amount"] == {"value": 21000, "offset": 100}
        assert (told[0].content["reference_id"], told[0].content["currency"]) == ("enc-17", "INR")
        bill.refresh_from_db()
        conversation.refresh_from_db()
    assert (bill.status, bill.failed_at, bill.error_code) == ("delivered", None, None)
    assert (conversation.unread_count, conversation.window_expires_at) == (0, window)
