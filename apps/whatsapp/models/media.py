from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.core.tenancy import TenantModel
from apps.whatsapp.models.numbers import Number
from apps.whatsapp.querysets import MediaQuerySet


class Media(TenantModel):
    """A file that came or goes with a message. Meta's address of it lives minutes: ours is signed and expires, too."""

    class State(models.TextChoices):
        PENDING = "pending", "Meta holds it, we fetch it"
        READY = "ready"
        FAILED = "failed"
        EXPIRED = "expired", "Meta no longer holds it"

    number = models.ForeignKey(Number, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    provider_id = models.CharField(max_length=100, blank=True, help_text="Meta's id of an inbound file.")
    uploaded_id = models.CharField(max_length=100, blank=True, help_text="Meta's id of our upload to `number`.")
    uploaded_at = models.DateTimeField(null=True)
    mime_type = models.CharField(max_length=150, blank=True)
    filename = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.FileField(max_length=300, blank=True)
    thumbnail = models.FileField(max_length=300, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True, help_text="How long a recording or a video is.")
    waveform = models.JSONField(null=True, help_text="Of a recording: 64 loudnesses from 0 to 100.")
    look_at = models.DateTimeField(null=True, help_text="Since when it waits for its thumbnail, length and waveform.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    error = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now(), null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = MediaQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "media"
        constraints = [models.UniqueConstraint(fields=["organization", "id"], name="whatsapp_media_of_organization")]
        indexes = [
            models.Index("next_attempt_at", condition=Q(state="pending"), name="whatsapp_media_due"),
            models.Index("look_at", condition=Q(look_at__isnull=False), name="whatsapp_media_to_look_at"),
            models.Index("organization", "sha256", condition=~Q(file=""), name="whatsapp_media_of_bytes"),
        ]

    def __str__(self) -> str:
        return self.filename or self.mime_type or str(self.pk)
