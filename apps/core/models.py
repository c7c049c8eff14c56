from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from apps.core.tenancy import OwnedModel, TenantModel, TenantQuerySet, UuidModel


class LogHeadQuerySet(TenantQuerySet["LogHead"]):
    pass


class LogHead(OwnedModel):
    """The last number in an organization's log. Whoever numbers holds this row's lock."""

    organization = models.OneToOneField(
        settings.TENANT_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    last = models.BigIntegerField(default=0)
    forgotten = models.BigIntegerField(default=0)  # entries up to here were old and are deleted

    objects = LogHeadQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.organization_id} at {self.last}"


class LogEntryQuerySet(TenantQuerySet["LogEntry"]):
    def visible_to(self, permissions: frozenset[str], scopes: frozenset[str]) -> Self:
        """A scope holds words; one that the viewer knows is enough."""
        words = Func(F("scope"), Value(" "), function="string_to_array", output_field=ArrayField(models.TextField()))
        known = Q(scope="") | Q(words__overlap=sorted(scopes))
        return self.alias(words=words).filter(known, audience__in=permissions)

    def after(self, number: int) -> Self:
        """What a reader that has seen everything up to `number` reads next."""
        return self.filter(number__gt=number).order_by("number")


class LogEntry(OwnedModel):
    """A published fact. `id` says when it was written, `number` when it became readable: see `log.py`.

    The id is a bigint identity and no uuidv7, whose clocks may differ: who waited for a row lock took its id after
    the lock's holder committed, so that cause comes before effect.
    """

    number = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=100)
    audience = models.CharField(max_length=100)
    scope = models.CharField(max_length=300)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "log entries"
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="core_log_number_once")]
        indexes = [models.Index("organization", "id", condition=Q(number=None), name="core_log_unnumbered")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class IdempotencyKeyQuerySet(TenantQuerySet["IdempotencyKey"]):
    pass


class IdempotencyKey(TenantModel):
    """What was answered to the first request under this key: see `idempotency.py`."""

    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(db_default=Now())

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="core_idempotency_key_once")]
        indexes = [models.Index("created_at", name="core_idempotency_old")]

    def __str__(self) -> str:
        return self.key


class Mail(UuidModel):
    """A mail that was or will be sent. The installation's, not a tenant's: it holds links that sign people in.

    `about` and `sent_for` say whose it is, however people are called by the time that they are erased.
    """

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    about = ArrayField(models.UUIDField(), default=list, db_default=[])  # whom it is to, and whom or what it names
    sent_for = models.UUIDField(null=True)  # the organization in whose name; null: a person's own, of their account
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    error = models.CharField(max_length=500, blank=True, db_default="")

    class Meta:
        indexes = [models.Index("id", condition=Q(sent_at=None), name="core_mail_waiting")]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
