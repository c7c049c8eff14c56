"""How an organization ends: somebody asks, everybody who owns it is told, a month passes, everything goes.

Until the month is over an owner can take it back. Nothing is deleted before a full export was made. What stays is a
certificate for the support staff: which tables held how many rows, and when they were deleted.
"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.errors import DeletionAsked, ExportWaiting, NoDeletionAsked, NotThatName
from apps.accounts.events import OrganizationChanged
from apps.accounts.models import DeletedOrganization, Organization, OrganizationExport, User
from apps.accounts.registry import erase_what_names_nobody
from apps.accounts.selectors import Access
from apps.accounts.services import audit, exports
from apps.accounts.services.organizations import confirm_password, locked, owners_of, tell
from apps.core.events import publish
from apps.core.tenancy import all_organizations

GRACE = timedelta(days=30)
Reason, State = OrganizationExport.Reason, OrganizationExport.State
logger = structlog.get_logger(__name__)


def ask_for_deletion(*, access: Access, password: str, name: str) -> Organization:
    """An owner wants the organization deleted, and has typed its name and their password.

    Raises:
        WrongPassword, NotThatName, DeletionAsked
    """
    confirm_password(access.user, password)
    if name.strip() != access.organization.name.strip():
        raise NotThatName(f"Type the organization's name as it is: {access.organization.name}.")
    return begin_deletion(organization_id=access.organization_id, by=access.user)


@transaction.atomic
def begin_deletion(*, organization_id: UUID, by: User) -> Organization:
    """The grace begins, a full export is made, and all owners are told.

    Raises:
        DeletionAsked
    """
    organization = locked(organization_id)
    if organization.deletes_at:
        raise DeletionAsked(f"This organization is to be deleted already, on {organization.deletes_at:%Y-%m-%d}.")
    organization.deletion_requested_at = timezone.now()
    organization.deletes_at = organization.deletion_requested_at + GRACE
    organization.deletion_requested_by = by.pk
    _save(organization, "organization.deletion_requested")
    _export_first(organization)
    _tell_owners(organization, "to_be_deleted")
    return organization


@transaction.atomic
def keep_organization(*, organization_id: UUID) -> Organization:
    """The deletion is taken back.

    Raises:
        NoDeletionAsked
    """
    organization = locked(organization_id)
    if not organization.deletes_at:
        raise NoDeletionAsked
    organization.deletes_at = organization.deletion_requested_at = organization.deletion_requested_by = None
    _save(organization, "organization.kept")
    _tell_owners(organization, "kept")
    return organization


def delete_some() -> int:
    """Delete an organization whose time has come; returns how many were deleted."""
    with all_organizations("deletion: organizations whose grace is over go as a whole"):
        organization = _due()
        if organization is None:
            return 0
        owners, names = owners_of(organization.pk), {"organization": organization.name}
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")  # a big one takes longer than any request may
            erase_what_names_nobody(organization.pk)
            cursor.execute("SELECT accounts_delete_organization(%s)", [organization.pk])
            counts = cursor.fetchone()[0]
        rows = json.loads(counts) if isinstance(counts, str) else counts
        certificate = DeletedOrganization.objects.create(
            organization_id=organization.pk, name=organization.name, slug=organization.slug,
            requested_at=organization.deletion_requested_at, requested_by=organization.deletion_requested_by,
            rows={table: number for table, number in rows.items() if number}, deleted_at=timezone.now(),
        )  # fmt: skip
        for owner in owners:
            tell(
                owner, "deleted", names | {"certificate": certificate.pk}, organization_id=certificate.organization_id
            )  # fmt: skip
    logger.info("organization_deleted", organization=str(certificate.organization_id), certificate=str(certificate.pk))
    return 1


def delete_files() -> int:
    """Files go once their rows are gone for good; one organization at a time, and again if that was cut off."""
    with all_organizations("deletion: files of organizations that are gone"):
        gone = DeletedOrganization.objects.filter(files_deleted_at=None).order_by("pk").first()
    if gone is None:
        return 0
    found = exports.delete_files_of(gone.organization_id)
    with all_organizations("deletion: files of organizations that are gone"):
        gone.files, gone.files_deleted_at = gone.files + found, timezone.now()
        gone.save(update_fields=["files", "files_deleted_at"])
    return 1


def _due() -> Organization | None:
    """The grace is over and the export is made; where it failed for good, somebody of the staff has to look."""
    rows = Organization.objects.filter(deletes_at__lte=timezone.now()).order_by("deletes_at", "pk")
    for organization in rows.select_for_update(skip_locked=True):
        if _exported(organization):
            return organization
        logger.warning("deletion_waits_for_export", organization=str(organization.pk))
    return None


def _exported(organization: Organization) -> bool:
    """Since it was asked for, and by whomever: where the deletion's own failed, an owner may ask for another one."""
    exports_ = OrganizationExport.objects.in_scope().filter(organization=organization)
    made = exports_.filter(created_at__gte=organization.deletion_requested_at or organization.created_at)
    return made.filter(state__in=(State.READY, State.EXPIRED)).exists()


def _export_first(organization: Organization) -> None:
    try:
        exports.request_export(
            organization_id=organization.pk, by=organization.deletion_requested_by, reason=Reason.DELETION
        )
    except ExportWaiting:  # asked for, taken back, and asked for again
        waiting = OrganizationExport.objects.in_scope().filter(organization=organization, reason=Reason.DELETION)
        waiting.filter(state__in=(State.PENDING, State.RUNNING)).update(created_at=timezone.now())


def _tell_owners(organization: Organization, what: str) -> None:
    date = f"{organization.deletes_at.astimezone(ZoneInfo('UTC')):%Y-%m-%d}" if organization.deletes_at else ""
    values = {"organization": organization.name, "date": date, "url": f"{settings.PUBLIC_URL}/app/"}
    for owner in owners_of(organization.pk):
        tell(owner, what, values, organization_id=organization.pk)


def _save(organization: Organization, action: str) -> None:
    organization.save(update_fields=["deletes_at", "deletion_requested_at", "deletion_requested_by"])
    audit.record(
        action, organization_id=organization.pk, target="organization", target_id=organization.pk,
        after={"deletes_at": organization.deletes_at},
    )  # fmt: skip
    publish(OrganizationChanged(organization_id=organization.pk, is_active=organization.is_active))
