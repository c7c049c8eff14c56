DEPARTMENT_ID = "019abc00-0000-7000-8000-000000000051"
ROLE_ID = "019abc00-0000-7000-8000-000000000041"
USER = {
    "id": "019abc00-0000-7000-8000-000000000003",
    "email": "bia@aurora.example",
    "full_name": "Bia Nunes",
    "phone_number": "",
    "bio": "",
    "avatar_url": None,
    "role": "agent",
    "custom_role": {"id": ROLE_ID, "name": "Caixa"},
    "extra_permissions": ["contacts.delete"],
    "is_active": True,
    "department_ids": [DEPARTMENT_ID],
    "skills": [{"name": "Inglês", "proficiency": 4}],
    "greeting": "Oi, aqui é a Bia. Como posso ajudar?",
    "status": "online",
    "chosen_status": "online",
    "online": True,
    "last_login_at": "2026-11-24T11:58:00Z",
    "created_at": "2026-11-02T09:30:00Z",
}
USER_CHANGES = {
    "role": "agent",
    "extra_permissions": ["contacts.delete"],
    "department_ids": [DEPARTMENT_ID],
    "greeting": USER["greeting"],
}
INVITE = {"email": "caio@aurora.example", "full_name": "Caio Dias", "role": "agent", "department_ids": [DEPARTMENT_ID]}
INVITATION = {
    "id": "019abc00-0000-7000-8000-000000000061",
    "email": "caio@aurora.example",
    "role": "agent",
    "custom_role": None,
    "department_ids": [DEPARTMENT_ID],
    "state": "waiting",
    "invited_by": {"id": "019abc00-0000-7000-8000-000000000002", "full_name": "Ana Souza"},
    "created_at": "2026-11-24T12:00:00Z",
    "sent_at": "2026-11-24T12:00:00Z",
    "expires_at": "2026-12-01T12:00:00Z",
}
TOKEN = "v1y7tYUq0Zf3nq8Yb0o3m2k1xS5rQe9cWd4uJpLhGfA"  # noqa: S105 - nobody's
LINK = {"link": f"https://pytake.example/app/join?token={TOKEN}", "expires_at": INVITATION["expires_at"]}
LOOK = {"token": TOKEN}
SEEN = {
    "organization_name": "Padaria Aurora",
    "email": "caio@aurora.example",
    "role": "agent",
    "needs_password": True,
    "expires_at": INVITATION["expires_at"],
}
ACCEPT = {"token": TOKEN, "full_name": "Caio Dias", "password": "pão-quente-às-seis"}
JOINED = {
    "organization_id": "019abc00-0000-7000-8000-000000000001",
    "organization_name": "Padaria Aurora",
    "user_id": "019abc00-0000-7000-8000-000000000004",
    "email": "caio@aurora.example",
    "role": "agent",
}
ACCESS = {
    "role": "agent",
    "custom_role": None,
    "permissions": [
        {"name": "contacts.delete", "description": "Delete contacts and tags.", "sources": ["extra"]},
        {"name": "contacts.view", "description": "See contacts and tags.", "sources": ["role"]},
    ],
    "departments": [{"id": DEPARTMENT_ID, "name": "Vendas"}],
    "conversations": {
        "rule": "department",
        "in_words": "Their own conversations, those of their departments and those that nobody has.",
    },
}
CHOSEN_STATUS = {"status": "busy"}
STATUS = {"status": "busy", "chosen_status": "busy"}
SPAN = {"status": "busy", "began_at": "2026-11-24T11:30:00Z", "ended_at": "2026-11-24T12:00:00Z"}
SKILL = {
    "id": "019abc00-0000-7000-8000-000000000071",
    "name": "Inglês",
    "proficiency": 4,
    "created_at": "2026-11-02T09:30:00Z",
}
NEW_SKILL = {"name": "Inglês", "proficiency": 4}
SKILL_CHANGES = {"proficiency": 5}
SKILLS = {"skills": [{"name": "Inglês", "proficiency": 4}, {"name": "Trocas", "proficiency": 5}]}
SKILL_IN_USE = {"name": "Inglês", "people": 3}
