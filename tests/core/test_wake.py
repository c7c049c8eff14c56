from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from apps.core import wake
from tests.conftest import commits

sent: list[str] = []


def collect(name: str) -> None:
    """A broker whose worker is busy."""
    sent.append(name)


def lose(_name: str) -> None:
    """A broker that is down."""
    raise ConnectionError


@pytest.fixture(autouse=True)
def no_marks() -> None:
    cache.clear()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    runs: list[int] = []
    monkeypatch.setitem(wake._tasks, "doors.count", lambda: runs.append(1))
    monkeypatch.setitem(wake._every, "doors.count", 0)
    return runs


@commits
def test_a_hundred_wake_ups_in_a_transaction_are_one(runs: list[int]) -> None:
    with transaction.atomic():
        for _ in range(100):
            wake.wake("doors.count")
    assert len(runs) == 1


@commits
def test_what_rolls_back_wakes_nobody(runs: list[int]) -> None:
    with transaction.atomic():
        wake.wake("doors.count")
        transaction.set_rollback(True)
    assert runs == []


@commits
def test_one_wake_up_is_pending_until_its_task_starts(runs: list[int], settings: Any) -> None:
    settings.WAKE_TRANSPORT = "tests.core.test_wake.collect"
    sent.clear()
    for _ in range(3):
        wake.wake("doors.count")
    assert sent == ["doors.count"]
    wake.run("doors.count")
    wake.wake("doors.count")
    assert sent == ["doors.count"] * 2


@commits
def test_a_wake_up_that_was_not_sent_is_not_pending(runs: list[int], settings: Any) -> None:
    settings.WAKE_TRANSPORT = "tests.core.test_wake.lose"
    wake.wake("doors.count")
    settings.WAKE_TRANSPORT = "apps.core.wake.run"
    wake.wake("doors.count")
    assert len(runs) == 1


@commits
def test_a_misspelled_task_fails_where_it_is_woken() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        wake.wake("messaging.drain_inbuond")


@commits
def test_a_wake_up_outlives_the_savepoint_that_rolls_back_beside_it(runs: list[int]) -> None:
    with transaction.atomic():
        with transaction.atomic():
            wake.wake("doors.count")
            transaction.set_rollback(True)
        wake.wake("doors.count")
    assert len(runs) == 1


@commits
def test_a_drain_that_takes_long_makes_room_and_goes_on_later(runs: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "LONGEST_RUN", 0)
    left = [3]

    def some() -> int:
        left[0] -= 1
        return left[0] + 1

    wake.drain("doors.count", some)
    assert (left, len(runs)) == ([2], 1)


def test_the_sweep_lets_tidying_rest_after_it_ran(runs: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(wake._every, "doors.count", 60)
    assert "doors.count" in wake.due()
    wake.run("doors.count")
    assert "doors.count" not in wake.due()
    assert "core.number_log" in wake.due()
