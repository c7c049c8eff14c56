"""Business hours by weekday, as departments and queues keep them: pure, the time comes in as an argument.

    {"monday": {"enabled": true, "start": "09:00", "end": "18:00"}, "sunday": {"enabled": false}}

A day that is absent is open all day; a document without days is always open. An `end` before its `start` is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


class BadHours(ValueError):
    """These are no business hours; the text names the day and the reason."""


def checked(document: Any) -> dict[str, dict[str, Any]]:
    """The document with nothing in it but what it may hold.

    Raises:
        BadHours: an unknown day, a day without `enabled`, or an open day whose times are missing or turned round.
    """
    if not isinstance(document, Mapping):
        raise BadHours("Business hours are an object of weekdays.")
    for name in document:
        if name not in WEEKDAYS:
            raise BadHours(f"{str(name)[:40]}: there is no such weekday; say monday to sunday.")
    return {day: _checked_day(day, document[day]) for day in WEEKDAYS if day in document}


def is_open(document: Mapping[str, Mapping[str, Any]], local: datetime) -> bool:
    """Whether these hours hold at this moment, given in the organization's own zone."""
    hours = document.get(WEEKDAYS[local.weekday()])
    if hours is None:
        return True
    if not hours["enabled"]:
        return False
    return _clock(hours["start"]) <= local.time().replace(tzinfo=None) < _clock(hours["end"])


def _checked_day(day: str, hours: Any) -> dict[str, Any]:
    if not isinstance(hours, Mapping) or not isinstance(hours.get("enabled"), bool):
        raise BadHours(f"{day}: say whether it is enabled.")
    if not hours["enabled"]:
        return {"enabled": False}
    start, end = hours.get("start"), hours.get("end")
    for name, text in (("start", start), ("end", end)):
        if not isinstance(text, str) or not _CLOCK.fullmatch(text):
            raise BadHours(f"{day}: {name} is a time such as 09:00.")
    if str(end) <= str(start):
        raise BadHours(f"{day}: it ends before it starts.")
    return {"enabled": True, "start": start, "end": end}


def _clock(text: str) -> time:
    return time.fromisoformat(text)
