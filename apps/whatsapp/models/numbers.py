from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.models import Department
from apps.core.encryption import EncryptedTextField
from apps.core.tenancy import TenantModel
from apps.whatsapp.models.meta_apps import MetaApp, ProviderName
from apps.whatsapp.querysets import NumberQuerySet


class Number(TenantModel):
    """A business number. `phone_number_id` is Meta's id of it, and the path of everything sent from it; of a gateway's
    number it is the instance's name. From 2027 on Meta tells the messaging account apart from the account that owns
    the number: `messaging_account_id` is its place, and empty means `waba_id`."""

    class Status(models.TextChoices):
        CONNECTED = "connected"
        HELD = "held", "held: nothing is sent until somebody mends it"
        DISCONNECTED = "disconnected"
        ERROR = "error"
        WAITING = "waiting", "waiting: somebody has to scan its QR code"

    app = models.ForeignKey(MetaApp, on_delete=models.PROTECT, related_name="+")
    provider = models.CharField(max_length=20, choices=ProviderName.choices, default=ProviderName.CLOUD)
    phone_number_id = models.CharField(max_length=100)
    waba_id = models.CharField(max_length=40, blank=True)
    messaging_account_id = models.CharField(max_length=40, blank=True)
    portfolio_id = models.CharField(max_length=40, blank=True, help_text="The business that the limits count for.")
    gateway_url = models.URLField(blank=True, help_text="Of an unofficial gateway: where its API is.")
    access_token = EncryptedTextField()
    display_phone_number = models.CharField(max_length=30, blank=True)
    verified_name = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.CONNECTED)
    status_detail = models.CharField(max_length=500, blank=True)
    quality_rating = models.CharField(max_length=20, blank=True)
    messages_per_second = models.PositiveIntegerField(default=80)
    # What Meta tells of it, as Meta spells it; empty where it never did.
    messaging_limit = models.CharField(max_length=20, blank=True, help_text="TIER_250 …, people a day.")
    throughput = models.CharField(max_length=20, blank=True)
    name_status = models.CharField(max_length=40, blank=True)
    verification_status = models.CharField(max_length=20, blank=True)
    platform_type = models.CharField(max_length=20, blank=True)
    account_mode = models.CharField(max_length=20, blank=True)
    username = models.CharField(max_length=40, blank=True)
    is_official = models.BooleanField(default=False, help_text="Has the badge of an official business account.")
    is_on_phone_app = models.BooleanField(default=False, help_text="Coexistence: it is in the phone's app as well.")
    restrictions = models.JSONField(default=list, help_text="What Meta forbids it now: restriction_info of webhooks.")
    health = models.JSONField(default=dict, help_text="Meta's health_status.")
    profile = models.JSONField(default=dict, help_text="The business profile that customers see.")
    automation = models.JSONField(default=dict, help_text="Ice breakers (`prompts`) and `commands`.")
    token_expires_at = models.DateTimeField(null=True)
    token_scopes = ArrayField(models.CharField(max_length=60), default=list)
    token_warned_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True, help_text="When Meta was last asked how it stands.")
    webhook_seen_at = models.DateTimeField(null=True, help_text="When a webhook of it last came, to the minute.")
    # What the organization wants of it.
    welcome_message = models.TextField(blank=True)
    away_message = models.TextField(blank=True)
    business_hours = models.JSONField(null=True, help_text="As a department's; null: the organization's.")
    default_department = models.ForeignKey(Department, null=True, on_delete=models.SET_NULL, related_name="+")
    default_bot_id = models.UUIDField(null=True)
    settings = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)

    objects = NumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_number_id"], condition=Q(deleted_at=None), name="whatsapp_number_once"
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="whatsapp_number_of_organization"),
        ]

    def __str__(self) -> str:
        return self.display_phone_number or self.phone_number_id

    @property
    def portfolio(self) -> str:
        """Whose limits it shares, as exactly as it is known: all numbers of an account belong to one portfolio."""
        return self.portfolio_id or self.waba_id or str(self.pk)

    def restrictions_at(self, now: datetime) -> list[dict[str, Any]]:
        """What Meta forbids it at a moment: `type`, and `until` where it ends by itself."""
        return [
            each for each in self.restrictions if not each.get("until") or datetime.fromisoformat(each["until"]) > now
        ]
