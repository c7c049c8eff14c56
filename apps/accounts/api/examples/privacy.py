NEW_JOB = {
    "kind": "export",
    "subject_kind": "user",
    "subject_id": "019abc00-0000-7000-8000-000000000004",
    "reason": "Asked by letter of 20 November.",
}
JOB = NEW_JOB | {
    "id": "019abc00-0000-7000-8000-0000000000b1",
    "subject_name": "Bia Lima",
    "state": "done",
    "requested_by": "019abc00-0000-7000-8000-000000000002",
    "progress": {"accounts.people": {"found": 1, "files": 1}},
    "certificate": None,
    "has_file": True,
    "size": 48213,
    "error": "",
    "created_at": "2026-11-24T12:00:00Z",
    "finished_at": "2026-11-24T12:00:05Z",
    "expires_at": "2026-12-01T12:00:05Z",
}
FILE = {"application/zip": "PK…"}
RETENTION = {"messages_days": 730, "media_days": 365, "raw_webhooks_days": 30, "logs_days": None}
RETENTION_CHANGES = {"media_days": 365, "logs_days": None}
