"""Two contacts turn out to be one person: what is known of both goes to one, and the other leads there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, Value, When
from django.utils import timezone

from apps.accounts.services import audit
from apps.contacts.errors import NoSuchOther, SameContact
from apps.contacts.events import ContactChanged, ContactsMerged
from apps.contacts.models import Contact, ContactIdentity
from apps.core.batches import despite_deadlocks
from apps.core.errors import NotFound
from apps.core.events import publish

LONGEST_NOTES = 20_000
_FILLED = (
    "name", "profile_name", "username", "phone", "email", "company", "job_title", "source", "lifecycle_stage",
    "opted_in_at",
)  # fmt: skip
_FIELDS = [
    *_FILLED, "notes", "attributes", "opted_in", "opted_out_at", "marketing_stopped_at", "unreachable_at", "is_blocked",
    "blocked_at", "blocked_reason", "is_vip", "last_message_at", "created_at", "updated_at", "deleted_at",
    "merged_into",
]  # fmt: skip
_TAGS = """
    WITH gone AS (
        DELETE FROM contacts_contacttag AS tagged USING unnest(%s::uuid[], %s::uuid[]) AS pair (other, into_id)
        WHERE tagged.contact_id = pair.other RETURNING tagged.organization_id, pair.into_id, tagged.tag_id
    )
    INSERT INTO contacts_contacttag (id, organization_id, contact_id, tag_id)
    SELECT uuidv7(), * FROM (SELECT DISTINCT * FROM gone) AS kept ON CONFLICT (contact_id, tag_id) DO NOTHING
"""


def merge(*, contact: Contact, other_id: UUID) -> Contact:
    """Somebody says that the other one is this contact, too. Returns the one who stays.

    Statuses lock a message before its contact, and this the contacts before their messages.

    Raises:
        NotFound: the contact was deleted or merged meanwhile.
        NoSuchOther: there is no other contact of this id. SameContact: it is this one.
    """
    if other_id == contact.pk:
        raise SameContact
    return despite_deadlocks(lambda: _merge(contact, other_id))


def _merge(contact: Contact, other_id: UUID) -> Contact:
    rows = Contact.objects.for_organization(contact.organization_id).present()
    locked = rows.filter(pk__in=[contact.pk, other_id]).select_for_update(no_key=True).order_by("pk")
    found = {row.pk: row for row in locked}
    if contact.pk not in found:
        raise NotFound
    if other_id not in found:
        raise NoSuchOther
    _record(found[contact.pk], found[other_id])
    return merge_all({other_id: contact.pk})[contact.pk]


def merge_all(pairs: Mapping[UUID, UUID]) -> dict[UUID, Contact]:
    """Make one contact of each pair; the statements don't grow with the pairs.

    Nobody gets more because of it than before: whoever blocked one of them, or was asked by one of them not to write,
    did so for both.

    Args:
        pairs: who goes, and into whom; their rows are locked by id, before any conversation's.

    Returns:
        Those who stay, by id.
    """
    now = timezone.now()
    ids = {*pairs, *pairs.values()}
    locked = Contact.objects.in_scope().filter(pk__among=ids).select_for_update(no_key=True).order_by("pk")
    rows = {row.pk: row for row in locked}
    for other, into in sorted(pairs.items()):
        _take_over(rows[into], rows[other], now)
    Contact.objects.in_scope().bulk_update(rows.values(), _FIELDS)
    to = Case(*(When(contact_id=other, then=Value(into)) for other, into in pairs.items()))
    ContactIdentity.objects.in_scope().filter(contact_id__in=pairs).update(contact_id=to)
    to = Case(*(When(merged_into_id=other, then=Value(into)) for other, into in pairs.items()))
    Contact.objects.in_scope().filter(merged_into_id__in=pairs).update(merged_into_id=to)
    with connection.cursor() as cursor:
        cursor.execute(_TAGS, [list(pairs), list(pairs.values())])
    publish(*_facts(rows, pairs))
    return {pk: rows[pk] for pk in pairs.values()}


def pairs_of(groups: Iterable[Sequence[UUID]], phones: Mapping[UUID, set[str]]) -> dict[UUID, UUID]:
    """Who goes into whom, where messages name several contacts as one person each.

    The one with a phone stays, of two without the older. Where both have one, each its own, the message doesn't make
    them one: a number gets another owner, and then it is a person who decides.

    Args:
        groups: contacts who are called one person, the one of the phone first.
    """
    phones = {pk: set(values) for pk, values in phones.items()}
    root: dict[UUID, UUID] = {}

    def root_of(pk: UUID) -> UUID:
        while pk in root:
            pk = root[pk]
        return pk

    for group in groups:
        for each in group[1:]:
            one, other = root_of(group[0]), root_of(each)
            if one == other or (phones.get(one) and phones.get(other)):
                continue
            into, gone = sorted((one, other), key=lambda pk: (not phones.get(pk), pk))
            root[gone] = into
    return {pk: root_of(pk) for pk in root}


def _record(into: Contact, other: Contact) -> None:
    audit.record(
        "contacts.merged", organization_id=into.organization_id, target="contact", target_id=into.pk,
        before={"other_id": str(other.pk), "name": other.display_name, "phone": other.phone}, subject_id=into.pk,
        personal=("name", "phone"),
    )  # fmt: skip


def _take_over(into: Contact, other: Contact, now: datetime) -> None:
    for name in _FILLED:
        setattr(into, name, getattr(into, name) or getattr(other, name))
    into.notes = "\n\n".join(filter(None, dict.fromkeys((into.notes, other.notes))))[:LONGEST_NOTES]
    into.attributes = other.attributes | into.attributes
    if into.opted_in and not other.opted_in:
        into.opted_in = False
    into.opted_out_at = None if into.opted_in else _last(into.opted_out_at, other.opted_out_at)
    into.marketing_stopped_at = _last(into.marketing_stopped_at, other.marketing_stopped_at)
    into.unreachable_at = _last(into.unreachable_at, other.unreachable_at)
    if other.is_blocked and not into.is_blocked:
        into.is_blocked, into.blocked_at, into.blocked_reason = True, other.blocked_at, other.blocked_reason
    into.is_vip = into.is_vip or other.is_vip
    into.last_message_at = _last(into.last_message_at, other.last_message_at)
    into.created_at = min(into.created_at, other.created_at)
    into.updated_at = other.updated_at = now
    other.deleted_at, other.merged_into = now, into


def _last(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _facts(rows: Mapping[UUID, Contact], pairs: Mapping[UUID, UUID]) -> list[ContactsMerged | ContactChanged]:
    merged = [
        ContactsMerged(organization_id=rows[into].organization_id, contact_id=into, other_id=other)
        for other, into in sorted(pairs.items())
    ]
    changed = [ContactChanged(organization_id=rows[pk].organization_id, contact_id=pk) for pk in sorted(rows)]
    return [*merged, *changed]
