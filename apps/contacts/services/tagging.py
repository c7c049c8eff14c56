"""Tags, and who has them. A name is matched without case, a tag of the system stays as it is."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.services import audit
from apps.contacts.errors import NoSuchTag, SystemTag, TagNameTaken
from apps.contacts.events import ContactChanged, TagChanged
from apps.contacts.models import Contact, ContactTag, Tag
from apps.contacts.selectors import lock_contact
from apps.core.constraints import constraint_means
from apps.core.errors import NotFound
from apps.core.events import publish

DEFAULT_COLOR = "#3B82F6"


def create_tag(*, organization_id: UUID, name: str, color: str = DEFAULT_COLOR) -> Tag:
    """
    Args:
        color: `#RRGGBB`.

    Raises:
        TagNameTaken: there is one of this name, in whatever case.
    """
    with constraint_means("contacts_tag_name_once", _taken(name)):
        tag = Tag.objects.for_organization(organization_id).create(name=name, color=color)
    publish(TagChanged(organization_id=organization_id, tag_id=tag.pk))
    return tag


@transaction.atomic
def change_tag(*, tag: Tag, **values: str) -> Tag:
    """Another `name` or `color`.

    Raises:
        NotFound: the tag was deleted meanwhile.
        SystemTag, TagNameTaken
    """
    tag = _locked_tag(tag)
    for field, value in values.items():
        setattr(tag, field, value)
    with constraint_means("contacts_tag_name_once", _taken(tag.name)):
        tag.save(update_fields=list(values))
    publish(TagChanged(organization_id=tag.organization_id, tag_id=tag.pk))
    return tag


@transaction.atomic
def delete_tag(*, tag: Tag) -> None:
    """Delete a tag and take it off all contacts.

    Raises:
        NotFound: the tag was deleted meanwhile.
        SystemTag
    """
    tag = _locked_tag(tag, for_deletion=True)
    fact = TagChanged(organization_id=tag.organization_id, tag_id=tag.pk)
    audit.record(
        "tags.deleted", organization_id=tag.organization_id, target="tag", target_id=tag.pk, before={"name": tag.name}
    )
    tag.delete()
    publish(fact)


@transaction.atomic
def set_tags(*, contact: Contact, names: Collection[str]) -> Contact:
    """The contact has these tags and no others. Names that are new become tags.

    Raises:
        NotFound: the contact was deleted meanwhile.
    """
    contact = lock_contact(contact)
    tag_ids = _tags_called(contact.organization_id, names)
    _links(contact).exclude(tag_id__in=tag_ids).delete()
    return _tagged(contact, tag_ids)


@transaction.atomic
def add_tags(*, contact: Contact, tag_ids: Collection[UUID]) -> Contact:
    """Those that the contact has already stay.

    Raises:
        NotFound: the contact was deleted meanwhile.
        NoSuchTag: one of the ids names no tag of the organization.
    """
    contact = lock_contact(contact)
    _keep(contact.organization_id, tag_ids)
    return _tagged(contact, tag_ids)


@transaction.atomic
def remove_tags(*, contact: Contact, tag_ids: Collection[UUID]) -> Contact:
    """Those that the contact doesn't have are no mistake.

    Raises:
        NotFound: the contact was deleted meanwhile.
        NoSuchTag: one of the ids names no tag of the organization.
    """
    contact = lock_contact(contact)
    _keep(contact.organization_id, tag_ids)
    _links(contact).filter(tag_id__in=tag_ids).delete()
    return _tagged(contact, ())


def _locked_tag(tag: Tag, *, for_deletion: bool = False) -> Tag:
    tags = Tag.objects.for_organization(tag.organization_id)
    # Whoever is tagging refers to it, and lets it be renamed, not deleted.
    locked = tags.select_for_update(no_key=not for_deletion).filter(pk=tag.pk).first()
    if locked is None:
        raise NotFound
    if locked.is_system:
        raise SystemTag
    return locked


def _links(contact: Contact) -> Any:
    return ContactTag.objects.for_organization(contact.organization_id).filter(contact=contact)


def _tagged(contact: Contact, tag_ids: Iterable[UUID]) -> Contact:
    """Add the tags, and say that the contact has changed."""
    rows = [ContactTag(contact=contact, tag_id=tag_id) for tag_id in tag_ids]
    _links(contact).bulk_create(rows, ignore_conflicts=True)
    contact.updated_at = timezone.now()
    contact.save(update_fields=["updated_at"])
    publish(ContactChanged(organization_id=contact.organization_id, contact_id=contact.pk))
    return contact


def _tags_called(organization_id: UUID, names: Collection[str]) -> list[UUID]:
    """The tags of these names, those that are missing made first; nobody deletes them until the transaction ends."""
    tags = Tag.objects.for_organization(organization_id)
    # In one order for everybody, so that two who make the same tags wait for each other and not in a circle.
    tags.bulk_create([Tag(name=name) for name in sorted(names, key=str.lower)], ignore_conflicts=True)
    return _kept(organization_id, tags.named(names).values_list("pk", flat=True))


def _keep(organization_id: UUID, tag_ids: Collection[UUID]) -> None:
    if unknown := {*tag_ids} - {*_kept(organization_id, tag_ids)}:
        raise NoSuchTag(f"There is no tag {min(unknown)}.")


def _kept(organization_id: UUID, tag_ids: Iterable[UUID]) -> list[UUID]:
    """Those of the tags that exist. The lock is that of a foreign key: it hinders deletion and nothing else."""
    tags = Tag.objects.for_organization(organization_id).raw(
        "SELECT id FROM contacts_tag WHERE organization_id = %s AND id = ANY(%s) ORDER BY id FOR KEY SHARE",
        [organization_id, list(tag_ids)],
    )
    return [tag.pk for tag in tags]


def _taken(name: str) -> TagNameTaken:
    return TagNameTaken(f"There is a tag “{name}” already.")
