"""Quiet hours: pure, the time comes in as an argument.

They are times of a person's own clock, `HH:MM`, and may span midnight; two equal times mean none. Where the clock is
put forward over their end, they end after the gap; where it is put back over their end, they come twice.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def quiet_until(start: str, end: str, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that hold now will end, in UTC; None: it isn't quiet."""
    begins, ends = time.fromisoformat(start), time.fromisoformat(end)
    moment = now.astimezone(UTC)
    if not _is_quiet(begins, ends, moment, zone):
        return None
    while _is_quiet(begins, ends, moment, zone):  # once more where a gap swallowed the time between
        moment = _next_end(ends, moment, zone)
    return moment


def zone_of(*names: str) -> ZoneInfo:
    """The first of these zones that there is; UTC, if there is none."""
    for name in names:
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def _is_quiet(begins: time, ends: time, moment: datetime, zone: ZoneInfo) -> bool:
    clock = moment.astimezone(zone).time()
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def _next_end(ends: time, moment: datetime, zone: ZoneInfo) -> datetime:
    """The next time after the moment when the clock shows `ends`."""
    today = moment.astimezone(zone).date()
    found = (
        datetime.combine(today + timedelta(days=days), ends, zone).replace(fold=fold).astimezone(UTC)
        for days in range(3)
        for fold in (0, 1)
    )
    return min(each for each in found if each > moment)
