"""docs/permissions.md says what the code does."""

from pathlib import Path

from apps.accounts.roles import PERMISSIONS
from apps.core.permissions import all_permissions

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


def table() -> list[str]:
    head = f"| permission | allows to | {' | '.join(PERMISSIONS)} |"
    rows = [f"| `{each.name}` | {each.description} | {_marks(each.name)} |" for each in all_permissions()]
    return [head, f"| --- | --- |{' :-: |' * len(PERMISSIONS)}", *rows]


def _marks(name: str) -> str:
    return " | ".join("✓" if name in allowed else "" for allowed in PERMISSIONS.values())


def test_the_table_of_permissions_is_as_the_roles_are() -> None:
    assert [line for line in PAGE.read_text().splitlines() if line.startswith("|")] == table()
