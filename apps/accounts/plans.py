"""What each plan allows. None: as much as anybody likes. An organization's own limit wins over its plan's."""

from typing import Any, Final

RESOURCES: Final = ("agents", "numbers", "contacts", "chatbots", "departments", "campaigns", "monthly_messages")
LIMITS: Final[dict[str, dict[str, int | None]]] = {
    "unlimited": dict.fromkeys(RESOURCES),
    "free": {
        "agents": 2, "numbers": 1, "contacts": 1_000, "chatbots": 1, "departments": 1, "campaigns": 5,
        "monthly_messages": 1_000,
    },
    "starter": {
        "agents": 5, "numbers": 2, "contacts": 10_000, "chatbots": 3, "departments": 3, "campaigns": 20,
        "monthly_messages": 10_000,
    },
    "professional": {
        "agents": 20, "numbers": 5, "contacts": 50_000, "chatbots": 10, "departments": None, "campaigns": 100,
        "monthly_messages": 50_000,
    },
    "enterprise": dict.fromkeys(RESOURCES),
}  # fmt: skip


def limits_of(plan: str, own: dict[str, Any]) -> dict[str, int | None]:
    """Each resource's limit in this plan, where the organization hasn't one of its own."""
    return {name: own.get(name, limit) for name, limit in LIMITS[plan].items()}
