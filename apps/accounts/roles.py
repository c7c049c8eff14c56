"""What each role may do. The names are those that the apps give their permissions; a test holds the two together."""

from typing import Final

VIEWER: Final = frozenset(
    {"members.view", "contacts.view", "conversations.view", "numbers.view"},
)
AGENT: Final = VIEWER | {"contacts.edit", "conversations.answer"}
SUPERVISOR: Final = AGENT | {"contacts.delete", "realtime.view"}
ADMIN: Final = SUPERVISOR | {
    "numbers.manage", "webhook_events.view", "webhook_events.redrive", "organization.manage", "members.manage",
    "roles.manage", "departments.manage", "security.manage", "api_keys.manage", "audit.view", "privacy.manage",
}  # fmt: skip
OWNER: Final = ADMIN | {"organization.own"}
PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "owner": OWNER,
    "admin": ADMIN,
    "supervisor": SUPERVISOR,
    "agent": AGENT,
    "viewer": VIEWER,
}
