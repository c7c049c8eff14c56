from apps.accounts.api.examples.sign_in import ME

MEMBER = {
    "id": ME["id"],
    "full_name": "Ana Souza",
    "email": "ana@aurora.example",
    "role": "owner",
    "is_active": True,
    "online": True,
    "status": "online",
}
