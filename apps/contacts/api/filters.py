from typing import Any
from uuid import UUID

from django_filters import rest_framework as filters

from apps.contacts.querysets import ContactQuerySet
from apps.core.filters import YesNoFilter


class ContactFilter(filters.FilterSet):  # type: ignore[misc]
    query = filters.CharFilter(
        method="search", max_length=200, label="Words in names, e-mail, company or phone; case and accents don't count."
    )
    is_blocked = YesNoFilter(label="true: only blocked ones; false: only the others.")
    is_vip = YesNoFilter(label="true: only VIPs; false: only the others.")
    # A UUID and no ModelChoiceFilter: that would offer, and look up, every tenant's tags.
    tag = filters.UUIDFilter(method="with_tag", label="Contacts that have the tag of this id.")

    def search(self, contacts: ContactQuerySet, _name: Any, text: str) -> ContactQuerySet:
        return contacts.matching(text)

    def with_tag(self, contacts: ContactQuerySet, _name: Any, tag_id: UUID) -> ContactQuerySet:
        return contacts.filter(tags=tag_id)
