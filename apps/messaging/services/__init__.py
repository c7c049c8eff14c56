"""Every write to conversations and messages, by what it is about. Other apps and tests import from here."""

from apps.messaging.services.blocking import block_again, note_blocks, tell_one_block
from apps.messaging.services.conversations import (
    Started,
    assign,
    change,
    close,
    hand_back,
    reopen,
    start_conversation,
)
from apps.messaging.services.drafts import MEDIA_TYPES, Draft
from apps.messaging.services.forgetting import forget_content, forget_old_messages
from apps.messaging.services.greetings import tell_absence, welcome
from apps.messaging.services.merging import move_to_merged
from apps.messaging.services.reading import mark_read, mark_unread, show_typing
from apps.messaging.services.routing import pass_thread, release_thread, take_thread
from apps.messaging.services.sending import (
    cancel_message,
    hold_messages,
    release_messages,
    send_again,
    send_message,
)

__all__ = [
    "MEDIA_TYPES",
    "Draft",
    "Started",
    "assign",
    "block_again",
    "cancel_message",
    "change",
    "close",
    "forget_content",
    "forget_old_messages",
    "hand_back",
    "hold_messages",
    "mark_read",
    "mark_unread",
    "move_to_merged",
    "note_blocks",
    "pass_thread",
    "release_messages",
    "release_thread",
    "reopen",
    "send_again",
    "send_message",
    "show_typing",
    "start_conversation",
    "take_thread",
    "tell_absence",
    "tell_one_block",
    "welcome",
]
