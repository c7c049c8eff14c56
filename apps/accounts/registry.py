"""What higher apps tell accounts about themselves, so that accounts needs to know none of them."""

from collections.abc import Callable
from uuid import UUID

Count = Callable[[UUID], int]
Erase = Callable[[UUID], None]
_counts: dict[str, Count] = {}
_erasers: list[Erase] = []


def counts(noun: str) -> Callable[[Count], Count]:
    """The decorated function says how many of these an organization has: a plan's resource, or a figure to show.

    It counts real rows, in a transaction that reaches the organization: its own scope, or the door.

    Raises:
        ValueError: somebody counts them already.
    """
    if noun in _counts:
        raise ValueError(f"{noun} are counted already")

    def register(count: Count) -> Count:
        _counts[noun] = count
        return count

    return register


def used(noun: str, organization_id: UUID) -> int:
    """How many there are; of what no app has yet, none."""
    count = _counts.get(noun)
    return count(organization_id) if count else 0


def erases(erase: Erase) -> Erase:
    """Call this inside the door, right before an organization is deleted: for rows about it that name none."""
    _erasers.append(erase)
    return erase


def erase_what_names_nobody(organization_id: UUID) -> None:
    for erase in _erasers:
        erase(organization_id)
