HEALTH = {
    "status": "connected",
    "status_detail": "",
    "checked_at": "2026-11-24T12:00:00Z",
    "token": {
        "is_valid": True,
        "reason": "",
        "expires_at": "2027-01-23T12:00:00Z",
        "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"],
        "missing_scopes": [],
    },
    "webhook": {"seen_at": "2026-11-24T11:59:00Z", "is_subscribed": True},
    "quality_rating": "GREEN",
    "messaging_limit": "TIER_2K",
    "throughput": "STANDARD",
    "name_status": "APPROVED",
    "verification_status": "VERIFIED",
    "can_send_message": "LIMITED",
    "entities": [
        {
            "type": "BUSINESS",
            "id": "3",
            "can_send_message": "LIMITED",
            "errors": [
                {"code": "141010", "description": "The business isn't verified.", "solution": "Verify the business."}
            ],
            "notes": [],
        }
    ],
    "account": {
        "name": "Padaria Aurora",
        "currency": "BRL",
        "country": "BR",
        "review_status": "APPROVED",
        "verification_status": "verified",
        "has_payment_method": True,
    },
    "restrictions": [
        {"type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "until": "2026-12-01T14:40:00Z", "remediation": ""}
    ],
    "delivery": {
        "messages": 418,
        "failed": 6,
        "uncertain": 0,
        "failure_rate": 0.0144,
        "failures": [{"code": 131026, "title": "Message undeliverable", "messages": 6}],
        "template_recipients": 120,
        "template_recipients_limit": 2000,
    },
}
