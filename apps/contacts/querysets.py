from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apps.core.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from apps.contacts.models import (  # noqa: F401 - named in the bases' parameters
        Contact,
        ContactIdentity,
        ContactTag,
        Tag,
    )


class ContactQuerySet(TenantQuerySet["Contact"]):
    def present(self) -> Self:
        return self.filter(deleted_at=None)

    def matching(self, text: str) -> Self:
        """Those whose name, address, company or number holds the text, in whatever case."""
        found = Q()
        for field in ("name", "profile_name", "email", "company"):
            found |= Q(**{f"{field}__icontains": text})
        digits = "".join(filter(str.isdigit, text))
        if len(digits) >= 3:
            found |= Q(phone__contains=digits)
        return self.filter(found)


class ContactIdentityQuerySet(TenantQuerySet["ContactIdentity"]):
    pass


class TagQuerySet(TenantQuerySet["Tag"]):
    pass


class ContactTagQuerySet(TenantQuerySet["ContactTag"]):
    pass
