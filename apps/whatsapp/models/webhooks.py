from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.tenancy import TenantModel, UuidModel
from apps.whatsapp.models.meta_apps import MetaApp
from apps.whatsapp.models.numbers import Number
from apps.whatsapp.querysets import ChangeQuerySet


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
