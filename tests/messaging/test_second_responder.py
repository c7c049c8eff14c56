"""A number with a second responder, through the simulator: who has the chat, and what may be done about it."""

from typing import Any

import pytest

from apps.accounts.models import Organization
from apps.core.tenancy import organization_scope
from apps.messaging import sender
from apps.messaging.models import Conversation, Message
from apps.whatsapp.models import Number
from tests.conftest import client_of, commits, make_app, make_member, make_number, make_organization
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import deliver, drain
from tests.stack import Stack, call, until
from tests.whatsapp.simulated import VERIFY, Box

MARIA = "5511987654321"


class Routed:
    """A number of the simulator's whose chats another responder may have."""

    def __init__(self, stack: Stack) -> None:
        self.url, self.box = f"{stack.simulator}/control", Box()
        self.organization: Organization = make_organization()
        self.api: DocumentedClient = client_of(make_member(self.organization, role="agent"), self.organization)
        app = make_app(self.organization, graph_url=stack.simulator, app_id="9000001")
        self.number: Number = make_number(self.organization, app=app)
        call("POST", f"{self.url}/reset", {})
        told = {
            "waba_id": self.number.waba_id, "display_phone_number": "+55 11 4000-1234", "app_id": "9000001",
            "access_token": self.number.access_token, "app_secret": app.secret, "webhook_url": self.box.url,
            "verify_token": VERIFY,
        }  # fmt: skip
        call("PUT", f"{self.url}/numbers/{self.number.phone_number_id}", told)
        call("PATCH", f"{self.url}/switches", {"statuses": False})

    def do(self, what: str, *, webhooks: int = 1, **more: Any) -> None:
        """Something happens at WhatsApp, and so many webhooks of it are read."""
        call("POST", f"{self.url}/{what}", {"phone_number_id": self.number.phone_number_id, "from": MARIA} | more)
        self.read(webhooks)

    def read(self, webhooks: int) -> None:
        until(lambda: len(self.box.bodies) >= webhooks, "the webhooks came")
        for body in self.box.empty():
            deliver(self.number, body)
        drain()

    @property
    def conversation(self) -> Conversation:
        with organization_scope(self.organization):
            return Conversation.objects.for_organization(self.organization).get()

    def ask(self, action: str, **body: Any) -> Any:
        return self.api.post(f"/api/v1/conversations/{self.conversation.pk}/{action}/", body)

    def thread(self) -> Any:
        return self.api.get(f"/api/v1/conversations/{self.conversation.pk}/").json()["thread"]

    def say(self) -> Any:
        return self.ask("messages", type="text", text={"body": "Oi, Maria"})

    def messages(self) -> list[tuple[str, str, str]]:
        with organization_scope(self.organization):
            rows = Message.objects.for_organization(self.organization).exclude(type="system").order_by("at", "pk")
            return [(row.direction, row.origin, row.text) for row in rows]


@pytest.fixture
def routed(stack: Stack) -> Routed:
    return Routed(stack)


@commits
def test_an_agent_sees_who_has_the_chat_takes_it_passes_it_and_lets_go(routed: Routed) -> None:
    routed.do("inbound", text={"body": "Oi"})
    assert routed.thread() is None
    routed.do("handovers", to="other")
    routed.do("inbound", text={"body": "Tem alguém?"})
    routed.do("responder", webhooks=3, text="Sou a atendente virtual")
    assert routed.thread()["owner"] == "standby"
    assert [origin for _, origin, _ in routed.messages()] == ["live", "standby", "standby"]
    refused = routed.say()
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "thread-not-ours")

    call("PATCH", f"{routed.url}/switches", {"escalation_partner": False})
    refused = routed.ask("take-thread")
    assert refused.status_code == 422
    assert "2494191" in refused.json()["detail"]
    call("PATCH", f"{routed.url}/switches", {"escalation_partner": True})
    assert routed.ask("take-thread").json()["thread"]["owner"] == "owned"
    routed.read(1)
    assert routed.thread()["owner"] == "owned"
    assert routed.say().status_code == 201
    sender.drain()
    routed.do("inbound", text={"body": "Oi, gente"})
    assert routed.messages()[-1] == ("inbound", "live", "Oi, gente")

    assert routed.ask("pass-thread", role="ai_agent", note="Quer um bolo").json()["thread"] == {
        **routed.thread(), "owner": "standby", "role": "ai_agent",
    }  # fmt: skip
    routed.read(1)
    assert routed.thread()["owner"] == "standby"
    routed.ask("take-thread")
    assert routed.ask("release-thread").json()["thread"]["owner"] == "idle"
