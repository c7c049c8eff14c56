"""A person's data on request: exported as a file, or erased with a certificate of every place that was looked at.

A job goes from store to store, each in transactions of its own. Whoever is interrupted is followed by another, who
begins where something is left: what a store has erased it doesn't find again.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from hashlib import sha256
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from apps.accounts.errors import (
    ExportNotReady,
    LastOwner,
    NoSuchMember,
    NoSuchSubject,
    OwnersOnly,
    ThreadsUnseen,
    not_in_their_place,
)
from apps.accounts.models import Membership, PrivacyJob, Role
from apps.accounts.permissions import OWN_ORGANIZATION
from apps.accounts.selectors import Access
from apps.accounts.services import audit, jobs, members
from apps.accounts.services.granting import check_reach
from apps.core import privacy
from apps.core.privacy import Store, Subject
from apps.core.tenancy import all_organizations, organization_scope
from apps.core.wake import wake

LEASE, ATTEMPTS = timedelta(minutes=15), 5
State, Kind = PrivacyJob.State, PrivacyJob.Kind
logger = structlog.get_logger(__name__)


def ask(*, by: Access, kind: str, subject_kind: str, subject_id: UUID, reason: str = "") -> PrivacyJob:
    """Have a person's data exported or erased. Of two who ask for the same at once, the second gets the first's job.

    Raises:
        Forbidden: support staff who act for a person have nobody erased.
        NoSuchSubject: nobody of this kind has the id here.
        LastOwner: who owns the organization alone is not erased from it.
        OwnersOnly: only an owner has an owner erased, and no program.
        OutOfReach: whoever is erased may do something that `by` may not.
        ThreadsUnseen: what is kept of a contact are all their conversations, whoever has them.
    """
    if kind == Kind.ERASE and by.impersonator_id:
        raise not_in_their_place()
    organization_id = by.organization_id
    _check_sees(by, subject_kind)
    if not privacy.is_known(subject_kind, organization_id, subject_id):
        raise NoSuchSubject
    if kind == Kind.ERASE and subject_kind == "user":
        _check_may_erase(by, subject_id)
    rows = PrivacyJob.objects.for_organization(organization_id)
    same = rows.unfinished().filter(kind=kind, subject_kind=subject_kind, subject_id=subject_id).first()
    if same is not None:
        return same
    job = PrivacyJob(
        id=uuid7(), kind=kind, subject_kind=subject_kind, subject_id=subject_id, requested_by=by.user, reason=reason,
        created_at=timezone.now(),
    )  # fmt: skip
    rows.bulk_create([job])
    audit.record(
        f"privacy.{kind}_requested", organization_id=organization_id, target="privacy_job", target_id=job.pk,
        after={"subject_kind": subject_kind, "reason": reason}, subject_id=subject_id, personal=("reason",),
    )  # fmt: skip
    wake("accounts.privacy_jobs")
    return job


def open_file(*, by: Access, job: PrivacyJob) -> File[Any]:
    """The export, once it is there. Whoever fetches it is recorded.

    Raises:
        ExportNotReady, ThreadsUnseen
    """
    _check_sees(by, job.subject_kind)
    if not job.file:
        raise ExportNotReady
    audit.record(
        "privacy.export_downloaded", organization_id=job.organization_id, target="privacy_job", target_id=job.pk,
        subject_id=job.subject_id,
    )  # fmt: skip
    return default_storage.open(job.file)


def run_one() -> int:
    """Do the job that has waited longest; returns how many were tried."""
    job = _claim()
    if job is None:
        return 0
    try:
        _check_still_may(job)
        subject = _subject_of(job)
        if job.kind == Kind.EXPORT:
            _export(job, subject)
        else:
            _erase(job, subject)
    except LastOwner as refusal:  # the others have left since it was asked: no later try will do better
        _fail(job, f"{refusal.title}: {refusal.detail}", for_good=True)
    except Exception as error:
        logger.warning("privacy_job_failed", job=str(job.pk), exc_info=True)
        _fail(job, error, for_good=job.attempts >= ATTEMPTS)
    return 1


def forget_old_files() -> int:
    """Exports that have lain for a week are deleted; returns how many."""
    with all_organizations("privacy: exports that have lain for a week are deleted"):
        return jobs.forget_files(PrivacyJob.objects.across_organizations())


def _check_sees(by: Access, subject_kind: str) -> None:
    if subject_kind == "contact" and "conversations.view_all" not in by.permissions:
        raise ThreadsUnseen


def _check_may_erase(by: Access, user_id: UUID) -> None:
    member = members.may_end(organization_id=by.organization_id, user_id=user_id)
    if member.role == Role.OWNER and OWN_ORGANIZATION not in by.permissions:
        raise OwnersOnly
    check_reach(by, member)


def _claim() -> PrivacyJob | None:
    now = timezone.now()
    with all_organizations("privacy: jobs of all organizations are done one after the other"):
        waiting = Q(state=State.PENDING) & (Q(lease_until=None) | Q(lease_until__lt=now))
        left = Q(state=State.RUNNING, lease_until__lt=now)
        rows = PrivacyJob.objects.across_organizations().filter(waiting | left).order_by("pk")
        job = rows.select_for_update(skip_locked=True, no_key=True).first()
        if job is not None:
            job.state, job.attempts, job.lease_until = State.RUNNING, job.attempts + 1, now + LEASE
            job.started_at = job.started_at or now
            job.save(update_fields=["state", "attempts", "lease_until", "started_at"])
        return job


def _check_still_may(job: PrivacyJob) -> None:
    if job.kind == Kind.ERASE and job.subject_kind == "user":
        with organization_scope(job.organization_id), suppress(NoSuchMember):
            members.may_end(organization_id=job.organization_id, user_id=job.subject_id)


def _subject_of(job: PrivacyJob) -> Subject:
    """Whom the job is about. What names them is looked up once, and kept until all of it is erased."""
    if job.traces:
        known = json.loads(job.traces)
        more = {name: tuple(known[name]) for name in ("ids", "handles", "names")}
        return Subject(job.organization_id, job.subject_kind, job.subject_id, alone=known["alone"], **more)  # type: ignore[arg-type]  # a choice
    alone = False
    if job.subject_kind == "user":
        with all_organizations("privacy: does a person belong to other organizations?"):
            others = Membership.objects.across_organizations().filter(user_id=job.subject_id)
            alone = not others.exclude(organization_id=job.organization_id).exists()
    with organization_scope(job.organization_id):
        subject = privacy.traced(Subject(job.organization_id, job.subject_kind, job.subject_id, alone=alone))  # type: ignore[arg-type]  # a choice
        job.traces = json.dumps({name: getattr(subject, name) for name in ("ids", "handles", "names", "alone")})
        job.save(update_fields=["traces"])
    return subject


def _reach(each: Store, subject: Subject) -> AbstractContextManager[None]:
    if each.everybody:
        return all_organizations("privacy: what the installation keeps of a person")
    return organization_scope(subject.organization_id)


def _patiently() -> None:
    """A look through all that was kept takes longer than a request may."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5min'")


def _erase(job: PrivacyJob, subject: Subject) -> None:
    for each in privacy.stores_for(job.subject_kind):
        with _reach(each, subject):
            _patiently()
            found = each.find(subject)
        removed = 0
        while True:
            with _reach(each, subject):
                _patiently()
                erased = each.erase(subject)
            removed += erased
            if not erased:
                break
        _note(job, each, found, removed)
    left = {each.name: _left(each, subject) for each in privacy.stores_for(job.subject_kind)}
    if any(left.values()):  # written meanwhile: the next look finds it
        raise RuntimeError(f"left: {', '.join(name for name, count in left.items() if count)}")
    _certify(job, subject)


def _left(each: Store, subject: Subject) -> int:
    with _reach(each, subject):
        _patiently()
        return each.find(subject)


def _note(job: PrivacyJob, each: Store, found: int, removed: int) -> None:
    before = job.progress.get(each.name, {"found": 0, "removed": 0})
    job.progress[each.name] = {"found": before["found"] + found, "removed": before["removed"] + removed}
    job.lease_until = timezone.now() + LEASE
    with organization_scope(job.organization_id):
        job.save(update_fields=["progress", "lease_until"])


def _certify(job: PrivacyJob, subject: Subject) -> None:
    now = timezone.now()
    certificate: dict[str, Any] = {
        "job_id": str(job.pk),
        "organization_id": str(job.organization_id),
        "subject": {"kind": job.subject_kind, "id": str(job.subject_id)},
        "whole_person": subject.alone if job.subject_kind == "user" else True,
        "requested_at": job.created_at.isoformat(),
        "finished_at": now.isoformat(),
        "stores": [
            {"name": each.name, "where": each.where, **job.progress[each.name], "left": 0, "note": each.note}
            for each in privacy.stores_for(job.subject_kind)
        ],
        "nothing_erased_in": [{"name": name, "note": note} for name, note in sorted(privacy.notes().items())],
    }
    certificate["sha256"] = sha256(audit.as_json(certificate).encode()).hexdigest()
    with organization_scope(job.organization_id):
        job.certificate, job.traces, job.state = certificate, "", State.DONE
        job.finished_at, job.lease_until, job.error = now, None, ""
        # The reason was erased with all the rest.
        job.save(update_fields=["certificate", "traces", "state", "finished_at", "lease_until", "error"])
        audit.record(
            "privacy.erased", organization_id=job.organization_id, target="privacy_job", target_id=job.pk,
            after={"subject_kind": job.subject_kind, "certificate_sha256": certificate["sha256"]},
            subject_id=job.subject_id,
        )  # fmt: skip


def _export(job: PrivacyJob, subject: Subject) -> None:
    with NamedTemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in privacy.stores_for(job.subject_kind):
                with _reach(each, subject):
                    _patiently()
                    _write(archive, each, subject, job)
        size = file.tell()
        file.seek(0)
        name = default_storage.save(f"{job.organization_id}/privacy/{job.pk}.zip", File(file))
    now = timezone.now()
    with organization_scope(job.organization_id):
        job.file, job.size, job.traces, job.state = name, size, "", State.DONE
        job.finished_at, job.expires_at, job.lease_until, job.error = now, now + jobs.KEPT, None, ""
        job.save()
        audit.record(
            "privacy.exported", organization_id=job.organization_id, target="privacy_job", target_id=job.pk,
            after={"subject_kind": job.subject_kind, "size": size}, subject_id=job.subject_id,
        )  # fmt: skip
        jobs.tell_finished(job, "person")


def _write(archive: zipfile.ZipFile, each: Store, subject: Subject, job: PrivacyJob) -> None:
    count = 0
    if each.export is not None:
        with archive.open(f"{each.name}.json", "w", force_zip64=True) as out:
            for piece in _as_list(each.export(subject)):
                out.write(piece.encode(errors="replace"))
                count += 1
    files = each.files(subject) if each.files is not None else {}
    for name, stored in files.items():
        if default_storage.exists(stored):
            with default_storage.open(stored) as source:
                archive.writestr(f"files/{name}", source.read())
    job.progress[each.name] = {"found": each.find(subject), "files": len(files)}


def _as_list(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield "["
    for place, row in enumerate(rows):
        yield (",\n" if place else "\n") + audit.as_json(row)
    yield "\n]\n"


def _fail(job: PrivacyJob, error: Exception | str, *, for_good: bool) -> None:
    again_at = timezone.now() + timedelta(seconds=5 * 4**job.attempts)
    jobs.put_back(job, error, for_good=for_good, again_at=again_at)
