"""Ready templates in Portuguese and English: texts for a beginning, as data."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[1] / "data" / "template_library.json"


def ready_templates(
    *, language: str = "", category: str = "", topic: str = "", words: str = ""
) -> list[dict[str, Any]]:
    """Those that fit all that is asked; empty asks for nothing."""
    return [
        each
        for each in _all()
        if language in ("", each["language"])
        and category.upper() in ("", each["category"])
        and topic in ("", each["topic"])
        and all(word in _said(each) for word in words.casefold().split())
    ]


@cache
def _all() -> list[dict[str, Any]]:
    rows = json.loads(_DATA.read_text(encoding="utf-8"))["templates"]
    return [each | {"library_name": each["name"], "parameter_format": "POSITIONAL"} for each in rows]


def _said(template: dict[str, Any]) -> str:
    texts = [str(each.get("text", "")) for each in template["components"]]
    return " ".join([template["title"], template["name"], *texts]).casefold()
