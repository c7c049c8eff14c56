"""Who writes? Senders of WhatsApp messages become contacts, many at once and by any number of workers."""

from collections import ChainMap, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, Value, When
from django.utils import timezone

from apps.accounts.services import limits
from apps.contacts.events import ContactChanged
from apps.contacts.models import Contact, ContactIdentity
from apps.contacts.phones import match_key
from apps.contacts.querysets import Identity
from apps.core.events import publish

LONGEST_NAME = 255
_TOLD = ("profile_name", "phone", "deleted_at")  # what a sender tells about a contact
PHONE, BSUID = ContactIdentity.Kind.PHONE, ContactIdentity.Kind.BSUID


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who wrote, as the webhook names them.

    Attributes:
        phone: digits as WhatsApp spells them (`wa_id`, `from`); None where it hides them.
        bsuid: the business-scoped user id, whole.
        profile_name: what they call themselves; "" where the webhook doesn't say.
    """

    organization_id: UUID
    phone: str | None
    bsuid: str | None
    profile_name: str = ""

    def identities(self) -> list[Identity]:
        """What they can be recognised by, the phone first.

        Raises:
            ValueError: by nothing at all; or the phone is more than digits (`NotAPhone`).
        """
        found = []
        if self.phone:
            found.append(Identity(self.organization_id, PHONE.value, match_key(self.phone)))
        if self.bsuid:
            found.append(Identity(self.organization_id, BSUID.value, self.bsuid))
        if not found:
            raise ValueError("A sender has a phone or a user id.")
        return found


def recognise(senders: Sequence[Sender]) -> dict[Sender, Contact]:
    """The contact of each sender: known by phone or user id, or made now, `source` whatsapp.

    A contact who is known by one learns the other. Profile name and spelling of the phone become those of the last
    sender in the sequence; who was deleted is back. If phone and user id lead to two contacts, the phone decides.
    The number of queries doesn't depend on the number of senders. Several workers may meet the same person at once:
    there will be one contact. Call it before anything else is locked: it may wait for other workers.

    Raises:
        ValueError: a sender without phone and user id.
    """
    named = {sender: sender.identities() for sender in senders}
    owners = _owners({identity for identities in named.values() for identity in identities})
    now = timezone.now()
    new, learned = _what_is_missing(named, owners, now)
    if learned:
        Contact.objects.in_scope().bulk_create(new.values())
        owners |= _claim(learned, new, now)
    contact_ids = {sender: _owner_of(identities, owners) for sender, identities in named.items()}
    created = {pk: new[pk] for pk in contact_ids.values() if pk in new}
    known = Contact.objects.in_scope().only("organization", *_TOLD)
    contacts = {row.pk: row for row in known.filter(pk__among={*contact_ids.values()} - created.keys())} | created
    changed = _take_news(contact_ids, contacts, now)
    contacts |= changed
    if created:
        limits.note_growth({contact.organization_id for contact in created.values()}, "contacts")
    if facts := [_fact_of(contact, new) for contact in (created | changed).values()]:
        publish(*facts)
    return {sender: contacts[pk] for sender, pk in contact_ids.items()}


def note_messages(latest: Mapping[UUID, datetime]) -> None:
    """The newest messages of these contacts are of these times: `last_message_at`, which never goes back.

    Locks the contacts by id; publishes nothing, since every message has a fact of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE contacts_contact AS contact SET last_message_at = heard.at
            FROM (
                SELECT known.id, news.at
                FROM unnest(%s::uuid[], %s::timestamptz[]) AS news (id, at) JOIN contacts_contact AS known USING (id)
                WHERE known.last_message_at IS NULL OR known.last_message_at < news.at
                ORDER BY known.id FOR NO KEY UPDATE OF known
            ) AS heard
            WHERE contact.id = heard.id
            """,
            [list(latest), list(latest.values())],
        )


def _fact_of(contact: Contact, new: Mapping[UUID, Contact]) -> ContactChanged:
    return ContactChanged(organization_id=contact.organization_id, contact_id=contact.pk, created=contact.pk in new)


def _owners(identities: Collection[Identity]) -> dict[Identity, UUID]:
    """Whose they are, as far as they are known."""
    known = ContactIdentity.objects.in_scope().among(identities)
    rows = known.values_list("organization_id", "kind", "value", "contact_id")
    return {Identity(organization, kind, value): contact_id for organization, kind, value, contact_id in rows}


def _owner_of(identities: Iterable[Identity], owners: Mapping[Identity, UUID]) -> UUID:
    return next(owners[identity] for identity in identities if identity in owners)


def _what_is_missing(
    named: Mapping[Sender, Sequence[Identity]], owners: Mapping[Identity, UUID], now: datetime
) -> tuple[dict[UUID, Contact], dict[Identity, UUID]]:
    """New contacts by id, and which identities they and the known ones have yet to be given."""
    new: dict[UUID, Contact] = {}
    learned: dict[Identity, UUID] = {}
    everybody = ChainMap(learned, dict(owners))
    # Whoever tells both comes first: a phone alone and a user id alone may turn out to be the same person's.
    for sender, identities in sorted(named.items(), key=lambda each: -len(each[1])):
        missing = [identity for identity in identities if identity not in everybody]
        if not missing:
            continue
        if len(missing) == len(identities):
            contact = _contact_of(sender, now)
            new[contact.pk], owner = contact, contact.pk
        else:
            owner = _owner_of(identities, everybody)
        learned |= dict.fromkeys(missing, owner)
    return new, learned


def _contact_of(sender: Sender, now: datetime) -> Contact:
    # With every value at hand, created_at too, Django writes all rows by one UNNEST and not by placeholders.
    return Contact(
        organization_id=sender.organization_id,
        created_at=now,
        phone=sender.phone or "",
        profile_name=sender.profile_name[:LONGEST_NAME],
        source="whatsapp",
        lifecycle_stage="lead",
    )


def _claim(learned: Mapping[Identity, UUID], new: Mapping[UUID, Contact], now: datetime) -> dict[Identity, UUID]:
    """Write down what was learned, unless another worker was faster: then its contact is the one, and ours goes.

    In one order for all workers, so that two who met the same people wait for each other and not in a circle.
    """
    rows = [
        ContactIdentity(
            organization_id=identity.organization_id,
            contact_id=owner,
            kind=identity.kind,
            value=identity.value,
            created_at=now,
        )
        for identity, owner in sorted(learned.items())
    ]
    ContactIdentity.objects.in_scope().bulk_create(rows, ignore_conflicts=True)
    owners = _owners(learned)
    # By user id first, so that where both were lost the phone has the last word.
    by_kind = sorted(learned, key=lambda identity: identity.kind)
    lost = {learned[i]: owners[i] for i in by_kind if learned[i] in new and owners[i] != learned[i]}
    if lost:
        moves = [When(contact_id=ours, then=Value(theirs)) for ours, theirs in lost.items()]
        ContactIdentity.objects.in_scope().filter(contact_id__in=lost).update(contact_id=Case(*moves))
        Contact.objects.in_scope().filter(pk__in=lost).delete()
    return {identity: lost.get(owner, owner) for identity, owner in owners.items()}


def _take_news(
    contact_ids: Mapping[Sender, UUID], contacts: Mapping[UUID, Contact], now: datetime
) -> dict[UUID, Contact]:
    """Write what the senders tell otherwise than their contacts do; returns the contacts that have changed."""
    told = _told(contact_ids)
    stale = [pk for pk, news in told.items() if _differs(contacts[pk], news)]
    if not stale:
        return {}
    rows = Contact.objects.in_scope().filter(pk__among=stale).order_by("pk")
    changed = [contact for contact in rows.select_for_update(no_key=True) if _differs(contact, told[contact.pk])]
    for contact in changed:
        contact.updated_at = now
        for name, value in told[contact.pk].items():
            setattr(contact, name, value)
    Contact.objects.in_scope().bulk_update(changed, [*_TOLD, "updated_at"])
    return {contact.pk: contact for contact in changed}


def _told(contact_ids: Mapping[Sender, UUID]) -> dict[UUID, dict[str, Any]]:
    told: dict[UUID, dict[str, Any]] = defaultdict(lambda: {"deleted_at": None})
    for sender, pk in contact_ids.items():
        if sender.phone:
            told[pk]["phone"] = sender.phone
        if sender.profile_name:
            told[pk]["profile_name"] = sender.profile_name[:LONGEST_NAME]
    return told


def _differs(contact: Contact, news: Mapping[str, Any]) -> bool:
    return any(getattr(contact, name) != value for name, value in news.items())
