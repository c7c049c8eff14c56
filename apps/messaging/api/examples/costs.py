COSTS = {
    "total": "0.069300",
    "currency": "USD",
    "by_category": [
        {"category": "marketing", "type": "regular", "messages": 1, "cost": "0.062500", "currency": "USD"},
        {"category": "service", "type": "free_customer_service", "messages": 7, "cost": "0.000000", "currency": "USD"},
        {"category": "utility", "type": "regular", "messages": 1, "cost": "0.006800", "currency": "USD"},
    ],
}
MONTH_COSTS = COSTS | {"month": "2026-11-01", "free_service_messages": 7, "free_service_limit": 1000}
