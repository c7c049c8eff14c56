"""The tables in docs/permissions.md, as the code has them; `bin/lint --fix` writes them."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
NOBODYS = "none: one's own affairs, and support staff"
ALONE = "none by itself: it widens what others show"
ROLES_BEGIN, ROUTES_BEGIN = "| permission | allows to |", "| permission | routes that ask for it |"


def roles_table() -> list[str]:
    """Which role may do what."""
    from apps.accounts.roles import PERMISSIONS
    from apps.core.permissions import all_permissions

    def marks(name: str) -> str:
        return " | ".join("✓" if name in allowed else "" for allowed in PERMISSIONS.values())

    head = f"{ROLES_BEGIN} {' | '.join(PERMISSIONS)} |"
    rows = [f"| `{each.name}` | {each.description} | {marks(each.name)} |" for each in all_permissions()]
    return [head, f"| --- | --- |{' :-: |' * len(PERMISSIONS)}", *rows]


def routes_table() -> list[str]:
    """Which routes ask for which permission."""
    from apps.core.permissions import all_permissions

    found = defaultdict(set)
    for name, method, path in _routes():
        found[name].add((path, method))
    named = [(f"`{each.name}`", found[each.name]) for each in all_permissions()]
    rows = [f"| {name} | {_listed(routes)} |" for name, routes in [*named, (NOBODYS, found[""])]]
    return [ROUTES_BEGIN, "| --- | --- |", *rows]


def written(page: str) -> str:
    """The page with its tables made anew."""
    text = re.sub(rf"^{re.escape(ROLES_BEGIN)}(?:.*\n\|)*.*$", "\n".join(roles_table()), page, flags=re.M)
    if ROUTES_BEGIN not in text:
        text = f"{text.rstrip()}\n\n## Routes\n\n{ROUTES_BEGIN}\n"
    return re.sub(rf"^{re.escape(ROUTES_BEGIN)}(?:.*\n\|)*.*$", "\n".join(routes_table()), text, flags=re.M)


def _routes() -> Iterator[tuple[str, str, str]]:
    """Permission, method and path of every action of the viewsets that belong to an organization."""
    from apps.core.rest import TenantViewSet
    from pytake.api import router

    for pattern in router.urls:
        view = getattr(pattern.callback, "cls", None)
        route = str(pattern.pattern)
        if view is None or not issubclass(view, TenantViewSet) or "format" in route:
            continue
        plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", route).strip("^$").replace("\\", "")
        path = "/" + plain.replace("{pk}", "{id}")
        for method, action in pattern.callback.actions.items():
            if method == "head":  # which a view has once it was asked
                continue
            yield view.permissions.get(action, view.permissions.get("*", "")), method.upper(), path


def _listed(routes: set[tuple[str, str]]) -> str:
    return "<br>".join(f"{method} `{path}`" for path, method in sorted(routes)) or ALONE


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pytake.settings.test")
    django.setup()
    PAGE.write_text(written(PAGE.read_text()))


if __name__ == "__main__":
    main()
