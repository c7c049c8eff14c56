SECRET = {
    "id": "019abc00-0000-7000-8000-000000000051",
    "name": "openai_key",
    "display_name": "OpenAI",
    "description": "The bakery's own account.",
    "scope": "organization",
    "chatbot_id": None,
    "provider": "fernet",
    "key_id": "9f86d081884c7d65",
    "is_active": True,
    "labels": {"team": "bots"},
    "usage_count": 4120,
    "last_used_at": "2026-11-24T12:00:00Z",
    "rotated_at": "2026-11-02T09:30:00Z",
    "created_at": "2026-11-02T09:30:00Z",
    "updated_at": "2026-11-24T12:00:00Z",
}
NEW_SECRET = {
    "name": "openai_key",
    "display_name": "OpenAI",
    "description": "The bakery's own account.",
    "value": "sk-proj-4f9a2c",
    "labels": {"team": "bots"},
}
CHANGES = {"display_name": "OpenAI (São Paulo)", "is_active": False}
CHANGED_SECRET = SECRET | CHANGES
NEW_VALUE = {"new_value": "sk-proj-77b1d0"}
VALUE = {"value": "sk-proj-4f9a2c"}
VALIDATION = {"valid": True, "provider": "fernet", "detail": ""}
STATS = {
    "total": 7,
    "active": 6,
    "inactive": 1,
    "by_scope": {"organization": 5, "chatbot": 2},
    "by_provider": {"fernet": 7, "aws_kms": 0, "vault": 0},
    "uses": 5210,
}
