"""What the jobs of `exports` and `privacy` have in common: whatever fails is tried again a few times, whoever asked is
told, and the file that they made lies there for a week.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.events import ExportFinished
from apps.accounts.models import OrganizationExport, PrivacyJob
from apps.core.events import for_user, publish
from apps.core.tenancy import organization_scope

KEPT = timedelta(days=7)
Job = OrganizationExport | PrivacyJob


def put_back(job: Job, error: Exception | str, *, for_good: bool, again_at: datetime | None = None) -> None:
    """It failed, and is tried again unless it did so for good."""
    with organization_scope(job.organization_id):
        job.state = job.State.FAILED if for_good else job.State.PENDING
        job.error = (error if isinstance(error, str) else f"{type(error).__name__}: {error}")[:500]
        job.lease_until = again_at
        job.save(update_fields=["state", "error", "lease_until"])


def tell_finished(job: Job, export: str) -> None:
    """Whoever asked for it hears that its file is there."""
    if job.requested_by_id:
        publish(
            ExportFinished(
                organization_id=job.organization_id, scope=for_user(job.requested_by_id), user_id=job.requested_by_id,
                export_id=job.pk, export=export,
            )
        )  # fmt: skip


def forget_files(jobs: QuerySet[Any]) -> int:
    """Of these jobs, files that have lain for long enough are deleted; returns how many. Call it inside the door."""
    old = jobs.filter(expires_at__lte=timezone.now()).exclude(file="").order_by("pk")
    found: list[Job] = list(old.select_for_update(skip_locked=True)[:100])
    for job in found:
        default_storage.delete(job.file)
        job.state, job.file = job.State.EXPIRED, ""
        job.save(update_fields=["state", "file"])
    return len(found)
