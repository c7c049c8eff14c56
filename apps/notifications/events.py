"""What a person's open tabs hear of their notices. Each is for that person alone: `for_user()` is its scope."""

from dataclasses import dataclass
from uuid import UUID

from apps.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class NoticeCreated(Fact, audience="notices.view"):
    """Somebody is told something; title and body are in their language, `link` is a path of the web app or empty.
    `about`: ids of whom it is to and of what it names."""

    notice_id: UUID
    kind: str
    severity: str
    title: str
    body: str
    link: str
    about: list[UUID]


@dataclass(frozen=True, kw_only=True)
class NoticeRead(Fact, audience="notices.view"):
    """A notice of theirs was read, or all of them (`notice_id` null)."""

    notice_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class NoticeDeleted(Fact, audience="notices.view"):
    """A notice of theirs is gone from the list."""

    notice_id: UUID
