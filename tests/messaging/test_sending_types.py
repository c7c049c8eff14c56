"""Every type of message: from the API through the outbox to the provider, or refused before it is queued."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from apps.accounts.models import Organization, User
from apps.contacts import services as contacts
from apps.contacts.models import ContactIdentity
from apps.core.tenancy import organization_scope
from apps.messaging import outbox, sender, services
from apps.messaging.api.examples import messages as examples
from apps.messaging.models import Conversation, Message, OutboxAction
from apps.whatsapp.models import Media, Number
from apps.whatsapp.providers import Accepted
from tests.conftest import (
    client_of,
    commits,
    make,
    make_contact,
    make_conversation,
    make_media,
    make_member,
    make_message,
    make_number,
    make_organization,
    make_template,
)
from tests.core.samples import PICTURE, swept
from tests.core.schema import DocumentedClient
from tests.messaging.conftest import connect
from tests.messaging.test_sending import NOTHING, ledger, message, say
from tests.stack import Stack, call

BSUID = "BR.9000001"
OTP = [
    {"type": "BODY", "text": "{{1}}"},
    {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copiar"}]},
]
CODE = [
    {"type": "body", "parameters": [{"type": "text", "text": "123456"}]},
    {"type": "button", "sub_type": "url", "index": 0, "parameters": [{"type": "text", "text": "123456"}]},
]
ANA = {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}
REPLIES = {"kind": "button", "body": "Pode ser?", "buttons": [{"id": "y", "title": "Sim"}]}
DIRECT = {"direct_send": {"category": "utility", "template_name": "saiu", "ttl_seconds": 600}}


def post(api: DocumentedClient, conversation: Conversation, body: dict[str, Any]) -> Any:
    return api.post(f"/api/v1/conversations/{conversation.pk}/messages/", body)


def send(api: DocumentedClient, conversation: Conversation, **template: Any) -> Any:
    return post(api, conversation, {"type": "template", "template": template})


def ours(value: Any, **ids: Any) -> Any:
    """The documented example, with ids that exist."""
    if isinstance(value, dict):
        return {key: str(ids[key]) if key in ids else ours(inner, **ids) for key, inner in value.items()}
    return [ours(each, **ids) for each in value] if isinstance(value, list) else value


@pytest.fixture
def closed(organization: Organization) -> Conversation:
    """A conversation whose customer wrote the day before yesterday."""
    number = make_number(organization, messaging_limit="TIER_100K", messaging_account_id="77")
    return make_conversation(organization, number=number, window_expires_at=timezone.now() - timedelta(hours=30))


@commits
def test_every_documented_message_is_sent_and_taken(stack: Stack) -> None:
    organization = make_organization()
    member = make_member(organization)
    api = client_of(member, organization)
    number = connect(organization, stack, messaging_limit="TIER_UNLIMITED", messaging_account_id="77")
    call("PATCH", f"{stack.simulator}/control/switches", {"fetch_links": False})
    picture = api.post("/api/v1/media/", {"file": SimpleUploadedFile("pao.png", PICTURE)}, format="multipart").data
    make_template(organization, name="pedido_pronto")
    conversation = make_conversation(organization, number=number)
    told = {
        "phone_number_id": number.phone_number_id,
        "from": conversation.contact.phone,
        "text": {"body": "Oi"},
    }
    wamid = call("POST", f"{stack.simulator}/control/inbound", told)["wamid"]
    theirs = make_message(organization, conversation=conversation, wamid=wamid)
    every = {"text": examples.OUTGOING | {"client_id": str(uuid4())}, **examples.OF_EACH_TYPE}
    sent = {}
    for name, example in every.items():
        answer = post(
            api, conversation, ours(example, media_id=picture["id"], message_id=theirs.pk, reply_to=theirs.pk)
        )
        assert answer.status_code == 201, (name, answer.content)
        sent[name] = answer.data
    bodies = {each["wamid"]: each["body"] for each in ledger(stack)}
    for name, each in sent.items():
        row = message(organization, each["id"])
        assert row.status == "accepted", (name, row.error_detail)
        body = bodies[row.wamid]
        assert (body["type"], body["messaging_account_id"]) == (row.type, "77")
        assert body["recipient_type"] == "individual"
    # One upload serves them all: the file is there once.
    with organization_scope(organization):
        uploaded = Media.objects.for_organization(organization).get(pk=picture["id"]).uploaded_id
    cards = bodies[message(organization, sent["interactive, carousel"]["id"]).wamid]["interactive"]["action"]["cards"]
    assert [card["header"]["image"] for card in cards] == [{"id": uploaded}] * 2
    assert [file["id"] for file in sent["interactive, carousel"]["files"]] == [picture["id"]]
    said = sent["template"]
    assert (said["text"], said["template_id"]) == ("Olá Maria, seu pedido está pronto.", str(said["template_id"]))
    assert said["content"]["rendered"]["body"] == said["text"]
    direct = bodies[message(organization, sent["without a template"]["id"]).wamid]
    assert (direct["category"], direct["direct_send_config"]) == ("utility", {"template_name": "pedido_saiu"})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"type": "interactive"}, "interactive"),
    ({"type": "interactive", "interactive": {"kind": "poll"}}, "interactive.kind"),
    ({"type": "interactive", "interactive": REPLIES | {"buttons": [{"id": "y"}]}}, "interactive.buttons.0.title"),
    (
        {"type": "interactive", "interactive": REPLIES | {"buttons": [{"id": "y", "title": "x" * 21}]}},
        "interactive.buttons.0.title",
    ),
    (
        {"type": "interactive", "interactive": REPLIES | {"header": {"type": "image", "media_id": str(uuid4())}}},
        "interactive.header.media_id",
    ),
    ({"type": "interactive", "interactive": REPLIES | {"header": {"type": "text"}}}, "interactive.header.text"),
    (swept("image"), "interactive.cards.0.header.media_id"),
    ({"type": "image", "link": "http://a.test/b.png"}, "link"),
    ({"type": "image", "link": "https://a.test/b.png", "media_id": str(uuid4())}, "media_id"),
    ({"type": "template", "template": {"name": "olá"}}, "template.language"),
    ({"type": "template", "template": {"name": "none_such", "language": "pt_BR"}}, "template.name"),
    ({"type": "template", "template": {"template_id": str(uuid4())}}, "template.template_id"),
    (
        {"type": "template", "template": {"name": "n", "language": "pt", "components": [{"type": "footer"}]}},
        "template.components.0.type",
    ),
    ({"type": "text", "text": {"body": "Oi"}, "direct_send": {"category": "marketing"}}, "direct_send.category"),
    (
        {"type": "text", "text": {"body": "Oi"}, "direct_send": {"category": "utility", "ttl_seconds": 1}},
        "direct_send.ttl_seconds",
    ),
]


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_what_whatsapp_would_refuse_is_refused_before_and_named(
    api: DocumentedClient, closed: Conversation, organization: Organization, body: dict[str, Any], field: str
) -> None:
    with organization_scope(organization):
        Conversation.objects.for_organization(organization).update(window_expires_at=timezone.now() + timedelta(1))
    answer = post(api, closed, body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == field
    with organization_scope(organization):
        assert not Message.objects.for_organization(organization).exists()


def test_outside_the_window_go_templates_and_direct_send_alone(
    api: DocumentedClient, closed: Conversation, organization: Organization
) -> None:
    make_template(organization, name="pedido_pronto")
    for body in ({"type": "text", "text": {"body": "Oi"}}, {"type": "interactive", "interactive": REPLIES}):
        refusal = post(api, closed, body)
        assert (refusal.status_code, refusal.json()["type"]) == (409, "/problems/window-closed")
        assert refusal.json()["closed_at"] == f"{closed.window_expires_at:%Y-%m-%dT%H:%M:%SZ}"
        assert refusal.json()["closed_at"] in refusal.json()["detail"]
    assert send(api, closed, name="pedido_pronto", language="pt_BR", components=[ANA]).status_code == 201
    assert post(api, closed, {"type": "interactive", "interactive": REPLIES} | DIRECT).status_code == 201


def test_direct_send_is_for_large_portfolios(api: DocumentedClient, organization: Organization) -> None:
    for limit in ("", "TIER_10K"):
        conversation = make_conversation(organization, number=make_number(organization, messaging_limit=limit))
        refusal = post(api, conversation, {"type": "text", "text": {"body": "Oi"}} | DIRECT)
        assert (refusal.status_code, refusal.json()["type"]) == (409, "/problems/direct-send-not-allowed")


@pytest.mark.parametrize(
    "state", [{"status": "PAUSED"}, {"status": "DRAFT"}, {"is_enabled": False}, {"status": "REJECTED"}]
)
def test_a_template_that_may_not_be_sent_is_refused(
    api: DocumentedClient, closed: Conversation, organization: Organization, state: dict[str, Any]
) -> None:
    template = make_template(organization, **state)
    refusal = send(api, closed, template_id=str(template.pk), components=[ANA])
    assert (refusal.status_code, refusal.json()["type"]) == (409, "/problems/template-not-usable")
    of_another_account = make_template(organization, waba_id="4")
    assert send(api, closed, template_id=str(of_another_account.pk)).json()["type"] == "/problems/no-such-template"


def test_values_that_a_template_does_not_take_are_refused(
    api: DocumentedClient, closed: Conversation, organization: Organization
) -> None:
    template = make_template(organization)
    refusal = send(api, closed, template_id=str(template.pk), components=[])
    assert (refusal.status_code, refusal.json()["type"]) == (400, "/problems/template-parameters-not-valid")
    assert refusal.json()["errors"][0]["field"].startswith("template.components")


def test_a_one_time_code_is_not_sent_to_a_user_id(api: DocumentedClient, organization: Organization) -> None:
    contact = make_contact(organization, phone="")
    make(ContactIdentity, organization, contact=contact, kind=ContactIdentity.Kind.BSUID, value=BSUID)
    conversation = make_conversation(organization, contact=contact)
    make_template(organization, name="codigo", category="AUTHENTICATION", components=OTP)
    make_template(organization, name="pedido_pronto")
    refusal = send(api, conversation, name="codigo", language="pt_BR", components=CODE)
    assert (refusal.status_code, refusal.json()["type"]) == (409, "/problems/phone-needed")
    assert send(api, conversation, name="pedido_pronto", language="pt_BR", components=[ANA]).status_code == 201
    nobody = make_conversation(organization, contact=make_contact(organization, phone=""))
    assert say(api, nobody).json()["type"] == "/problems/no-address"


def test_files_of_the_wrong_kind_are_refused(api: DocumentedClient, agent: User, organization: Organization) -> None:
    conversation = make_conversation(organization)
    moving = make_media(organization, mime_type="image/gif", uploaded_by=agent)
    refusal = post(api, conversation, {"type": "image", "media_id": str(moving.pk)})
    assert (refusal.status_code, refusal.json()["type"]) == (400, "/problems/media-not-accepted")
    header = {"type": "video", "media_id": str(moving.pk)}
    refusal = post(api, conversation, {"type": "interactive", "interactive": REPLIES | {"header": header}})
    assert refusal.json()["errors"][0]["field"] == "interactive.header.media_id"


@commits
def test_who_was_blocked_after_a_message_was_queued_does_not_get_it() -> None:
    organization = make_organization()
    number = make_number(organization)
    kept, blocked = (make_conversation(organization, number=number) for _ in range(2))
    waiting = {each.pk: make_message(organization, conversation=each, direction="outbound") for each in (kept, blocked)}
    with organization_scope(organization):
        contacts.block_contact(contact=blocked.contact)
    claimed = outbox.claim(room=10, room_per_number=10, ours=NOTHING)
    assert [job.message.pk for job in claimed.jobs] == [waiting[kept.pk].pk]
    failed = message(organization, waiting[blocked.pk].pk)
    assert (failed.status, failed.error_code, failed.lease_until) == ("failed", 130403, None)
    assert "blocked" in failed.error_detail
    api = client_of(make_member(organization), organization)
    assert api.post(f"/api/v1/messages/{failed.pk}/retry/").json()["type"] == "/problems/contact-blocked"


@commits
def test_a_template_that_meta_holds_back_says_so_until_it_moves_on() -> None:
    organization = make_organization()
    api = client_of(make_member(organization), organization)
    out = make_message(organization, direction="outbound", type="template", content={"name": "promo"})
    [job] = outbox.claim(room=1, room_per_number=1, ours=NOTHING).jobs
    outbox.settle([(job, Accepted("wamid.H", message_status="held_for_quality_assessment"))])
    shown = api.get(f"/api/v1/messages/{out.pk}/").data
    assert (shown["status"], shown["held"]) == ("accepted", {"reason": "held_for_quality_assessment"})
    with organization_scope(organization):
        Message.objects.for_organization(organization).filter(pk=out.pk).update(status="delivered")
    assert api.get(f"/api/v1/messages/{out.pk}/").data["held"] is None


@commits
def test_a_user_id_goes_into_recipient(stack: Stack) -> None:
    organization = make_organization()
    number: Number = connect(organization, stack)
    contact = make_contact(organization, phone="")
    make(ContactIdentity, organization, contact=contact, kind=ContactIdentity.Kind.BSUID, value=BSUID)
    sent = say(
        client_of(make_member(organization), organization),
        make_conversation(organization, number=number, contact=contact),
    ).data
    sender.drain()
    [taken] = ledger(stack)
    assert (taken["body"]["recipient"], taken["body"].get("to")) == (BSUID, None)
    assert message(organization, sent["id"]).status == "accepted"


@commits
def test_the_customer_sees_that_somebody_writes_once_in_a_while(stack: Stack) -> None:
    organization = make_organization()
    number = connect(organization, stack)
    conversation = make_conversation(organization, number=number)
    told = {"phone_number_id": number.phone_number_id, "from": conversation.contact.phone, "text": {"body": "Oi"}}
    wamid = call("POST", f"{stack.simulator}/control/inbound", told)["wamid"]
    make_message(organization, conversation=conversation, wamid=wamid)
    waiting = []
    with override_settings(WAKE_TRANSPORT="tests.messaging.test_sending.no_wake"):
        for _ in range(2):
            with organization_scope(organization):
                services.show_typing(organization_id=organization.pk, conversation_id=conversation.pk)
                rows = OutboxAction.objects.for_organization(organization)
                waiting.append(list(rows.values_list("wamid", "typing")))
    assert waiting == [[(wamid, True)]] * 2
    sender.drain()
    asked = f"phone_number_id={number.phone_number_id}&customer={conversation.contact.phone}"
    [bubble] = call("GET", f"{stack.simulator}/phone/chat?{asked}")["messages"]
    assert bubble["status"] == "read"
