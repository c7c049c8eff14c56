from uuid import UUID

from apps.accounts.services import limits
from apps.contacts.models import Contact


@limits.counts("contacts")
def contacts_of(organization_id: UUID) -> int:
    return Contact.objects.in_scope().present().filter(organization=organization_id).count()
