from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, JSONObject, Lower

from apps.contacts.phones import spellings
from apps.core.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from apps.contacts.models import (  # noqa: F401 - named in the bases' parameters
        Contact,
        ContactIdentity,
        ContactTag,
        Tag,
    )

_FEWEST_DIGITS = 3
_AROUND_DIGITS = str.maketrans("", "", "+-().")


class Folded(Func):
    """A text without case and accents, "joao" for "João": the database's function of migration 0002."""

    function = "contacts_folded"
    arity = 1
    output_field = TextField()


class Identity(NamedTuple):
    """One way in which WhatsApp names somebody to an organization: see `ContactIdentity`."""

    organization_id: UUID
    kind: str
    value: str


class ContactQuerySet(TenantQuerySet["Contact"]):
    def present(self) -> Self:
        return self.filter(deleted_at=None)

    def matching(self, text: str) -> Self:
        """Those in whose names, e-mail address, company, username or number each word stands, case and accents aside.

        For the inside of `heavy_reading()`: elsewhere no index serves it.
        """
        if _is_number(text):
            return self._holding_number("".join(text.translate(_AROUND_DIGITS).split()))
        found = self
        for word in text.split():
            found = found._holding_number(word) if _is_number(word) else found._holding(word)
        return found

    def with_tags(self) -> Self:
        """Their tags by name, in one more query."""
        from apps.contacts.models import Tag  # the models know their querysets

        tags = Tag.objects.for_organization(self._organization_id) if self._organization_id else Tag.objects.all()
        return self.prefetch_related(Prefetch("tags", queryset=tags.by_name()))

    def with_identities(self) -> Self:
        """`identities`: what WhatsApp calls them, the kind and the value of each."""
        from apps.contacts.models import ContactIdentity  # the models know their querysets

        rows = ContactIdentity.objects.filter(organization=OuterRef("organization"), contact=OuterRef("pk"))
        named = rows.order_by("kind", "pk").values(named=JSONObject(kind="kind", value="value"))
        return self.annotate(identities=ArraySubquery(named))

    def tagged(self) -> Self:
        return self.filter(Exists(self._tags_of_each()))

    def _tags_of_each(self) -> ContactTagQuerySet:
        from apps.contacts.models import ContactTag  # the models know their querysets

        return ContactTag.objects.filter(organization=OuterRef("organization"), contact=OuterRef("pk"))

    def _holding(self, word: str) -> Self:
        found = Q(search_text__contains=Folded(Value(word)))
        if username := word.removeprefix("@").lower():
            found |= Q(username__contains=username)
        return self.filter(found)

    def _holding_number(self, text: str) -> Self:
        found = Q()
        for digits in spellings(text.translate(_AROUND_DIGITS)):
            found |= Q(search_text__contains=digits)
        return self.filter(found)


class ContactIdentityQuerySet(TenantQuerySet["ContactIdentity"]):
    def among(self, identities: Collection[Identity]) -> Self:
        """Those that are known of these, by one index look-up each."""
        organizations, kinds, values = zip(*identities, strict=True) if identities else ((), (), ())
        is_one = RawSQL(
            "(contacts_contactidentity.organization_id, contacts_contactidentity.kind, contacts_contactidentity.value) "
            "IN (SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[]))",
            [list(organizations), list(kinds), list(values)],
            output_field=BooleanField(),
        )
        return self.filter(is_one)


class TagQuerySet(TenantQuerySet["Tag"]):
    def folded(self) -> Self:
        """`folded`: the name without case and accents, by which people look it up in a list."""
        return self.annotate(folded=Folded("name"))

    def by_name(self) -> Self:
        return self.folded().order_by("folded", "pk")

    def named(self, names: Iterable[str]) -> Self:
        """In whatever case; the database compares, whose idea of lower case the constraint follows."""
        lowered = [Lower(Value(name)) for name in names]
        return self.alias(lowered=Lower("name")).filter(lowered__in=lowered)

    def with_counts(self) -> Self:
        """`contacts_count`: how many contacts have the tag, those that were deleted aside."""
        from apps.contacts.models import ContactTag  # the models know their querysets

        uses = ContactTag.objects.filter(
            organization=OuterRef("organization"), tag=OuterRef("pk"), contact__deleted_at=None
        )
        counts = uses.order_by().values("tag").annotate(count=Count("pk")).values("count")
        return self.annotate(contacts_count=Coalesce(Subquery(counts, output_field=IntegerField()), 0))


class ContactTagQuerySet(TenantQuerySet["ContactTag"]):
    pass


def _is_number(text: str) -> bool:
    digits = text.translate(_AROUND_DIGITS)
    return len("".join(digits.split())) >= _FEWEST_DIGITS and all(map(str.isdigit, digits.split()))
