from apps.accounts.api.examples.sign_in import SESSION

NEW_PROVIDER = {
    "name": "Conta da Aurora",
    "issuer": "https://login.aurora.example",
    "client_id": "pytake",
    "client_secret": "s3nha-do-provedor",
    "domains": ["aurora.example"],
    "joins_as": "agent",
}
PROVIDER_CHANGES = {"joins_as": "", "is_active": True}
PROVIDER = {
    "id": "019abc00-0000-7000-8000-000000000f01",
    "name": "Conta da Aurora",
    "issuer": "https://login.aurora.example",
    "client_id": "pytake",
    "has_secret": True,
    "domains": ["aurora.example"],
    "joins_as": "agent",
    "is_active": True,
    "created_at": "2026-11-24T12:00:00Z",
    "redirect_uri": "https://pytake.example/api/v1/auth/sso/callback/",
}
IDENTITY = {
    "id": "019abc00-0000-7000-8000-000000000f02",
    "provider": "Conta da Aurora",
    "issuer": "https://login.aurora.example",
    "created_at": "2026-11-24T12:00:00Z",
    "last_used_at": None,
}
START = {"organization": "padaria-aurora", "return_to": "/app/inbox"}
STARTED = {
    "redirect_to": "https://login.aurora.example/authorize?response_type=code&client_id=pytake",
    "secret": "q8Zr1cJx0uQ2xXWlB7vKsM5tYh3nGpLd",
}
EXCHANGE = {"code": "Wl8Zr1cJx0uQ2xXB7vKsM5t:3nGpLd", "secret": STARTED["secret"]}
SSO_SESSION = SESSION | {"return_to": "/app/inbox"}
