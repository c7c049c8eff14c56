from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.core.tenancy import TenantModel
from apps.whatsapp.models.media import Media
from apps.whatsapp.querysets import UploadQuerySet


class Upload(TenantModel):
    """A file that comes in parts, so that whoever loses the line goes on where they were."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=150, blank=True, help_text="What the browser says that it is.")
    kind = models.CharField(max_length=20, blank=True, help_text="The type of message that it is meant for.")
    voice = models.BooleanField(default=False)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0, help_text="How many bytes are here.")
    parts = models.JSONField(default=list, help_text="Names of the parts in the storage, in order.")
    media = models.ForeignKey(Media, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "id"], name="whatsapp_upload_of_organization")]
        indexes = [models.Index("expires_at", name="whatsapp_upload_expires")]

    def __str__(self) -> str:
        return self.filename or str(self.pk)
