ORGANIZATION = {
    "id": "019abc00-0000-7000-8000-000000000001",
    "name": "Padaria Aurora",
    "slug": "padaria-aurora",
    "timezone": "America/Sao_Paulo",
    "language": "pt-br",
    "currency": "BRL",
}
ME = {
    "id": "019abc00-0000-7000-8000-000000000002",
    "email": "ana@aurora.example",
    "email_verified": True,
    "full_name": "Ana Souza",
    "language": "pt-br",
    "timezone": "America/Bahia",
    "phone_number": "+5511987654321",
    "bio": "Atendo a padaria de manhã.",
    "avatar_url": None,
    "preferences": {"sounds": True},
    "organization": ORGANIZATION,
    "role": "owner",
    "permissions": ["contacts.view", "conversations.view"],
    "impersonated_by": None,
    "organizations": [{"id": ORGANIZATION["id"], "name": ORGANIZATION["name"], "role": "owner"}],
}
REGISTRATION = {
    "email": "ana@aurora.example",
    "password": "pão-quente-às-seis",
    "full_name": "Ana Souza",
    "organization_name": "Padaria Aurora",
}
EXCHANGE = {"code": "wZ3xVb0mJ4n9QhYfLr2sTpKcEa6uGdXi:5k1vQ"}
LOGIN = {"email": "ana@aurora.example", "password": "pão-quente-às-seis"}
TOKENS = {"access": "eyJhbGciOiJIUzI1NiJ9.e30.a", "refresh": "eyJhbGciOiJIUzI1NiJ9.e30.r", "expires_in": 900}
SESSION = TOKENS | {"user": ME}
REFRESH = {"refresh": TOKENS["refresh"]}
SWITCH = {"organization_id": ORGANIZATION["id"]}
VERIFIED = {
    "valid": True,
    "user_id": ME["id"],
    "organization_id": ORGANIZATION["id"],
    "role": "owner",
    "expires_at": "2026-11-24T12:15:00Z",
}
PROFILE = {
    "full_name": "Ana Souza Lima",
    "language": "en",
    "timezone": "America/Bahia",
    "phone_number": "(11) 98765-4321",
    "bio": "Atendo a padaria de manhã.",
    "preferences": {"sounds": True},
}
AVATAR = {"file": "(binary)"}
