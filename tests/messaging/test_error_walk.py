"""Every code of the table, through the simulator: what becomes of the message, who hears of it, in which words."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Organization
from apps.core.tenancy import organization_scope
from apps.messaging import sender
from apps.messaging.models import Message
from apps.notifications.models import Notice
from apps.notifications.registry import type_named
from apps.whatsapp import error_table
from apps.whatsapp.models import Number
from tests.conftest import (
    commits,
    make_app,
    make_contact,
    make_conversation,
    make_member,
    make_message,
    make_number,
    make_organization,
)
from tests.messaging.webhooks import deliver, drain
from tests.stack import Stack, call, until
from tests.whatsapp.simulated import VERIFY, Box

TABLE = json.loads((Path(error_table.__file__).parent / "data" / "errors.json").read_text(encoding="utf-8"))
RANGED = [{**row, "code": code} for row in TABLE["ranges"] for code in (row["first"] + 7, row["last"])]
ROWS: dict[int, dict[str, Any]] = {row["code"]: row for row in [*RANGED, *TABLE["errors"]]}
AT_ONCE = {code: row for code, row in ROWS.items() if row["where"] in ("sync", "both")}
LATER = {code: row for code, row in ROWS.items() if row["where"] in ("async", "both")}
# What a class means, in this test's own words: (what becomes of the message, is its number held).
FATE = {
    "retry": ("queued", False), "wait": ("queued", False), "auth": ("held", True), "number": ("held", True),
    "recipient": ("failed", False), "template": ("failed", False), "policy": ("failed", False),
    "bug": ("failed", False), "info": ("failed", False),
}  # fmt: skip
BY_ACTION = {"retry": ("queued", False), "fail": ("failed", False), "hold_number": ("held", True)}


def fate_of(row: dict[str, Any]) -> tuple[str, bool]:
    found = BY_ACTION[row["action"]] if "action" in row else FATE[row["class"]]
    # A number that only rests keeps its messages in the queue.
    return ("queued", False) if found == ("held", True) and "wait_seconds" in row else found


class Walk:
    """Messages that fail, each with its code."""

    def __init__(self, organization: Organization, stack: Stack) -> None:
        self.organization, self.stack, self.box = organization, stack, Box()
        self.app = make_app(organization, graph_url=stack.simulator)
        self.messages: dict[int, Message] = {}
        call("PATCH", f"{stack.simulator}/control/switches", {"status_delay": [0, 0], "magic": False, "batch": 1000})

    def begin(self, code: int, number: Number, *, later: bool) -> None:
        contact = make_contact(self.organization)
        asked = {"code": code, "phone_number_id": number.phone_number_id, "to": contact.phone, "later": later}
        call("POST", f"{self.stack.simulator}/control/failures", asked | {"details": f"about {code}"})
        conversation = make_conversation(self.organization, number=number, contact=contact)
        self.messages[code] = make_message(self.organization, conversation=conversation, direction="outbound")

    def connect(self, *, verify: bool) -> Number:
        number = make_number(self.organization, app=self.app)
        told = {
            "waba_id": number.waba_id, "display_phone_number": "+55 11 4000-1234", "app_id": "1", "verify": verify,
            "access_token": number.access_token, "app_secret": self.app.secret, "webhook_url": self.box.url,
            "verify_token": VERIFY,
        }  # fmt: skip
        call("PUT", f"{self.stack.simulator}/control/numbers/{number.phone_number_id}", told)
        return number

    def fetch(self) -> dict[int, Message]:
        """The messages as they are now."""
        with organization_scope(self.organization):
            rows = Message.objects.for_organization(self.organization).select_related("number").in_bulk()
        return {code: rows[message.pk] for code, message in self.messages.items()}

    def notices(self) -> dict[str, list[Notice]]:
        found: dict[str, list[Notice]] = {}
        with organization_scope(self.organization):
            for each in Notice.objects.for_organization(self.organization):
                found.setdefault(each.kind, []).append(each)
        return found


@pytest.fixture
def walk(stack: Stack) -> Walk:
    organization = make_organization()
    make_member(organization, role="owner")
    return Walk(organization, stack)


@commits
def test_each_refusal_decides_about_its_message(walk: Walk) -> None:
    shared = walk.connect(verify=False)
    for code, row in AT_ONCE.items():
        # One that holds or slows its number has that for itself.
        alone = fate_of(row)[1] or row["class"] == "number" or row.get("scope") in ("number", "account", "app")
        walk.begin(code, walk.connect(verify=False) if alone else shared, later=False)
    began = timezone.now()
    sender.drain()
    found = walk.fetch()
    # On a slow machine the shortest waits are over by now, and the second try went well.
    again = {code for code, message in found.items() if message.status == "accepted" and message.attempts == 2}
    assert {fate_of(AT_ONCE[code]) for code in again} <= {("queued", False)}
    found = {code: message for code, message in found.items() if code not in again}
    became = {
        code: (message.status, message.number.status == "held", message.error_code) for code, message in found.items()
    }
    assert became == {code: (*fate_of(row), code) for code, row in AT_ONCE.items() if code not in again}
    for code, message in found.items():
        row = AT_ONCE[code]
        assert message.error_title == row["title"]["en"]
        if message.status == "queued" and message.next_attempt_at:
            wait = (message.next_attempt_at - began).total_seconds()
            assert row.get("wait_seconds", 5) <= wait < row.get("wait_seconds", 5) + 60, code
    _told(walk, found)


@commits
def test_each_failure_that_comes_later_is_final_and_explained(walk: Walk) -> None:
    number = walk.connect(verify=True)
    for code in LATER:
        walk.begin(code, number, later=True)
    sender.drain()
    assert {message.status for message in walk.fetch().values()} == {"accepted"}

    def all_came() -> bool:
        deliver(number, *walk.box.empty())
        drain()
        return {message.status for message in walk.fetch().values()} == {"failed"}

    until(all_came, "all failed", patience=60)
    assert {code: message.error_code for code, message in walk.fetch().items()} == {code: code for code in LATER}
    refused = {notice.values["code"] for notice in walk.notices()["sending_refused"]}
    assert refused == {code for code, row in LATER.items() if row["class"] == "policy" and "action" not in row}


@pytest.mark.parametrize("kind", ["number_trouble", "sending_refused"])
def test_who_is_told_reads_it_in_their_language(kind: str) -> None:
    values = {"number": "Padaria", "reason": "code 131042", "code": 131042}
    said = {language: type_named(kind).in_language(language).filled(values) for language in ("pt-br", "en")}
    assert said["pt-br"] != said["en"]
    if kind == "sending_refused":
        assert said["pt-br"] == (f"Padaria: {ROWS[131042]['title']['pt-br']}", "Código 131042.")


def _told(walk: Walk, found: dict[int, Message]) -> None:
    """Who manages numbers hears of what only they can mend: of numbers that are held, and of refused accounts."""
    notices = walk.notices()
    held = {str(message.number_id) for message in found.values() if message.status == "held"}
    assert {notice.values["number_id"] for notice in notices["number_trouble"]} == held
    refused = {notice.values["code"] for notice in notices["sending_refused"]}
    assert refused == {code for code, row in AT_ONCE.items() if row["class"] == "policy" and "action" not in row}
