"""A way to WhatsApp is a folder and a line in the registry: here a third one, that exists for this test alone."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from django.utils import timezone

from apps.core.tenancy import organization_scope
from apps.messaging import sender
from apps.messaging.models import Message
from apps.simulator.evolution_courier import token_of
from apps.whatsapp.payloads import split
from apps.whatsapp.providers import PROVIDERS, Accepted, named
from apps.whatsapp.providers.evolution.proof import LATE_SECONDS, is_proof
from apps.whatsapp.rates import budgets_of, pace_of
from tests.conftest import commits, make_app, make_conversation, make_message, make_number, make_organization
from tests.messaging.webhooks import deliver, drain


class PigeonClient:
    """Its letters."""

    sent: ClassVar[list[tuple[str, Any]]] = []

    async def send(self, phone_number_id: str, token: str, body: Mapping[str, Any]) -> Accepted:
        self.sent.append((phone_number_id, body["text"]["body"]))
        return Accepted("pigeon-1")


class PigeonProvider:
    """Carries messages by pigeon: `{"loft", "from", "says"}`."""

    capabilities = replace(named("evolution").capabilities, by_users=False, per_second=1, per_hour=None)

    def is_authentic(self, body: bytes, headers: Mapping[bytes, bytes], secrets: Any) -> bool:
        return headers.get(b"x-ring") in {each.encode() for each in secrets}

    def to_be_kept(self, body: bytes) -> bytes:
        return body

    def split(self, body: bytes) -> Any:
        told = json.loads(body)
        message = {"id": told["id"], "from": told["from"], "type": "text", "text": {"body": told["says"]}}
        value = {"messages": [message], "metadata": {"phone_number_id": told["loft"]}}
        change = {"field": "messages", "value": value}
        return split(json.dumps({"entry": [{"id": "", "changes": [change]}]}).encode())

    def client(self, _session: Any, _base_url: str, **_options: Any) -> PigeonClient:
        return PigeonClient()


@commits
def test_a_third_provider_is_a_folder_and_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROVIDERS, "pigeon", PigeonProvider())
    here = make_organization()
    app = make_app(here, provider="pigeon")
    number = make_number(here, app=app, provider="pigeon", phone_number_id="loft-7")
    deliver(number, {"loft": "loft-7", "from": "5511987654321", "id": "p1", "says": "Coo"})
    drain()
    conversation = make_conversation(here, number=number, window_expires_at=None)
    make_message(here, conversation=conversation, direction="outbound", text="Obrigado")
    sender.drain()
    with organization_scope(here):
        rows = Message.objects.for_organization(here).filter(number=number).order_by("pk")
        assert [(each.text, each.status) for each in rows] == [("Coo", "received"), ("Obrigado", "accepted")]
    assert PigeonClient.sent == [("loft-7", "Obrigado")]
    assert conversation.window_is_open(timezone.now())
    assert pace_of(number).per_second <= 1
    assert budgets_of(number, conversation.contact_id) == []


def test_a_gateways_token_counts_an_hour_longer_than_it_says_and_no_other_algorithm_does() -> None:
    header, now = f"Bearer {token_of('the key', 1_000_000)}".encode(), 1_000_000.0
    assert is_proof(header, ["another", "the key"], now=now)
    assert is_proof(header, ["the key"], now=now + LATE_SECONDS)
    assert not is_proof(header, ["the key"], now=now + LATE_SECONDS + 601)
    assert not is_proof(header, ["another", ""], now=now)
    assert not is_proof(header.replace(b"Bearer", b"Basic"), ["the key"], now=now)
    assert not is_proof(b"Bearer eyJhbGciOiJub25lIn0.e30.", ["the key"], now=now)
    assert not is_proof(None, ["the key"], now=now)
