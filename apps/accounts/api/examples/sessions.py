OPEN_SESSION = {
    "id": "019abc00-0000-7000-8000-000000000b01",
    "device": "Firefox, Windows",
    "address": "203.0.113.7",
    "created_at": "2026-11-24T12:00:00Z",
    "last_used_at": "2026-11-24T12:45:00Z",
    "current": True,
    "method": "password",
    "second_factor": "",
}
