TAG = {"id": "019abc00-0000-7000-8000-000000000021", "name": "Atacado", "color": "#3B82F6", "contacts_count": 12}
NEW_TAG = {"name": "Atacado", "color": "#3B82F6"}
CHANGED_TAG = {"color": "#12B886"}
NEW_CONTACT = {
    "phone": "+55 11 98765-4321",
    "name": "Bia Rocha",
    "email": "bia@rocha.example",
    "company": "Rocha & Filhos",
    "attributes": {"customer_number": "4711"},
}
CHANGES = {"company": "Rocha & Filhas", "lifecycle_stage": "customer", "opted_in": False}
CONTACT = {
    "id": "019abc00-0000-7000-8000-000000000020",
    "name": "Bia Rocha",
    "display_name": "Bia Rocha",
    "profile_name": "Bia 🌻",
    "username": "bia.rocha",
    "phone": "5511987654321",
    "identities": [
        {"kind": "bsuid", "value": "BR.1349120865530274"},
        {"kind": "phone", "value": "5511987654321"},
    ],
    "email": "bia@rocha.example",
    "company": "Rocha & Filhos",
    "job_title": "",
    "notes": "",
    "attributes": {"customer_number": "4711"},
    "source": "whatsapp",
    "lifecycle_stage": "lead",
    "opted_in": True,
    "marketing_stopped_at": None,
    "unreachable_at": None,
    "is_blocked": False,
    "blocked_at": None,
    "blocked_reason": "",
    "is_vip": False,
    "tags": [{name: TAG[name] for name in ("id", "name", "color")}],
    "last_message_at": "2026-11-24T12:00:00Z",
    "created_at": "2026-11-02T09:30:00Z",
    "updated_at": "2026-11-24T12:00:00Z",
}
BLOCK = {"reason": "Insults the bakers."}
BLOCKED_CONTACT = CONTACT | {
    "is_blocked": True,
    "blocked_at": "2026-11-24T12:05:00Z",
    "blocked_reason": BLOCK["reason"],
}
MERGE = {"other_id": "019abc00-0000-7000-8000-000000000023"}
VIP_CONTACT = CONTACT | {"is_vip": True}
TAG_NAMES = {"names": ["Atacado", "Bolos"]}
TAG_IDS = {"tag_ids": [TAG["id"]]}
STATS = {"total_contacts": 1520, "contacts_with_tags": 310, "blocked_contacts": 4, "recent_contacts": 37}
