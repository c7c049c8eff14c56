from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from apps.contacts.models import Contact
from apps.core.errors import NotFound

RECENT = timedelta(days=7)


def contact_stats(*, organization_id: UUID, now: datetime) -> dict[str, int]:
    """How many contacts there are, how many have tags, are blocked, and came in the last seven days."""
    contacts = Contact.objects.for_organization(organization_id).present()
    counts: dict[str, int] = contacts.aggregate(
        total_contacts=Count("pk"),
        blocked_contacts=Count("pk", filter=Q(is_blocked=True)),
        recent_contacts=Count("pk", filter=Q(created_at__gte=now - RECENT)),
    )
    return counts | {"contacts_with_tags": contacts.tagged().count()}


def merged_into(*, organization_id: UUID, contact_id: str) -> Contact | None:
    """Who stayed, where this one was merged into another."""
    try:
        wanted = UUID(contact_id)
    except ValueError:
        return None
    rows = Contact.objects.for_organization(organization_id)
    return rows.present().filter(pk__in=rows.filter(pk=wanted).values("merged_into")).first()


def lock_contact(contact: Contact) -> Contact:
    """The contact as it is now, and stays until the transaction ends.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    contacts = Contact.objects.for_organization(contact.organization_id).present()
    locked = contacts.select_for_update(no_key=True).filter(pk=contact.pk).first()
    if locked is None:
        raise NotFound
    return locked
