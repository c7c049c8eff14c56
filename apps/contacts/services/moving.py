"""Somebody got another number or another user id: what names them moves with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from apps.contacts.events import ContactChanged
from apps.contacts.models import Contact, ContactIdentity
from apps.contacts.phones import match_key
from apps.contacts.querysets import Identity
from apps.contacts.services.merging import merge_all
from apps.contacts.services.recognition import BSUID, PARENT, PHONE, lock
from apps.core.events import publish


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What WhatsApp calls somebody; None where it doesn't say."""

    phone: str | None = None
    bsuid: str | None = None
    parent_bsuid: str | None = None

    def identities(self, organization_id: UUID) -> list[Identity]:
        told = (
            (BSUID, self.bsuid), (PARENT, self.parent_bsuid), (PHONE, match_key(self.phone) if self.phone else None),
        )  # fmt: skip
        return [Identity(organization_id, kind.value, value) for kind, value in told if value]


def move_identities(*, contact: Contact, old: Names, new: Names, at: datetime | None = None) -> UUID | None:
    """Give a contact their new names, and take off them the old ones of the same kinds, which may be somebody else's
    soon.

    Where a new name is another contact's, nothing moves: two stored people aren't made one without being asked. But
    whoever is known only since the change, `at`, is the same person, and merged.

    Returns:
        The other contact who is called so; None: the names are this one's.
    """
    contact = lock([contact.pk])[contact.pk]
    learned = new.identities(contact.organization_id)
    if (other := _other(contact, learned, at)) is not None:
        return other
    rows = ContactIdentity.objects.in_scope()
    rows.bulk_create([_row(contact, each) for each in learned], ignore_conflicts=True)
    if (other := _other(contact, learned, at)) is not None:  # somebody was faster by a hair
        return other
    kinds = {each.kind for each in learned}
    gone = [each for each in old.identities(contact.organization_id) if each.kind in kinds and each not in learned]
    if gone:
        rows.among(gone).filter(contact=contact).delete()
    contact.phone, contact.updated_at = new.phone or contact.phone, timezone.now()
    contact.save(update_fields=["phone", "updated_at"])
    publish(ContactChanged(organization_id=contact.organization_id, contact_id=contact.pk))
    return None


def _other(contact: Contact, learned: Sequence[Identity], at: datetime | None) -> UUID | None:
    """Another contact who is called so; whoever is younger than the change is merged first."""
    rows = ContactIdentity.objects.in_scope().among(learned).exclude(contact=contact).select_related("contact")
    found = {row.contact_id: row.contact for row in rows.order_by("kind")}
    same = {pk: contact.pk for pk, each in found.items() if at and each.source == "whatsapp" and each.created_at >= at}
    if same:
        merge_all(same)
    return next((pk for pk in reversed(found) if pk not in same), None)


def _row(contact: Contact, each: Identity) -> ContactIdentity:
    return ContactIdentity(organization_id=contact.organization_id, contact=contact, kind=each.kind, value=each.value)
