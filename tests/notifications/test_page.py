"""The registry of types, and docs/notices.md, which says what it does."""

from pathlib import Path
from typing import Any

import pytest

from apps.core.permissions import all_permissions
from apps.notifications.registry import CHANNELS, Words, all_types, notice_type

PAGE = Path(__file__).parents[2] / "docs" / "notices.md"
SAME = {"pt_br": Words("a", "b", "{c}"), "en": Words("a", "b", "{c}")}


def table() -> list[str]:
    rows = [
        [
            f"`{each.name}`", each.severity, f"`{each.permission}`" if each.permission else "everybody",
            ", ".join(channel for channel in CHANNELS if channel in each.channels) or "none",
            *(f"{each.words[language].title}: {each.words[language].body}" for language in ("pt-br", "en")),
        ]
        for each in sorted(all_types(), key=lambda each: each.name)
    ]  # fmt: skip
    head = ["type", "severity", "who may get it", "on from the beginning", "in Portuguese", "in English"]
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def test_the_page_names_every_type_as_it_is() -> None:
    assert [line for line in PAGE.read_text().splitlines() if line.startswith("|")] == table()


def test_who_may_get_a_type_is_a_permission_that_there_is() -> None:
    known = {each.name for each in all_permissions()}
    assert {each.permission for each in all_types() if each.permission} <= known


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("test", {}),
        ("new", {"severity": "dreadful"}),
        ("new", {"channels": frozenset({"pigeon"})}),
        ("new", {"en": Words("a", "b", "{d}")}),
    ],
)
def test_a_type_that_is_not_well_named_fails_where_it_is_named(name: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=name):
        notice_type(name, **{"severity": "info", **SAME, **wrong})
