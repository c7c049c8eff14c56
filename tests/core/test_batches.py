"""One bad row doesn't spoil a batch, and a database that is away is no row's fault."""

from collections.abc import Sequence
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError

from apps.accounts.models import Organization
from apps.contacts.models import Tag
from apps.core.batches import despite_deadlocks, in_halves
from apps.core.tenancy import organization_scope
from tests.conftest import commits, in_parallel, make_tag


def test_only_the_culprits_are_refused_and_the_others_are_written(organization: Organization) -> None:
    make_tag(organization, name="b")
    refused: list[tuple[str, type[Exception]]] = []

    def write(names: Sequence[str]) -> None:
        Tag.objects.for_organization(organization).bulk_create(Tag(name=name) for name in names)

    def note(name: str, error: Exception) -> None:
        refused.append((name, type(error)))

    with organization_scope(organization):
        in_halves(["a", "B", "c", "d", "b", "e"], write, note)
        in_halves([], write, note)
        assert sorted(Tag.objects.for_organization(organization).values_list("name", flat=True)) == [*"abcde"]
    assert refused == [("B", IntegrityError), ("b", IntegrityError)]


def test_a_database_that_is_away_is_told_to_the_caller(organization: Organization) -> None:
    def fail(_: Sequence[str]) -> None:
        raise OperationalError("the connection is closed")

    with pytest.raises(OperationalError), organization_scope(organization):
        in_halves(["a", "b"], fail, lambda *_: pytest.fail("no row is refused"))


@commits
def test_two_who_lock_the_same_rows_the_other_way_round_both_get_through(organization: Organization) -> None:
    names, at_first, tries = ("a", "b"), Barrier(2), [0, 0]
    for name in names:
        make_tag(organization, name=name)

    def work(place: int) -> None:
        def lock() -> None:
            tries[place] += 1
            rows = Tag.objects.for_organization(organization).select_for_update()
            rows.get(name=names[place])
            if tries[place] == 1:
                at_first.wait()
            rows.get(name=names[1 - place])

        with organization_scope(organization):
            despite_deadlocks(lock)

    in_parallel(work, times=2)
    assert sorted(tries) == [1, 2]
