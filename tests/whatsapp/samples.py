"""Every kind of webhook that WhatsApp's pages name, and those only met in the wild, in our own smallest words.

Each sample says what a person must be able to read: the tests of the payloads and of the web app's bubbles share them.
"""

import json
from dataclasses import dataclass, field
from typing import Any

WABA, NUMBER, BUSINESS = "1000001", "2000001", "15550001111"
USER, BSUID = "16505550100", "US.9000001"
METADATA = {"display_phone_number": BUSINESS, "phone_number_id": NUMBER}
CONTACT = {"profile": {"name": "Ana Lee", "username": "ana.lee"}, "wa_id": USER, "user_id": BSUID}
FRAME = {"from": USER, "from_user_id": BSUID, "id": "wamid.AAA", "timestamp": "1764000000"}
SHA256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="  # of "hello"
SHA256_HEX = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
THUMB = "\N{THUMBS UP SIGN}"


@dataclass(frozen=True)
class Sample:
    """A message as it comes, and what is read from it.

    Attributes:
        message: without the frame (`from`, `id`, `timestamp`), which `whole` adds.
        type, content, text: as `inbound_message` reads them.
        errors: of the change that carries the message, beside it.
    """

    name: str
    message: dict[str, Any]
    type: str
    content: dict[str, Any]
    text: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def whole(self) -> dict[str, Any]:
        return {**FRAME, **self.message}

    @property
    def item(self) -> dict[str, Any]:
        """The value of the item that the message becomes."""
        beside = {"errors": self.errors} if self.errors else {}
        return {"message": self.whole, "contact": CONTACT, "metadata": METADATA, **beside}


def value_of(**parts: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "metadata": METADATA, **parts}


def webhook(*values: dict[str, Any], field: str = "messages") -> dict[str, Any]:
    """One POST with a change for each value."""
    changes = [{"field": field, "value": value} for value in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": changes}]}


def as_meta_writes(body: dict[str, Any]) -> bytes:
    """With Meta's escapes: everything beyond ASCII, and the slash."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def error_of(code: int, title: str, details: str) -> dict[str, Any]:
    return {"code": code, "title": title, "message": title, "error_data": {"details": details}}


UNSUPPORTED = error_of(131051, "Message type unknown", "Message type is currently not supported.")
QUOTE = {"from": BUSINESS, "id": "wamid.TPL"}

MESSAGES = [
    Sample(
        "text", {"type": "text", "text": {"body": "Oi, tudo bem?"}}, "text", {"body": "Oi, tudo bem?"}, "Oi, tudo bem?"
    ),
    Sample(
        "image",
        {
            "type": "image",
            "image": {
                "id": "31",
                "mime_type": "image/jpeg",
                "sha256": SHA256,
                "caption": "menu",
                "url": "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=31",
            },
        },
        "image",
        {"caption": "menu"},
        "menu",
    ),
    Sample(
        "image without caption",
        {"type": "image", "image": {"id": "31", "mime_type": "image/png", "sha256": SHA256}},
        "image",
        {},
    ),
    Sample(
        "video",
        {"type": "video", "video": {"id": "32", "mime_type": "video/mp4", "sha256": SHA256, "caption": "the leak"}},
        "video",
        {"caption": "the leak"},
        "the leak",
    ),
    Sample(
        "voice message",
        {
            "type": "audio",
            "audio": {"id": "33", "mime_type": "audio/ogg; codecs=opus", "sha256": SHA256, "voice": True},
        },
        "audio",
        {"voice": True},
    ),
    Sample(
        "voice message, old type",
        {"type": "voice", "voice": {"id": "33", "mime_type": "audio/ogg; codecs=opus", "sha256": SHA256}},
        "audio",
        {"voice": True},
    ),
    Sample(
        "audio file",
        {"type": "audio", "audio": {"id": "33", "mime_type": "audio/mpeg", "sha256": SHA256, "voice": False}},
        "audio",
        {"voice": False},
    ),
    Sample(
        "document",
        {
            "type": "document",
            "document": {
                "id": "34",
                "mime_type": "application/pdf",
                "sha256": SHA256,
                "filename": "../../etc/bill \u202efdp.exe",
                "caption": "the bill",
            },
        },
        "document",
        {"filename": "bill fdp.exe", "caption": "the bill"},
        "the bill\nbill fdp.exe",
    ),
    Sample(
        "sticker",
        {"type": "sticker", "sticker": {"id": "35", "mime_type": "image/webp", "sha256": SHA256, "animated": True}},
        "sticker",
        {"animated": True},
    ),
    Sample(
        "location",
        {
            "type": "location",
            "location": {
                "latitude": -23.55,
                "longitude": -46.63,
                "name": "Padaria",
                "address": "Rua 1",
                "url": "https://padaria.test/",
            },
        },
        "location",
        {
            "latitude": -23.55,
            "longitude": -46.63,
            "name": "Padaria",
            "address": "Rua 1",
            "url": "https://padaria.test/",
        },
        "Padaria\nRua 1",
    ),
    Sample(
        "location without a name",
        {"type": "location", "location": {"latitude": "-23.55", "longitude": "-46.63"}},
        "location",
        {"latitude": -23.55, "longitude": -46.63},
    ),
    Sample(
        "contacts",
        {
            "type": "contacts",
            "contacts": [
                {
                    "name": {"formatted_name": "Bo Ray", "first_name": "Bo"},
                    "phones": [{"phone": "+1 650 555 0101", "wa_id": "16505550101", "type": "CELL"}],
                    "emails": [],
                    "org": {},
                    "origin": "other",
                },
                {"phones": [{"phone": "+1 650 555 0102"}]},
            ],
        },
        "contacts",
        {
            "contacts": [
                {
                    "name": {"formatted_name": "Bo Ray", "first_name": "Bo"},
                    "phones": [{"phone": "+1 650 555 0101", "wa_id": "16505550101", "type": "CELL"}],
                    "emails": [],
                    "org": {},
                    "origin": "other",
                },
                {"phones": [{"phone": "+1 650 555 0102"}]},
            ]
        },
        "Bo Ray, +1 650 555 0102",
    ),
    Sample(
        "reaction",
        {"type": "reaction", "reaction": {"message_id": "wamid.OUT", "emoji": THUMB}},
        "reaction",
        {"emoji": THUMB, "message_id": None},
        THUMB,
    ),
    Sample(
        "reaction taken away",
        {"type": "reaction", "reaction": {"message_id": "wamid.OUT"}},
        "reaction",
        {"emoji": "", "message_id": None},
    ),
    Sample(
        "reaction taken away, with an empty emoji",
        {"type": "reaction", "reaction": {"message_id": "wamid.OUT", "emoji": ""}},
        "reaction",
        {"emoji": "", "message_id": None},
    ),
    Sample(
        "template button",
        {"type": "button", "context": QUOTE, "button": {"payload": "stop_promo", "text": "Parar"}},
        "button",
        {"text": "Parar", "payload": "stop_promo"},
        "Parar",
    ),
    Sample(
        "template button without context",
        {"type": "button", "button": {"payload": "Parar", "text": "Parar"}},
        "button",
        {"text": "Parar", "payload": "Parar"},
        "Parar",
    ),
    Sample(
        "reply button",
        {
            "type": "interactive",
            "context": QUOTE,
            "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Sim"}},
        },
        "interactive",
        {"kind": "button_reply", "id": "yes", "title": "Sim"},
        "Sim",
    ),
    Sample(
        "list reply",
        {
            "type": "interactive",
            "context": QUOTE,
            "interactive": {
                "type": "list_reply",
                "list_reply": {"id": "r1", "title": "Bolo", "description": "de cenoura"},
            },
        },
        "interactive",
        {"kind": "list_reply", "id": "r1", "title": "Bolo", "description": "de cenoura"},
        "Bolo\nde cenoura",
    ),
    Sample(
        "flow reply",
        {
            "type": "interactive",
            "context": QUOTE,
            "interactive": {
                "type": "nfm_reply",
                "nfm_reply": {
                    "name": "flow",
                    "body": "Sent",
                    "response_json": '{"flow_token":"t1","size":"M","qty":2}',
                },
            },
        },
        "interactive",
        {
            "kind": "nfm_reply",
            "id": "flow",
            "title": "Sent",
            "response": {"flow_token": "t1", "size": "M", "qty": 2},
        },
        "Sent\nsize: M\nqty: 2",
    ),
    Sample(
        "flow reply with broken answers",
        {
            "type": "interactive",
            "interactive": {
                "type": "nfm_reply",
                "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"size'},
            },
        },
        "interactive",
        {"kind": "nfm_reply", "id": "flow", "title": "Sent", "response": {"raw": '{"size'}},
        'Sent\nraw: {"size',
    ),
    Sample(
        "address reply, old shape",
        {
            "type": "interactive",
            "interactive": {
                "type": "interactive",
                "action": "address_message",
                "nfm_reply": {"body": "Rua 1", "response_json": '{"values":{"city":"Pune"},"saved_address_id":"1"}'},
            },
        },
        "interactive",
        {
            "kind": "nfm_reply",
            "title": "Rua 1",
            "response": {"values": {"city": "Pune"}, "saved_address_id": "1"},
        },
        "Rua 1\nsaved_address_id: 1",
    ),
    Sample(
        "call permission reply",
        {
            "type": "interactive",
            "interactive": {
                "type": "call_permission_reply",
                "call_permission_reply": {
                    "response": "accept",
                    "expiration_timestamp": 1764600000,
                    "is_permanent": False,
                    "response_source": "user_action",
                },
            },
        },
        "interactive",
        {
            "kind": "call_permission_reply",
            "id": "accept",
            "response": {
                "response": "accept",
                "expiration_timestamp": 1764600000,
                "is_permanent": False,
                "response_source": "user_action",
            },
        },
    ),
    Sample(
        "shared product",
        {
            "type": "interactive",
            "interactive": {"type": "product", "product": {"product_retailer_id": "sku1", "catalog_id": "9"}},
        },
        "interactive",
        {
            "kind": "product",
            "title": "sku1",
            "response": {"product_retailer_id": "sku1", "catalog_id": "9"},
        },
        "sku1",
    ),
    Sample(
        "payment method",
        {
            "type": "interactive",
            "interactive": {
                "type": "payment_method",
                "payment_method": {
                    "payment_method": "offsite_card_pay",
                    "reference_id": "o1",
                    "last_four_digits": "5235",
                },
            },
        },
        "interactive",
        {
            "kind": "payment_method",
            "title": "offsite_card_pay",
            "response": {"payment_method": "offsite_card_pay", "reference_id": "o1", "last_four_digits": "5235"},
        },
        "offsite_card_pay",
    ),
    Sample(
        "interactive of a kind to come",
        {"type": "interactive", "interactive": {"type": "dice_reply", "dice_reply": {"title": "Six", "value": 6}}},
        "interactive",
        {"kind": "dice_reply", "title": "Six", "response": {"title": "Six", "value": 6}},
        "Six",
    ),
    Sample(
        "interactive without body",
        {"type": "interactive"},
        "unsupported",
        {"kind": "interactive", "detail": "Something went wrong."},
        "Something went wrong.",
        errors=[error_of(131000, "Something went wrong", "Something went wrong.")],
    ),
    Sample(
        "order",
        {
            "type": "order",
            "order": {
                "catalog_id": "9",
                "text": "sem glúten",
                "product_items": [
                    {"product_retailer_id": "sku1", "quantity": 2, "item_price": 30.5, "currency": "BRL"},
                ],
            },
        },
        "order",
        {
            "catalog_id": "9",
            "text": "sem glúten",
            "product_items": [{"product_retailer_id": "sku1", "quantity": 2, "item_price": 30.5, "currency": "BRL"}],
        },
        "sem glúten\n2 × sku1",
    ),
    Sample("welcome", {"type": "request_welcome"}, "system", {"kind": "request_welcome", "body": ""}),
    Sample(
        "edit",
        {
            "type": "edit",
            "edit": {
                "original_message_id": "wamid.OLD",
                "message": {"context": {"id": "M0"}, "type": "text", "text": {"body": "às nove"}},
            },
        },
        "system",
        {"kind": "edit", "body": "às nove", "message_id": "wamid.OLD"},
        "às nove",
    ),
    Sample(
        "edited caption",
        {
            "type": "edit",
            "edit": {"original_message_id": "wamid.OLD", "message": {"type": "image", "image": {"caption": "novo"}}},
        },
        "system",
        {"kind": "edit", "body": "novo", "message_id": "wamid.OLD"},
        "novo",
    ),
    Sample(
        "revoke",
        {"type": "revoke", "revoke": {"original_message_id": "wamid.OLD"}},
        "system",
        {"kind": "revoke", "body": "", "message_id": "wamid.OLD"},
    ),
    Sample(
        "unsupported",
        {"type": "unsupported", "unsupported": {"type": "poll_creation"}, "errors": [UNSUPPORTED]},
        "unsupported",
        {"kind": "poll_creation", "detail": "Message type is currently not supported."},
        "Message type is currently not supported.",
    ),
    Sample(
        "unsupported without a kind",
        {"type": "unsupported", "errors": [UNSUPPORTED]},
        "unsupported",
        {"kind": None, "detail": "Message type is currently not supported."},
        "Message type is currently not supported.",
    ),
    Sample(
        "unknown, the older form",
        {"type": "unknown", "errors": [{"code": 131051, "title": "Message type unknown"}]},
        "unsupported",
        {"kind": None, "detail": "Message type unknown"},
        "Message type unknown",
    ),
    Sample(
        "image over 100 MB",
        {"type": "image", "errors": [error_of(131052, "Media download error", "The file is too large.")]},
        "image",
        {},
    ),
    Sample("type missing", {"text": {"body": "Oi"}}, "text", {"body": "Oi"}, "Oi"),
    Sample("nothing at all", {}, "unsupported", {"kind": None, "detail": None}),
    Sample(
        "ephemeral",
        {"type": "ephemeral", "errors": [UNSUPPORTED]},
        "unsupported",
        {"kind": "ephemeral", "detail": "Message type is currently not supported."},
        "Message type is currently not supported.",
    ),
    Sample(
        "hsm",
        {"type": "hsm", "hsm": {"a": 1}},
        "unsupported",
        {"kind": "hsm", "detail": None, "raw": {"hsm": {"a": 1}}},
    ),
    Sample("payment", {"type": "payment"}, "unsupported", {"kind": "payment", "detail": None}),
    Sample("poll update", {"type": "poll_update"}, "unsupported", {"kind": "poll_update", "detail": None}),
    Sample(
        "a type to come",
        {"type": "hologram", "hologram": {"depth": 3}},
        "unsupported",
        {"kind": "hologram", "detail": None, "raw": {"hologram": {"depth": 3}}},
    ),
    Sample(
        "quoted reply",
        {"type": "text", "context": {"from": BUSINESS, "id": "wamid.X"}, "text": {"body": "este"}},
        "text",
        {"body": "este"},
        "este",
    ),
    Sample(
        "forwarded often",
        {"type": "text", "context": {"frequently_forwarded": True}, "text": {"body": "corrente"}},
        "text",
        {"body": "corrente"},
        "corrente",
    ),
    Sample(
        "question about a product",
        {
            "type": "text",
            "context": {
                "from": BUSINESS,
                "id": "wamid.P",
                "referred_product": {"catalog_id": "9", "product_retailer_id": "sku1"},
            },
            "text": {"body": "tem azul?"},
        },
        "text",
        {"body": "tem azul?"},
        "tem azul?",
    ),
    Sample(
        "from an ad",
        {
            "type": "text",
            "referral": {"source_url": "https://fb.me/x", "source_id": "120", "source_type": "ad", "headline": "Pães"},
            "text": {"body": "quero saber mais"},
        },
        "text",
        {"body": "quero saber mais"},
        "quero saber mais",
    ),
    Sample(
        "in a group",
        {"type": "text", "group_id": "G1", "text": {"body": "oi grupo"}},
        "text",
        {"body": "oi grupo"},
        "oi grupo",
    ),
]

SYSTEM = [
    Sample(
        "number changed",
        {
            "type": "system",
            "system": {
                "type": "user_changed_number",
                "body": "User Ana changed from 16505550100 to 16505550199",
                "wa_id": "16505550199",
                "user_id": "US.9000002",
                "previous_user_id": "US.9000001",
            },
        },
        "system",
        {
            "kind": "user_changed_number",
            "body": "User Ana changed from 16505550100 to 16505550199",
            "phone": "16505550199",
            "user_id": "US.9000002",
            "previous_user_id": "US.9000001",
        },
        "User Ana changed from 16505550100 to 16505550199",
    ),
    Sample(
        "number changed, old names",
        {
            "type": "system",
            "system": {"type": "customer_changed_number", "body": "Ana changed", "new_wa_id": "16505550199"},
        },
        "system",
        {"kind": "user_changed_number", "body": "Ana changed", "phone": "16505550199"},
        "Ana changed",
    ),
    Sample(
        "user id changed",
        {
            "from": "",
            "from_user_id": None,
            "type": "system",
            "system": {"type": "user_changed_user_id", "user_id": "US.9000002", "previous_user_id": "US.9000001"},
        },
        "system",
        {"kind": "user_changed_user_id", "body": "", "user_id": "US.9000002", "previous_user_id": "US.9000001"},
    ),
    Sample(
        "identity changed",
        {
            "type": "system",
            "system": {"type": "user_identity_changed", "body": "The identity changed."},
            "identity": {"acknowledged": True, "created_timestamp": "1764000000", "hash": "h"},
        },
        "system",
        {"kind": "customer_identity_changed", "body": "The identity changed."},
        "The identity changed.",
    ),
]

STATUS = {
    "id": "wamid.OUT",
    "status": "delivered",
    "timestamp": "1764000005",
    "recipient_id": USER,
    "recipient_user_id": BSUID,
    "biz_opaque_callback_data": "c:17",
    "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"},
}
FAILED = {
    "id": "wamid.OUT",
    "status": "failed",
    "timestamp": "1764000005",
    "recipient_id": USER,
    "errors": [{**error_of(131049, "Not delivered", "Kept healthy."), "href": "https://developers.facebook.com/"}],
}
IN_GROUP = {
    "id": "wamid.G",
    "status": "read",
    "timestamp": 1764000005000,
    "recipient_id": "R3JvdXA=",
    "recipient_type": "group",
    "recipient_participant_id": USER,
    "recipient_participant_user_id": BSUID,
    "conversation": {"id": "c", "pricing": {"pricing_type": "free_group_customer_service"}},
}
PAYMENT = {"id": "wamid.PAY", "status": "captured", "type": "payment", "timestamp": "1764000005", "recipient_id": USER}
STATUSES = [
    *({**STATUS, "status": word} for word in ("sent", "delivered", "read", "played", "deleted", "warning")),
    FAILED,
    IN_GROUP,
    PAYMENT,
]
