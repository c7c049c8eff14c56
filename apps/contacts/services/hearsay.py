"""What others tell of contacts: WhatsApp of what they want, a phone of what its owner calls them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts.services import audit
from apps.contacts.events import ContactChanged
from apps.contacts.models import Contact
from apps.contacts.services.recognition import LONGEST_NAME, Sender, recognise
from apps.core.events import publish

Wish = tuple[Sender, bool, datetime]


def learn_wishes(wishes: Sequence[Wish]) -> None:
    """Who stops getting marketing (True) or gets it again, each at a time; the last word of each counts.

    It concerns marketing alone, and stands apart from a STOP that somebody typed.
    """
    if not wishes:
        return
    contacts = recognise(list(dict.fromkeys(sender for sender, _, _ in wishes)))
    last: dict[UUID, tuple[bool, datetime]] = {}
    for sender, stops, at in sorted(wishes, key=lambda wish: wish[2]):
        last[contacts[sender].pk] = stops, at
    changed = []
    for contact in _locked(last, "marketing_stopped_at"):
        stops, at = last[contact.pk]
        before = contact.marketing_stopped_at
        if stops == (before is not None) or (before is not None and at < before):
            continue
        contact.marketing_stopped_at = at if stops else None
        changed.append(contact)
        audit.record(
            "contacts.marketing_stopped" if stops else "contacts.marketing_resumed",
            organization_id=contact.organization_id, target="contact", target_id=contact.pk,
            after={"at": at.isoformat()},
        )  # fmt: skip
    _save(changed, "marketing_stopped_at")


def name_unnamed(names: Mapping[Sender, str]) -> None:
    """Give these names to contacts who have none that people here gave them; whoever isn't known becomes a contact."""
    if not names:
        return
    contacts = recognise(list(names))
    wanted = {contacts[sender].pk: name[:LONGEST_NAME] for sender, name in names.items() if name}
    changed = [contact for contact in _locked(wanted, "name") if not contact.name]
    for contact in changed:
        contact.name = wanted[contact.pk]
    _save(changed, "name")


def _locked(ids: Mapping[UUID, Any], field: str) -> Sequence[Contact]:
    rows = Contact.objects.in_scope().filter(pk__among=list(ids)).only("organization", field)
    return list(rows.select_for_update(no_key=True).order_by("pk"))


def _save(changed: Sequence[Contact], field: str) -> None:
    if not changed:
        return
    for contact in changed:
        contact.updated_at = timezone.now()
    Contact.objects.in_scope().bulk_update(changed, [field, "updated_at"])
    publish(*(ContactChanged(organization_id=each.organization_id, contact_id=each.pk) for each in changed))
