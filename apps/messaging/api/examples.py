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
    "number": {"id": NUMBER_ID, "display_phone_number": "+55 11 4000-1234", "verified_name": "Padaria Aurora"},
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
    "closed_at": None,
    "close_reason": "",
    "created_at": "2026-11-24T12:00:00Z",
}
CLOSED = CONVERSATION | {"status": "resolved", "closed_at": "2026-11-24T12:30:00Z", "close_reason": "Respondido"}
START = {"contact_id": CONTACT_ID, "number_id": NUMBER_ID}
CHANGE = {"priority": "high", "labels": ["encomenda"]}
ASSIGN = {"agent_id": AGENT_ID}
CLOSE = {"reason": "Respondido", "resolved": True}
COUNTS = {"all": 12, "mine": 3, "unassigned": 5, "unread": 4}
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
CANCELLED = MESSAGE | {"status": "cancelled"}
CONTACT_STATS = {"total_conversations": 3, "total_messages": 41, "last_interaction": "2026-11-24T12:01:00Z"}
REALTIME = {"connections": 7, "users_online": 5}
USER_STATS = {
    "total_conversations": 210,
    "conversations_active": 7,
    "conversations_resolved": 203,
    "total_messages_sent": 1840,
    "avg_response_time_minutes": 4.5,
}
DEPARTMENT_STATS = {
    "total_departments": 4,
    "active_departments": 3,
    "total_agents": 12,
    "total_queued_conversations": 5,
}
UPLOAD = {"file": "cardapio.pdf", "type": "document"}
MEDIA = {
    "id": "019abc00-0000-7000-8000-000000000401",
    "mime_type": "application/pdf",
    "size": 48213,
    "filename": "cardapio.pdf",
    "state": "ready",
    "url": "/media/019abc00-0000-7000-8000-000000000401/?until=1795525200&signature=5Qm",
    "error": None,
}
