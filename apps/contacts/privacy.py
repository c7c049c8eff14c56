"""What is kept of contacts here."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.contacts.events import ContactChanged
from apps.contacts.models import Contact, ContactIdentity, ContactTag
from apps.contacts.phones import spellings
from apps.core import privacy
from apps.core.events import publish
from apps.core.privacy import Store, Subject, Traces

CONTACTS = frozenset({"contact"})
_TEXTS = (
    "name", "profile_name", "username", "phone", "email", "company", "job_title", "notes", "source", "blocked_reason",
)  # fmt: skip


def _rows(subject: Subject) -> Any:
    return Contact.objects.for_organization(subject.organization_id).filter(pk=subject.id)


def _merged(subject: Subject) -> Any:
    """Contacts who turned out to be this one."""
    return Contact.objects.for_organization(subject.organization_id).filter(merged_into=subject.id)


def _identities(subject: Subject) -> Any:
    return ContactIdentity.objects.for_organization(subject.organization_id).filter(contact=subject.id)


def _tags(subject: Subject) -> Any:
    return ContactTag.objects.for_organization(subject.organization_id).filter(contact=subject.id)


@privacy.tracer
def trace(subject: Subject) -> Traces:
    contact = _rows(subject).first() if subject.kind == "contact" else None
    if contact is None:
        return Traces()
    everybody = [contact, *_merged(subject)]
    values = {*_identities(subject).values_list("value", flat=True)}
    names: set[str] = set()
    for each in everybody:
        values |= {each.phone, each.email.lower(), each.email, *(spellings(each.phone) if each.phone else ())}
        names |= {each.name, each.profile_name, each.username}
    ids = frozenset(str(each.pk) for each in everybody)
    return Traces(ids=ids, handles=frozenset(values - {""}), names=frozenset(names - {""}))


def _find(subject: Subject) -> int:
    blank = {**dict.fromkeys(_TEXTS, ""), "attributes": {}, "deleted_at__isnull": False}
    rows = _rows(subject).exclude(**blank).count() + _merged(subject).exclude(**blank).count()
    return int(rows + _identities(subject).count() + _tags(subject).count())


def _export(subject: Subject) -> Iterator[dict[str, Any]]:
    columns = [field.attname for field in Contact._meta.concrete_fields if not field.generated]
    yield from _rows(subject).values(*columns)
    yield from _merged(subject).values(*columns)
    yield from _identities(subject).values("kind", "value", "created_at")
    yield from ({"tag": name} for name in _tags(subject).values_list("tag__name", flat=True))


def _erase(subject: Subject) -> int:
    """The row stays, without a word in it, so that conversations and counts stay whole. Nothing leads to it any more:
    whoever writes again under the same number is a new contact."""
    contact = _rows(subject).select_for_update(no_key=True).first()
    found = _find(subject)
    if contact is None or not found:
        return 0
    for each in (contact, *_merged(subject).select_for_update(no_key=True).order_by("pk")):
        for name in _TEXTS:
            setattr(each, name, "")
        each.attributes, each.lifecycle_stage, each.deleted_at = {}, "", timezone.now()
        each.save(force_update=True)
    _identities(subject).delete()
    _tags(subject).delete()
    publish(ContactChanged(organization_id=contact.organization_id, contact_id=contact.pk))
    return found


def _names(organization_id: UUID, contact_ids: Collection[UUID]) -> dict[UUID, str]:
    contacts = Contact.objects.for_organization(organization_id).filter(pk__in=contact_ids)
    return {each.pk: each.name or each.profile_name or each.phone for each in contacts}


privacy.who_knows("contact", _names)
privacy.store(
    Store(
        "contacts.contacts", "contacts_contact with its search column, contacts_contactidentity, contacts_contacttag",
        CONTACTS, find=_find, erase=_erase, export=_export,
        note="An empty row stays, so that conversations and counts stay whole.",
    )
)  # fmt: skip
