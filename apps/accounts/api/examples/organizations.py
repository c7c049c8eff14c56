from typing import Any

from apps.accounts.api.examples.sign_in import ME, ORGANIZATION, REGISTRATION

PROFILE = {
    **ORGANIZATION,
    "description": "Pães de fermentação natural.",
    "website": "https://aurora.example",
    "logo_url": None,
    "currency": "BRL",
    "plan": "unlimited",
    "plan_starts_at": None,
    "plan_expires_at": None,
    "is_active": True,
    "deletes_at": None,
    "created_at": "2026-11-24T12:00:00Z",
}
CHANGES = {
    "name": "Padaria Aurora & Filhos",
    "website": "https://aurora.example",
    "timezone": "America/Bahia",
    "language": "pt-br",
    "currency": "BRL",
}
SETTINGS = {
    "business_hours": {
        "monday": {"enabled": True, "start": "06:00", "end": "20:00"},
        "sunday": {"enabled": False},
    },
    "agent_visibility": "department",
    "notification_settings": {"daily_summary": True},
}
USAGE = {
    "plan": "free",
    "plan_starts_at": None,
    "plan_expires_at": None,
    "month": "2026-11-01",
    "messages_sent": 520,
    "messages_received": 230,
    "resources": [
        {"resource": "agents", "used": 2, "limit": 2, "share": 1.0},
        {"resource": "chatbots", "used": 0, "limit": None, "share": None},
        {"resource": "monthly_messages", "used": 750, "limit": 1000, "share": 0.75},
    ],
}
STATS = {
    "users": 4,
    "departments": 2,
    "contacts": 812,
    "conversations": 1204,
    "numbers": 1,
    "chatbots": 0,
    "messages_sent": 520,
    "messages_received": 230,
}
TRANSFER = {"user_id": "019abc00-0000-7000-8000-000000000003", "password": REGISTRATION["password"]}
DELETION = {"name": ORGANIZATION["name"], "password": REGISTRATION["password"]}
TO_BE_DELETED = PROFILE | {"deletes_at": "2026-12-24T12:00:00Z"}
LOGO = {"file": "logo.png"}
WITH_LOGO = PROFILE | {"logo_url": f"/pictures/{ORGANIZATION['id']}/logo-019abc00.webp?until=1795525200&signature=c2ln"}
EXPORT = {
    "id": "019abc00-0000-7000-8000-000000000009",
    "state": "ready",
    "reason": "asked",
    "size": 48_210_332,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "rows": {"contacts_contact": 812, "messaging_message": 15_030},
    "files": 911,
    "error": "",
    "created_at": "2026-11-24T12:00:00Z",
    "finished_at": "2026-11-24T12:01:12Z",
    "expires_at": "2026-12-01T12:01:12Z",
    "requested_by": ME["id"],
}
NEW_EXPORT = EXPORT | {
    "state": "pending", "size": None, "sha256": "", "rows": {}, "files": 0, "finished_at": None, "expires_at": None,
}  # fmt: skip
PLAN = {
    "plan": "starter",
    "plan_starts_at": "2026-11-24T12:00:00Z",
    "plan_expires_at": "2027-11-24T12:00:00Z",
    "limits": {"contacts": 25_000},
}
FOR_STAFF: dict[str, Any] = PROFILE | {"limits": {}, "deactivated_at": None}
WITH_PLAN = FOR_STAFF | {"plan": "starter", "limits": {"contacts": 25_000}}
ZIP = "PK…"
DEACTIVATED = FOR_STAFF | {"is_active": False, "deactivated_at": "2026-11-24T12:00:00Z"}
