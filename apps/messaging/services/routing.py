"""Taking a chat from another responder, handing it on, letting go of it: WhatsApp decides, we write it down."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from apps.accounts.models import User
from apps.contacts.models import Contact, ContactIdentity
from apps.core.events import publish
from apps.messaging.errors import NoAddress
from apps.messaging.events import MessageAdded, ThreadOwnerChanged
from apps.messaging.models import Conversation, Message
from apps.messaging.selectors import lock_conversation
from apps.messaging.visibility import scope_of
from apps.whatsapp.services.numbers import control_thread

Owner = Conversation.ThreadOwner


def take_thread(*, conversation: Conversation) -> Conversation:
    """We answer from now on.

    Raises:
        NumberRefused: e.g. only the number's escalation partner may take chats (2494191).
        CloudApiOnly, NoAddress, WhatsAppUnreachable, ProviderAway
    """
    control_thread(number=conversation.number, action="take", **_address(conversation.contact))
    return _move(conversation, Owner.OWNED)


def pass_thread(*, conversation: Conversation, role: str = "", note: str = "") -> Conversation:
    """Another responder answers from now on: the one of this role, or whoever chats are escalated to.

    Raises:
        NumberRefused: e.g. the chat isn't ours to pass (131070).
        CloudApiOnly, NoAddress, WhatsAppUnreachable, ProviderAway
    """
    address = _address(conversation.contact)
    control_thread(number=conversation.number, action="pass", role=role, note=note, **address)
    return _move(conversation, Owner.STANDBY, role=role)


def release_thread(*, conversation: Conversation, by: User) -> Conversation:
    """Nobody has the chat any more. No webhook tells of it, so the thread does.

    Raises:
        NumberRefused, CloudApiOnly, NoAddress, WhatsAppUnreachable, ProviderAway
    """
    control_thread(number=conversation.number, action="release", **_address(conversation.contact))
    conversation = _move(conversation, Owner.IDLE)
    _note_release(conversation, by)
    return conversation


def _address(contact: Contact) -> dict[str, str]:
    if contact.phone:
        return {"phone": contact.phone}
    ids = ContactIdentity.objects.for_organization(contact.organization_id).filter(contact=contact)
    user_id = ids.filter(kind=ContactIdentity.Kind.BSUID).values_list("value", flat=True).first()
    if user_id is None:
        raise NoAddress
    return {"user_id": user_id}


@transaction.atomic
def _move(conversation: Conversation, owner: str, *, role: str = "") -> Conversation:
    conversation = lock_conversation(conversation)
    conversation.thread_owner, conversation.thread_owner_role = owner, role
    # Webhooks tell whole seconds: one of this very second knows better.
    conversation.thread_changed_at = timezone.now().replace(microsecond=0)
    conversation.save(update_fields=["thread_owner", "thread_owner_role", "thread_changed_at", "updated_at"])
    publish(
        ThreadOwnerChanged(
            organization_id=conversation.organization_id, conversation_id=conversation.pk, owner=owner,
            scope=scope_of(conversation),
        )
    )  # fmt: skip
    return conversation


def _note_release(conversation: Conversation, by: User) -> None:
    now = timezone.now()
    note = Message.objects.for_organization(conversation.organization_id).create(
        id=uuid7(), conversation=conversation, contact_id=conversation.contact_id, number=conversation.number,
        direction=Message.Direction.OUTBOUND, sender_kind=Message.Sender.AGENT, sender=by, type="system",
        content={"kind": "thread_released", "owner": Owner.IDLE.value, "body": ""}, status=Message.Status.SENT,
        at=now, created_at=now,
    )  # fmt: skip
    publish(
        MessageAdded(
            organization_id=note.organization_id, conversation_id=conversation.pk, message_id=note.pk,
            type=note.type, origin=note.origin, scope=scope_of(conversation),
        )
    )  # fmt: skip
