from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.core.tenancy import TenantModel
from apps.whatsapp.querysets import TemplateQuerySet, TemplateVersionQuerySet


class Template(TenantModel):
    """A message that Meta reviews before it may be sent; it belongs to a WhatsApp Business Account (`waba_id`), whose
    numbers share it. Statuses, categories and components are spelled as Meta spells them."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "not yet at Meta"
        PENDING = "PENDING", "in review"
        APPROVED = "APPROVED"
        REJECTED = "REJECTED"
        PAUSED = "PAUSED"
        DISABLED = "DISABLED"
        IN_APPEAL = "IN_APPEAL"
        FLAGGED = "FLAGGED", "approved, in danger"
        LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
        LOCKED = "LOCKED"
        ARCHIVED = "ARCHIVED"
        PENDING_DELETION = "PENDING_DELETION"
        DELETED = "DELETED"

    class Category(models.TextChoices):
        MARKETING = "MARKETING"
        UTILITY = "UTILITY"
        AUTHENTICATION = "AUTHENTICATION"

    class ParameterFormat(models.TextChoices):
        POSITIONAL = "POSITIONAL"
        NAMED = "NAMED"

    waba_id = models.CharField(max_length=40)
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=20)
    category = models.CharField(max_length=20, choices=Category.choices)
    # What Meta finds it to be and, once announced, will make of it at `category_changes_at`.
    correct_category = models.CharField(max_length=20, blank=True)
    previous_category = models.CharField(max_length=20, blank=True)
    category_changes_at = models.DateTimeField(null=True)
    parameter_format = models.CharField(
        max_length=10, choices=ParameterFormat.choices, default=ParameterFormat.POSITIONAL
    )
    components = models.JSONField(default=list)
    ttl_seconds = models.IntegerField(null=True, help_text="How long Meta tries to deliver; null: its own default.")
    meta_id = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    quality = models.CharField(max_length=10, blank=True, help_text="GREEN, YELLOW, RED or empty.")
    rejected_reason = models.CharField(max_length=100, blank=True)
    status_detail = models.CharField(max_length=1000, blank=True, help_text="Why it was rejected, paused or refused.")
    library_name = models.CharField(max_length=512, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_enabled = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False, help_text="Can't be deleted.")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "waba_id", "name", "language"],
                condition=Q(deleted_at=None),
                name="whatsapp_template_once",
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="whatsapp_template_of_organization"),
        ]
        indexes = [models.Index("waba_id", "meta_id", name="whatsapp_template_at_meta")]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def is_usable(self) -> bool:
        """Whether it may be sent: Meta has approved it, and nobody here has switched it off."""
        return (
            self.is_enabled and self.deleted_at is None and self.status in (self.Status.APPROVED, self.Status.FLAGGED)
        )


class TemplateVersion(TenantModel):
    """What a template said, each time that it was written or that Meta changed it."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    category = models.CharField(max_length=20)
    parameter_format = models.CharField(max_length=10)
    components = models.JSONField()
    by_meta = models.BooleanField(default=False, help_text="Changed at Meta, found by a synchronization.")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "version"], name="whatsapp_template_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.version}"
