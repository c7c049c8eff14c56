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
