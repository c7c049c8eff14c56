"""What higher apps tell the vault about themselves, so that it needs to know none of them."""

from collections.abc import Callable
from uuid import UUID

Knows = Callable[[UUID, UUID], bool]
_who_know: list[Knows] = []


def knows_chatbots(knows: Knows) -> Knows:
    """The decorated function says whether an organization (its id comes first) has a chatbot of this id."""
    _who_know.append(knows)
    return knows


def is_chatbot(organization_id: UUID, chatbot_id: UUID) -> bool:
    """Whether any app knows it; where none has chatbots, there are none."""
    return any(knows(organization_id, chatbot_id) for knows in _who_know)
