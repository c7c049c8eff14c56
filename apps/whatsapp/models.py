from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.core.encryption import EncryptedTextField
from apps.core.tenancy import TenantModel, UuidModel
from apps.whatsapp.querysets import ChangeQuerySet, MediaQuerySet, MetaAppQuerySet, NumberQuerySet


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


class Number(TenantModel):
    """A business number. `phone_number_id` is Meta's id of it, and the path of everything sent from it."""

    class Status(models.TextChoices):
        CONNECTED = "connected"
        HELD = "held", "held: nothing is sent until somebody mends it"
        DISCONNECTED = "disconnected"
        ERROR = "error"

    app = models.ForeignKey(MetaApp, on_delete=models.PROTECT, related_name="+")
    phone_number_id = models.CharField(max_length=40)
    waba_id = models.CharField(max_length=40)
    access_token = EncryptedTextField()
    display_phone_number = models.CharField(max_length=30, blank=True)
    verified_name = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.CONNECTED)
    status_detail = models.CharField(max_length=500, blank=True)
    quality_rating = models.CharField(max_length=20, blank=True)
    messages_per_second = models.PositiveIntegerField(default=80)
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


class InboundEvent(UuidModel):
    """One body as Meta posted it, kept before it was acknowledged. The installation's: it may mix tenants."""

    class State(models.TextChoices):
        PENDING = "pending"
        SPLIT = "split", "split into changes"
        DEAD = "dead", "can't be understood"

    app = models.ForeignKey(MetaApp, on_delete=models.CASCADE, related_name="+")
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING, db_default=State.PENDING)
    error = models.CharField(max_length=500, blank=True, db_default="")
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index("app", "id", condition=Q(state="pending"), name="whatsapp_event_pending")]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


WAITING = Q(state__in=["pending", "retrying"])


class Change(TenantModel):
    """One thing that a webhook told: a message, a status, an event of an account. What drains, retries and dies.

    A lane is a number and a sender: what one contact did is handled in order, and holds nobody else up. A change of
    a number that is not (or not yet) ours has no organization, and waits.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        RETRYING = "retrying"
        DONE = "done"
        DEAD = "dead"

    event = models.ForeignKey(InboundEvent, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(  # type: ignore[assignment]  # may be nobody's
        settings.TENANT_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    number = models.ForeignKey(Number, null=True, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    lane = models.CharField(max_length=400)
    provider_id = models.CharField(max_length=300, blank=True)
    value = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now(), null=True)
    error = models.TextField(blank=True)
    handlers_parked = models.BooleanField(default=False, help_text="The message is stored; reacting to it failed.")
    received_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("organization", "id", condition=WAITING, name="whatsapp_change_due"),
            models.Index("lane", "id", condition=WAITING, name="whatsapp_change_lane"),
            models.Index("organization", "id", name="whatsapp_change_newest"),
            models.Index("organization", "state", "id", name="whatsapp_change_state"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.kind} {self.provider_id}"


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
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    error = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now(), null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = MediaQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "media"
        constraints = [models.UniqueConstraint(fields=["organization", "id"], name="whatsapp_media_of_organization")]
        indexes = [models.Index("next_attempt_at", condition=Q(state="pending"), name="whatsapp_media_due")]

    def __str__(self) -> str:
        return self.filename or self.mime_type or str(self.pk)
