from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apps.accounts.models.people import User
from apps.accounts.querysets import ApiKeyQuerySet
from apps.core.tenancy import TenantModel


class ApiKey(TenantModel):
    """A program's way in: `pk_<prefix>_<secret>`, of which only the prefix and a hash are kept."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)  # SHA-256: the secret is random and long, so no slow hash is needed
    scopes = ArrayField(models.CharField(max_length=100), default=list)  # names of permissions
    requests_per_minute = models.PositiveIntegerField(default=600)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
