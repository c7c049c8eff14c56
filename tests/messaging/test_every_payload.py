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
from tests.messaging.webhooks import deliver, drain
from tests.whatsapp.samples import BUSINESS, CONTACT, MESSAGES, SYSTEM, Sample

KEPT = Path(__file__).parents[2] / "frontend" / "tests" / "payloads.json"
ID, MOMENT = "019abc00-0000-7000-8000-000000000001", "2025-11-24T16:00:00Z"


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
        name: MOMENT if answer[name] else None for name in ("at", "sent_at", "delivered_at", "read_at", "created_at")
    }
    media = answer["media"] and answer["media"] | {"id": ID}
    content = answer["content"] | ({"message_id": None} if answer["type"] == "reaction" else {})
    return answer | times | {"id": ID, "conversation_id": ID, "media": media, "content": content}


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
    assert len(answers) == len(MESSAGES) + len(SYSTEM), "two samples have one name"
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
