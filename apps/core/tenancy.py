"""Every business row belongs to one organization, and no query forgets it.

Two walls: here a queryset names its organization or raises; in PostgreSQL row-level security (`policies.py`)
shows a transaction nothing but the rows of the organization that it was opened for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction
from uuid_utils.compat import uuid7

from apps.core import bulk

M = TypeVar("M", bound="OwnedModel", covariant=True)
EVERYBODY: Final = "everybody"
_reach: ContextVar[UUID | str | None] = ContextVar("whose rows this transaction reaches", default=None)


class UnscopedQueryError(RuntimeError):
    """A tenant's table was about to be read or written without saying whose rows."""


@contextmanager
def organization_scope(organization: models.Model | UUID) -> Iterator[None]:
    """The transaction of a request or a task: this organization's rows are in reach, and no others."""
    organization_id = _id_of(organization)
    with _transaction(organization_id, "app.organization", str(organization_id), afterwards=""):
        yield


@contextmanager
def all_organizations(why: str) -> Iterator[None]:
    """A transaction that serves everybody, `SET LOCAL ROLE` in short: for drains, sign-in, staff and the numberer.

    The one door. `why` tells the reader; `tests/architecture/test_tenancy.py` lists who goes through.
    """
    with _transaction(EVERYBODY, "role", settings.SYSTEM_ROLE, afterwards="none"):
        yield


@contextmanager
def heavy_reading(organization: models.Model | UUID, why: str) -> Iterator[None]:
    """A read-only transaction for searches and reports: behind a policy, PostgreSQL gives operators such as `LIKE`
    or `@@` no index. Here the system's role reads, every queryset still has to name this organization, and nothing
    can be written. `why` tells the reader; a test lists who reads so.
    """
    organization_id = _id_of(organization)
    with _transaction(organization_id, "role", settings.SYSTEM_ROLE, afterwards="none"):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        yield


@contextmanager
def _transaction(reach: UUID | str, setting: str, value: str, *, afterwards: str) -> Iterator[None]:
    # durable: a scope is never opened inside another, so that there is no doubt whose transaction it is.
    with transaction.atomic(durable=True):
        _set_local(setting, value)
        before = _reach.set(reach)
        try:
            yield
        finally:
            _reach.reset(before)
    if connection.in_atomic_block:  # a test's own transaction goes on after ours
        _set_local(setting, afterwards)


def reached_organization() -> UUID | None:
    """The organization whose scope is open here; None outside of scopes and inside the door."""
    reach = _reach.get()
    return reach if isinstance(reach, UUID) else None


def door_is_open() -> bool:
    """Are we inside `all_organizations(…)`? For services that are called inside and outside alike."""
    return _reach.get() == EVERYBODY


def _set_local(setting: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, value])  # SET LOCAL, with parameters


def _id_of(organization: models.Model | UUID) -> UUID:
    return organization if isinstance(organization, UUID) else organization.pk


class TenantQuerySet(models.QuerySet[M]):
    """Rows that are reached through `for_organization()`, in the scope of the same organization."""

    _organization_id: UUID | None = None

    def for_organization(self, organization: models.Model | UUID) -> Self:
        """Only this organization's rows; rows created through it are its own, too."""
        organization_id = _id_of(organization)
        rows = self.filter(organization=organization_id)
        rows._organization_id = organization_id
        return rows

    def across_organizations(self) -> Self:
        """Everybody's rows, inside `all_organizations(…)` and nowhere else."""
        if _reach.get() != EVERYBODY:
            raise UnscopedQueryError("across_organizations() is for the inside of all_organizations(…)")
        return self.all()

    def in_scope(self) -> Self:
        """What the transaction reaches: for services that requests and drains share."""
        reach = _reach.get()
        return self.for_organization(reach) if isinstance(reach, UUID) else self.across_organizations()

    def create(self, **values: Any) -> M:
        row = self._owned(self.model(**values))
        row.save(force_insert=True, using=self.db)
        return row

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        return super().bulk_create([self._owned(row) for row in objs], *args, **options)

    def insert(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """As `bulk_create`, for drains and without objects: see `bulk.insert()`."""
        found, ours = list(rows), self._organization_id
        if ours is not None and any(row["organization_id"] != ours for row in found):
            raise UnscopedQueryError(f"{self.model.__name__} of another organization")
        bulk.insert(self.model, found, using=self.db)

    def overwrite(self, rows: Iterable[M], names: Sequence[str]) -> None:
        """As `bulk_update`, for drains: see `bulk.update()`."""
        bulk.update(self.model, [self._owned(row) for row in rows], names, using=self.db)

    def _owned(self, row: M) -> M:  # type: ignore[misc]  # covariant, and only passed through
        if self._organization_id is not None:
            if row.organization_id not in (None, self._organization_id):
                raise UnscopedQueryError(f"{self.model.__name__} of another organization")
            row.organization_id = self._organization_id
        return row

    @property
    def db(self) -> str:
        # Django asks for the database each time it executes (fetch, count, exists, update, delete, create),
        # so that this is the one place to guard.
        reach = _reach.get()
        if reach is None or reach not in (EVERYBODY, self._organization_id):
            raise UnscopedQueryError(f"{self.model.__name__}: say .for_organization(…) in its organization_scope(…)")
        return super().db

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # private, and the way to carry state along
        clone._organization_id = self._organization_id
        return clone


class UuidV7(models.Func):
    """PostgreSQL's `uuidv7()`: unique like any UUID, sorted by time like a serial."""

    function = "uuidv7"
    arity = 0
    output_field = models.UUIDField()


class UuidModel(models.Model):
    """A key that the application makes, so that `bulk_create` knows it, and the database, for whoever writes SQL."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_default=UuidV7(), editable=False)

    class Meta:
        abstract = True


class OwnedModel(models.Model):
    """A row of one organization.

    `related_name="+"` on foreign keys keeps a lower app's objects free of attributes that a higher app added.
    No index on the organization alone: those that tables have begin with it, and a young table's checks of foreign
    keys were seen to choose that one and to walk through all of a tenant's rows.
    """

    organization = models.ForeignKey(settings.TENANT_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


class TenantModel(UuidModel, OwnedModel):
    """Base of every business table; its migration calls `isolate_tenants()`."""

    class Meta:
        abstract = True
