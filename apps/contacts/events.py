from dataclasses import dataclass
from uuid import UUID

from apps.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class ContactChanged(Fact, audience="contacts.view"):
    """A contact is new (`created`), or something about them is: a value, a tag, blocked, deleted, back again."""

    contact_id: UUID
    created: bool = False


@dataclass(frozen=True, kw_only=True)
class ContactsMerged(Fact, audience="contacts.view"):
    """Two contacts were one person: the other is deleted, and what it had is this one's."""

    contact_id: UUID
    other_id: UUID


@dataclass(frozen=True, kw_only=True)
class TagChanged(Fact, audience="contacts.view"):
    """A tag is new, has another name or colour, or is gone, from all its contacts too."""

    tag_id: UUID
