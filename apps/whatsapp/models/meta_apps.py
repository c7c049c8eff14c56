from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from apps.core.encryption import EncryptedTextField
from apps.core.tenancy import TenantModel
from apps.whatsapp.querysets import MetaAppQuerySet


class ProviderName(models.TextChoices):
    """The ways to WhatsApp that PyTake knows; each is a folder in `providers/`."""

    CLOUD = "cloud", "Meta's Cloud API"
    EVOLUTION = "evolution", "Evolution API (unofficial)"


def new_key() -> str:
    return secrets.token_urlsafe(18)


class MetaApp(TenantModel):
    """An app at Meta: it signs webhooks, which come to its own address, `/webhooks/whatsapp/{key}/`.

    Without an organization it is the installation's, and serves many. While its secret is being replaced two are
    live: Meta signs with one at a time.
    """

    organization = models.ForeignKey(  # type: ignore[assignment]  # may be nobody's
        settings.TENANT_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    provider = models.CharField(max_length=20, choices=ProviderName.choices, default=ProviderName.CLOUD)
    key = models.CharField(max_length=40, unique=True, default=new_key)
    name = models.CharField(max_length=100, blank=True)
    app_id = models.CharField(max_length=40, blank=True)
    secret = EncryptedTextField()
    next_secret = EncryptedTextField(blank=True)
    verify_token = EncryptedTextField(default=new_key)
    graph_url = models.URLField(blank=True, help_text="Only for a simulator; empty means Meta's own.")
    created_at = models.DateTimeField(db_default=Now())

    objects = MetaAppQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name or self.app_id or f"{self.key[:4]}…"

    @property
    def secrets(self) -> list[str]:
        return [secret for secret in (self.secret, self.next_secret) if secret]

    @property
    def webhook_url(self) -> str:
        return f"{settings.PUBLIC_URL}/webhooks/whatsapp/{self.key}/"
