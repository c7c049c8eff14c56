"""What is kept about people, and where: each app declares its stores, so that a job can export and erase a person's
data without knowing who keeps it. Found in the apps' `privacy.py`; a test scans the whole database for what it missed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from django.conf import settings

Kind = Literal["contact", "user"]
BATCH = 500
REDACTED = {"erased": True}
# An id, a time or a word of ours: what may stay of a text that is redacted.
_HARMLESS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|[a-z_]{1,20}(\.[a-z_]{1,30})?")


@dataclass(frozen=True)
class Subject:
    """A person in one organization's eyes.

    Attributes:
        ids: of rows that are about them alone (a contact, their conversations), as text.
        handles: what names them anywhere: numbers, addresses, provider's ids. Long enough to be nobody else's.
        names: what they are called; others may be called so, too.
        alone: of a user: they belong to no other organization, so that the person is erased and not only their place.
    """

    organization_id: UUID
    kind: Kind
    id: UUID
    ids: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    alone: bool = False

    @property
    def pattern(self) -> str:
        """A regular expression that finds any of it in text."""
        return pattern_of((*self.ids, *self.handles))


@dataclass(frozen=True)
class Traces:
    """What an app knows a subject by: see `Subject`."""

    ids: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Store:
    """A place where something about people is kept.

    Attributes:
        where: its tables or folders, for the certificate.
        find: how much of the subject is there. export: it, row by row. files: names in the storage, by name in the zip.
        erase: remove at most `BATCH` pieces, and say how many; safe to call again. None: it goes with another store.
        everybody: it is the installation's, so that the job opens the door for it.
        note: what stays, and why.
    """

    name: str
    where: str
    kinds: frozenset[str]
    find: Callable[[Subject], int]
    erase: Callable[[Subject], int]
    export: Callable[[Subject], Iterator[dict[str, Any]]] | None = None
    files: Callable[[Subject], dict[str, str]] | None = None
    everybody: bool = False
    note: str = ""


Tracer = Callable[[Subject], Traces]
Names = Callable[[UUID, Collection[UUID]], dict[UUID, str]]


def pattern_of(texts: Iterable[str]) -> str:
    """A regular expression, PostgreSQL's, that finds any of these texts as they are."""
    return "|".join(re.sub(r"([^\w@ -])", r"\\\1", each) for each in texts)


@dataclass
class _Registry:
    stores: dict[str, Store] = field(default_factory=dict)
    tracers: list[Tracer] = field(default_factory=list)
    names: dict[str, Names] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


_registry = _Registry()


def store(each: Store) -> Store:
    """Declare a store.

    Raises:
        ValueError: the name is taken.
    """
    if each.name in _registry.stores:
        raise ValueError(f"{each.name} is declared twice")
    _registry.stores[each.name] = each
    return each


def tracer(function: Tracer) -> Tracer:
    """Register what finds traces of a subject; called in the organization's scope, before anything is erased."""
    _registry.tracers.append(function)
    return function


def who_knows(kind: Kind, names: Names) -> None:
    """Register who says what an organization's subjects of this kind are called. Who isn't there isn't answered."""
    _registry.names[kind] = names


def is_known(kind: str, organization_id: UUID, subject_id: UUID) -> bool:
    return subject_id in _registry.names[kind](organization_id, [subject_id])


def names_of(kind: str, organization_id: UUID, subject_ids: Collection[UUID]) -> dict[UUID, str]:
    """What they are called; nothing, once they are erased."""
    return _registry.names[kind](organization_id, subject_ids)


def nothing_in(name: str, why: str) -> None:
    """A place of which the certificate says why nothing is erased there."""
    _registry.notes[name] = why


def stores_for(kind: str) -> list[Store]:
    """From the highest layer down, each app's in the order in which it declares them."""
    layers = [*settings.LAYERS]
    mine = [each for each in _registry.stores.values() if kind in each.kinds]
    return sorted(mine, key=lambda each: layers.index(each.name.partition(".")[0]))


def notes() -> dict[str, str]:
    return dict(_registry.notes)


def traced(subject: Subject) -> Subject:
    """The subject with all that the apps know them by."""
    found = [trace(subject) for trace in _registry.tracers]
    return replace(
        subject,
        ids=tuple(sorted({str(subject.id)}.union(*(each.ids for each in found)))),
        handles=tuple(sorted(text for text in set[str]().union(*(each.handles for each in found)) if len(text) >= 6)),
        names=tuple(sorted(text for text in set[str]().union(*(each.names for each in found)) if len(text) >= 3)),
    )


def redacted(value: Any) -> Any:
    """JSON without what people wrote: ids, times, numbers and single words of ours stay."""
    if isinstance(value, dict):
        return {name: redacted(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [redacted(inner) for inner in value]
    if isinstance(value, str) and not _HARMLESS.fullmatch(value):
        return ""
    return value
