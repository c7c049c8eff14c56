"""Who looks after all organizations."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class IsSupportStaff(BasePermission):
    """A member of the support staff; to change something, one who may."""

    message = "Only the support staff may do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_active and user.is_staff):
            return False
        return request.method in SAFE_METHODS or user.is_superuser
