from dataclasses import dataclass
from uuid import UUID

from apps.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class MemberChanged(Fact, audience="members.view"):
    """Somebody joined, was changed, or no longer works here."""

    user_id: UUID
    role: str
    is_active: bool
