"""Quiet hours on a person's own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notifications.hours import quiet_until, zone_of

SAO_PAULO, NEW_YORK, LORD_HOWE = (
    ZoneInfo("America/Sao_Paulo"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),
)
CLOCKS = st.times().map(lambda time: f"{time:%H:%M}")
# Around nights of 2026 when some of these clocks jump, Lord Howe's by half an hour.
MOMENTS = st.builds(
    lambda day, minutes: datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minutes),
    st.sampled_from(["2026-03-07", "2026-10-31", "2026-04-04"]),
    st.integers(0, 2 * 24 * 60),
)
ZONES = st.sampled_from([SAO_PAULO, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")])


def until(start: str, end: str, now: str, zone: ZoneInfo = SAO_PAULO) -> str | None:
    """On the clock of the zone, where `now` is read, too."""
    found = quiet_until(start, end, now=datetime.fromisoformat(now).replace(tzinfo=zone), zone=zone)
    return f"{found.astimezone(zone):%Y-%m-%dT%H:%M %Z}" if found else None


@pytest.mark.parametrize(
    ("start", "end", "now", "wanted"),
    [
        ("22:00", "07:00", "2026-11-24T21:59", None),
        ("22:00", "07:00", "2026-11-24T22:00", "2026-11-25T07:00 -03"),
        ("22:00", "07:00", "2026-11-25T06:59", "2026-11-25T07:00 -03"),
        ("22:00", "07:00", "2026-11-25T07:00", None),
        ("12:00", "14:00", "2026-11-24T13:00", "2026-11-24T14:00 -03"),
        ("12:00", "14:00", "2026-11-24T11:00", None),
        ("12:00", "12:00", "2026-11-24T12:00", None),
        ("12:00", "00:00", "2026-12-31T23:59", "2027-01-01T00:00 -03"),
    ],
)
def test_quiet_hours_may_span_midnight(start: str, end: str, now: str, wanted: str | None) -> None:
    assert until(start, end, now) == wanted


def test_where_the_clock_jumps_over_their_end_they_end_after_the_gap() -> None:
    assert until("22:00", "02:30", "2026-03-08T01:00", NEW_YORK) == "2026-03-08T03:30 EDT"
    assert until("22:00", "07:00", "2026-03-08T01:00", NEW_YORK) == "2026-03-08T07:00 EDT"


def test_where_the_clock_shows_their_end_twice_each_counts() -> None:
    assert until("22:00", "01:30", "2026-11-01T00:30", NEW_YORK) == "2026-11-01T01:30 EDT"
    second = datetime(2026, 11, 1, 1, 10, fold=1, tzinfo=NEW_YORK)
    found = quiet_until("22:00", "01:30", now=second, zone=NEW_YORK)
    assert found == datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "01:30 EST, the second time"


@given(start=CLOCKS, end=CLOCKS, now=MOMENTS, zone=ZONES)
def test_quiet_hours_end_soon_and_where_they_end_it_is_not_quiet(
    start: str, end: str, now: datetime, zone: ZoneInfo
) -> None:
    found = quiet_until(start, end, now=now, zone=zone)
    clock = f"{now.astimezone(zone):%H:%M}"
    within = start <= clock < end if start <= end else clock >= start or clock < end
    assert (found is not None) == within
    if found is not None:
        assert now < found <= now + timedelta(hours=50)
        assert quiet_until(start, end, now=found, zone=zone) is None


def test_a_zone_that_there_is_not_gives_way_to_the_next() -> None:
    assert zone_of("", "America/Sao_Paulo") == SAO_PAULO
    assert zone_of("Mars/Olympus", "../etc/passwd", "America/New_York") == NEW_YORK
    assert zone_of("Mars/Olympus") == ZoneInfo("UTC")
