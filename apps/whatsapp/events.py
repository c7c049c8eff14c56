from dataclasses import dataclass
from uuid import UUID

from apps.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class NumberStatusChanged(Fact, audience="numbers.view"):
    """A number was connected, held, disconnected or is in trouble; `status` as in `Number.Status`."""

    number_id: UUID
    status: str


@dataclass(frozen=True, kw_only=True)
class MediaStored(Fact, audience="conversations.view"):
    """A file that a customer sent is here (`ready`), or won't come (`failed`, `expired`)."""

    media_id: UUID
    state: str
