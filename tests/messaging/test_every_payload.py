"""Every kind of message that WhatsApp's pages name goes through the whole pipeline and comes out of the API.

What comes out is kept in `frontend/tests/payloads.json`, from which the web app's tests draw a bubble for each:
`REWRITE_PAYLOADS=1 bin/test tests/messaging/test_every_payload.py` writes it anew.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.utils import timezone

from apps.accounts.models import Organization
from apps.core.tenancy import organization_scope
from apps.whatsapp.models import Change, Number
from apps.whatsapp.services.inbound import PATIENCE
from tests.conftest import make_number
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import change_of, deliver, drain
from tests.whatsapp.samples import BUSINESS, CONTACT, MESSAGES, SYSTEM, USER, Sample

KEPT = Path(__file__).parents[2] / "frontend" / "tests" / "payloads.json"
ID, MOMENT = "019abc00-0000-7000-8000-000000000001", "2025-11-24T16:00:00Z"


AT = {"timestamp": "1764000000"}
CALL = {"id": "wacid.1", "from": USER, "to": BUSINESS, "direction": "USER_INITIATED", "event": "terminate", **AT}
HANDOVER = {
    "sender": {"phone_number": USER}, "type": "control_taken", **AT,
    "control_taken": {"new_owner_role": "ai_agent", "metadata": "wants a baker",
                      "conversation_context": {"type": "summary", "summary": {"text": "Wants a cake."}}},
}  # fmt: skip
ECHO = {"from": BUSINESS, "to": USER, "id": "wamid.E", "type": "text", "text": {"body": "a caminho"}, **AT}
EDITED = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "Oi, tudo ótimo?"}}}
# Of the fields beside `messages`: the field, its value, and the type of what stands in the thread.
CHATS: dict[str, tuple[str, dict[str, Any], str]] = {
    "echo of the phone": ("smb_message_echoes", {"message_echoes": [ECHO]}, "text"),
    "echo of a template": (
        "standby",
        {"standby": {"message_echoes": [{"id": "wamid.T", **AT, "message": {
            "to": USER, "type": "template", "template": {"name": "order_ready", "language": {"code": "pt_BR"}}}}]}},
        "template",
    ),
    "copy of another responder": (
        "standby", {"standby": {"messages": [{**ECHO, "from": USER, "id": "wamid.C"}]}}, "text",
    ),
    "missed call": ("calls", {"calls": [CALL]}, "call"),
    "answered call": (
        "calls", {"calls": [{**CALL, "id": "wacid.2", "start_time": "1764000000", "duration": 65}]}, "call",
    ),
    "declined call of ours": (
        "calls",
        {"statuses": [{"id": "wacid.3", "type": "call", "status": "REJECTED", "recipient_id": USER, **AT}]}, "call",
    ),
    "marketing stopped": (
        "user_preferences", {"user_preferences": [{"wa_id": USER, "value": "stop", **AT}]}, "system",
    ),
    "marketing resumed": (
        "user_preferences", {"user_preferences": [{"wa_id": USER, "value": "resume", **AT}]}, "system",
    ),
    "chat taken by another": ("messaging_handovers", HANDOVER, "system"),
    "from history": (
        "history", {"history": [{"threads": [{"id": USER, "messages": [{**ECHO, "id": "wamid.H"}]}]}]}, "text",
    ),
    "placeholder of history": (
        "history",
        {"history": [{"threads": [{"id": USER, "messages": [
            {"from": USER, "id": "wamid.HM", "type": "media_placeholder", **AT}]}]}]},
        "unsupported",
    ),
    "message edited": ("messages", {"contacts": [CONTACT], "messages": [
        {"from": USER, "id": "wamid.ED", "type": "edit", "edit": EDITED, **AT}]}, "text"),
    "message deleted": ("messages", {"contacts": [CONTACT], "messages": [
        {"from": USER, "id": "wamid.RV", "type": "revoke", "revoke": {"original_message_id": "wamid.0"}, **AT}]},
        "text"),
}  # fmt: skip


def body_of(number: Number, sample: Sample, wamid: str) -> dict[str, Any]:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": BUSINESS, "phone_number_id": number.phone_number_id},
        "contacts": [CONTACT],
        "messages": [sample.whole | {"id": wamid}],
        **({"errors": sample.errors} if sample.errors else {}),
    }
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": number.waba_id, "changes": changes}]}


def steady(answer: dict[str, Any]) -> dict[str, Any]:
    """The API's answer without what differs from run to run."""
    times = {
        name: MOMENT if answer[name] else None
        for name in ("at", "sent_at", "delivered_at", "read_at", "created_at", "edited_at", "revoked_at")
    }
    media = answer["media"] and answer["media"] | {"id": ID}
    content = answer["content"] | ({"message_id": None} if answer["type"] == "reaction" else {})
    revisions = [each | {"at": MOMENT} for each in answer["revisions"]]
    given = {"client_id": ID if answer["client_id"] else None, "revisions": revisions}
    return answer | given | times | {"id": ID, "conversation_id": ID, "media": media, "content": content}


def test_every_payload_is_answered_by_the_api_as_the_web_app_draws_it(
    organization: Organization, api: DocumentedClient
) -> None:
    number = make_number(organization)
    answers = {}
    for place, sample in enumerate([*MESSAGES, *SYSTEM]):
        before = {row["id"] for row in thread(api)}
        deliver(number, body_of(number, sample, f"wamid.{place}"))
        drain()
        wait_for_nothing(organization)  # an edit of a message that never comes
        (answer,) = [row for row in thread(api) if row["id"] not in before] or [None]
        assert answer is not None, f"{sample.name}: nobody would see it"
        assert answer["type"] == sample.type
        answers[sample.name] = steady(json.loads(json.dumps(answer)))
    for name, (field, value, kind) in CHATS.items():
        seen = {row["id"]: row for row in thread(api)}
        about = {"recipient": {"phone_number_id": number.phone_number_id}} if field == "messaging_handovers" else {}
        deliver(number, change_of(number, field, value | about))
        drain()
        (answer,) = [row for row in thread(api) if row != seen.get(row["id"])] or [None]
        assert answer is not None, f"{name}: nobody would see it"
        assert answer["type"] == kind
        answers[name] = steady(json.loads(json.dumps(answer)))
    assert len(answers) == len(MESSAGES) + len(SYSTEM) + len(CHATS), "two samples have one name"
    text = json.dumps(answers, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("REWRITE_PAYLOADS"):
        KEPT.write_text(text)
    assert KEPT.read_text() == text, "the web app's tests draw other payloads: see this module's first lines"


def wait_for_nothing(organization: Organization) -> None:
    """Whatever waits for something else has waited long enough."""
    for _ in PATIENCE:
        with organization_scope(organization):
            waiting = Change.objects.for_organization(organization).filter(state=Change.State.RETRYING)
            if not waiting.update(next_attempt_at=timezone.now()):
                return
        drain()


def thread(api: DocumentedClient) -> list[dict[str, Any]]:
    found = []
    for conversation in api.get("/api/v1/conversations/").json()["results"]:
        found += api.get(f"/api/v1/conversations/{conversation['id']}/messages/?page_size=200").json()["results"]
    return found
