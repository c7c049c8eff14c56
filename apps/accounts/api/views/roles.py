from collections import defaultdict
from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import roles as examples
from apps.accounts.api.serializers.roles import (
    NewRoleSerializer,
    PermissionGroupSerializer,
    RoleChangesSerializer,
    RoleDetailsSerializer,
)
from apps.accounts.errors import BuiltInRole, MayNotGrant, RoleInUse, RoleNameTaken, UnknownPermission
from apps.accounts.models import CustomRole
from apps.accounts.permissions import MANAGE_ROLES, VIEW_MEMBERS
from apps.accounts.roles import DESCRIPTIONS
from apps.accounts.selectors import permissions_at
from apps.accounts.services import roles as services
from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.permissions import all_permissions
from apps.core.rest import NewestFirst, TenantViewSet

ONE: dict[str, Any] = {"answers": {200: RoleDetailsSerializer}, "shows": examples.ROLE}


class RolesByName(NewestFirst):
    ordering = ("name", "id")


@extend_schema_view(
    list=describe(
        "Roles", "List roles", "The built-in ones first, from the owner down; then the organization's own, by name.",
        answers={200: RoleDetailsSerializer(many=True)}, shows=examples.ROLE,
    ),
    retrieve=describe("Roles", "Show a role", "A built-in one by its name.", **ONE, refuses=(NotFound,)),
    create=describe(
        "Roles", "Add a role", "Of named permissions; nobody puts one in that they haven't got.",
        takes=NewRoleSerializer, sends=examples.NEW_ROLE, answers={201: RoleDetailsSerializer}, shows=examples.ROLE,
        refuses=(UnknownPermission, MayNotGrant, RoleNameTaken), writes=True,
    ),
    partial_update=describe(
        "Roles", "Change a role", "It holds at once for everybody who has it.",
        takes=RoleChangesSerializer, sends=examples.ROLE_CHANGES, **ONE,
        refuses=(NotFound, BuiltInRole, UnknownPermission, MayNotGrant, RoleNameTaken), writes=True,
    ),
    destroy=describe(
        "Roles", "Delete a role", "Only one that nobody has, and nobody is invited to.",
        answers={204: None}, refuses=(NotFound, BuiltInRole, MayNotGrant, RoleInUse), writes=True,
    ),
)  # fmt: skip
class RoleViewSet(ListModelMixin, TenantViewSet[CustomRole]):
    queryset = CustomRole.objects.all()
    serializer_class = RoleDetailsSerializer
    pagination_class = RolesByName
    permissions = {"list": VIEW_MEMBERS, "retrieve": VIEW_MEMBERS, "*": MANAGE_ROLES}

    def list(self, request: Request) -> Response:
        page = [_own(role) for role in self.paginate_queryset(self.get_queryset()) or ()]
        if not self.paginator.has_previous:  # type: ignore[union-attr]  # the first page
            page = [*self._built_in().values(), *page]
        return self.get_paginated_response(RoleDetailsSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        found = self._built_in().get(pk) or _own(self.get_object())
        return Response(RoleDetailsSerializer(found).data)

    def create(self, request: Request) -> Response:
        role = services.create_role(by=self.access, **self.validated(NewRoleSerializer))
        return Response(RoleDetailsSerializer(_own(role)).data, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        values = self.validated(RoleChangesSerializer)
        role = services.change_role(by=self.access, role=self._changeable(pk), **values)
        return Response(RoleDetailsSerializer(_own(role)).data)

    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_role(by=self.access, role=self._changeable(pk))
        return Response(status=204)

    def _changeable(self, pk: str) -> CustomRole:
        if pk in DESCRIPTIONS:
            raise BuiltInRole
        return self.get_object()

    def _built_in(self) -> dict[str, dict[str, Any]]:
        return {
            name: {
                "id": name,
                "name": name,
                "description": description,
                "is_built_in": True,
                "permissions": sorted(permissions_at(self.access.organization, name, None)),
            }
            for name, description in DESCRIPTIONS.items()
        }


def _own(role: CustomRole) -> dict[str, Any]:
    shown = {name: getattr(role, name) for name in ("id", "name", "description", "permissions")}
    return shown | {"is_built_in": False}


@extend_schema_view(
    list=describe(
        "Roles", "List permissions", "Every permission that a role may hold, by the noun that it is about.",
        answers={200: PermissionGroupSerializer(many=True)}, shows=examples.PERMISSION_GROUP,
    ),
)  # fmt: skip
class PermissionViewSet(TenantViewSet[CustomRole]):
    queryset = CustomRole.objects.all()
    serializer_class = PermissionGroupSerializer
    pagination_class = None  # type: ignore[assignment]  # as DRF has it
    permissions = {"*": VIEW_MEMBERS}

    def list(self, request: Request) -> Response:
        groups = defaultdict(list)
        for each in all_permissions():
            groups[each.name.partition(".")[0]].append(each)
        found = [{"group": name, "permissions": each} for name, each in groups.items()]
        return Response(PermissionGroupSerializer(found, many=True).data)
