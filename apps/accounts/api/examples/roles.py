ROLE = {
    "id": "019abc00-0000-7000-8000-000000000041",
    "name": "Caixa",
    "description": "Answers, and looks after contacts.",
    "is_built_in": False,
    "permissions": ["contacts.edit", "contacts.view", "conversations.answer", "conversations.view"],
}
NEW_ROLE = {name: ROLE[name] for name in ("name", "description", "permissions")}
ROLE_CHANGES = {"permissions": ["contacts.view", "conversations.view"]}
PERMISSION_GROUP = {
    "group": "contacts",
    "permissions": [
        {"name": "contacts.delete", "description": "Delete contacts and tags."},
        {"name": "contacts.view", "description": "See contacts and tags."},
    ],
}
