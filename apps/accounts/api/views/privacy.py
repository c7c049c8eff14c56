from typing import Any, cast

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import privacy as examples
from apps.accounts.api.requests import access_of
from apps.accounts.api.serializers.privacy import (
    NewPrivacyJobSerializer,
    PrivacyJobSerializer,
    RetentionSerializer,
)
from apps.accounts.errors import ExportNotReady, LastOwner, NoSuchSubject, OutOfReach, OwnersOnly, ThreadsUnseen
from apps.accounts.models import Organization, PrivacyJob
from apps.accounts.permissions import MANAGE_PRIVACY
from apps.accounts.querysets import PrivacyJobQuerySet
from apps.accounts.selectors import with_names
from apps.accounts.services import privacy, retention
from apps.core.access import ANYBODY
from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet

TAG = "Privacy"


@extend_schema_view(
    list=describe(
        TAG, "List privacy jobs", "Exports and erasures of people's data, the newest first.",
        answers={200: PrivacyJobSerializer(many=True)}, shows=examples.JOB,
    ),
    retrieve=describe(
        TAG, "Show a privacy job", "How far it is; of an erasure that is done, its certificate.",
        answers={200: PrivacyJobSerializer}, shows=examples.JOB, refuses=(NotFound,),
    ),
    create=describe(
        TAG, "Export or erase a person's data",
        "Begins soon. An erasure can't be taken back; an erased contact who writes again is a new contact.",
        takes=NewPrivacyJobSerializer, sends=examples.NEW_JOB,
        answers={201: PrivacyJobSerializer}, shows=examples.JOB,
        refuses=(NoSuchSubject, LastOwner, OwnersOnly, OutOfReach, ThreadsUnseen), writes=True,
    ),
    download=describe(
        TAG, "Download an export", "A ZIP of one JSON file for each store, and of files. It lies here for a week.",
        answers={(200, "application/zip"): OpenApiTypes.BINARY}, shows=examples.FILE,
        refuses=(NotFound, ExportNotReady, ThreadsUnseen),
    ),
)  # fmt: skip
class PrivacyJobViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[PrivacyJob]):
    queryset = PrivacyJob.objects.all()
    serializer_class = PrivacyJobSerializer
    permissions = {"retrieve": ANYBODY, "download": ANYBODY, "*": MANAGE_PRIVACY}

    def get_queryset(self) -> PrivacyJobQuerySet:
        jobs = cast(PrivacyJobQuerySet, super().get_queryset())
        if self.access is None or MANAGE_PRIVACY in self.access.permissions:
            return jobs
        return jobs.own_exports(self.access.user.pk)

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        return page and with_names(page)

    def retrieve(self, _request: Request, pk: str) -> Response:
        return _shown(self.get_object())

    def create(self, request: Request) -> Response:
        return _shown(privacy.ask(by=access_of(request), **self.validated(NewPrivacyJobSerializer)), 201)

    @action(detail=True)
    def download(self, request: Request, pk: str) -> Any:
        job = self.get_object()
        file = privacy.open_file(by=access_of(request), job=job)
        return FileResponse(
            file,
            as_attachment=True,
            filename=f"{job.subject_kind}-{job.subject_id}.zip",
            content_type="application/zip",
        )


@extend_schema_view(
    export=describe(
        TAG, "Export my own data",
        "Whatever this organization keeps of whoever is signed in; see the job that is answered.",
        answers={201: PrivacyJobSerializer}, shows=examples.JOB, writes=True,
    ),
)  # fmt: skip
class MyDataViewSet(TenantViewSet[PrivacyJob]):
    queryset = PrivacyJob.objects.all()
    serializer_class = PrivacyJobSerializer
    permissions = {"*": ANYBODY}

    @action(detail=False, methods=["post"], url_path="me/export")
    def export(self, request: Request) -> Response:
        access = access_of(request)
        job = privacy.ask(by=access, kind="export", subject_kind="user", subject_id=access.user.pk)
        return _shown(job, 201)


@extend_schema_view(
    retention=describe(
        TAG, "Show how long data is kept", "In days. The audit log is kept as long as the organization.",
        answers={200: RetentionSerializer}, shows=examples.RETENTION,
    ),
)  # fmt: skip
class RetentionViewSet(TenantViewSet[PrivacyJob]):
    queryset = PrivacyJob.objects.all()
    serializer_class = RetentionSerializer
    permissions = {"*": MANAGE_PRIVACY}

    @action(detail=False, url_path="me/retention", pagination_class=None)
    def retention(self, _request: Request) -> Response:
        return Response(retention.periods_of(Organization.objects.get(pk=self.organization_id)))

    @retention.mapping.patch
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        TAG, "Change how long data is kept",
        "What isn't named stays; null keeps. What is older is deleted within the hour, and doesn't come back.",
        takes=RetentionSerializer, sends=examples.RETENTION_CHANGES,
        answers={200: RetentionSerializer}, shows=examples.RETENTION, writes=True,
    )  # fmt: skip
    def change_retention(self, _request: Request) -> Response:
        days = self.validated(RetentionSerializer, partial=True)
        return Response(retention.change_retention(organization_id=self.organization_id, **days))


def _shown(job: PrivacyJob, status: int = 200) -> Response:
    return Response(PrivacyJobSerializer(with_names([job])[0]).data, status)
