"""Webhooks as Meta writes and signs them, as the bytes that go over the wire."""

import hmac
import json
import time
from typing import Any

from apps.whatsapp.models import Number

SIZE = 1024


def text_message(number: Number, *, wamid: str, sender: str, text: str = "", size: int = SIZE) -> bytes:
    """A customer's text, made long enough for the whole body to have this size."""
    filler = "Olá, ainda há pão quente hoje? "
    body = _body(number, _message(wamid, sender, text))
    missing = size - len(body)
    padding = (filler * (missing // len(filler) + 1)).encode("ascii", "replace").decode()[: max(0, missing)]
    return _body(number, _message(wamid, sender, text + padding))


def picture(number: Number, *, wamid: str, sender: str, media_id: str) -> bytes:
    """A customer's picture, whose bytes WhatsApp holds."""
    told = _message(wamid, sender, "")
    [message] = told["messages"]
    del message["text"]
    message |= {"type": "image", "image": {"id": media_id, "mime_type": "image/jpeg"}}
    return _body(number, told)


def status(number: Number, *, wamid: str, recipient: str, word: str) -> bytes:
    told = {
        "id": wamid,
        "status": word,
        "timestamp": str(int(time.time())),
        "recipient_id": recipient,
        "biz_opaque_callback_data": "01980000-0000-7000-8000-000000000000.01980000-0000-7000-8000-000000000000",
        "pricing": {"billable": True, "pricing_model": "PMP", "category": "utility", "type": "regular"},
    }
    return _body(number, {"contacts": [{"wa_id": recipient}], "statuses": [told]})


def request(path: str, body: bytes, secret: str) -> bytes:
    """The whole HTTP request, its signature included."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\n"
        f"Content-Type: application/json\r\nX-Hub-Signature-256: {signature(body, secret)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def signature(body: bytes, secret: str) -> str:
    return f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"


def wamid(n: int) -> str:
    return f"wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYFjNFQjBDMUQ2{n:012X}AA=="


def phone(n: int) -> str:
    return f"55119{80_000_000 + n}"


def _message(wamid: str, sender: str, text: str) -> dict[str, Any]:
    message = {
        "from": sender,
        "id": wamid,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    return {"contacts": [{"profile": {"name": f"Maria {sender[-4:]}"}, "wa_id": sender}], "messages": [message]}


def _body(number: Number, what: dict[str, Any]) -> bytes:
    metadata = {"display_phone_number": number.display_phone_number, "phone_number_id": number.phone_number_id}
    value = {"messaging_product": "whatsapp", "metadata": metadata, **what}
    entry = {"id": number.waba_id, "changes": [{"field": "messages", "value": value}]}
    whole = {"object": "whatsapp_business_account", "entry": [entry]}
    return json.dumps(whole, separators=(",", ":")).replace("/", "\\/").encode()
