"""What each role may do. The names are those that the apps give their permissions; a test holds the two together."""

from typing import Final

EVERYBODY: Final = frozenset(
    {"members.view", "contacts.view", "conversations.view", "numbers.view", "templates.view", "notices.view"},
)
# What a role of an organization's own can't take away.
ALWAYS: Final = frozenset({"notices.view"})
VIEWER: Final = EVERYBODY | {"conversations.view_all"}
AGENT: Final = EVERYBODY | {
    "contacts.edit", "conversations.answer", "conversations.view_unassigned", "conversations.view_department",
}  # fmt: skip
SUPERVISOR: Final = AGENT | {
    "conversations.view_all", "contacts.delete", "members.view_activity", "realtime.view", "secrets.view",
}  # fmt: skip
ADMIN: Final = SUPERVISOR | {
    "numbers.manage", "templates.manage", "webhook_events.view", "webhook_events.redrive", "organization.manage",
    "members.manage", "roles.manage", "departments.manage", "security.manage", "api_keys.manage", "audit.view",
    "privacy.manage", "secrets.manage", "secrets.reveal",
}  # fmt: skip
OWNER: Final = ADMIN | {"organization.own"}
# What an organization may choose for its agents (Organization.settings["agent_visibility"]), over what the role has.
VISIBILITY: Final[dict[str, frozenset[str]]] = {
    "all": frozenset({"conversations.view_all"}),
    "department": frozenset({"conversations.view_unassigned", "conversations.view_department"}),
    "own": frozenset(),
}
_SEEING = frozenset().union(*VISIBILITY.values())
# Whoever holds these holds everything: no key for a program does.
NOT_FOR_PROGRAMS: Final = frozenset({"organization.own", "api_keys.manage", "security.manage"})
PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "owner": OWNER,
    "admin": ADMIN,
    "supervisor": SUPERVISOR,
    "agent": AGENT,
    "viewer": VIEWER,
}
DESCRIPTIONS: Final = {
    "owner": "Everything, the organization itself included. There is always one.",
    "admin": "Runs the organization: people, numbers, security. All but giving it away.",
    "supervisor": "An agent who sees all conversations and colleagues' figures.",
    "agent": "Talks to customers: sees own conversations, those of the own departments and those that nobody has.",
    "viewer": "Looks, and changes nothing.",
}


def permissions_of(role: str, *, agent_visibility: str = "department") -> frozenset[str]:
    """What a built-in role may do in an organization that chose this for its agents."""
    if role != "agent" or agent_visibility not in VISIBILITY:
        return PERMISSIONS[role]
    return PERMISSIONS[role] - _SEEING | VISIBILITY[agent_visibility]
