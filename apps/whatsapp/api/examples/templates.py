COMPONENTS = [
    {
        "type": "BODY",
        "text": "Olá {{1}}, seu pedido {{2}} saiu para entrega.",
        "example": {"body_text": [["Ana", "A-17"]]},
    },
    {"type": "FOOTER", "text": "Padaria Aurora"},
    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Falar com alguém"}]},
]
NEW_TEMPLATE = {"name": "pedido_a_caminho", "language": "pt_BR", "category": "UTILITY", "components": COMPONENTS}
PARAMETER = {
    "component": "body",
    "type": "text",
    "name": "1",
    "sub_type": "",
    "index": None,
    "card": None,
    "required": True,
    "example": "Ana",
    "label": "",
}
TEMPLATE = {
    **NEW_TEMPLATE,
    "id": "019abc00-0000-7000-8000-000000000501",
    "waba_id": "102290129340398",
    "parameter_format": "POSITIONAL",
    "ttl_seconds": None,
    "parameters": [PARAMETER, PARAMETER | {"name": "2", "example": "A-17"}],
    "meta_id": "7700000001",
    "status": "PENDING",
    "is_enabled": True,
    "is_usable": False,
    "is_system": False,
    "quality": "",
    "rejected_reason": "",
    "status_detail": "",
    "correct_category": "",
    "previous_category": "",
    "category_changes_at": None,
    "library_name": "",
    "version": 1,
    "created_by": "019abc00-0000-7000-8000-000000000001",
    "submitted_at": "2026-11-24T12:00:00Z",
    "approved_at": None,
    "rejected_at": None,
    "synced_at": None,
    "created_at": "2026-11-24T12:00:00Z",
    "updated_at": "2026-11-24T12:00:00Z",
}
CHANGES = {"is_enabled": False}
SWITCHED_OFF = TEMPLATE | CHANGES
APPROVED = TEMPLATE | {"status": "APPROVED", "is_usable": True, "approved_at": "2026-11-24T12:05:00Z"}
LIVE = {
    "results": [
        {
            "meta_id": "7700000001",
            "name": "pedido_a_caminho",
            "language": "pt_BR",
            "status": "APPROVED",
            "category": "UTILITY",
            "parameter_format": "POSITIONAL",
            "components": COMPONENTS,
            "quality": "GREEN",
            "rejected_reason": "",
        }
    ],
    "after": None,
}
SYNCED = {"synced": 12, "created": 2, "updated": 1, "deleted": 0, "errors": []}
CHECK = NEW_TEMPLATE | {
    "send_components": [
        {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "A-17"}]}
    ]
}
SHOWN = {
    "header_format": "",
    "header": "",
    "body": "Olá Ana, seu pedido A-17 saiu para entrega.",
    "footer": "Padaria Aurora",
    "offer": "",
    "buttons": [{"type": "QUICK_REPLY", "text": "Falar com alguém"}],
}
CHECKED = {
    "findings": [
        {
            "field": "components[0].text",
            "code": "too_long",
            "message": "At most 1024 characters; this has 1031.",
            "limit": 1024.0,
            "severity": "error",
        }
    ],
    "send_findings": [],
    "parameters": [PARAMETER],
    "preview": {**SHOWN, "text": f"{SHOWN['body']}\n\n{SHOWN['footer']}", "cards": []},
}
VERSION = {
    "version": 1,
    "category": "UTILITY",
    "parameter_format": "POSITIONAL",
    "components": COMPONENTS,
    "by_meta": False,
    "created_by": "019abc00-0000-7000-8000-000000000001",
    "created_at": "2026-11-24T12:00:00Z",
}
LIBRARY = {
    **NEW_TEMPLATE,
    "title": "Pedido a caminho",
    "topic": "orders",
    "parameter_format": "POSITIONAL",
    "library_name": "pedido_a_caminho",
}
