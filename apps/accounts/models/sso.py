from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apps.accounts.models.memberships import Role
from apps.accounts.models.people import User
from apps.accounts.querysets import ExternalIdentityQuerySet, IdentityProviderQuerySet
from apps.core.encryption import EncryptedTextField
from apps.core.tenancy import TenantModel


class IdentityProvider(TenantModel):
    """An OpenID Connect provider at which people of this organization sign in, and of no other."""

    name = models.CharField(max_length=100)
    issuer = models.URLField(max_length=500)
    client_id = models.CharField(max_length=200)
    client_secret = EncryptedTextField(blank=True)
    domains = ArrayField(models.CharField(max_length=253), default=list)  # where new people's addresses must be
    joins_as = models.CharField(max_length=20, choices=Role.choices, blank=True)  # empty: nobody joins by themselves
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = IdentityProviderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "issuer", "client_id"], name="accounts_provider_once"),
            models.UniqueConstraint(fields=["organization", "id"], name="accounts_provider_org_id"),
        ]

    def __str__(self) -> str:
        return self.name


class ExternalIdentity(TenantModel):
    """Who a provider's subject is here: bound to (issuer, subject), never found by an e-mail address."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="+")
    issuer = models.URLField(max_length=500)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)

    objects = ExternalIdentityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "external identities"
        constraints = [
            models.UniqueConstraint(fields=["organization", "issuer", "subject"], name="accounts_identity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"
