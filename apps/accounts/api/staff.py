"""Who looks after all organizations."""

from typing import Any, cast

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.accounts.selectors import Access


class IsSupportStaff(BasePermission):
    """A member of the support staff; to change something, one who may."""

    message = "Only the support staff may do this, signed in themselves and with their second factor."

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        is_staff = user.is_authenticated and user.is_active and user.is_staff
        if not (is_staff and _has_shown_who_they_are(cast(Any, request.auth))):
            return False
        return request.method in SAFE_METHODS or user.is_superuser


def _has_shown_who_they_are(access: Access | None) -> bool:
    """As at the desk: what the staff may do, neither a program nor a password alone nor a customer's provider opens.

    Args:
        access: None of a browser's session, of which `StaffBrowserAuthentication` has asked the same.
    """
    if access is None:
        return True
    return access.is_in_person and bool(access.second_factor or not settings.ADMIN_SECOND_FACTOR)
