"""The log of facts, numbered for each organization: safe to read by "everything after the last number I saw".

A serial `id` is taken when a row is written and seen when it is committed: with parallel writers, 8 may be
visible before 7, and a reader that moved on to 8 never sees 7. So a row is numbered only after its commit, by
one numberer an organization at a time: number n+1 becomes visible never before n, and none is left out.

The other known way, reading up to `pg_snapshot_xmin(pg_current_snapshot())`, needs no second write, but one
long writing transaction anywhere on the server holds all readers up, and its cursor is lost by a dump and restore.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from apps.core.models import LogEntry, LogHead
from apps.core.realtime import log_grew
from apps.core.tenancy import all_organizations
from apps.core.wake import after_commit, in_task, wake

KEPT = timedelta(days=14)
NUMBERED_AT_ONCE = 1000
_NUMBER = """
    WITH fresh AS (
        SELECT id, row_number() OVER (ORDER BY id) AS place
        FROM core_logentry WHERE organization_id = %s AND number IS NULL ORDER BY id LIMIT %s
    )
    UPDATE core_logentry AS entry SET number = %s + fresh.place
    FROM fresh WHERE entry.id = fresh.id
"""


def number_new_entries(organization_id: UUID, *, limit: int = NUMBERED_AT_ONCE) -> int:
    """Number what has been committed since the last call, `limit` at most; returns how many."""
    # In the organization's own scope the policy's condition led the planner to a join 70 times slower.
    with all_organizations("an organization's new facts get their numbers"), connection.cursor() as cursor:
        # Wait for the lock and don't skip it: its holder may have looked before our row was committed.
        head, _ = LogHead.objects.for_organization(organization_id).select_for_update(no_key=True).get_or_create()
        cursor.execute(_NUMBER, [organization_id, limit, head.last])
        numbered = int(cursor.rowcount)
        if numbered:
            head.last += numbered
            head.save(update_fields=["last"])
        return numbered


def number_soon(organization_ids: Iterable[UUID]) -> None:
    """A task numbers its own facts right after its commit: no second hop delays readers. A request wakes the task."""
    if in_task():
        for organization_id in organization_ids:
            after_commit(_numberer(organization_id))
    else:
        wake("core.number_log")


@cache
def _numberer(organization_id: UUID) -> Callable[[], None]:
    def number() -> None:
        number_all([organization_id])

    return number


def number_all(organization_ids: Iterable[UUID]) -> None:
    """Number everything that these organizations have committed, and tell the readers."""
    for organization_id in organization_ids:
        numbered = NUMBERED_AT_ONCE
        # Less than asked for was all there is: whoever commits later sees to that. Until a look finds nothing, this
        # would go on for as long as others write, and the readers would wait for it.
        while numbered == NUMBERED_AT_ONCE:
            numbered = number_new_entries(organization_id)
            if numbered:
                log_grew([organization_id])


def trim_some(*, limit: int = 1000) -> int:
    """Delete entries that are older than KEPT, of one organization; returns how many. A head remembers how far."""
    with all_organizations("log entries that are too old are deleted, whosever they are"):
        old = timezone.now() - KEPT
        heads = LogHead.objects.across_organizations()
        eldest = LogEntry.objects.across_organizations().filter(
            organization=OuterRef("pk"), number__gt=OuterRef("forgotten")
        )
        eldest_at = Subquery(eldest.order_by("number").values("recorded_at")[:1])
        head = heads.alias(eldest_at=eldest_at).filter(eldest_at__lt=old).select_for_update(no_key=True).first()
        if head is None:
            return 0
        entries = LogEntry.objects.for_organization(head.pk)
        eldest_first: Iterable[Any] = entries.after(head.forgotten).values_list("number", "recorded_at")[:limit]
        head.forgotten = max(number for number, _ in takewhile(lambda entry: entry[1] < old, eldest_first))
        head.save(update_fields=["forgotten"])
        return entries.filter(number__lte=head.forgotten).delete()[0]


def trim_organization(organization_id: UUID, before: datetime, *, limit: int = 1000) -> int:
    """Delete an organization's entries of before then, `limit` at most; returns how many."""
    with all_organizations("log entries that an organization doesn't keep for so long are deleted"):
        head = LogHead.objects.for_organization(organization_id).select_for_update(no_key=True).first()
        if head is None:
            return 0
        entries = LogEntry.objects.for_organization(organization_id)
        eldest: Iterable[Any] = entries.after(head.forgotten).values_list("number", "recorded_at")[:limit]
        old = takewhile(lambda entry: entry[1] < before, eldest)
        head.forgotten = max((number for number, _ in old), default=head.forgotten)
        head.save(update_fields=["forgotten"])
        return entries.filter(number__lte=head.forgotten).delete()[0]


def extent(organization_id: UUID) -> tuple[int, int]:
    """What the log holds: the number after which it begins, and the last one; call it in the organization's scope."""
    head = LogHead.objects.for_organization(organization_id).first()
    return (head.forgotten, head.last) if head else (0, 0)


def is_forgotten(organization_id: UUID, after: int) -> bool:
    """Some of what came after this number is deleted: its reader starts over. Call it in the organization's scope."""
    return after < extent(organization_id)[0]


def last_number(organization_id: UUID) -> int:
    """The highest number in the log (0: none yet); call it in the organization's scope."""
    return extent(organization_id)[1]


def organizations_to_number() -> list[UUID]:
    with all_organizations("which organizations have new facts?"):
        unnumbered = LogEntry.objects.across_organizations().filter(number=None)
        return list(unnumbered.values_list("organization_id", flat=True).distinct())


@dataclass(frozen=True)
class Entry:
    """A numbered fact with its audience: for a reader that serves many viewers and chooses by itself."""

    number: int
    kind: str
    audience: str
    scope: str
    at: datetime
    data: dict[str, Any]


def entries_between(organization_id: UUID, after: int, *, limit: int = 500) -> list[Entry]:
    """The next facts after a number, whoever may see them; call it in the organization's scope."""
    rows = LogEntry.objects.for_organization(organization_id).after(after)
    values = rows.values_list("number", "kind", "audience", "scope", "recorded_at", "payload")[:limit]
    return [Entry(*row) for row in values]  # type: ignore[arg-type]  # a numbered entry has a number


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who reads: sees a fact whose audience is one of the permissions and whose scope, if any, has a word of theirs."""

    organization_id: UUID
    permissions: frozenset[str]
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Frame:
    """A fact on its way to a viewer. One that has seen `previous`, or a later number, has missed nothing before it."""

    number: int
    previous: int
    kind: str
    at: datetime
    data: dict[str, Any]


def entries_after(number: int, viewer: Viewer, *, limit: int = 500) -> list[Frame]:
    """The next facts for a viewer that has seen everything up to `number` (0: nothing yet)."""
    visible = LogEntry.objects.for_organization(viewer.organization_id).visible_to(viewer.permissions, viewer.scopes)
    # What the viewer has seen last, so that a frame names the one before it.
    previous: int = visible.filter(number__lte=number).aggregate(Max("number", default=0))["number__max"]
    entries: Iterable[Any] = visible.after(number).values_list("number", "kind", "recorded_at", "payload")[:limit]
    frames = []
    for number, *rest in entries:
        frames.append(Frame(number, previous, *rest))
        previous = number
    return frames
