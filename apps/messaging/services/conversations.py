"""What people and programs do with conversations: begin, assign, change, close, reopen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from apps.accounts.errors import NoSuchMember
from apps.accounts.models import Department, User
from apps.accounts.selectors import Access, active_member, permissions_of_member
from apps.contacts.models import Contact
from apps.contacts.selectors import lock_contact
from apps.contacts.services import find_or_create
from apps.core.actor import current_actor
from apps.core.constraints import constraint_means
from apps.core.events import publish
from apps.messaging.errors import (
    AlreadyClosed,
    AlreadyOpen,
    ContactBlocked,
    HeldByAColleague,
    NoSuchAgent,
    NoSuchContact,
    NoSuchDepartment,
    NoSuchNumber,
    StatusNotAllowed,
)
from apps.messaging.events import ConversationAssigned, ConversationChanged, ConversationClosed, ConversationOpened
from apps.messaging.models import Conversation
from apps.messaging.permissions import ANSWER_CONVERSATIONS
from apps.messaging.selectors import lock_conversation
from apps.messaging.visibility import scope_of
from apps.whatsapp.models import Number

Status = Conversation.Status
# Which statuses a person may set by hand; closing, reopening and assigning have rules of their own.
_BY_HAND = {Status.OPEN, Status.ACTIVE, Status.PENDING, Status.RESOLVED}


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
    conversation = lock_conversation(conversation)
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
    conversation = lock_conversation(conversation)
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
    conversation = lock_conversation(conversation)
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
    conversation = lock_conversation(conversation)
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


def _contact(organization_id: UUID, contact_id: UUID | None, phone: str, name: str) -> Contact:
    if contact_id is None:
        return lock_contact(find_or_create(organization_id=organization_id, phone=phone, name=name))
    # Locked: nobody makes them part of another contact while their conversation begins.
    contacts = Contact.objects.for_organization(organization_id).present().select_for_update(no_key=True)
    contact = contacts.filter(pk=contact_id).first()
    if contact is None:
        raise NoSuchContact
    return contact


def _found(known: Conversation, access: Access | None) -> Started:
    rows = Conversation.objects.for_organization(known.organization_id)
    if access is not None and not rows.visible_to(access).filter(pk=known.pk).exists():
        raise HeldByAColleague
    return Started(known, is_new=False)


def _check_department(organization_id: UUID, department_id: UUID) -> None:
    if not Department.objects.for_organization(organization_id).active().filter(pk=department_id).exists():
        raise NoSuchDepartment
