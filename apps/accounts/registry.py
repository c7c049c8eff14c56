"""What higher apps tell accounts about themselves, so that accounts needs to know none of them."""

from collections.abc import Callable
from uuid import UUID

from apps.accounts.plans import RESOURCES

Count = Callable[[UUID], int]
_counts: dict[str, Count] = {}


def counts(resource: str) -> Callable[[Count], Count]:
    """The decorated function says how much of a plan's resource an organization uses, by counting real rows.

    It is called in a transaction that reaches the organization: its own scope, or the door.

    Raises:
        ValueError: plans know no such resource, or somebody counts it already.
    """
    if resource not in RESOURCES or resource in _counts:
        raise ValueError(f"{resource} is no resource of plans, or is counted already")

    def register(count: Count) -> Count:
        _counts[resource] = count
        return count

    return register


def used(resource: str, organization_id: UUID) -> int:
    """How much of the resource there is; of one that no app has yet, nothing."""
    count = _counts.get(resource)
    return count(organization_id) if count else 0
