import json

ENTRY = {
    "id": "019abc00-0000-7000-8000-0000000000a1",
    "number": 4711,
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "at": "2026-11-24T12:00:00Z",
    "action": "members.role_changed",
    "actor_kind": "user",
    "actor_id": "019abc00-0000-7000-8000-000000000002",
    "actor_name": "Ana Souza",
    "address": "203.0.113.7",
    "user_agent": "Mozilla/5.0",
    "impersonator_id": None,
    "target_kind": "membership",
    "target_id": "019abc00-0000-7000-8000-000000000003",
    "subject_id": "019abc00-0000-7000-8000-000000000004",
    "before": {"role": "agent"},
    "after": {"role": "supervisor"},
    "erased": [],
    "request_id": "5f0c1c1b7a9c4a1c8c3f",
}
CHAIN = {
    "holds": True,
    "first_break": None,
    "checked": 4711,
    "checked_to": 4711,
    "last": 4711,
    "waiting": 0,
    "complete": True,
}
EXPORT = {
    "text/csv": "number,at,action\r\n4711,2026-11-24 12:00:00+00:00,members.role_changed\r\n",
    "application/x-ndjson": json.dumps(ENTRY) + "\n",
}
