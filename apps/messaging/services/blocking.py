"""A contact is blocked here at once; WhatsApp is told of it in the background, on every number that knows them.

WhatsApp blocks only who wrote within 24 hours. Others stay unblocked there until they write again, and what they write
is kept; we send them nothing in either case.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from apps.contacts.models import Contact, ContactIdentity
from apps.core.errors import DomainError
from apps.core.tenancy import all_organizations, organization_scope
from apps.core.wake import wake
from apps.messaging.models import Block, Conversation
from apps.whatsapp.errors import BlockNotPossible
from apps.whatsapp.models import Number, ProviderName
from apps.whatsapp.services import numbers

# Seconds until the next attempt; after the last one nobody tries again.
PATIENCE = (60, 600, 3600, 21_600)
LEASE = timedelta(minutes=2)


def note_blocks(*, contact_ids: Collection[UUID]) -> None:
    """Write down what WhatsApp has to be told of these contacts; in a scope that reaches them."""
    contacts = Contact.objects.in_scope().filter(pk__in=set(contact_ids))
    blocked = dict(contacts.filter(is_blocked=True).values_list("pk", "organization_id"))
    rows = {
        (each.contact_id, each.number_id): each
        for each in Block.objects.in_scope().filter(contact__in=set(contact_ids)).select_for_update(no_key=True)
    }
    changed = [each for each in rows.values() if each.is_blocked != (each.contact_id in blocked)]
    for each in changed:
        each.is_blocked, each.state, each.attempts = not each.is_blocked, Block.State.PENDING, 0
        each.next_attempt_at, each.error = timezone.now(), ""
        each.save()
    pairs = Conversation.objects.in_scope().filter(
        contact__in=blocked, number__provider=ProviderName.CLOUD, number__deleted_at=None
    )
    new = [
        Block(organization_id=blocked[contact_id], contact_id=contact_id, number_id=number_id, is_blocked=True)
        for contact_id, number_id in pairs.order_by().values_list("contact", "number").distinct()
        if (contact_id, number_id) not in rows
    ]
    Block.objects.in_scope().bulk_create(new, ignore_conflicts=True)
    if changed or new:
        wake("messaging.tell_blocks")


def block_again(*, contact_ids: Collection[UUID]) -> None:
    """These have just written: whoever couldn't be blocked at WhatsApp before, can be now."""
    rows = Block.objects.in_scope().filter(contact__in=set(contact_ids), is_blocked=True, state=Block.State.FAILED)
    if rows.update(state=Block.State.PENDING, attempts=0, next_attempt_at=timezone.now()):
        wake("messaging.tell_blocks")


def tell_one_block() -> int:
    """Tell WhatsApp of one that is due; returns how many there were."""
    with all_organizations("blocks: whose turn is it to be told to WhatsApp?"):
        rows = Block.objects.across_organizations().due(timezone.now())
        block = rows.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("next_attempt_at").first()
        if block is None:
            return 0
        Block.objects.across_organizations().filter(pk=block.pk).update(next_attempt_at=timezone.now() + LEASE)
    with organization_scope(block.organization_id):
        _settle(block, *_told(block))
    return 1


def _told(block: Block) -> tuple[str, str]:
    """How it ended, and why."""
    number = Number.objects.in_scope().present().filter(pk=block.number_id).first()
    who = _address_of(block.contact_id)
    if number is None or not who:
        return Block.State.FAILED, "Nobody there to be told, or nobody to be blocked."
    try:
        numbers.block_user(number=number, blocked=block.is_blocked, **who)
    except BlockNotPossible as refusal:
        return Block.State.FAILED, refusal.detail
    except DomainError as refusal:
        last = block.attempts >= len(PATIENCE)
        return (Block.State.FAILED if last else Block.State.PENDING), refusal.detail
    return Block.State.DONE, ""


def _settle(block: Block, state: str, error: str) -> None:
    """Unless somebody changed their mind meanwhile."""
    wait = PATIENCE[min(block.attempts, len(PATIENCE) - 1)]
    Block.objects.in_scope().filter(pk=block.pk, is_blocked=block.is_blocked, attempts=block.attempts).update(
        state=state, error=error[:500], attempts=block.attempts + 1,
        next_attempt_at=timezone.now() + timedelta(seconds=wait) if state == Block.State.PENDING else None,
    )  # fmt: skip


def _address_of(contact_id: UUID) -> dict[str, str]:
    contact = Contact.objects.in_scope().filter(pk=contact_id).first()
    if contact is None:
        return {}
    if contact.phone:
        return {"phone": contact.phone}
    known = ContactIdentity.objects.in_scope().filter(contact=contact_id, kind=ContactIdentity.Kind.BSUID)
    user_id = known.order_by("pk").values_list("value", flat=True).first()
    return {"user_id": user_id} if user_id else {}
