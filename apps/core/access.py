"""Who asks, and may they? Apart from `rest.py`, since DRF reads it while it is being imported itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast
from uuid import UUID

from rest_framework.permissions import BasePermission

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


ANYBODY = ""  # in place of a permission's name: whoever is signed in, since it concerns themselves


class Access(Protocol):
    """Who asks, in which organization, and what they may do there: every authentication gives one as `request.auth`."""

    @property
    def organization_id(self) -> UUID: ...

    @property
    def permissions(self) -> frozenset[str]: ...

    @property
    def api_key_id(self) -> UUID | None: ...


class MayDoThis(BasePermission):
    """The view's `permissions` name, action by action (`*`: all others), what the caller must be allowed to do."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.auth is None:
            return False
        wanted: dict[str, str] = getattr(view, "permissions", {})
        action = getattr(view, "action", None) or ""
        name = wanted.get(action, wanted.get("*", ANYBODY))
        access = cast(Access, request.auth)
        if name == ANYBODY:  # a program is nobody: what concerns a person is for people, unless the view opens it
            return access.api_key_id is None or action in getattr(view, "for_programs", ())
        return name in access.permissions
