DEPARTMENT = {
    "id": "019abc00-0000-7000-8000-000000000051",
    "name": "Vendas",
    "slug": "vendas",
    "description": "Bolos e salgados por encomenda.",
    "color": "#3B82F6",
    "icon": "shopping-cart",
    "is_active": True,
    "business_hours": {
        "monday": {"enabled": True, "start": "09:00", "end": "18:00"},
        "sunday": {"enabled": False},
    },
    "offline_message": "Voltamos às nove.",
    "routing_mode": "round_robin",
    "auto_assign_conversations": True,
    "max_conversations_per_agent": 10,
    "agent_ids": ["019abc00-0000-7000-8000-000000000003"],
    "total_agents": 1,
    "created_at": "2026-11-02T09:30:00Z",
}
NEW_DEPARTMENT = {
    name: DEPARTMENT[name]
    for name in ("name", "description", "color", "icon", "business_hours", "offline_message", "routing_mode")
}
CHANGES = {"offline_message": "Voltamos às oito.", "max_conversations_per_agent": 5}
