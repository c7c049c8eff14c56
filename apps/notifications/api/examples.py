NOTICE = {
    "id": "019abc00-0000-7000-8000-000000000071",
    "kind": "conversation_assigned",
    "severity": "info",
    "title": "Nova conversa para você",
    "body": "Bia Rocha está esperando por você.",
    "link": "/inbox/019abc00-0000-7000-8000-000000000030",
    "values": {"contact": "Bia Rocha", "conversation_id": "019abc00-0000-7000-8000-000000000030"},
    "channels": ["in_app", "socket"],
    "created_at": "2026-11-24T12:00:00Z",
    "read_at": None,
}
READ_NOTICE = NOTICE | {"read_at": "2026-11-24T12:01:00Z"}
TEST_NOTICE = NOTICE | {
    "kind": "test",
    "title": "Tudo certo",
    "body": "Este é um aviso de teste: você o pediu, e ele chegou.",
    "link": "",
    "values": {},
}
UNREAD = {"unread_count": 3}
ALL_READ = {"marked_as_read": 3}
PREFERENCES = {
    "in_app_enabled": True,
    "websocket_enabled": True,
    "email_enabled": True,
    "quiet_hours_enabled": True,
    "quiet_hours_start": "22:00",
    "quiet_hours_end": "07:00",
    "max_emails_per_hour": 10,
    "kinds": [
        {
            "kind": "conversation_assigned",
            "name": "Uma conversa passa a ser minha",
            "severity": "info",
            "in_app": True,
            "socket": True,
            "email": False,
        }
    ],
}
CHANGES = {
    "quiet_hours_enabled": True,
    "quiet_hours_start": "22:00",
    "quiet_hours_end": "07:00",
    "kinds": [{"kind": "conversation_assigned", "email": False}],
}
