"""The named permissions of all apps. Each app's `permissions.py` names its own; accounts collects them into roles."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """Something that a person may be allowed to do, e.g. `contacts.edit`."""

    name: str
    description: str

    def __str__(self) -> str:
        return self.name


_all: dict[str, Permission] = {}


def permission(name: str, description: str) -> str:
    """Name a permission once, where its app begins; returns the name.

    Raises:
        ValueError: the name is taken.
    """
    if name in _all:
        raise ValueError(f"{name} is named twice")
    _all[name] = Permission(name, description)
    return name


def all_permissions() -> list[Permission]:
    return sorted(_all.values(), key=lambda each: each.name)
