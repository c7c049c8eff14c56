"""What people and programs do with conversations: write, read, assign, close."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from uuid_utils.compat import uuid7

from apps.accounts.errors import NoSuchMember
from apps.accounts.models import Department, User
from apps.accounts.selectors import Access, active_member, permissions_of_member
from apps.accounts.services import limits, retention
from apps.contacts.models import Contact, ContactIdentity
from apps.contacts.services import find_or_create
from apps.core.actor import current_actor
from apps.core.constraints import constraint_means
from apps.core.events import publish
from apps.core.privacy import REDACTED
from apps.core.tenancy import organization_scope
from apps.core.wake import wake
from apps.messaging.errors import (
    AlreadyClosed,
    AlreadyOpen,
    ClientIdUsed,
    ContactBlocked,
    ContactErased,
    HeldByAColleague,
    NoSuchAgent,
    NoSuchContact,
    NoSuchDepartment,
    NoSuchMedia,
    NoSuchMessage,
    NoSuchNumber,
    NotCancellable,
    NotRetryable,
    NumberNotConnected,
    StatusNotAllowed,
    WindowClosed,
)
from apps.messaging.events import (
    ConversationAssigned,
    ConversationChanged,
    ConversationClosed,
    ConversationOpened,
    ConversationRead,
    MessageQueued,
    MessageStatusChanged,
)
from apps.messaging.models import Conversation, Message, OutboxAction
from apps.messaging.permissions import ANSWER_CONVERSATIONS
from apps.messaging.previews import preview_of
from apps.messaging.visibility import scope_of
from apps.whatsapp.errors import MessageNotValid
from apps.whatsapp.models import Media, Number
from apps.whatsapp.outbound import OutboundMessage, check, content_from
from apps.whatsapp.services.media import forget_files

MEDIA_TYPES = frozenset({"image", "video", "audio", "document", "sticker"})
RECEIPT_EXPIRES = timedelta(minutes=5)
Status = Conversation.Status
_NOT_OVER = {Message.Status.SCHEDULED, Message.Status.QUEUED, Message.Status.HELD, Message.Status.SENDING}
# Which statuses a person may set by hand; closing, reopening and assigning have rules of their own.
_BY_HAND = {Status.OPEN, Status.ACTIVE, Status.PENDING, Status.RESOLVED}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message that somebody wants to send. `content` is as the API has it for this type.

    `client_id` is made by whoever sends: the same id again is the same message, and nothing is sent twice.
    """

    type: str
    content: dict[str, Any] = field(default_factory=dict)
    media_id: UUID | None = None
    reply_to: UUID | None = None
    client_id: UUID | None = None
    sender_kind: str = Message.Sender.AGENT
    lane: int = Message.Lane.AGENTS


@transaction.atomic
def send_message(*, conversation: Conversation, draft: Draft, by: User | None) -> Message:
    """Put a message into the outbox; the sender takes it from there.

    Raises:
        WindowClosed: the customer wrote more than 24 hours ago.
        ContactErased: nothing of them is left.
        ContactBlocked, NumberNotConnected, NoSuchMedia, NoSuchMessage
        ClientIdUsed: this client id named another message before.
        LimitExceeded: longer, larger or more than WhatsApp takes.
        PlanLimitReached: the plan's messages of this month are used up.
    """
    conversation = _lock(conversation)
    if known := _sent_before(conversation, draft):
        return known
    _may_send(conversation)
    media, target = _media(conversation, draft), _target(conversation, draft)
    content = _content(draft, media)
    _check(draft, content, target)
    limits.queue_messages(conversation.organization_id)
    held = conversation.number.status == Number.Status.HELD
    now = timezone.now()
    with constraint_means("messaging_client_id_once", ClientIdUsed()):
        message = Message.objects.for_organization(conversation.organization_id).create(
            id=uuid7(), conversation=conversation, contact_id=conversation.contact_id, number=conversation.number,
            direction=Message.Direction.OUTBOUND, sender_kind=draft.sender_kind, sender=by, client_id=draft.client_id,
            type=draft.type, content=content, text=preview_of(draft.type, content), media=media, reply_to=target,
            reply_to_wamid=(target.wamid or "") if target else "", lane=draft.lane, at=now, created_at=now,
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
        WindowClosed, ContactBlocked, ContactErased, NumberNotConnected
    """
    conversation = _lock(message.conversation)
    message = (
        Message.objects.for_organization(message.organization_id).select_for_update(no_key=True).get(pk=message.pk)
    )
    if message.status not in (Message.Status.FAILED, Message.Status.UNCERTAIN):
        raise NotRetryable
    _may_send(conversation)
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


@dataclass(frozen=True)
class Started:
    conversation: Conversation
    is_new: bool


@transaction.atomic
def start_conversation(
    *,
    organization_id: UUID,
    number_id: UUID,
    contact_id: UUID | None = None,
    phone: str = "",
    name: str = "",
    by: User,
    access: Access | None = None,
) -> Started:
    """The open conversation with this contact on this number, or a new one, which its maker has.

    Raises:
        NoSuchNumber, NoSuchContact, ContactBlocked
        HeldByAColleague: there is one, and `access` doesn't let its holder see it.
        NotAPhone: the phone is none.
    """
    number = Number.objects.for_organization(organization_id).present().filter(pk=number_id).first()
    if number is None:
        raise NoSuchNumber
    contact = _contact(organization_id, contact_id, phone, name)
    if contact.is_blocked:
        raise ContactBlocked
    pair = Conversation.objects.for_organization(organization_id).open().filter(contact=contact, number=number)
    if known := pair.first():
        return _found(known, access)
    now = timezone.now()
    rows = Conversation.objects.for_organization(organization_id)
    new = Conversation(
        contact=contact, number=number, status=Status.ACTIVE, assignee=by, assigned_at=now, last_message_at=now,
        created_at=now,
    )  # fmt: skip
    try:
        with constraint_means("messaging_one_open_conversation", AlreadyOpen()):
            conversation = rows.bulk_create([new])[0]
    except AlreadyOpen:  # the customer wrote at this very moment
        return _found(pair.get(), access)
    publish(
        ConversationOpened(
            organization_id=organization_id, conversation_id=conversation.pk, contact_id=contact.pk,
            number_id=number.pk, scope=scope_of(conversation),
        )
    )  # fmt: skip
    return Started(conversation, is_new=True)


@transaction.atomic
def mark_read(*, conversation: Conversation) -> Conversation:
    """Nothing is unread any more, and the customer sees blue ticks."""
    conversation = _lock(conversation)
    if conversation.unread_count:
        _set_unread(conversation, 0)
        _send_receipt(conversation)
    return conversation


@transaction.atomic
def mark_unread(*, conversation: Conversation) -> Conversation:
    """Somebody shall look at it again."""
    conversation = _lock(conversation)
    if not conversation.unread_count:
        _set_unread(conversation, 1)
    return conversation


@transaction.atomic
def assign(*, conversation: Conversation, agent_id: UUID | None, by: User) -> Conversation:
    """Give it to an agent, or to nobody.

    Raises:
        NoSuchAgent: nobody active here has the id.
        StatusNotAllowed: it is closed.
    """
    if agent_id is not None:
        try:  # the agent's lock comes before the conversation's: who is let out at this moment gets nothing more
            member = active_member(organization_id=conversation.organization_id, user_id=agent_id, lock=True)
        except NoSuchMember as error:
            raise NoSuchAgent from error
        if ANSWER_CONVERSATIONS not in permissions_of_member(member, member.organization):
            raise NoSuchAgent("This person's role doesn't answer customers.")
    conversation = _lock(conversation)
    if not conversation.is_open:
        raise StatusNotAllowed
    before = (conversation.assignee_id, conversation.department_id)
    conversation.assignee_id = agent_id
    conversation.assigned_at = timezone.now() if agent_id else None
    conversation.status = Status.ACTIVE if agent_id else Status.OPEN
    conversation.save(update_fields=["assignee", "assigned_at", "status", "updated_at"])
    publish(
        ConversationAssigned(
            organization_id=conversation.organization_id, conversation_id=conversation.pk, assignee_id=agent_id,
            by_id=by.pk, scope=scope_of(before, conversation),
        )
    )  # fmt: skip
    return conversation


@transaction.atomic
def hand_back(*, user_ids: Collection[UUID]) -> None:
    """Open conversations of people who were let out wait for somebody else."""
    rows = Conversation.objects.in_scope()
    held = rows.open().filter(assignee__in=user_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    found = list(held.only("organization", "assignee", "department"))
    waiting = Case(When(status=Status.ACTIVE, then=Value(Status.OPEN)), default=F("status"))
    rows.filter(pk__in=[each.pk for each in found]).update(
        assignee=None, assigned_at=None, status=waiting, updated_at=timezone.now()
    )
    publish(
        *(
            ConversationAssigned(
                organization_id=each.organization_id, conversation_id=each.pk, assignee_id=None,
                by_id=current_actor().id, scope=scope_of(each, (None, each.department_id)),
            )
            for each in found
        )
    )  # fmt: skip


@transaction.atomic
def close(*, conversation: Conversation, by: User, reason: str = "", resolved: bool = True) -> Conversation:
    """Finish it; the customer's next message within a day opens it again, a later one begins a new one.

    Raises:
        AlreadyClosed
    """
    conversation = _lock(conversation)
    if not conversation.is_open:
        raise AlreadyClosed
    conversation.status = Status.RESOLVED if resolved else Status.CLOSED
    conversation.closed_at, conversation.closed_by, conversation.close_reason = timezone.now(), by, reason
    conversation.unread_count = 0
    conversation.save(update_fields=["status", "closed_at", "closed_by", "close_reason", "unread_count", "updated_at"])
    publish(
        ConversationClosed(
            organization_id=conversation.organization_id, conversation_id=conversation.pk, status=conversation.status,
            by_id=by.pk, scope=scope_of(conversation),
        )
    )  # fmt: skip
    return conversation


@transaction.atomic
def reopen(*, conversation: Conversation) -> Conversation:
    """Take a finished conversation up again.

    Raises:
        AlreadyOpen: this one, or another with the same contact on the same number.
    """
    conversation = _lock(conversation)
    if conversation.is_open:
        raise AlreadyOpen
    conversation.status = Status.ACTIVE if conversation.assignee_id else Status.OPEN
    conversation.closed_at = conversation.closed_by = None
    conversation.close_reason = ""
    with constraint_means("messaging_one_open_conversation", AlreadyOpen()):
        conversation.save(update_fields=["status", "closed_at", "closed_by", "close_reason", "updated_at"])
    publish(
        ConversationOpened(
            organization_id=conversation.organization_id, conversation_id=conversation.pk,
            contact_id=conversation.contact_id, number_id=conversation.number_id, reopened=True,
            scope=scope_of(conversation),
        )
    )  # fmt: skip
    return conversation


@transaction.atomic
def change(*, conversation: Conversation, by: User, **values: Any) -> Conversation:
    """Change status, priority, labels or department by hand.

    Raises:
        NoSuchDepartment: none of the organization's is active under this id.
        StatusNotAllowed: this status isn't set by hand, or the conversation is closed.
        AlreadyClosed
    """
    status = values.pop("status", None)
    if status in (Status.RESOLVED, Status.CLOSED):
        return close(conversation=conversation, by=by, resolved=status == Status.RESOLVED)
    conversation = _lock(conversation)
    before = (conversation.assignee_id, conversation.department_id)
    if values.get("department_id"):
        _check_department(conversation.organization_id, values["department_id"])
    if status is not None:
        if status not in _BY_HAND or not conversation.is_open:
            raise StatusNotAllowed
        values["status"] = status
    for name, value in values.items():
        setattr(conversation, name, value)
    conversation.save(update_fields=[*values, "updated_at"])
    publish(
        ConversationChanged(
            organization_id=conversation.organization_id, conversation_id=conversation.pk, status=conversation.status,
            scope=scope_of(before, conversation),
        )
    )  # fmt: skip
    return conversation


def hold_messages(*, number_ids: list[UUID]) -> None:
    """These numbers can't send now: their messages wait, and don't fail."""
    waiting = Message.objects.in_scope().filter(number__in=number_ids, status=Message.Status.QUEUED)
    waiting.update(status=Message.Status.HELD)


def release_messages(*, number_ids: list[UUID]) -> None:
    """These numbers can send again."""
    held = Message.objects.in_scope().filter(number__in=number_ids, status=Message.Status.HELD)
    held.update(status=Message.Status.QUEUED, error_code=None, error_title="", error_detail="")
    wake("outbox.drain")


def forget_content(*, organization_id: UUID, message_ids: Sequence[UUID], wamids: bool = False) -> int:
    """Messages stay as places in their threads, without what they said and without files that no other message has.
    What has not left yet doesn't leave. Returns how many.

    Args:
        wamids: their ids at WhatsApp go, too: those hold the customer's number.
    """
    everybodys = Message.objects.for_organization(organization_id)
    rows = everybodys.filter(pk__in=message_ids)
    files = {*rows.exclude(media=None).values_list("media_id", flat=True)}
    shared = {*everybodys.filter(media__in=files).exclude(pk__in=message_ids).values_list("media_id", flat=True)}
    forget_files(organization_id=organization_id, media_ids=files - shared)
    waiting = [Message.Status.QUEUED, Message.Status.HELD, Message.Status.SCHEDULED]
    rows.filter(status__in=waiting).update(status=Message.Status.CANCELLED)
    ids: dict[str, Any] = {"wamid": None, "reply_to_wamid": ""} if wamids else {}
    return rows.update(content=REDACTED, text="", media=None, error_detail="", **ids)


def forget_old_messages() -> int:
    """What messages said that are older than their organizations keep them; returns how many were looked at."""
    return sum(_forget_before(*each) for each in retention.ends("messages_days").items())


def _forget_before(organization_id: UUID, end: datetime) -> int:
    with organization_scope(organization_id):
        done = retention.mark_of("messages", organization_id)
        rows = Message.objects.for_organization(organization_id).order_by("pk")
        old = rows.filter(pk__gt=done, pk__lt=retention.first_key_at(end)).values_list("pk", "status")
        page = list(old[: retention.BATCH])
        if not page:
            return 0
        over = [pk for pk, status in page if status not in _NOT_OVER]
        forget_content(organization_id=organization_id, message_ids=over)
    retention.set_mark("messages", organization_id, page[-1][0])
    return len(page)


def _lock(conversation: Conversation) -> Conversation:
    rows = Conversation.objects.for_organization(conversation.organization_id)
    return rows.select_for_update(no_key=True, of=("self",)).select_related("number", "contact").get(pk=conversation.pk)


def _sent_before(conversation: Conversation, draft: Draft) -> Message | None:
    """The message that bears this client id already.

    Raises:
        ClientIdUsed: it says something else, or says it elsewhere.
    """
    if draft.client_id is None:
        return None
    sent = Message.objects.for_organization(conversation.organization_id).filter(client_id=draft.client_id).first()
    if sent is not None and (sent.conversation_id != conversation.pk or not _same(sent, draft)):
        raise ClientIdUsed
    return sent


def _same(sent: Message, draft: Draft) -> bool:
    said = {name: sent.content.get(name) for name in draft.content}
    return (sent.type, sent.media_id, said) == (draft.type, draft.media_id, draft.content)


def _may_send(conversation: Conversation) -> None:
    contact = conversation.contact
    if contact.is_blocked:
        raise ContactBlocked
    if _is_erased(contact):
        raise ContactErased
    number = conversation.number
    if not number.is_active or number.deleted_at or number.status == Number.Status.DISCONNECTED:
        raise NumberNotConnected
    if not conversation.window_is_open(timezone.now()):
        raise WindowClosed


def _is_erased(contact: Contact) -> bool:
    """WhatsApp's names of whoever is merely deleted stay, since they are back as soon as they write."""
    identities = ContactIdentity.objects.for_organization(contact.organization_id).filter(contact=contact)
    return contact.deleted_at is not None and not identities.exists()


def _found(known: Conversation, access: Access | None) -> Started:
    rows = Conversation.objects.for_organization(known.organization_id)
    if access is not None and not rows.visible_to(access).filter(pk=known.pk).exists():
        raise HeldByAColleague
    return Started(known, is_new=False)


def _check_department(organization_id: UUID, department_id: UUID) -> None:
    if not Department.objects.for_organization(organization_id).active().filter(pk=department_id).exists():
        raise NoSuchDepartment


def _media(conversation: Conversation, draft: Draft) -> Media | None:
    if draft.media_id is None:
        return None
    rows = Media.objects.for_organization(conversation.organization_id)
    media = rows.filter(pk=draft.media_id, state=Media.State.READY).first()
    if media is None:
        raise NoSuchMedia
    return media


def _target(conversation: Conversation, draft: Draft) -> Message | None:
    if draft.reply_to is None:
        return None
    rows = Message.objects.for_organization(conversation.organization_id)
    # A message without a wamid is not at WhatsApp yet: nobody there could quote it.
    target = rows.filter(pk=draft.reply_to, conversation=conversation, wamid__isnull=False).first()
    if target is None:
        raise NoSuchMessage
    return target


def _content(draft: Draft, media: Media | None) -> dict[str, Any]:
    content = dict(draft.content)
    if draft.type == "document" and media is not None:
        content["filename"] = content.get("filename") or media.filename or "file"
    if draft.type == "reaction":
        content["message_id"] = str(draft.reply_to)
    if media is None and draft.type in MEDIA_TYPES:
        raise NoSuchMedia(f"A message of type {draft.type} needs an uploaded file.")
    return content


def _check(draft: Draft, content: dict[str, Any], target: Message | None) -> None:
    """Refuse what WhatsApp would refuse, naming the field as the API does."""
    try:
        outgoing = content_from(draft.type, content, target=target.wamid if target else None)
        check(OutboundMessage(content=outgoing))
    except MessageNotValid as error:
        if draft.type in ("text", "location", "reaction") and error.field != draft.type:
            error.field = f"{draft.type}.{error.field}"
        raise


def _spoke(conversation: Conversation, message: Message) -> None:
    """The conversation moves up in the list."""
    changed = ["updated_at"]
    if message.type != "reaction":
        conversation.last_message, conversation.last_message_at = message, message.at
        changed += ["last_message", "last_message_at"]
    conversation.save(update_fields=changed)


def _contact(organization_id: UUID, contact_id: UUID | None, phone: str, name: str) -> Contact:
    if contact_id is None:
        return find_or_create(organization_id=organization_id, phone=phone, name=name)
    contact = Contact.objects.for_organization(organization_id).present().filter(pk=contact_id).first()
    if contact is None:
        raise NoSuchContact
    return contact


def _set_unread(conversation: Conversation, count: int) -> None:
    conversation.unread_count = count
    conversation.save(update_fields=["unread_count", "updated_at"])
    publish(
        ConversationRead(
            organization_id=conversation.organization_id, conversation_id=conversation.pk, unread_count=count,
            scope=scope_of(conversation),
        )
    )  # fmt: skip


def _send_receipt(conversation: Conversation) -> None:
    """WhatsApp takes the last one for all before it."""
    inbound = Message.objects.for_organization(conversation.organization_id).filter(
        conversation=conversation, direction=Message.Direction.INBOUND, wamid__isnull=False
    )
    last = inbound.order_by("-at", "-pk").first()
    if last is None or last.wamid is None or conversation.number.status != Number.Status.CONNECTED:
        return
    OutboxAction.objects.for_organization(conversation.organization_id).create(
        number=conversation.number, wamid=last.wamid, expires_at=timezone.now() + RECEIPT_EXPIRES
    )
    wake("outbox.drain")


def _publish_status(message: Message) -> None:
    publish(
        MessageStatusChanged(
            organization_id=message.organization_id, conversation_id=message.conversation_id, message_id=message.pk,
            status=message.status, error_code=message.error_code, at=timezone.now(),
            scope=scope_of(message.conversation),
        )
    )  # fmt: skip
