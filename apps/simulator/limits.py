"""Lengths, counts and sizes that Meta enforces: plain data that the simulator shares with the rest of PyTake."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

_DATA: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "whatsapp" / "data" / "limits.json").read_text(encoding="utf-8")
)


@cache
def most(path: str) -> int:
    """The most characters or items of a part of a message: `most("interactive.button.title")`."""
    return int(table("messages." + path)["max"])


@cache
def table(path: str) -> dict[str, Any]:
    """A part of the data by its keys, joined with dots."""
    found: Any = _DATA
    for key in path.split("."):
        found = found[key]
    return dict(found)


def length(text: str) -> int:
    """How long Meta may find a text: UTF-16 units, the strictest reading of what isn't documented."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
