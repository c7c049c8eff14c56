"""docs/permissions.md says what the code does."""

from tests.accounts.permissions_page import NOBODYS, PAGE, routes_table, written


def test_the_tables_of_permissions_are_as_the_code_is() -> None:
    page = PAGE.read_text()
    assert page == written(page), "bin/lint --fix mends it"


def test_routes_stand_under_the_permission_that_they_ask_for() -> None:
    rows = dict(row.strip("| ").split(" | ", 1) for row in routes_table()[2:])
    assert "GET `/users/`" in rows["`members.view`"]
    assert "POST `/departments/{id}/agents/{user_id}/`" in rows["`departments.manage`"]
    assert "PUT `/users/me/status/`" in rows[NOBODYS]
