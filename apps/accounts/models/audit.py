from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from apps.accounts.models.organizations import empty_document
from apps.accounts.querysets import (
    AuditEntryQuerySet,
    AuditHeadQuerySet,
    AuditLinkQuerySet,
    AuditWaitingQuerySet,
    SubjectKeyQuerySet,
)
from apps.core.encryption import EncryptedTextField
from apps.core.tenancy import OwnedModel, TenantModel


class SubjectKey(TenantModel):
    """The key of one person's values in the audit log: deleted, it leaves them unreadable and the log whole."""

    subject_id = models.UUIDField()
    key = EncryptedTextField()

    objects = SubjectKeyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "subject_id"], name="accounts_subject_key_once")]

    def __str__(self) -> str:
        return str(self.subject_id)


class AuditEntry(TenantModel):
    """Who did what, when, from where. The application may add entries and never change or delete one."""

    at = models.DateTimeField()
    action = models.CharField(max_length=100)  # e.g. members.role_changed
    actor_kind = models.CharField(max_length=20)  # user, api_key, staff, system
    actor_id = models.UUIDField(null=True)
    impersonator_id = models.UUIDField(null=True)
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=100, blank=True)
    subject_id = models.UUIDField(null=True)  # whose values `personal` holds
    changes = models.JSONField(default=empty_document, encoder=DjangoJSONEncoder)  # {"before": {…}, "after": {…}}
    personal = models.TextField(blank=True)  # the same, of the subject, under the subject's key
    origin = models.TextField(blank=True)  # {"name", "address", "user_agent"} of the actor, under the actor's key
    request_id = models.CharField(max_length=64, blank=True)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)  # SHA-256 over salt, changes, personal and origin, as they stand here

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index("organization", "action", "id", name="accounts_audit_action"),
            models.Index("organization", "actor_id", "id", name="accounts_audit_actor"),
            models.Index("organization", "target_kind", "target_id", "id", name="accounts_audit_target"),
            models.Index("organization", "subject_id", "id", name="accounts_audit_subject"),
            models.Index("organization", "at", name="accounts_audit_at"),
        ]
        constraints = [models.UniqueConstraint(fields=["organization", "id"], name="accounts_audit_org_id")]

    def __str__(self) -> str:
        return f"{self.action} {self.target_kind} {self.target_id}"


class AuditHead(OwnedModel):
    """The end of an organization's chain. Whoever adds links holds this row's lock."""

    organization = models.OneToOneField(
        settings.TENANT_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    last = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    objects = AuditHeadQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.organization_id} at {self.last}"


class AuditLink(TenantModel):
    """The place of an entry in its organization's chain, given after its commit: a missing entry shows."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.DO_NOTHING, related_name="+")
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)  # SHA-256 over the hash before, the number and the entry
    linked_at = models.DateTimeField(db_default=Now())

    objects = AuditLinkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="accounts_audit_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:8]}"


class AuditWaiting(OwnedModel):
    """An entry that has no place in its chain yet: few at a time, so that nobody looks through a million to find it."""

    entry = models.OneToOneField(AuditEntry, primary_key=True, on_delete=models.DO_NOTHING, related_name="+")

    objects = AuditWaitingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries waiting for their place"

    def __str__(self) -> str:
        return str(self.entry_id)
