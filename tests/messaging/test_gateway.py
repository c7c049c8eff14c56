"""A number behind the unofficial gateway: from the QR code to messages both ways, against the simulator's process."""

import asyncio
import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from apps.accounts.models import Organization
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import sender
from apps.messaging.models import Conversation, Message
from apps.whatsapp.ingest import Ingest
from apps.whatsapp.models import Change, InboundEvent, Media, Number
from apps.whatsapp.services import fetching
from tests.conftest import (
    client_of,
    commits,
    make_contact,
    make_conversation,
    make_member,
    make_message,
    make_number,
    make_organization,
)
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import drain
from tests.stack import Stack, call

pytestmark = commits
KEY, CUSTOMER, PATIENCE = "simulator-key", "5511987654321", 30.0


TYPES = {
    "text": 3, "image": 1, "audio": 1, "location": 1, "contacts": 1, "interactive": 2, "button": 1, "unsupported": 1,
    "reaction": 1,
}  # fmt: skip


class Gateway:
    """The simulator's, whose webhooks go through the real door."""

    def __init__(self, stack: Stack) -> None:
        self.url, self._control = f"{stack.simulator}/evolution", f"{stack.simulator}/control/evolution"
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.kept: list[tuple[str, dict[str, str], bytes]] = []
        self._ingest, self._runner = Ingest(), asyncio.Runner()
        gateway = self

        class Box(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.came.append((self.path, dict(self.headers.items()), body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Box)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.public = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        async def close_all() -> None:
            for inbox in self._ingest._inboxes.values():
                await inbox.close()

        self._server.shutdown()
        self._server.server_close()
        self._runner.run(close_all())
        self._runner.close()

    def does(self, number: Number, what: str, **body: Any) -> Any:
        return call("POST", f"{self._control}/{number.phone_number_id}/{what}", body)

    def sent(self, number: Number) -> list[dict[str, Any]]:
        found = call("GET", f"{self._control}/{number.phone_number_id}/messages")
        return list(found["messages"])

    def post(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """What the door answers."""
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": raw, "client": None}
        answers: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            answers.append(message)

        self._runner.run(self._ingest(scope, receive, send))
        return int(answers[0]["status"])

    def until(self, happened: Callable[[], Any]) -> Any:
        """Hand on what comes until something is true."""
        end = time.monotonic() + PATIENCE
        while not (found := happened()):
            assert time.monotonic() < end, f"the webhooks didn't bring it: {troubles()}"
            came, self.came[:] = list(self.came), []
            for each in came:
                assert self.post(*each) == 200
            self.kept += came
            drain()
            if not came:
                time.sleep(0.02)
        return found


@pytest.fixture
def gateway(stack: Stack, settings: Settings) -> Iterator[Gateway]:
    found = Gateway(stack)
    settings.OUTGOING_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.PUBLIC_URL = found.public
    settings.WAKE_TRANSPORT = "tests.messaging.test_gateway.wake_nobody"
    yield found
    found.close()


@pytest.fixture
def here(stack: Stack) -> Organization:
    return make_organization()


@pytest.fixture
def owners(here: Organization) -> DocumentedClient:
    return client_of(make_member(here, role="owner"), here)


@pytest.fixture
def number(gateway: Gateway, here: Organization, owners: DocumentedClient) -> Number:
    """A number whose code was scanned."""
    number = added(gateway, here, owners)
    owners.post(f"/api/v1/numbers/{number.pk}/qr-code/")
    gateway.does(number, "scan", phone="5511940028922", name="Padaria Aurora")
    gateway.until(lambda: fresh(number).status == "connected")
    return fresh(number)


def added(gateway: Gateway, here: Organization, owners: DocumentedClient) -> Number:
    body = {"gateway_url": gateway.url, "api_key": KEY, "display_name": "Padaria"}
    made = owners.post("/api/v1/numbers/gateway/", body, format="json")
    assert made.status_code == 201, made.json()
    with organization_scope(here):
        return Number.objects.for_organization(here).select_related("app").get(pk=made.json()["id"])


def troubles() -> list[str]:
    with all_organizations("a test looks at what went wrong"):
        rows = Change.objects.across_organizations().exclude(error="")
        return [f"{each.field} {each.error}" for each in rows.order_by("-pk")[:3]]


def wake_nobody(_name: str) -> None:
    """Tests drain by themselves, and no thread of the door's does it beside them."""


def fresh(number: Number) -> Number:
    with all_organizations("a test looks at a number"):
        return Number.objects.across_organizations().select_related("app").get(pk=number.pk)


def messages(number: Number, **wanted: Any) -> list[Message]:
    with organization_scope(number.organization_id):
        rows = Message.objects.for_organization(number.organization_id).filter(number=number, **wanted)
        return list(rows.select_related("contact", "media", "reply_to").order_by("pk"))


def conversation_with(gateway: Gateway, number: Number) -> Conversation:
    gateway.does(number, "inbound", kind="text", text="Oi")
    found = gateway.until(lambda: messages(number, direction="inbound"))
    with organization_scope(number.organization_id):
        rows = Conversation.objects.for_organization(number.organization_id).select_related("contact", "number")
        return rows.get(pk=found[0].conversation_id)


def test_a_code_is_shown_scanned_and_left(gateway: Gateway, here: Organization, owners: DocumentedClient) -> None:
    number = added(gateway, here, owners)
    at = f"/api/v1/numbers/{number.pk}/"
    assert number.phone_number_id.startswith(f"pytake_{str(here.pk)[:8]}_")
    assert owners.get(f"{at}qr-code/").json()["status"] == "not_created"

    shown = owners.post(f"{at}qr-code/").json()
    assert (shown["status"], shown["qr_code"][:22]) == ("pending", "data:image/png;base64,")
    assert owners.get(f"{at}qr-code/").json()["qr_code"] == shown["qr_code"]

    gateway.does(number, "scan", phone="5511940028922", name="Padaria Aurora")
    gateway.until(lambda: fresh(number).status == "connected")
    assert owners.get(f"{at}qr-code/").json()["status"] == "connected"
    said = owners.get(at).json()
    assert (said["provider"], said["display_phone_number"], said["verified_name"]) == (
        "evolution", "+5511940028922", "Padaria Aurora",
    )  # fmt: skip

    gateway.does(number, "close", reason=401)
    gateway.until(lambda: fresh(number).status == "error")
    assert "QR code" in fresh(number).status_detail
    assert owners.post(f"{at}qr-code/").json()["status"] == "pending", "it can be connected again"

    gateway.does(number, "scan")
    assert owners.get(f"{at}qr-code/").json()["status"] == "connected", "although no webhook came"
    gone = owners.post(f"{at}disconnect/").json()
    assert (gone["status"], gone["is_active"]) == ("disconnected", False)
    assert owners.delete(at).status_code == 204
    shown = call("GET", f"{gateway.url.removesuffix('/evolution')}/control/evolution")["instances"]
    assert number.phone_number_id not in [each["name"] for each in shown]


def test_keys_and_addresses_are_tried_first(
    gateway: Gateway, owners: DocumentedClient, here: Organization, settings: Settings
) -> None:
    wrong = owners.post("/api/v1/numbers/gateway/", {"gateway_url": gateway.url, "api_key": "no"}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "api_key")
    official = make_number(here)
    refused = owners.post(f"/api/v1/numbers/{official.pk}/qr-code/")
    assert refused.status_code == 400, "an official number has no code"
    settings.OUTGOING_ALLOWED_NETWORKS = []
    inside = owners.post("/api/v1/numbers/gateway/", {"gateway_url": gateway.url, "api_key": KEY}, format="json")
    assert (inside.status_code, inside.json()["errors"][0]["field"]) == (400, "gateway_url")


def test_what_people_write_comes_in(gateway: Gateway, number: Number) -> None:
    quoted = gateway.does(number, "inbound", kind="text", text="Bom dia")["id"]
    acts: list[dict[str, Any]] = [
        {"kind": "text", "text": "segredo", "ephemeral": True}, {"kind": "text", "text": "resposta", "quoted": quoted},
        {"kind": "image", "caption": "bolo", "view_once": True}, {"kind": "audio", "ptt": True}, {"kind": "location"},
        {"kind": "contact"}, {"kind": "button"}, {"kind": "list"}, {"kind": "template_button"}, {"kind": "poll"},
        {"kind": "reaction", "to": quoted, "emoji": "🎂"},
        {"kind": "text", "text": "do grupo", "chat": "120363@g.us"},
        {"kind": "text", "text": "status", "chat": "status@broadcast"},
    ]  # fmt: skip
    for act in acts:
        gateway.does(number, "inbound", **act)
    found = gateway.until(lambda: found if len(found := messages(number)) >= 12 else None)
    by_text = {(each.type, each.text) for each in found}
    assert len(found) == 12, "groups and statuses are nobody's conversation"
    assert {
        ("text", "Bom dia"),
        ("text", "segredo"),
        ("image", "bolo"),
        ("button", "Sim"),
        ("reaction", "🎂"),
    } <= by_text
    counted = Counter(each.type for each in found)
    assert counted == Counter(TYPES)
    answer = next(each for each in found if each.text == "resposta")
    assert answer.reply_to
    assert answer.reply_to.wamid == quoted
    assert {each.contact.phone for each in found} == {CUSTOMER}

    fetching.fetch_some()
    with organization_scope(number.organization_id):
        files = Media.objects.for_organization(number.organization_id)
        assert [(each.state, each.size) for each in files.order_by("pk")] == [("ready", 70)] * 2

    gateway.does(number, "inbound", kind="edit", to=quoted, text="Boa tarde")
    gateway.until(lambda: messages(number, wamid=quoted, text="Boa tarde"))
    gateway.does(number, "inbound", kind="revoke", to=quoted)
    gateway.until(lambda: messages(number, wamid=quoted, revoked_at__isnull=False))


def test_a_hidden_number_and_the_phone_behind_it_are_one_contact(gateway: Gateway, number: Number) -> None:
    gateway.does(number, "inbound", kind="text", text="um", lid="123456789012345@lid", hidden=True)
    gateway.until(lambda: messages(number, text="um"))
    gateway.does(number, "inbound", kind="text", text="dois", lid="123456789012345@lid")
    gateway.until(lambda: messages(number, text="dois"))
    first, second = messages(number)
    assert first.contact_id == second.contact_id
    assert second.contact.phone == CUSTOMER


def test_what_we_write_goes_out_and_gets_its_ticks(
    gateway: Gateway, number: Number, owners: DocumentedClient, here: Organization
) -> None:
    conversation = conversation_with(gateway, number)
    with organization_scope(here):
        Conversation.objects.for_organization(here).filter(pk=conversation.pk).update(window_expires_at=None)
    at = f"/api/v1/conversations/{conversation.pk}/messages/"
    file = SimpleUploadedFile("bolo.png", PIXEL, "image/png")
    uploaded = owners.post("/api/v1/media/", {"file": file, "type": "image"}, format="multipart").json()
    assert "id" in uploaded, uploaded
    choices = {
        "kind": "button",
        "body": "Qual?",
        "buttons": [{"id": "a", "title": "Bolo"}, {"id": "b", "title": "Pão"}],
    }
    for body in (
        {"type": "text", "text": {"body": "Olá"}},
        {"type": "image", "media_id": uploaded["id"], "caption": "o bolo"},
        {"type": "interactive", "interactive": choices},
    ):
        answer = owners.post(at, body, format="json")
        assert answer.status_code == 201, answer.json()
    sender.drain()
    called = [each for each in gateway.sent(number) if each["call"].startswith("send")]
    assert [each["call"] for each in called] == ["sendText", "sendMedia", "sendText"]
    assert called[0]["body"]["number"] == CUSTOMER
    assert base64.b64decode(called[1]["body"]["media"]) == PIXEL
    assert called[2]["body"]["text"] == "Qual?\n\n1. Bolo\n2. Pão"
    gateway.until(lambda: len(messages(number, direction="outbound", status="read")) == 3)
    assert len(messages(number, direction="outbound")) == 3, "the gateway's echoes of our own are no new messages"

    template = {"type": "template", "template": {"name": "a", "language": "pt_BR"}}
    assert owners.post(at, template, format="json").status_code in (400, 409, 404)


def test_refusals_are_told_apart(gateway: Gateway, number: Number, here: Organization) -> None:
    conversation = conversation_with(gateway, number)
    ends = {"0026": "failed", "0201": "failed", "0503": "uncertain"}
    made = {}
    for end, status in ends.items():
        other = make_conversation(here, number=number, contact=make_contact(here, phone=f"551199999{end}"))
        made[make_message(here, conversation=other, direction="outbound").pk] = status
    sender.drain()
    assert {each.pk: each.status for each in messages(number, pk__in=list(made))} == made
    gateway.does(number, "close", reason=515)
    held = make_message(here, conversation=conversation, direction="outbound")
    sender.drain()
    assert messages(number, pk=held.pk)[0].status == "queued", "it is tried again when the gateway has connected anew"


def test_only_who_knows_the_key_is_heard_and_of_its_own_numbers_alone(
    gateway: Gateway, number: Number, stack: Stack
) -> None:
    gateway.does(number, "inbound", kind="text", text="Oi")
    gateway.until(lambda: messages(number, text="Oi"))
    path, headers, body = next(each for each in gateway.kept if b"messages.upsert" in each[2])
    assert KEY.encode() in body
    with all_organizations("a test looks at raw bodies"):
        stored = b"".join(bytes(each.body) for each in InboundEvent.objects.all())
    assert KEY.encode() not in stored
    assert b"[redacted]" in stored

    for changed in ({}, {"Authorization": "Bearer a.b.c"}, {"Authorization": headers["Authorization"][:-4] + "AAAA"}):
        assert gateway.post(path, changed, body) == 403
    assert gateway.post(f"{path}messages-upsert", headers, body) == 200, "by events, the address is longer"

    there = make_organization("Outra")
    theirs = client_of(make_member(there, role="owner"), there)
    foreign = added(gateway, there, theirs)
    told = json.loads(body) | {"instance": foreign.phone_number_id}
    told["data"]["key"]["id"] = "3AFORGED"
    assert gateway.post(path, headers, json.dumps(told).encode()) == 200
    drain()
    assert not messages(foreign), "a key opens no other number's door"


def test_what_the_phone_writes_itself_stands_in_the_thread_and_wakes_nobody(gateway: Gateway, number: Number) -> None:
    conversation = conversation_with(gateway, number)
    gateway.does(number, "inbound", kind="text", text="Do celular", from_me=True)
    (echo,) = gateway.until(lambda: messages(number, text="Do celular"))
    assert (echo.direction, echo.origin, echo.conversation_id) == ("outbound", "echo", conversation.pk)
    with organization_scope(number.organization_id):
        assert Conversation.objects.for_organization(number.organization_id).get(pk=conversation.pk).unread_count == 0


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
