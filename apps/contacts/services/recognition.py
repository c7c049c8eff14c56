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
from apps.contacts.services.merging import merge_all, pairs_of
from apps.core.events import publish

LONGEST_NAME, LONGEST_USERNAME = 255, 64
_TOLD = ("profile_name", "username", "phone", "deleted_at")  # what a sender tells about a contact
PHONE, BSUID = ContactIdentity.Kind.PHONE, ContactIdentity.Kind.BSUID
PARENT = ContactIdentity.Kind.PARENT_BSUID


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who wrote, as the webhook names them.

    Attributes:
        phone: digits as WhatsApp spells them (`wa_id`, `from`); None where it hides them.
        bsuid: the business-scoped user id, whole.
        profile_name: what they call themselves; "" where the webhook doesn't say.
        parent_bsuid: the user id that linked portfolios share.
        username: changes freely, and nobody is recognised by it; "" where the webhook doesn't say.
    """

    organization_id: UUID
    phone: str | None
    bsuid: str | None
    profile_name: str = ""
    parent_bsuid: str | None = None
    username: str = ""

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
        if self.parent_bsuid:
            found.append(Identity(self.organization_id, PARENT.value, self.parent_bsuid))
        if not found:
            raise ValueError("A sender has a phone or a user id.")
        return found


def recognise(senders: Sequence[Sender]) -> dict[Sender, Contact]:
    """The contact of each sender: known by phone or user id, or made now, `source` whatsapp.

    A contact who is known by one learns the others. Profile name, username and spelling of the phone become those of
    the last sender in the sequence; who was deleted is back. If phone and user id lead to two contacts, these are
    merged, unless they have phones of their own: then the phone decides.
    The number of queries doesn't depend on the number of senders. Several workers may meet the same person at once:
    there will be one contact. The contacts are locked by id, so that nobody merges them while something is stored
    for them. Call it before anything else is locked: it may wait for other workers.

    Raises:
        ValueError: a sender without phone and user id.
    """
    named = {sender: sender.identities() for sender in senders}
    owners = owners_of({identity for identities in named.values() for identity in identities})
    now = timezone.now()
    new, learned = _what_is_missing(named, owners, now)
    if learned:
        Contact.objects.in_scope().bulk_create(new.values())
        owners |= claim(learned, new, now)
    contact_ids = {sender: _owner_of(identities, owners) for sender, identities in named.items()}
    found = {*owners.values()}
    known = lock(found - new.keys())
    if gone := {pk: contact.merged_into_id for pk, contact in known.items() if contact.merged_into_id}:
        _follow(gone)
        return recognise(senders)  # with another worker's knowledge: who they are now is committed, and locked
    contacts = known | {pk: new[pk] for pk in new.keys() & found}
    if same := pairs_of(*named_as_one([[owners[i] for i in identities] for identities in named.values()])):
        contacts |= merge_all(same)
        contact_ids = {sender: same.get(pk, pk) for sender, pk in contact_ids.items()}
    created = {pk: new[pk] for pk in contact_ids.values() if pk in new}
    changed = _take_news(contact_ids, contacts, now)
    contacts |= changed
    if created:
        limits.note_growth({contact.organization_id for contact in created.values()}, "contacts")
    if facts := [_fact_of(contact, new) for contact in (created | changed).values()]:
        publish(*facts)
    return {sender: contacts[pk] for sender, pk in contact_ids.items()}


def lock(ids: Collection[UUID]) -> dict[UUID, Contact]:
    """Contacts as they are now, by id; they stay so until the transaction ends."""
    if not ids:
        return {}
    rows = Contact.objects.in_scope().only("organization", "merged_into", *_TOLD).filter(pk__among=ids)
    return {row.pk: row for row in rows.select_for_update(no_key=True).order_by("pk")}


def named_as_one(people: Iterable[Sequence[UUID]]) -> tuple[list[Sequence[UUID]], dict[UUID, set[str]]]:
    """The contacts of those people who have several, and the phones of these."""
    groups = [contacts for contacts in people if len(set(contacts)) > 1]
    phones: dict[UUID, set[str]] = defaultdict(set)
    if groups:
        ids = {pk for contacts in groups for pk in contacts}
        rows = ContactIdentity.objects.in_scope().filter(contact_id__in=ids, kind=PHONE)
        for contact_id, value in rows.values_list("contact_id", "value"):
            phones[contact_id].add(value)
    return groups, phones


def note_messages(latest: Mapping[UUID, datetime], heard: Collection[UUID] = ()) -> None:
    """The newest messages of these contacts are of these times: `last_message_at`, which never goes back.

    Locks the contacts by id; publishes nothing, since every message has a fact of its own.

    Args:
        heard: who wrote themselves: whoever writes can be reached.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE contacts_contact AS contact SET
                last_message_at = greatest(contact.last_message_at, heard.at),
                unreachable_at = CASE WHEN NOT heard.itself OR contact.unreachable_at > heard.at
                    THEN contact.unreachable_at END
            FROM (
                SELECT known.id, news.at, news.itself
                FROM unnest(%s::uuid[], %s::timestamptz[], %s::bool[]) AS news (id, at, itself)
                JOIN contacts_contact AS known USING (id)
                WHERE known.last_message_at IS NULL OR known.last_message_at < news.at
                    OR news.itself AND known.unreachable_at <= news.at
                ORDER BY known.id FOR NO KEY UPDATE OF known
            ) AS heard
            WHERE contact.id = heard.id
            """,
            [list(latest), list(latest.values()), [pk in heard for pk in latest]],
        )


def _fact_of(contact: Contact, new: Mapping[UUID, Contact]) -> ContactChanged:
    return ContactChanged(organization_id=contact.organization_id, contact_id=contact.pk, created=contact.pk in new)


def owners_of(identities: Collection[Identity]) -> dict[Identity, UUID]:
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
        username=_username(sender),
        source="whatsapp",
        lifecycle_stage="lead",
    )


def claim(learned: Mapping[Identity, UUID], new: Mapping[UUID, Contact], now: datetime) -> dict[Identity, UUID]:
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
    owners = owners_of(learned)
    # By user id first, so that where both were lost the phone has the last word.
    by_kind = sorted(learned, key=lambda identity: identity.kind)
    lost = {learned[i]: owners[i] for i in by_kind if learned[i] in new and owners[i] != learned[i]}
    if lost:
        moves = [When(contact_id=ours, then=Value(theirs)) for ours, theirs in lost.items()]
        ContactIdentity.objects.in_scope().filter(contact_id__in=lost).update(contact_id=Case(*moves))
        Contact.objects.in_scope().filter(pk__in=lost).delete()
    return {identity: lost.get(owner, owner) for identity, owner in owners.items()}


def _follow(gone: Mapping[UUID, UUID]) -> None:
    """What we have just claimed for contacts whom another worker merged meanwhile goes where all theirs went."""
    to = Case(*(When(contact_id=pk, then=Value(into)) for pk, into in gone.items()))
    ContactIdentity.objects.in_scope().filter(contact_id__in=gone).update(contact_id=to)


def _take_news(
    contact_ids: Mapping[Sender, UUID], contacts: Mapping[UUID, Contact], now: datetime
) -> dict[UUID, Contact]:
    """Write what the senders tell otherwise than their contacts do; returns the contacts that have changed."""
    told = _told(contact_ids)
    changed = [contacts[pk] for pk in sorted(told) if _differs(contacts[pk], told[pk])]
    if not changed:
        return {}
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
        if sender.username:
            told[pk]["username"] = _username(sender)
    return told


def _username(sender: Sender) -> str:
    return sender.username.removeprefix("@").lower()[:LONGEST_USERNAME]


def _differs(contact: Contact, news: Mapping[str, Any]) -> bool:
    return any(getattr(contact, name) != value for name, value in news.items())
