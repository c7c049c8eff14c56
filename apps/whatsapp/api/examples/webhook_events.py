WEBHOOK_EVENT = {
    "id": "019abc00-0000-7000-8000-000000000301",
    "field": "messages",
    "kind": "message",
    "state": "dead",
    "attempts": 8,
    "error": "OperationalError: the connection is lost",
    "next_attempt_at": None,
    "lane": "106540352242922:5511987654321",
    "value": {"messages": [{"from": "5511987654321", "id": "wamid.HBgM", "type": "text", "text": {"body": "Oi"}}]},
    "received_at": "2026-11-24T12:00:00Z",
    "created_at": "2026-11-24T12:00:00Z",
}
WAITING_WEBHOOK_EVENT = WEBHOOK_EVENT | {
    "state": "pending",
    "attempts": 0,
    "error": "",
    "next_attempt_at": "2026-11-24T12:05:00Z",
}
REPLAYED = {"redriven": 3}
