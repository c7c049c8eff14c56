from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Fact, audience="conversations.view"):
    """A customer wrote."""

    conversation_id: UUID
    message_id: UUID
    contact_id: UUID
    type: str
    preview: str


@dataclass(frozen=True, kw_only=True)
class MessageQueued(Fact, audience="conversations.view"):
    """Somebody of ours wrote; the sender has it now."""

    conversation_id: UUID
    message_id: UUID
    client_id: UUID | None
    sender_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class MessageStatusChanged(Fact, audience="conversations.view"):
    """A message of ours came further, or failed."""

    conversation_id: UUID
    message_id: UUID
    status: str
    error_code: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageMediaReady(Fact, audience="conversations.view"):
    """The file of a message is here, or will never be."""

    conversation_id: UUID
    message_id: UUID
    media_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(Fact, audience="conversations.view"):
    """A conversation began, or a finished one began again."""

    conversation_id: UUID
    contact_id: UUID
    number_id: UUID
    reopened: bool = False


@dataclass(frozen=True, kw_only=True)
class ConversationChanged(Fact, audience="conversations.view"):
    """Its status, priority or labels are others now."""

    conversation_id: UUID
    status: str


@dataclass(frozen=True, kw_only=True)
class ConversationAssigned(Fact, audience="conversations.view"):
    """An agent has it now, or nobody."""

    conversation_id: UUID
    assignee_id: UUID | None
    by_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ConversationClosed(Fact, audience="conversations.view"):
    conversation_id: UUID
    status: str
    by_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ConversationRead(Fact, audience="conversations.view"):
    """Somebody read it, or marked it unread."""

    conversation_id: UUID
    unread_count: int


@dataclass(frozen=True, kw_only=True)
class MessageAdded(Fact, audience="conversations.view"):
    """Something stands in the thread that nobody said to us just now: an echo, a call, an entry, another's copy."""

    conversation_id: UUID
    message_id: UUID
    type: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class MessageChanged(Fact, audience="conversations.view"):
    """A message says something else now. `what`: edited, deleted, call, media."""

    conversation_id: UUID
    message_id: UUID
    what: str


@dataclass(frozen=True, kw_only=True)
class HistoryImported(Fact, audience="conversations.view"):
    """So many messages of before stand in the thread now."""

    conversation_id: UUID
    messages: int


@dataclass(frozen=True, kw_only=True)
class HistoryRefused(Fact, audience="numbers.manage"):
    """A phone's owner didn't share its history (code 2593109), or it couldn't be."""

    number_id: UUID
    code: int | None
    detail: str


@dataclass(frozen=True, kw_only=True)
class ConversationSourceLearned(Fact, audience="conversations.view"):
    """The ad or post is known that led here."""

    conversation_id: UUID
    source_type: str
    source_id: str


@dataclass(frozen=True, kw_only=True)
class ConversationJoined(Fact, audience="conversations.view"):
    """Two contacts were one person: this conversation is part of another one now, and gone."""

    conversation_id: UUID
    into_id: UUID


@dataclass(frozen=True, kw_only=True)
class ThreadOwnerChanged(Fact, audience="conversations.view"):
    """Another responder has the chat now (`standby`), we have it (`owned`), or nobody (`idle`)."""

    conversation_id: UUID
    owner: str
