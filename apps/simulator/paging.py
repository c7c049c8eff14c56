"""Lists in pages, with Graph's cursors (whatsapp.md §8, §13.1)."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from aiohttp import web

from apps.simulator.errors import GraphError

USUAL, MOST = 25, 500
_ARGUMENT = re.compile(r"\.(\w+)\(([^()]*)\)")


def page(
    rows: Sequence[dict[str, Any]], request: web.Request, *, key: str = "id", usual: int = USUAL
) -> dict[str, Any]:
    """The rows that `limit`, `after` and `before` ask for, with cursors and the addresses of the pages around them.

    Args:
        key: what tells a row from the others; cursors are made of it.

    Raises:
        GraphError: 100, a limit that is none; 131059, a cursor that is none.
    """
    limit, places = _limit(request, usual), [str(row[key]) for row in rows]
    start = _after(request.query.get("after"), places)
    if "before" in request.query:
        start = max(0, _place(request.query["before"], places) - limit)
    shown = list(rows[start : start + limit])
    if not shown:
        return {"data": []}
    cursors = {"before": _cursor(str(shown[0][key])), "after": _cursor(str(shown[-1][key]))}
    paging: dict[str, Any] = {"cursors": cursors}
    if start > 0:
        paging["previous"] = str(request.url.without_query_params("after").update_query(before=cursors["before"]))
    if start + limit < len(rows):
        paging["next"] = str(request.url.without_query_params("before").update_query(after=cursors["after"]))
    return {"data": shown, "paging": paging}


def split_fields(fields: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The names in `fields=` with their arguments: `id,analytics.start(1).phone_numbers(["5","6"]){data}`."""
    depth, part = 0, ""
    for sign in [*fields, ","]:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth <= 0:
            if part.strip():
                name = re.split(r"[.{]", part.strip(), maxsplit=1)[0]
                yield name, dict(_ARGUMENT.findall(part))
            part = ""
        else:
            part += sign


def words(value: Any) -> list[str]:
    """A list as Graph takes it in an address: `["5","6"]`, `5,6`, or the list itself."""
    given = value if isinstance(value, list) else str(value or "").split(",")
    return [word for each in given if (word := str(each).strip(" \"'[]"))]


def _limit(request: web.Request, usual: int) -> int:
    given = request.query.get("limit", str(usual))
    if not given.isdigit() or not int(given):
        raise GraphError(100, message="(#100) Param limit must be an integer greater than 0")
    return min(int(given), max(usual, MOST))


def _after(cursor: str | None, places: list[str]) -> int:
    return 0 if not cursor else _place(cursor, places) + 1


def _place(cursor: str, places: list[str]) -> int:
    try:
        return places.index(urlsafe_b64decode(cursor.encode()).decode())
    except ValueError as error:
        raise GraphError(131059, "The cursor is not valid.") from error


def _cursor(place: str) -> str:
    return urlsafe_b64encode(place.encode()).decode()
