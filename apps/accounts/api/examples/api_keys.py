from apps.accounts.api.examples.sign_in import ME

API_KEY = {
    "id": "019abc00-0000-7000-8000-000000000a01",
    "name": "Loja virtual",
    "prefix": "3f9a1c20b7d4",
    "scopes": ["contacts.edit", "contacts.view"],
    "requests_per_minute": 600,
    "created_by": ME["id"],
    "created_at": "2026-11-24T12:00:00Z",
    "expires_at": "2099-11-24T12:00:00Z",
    "last_used_at": None,
}
MADE_API_KEY = API_KEY | {"key": "pk_3f9a1c20b7d4_the-part-that-is-shown-once"}
NEW_API_KEY = {
    "name": "Loja virtual",
    "scopes": ["contacts.view", "contacts.edit"],
    "expires_at": "2099-11-24T12:00:00Z",
    "requests_per_minute": 600,
}
API_KEY_NAME = {"name": "Loja virtual, pedidos"}
