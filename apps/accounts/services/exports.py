"""Everything that is kept of an organization, as one zip: made in the background, in pieces, from the beginning again
if whoever makes it dies.

A table is a JSONL file, read page by page in short transactions, so that memory and locks stay small however much
there is; what changes meanwhile may be in it or not. Secrets and tokens are left out.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from tempfile import NamedTemporaryFile
from typing import IO, Any
from uuid import UUID

import structlog
from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import BinaryField, Field, Model, Q
from django.utils import timezone

from apps.accounts.errors import ExportWaiting
from apps.accounts.models import Membership, Organization, OrganizationExport, User
from apps.accounts.services import audit, jobs
from apps.core.encryption import EncryptedTextField
from apps.core.tenancy import OwnedModel, all_organizations, organization_scope
from apps.core.wake import wake

State = OrganizationExport.State
LEASE = timedelta(minutes=10)  # renewed with every table and every file
ATTEMPTS = 3
PAGE = 1000
CHUNK = 1 << 20
TASK = "accounts.export_organizations"
# Hashes and keys that stand for a person or a program; what is encrypted is left out anyway.
_SECRET = ("password", "secret", "token", "_hash", "ciphertext", "encrypted_value")
# Tables of which nothing would be left, or nothing that anybody could use.
_LEFT_OUT = {"accounts.SubjectKey", "core.IdempotencyKey"}
_PERSON = ("id", "email", "full_name", "phone_number", "bio", "language", "timezone", "created_at")
logger = structlog.get_logger(__name__)


@transaction.atomic
def request_export(*, organization_id: UUID, by: UUID | None, reason: str = "asked") -> OrganizationExport:
    """Have everything exported; whoever asked finds it in the list, for a week.

    Raises:
        ExportWaiting: one is being made already.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    exports = OrganizationExport.objects.in_scope().filter(organization=organization_id)
    if exports.filter(state__in=(State.PENDING, State.RUNNING), reason=reason).exists():
        raise ExportWaiting
    export = OrganizationExport(
        organization_id=organization_id, requested_by_id=by, reason=reason, created_at=timezone.now()
    )
    export.save(force_insert=True)
    audit.record(
        "organization.export_requested", organization_id=organization_id, target="export", target_id=export.pk,
        after={"reason": reason},
    )  # fmt: skip
    wake(TASK)
    return export


def note_download(*, export: OrganizationExport) -> None:
    """Whoever takes everything with them stands in the audit log."""
    audit.record(
        "organization.export_downloaded", organization_id=export.organization_id, target="export", target_id=export.pk
    )


def export_some() -> int:
    """Make the export that has waited longest; returns how many were tried."""
    export = _claim()
    if export is None:
        return 0
    try:
        with NamedTemporaryFile() as file:
            rows, files = _write(export, file)
            _keep(export, file, rows, files)
    except Exception as error:
        logger.warning("export_failed", export=str(export.pk), exc_info=True)
        jobs.put_back(export, error, for_good=export.attempts >= ATTEMPTS)
    return 1


def forget_old_exports() -> int:
    """Files that have lain for long enough are deleted; returns how many."""
    with all_organizations("exports: files that have lain for long enough are deleted, whosever they are"):
        return jobs.forget_files(OrganizationExport.objects.across_organizations())


def columns_of(model: type[Model]) -> list[str]:
    """What an export tells of this table's rows."""
    return [field.attname for field in model._meta.concrete_fields if not _is_left_out(field)]


def tables() -> Iterator[type[OwnedModel]]:
    for model in apps.get_models():
        if issubclass(model, OwnedModel) and model._meta.label not in _LEFT_OUT:
            yield model


def _claim() -> OrganizationExport | None:
    now = timezone.now()
    with all_organizations("exports: those of all organizations are made one after the other"):
        waiting = Q(state=State.PENDING) | Q(state=State.RUNNING, lease_until__lt=now)
        rows = OrganizationExport.objects.across_organizations().filter(waiting).order_by("pk")
        export = rows.select_for_update(skip_locked=True, no_key=True).first()
        if export is not None:
            gone = export.attempts >= ATTEMPTS
            export.state = State.FAILED if gone else State.RUNNING
            export.error = "Whoever made it stopped." if gone else ""
            export.attempts += 1
            export.lease_until = now + LEASE
            export.save(update_fields=["state", "attempts", "lease_until", "error"])
    return export if export is None or export.state == State.RUNNING else _claim()


def _write(export: OrganizationExport, file: IO[bytes]) -> tuple[dict[str, int], int]:
    rows: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in _documents(export.organization_id):
            rows[name] = 0
            with archive.open(f"{name}.jsonl", "w", force_zip64=True) as entry:
                for line in lines:
                    entry.write(line)
                    rows[name] += 1
            _renew(export)
        files = 0
        for path in files_of(export.organization_id):
            with default_storage.open(path) as source, archive.open(f"files/{path}", "w", force_zip64=True) as entry:
                while chunk := source.read(CHUNK):
                    entry.write(chunk)
            files += 1
            _renew(export)
        manifest = {
            "format": 1, "organization": str(export.organization_id), "made_at": timezone.now(),
            "rows": rows, "files": files, "left_out": sorted(_LEFT_OUT),
        }  # fmt: skip
        archive.writestr("manifest.json", _json(manifest))
    return rows, files


def _documents(organization_id: UUID) -> Iterator[tuple[str, Iterator[bytes]]]:
    yield Organization._meta.db_table, _pages(Organization, organization_id, Q(pk=organization_id))
    yield User._meta.db_table, _people(organization_id)
    for model in tables():
        yield model._meta.db_table, _pages(model, organization_id, Q(organization=organization_id))


def _pages(model: type[Model], organization_id: UUID, ours: Q) -> Iterator[bytes]:
    """A row a line, in the order of the keys."""
    columns, last = columns_of(model), None
    while True:
        with organization_scope(organization_id):
            rows = model._base_manager.filter(ours).order_by("pk")
            page = list((rows if last is None else rows.filter(pk__gt=last)).values("pk", *columns)[:PAGE])
        for row in page:
            last = row.pop("pk")
            yield _json(row) + b"\n"
        if len(page) < PAGE:
            return


def _people(organization_id: UUID) -> Iterator[bytes]:
    """Those who work here; what belongs to them alone is no organization's to take along."""
    with organization_scope(organization_id):
        members = Membership.objects.for_organization(organization_id).order_by("pk")
        people = list(members.values(*(f"user__{name}" for name in _PERSON)))
    for person in people:
        yield _json({name.removeprefix("user__"): value for name, value in person.items()}) + b"\n"


def files_of(organization_id: UUID) -> Iterator[str]:
    """Names of all files in the organization's folder of the storage, but its exports."""
    yield from _walk(str(organization_id), without=f"{organization_id}/exports")


def _walk(folder: str, *, without: str = "") -> Iterator[str]:
    if folder == without:
        return
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(names):
        yield f"{folder}/{name}"
    for name in sorted(folders):
        yield from _walk(f"{folder}/{name}", without=without)


def delete_files_of(organization_id: UUID) -> int:
    """All of them, exports too; returns how many."""
    found = list(_walk(str(organization_id)))
    for path in found:
        default_storage.delete(path)
    return len(found)


def _keep(export: OrganizationExport, file: IO[bytes], rows: dict[str, int], files: int) -> None:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    path = f"{export.organization_id}/exports/{export.pk}.zip"
    default_storage.delete(path)  # left by an attempt that was cut off
    path = default_storage.save(path, File(file))
    now = timezone.now()
    with organization_scope(export.organization_id):
        organization = Organization.objects.get(pk=export.organization_id)
        export.state, export.file, export.size, export.sha256 = State.READY, path, size, digest.hexdigest()
        export.rows, export.files, export.finished_at, export.lease_until = rows, files, now, None
        export.expires_at = max(now + jobs.KEPT, organization.deletes_at or now)
        export.save()
        jobs.tell_finished(export, "organization")


def _renew(export: OrganizationExport) -> None:
    with organization_scope(export.organization_id):
        export.lease_until = timezone.now() + LEASE
        export.save(update_fields=["lease_until"])


def _is_left_out(field: Field[Any, Any]) -> bool:
    return field.generated or isinstance(field, (EncryptedTextField, BinaryField)) or field.attname.endswith(_SECRET)


def _json(value: Any) -> bytes:
    return json.dumps(value, default=_plain, ensure_ascii=False).encode(errors="replace")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else DjangoJSONEncoder().default(value)
