"""A little API on core's own tables, so that what every endpoint stands on is tested without any endpoint of ours."""

from threading import Barrier
from typing import Any

from django.db import OperationalError
from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from apps.core.errors import Conflict
from apps.core.events import publish
from apps.core.models import LogEntry
from apps.core.rest import CleanJSONField, TenantViewSet
from tests.core.test_log import MAY, DoorOpened

inside: list[Barrier] = []  # a test that wants two requests at work together puts a barrier here


class DoorIsStuck(Conflict):
    title, example, field = "Door is stuck", "The cellar door is stuck.", "door"


class DoorSerializer(serializers.Serializer[Any]):
    door = serializers.CharField(max_length=20)
    attributes = CleanJSONField(required=False)


class DoorViewSet(TenantViewSet[LogEntry]):
    queryset = LogEntry.objects.filter(audience=MAY)
    serializer_class = DoorSerializer
    permissions = {"*": "contacts.view", "destroy": "organization.manage"}

    def list(self, _request: Request) -> Response:
        return Response([each.payload["door"] for each in self.get_queryset().order_by("id")])

    def create(self, _request: Request) -> Response:
        door = self.validated(DoorSerializer)["door"]
        publish(DoorOpened(organization_id=self.organization_id, door=door))
        for barrier in inside:
            barrier.wait(5)
        if door == "cellar":
            raise DoorIsStuck
        return Response({"door": door, "opened": self.get_queryset().count()}, 201)

    def destroy(self, _request: Request, pk: str) -> Response:
        return Response({"pk": pk})

    @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
    def photo(self, request: Request) -> Response:
        publish(DoorOpened(organization_id=self.organization_id, door=request.data["door"]))
        return Response({"size": len(request.data["file"].read())})

    @action(detail=False)
    def busy(self, _request: Request) -> Response:
        raise OperationalError("canceling statement due to lock timeout")

    @action(detail=False)
    def broken(self, _request: Request) -> Response:
        raise RuntimeError("a bug")


router = DefaultRouter()
router.register("doors", DoorViewSet, basename="door")
urlpatterns = [path("api/v1/", include(router.urls))]
handler404 = "apps.core.problems.page_not_found"
handler500 = "apps.core.problems.server_error"
