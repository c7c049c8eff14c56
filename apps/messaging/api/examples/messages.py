from typing import Any

from apps.messaging.api.examples.conversations import AGENT_ID, CONVERSATION_ID, MESSAGE_ID

MESSAGE = {
    "id": "019abc00-0000-7000-8000-00000000e002",
    "conversation_id": CONVERSATION_ID,
    "client_id": "3f0c5a52-6a2e-4c7e-9c1b-0c6f0f3c9d11",
    "direction": "outbound",
    "sender": {"kind": "agent", "id": AGENT_ID, "name": "Ana Souza"},
    "type": "text",
    "content": {"body": "Temos sim, saíram agora do forno!"},
    "text": "Temos sim, saíram agora do forno!",
    "media": None,
    "files": [],
    "template_id": None,
    "reply_to": {
        "id": MESSAGE_ID,
        "sender_name": "Maria Silva",
        "type": "text",
        "preview": "Oi, vocês têm pão de queijo?",
    },
    "forwarded": False,
    "reactions": [{"emoji": "❤️", "direction": "inbound"}],
    "status": "queued",
    "error": None,
    "held": None,
    "origin": "live",
    "group_id": "",
    "referral": None,
    "edited_at": None,
    "revoked_at": None,
    "revisions": [],
    "at": "2026-11-24T12:01:00Z",
    "sent_at": None,
    "delivered_at": None,
    "read_at": None,
    "failed_at": None,
    "created_at": "2026-11-24T12:01:00Z",
}
OUTGOING = {
    "client_id": MESSAGE["client_id"],
    "type": "text",
    "text": {"body": "Temos sim, saíram agora do forno!"},
    "reply_to": MESSAGE_ID,
}
MEDIA_ID = "019abc00-0000-7000-8000-00000000f001"
_OPEN = {"body": "Hoje até as 20h."}
_PICTURE = {"type": "image", "media_id": MEDIA_ID}
_SHELF = {"title": "Pães", "product_items": [{"product_retailer_id": "pao-frances"}]}
_CARD = {
    "type": "cta_url", "header": _PICTURE, "body": "Pão de queijo", "display_text": "Pedir",
    "url": "https://aurora.example/pao-de-queijo",
}  # fmt: skip
_FILLED = {"type": "body", "parameters": [{"type": "text", "text": "Maria"}]}
_INTERACTIVE: dict[str, dict[str, Any]] = {
    "button": {
        "header": {"type": "text", "text": "Seu pedido"},
        "body": "Podemos entregar hoje?",
        "footer": "Padaria Aurora",
        "buttons": [{"id": "yes", "title": "Sim"}, {"id": "no", "title": "Não"}],
    },
    "list": {
        "body": "O que vai ser?",
        "button": "Ver opções",
        "sections": [{"title": "Pães", "rows": [{"id": "frances", "title": "Francês", "description": "quente"}]}],
    },
    "cta_url": _OPEN | {"header": _PICTURE, "display_text": "Ver cardápio", "url": "https://aurora.example/cardapio"},
    "flow": _OPEN | {
        "flow_id": "55",
        "flow_cta": "Encomendar",
        "flow_token": "pedido-17",
        "flow_action_payload": {"screen": "INICIO"},
    },
    "product": {"catalog_id": "9", "product_retailer_id": "pao-frances"},
    "product_list": _OPEN | {"header": {"type": "text", "text": "Pães"}, "catalog_id": "9", "sections": [_SHELF]},
    "catalog_message": _OPEN | {"thumbnail_product_retailer_id": "pao-frances"},
    "location_request_message": {"body": "Onde entregamos?"},
    "request_contact_info": {"body": "Qual é o seu telefone?"},
    "address_message": {"body": "Where shall we deliver?", "country": "IN"},
    "voice_call": {"body": "Fale com a gente.", "display_text": "Ligar", "ttl_minutes": 1440},
    "carousel": {"body": "Saíram agora:", "cards": [_CARD, _CARD]},
    "call_permission_request": {"body": "Podemos ligar para você?"},
    "order_details": {
        "body": "Sua encomenda de sábado",
        "reference_id": "encomenda-17",
        "goods": "physical-goods",
        "total_amount": 4480,
        "payment_settings": [
            {
                "type": "pix_dynamic_code",
                "code": "00020101021226700014br.gov.bcb.pix2548pix.aurora.example/v2/17",
                "merchant_name": "Padaria Aurora",
                "key": "39580525000189",
                "key_type": "CNPJ",
            },
            {"type": "payment_link", "uri": "https://aurora.example/pagar/17"},
        ],
        "order": {
            "items": [{"retailer_id": "bolo", "name": "Bolo de fubá", "amount": 1990, "quantity": 2}],
            "subtotal": 3980,
            "shipping": {"amount": 500, "description": "Entrega no bairro"},
        },
    },
    "order_status": {
        "body": "Recebemos o seu Pix. Obrigada!",
        "reference_id": "encomenda-17",
        "order": {"status": "processing", "description": "Assamos no sábado cedo."},
        "payment": {"status": "captured", "timestamp": 1795521600},
    },
}  # fmt: skip
# One of each type and kind, as requests.
OF_EACH_TYPE: dict[str, dict[str, Any]] = {
    "image": {"type": "image", "media_id": MEDIA_ID, "caption": "Saiu agora"},
    "document by link": {"type": "document", "link": "https://aurora.example/cardapio.pdf", "filename": "cardápio.pdf"},
    "location": {"type": "location", "location": {"latitude": -23.56, "longitude": -46.65, "name": "Padaria Aurora"}},
    "contacts": {"type": "contacts", "contacts": [{"name": {"formatted_name": "Ana Souza", "first_name": "Ana"}}]},
    "reaction": {"type": "reaction", "reaction": {"message_id": MESSAGE_ID, "emoji": "❤️"}},
    **{
        f"interactive, {kind}": {"type": "interactive", "interactive": {"kind": kind, **part}}
        for kind, part in _INTERACTIVE.items()
    },
    "template": {
        "type": "template",
        "template": {"name": "pedido_pronto", "language": "pt_BR", "components": [_FILLED]},
    },
    "without a template": {
        "type": "text",
        "text": {"body": "Seu pedido saiu para entrega."},
        "direct_send": {"category": "utility", "template_name": "pedido_saiu"},
    },
}
CANCELLED = MESSAGE | {"status": "cancelled"}
