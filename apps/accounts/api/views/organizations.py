from contextlib import AbstractContextManager
from typing import Any, cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import organizations as examples
from apps.accounts.api.serializers.organizations import (
    DeletionSerializer,
    ExportSerializer,
    LogoSerializer,
    OrganizationChangesSerializer,
    OrganizationForStaffSerializer,
    OrganizationProfileSerializer,
    OrganizationStatsSerializer,
    PlanSerializer,
    SettingsChangesSerializer,
    SettingsSerializer,
    TransferSerializer,
    UsageSerializer,
)
from apps.accounts.api.staff import IsSupportStaff
from apps.accounts.authentication import StaffBrowserAuthentication, TokenAuthentication
from apps.accounts.errors import (
    AlreadyOwner,
    DeletionAsked,
    ExportNotReady,
    ExportWaiting,
    HoursNotValid,
    NoDeletionAsked,
    NoSuchPerson,
    NotAPicture,
    NotThatName,
    PictureTooLarge,
    UnknownSetting,
    WrongPassword,
)
from apps.accounts.models import Organization, OrganizationExport, User
from apps.accounts.permissions import MANAGE_ORGANIZATION, OWN_ORGANIZATION, VIEW_MEMBERS
from apps.accounts.services import deletion, exports, limits, organizations
from apps.core.access import ANYBODY
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.core.openapi import describe, query
from apps.core.rest import CleanJSONField, TenantViewSet
from apps.core.tenancy import all_organizations

TAG, STAFF = "Organization", "Support staff"


@extend_schema_view(
    me=describe(
        TAG, "Show my organization", "The organization in which whoever asks is signed in.",
        answers={200: OrganizationProfileSerializer}, shows=examples.PROFILE,
    ),
    logo=describe(
        TAG, "Upload a logo", "A PNG, JPEG or WebP picture, which is made smaller and written anew.",
        takes={"multipart/form-data": LogoSerializer}, sends=examples.LOGO,
        answers={200: OrganizationProfileSerializer}, shows=examples.WITH_LOGO,
        refuses=(NotAPicture, PictureTooLarge), writes=True,
    ),
    document=describe(
        TAG, "Show settings", "What was set; what wasn't is as usual.",
        answers={200: SettingsSerializer}, shows=examples.SETTINGS,
    ),
    usage=describe(
        TAG, "Show usage", "How much of each of the plan's resources is used. What customers write counts, and is "
        "never refused.",
        answers={200: UsageSerializer}, shows=examples.USAGE,
    ),
    stats=describe(
        TAG, "Count what my organization has", "Totals, and the messages of this month.",
        answers={200: OrganizationStatsSerializer}, shows=examples.STATS,
    ),
    transfer_ownership=describe(
        TAG, "Transfer ownership", "Somebody else owns the organization, and whoever asks becomes an admin. Both are "
        "told by mail.",
        takes=TransferSerializer, sends=examples.TRANSFER, answers={204: None},
        refuses=(WrongPassword, NoSuchPerson, AlreadyOwner), writes=True,
    ),
    ask_for_deletion=describe(
        TAG, "Delete my organization", "In 30 days everything goes for good; until then it can be taken back. A full "
        "export is made first, and all owners are told by mail.",
        takes=DeletionSerializer, sends=examples.DELETION,
        answers={200: OrganizationProfileSerializer}, shows=examples.TO_BE_DELETED,
        refuses=(WrongPassword, NotThatName, DeletionAsked), writes=True,
    ),
    keep=describe(
        TAG, "Keep my organization", "The deletion is taken back.",
        answers={200: OrganizationProfileSerializer}, shows=examples.PROFILE, refuses=(NoDeletionAsked,), writes=True,
    ),
)  # fmt: skip
class MyOrganizationViewSet(TenantViewSet[Any]):
    serializer_class = OrganizationProfileSerializer
    permissions = {
        "me": VIEW_MEMBERS, "transfer_ownership": OWN_ORGANIZATION, "ask_for_deletion": OWN_ORGANIZATION,
        "keep": OWN_ORGANIZATION, "*": MANAGE_ORGANIZATION,
    }  # fmt: skip
    pagination_class = None  # type: ignore[assignment]  # there is one

    @action(detail=False)
    def me(self, _request: Request) -> Response:
        return self._shown()

    @me.mapping.patch
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        TAG, "Change my organization", "What isn't named stays as it is.",
        takes=OrganizationChangesSerializer, sends=examples.CHANGES,
        answers={200: OrganizationProfileSerializer}, shows=examples.PROFILE, writes=True,
    )  # fmt: skip
    def change_me(self, _request: Request) -> Response:
        changes = self.validated(OrganizationChangesSerializer)
        organizations.change_organization(organization_id=self.organization_id, **changes)
        return self._shown()

    @action(detail=False, methods=["post"], url_path="me/logo", parser_classes=[MultiPartParser])
    def logo(self, _request: Request) -> Response:
        file = self.validated(LogoSerializer)["file"]
        organizations.set_logo(organization_id=self.organization_id, file=file)
        return self._shown()

    @logo.mapping.delete
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        TAG, "Remove the logo", "The name stands alone again.",
        answers={200: OrganizationProfileSerializer}, shows=examples.PROFILE, writes=True,
    )  # fmt: skip
    def remove_logo(self, _request: Request) -> Response:
        organizations.set_logo(organization_id=self.organization_id, file=None)
        return self._shown()

    @action(detail=False, url_path="me/settings", url_name="settings")
    def document(self, _request: Request) -> Response:
        return Response(self._organization().settings)

    @document.mapping.patch
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        TAG, "Change settings", "Key by key: what isn't named stays, null takes a key away. Groups of settings are "
        "merged the same way; hours are replaced as a whole.",
        takes=SettingsChangesSerializer, sends=examples.SETTINGS,
        answers={200: SettingsSerializer}, shows=examples.SETTINGS, refuses=(UnknownSetting, HoursNotValid),
        writes=True,
    )  # fmt: skip
    def change_document(self, request: Request) -> Response:
        changes = cast(dict[str, Any], CleanJSONField().run_validation(request.data))
        if "agent_visibility" in changes and "conversations.view_all" not in self.access.permissions:
            raise Forbidden("Who doesn't see every conversation doesn't decide who does.")
        changed = organizations.change_settings(organization_id=self.organization_id, changes=changes)
        return Response(changed.settings)

    @action(detail=False, url_path="me/usage")
    def usage(self, _request: Request) -> Response:
        organization = self._organization()
        messages = limits.messages_of(organization)
        return Response(
            UsageSerializer(
                {
                    "plan": limits.plan_now(organization),
                    "plan_starts_at": organization.plan_starts_at,
                    "plan_expires_at": organization.plan_expires_at,
                    "month": limits.month_of(organization),
                    "messages_sent": messages["sent"],
                    "messages_received": messages["received"],
                    "resources": limits.usage_of(organization),
                }
            ).data
        )

    @action(detail=False, url_path="me/stats")
    def stats(self, _request: Request) -> Response:
        return Response(limits.figures_of(self._organization()))

    @action(detail=False, methods=["post"], url_path="me/transfer-ownership")
    def transfer_ownership(self, _request: Request) -> Response:
        organizations.transfer_ownership(access=self.access, **self.validated(TransferSerializer))
        return Response(status=204)

    @action(detail=False, methods=["post"], url_path="me/delete")
    def ask_for_deletion(self, _request: Request) -> Response:
        deletion.ask_for_deletion(access=self.access, **self.validated(DeletionSerializer))
        return self._shown()

    @action(detail=False, methods=["post"], url_path="me/keep")
    def keep(self, _request: Request) -> Response:
        deletion.keep_organization(organization_id=self.organization_id)
        return self._shown()

    def _organization(self) -> Organization:
        return Organization.objects.get(pk=self.organization_id)

    def _shown(self) -> Response:
        return Response(OrganizationProfileSerializer(self._organization()).data)


@extend_schema_view(
    list=describe(
        TAG, "List exports", "Newest first. A file is kept for a week.",
        answers={200: ExportSerializer(many=True)}, shows=examples.EXPORT,
    ),
    retrieve=describe(
        TAG, "Show an export", "How far it is.",
        answers={200: ExportSerializer}, shows=examples.EXPORT, refuses=(NotFound,),
    ),
    create=describe(
        TAG, "Export my organization", "Everything that is kept, as a zip: a JSONL file for each table, and all files. "
        "Passwords, tokens and other secrets are left out. It is made in the background.",
        answers={201: ExportSerializer}, shows=examples.NEW_EXPORT, refuses=(ExportWaiting,), writes=True,
    ),
    download=describe(
        TAG, "Download an export", "The zip.",
        answers={(200, "application/zip"): OpenApiTypes.BINARY}, shows={"application/zip": examples.ZIP},
        refuses=(NotFound, ExportNotReady),
    ),
)  # fmt: skip
class OrganizationExportViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[OrganizationExport]):
    queryset = OrganizationExport.objects.all()
    serializer_class = ExportSerializer
    permissions = {"*": OWN_ORGANIZATION}

    def create(self, _request: Request) -> Response:
        export = exports.request_export(organization_id=self.organization_id, by=self.access.user.pk)
        return Response(ExportSerializer(export).data, 201)

    @action(detail=True)
    def download(self, _request: Request, pk: str) -> Any:
        export = self.get_object()
        if export.state != OrganizationExport.State.READY or not default_storage.exists(export.file):
            raise ExportNotReady
        exports.note_download(export=export)
        name = f"{self.access.organization.slug}-{export.created_at:%Y-%m-%d}.zip"
        file = default_storage.open(export.file)
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@extend_schema_view(
    list=describe(
        STAFF, "List all organizations", "Newest first; for the support staff, as is all of this group.",
        answers={200: OrganizationForStaffSerializer(many=True)}, shows=examples.FOR_STAFF,
        filters=[query("active_only", "`true`: only those that are switched on.", OpenApiTypes.BOOL)],
    ),
    retrieve=describe(
        STAFF, "Show an organization", "Any of them.",
        answers={200: OrganizationForStaffSerializer}, shows=examples.FOR_STAFF, refuses=(NotFound,),
    ),
    stats=describe(
        STAFF, "Count what an organization has", "Totals, and the messages of this month.",
        answers={200: OrganizationStatsSerializer}, shows=examples.STATS, refuses=(NotFound,),
    ),
    partial_update=describe(
        STAFF, "Change an organization", "As its admins do.",
        takes=OrganizationChangesSerializer, sends=examples.CHANGES,
        answers={200: OrganizationForStaffSerializer}, shows=examples.FOR_STAFF, refuses=(NotFound,), writes=True,
    ),
    plan=describe(
        STAFF, "Set an organization's plan", "Its dates, and limits of its own.",
        takes=PlanSerializer, sends=examples.PLAN,
        answers={200: OrganizationForStaffSerializer}, shows=examples.WITH_PLAN, refuses=(NotFound,), writes=True,
    ),
    activate=describe(
        STAFF, "Activate an organization", "People get in again, and what waited is sent.",
        answers={200: OrganizationForStaffSerializer}, shows=examples.FOR_STAFF, refuses=(NotFound,), writes=True,
    ),
    deactivate=describe(
        STAFF, "Deactivate an organization", "Nobody gets in, all sockets close, nothing is sent. What customers write "
        "is kept.",
        answers={200: OrganizationForStaffSerializer}, shows=examples.DEACTIVATED, refuses=(NotFound,), writes=True,
    ),
    destroy=describe(
        STAFF, "Delete an organization", "As its owners do: in 30 days, and after a full export.",
        answers={204: None}, refuses=(NotFound, DeletionAsked), writes=True,
    ),
)  # fmt: skip
class OrganizationViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Any]):
    """Through the door: the support staff look after every organization."""

    queryset = Organization.objects.all()
    serializer_class = OrganizationForStaffSerializer
    authentication_classes = [TokenAuthentication, StaffBrowserAuthentication]
    permission_classes = [IsSupportStaff]
    permissions = {"*": ANYBODY}  # of the support staff
    lookup_value_regex = "[0-9a-fA-F-]{36}"

    def scope(self) -> AbstractContextManager[None]:
        return all_organizations("support staff ask the API for any organization")

    @property
    def organization_id(self) -> UUID:
        """Whose Idempotency-Keys these are; of staff in a browser, who needn't be members, the asked organization's."""
        if self.access is not None:
            return cast(UUID, self.access.organization_id)
        try:
            return UUID(self.kwargs.get("pk") or "0" * 32)  # the list takes no keys
        except ValueError as error:
            raise NotFound from error

    def get_queryset(self) -> Any:
        rows: QuerySet[Organization] = Organization.objects.all()
        wanted = self.request.query_params.get("active_only", "false") if self.request else "false"
        if wanted not in ("true", "false"):
            raise Invalid("This is true or false.", field="active_only")
        return rows.filter(is_active=True) if wanted == "true" and self.action == "list" else rows

    def get_object(self) -> Organization:
        return cast(Organization, super().get_object())

    def partial_update(self, _request: Request, pk: str) -> Response:
        changes = self.validated(OrganizationChangesSerializer)
        return self._answer(organizations.change_organization(organization_id=self.get_object().pk, **changes))

    def destroy(self, _request: Request, pk: str) -> Response:
        deletion.begin_deletion(organization_id=self.get_object().pk, by=cast(User, self.request.user))
        return Response(status=204)

    @action(detail=True)
    def stats(self, _request: Request, pk: str) -> Response:
        return Response(limits.figures_of(self.get_object()))

    @action(detail=True, methods=["put"])
    def plan(self, _request: Request, pk: str) -> Response:
        wanted = self.validated(PlanSerializer)
        return self._answer(organizations.set_plan(organization_id=self.get_object().pk, **wanted))

    @action(detail=True, methods=["post"])
    def activate(self, _request: Request, pk: str) -> Response:
        return self._answer(organizations.activate_organization(organization_id=self.get_object().pk))

    @action(detail=True, methods=["post"])
    def deactivate(self, _request: Request, pk: str) -> Response:
        return self._answer(organizations.deactivate_organization(organization_id=self.get_object().pk))

    def _answer(self, organization: Organization) -> Response:
        return Response(OrganizationForStaffSerializer(organization).data)
