"""What is read from the status of a message of ours."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.whatsapp.payloads import status_event
from tests.whatsapp.samples import BSUID, FAILED, IN_GROUP, PAYMENT, STATUS, STATUSES, USER
from tests.whatsapp.test_inbound_message import ANYTHING, KEYS

AT = datetime(2025, 11, 24, 16, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status["status"])
def test_every_status_is_read(status: dict[str, Any]) -> None:
    found = status_event({"status": status, "contact": None, "metadata": {}})
    assert (found.wamid, found.status, found.at, found.recipient_phone) == (status["id"], status["status"], AT, USER)
    assert found.raw == status


def test_a_status_carries_our_mark_and_the_price() -> None:
    found = status_event({"status": STATUS})
    assert (found.recipient_bsuid, found.opaque, found.kind) == (BSUID, "c:17", "message")
    assert found.pricing == {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"}
    assert found.conversation is None


def test_a_failure_says_why() -> None:
    (error,) = status_event({"status": FAILED}).errors
    assert (error.code, error.title, error.detail) == (131049, "Not delivered", "Kept healthy.")


def test_in_a_group_the_recipient_is_the_participant() -> None:
    found = status_event({"status": IN_GROUP})
    assert (found.group_id, found.recipient_phone, found.recipient_bsuid) == ("R3JvdXA=", USER, BSUID)
    assert found.pricing == {
        "pricing_type": "free_group_customer_service",
        "type": "free_group_customer_service",
    }
    older = {**IN_GROUP, "participant_recipient_id": USER}
    del older["recipient_participant_id"]
    assert status_event({"status": older}).recipient_phone == USER


def test_a_payment_is_told_apart() -> None:
    assert status_event({"status": PAYMENT}).kind == "payment"


def test_a_recipient_without_a_phone_is_known_by_the_user_id() -> None:
    found = status_event({"status": {"id": "wamid.X", "status": "sent", "recipient_id": BSUID}})
    assert (found.recipient_phone, found.recipient_bsuid, found.at) == (None, BSUID, None)
    found = status_event({"status": {"id": "wamid.X", "status": "sent"}, "contact": {"user_id": BSUID}})
    assert found.recipient_bsuid == BSUID


@given(st.dictionaries(KEYS | st.sampled_from(["status", "pricing", "conversation"]), ANYTHING, max_size=6), ANYTHING)
def test_no_status_is_ever_too_odd_to_be_read(status: dict[str, Any], contact: Any) -> None:
    assert isinstance(status_event({"status": status, "contact": contact}).status, str)
