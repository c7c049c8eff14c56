"""Webhooks as Meta sends them, put where the door puts them."""

import json
from typing import Any

from django.utils import timezone
from uuid_utils.compat import uuid7

from apps.core.tenancy import all_organizations
from apps.messaging import inbound
from apps.whatsapp.models import InboundEvent, Number
from apps.whatsapp.services.inbound import split_some

CUSTOMER = "5511987654321"


def text_message(wamid: str, body: str = "Oi", *, sender: str = CUSTOMER, at: int | None = None) -> dict[str, Any]:
    written = at or int(timezone.now().timestamp())
    return {"from": sender, "id": wamid, "timestamp": str(written), "type": "text", "text": {"body": body}}


def status(wamid: str, word: str, *, at: int | None = None, opaque: str | None = None, **more: Any) -> dict[str, Any]:
    told = {"id": wamid, "status": word, "timestamp": str(at or int(timezone.now().timestamp())), **more}
    return told | ({"biz_opaque_callback_data": opaque} if opaque else {}) | {"recipient_id": CUSTOMER}


def payload(number: Number, *, messages: Any = (), statuses: Any = (), name: str = "Maria") -> dict[str, Any]:
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.display_phone_number,
            "phone_number_id": number.phone_number_id,
        },
    }
    if messages:
        senders = dict.fromkeys(message["from"] for message in messages)
        value["contacts"] = [{"profile": {"name": name}, "wa_id": sender} for sender in senders]
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = list(statuses)
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": number.waba_id, "changes": changes}]}


def deliver(number: Number, *bodies: dict[str, Any] | bytes) -> None:
    """What the door does with bodies that are signed."""
    with all_organizations("a test's webhooks"):
        for body in bodies:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            InboundEvent(id=uuid7(), app_id=number.app_id, body=raw).save(force_insert=True)


def drain() -> None:
    while split_some() + inbound.drain_some():
        pass


def receive(number: Number, *messages: dict[str, Any], name: str = "Maria") -> None:
    deliver(number, payload(number, messages=messages, name=name))
    drain()


def report(number: Number, *statuses: dict[str, Any]) -> None:
    deliver(number, payload(number, statuses=statuses))
    drain()


def change_of(number: Number, field: str, value: dict[str, Any]) -> dict[str, Any]:
    """One POST about one field, with what all of a number's fields have."""
    whole = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.display_phone_number,
            "phone_number_id": number.phone_number_id,
        },
    }
    changes = [{"field": field, "value": whole | value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": number.waba_id, "changes": changes}]}


def tell(number: Number, field: str, **value: Any) -> None:
    deliver(number, change_of(number, field, value))
    drain()
