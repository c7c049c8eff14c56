from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.tenancy import TenantModel
from apps.vault.querysets import SecretQuerySet, SecretUseQuerySet


def empty_document() -> dict[str, Any]:
    return {}


class Secret(TenantModel):
    """A named value that only those see who may. A chatbot's belongs to it alone; its id has no foreign key, since
    chatbots live above this app.

    `provider` and `key_id` say what encrypted the value, so that it can be read after another took over.
    """

    class Scope(models.TextChoices):
        ORGANIZATION = "organization"
        CHATBOT = "chatbot"

    class Provider(models.TextChoices):
        FERNET = "fernet", "the installation's own keys"
        AWS_KMS = "aws_kms", "AWS KMS"
        VAULT = "vault", "HashiCorp Vault"

    name = models.CharField(max_length=100)
    display_name = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    scope = models.CharField(max_length=20, choices=Scope.choices)
    chatbot_id = models.UUIDField(null=True)
    encrypted_value = models.TextField()
    provider = models.CharField(max_length=20, choices=Provider.choices)
    key_id = models.CharField(max_length=300)
    encryption_metadata = models.JSONField(default=empty_document, encoder=DjangoJSONEncoder)
    is_active = models.BooleanField(default=True)
    labels = models.JSONField(default=empty_document, encoder=DjangoJSONEncoder)
    rotated_at = models.DateTimeField(db_default=Now())  # when the value was given
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = SecretQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name", "chatbot_id"], nulls_distinct=False, name="vault_secret_name_once"
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="vault_secret_of_organization"),
            models.CheckConstraint(
                condition=Q(scope="organization", chatbot_id=None) | Q(scope="chatbot", chatbot_id__isnull=False),
                name="vault_secret_chatbot_by_scope",
            ),
        ]
        indexes = [models.Index("organization", "display_name", "id", name="vault_secret_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> str:
        """Whom the value is bound to: in another row it can't be read."""
        return f"{self.organization_id}:{self.pk}"


class SecretUse(TenantModel):
    """How often a secret was used: several rows each, so that no two users wait for the same one; their sum counts."""

    secret = models.ForeignKey(Secret, on_delete=models.CASCADE, related_name="+", db_index=False)
    count = models.BigIntegerField(default=1)
    last_used_at = models.DateTimeField()

    objects = SecretUseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("secret", name="vault_use_of_secret")]

    def __str__(self) -> str:
        return f"{self.secret_id} {self.count}"
