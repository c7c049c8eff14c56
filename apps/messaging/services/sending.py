"""Messages on their way out: put into the outbox, sent again, taken back, held while a number can't send."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from uuid_utils.compat import uuid7

from apps.accounts.models import User
from apps.accounts.selectors import Access
from apps.accounts.services import limits
from apps.contacts.models import Contact, ContactIdentity
from apps.core.constraints import constraint_means
from apps.core.events import publish
from apps.core.wake import wake
from apps.messaging.errors import (
    ClientIdUsed,
    ContactBlocked,
    ContactErased,
    NoAddress,
    NotCancellable,
    NotRetryable,
    NotThisWay,
    NumberNotConnected,
    NumberRestricted,
    PhoneNeeded,
    TemplateNotUsable,
    ThreadNotOurs,
    WindowClosed,
)
from apps.messaging.events import MessageQueued, MessageStatusChanged
from apps.messaging.models import Conversation, Message
from apps.messaging.previews import preview_of
from apps.messaging.selectors import lock_conversation
from apps.messaging.services.drafts import (
    Draft,
    check_direct_send,
    check_draft,
    check_values,
    content_of,
    files_of,
    is_same,
    needs_phone,
    target_of,
    template_of,
)
from apps.messaging.visibility import scope_of
from apps.whatsapp.models import Number, Template
from apps.whatsapp.providers import named


@transaction.atomic
def send_message(*, conversation: Conversation, draft: Draft, by: User | None, access: Access | None = None) -> Message:
    """Put a message into the outbox; the sender takes it from there.

    Args:
        access: who may send only the files that they may see; None: a machine sends, which sees all.

    Raises:
        WindowClosed: the customer wrote more than 24 hours ago, and this is no template and no Direct Send.
        ContactErased: nothing of them is left.
        NoAddress: WhatsApp has no name for them. PhoneNeeded: a user id isn't enough for this message.
        ThreadNotOurs: another responder has the chat, and this is no template.
        NotThisWay: the number's provider knows no such message.
        NumberRestricted: Meta forbids the number such messages for a while.
        ContactBlocked, NumberNotConnected, NoSuchMedia, NoSuchMessage, NoSuchTemplate, TemplateNotUsable
        DirectSendNotAllowed: Meta doesn't admit the number's portfolio.
        ClientIdUsed: this client id named another message before.
        LimitExceeded: longer, larger or more than WhatsApp takes.
        PlanLimitReached: the plan's messages of this month are used up.
    """
    conversation = lock_conversation(conversation)
    if known := _sent_before(conversation, draft):
        return known
    _may_send(conversation, draft.type, draft.content)
    template, target = template_of(draft, conversation.number), target_of(draft, conversation)
    files = files_of(draft, conversation, access)
    content = content_of(draft, files, template)
    check_draft(draft, content, target)
    if template is not None:
        check_values(template, content)
    _is_allowed(conversation, draft.type, content, template)
    check_direct_send(content, conversation.number)
    if not conversation.contact.phone and needs_phone(template, content):
        raise PhoneNeeded
    limits.queue_messages(conversation.organization_id)
    held = conversation.number.status == Number.Status.HELD
    now = timezone.now()
    with constraint_means("messaging_client_id_is_once", ClientIdUsed()):
        message = Message.objects.for_organization(conversation.organization_id).create(
            id=uuid7(), conversation=conversation, contact_id=conversation.contact_id, number=conversation.number,
            direction=Message.Direction.OUTBOUND, sender_kind=draft.sender_kind, sender=by, client_id=draft.client_id,
            type=draft.type, content=content, text=preview_of(draft.type, content), media=files[0] if files else None,
            template=template, reply_to=target, reply_to_wamid=(target.wamid or "") if target else "",
            lane=draft.lane, at=now, created_at=now,
            status=Message.Status.HELD if held else Message.Status.QUEUED,
        )  # fmt: skip
    _spoke(conversation, message)
    publish(
        MessageQueued(
            organization_id=message.organization_id, conversation_id=conversation.pk, message_id=message.pk,
            client_id=message.client_id, sender_id=message.sender_id, scope=scope_of(conversation),
        )
    )  # fmt: skip
    wake("outbox.drain")
    return message


@transaction.atomic
def send_again(*, message: Message, by: User | None) -> Message:
    """A person decides that a message which failed, or may have been lost, is sent once more.

    Raises:
        NotRetryable: it neither failed nor is uncertain.
        WindowClosed, ContactBlocked, ContactErased, NoAddress, NumberNotConnected
        TemplateNotUsable: Meta has paused or taken away the template that it is.
    """
    conversation = lock_conversation(message.conversation)
    message = (
        Message.objects.for_organization(message.organization_id).select_for_update(no_key=True).get(pk=message.pk)
    )
    if message.status not in (Message.Status.FAILED, Message.Status.UNCERTAIN):
        raise NotRetryable
    _may_send(conversation, message.type, message.content)
    _is_still_usable(message)
    _is_allowed(conversation, message.type, message.content, message.template)
    message.status, message.attempts, message.next_attempt_at = Message.Status.QUEUED, 0, None
    message.wamid = message.failed_at = message.error_code = None
    message.error_title = message.error_detail = ""
    message.save()
    _publish_status(message)
    wake("outbox.drain")
    return message


@transaction.atomic
def cancel_message(*, message: Message) -> Message:
    """Take a message back that has not left.

    Raises:
        NotCancellable: it has left, or is just leaving.
    """
    message = (
        Message.objects.for_organization(message.organization_id).select_for_update(no_key=True).get(pk=message.pk)
    )
    if message.status not in (Message.Status.QUEUED, Message.Status.HELD, Message.Status.SCHEDULED):
        raise NotCancellable
    message.status = Message.Status.CANCELLED
    message.save(update_fields=["status"])
    _publish_status(message)
    return message


def hold_messages(*, number_ids: list[UUID]) -> None:
    """These numbers can't send now: their messages wait, and don't fail."""
    waiting = Message.objects.in_scope().filter(number__in=number_ids, status=Message.Status.QUEUED)
    waiting.update(status=Message.Status.HELD, next_attempt_at=None)


def release_messages(*, number_ids: list[UUID]) -> None:
    """These numbers can send again."""
    held = Message.objects.in_scope().filter(number__in=number_ids, status=Message.Status.HELD)
    held.update(status=Message.Status.QUEUED, next_attempt_at=None, error_code=None, error_title="", error_detail="")
    wake("outbox.drain")


def _sent_before(conversation: Conversation, draft: Draft) -> Message | None:
    """The message that bears this client id already.

    Raises:
        ClientIdUsed: it says something else, or says it elsewhere.
    """
    if draft.client_id is None:
        return None
    sent = Message.objects.for_organization(conversation.organization_id).filter(client_id=draft.client_id).first()
    if sent is not None and (sent.conversation_id != conversation.pk or not is_same(sent, draft)):
        raise ClientIdUsed
    return sent


def _may_send(conversation: Conversation, kind: str, content: dict[str, Any]) -> None:
    contact = conversation.contact
    if contact.is_blocked:
        raise ContactBlocked
    if _is_erased(contact):
        raise ContactErased
    if not contact.phone and not _identities(contact).filter(kind=ContactIdentity.Kind.BSUID).exists():
        raise NoAddress
    number = conversation.number
    if not number.is_active or number.deleted_at or number.status == Number.Status.DISCONNECTED:
        raise NumberNotConnected
    if not named(number.provider).capabilities.can_send(kind, content):
        raise NotThisWay
    needs_window = kind != "template" and not content.get("direct_send")
    if needs_window and conversation.thread_owner == Conversation.ThreadOwner.STANDBY:
        raise ThreadNotOurs
    if needs_window and not conversation.window_is_open(timezone.now()):
        raise WindowClosed(closed_at=conversation.window_expires_at)


def _is_allowed(conversation: Conversation, kind: str, content: dict[str, Any], template: Template | None) -> None:
    """
    Raises:
        NumberRestricted: Meta forbids the number messages of this kind now.
    """
    now = timezone.now()
    direct, outside = bool(content.get("direct_send")), not conversation.window_is_open(now)
    concerns = {
        "RESTRICTED_BIZ_INITIATED_MESSAGING": outside,
        "RESTRICTED_CUSTOMER_INITIATED_MESSAGING": not outside and kind != "template" and not direct,
        "RESTRICTED_UTILITY_TEMPLATES": template is not None and template.category == Template.Category.UTILITY,
        "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES": direct,
    }
    for each in conversation.number.restrictions_at(now):
        if concerns.get(each["type"]):
            until = f" until {each['until']}" if each.get("until") else ""
            raise NumberRestricted(f"WhatsApp forbids this number such messages{until} ({each['type']}).")


def _is_still_usable(message: Message) -> None:
    if message.type == "template" and (message.template is None or not message.template.is_usable):
        raise TemplateNotUsable


def _is_erased(contact: Contact) -> bool:
    """WhatsApp's names of whoever is merely deleted stay, since they are back as soon as they write."""
    return contact.deleted_at is not None and not _identities(contact).exists()


def _identities(contact: Contact) -> QuerySet[ContactIdentity]:
    return ContactIdentity.objects.for_organization(contact.organization_id).filter(contact=contact)


def _spoke(conversation: Conversation, message: Message) -> None:
    """The conversation moves up in the list."""
    changed = ["updated_at"]
    if message.type != "reaction":
        conversation.last_message, conversation.last_message_at = message, message.at
        changed += ["last_message", "last_message_at"]
    conversation.save(update_fields=changed)


def _publish_status(message: Message) -> None:
    publish(
        MessageStatusChanged(
            organization_id=message.organization_id, conversation_id=message.conversation_id, message_id=message.pk,
            status=message.status, error_code=message.error_code, at=timezone.now(),
            scope=scope_of(message.conversation),
        )
    )  # fmt: skip
