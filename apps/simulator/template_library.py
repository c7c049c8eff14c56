"""Templates that Meta has written: approved at once, and their values checked by type (whatsapp.md §6.1).

The four here are the simulator's own; Meta's are many more.
"""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from apps.simulator.errors import GraphError
from apps.simulator.template_checks import refused

FILTERS = ("topic", "usecase", "language", "category")
_TYPES = {
    "AMOUNT": r".*\d.*",
    "DATE": r".*\d.*",
    "PHONE NUMBER": r"\+?[\d\s().-]{7,20}",
    "EMAIL": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "NUMBER": r"-?[\d.,]+",
}


def search(query: Mapping[str, str]) -> list[dict[str, Any]]:
    """The library's templates by `search`, `topic`, `usecase`, `industry`, `language`, `name`."""
    return [
        each
        for each in _all()
        if query.get("search", "").lower() in f"{each['name']} {each['body']}".lower()
        and query.get("name", each["name"]) == each["name"]
        and query.get("industry", each["industry"][0]).upper() in each["industry"]
        and all(query.get(key, each[key]).upper() == each[key].upper() for key in FILTERS)
    ]


def written_out(body: dict[str, Any]) -> dict[str, Any]:
    """The body of a creation with the components of the library's template that it names.

    Raises:
        GraphError: 100, there is none of this name and language, or a button's value is missing.
    """
    name, language = body.get("library_template_name"), body.get("language")
    found = next((each for each in _all() if (each["name"], each["language"]) == (name, language)), None)
    if found is None:
        raise refused(None, f"There is no library template {name} in {language}.")
    header = [{"type": "HEADER", "format": "TEXT", "text": found["header"]}] if "header" in found else []
    text = {"type": "BODY", "text": found["body"], "example": {"body_text": [found["body_params"]]}}
    inputs = body.get("library_template_button_inputs") or []
    given = {each.get("type"): each for each in inputs if isinstance(each, dict)}
    buttons = [_filled(deepcopy(each), given.get(each["type"])) for each in found["buttons"]]
    components = [*header, text, {"type": "BUTTONS", "buttons": buttons}]
    kept = {key: value for key, value in body.items() if not key.startswith("library_template_b")}
    return kept | {"category": found["category"], "components": components}


def check_types(name: str, language: str, values: list[dict[str, Any]]) -> None:
    """Refuse values of a library template's body that aren't of their type.

    Raises:
        GraphError: 132012.
    """
    found = next((each for each in _all() if (each["name"], each["language"]) == (name, language)), None)
    for kind, value in zip(found["body_param_types"] if found else [], values, strict=False):
        if not re.fullmatch(_TYPES.get(kind, ".*"), str(value.get("text", ""))):
            raise GraphError(132012, f"body: Format mismatch, expected {kind}, received TEXT")


def _filled(button: dict[str, Any], given: dict[str, Any] | None) -> dict[str, Any]:
    if button["type"] == "URL":
        url = (given or {}).get("url") or {}
        if not url.get("base_url") or ("{{" in url["base_url"] and not url.get("url_suffix_example")):
            raise refused(2388043, "library_template_button_inputs needs url.base_url and url.url_suffix_example.")
        example = {"example": [url["url_suffix_example"]]} if "{{" in url["base_url"] else {}
        return button | {"url": url["base_url"]} | example
    if button["type"] == "PHONE_NUMBER":
        if not (given or {}).get("phone_number"):
            raise refused(2388043, "library_template_button_inputs needs phone_number.")
        return button | {"phone_number": str((given or {})["phone_number"])}
    return button


@cache
def _all() -> list[dict[str, Any]]:
    rows = json.loads(Path(__file__).with_name("template_library.json").read_text(encoding="utf-8"))
    return [dict(each) for each in rows]
