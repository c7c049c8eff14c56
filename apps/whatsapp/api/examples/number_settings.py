COMMERCE = {"is_catalog_visible": True, "is_cart_enabled": True}
USERNAME = {"username": "padaria.aurora", "status": "approved", "suggestions": []}
USERNAME_REQUEST = {"username": "padaria.aurora"}
WEBHOOKS = {
    "application": "https://other.example/webhook",
    "account": "",
    "number": "https://pytake.example/webhooks/whatsapp/0197a3b2-4c5d-7e6f-8a9b-0c1d2e3f4a5b/",
}
OVERRIDE = {"of": "number"}
