"""Templates as Meta writes them, one of each kind, and sends that fill them in."""

from copy import deepcopy
from typing import Any


def text_of(kind: str, *values: str) -> dict[str, Any]:
    return {"type": kind, "parameters": [{"type": "text", "text": value} for value in values]}


BODY = {
    "type": "BODY", "text": "Olá {{1}}, seu pedido {{2}} saiu para entrega.",
    "example": {"body_text": [["Ana", "A-17"]]},
}  # fmt: skip
TRACK = {"type": "URL", "text": "Acompanhar", "url": "https://x.test/{{1}}", "example": ["https://x.test/A-17"]}
ORDER = [
    {"type": "HEADER", "format": "TEXT", "text": "Pedido {{1}}", "example": {"header_text": ["A-17"]}},
    BODY,
    {"type": "FOOTER", "text": "Padaria Aurora"},
    {"type": "BUTTONS", "buttons": [TRACK, {"type": "QUICK_REPLY", "text": "Falar com alguém"}]},
]
NAMED = [
    {
        "type": "BODY", "text": "Olá {{first_name}}, esperamos você {{day}} na loja.",
        "example": {
            "body_text_named_params": [
                {"param_name": "first_name", "example": "Ana"}, {"param_name": "day", "example": "sexta"}
            ]
        },
    }
]  # fmt: skip
CODE = [
    {"type": "BODY", "add_security_recommendation": True},
    {"type": "FOOTER", "code_expiration_minutes": 10},
    {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copiar"}]},
]
PICTURE = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}}
OFFER = [
    PICTURE,
    {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Só hoje", "has_expiration": True}},
    {"type": "BODY", "text": "Metade do preço em tudo o que a padaria faz."},
    {
        "type": "BUTTONS",
        "buttons": [
            {"type": "COPY_CODE", "example": "METADE"},
            {"type": "URL", "text": "Ver", "url": "https://x.test/"},
        ],
    },
]
CARD = {
    "components": [
        PICTURE,
        {"type": "BODY", "text": "Bolo de {{1}} para hoje", "example": {"body_text": [["milho"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Quero"}]},
    ]
}
CAROUSEL = [{"type": "BODY", "text": "O que saiu do forno:"}, {"type": "CAROUSEL", "cards": [CARD, deepcopy(CARD)]}]
KINDS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "order": ("UTILITY", ORDER), "code": ("AUTHENTICATION", CODE), "offer": ("MARKETING", OFFER),
    "carousel": ("MARKETING", CAROUSEL),
}  # fmt: skip

URL_SUFFIX = {
    "type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "A-17"}],
}  # fmt: skip
SEND_ORDER = [text_of("header", "A-17"), text_of("body", "Ana", "A-17"), URL_SUFFIX]
SEND_NAMED = [
    {
        "type": "body",
        "parameters": [
            {"type": "text", "parameter_name": "day", "text": "sexta"},
            {"type": "text", "parameter_name": "first_name", "text": "Ana"},
        ],
    }
]
SEND_CODE = [text_of("body", "1234"), {**URL_SUFFIX, "parameters": [{"type": "text", "text": "1234"}]}]
IMAGE = {"type": "header", "parameters": [{"type": "image", "image": {"id": "31"}}]}
SEND_OFFER = [
    IMAGE,
    {
        "type": "limited_time_offer",
        "parameters": [{"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1764600000000}}],
    },
    {
        "type": "button", "sub_type": "copy_code", "index": 0,
        "parameters": [{"type": "coupon_code", "coupon_code": "METADE"}],
    },
]  # fmt: skip
SEND_CAROUSEL = [
    {
        "type": "carousel",
        "cards": [
            {"card_index": 0, "components": [IMAGE, text_of("body", "milho")]},
            {"card_index": 1, "components": [IMAGE, text_of("body", "fubá")]},
        ],
    }
]


def changed(value: Any, path: str, new: Any) -> Any:
    """A copy with one thing other: `changed(ORDER, "1.text", "…")`; None takes it away."""
    copy = deepcopy(value)
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    inner = copy
    for key in way:
        inner = inner[key]
    if new is None:
        del inner[last]
    else:
        inner[last] = new
    return copy
