"""Contacts as people keep them: added, changed, blocked, deleted."""

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.services import audit, limits
from apps.contacts.errors import PhoneNotValid, PhoneTaken
from apps.contacts.events import ContactChanged
from apps.contacts.models import Contact, ContactIdentity
from apps.contacts.phones import NotAPhone, match_key, normalise
from apps.contacts.querysets import ContactIdentityQuerySet, ContactQuerySet
from apps.contacts.selectors import lock_contact
from apps.core.constraints import constraint_means
from apps.core.events import publish

PHONE = ContactIdentity.Kind.PHONE


class Details(TypedDict, total=False):
    """What people may say about a contact."""

    name: str
    email: str
    company: str
    job_title: str
    notes: str
    attributes: dict[str, Any]
    source: str
    lifecycle_stage: str
    opted_in: bool


@transaction.atomic
def create_contact(*, organization_id: UUID, phone: str, **details: Unpack[Details]) -> Contact:
    """Add a contact. One who was deleted and had this number comes back, with these details.

    Args:
        phone: as people write it, see `phones.normalise()`.

    Raises:
        PhoneNotValid
        PhoneTaken: somebody has the number, in whichever spelling.
        PlanLimitReached
    """
    digits = _digits(phone)
    former = _holders(organization_id, digits).select_for_update(no_key=True).first()
    if former is not None and former.deleted_at is None:
        raise _taken(digits, former)
    limits.require_room(organization_id, "contacts")
    if former is None:
        return _new_contact(organization_id, digits, details)
    former.deleted_at = None
    _apply(former, details)
    return _saved(former)


def find_or_create(*, organization_id: UUID, phone: str, name: str = "") -> Contact:
    """Whoever has the number, back from deletion if need be; if nobody, a new contact, who is called `name`.

    Raises:
        PhoneNotValid, PlanLimitReached
    """
    digits = _digits(phone)
    try:
        contact = _holders(organization_id, digits).first()
        if contact is None or contact.deleted_at:
            limits.require_room(organization_id, "contacts")
        contact = contact or _new_contact(organization_id, digits, {"name": name})
    except PhoneTaken:  # by somebody who was faster
        contact = _holders(organization_id, digits).get()
    if contact.deleted_at:
        contact = _holders(organization_id, digits).select_for_update(no_key=True).get()
        contact.deleted_at = None
        return _saved(contact)
    return contact


@transaction.atomic
def change_contact(*, contact: Contact, phone: str = "", **details: Unpack[Details]) -> Contact:
    """Change what is said about a contact; what isn't named stays. `attributes` are replaced as a whole.

    Args:
        phone: another number, under which they are recognised from now on, and no longer under the old one.

    Raises:
        NotFound: the contact was deleted meanwhile.
        PhoneNotValid, PhoneTaken
    """
    contact = lock_contact(contact)
    if phone:
        _change_phone(contact, _digits(phone))
    _apply(contact, details)
    return _saved(contact)


@transaction.atomic
def delete_contact(*, contact: Contact) -> None:
    """Nobody sees the contact any more. Their conversations stay, and they are back as soon as they write.

    Raises:
        NotFound: the contact was deleted meanwhile.
    """
    contact = lock_contact(contact)
    contact.deleted_at = timezone.now()
    _saved(contact)
    audit.record(
        "contacts.deleted", organization_id=contact.organization_id, target="contact", target_id=contact.pk,
        before={"name": contact.display_name, "phone": contact.phone}, subject_id=contact.pk,
        personal=("name", "phone"),
    )  # fmt: skip


@transaction.atomic
def block_contact(*, contact: Contact, reason: str = "") -> Contact:
    """Nothing is sent to them until they are unblocked. Blocking again changes the reason, not the time.

    Raises:
        NotFound: the contact was deleted meanwhile.
    """
    contact = lock_contact(contact)
    contact.blocked_at = contact.blocked_at if contact.is_blocked else timezone.now()
    contact.is_blocked, contact.blocked_reason = True, reason
    return _saved(contact)


@transaction.atomic
def unblock_contact(*, contact: Contact) -> Contact:
    """
    Raises:
        NotFound: the contact was deleted meanwhile.
    """
    contact = lock_contact(contact)
    contact.is_blocked, contact.blocked_at, contact.blocked_reason = False, None, ""
    return _saved(contact)


@transaction.atomic
def set_vip(*, contact: Contact, vip: bool) -> Contact:
    """
    Raises:
        NotFound: the contact was deleted meanwhile.
    """
    contact = lock_contact(contact)
    contact.is_vip = vip
    return _saved(contact)


def _digits(phone: str) -> str:
    try:
        return normalise(phone)
    except NotAPhone as error:
        raise PhoneNotValid(f"{phone} is no phone number. Write it with + and its country code.") from error


def _holders(organization_id: UUID, digits: str) -> ContactQuerySet:
    """Whoever has the number, deleted or not: nobody or one."""
    identities = _identities(organization_id, digits)
    return Contact.objects.for_organization(organization_id).filter(pk__in=identities.values("contact"))


def _identities(organization_id: UUID, digits: str) -> ContactIdentityQuerySet:
    identities = ContactIdentity.objects.for_organization(organization_id)
    return identities.filter(kind=PHONE, value=match_key(digits))


@transaction.atomic
def _new_contact(organization_id: UUID, digits: str, details: Mapping[str, Any]) -> Contact:
    contact = Contact(organization_id=organization_id, phone=digits, source="manual", lifecycle_stage="lead")
    _apply(contact, details)
    contact.save(force_insert=True)
    _identify(contact, digits)
    publish(ContactChanged(organization_id=organization_id, contact_id=contact.pk, created=True))
    return contact


def _identify(contact: Contact, digits: str) -> None:
    with constraint_means("contacts_identity_once", _taken(digits)):
        ContactIdentity.objects.for_organization(contact.organization_id).create(
            contact=contact, kind=PHONE, value=match_key(digits)
        )


def _change_phone(contact: Contact, digits: str) -> None:
    old = _identities(contact.organization_id, contact.phone) if contact.phone else None
    holder = _holders(contact.organization_id, digits).select_for_update(no_key=True).first()
    if holder and holder.pk == contact.pk:
        return  # the same number, and WhatsApp's spelling of it is the better one
    if holder and holder.deleted_at is None:
        raise _taken(digits, holder)
    _identities(contact.organization_id, digits).delete()
    if old is not None:
        old.filter(contact=contact).delete()
    contact.phone = digits
    _identify(contact, digits)


def _taken(digits: str, holder: Contact | None = None) -> PhoneTaken:
    return PhoneTaken(f"+{digits} is {holder.display_name if holder else 'somebody else'}’s number.")


def _apply(contact: Contact, details: Mapping[str, Any]) -> None:
    for name, value in details.items():
        if name == "opted_in" and value != contact.opted_in:
            now = timezone.now()
            contact.opted_in_at, contact.opted_out_at = (now, None) if value else (contact.opted_in_at, now)
        setattr(contact, name, value)


def _saved(contact: Contact) -> Contact:
    contact.save(force_update=True)
    publish(ContactChanged(organization_id=contact.organization_id, contact_id=contact.pk))
    return contact
