CONVERSATION_ID = "019abc00-0000-7000-8000-00000000c001"
MESSAGE_ID = "019abc00-0000-7000-8000-00000000e001"
CONTACT_ID = "019abc00-0000-7000-8000-00000000a001"
NUMBER_ID = "019abc00-0000-7000-8000-00000000b001"
AGENT_ID = "019abc00-0000-7000-8000-000000000002"
DEPARTMENT_ID = "019abc00-0000-7000-8000-00000000d001"
CONVERSATION = {
    "id": CONVERSATION_ID,
    "status": "active",
    "channel": "whatsapp",
    "contact": {
        "id": CONTACT_ID,
        "display_name": "Maria Silva",
        "phone": "5511987654321",
        "profile_name": "Maria",
        "is_blocked": False,
        "is_vip": False,
    },
    "number": {
        "id": NUMBER_ID,
        "display_phone_number": "+55 11 4000-1234",
        "verified_name": "Padaria Aurora",
        "provider": "cloud",
    },
    "assignee": {"id": AGENT_ID, "full_name": "Ana Souza"},
    "department": {"id": DEPARTMENT_ID, "name": "Vendas", "color": "#3B82F6"},
    "unread_count": 1,
    "priority": "medium",
    "labels": ["encomenda"],
    "last_message": {
        "id": MESSAGE_ID,
        "direction": "inbound",
        "type": "text",
        "preview": "Oi, vocês têm pão de queijo?",
        "status": "received",
        "at": "2026-11-24T12:00:00Z",
    },
    "last_message_at": "2026-11-24T12:00:00Z",
    "window_expires_at": "2026-11-25T12:00:00Z",
    "source": {"source_type": "ad", "source_id": "120330000000000001", "headline": "Pães quentinhos às 7h"},
    "thread": None,
    "closed_at": None,
    "close_reason": "",
    "created_at": "2026-11-24T12:00:00Z",
}
CLOSED = CONVERSATION | {"status": "resolved", "closed_at": "2026-11-24T12:30:00Z", "close_reason": "Respondido"}
START = {"contact_id": CONTACT_ID, "number_id": NUMBER_ID}
CHANGE = {"priority": "high", "labels": ["encomenda"]}
TAKEN = CONVERSATION | {"thread": {"owner": "owned", "role": "", "changed_at": "2026-11-24T12:00:00Z"}}
PASSED = CONVERSATION | {"thread": {"owner": "standby", "role": "ai_agent", "changed_at": "2026-11-24T12:00:00Z"}}
RELEASED = CONVERSATION | {"thread": {"owner": "idle", "role": "", "changed_at": "2026-11-24T12:00:00Z"}}
PASS = {"role": "ai_agent", "note": "Só quer saber o horário."}
ASSIGN = {"agent_id": AGENT_ID}
CLOSE = {"reason": "Respondido", "resolved": True}
COUNTS = {"all": 12, "mine": 3, "unassigned": 5, "unread": 4}
