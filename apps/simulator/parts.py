"""Checks of single parts of a request, with Graph's codes for what is wrong."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from apps.simulator.errors import GraphError, invalid, missing, too_long
from apps.simulator.limits import length, table


def part_of(parent: dict[str, Any], name: str, kind: type = dict) -> Any:
    part = parent.get(name)
    if part is None:
        raise missing(name)
    if not isinstance(part, kind):
        raise invalid(f"{name} must be {'an array' if kind is list else 'an object'}.")
    return part


def known_keys(part: dict[str, Any], known: set[str], where: str) -> None:
    for key in part:
        if key not in known:
            details = f'Unexpected key "{key}" on {where}.'
            raise GraphError(100, details, message=f"(#100) {details}")


def check_words(value: Any, name: str, limit: int, *, least: int = 1) -> None:
    """A text that is too long is code 100 for plain parameters, as Graph has it."""
    if not isinstance(value, str):
        raise missing(name) if value is None else invalid(f"{name} must be a string.")
    if length(value) > limit:
        raise too_long(name, limit)
    if len(value.strip()) < least:
        raise invalid(f"{name} must not be empty.")


def check_label(value: Any, name: str, limit: int) -> None:
    """A text that is too long is code 131009 for the parts of interactive messages."""
    if value is None:
        raise missing(name)
    if not isinstance(value, str) or not 1 <= length(value) <= limit:
        raise invalid(f"{name} length invalid. Min length: 1, Max length: {limit}.")


def check_unique(values: Iterable[Any], name: str) -> None:
    seen = list(values)
    if len(set(seen)) < len(seen):
        raise invalid(f"Duplicated {name} is not allowed.")


def check_count(found: Any, name: str, limit: str) -> None:
    """How many items a list may have: `interactive.carousel.cards`."""
    bounds = table("messages." + limit)
    least, most = bounds.get("min", 0), bounds["max"]
    if not least <= len(found) <= most:
        raise invalid(f"Invalid {name} count. Min allowed {name}: {least}, Max allowed {name}: {most}.")


def check_source(media: dict[str, Any], kind: str) -> None:
    if ("id" in media) == ("link" in media):
        details = f"Exactly one of {kind}['id'] and {kind}['link'] is required."
        raise GraphError(131008 if "id" not in media else 131009, details)
    if "link" in media and urlsplit(str(media["link"])).scheme not in ("http", "https"):
        raise GraphError(100, message=f"(#100) Param {kind}['link'] is not a valid URI.")


def check_url(value: Any, name: str) -> None:
    if urlsplit(str(value or "")).scheme not in ("http", "https"):
        raise invalid(f"{name} is not a valid URL.")
