from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.querysets import LimitNoticeQuerySet, MessageCountQuerySet, OrganizationExportQuerySet
from apps.core.tenancy import TenantModel, UuidModel


class Plan(models.TextChoices):
    """What an organization pays for; `plans.py` says what each allows."""

    UNLIMITED = "unlimited"  # of an installation that somebody runs for themselves
    FREE = "free"
    STARTER = "starter"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"


def default_plan() -> str:
    return settings.DEFAULT_PLAN


def empty_document() -> dict[str, Any]:
    return {}


class Organization(UuidModel):
    """The tenant (settings.TENANT_MODEL). Of this table, too, row-level security shows a tenant only its own row."""

    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=100, unique=True)
    description = models.TextField(blank=True, db_default="")
    website = models.URLField(max_length=500, blank=True, db_default="")
    logo = models.CharField(max_length=200, blank=True, db_default="")  # its file's name in the storage
    timezone = models.CharField(max_length=64, default="America/Sao_Paulo")
    language = models.CharField(max_length=10, default="pt-br")
    currency = models.CharField(max_length=3, default="BRL", db_default="BRL")
    settings = models.JSONField(default=empty_document, db_default={})
    plan = models.CharField(max_length=20, choices=Plan.choices, default=default_plan, db_default=Plan.UNLIMITED)
    plan_starts_at = models.DateTimeField(null=True)
    plan_expires_at = models.DateTimeField(null=True)
    limits = models.JSONField(default=empty_document, db_default={})  # this organization's own, over its plan's
    is_active = models.BooleanField(default=True)
    deactivated_at = models.DateTimeField(null=True)
    deletes_at = models.DateTimeField(null=True)  # deletion was asked for; until then it can be taken back
    deletion_requested_at = models.DateTimeField(null=True)
    deletion_requested_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class MessageCount(TenantModel):
    """Messages of a month, in several rows a month so that no two writers wait for the same one; their sum counts."""

    month = models.DateField()  # its first day, in the organization's zone
    direction = models.CharField(max_length=10)  # sent, received
    shard = models.PositiveSmallIntegerField()
    count = models.BigIntegerField(default=0)

    objects = MessageCountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "month", "direction", "shard"], name="accounts_message_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.direction} in {self.month:%Y-%m}"


class LimitNotice(TenantModel):
    """That a limit was reached in a month is told once."""

    resource = models.CharField(max_length=30)
    month = models.DateField()  # its first day, in the organization's zone

    objects = LimitNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "resource", "month"], name="accounts_limit_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.resource} in {self.month:%Y-%m}"


class OrganizationExport(TenantModel):
    """All that is kept of an organization, as a zip of one JSONL a table and its files. Made by a task."""

    class State(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        READY = "ready"
        FAILED = "failed"
        EXPIRED = "expired", "expired: its file was deleted"

    class Reason(models.TextChoices):
        ASKED = "asked", "somebody asked for it"
        DELETION = "deletion", "the organization is to be deleted"

    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=10, choices=Reason.choices, default=Reason.ASKED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.CharField(max_length=200, blank=True)  # its name in the storage
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.JSONField(default=empty_document)  # how many of each table
    files = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)  # whoever makes it counts as alive until then
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = OrganizationExportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("organization", "id", name="accounts_export_newest"),
            models.Index("id", condition=Q(state__in=["pending", "running"]), name="accounts_export_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.created_at:%Y-%m-%d %H:%M}"


class DeletedOrganization(UuidModel):
    """The certificate of a deletion, for staff: what was deleted, when, and who asked. Nobody's scope reaches it."""

    organization_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=255)
    slug = models.CharField(max_length=100)
    requested_at = models.DateTimeField(null=True)
    requested_by = models.UUIDField(null=True)
    rows = models.JSONField(default=empty_document)  # how many of each table
    files = models.PositiveIntegerField(default=0)
    files_deleted_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name}, deleted {self.deleted_at:%Y-%m-%d}"
