NEW_NUMBER = {
    "phone_number_id": "106540352242922",
    "waba_id": "102290129340398",
    "access_token": "EAAJBZCLkZD",
    "app_secret": "2f7d0c…",
    "app_id": "634974688087057",
}
NUMBER = {
    "id": "019abc00-0000-7000-8000-000000000201",
    "phone_number_id": NEW_NUMBER["phone_number_id"],
    "waba_id": NEW_NUMBER["waba_id"],
    "display_phone_number": "+55 11 4002-8922",
    "verified_name": "Padaria Aurora",
    "status": "connected",
    "status_detail": "",
    "quality_rating": "GREEN",
    "messages_per_second": 80,
    "provider": "cloud",
    "messaging_limit": "TIER_2K",
    "throughput": "STANDARD",
    "name_status": "APPROVED",
    "verification_status": "VERIFIED",
    "username": "",
    "is_official": False,
    "is_on_phone_app": False,
    "restrictions": [],
    "welcome_message": "Olá! Em que podemos ajudar?",
    "away_message": "Estamos fechados. Voltamos às 8h.",
    "business_hours": None,
    "default_department_id": None,
    "default_bot_id": None,
    "settings": {"away_every_hours": 12},
    "token_expires_at": None,
    "checked_at": "2026-11-24T12:00:00Z",
    "webhook_seen_at": "2026-11-24T11:59:00Z",
    "is_active": True,
    "token_secret": None,
    "webhook_url": "https://pytake.example/webhooks/whatsapp/Zs3kQ0/",
    "created_at": "2026-11-24T12:00:00Z",
    "updated_at": "2026-11-24T12:00:00Z",
}
NUMBER_CHANGES = {"messages_per_second": 60}
SLOWER_NUMBER = NUMBER | NUMBER_CHANGES
DISCONNECTED_NUMBER = NUMBER | {"status": "disconnected", "is_active": False}
RATE = {
    "limit": 80,
    "period": 1,
    "used": 12.5,
    "remaining": 67.5,
    "wait": 0.0,
    "can_send_now": True,
    "reason": "",
}
WEBHOOK = {"webhook_url": NUMBER["webhook_url"], "verify_token": "k3yThatMetaShows"}
