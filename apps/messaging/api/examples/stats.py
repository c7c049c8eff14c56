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
TEMPLATE_STATS = {
    "sent": 412,
    "delivered": 398,
    "read": 301,
    "failed": 6,
    "waiting": 2,
    "last_sent_at": "2026-11-24T12:00:00Z",
}
