"""What others tell of contacts: WhatsApp of what they want and are called, a phone of what its owner calls them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts.services import audit
from apps.contacts.events import ContactChanged
from apps.contacts.models import Contact, ContactIdentity
from apps.contacts.querysets import Identity
from apps.contacts.services.merging import merge_all, pairs_of
from apps.contacts.services.recognition import LONGEST_NAME, Sender, lock, named_as_one, owners_of, recognise
from apps.core.events import publish

Wish = tuple[Sender, bool, datetime]
Named = tuple[UUID, Sender]  # a contact, and what WhatsApp calls whoever a message to them went to


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


def news_in(told: Sequence[Named]) -> list[Named]:
    """Those of whom something isn't known yet; one look, whatever their number."""
    known = owners_of({identity for _, sender in told for identity in sender.identities()})
    return [(pk, sender) for pk, sender in told if any(known.get(each) != pk for each in sender.identities())]


def learn_names(told: Sequence[Named]) -> None:
    """What whoever we write to is called, too. Somebody else who is called so is the same person, and merged.

    Of contacts who are gone nothing is learned. Call it in a transaction of its own: it locks contacts.
    """
    wanted = {identity: pk for pk, sender in told for identity in sender.identities()}
    owners = owners_of(wanted)
    new = {identity: pk for identity, pk in wanted.items() if identity not in owners}
    rows = ContactIdentity.objects.in_scope()
    rows.bulk_create([_row(*each) for each in sorted(new.items())], ignore_conflicts=True)
    owners |= owners_of(new)
    contacts = lock({*owners.values(), *(pk for pk, _ in told)})
    gone = {pk for pk, contact in contacts.items() if contact.deleted_at}
    rows.among(new).filter(contact_id__in=gone).delete()
    here = [(pk, sender) for pk, sender in told if pk in contacts and pk not in gone]
    owners = {identity: pk for identity, pk in owners.items() if pk not in gone}
    people = [[*(owners[each] for each in sender.identities() if each in owners), pk] for pk, sender in here]
    same = pairs_of(*named_as_one(people))
    contacts |= merge_all(same) if same else {}
    _fill({same.get(pk, pk): sender for pk, sender in here}, contacts)


def _row(identity: Identity, contact_id: UUID) -> ContactIdentity:
    return ContactIdentity(
        organization_id=identity.organization_id, contact_id=contact_id, kind=identity.kind, value=identity.value
    )


def _fill(told: Mapping[UUID, Sender], contacts: Mapping[UUID, Contact]) -> None:
    changed = [contacts[pk] for pk in sorted(told)]
    for contact in changed:
        contact.phone = contact.phone or told[contact.pk].phone or ""
        contact.updated_at = timezone.now()
    Contact.objects.in_scope().bulk_update(changed, ["phone", "updated_at"])
    publish(*(ContactChanged(organization_id=each.organization_id, contact_id=each.pk) for each in changed))


def note_refusals(*, unreachable: Mapping[UUID, datetime], stopped: Mapping[UUID, datetime]) -> None:
    """WhatsApp delivers these contacts nothing; or no marketing, since they said so to it."""
    if not unreachable and not stopped:
        return
    rows = Contact.objects.in_scope().filter(pk__among={*unreachable, *stopped})
    changed = []
    for contact in rows.select_for_update(no_key=True).order_by("pk"):
        at, since = unreachable.get(contact.pk), stopped.get(contact.pk)
        if (at is None or contact.unreachable_at) and (since is None or contact.marketing_stopped_at):
            continue
        contact.unreachable_at = contact.unreachable_at or at
        contact.marketing_stopped_at = contact.marketing_stopped_at or since
        contact.updated_at = timezone.now()
        changed.append(contact)
    if changed:
        Contact.objects.in_scope().bulk_update(changed, ["unreachable_at", "marketing_stopped_at", "updated_at"])
        publish(*(ContactChanged(organization_id=each.organization_id, contact_id=each.pk) for each in changed))


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
