from typing import Any, cast

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import departments as examples
from apps.accounts.api.filters import DepartmentFilter
from apps.accounts.api.serializers.departments import (
    DepartmentChangesSerializer,
    DepartmentSerializer,
    NewDepartmentSerializer,
)
from apps.accounts.api.views.users import UUID_REGEX, id_in_path
from apps.accounts.errors import DepartmentSlugTaken, HoursNotValid, NoSuchMember, PlanLimitReached
from apps.accounts.models import Department
from apps.accounts.permissions import MANAGE_DEPARTMENTS, VIEW_MEMBERS
from apps.accounts.querysets import DepartmentQuerySet
from apps.accounts.selectors import described_departments
from apps.accounts.services import departments as services
from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import NewestFirst, TenantViewSet

ONE: dict[str, Any] = {"answers": {200: DepartmentSerializer}, "shows": examples.DEPARTMENT}
MANY: dict[str, Any] = {"answers": {200: DepartmentSerializer(many=True)}, "shows": examples.DEPARTMENT}


class DepartmentsByName(NewestFirst):
    ordering = ("folded", "id")


@extend_schema_view(
    list=describe("Departments", "List departments", "By name, with the ids of those who work in each.", **MANY),
    active=describe("Departments", "List active departments", "By name.", **MANY),
    retrieve=describe("Departments", "Show a department", "With the ids of its people.", **ONE, refuses=(NotFound,)),
    create=describe(
        "Departments", "Add a department", "Its slug is made from its name unless one is said.",
        takes=NewDepartmentSerializer, sends=examples.NEW_DEPARTMENT, answers={201: DepartmentSerializer},
        shows=examples.DEPARTMENT, refuses=(DepartmentSlugTaken, HoursNotValid, PlanLimitReached), writes=True,
    ),
    partial_update=describe(
        "Departments", "Change a department", "What isn't named stays; business hours are replaced as a whole.",
        takes=DepartmentChangesSerializer, sends=examples.CHANGES, **ONE,
        refuses=(NotFound, DepartmentSlugTaken, HoursNotValid), writes=True,
    ),
    destroy=describe(
        "Departments", "Delete a department", "Its people stay in the organization.",
        answers={204: None}, refuses=(NotFound,), writes=True,
    ),
    agent=describe(
        "Departments", "Add somebody to a department", "Whoever works in it already does so still.", **ONE,
        refuses=(NotFound, NoSuchMember), writes=True,
    ),
)  # fmt: skip
class DepartmentViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Department]):
    queryset = Department.objects.all()
    serializer_class = DepartmentSerializer
    filterset_class = DepartmentFilter
    pagination_class = DepartmentsByName
    lookup_value_regex = UUID_REGEX
    permissions = {
        "list": VIEW_MEMBERS,
        "active": VIEW_MEMBERS,
        "retrieve": VIEW_MEMBERS,
        "*": MANAGE_DEPARTMENTS,
    }

    def get_queryset(self) -> DepartmentQuerySet:
        return described_departments(cast(DepartmentQuerySet, super().get_queryset()))

    def create(self, request: Request) -> Response:
        values = self.validated(NewDepartmentSerializer)
        department = services.create_department(organization_id=self.organization_id, **values)
        return self._shown(department, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        values = self.validated(DepartmentChangesSerializer)
        return self._shown(services.change_department(department=self.get_object(), **values))

    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_department(department=self.get_object())
        return Response(status=204)

    @action(detail=False, filterset_class=None)
    def active(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.get_queryset().active())
        return self.get_paginated_response(DepartmentSerializer(rows, many=True).data)

    @action(detail=True, methods=["post"], url_path=f"agents/(?P<user_id>{UUID_REGEX})", filterset_class=None)
    def agent(self, request: Request, pk: str, user_id: str) -> Response:
        department = self.get_object()
        services.add_agent(department=department, user_id=id_in_path(user_id))
        return self._shown(department)

    @agent.mapping.delete
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Departments", "Take somebody out of a department", "Whoever doesn't work in it is no mistake.", **ONE,
        refuses=(NotFound, NoSuchMember), writes=True,
    )  # fmt: skip
    def remove_agent(self, request: Request, pk: str, user_id: str) -> Response:
        department = self.get_object()
        services.remove_agent(department=department, user_id=id_in_path(user_id))
        return self._shown(department)

    def _shown(self, department: Department, *, status: int = 200) -> Response:
        return Response(DepartmentSerializer(self.get_queryset().get(pk=department.pk)).data, status=status)
