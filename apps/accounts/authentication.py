from typing import Any, cast
from uuid import UUID

import structlog
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.accounts.errors import not_in_their_place
from apps.accounts.models import User
from apps.accounts.selectors import Access, access_of_api_key, access_of_browser, access_of_token
from apps.accounts.services import api_keys
from apps.core.actor import identify
from apps.core.desk import has_shown_second_factor


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`, or a program's key there or in `X-API-Key`."""

    def authenticate(self, request: Request) -> tuple[User, Access] | None:
        scheme, _, token = get_authorization_header(request).partition(b" ")
        key = request.headers.get("X-API-Key", "") or (token.decode("latin-1") if token.startswith(b"pk_") else "")
        if key and scheme.lower() in (b"bearer", b""):
            return self._of_program(key.strip())
        if scheme.lower() != b"bearer":
            return None
        view = request.parser_context["view"] if request.parser_context else None
        access = access_of_token(token, while_enrolling=getattr(view, "open_while_enrolling", False))
        structlog.contextvars.bind_contextvars(organization=str(access.organization_id))
        if access.impersonator_id and _is_only_in_person(request, view):
            raise not_in_their_place()
        identify(
            kind="user", actor_id=access.user.pk, name=access.user.full_name, impersonator_id=access.impersonator_id
        )
        return access.user, access

    def _of_program(self, text: str) -> tuple[User, Access]:
        access = access_of_api_key(text)
        structlog.contextvars.bind_contextvars(organization=str(access.organization_id))
        key_id = cast(UUID, access.api_key_id)
        identify(kind="api_key", actor_id=key_id, name=access.api_key_name)
        api_keys.was_used(organization_id=access.organization_id, key_id=key_id)
        return access.user, access

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class StaffBrowserAuthentication(SessionAuthentication):
    """A session of /admin/, with all that the desk demands; anybody else's cookie is nobody's.

    For the staff's own routes: they needn't work in an organization, so there is no access.
    """

    def authenticate(self, request: Request) -> tuple[User, Access | None] | None:
        user = self.staff_at(request)
        if user is None:
            return None
        identify(kind="staff", actor_id=user.pk, name=str(user))
        return user, None

    def staff_at(self, request: Request) -> User | None:
        user = getattr(request._request, "user", None)
        if not (user and user.is_staff and has_shown_second_factor(request._request)):
            return None
        return user if super().authenticate(request) else None


class BrowserAuthentication(StaffBrowserAuthentication):
    """The staff try the browsable API and Swagger UI, as in their first organization."""

    def authenticate(self, request: Request) -> tuple[User, Access | None] | None:
        user = self.staff_at(request)
        access = access_of_browser(user) if user else None
        if access is None:
            return None
        identify(kind="user", actor_id=access.user.pk, name=access.user.full_name)
        return access.user, access


def _is_only_in_person(request: Request, view: Any) -> bool:
    """Whether support staff who act for a person don't do this: all that the view writes, or the actions it names."""
    named, action = getattr(view, "only_in_person", False), getattr(view, "action", "")
    return request.method not in SAFE_METHODS and action != "logout" and (named is True or action in (named or ()))
