"""Buckets in the real Redis."""

import time
from collections.abc import Iterator
from itertools import pairwise
from uuid import uuid4

import pytest

from apps.core.ratelimits import Bucket, Pace, empty, reset, slow_down, take, take_and_tell, take_turns, taken_ahead
from apps.core.realtime import connection
from tests.conftest import in_parallel


def bucket_of(capacity: float, refill: float) -> Bucket:
    return Bucket(f"test:{uuid4()}", capacity, refill)


def level(bucket: Bucket) -> float:
    return take_and_tell((bucket, 0))[1][0]


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """Ten tokens, and so few more each second that a test sees none of them."""
    bucket = bucket_of(10, 0.01)
    yield bucket
    reset(bucket)


def test_a_bucket_gives_what_it_holds_and_then_says_how_long_to_wait(bucket: Bucket) -> None:
    assert [take((bucket, 1)) for _ in range(10)] == [0] * 10
    assert take((bucket, 1)) == pytest.approx(100, abs=1)
    assert take((bucket, 2)) == pytest.approx(200, abs=1)
    assert level(bucket) == pytest.approx(0, abs=0.1)
    reset(bucket)
    assert level(bucket) == 10


def test_a_bucket_fills_again_and_never_over_its_brim() -> None:
    bucket = bucket_of(5, 50)
    assert take((bucket, 5)) == 0
    wait = take((bucket, 1))
    assert 0 < wait <= 0.02
    time.sleep(wait)
    assert take((bucket, 1)) == 0
    time.sleep(0.15)
    assert level(bucket) == 5


def test_of_two_buckets_both_give_or_none(bucket: Bucket) -> None:
    pair = bucket_of(1, 0.01)
    assert take((bucket, 1), (pair, 1)) == 0
    assert take((bucket, 1), (pair, 1)) == pytest.approx(100, abs=1)
    assert level(bucket) == pytest.approx(9, abs=0.1)


def test_twenty_who_take_at_once_get_ten_together(bucket: Bucket) -> None:
    waits = in_parallel(lambda _: take((bucket, 1)), times=20)
    assert len([wait for wait in waits if wait == 0]) == 10


def test_what_others_say_we_took_too_much_is_owed(bucket: Bucket) -> None:
    empty(bucket, owe=5)
    assert level(bucket) == pytest.approx(-5, abs=0.1)
    assert take((bucket, 1)) == pytest.approx(600, abs=1)


def test_turns_follow_each_other_evenly_whoever_takes_them() -> None:
    pace = Pace(f"test:{uuid4()}", per_second=10)
    began = time.monotonic()
    found = in_parallel(lambda _: (take_turns(pace, more=2), time.monotonic() - began), times=10)
    turns = sorted(at + turn for taken, at in found for turn in (taken.first, taken.first + taken.step))
    # A thread that has to wait sees its turn a little later than it was given.
    assert turns[-1] - turns[0] == pytest.approx(1.9, abs=0.5)
    assert max(later - earlier for earlier, later in pairwise(turns)) < 0.6
    assert taken_ahead(pace) == pytest.approx(2, abs=0.4)


def test_whoever_has_no_token_gets_no_turn(bucket: Bucket) -> None:
    pace, full = Pace(f"test:{uuid4()}", per_second=1), bucket_of(1, 0.01)
    take((bucket, 10))
    found = take_turns(pace, [[bucket], [full], [full]])
    assert (found.first, found.step) == (0, 1)
    assert found.waits == [pytest.approx(100, abs=1), 0, pytest.approx(100, abs=1)]
    assert taken_ahead(pace) == pytest.approx(1, abs=0.1), "one turn was taken"
    assert level(full) == pytest.approx(0, abs=0.1)


def test_all_of_a_takers_buckets_give_or_none(bucket: Bucket) -> None:
    pace, other = Pace(f"test:{uuid4()}", per_second=10), bucket_of(1, 0.01)
    found = take_turns(pace, [[bucket, other], [bucket, other]])
    assert found.waits == [0, pytest.approx(100, abs=1)]
    assert level(bucket) == pytest.approx(9, abs=0.1)


def test_a_pace_that_was_too_fast_pauses_and_recovers() -> None:
    pace = Pace(f"test:{uuid4()}", per_second=10, recovery=1000)
    slow_down(pace, pause=5)
    slowed = take_turns(pace, more=2)
    assert slowed.first == pytest.approx(5, abs=0.2)
    assert slowed.step == pytest.approx(0.2, abs=0.01), "half as many"
    recovered = Pace(f"test:{uuid4()}", per_second=10, recovery=0.01)
    slow_down(recovered, pause=0)
    time.sleep(0.02)
    assert take_turns(recovered, more=1).step == pytest.approx(0.1)


def test_redis_forgets_a_bucket_that_is_full_again() -> None:
    bucket = bucket_of(10, 1000)
    take((bucket, 10))
    assert 0 < connection().pttl(bucket.key) <= 1010  # type: ignore[operator]  # sync client


def test_a_redis_that_forgot_its_scripts_is_told_them_again(bucket: Bucket) -> None:
    take((bucket, 1))
    connection().script_flush()
    assert take((bucket, 1)) == 0
    assert level(bucket) == pytest.approx(8, abs=0.1)
