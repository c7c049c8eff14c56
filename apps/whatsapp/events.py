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


@dataclass(frozen=True, kw_only=True)
class TemplateChanged(Fact, audience="templates.view"):
    """A template was written, or is otherwise at WhatsApp than before.

    `what` is written, content, status, category, quality, enabled or deleted; the others say how it stands now.
    """

    template_id: UUID
    what: str
    name: str
    language: str
    status: str
    category: str
    quality: str
