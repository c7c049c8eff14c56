from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.models.organizations import empty_document
from apps.accounts.models.people import User
from apps.accounts.querysets import PrivacyJobQuerySet
from apps.core.encryption import EncryptedTextField
from apps.core.tenancy import TenantModel


class PrivacyJob(TenantModel):
    """Somebody's data is exported or erased. What was found where, and what is left, stands in the certificate."""

    class Kind(models.TextChoices):
        EXPORT = "export"
        ERASE = "erase"

    class SubjectKind(models.TextChoices):
        CONTACT = "contact"
        USER = "user"

    class State(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        EXPIRED = "expired", "expired: its file was deleted"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject_kind = models.CharField(max_length=10, choices=SubjectKind.choices)
    subject_id = models.UUIDField()  # no foreign key: contacts live above this app, and the job outlives the person
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    # What names the person, found before anything is erased, and forgotten when all of it is.
    traces = EncryptedTextField(blank=True)
    progress = models.JSONField(default=empty_document)  # {"contacts.contacts": {"found": 1, "removed": 1}}
    certificate = models.JSONField(null=True)
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    subject_name = ""  # looked up for whoever reads the job: see `selectors.with_names`

    objects = PrivacyJobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("organization", "id", name="accounts_privacy_newest"),
            models.Index("id", condition=Q(state__in=["pending", "running"]), name="accounts_privacy_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_id}"
