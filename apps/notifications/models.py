from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.core.tenancy import TenantModel
from apps.notifications import registry
from apps.notifications.hours import quiet_until, zone_of
from apps.notifications.querysets import DeliveryQuerySet, NoticeQuerySet, PreferenceQuerySet

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Notice(TenantModel):
    """Something that one person is told once, over however many channels. Its words are made when they are read,
    in the reader's language, from its type and its values."""

    class Severity(models.TextChoices):
        INFO = registry.INFO
        WARNING = registry.WARNING
        CRITICAL = registry.CRITICAL

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)  # a type of the registry
    severity = models.CharField(max_length=10, choices=Severity.choices)
    occasion = models.CharField(max_length=200)  # the same one is told once
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    link = models.CharField(max_length=500, blank=True)  # a path of the web app
    in_app = models.BooleanField(default=True)  # stands in the list
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)  # kept, so that its occasion doesn't come again

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "kind", "occasion"], name="notifications_occasion_once"
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="notifications_notice_org_id"),
        ]
        indexes = [
            models.Index("organization", "user", "id", name="notifications_of_user"),
            models.Index(
                "organization", "user", condition=Q(read_at=None, deleted_at=None, in_app=True),
                name="notifications_unread",
            ),
            models.Index("created_at", name="notifications_old"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"

    @property
    def about(self) -> list[UUID]:
        """Whom it is to and whom or what it names, by id: what is written with its words keeps them."""
        named = {UUID(value) for value in self.values.values() if isinstance(value, str) and _ID.fullmatch(value)}
        return sorted({self.user_id, *named})

    def words(self, language: str) -> tuple[str, str]:
        """Title and body. A type that no app names any more still shows that there was something."""
        try:
            words = registry.type_named(self.kind).in_language(language)
        except KeyError:
            return self.kind, ""
        return words.filled(self.values)


class Delivery(TenantModel):
    """A notice's way over one channel. `due_at` of a mail is when quiet hours end."""

    class Channel(models.TextChoices):
        IN_APP = registry.IN_APP
        SOCKET = registry.SOCKET
        EMAIL = registry.EMAIL

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        LEFT_OUT = "left_out"

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=30, blank=True)  # why it was left out: read, gone, switched_off, too_many
    due_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="notifications_channel_once")]
        indexes = [
            models.Index("organization", "user", "due_at", condition=Q(state="waiting"), name="notifications_waiting"),
            models.Index("organization", "user", "sent_at", condition=Q(channel="email"), name="notifications_mailed"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class Preference(TenantModel):
    """How a person wants to be told by one organization. The row is made with its defaults when it is first read;
    whoever sends them mails holds its lock."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    in_app_enabled = models.BooleanField(default=True)
    websocket_enabled = models.BooleanField(default=True)
    email_enabled = models.BooleanField(default=True)
    quiet_hours_enabled = models.BooleanField(default=False)
    quiet_hours_start = models.CharField(max_length=5, default="22:00")
    quiet_hours_end = models.CharField(max_length=5, default="07:00")
    max_emails_per_hour = models.PositiveSmallIntegerField(default=10)
    # {"new_contact": {"email": true}}: what differs from the types' own defaults
    chosen = models.JSONField(default=dict)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="notifications_preference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

    def wants(self, kind: registry.NoticeType, channel: str) -> bool:
        """The type's own switch; the channel's main switch comes on top."""
        chosen: dict[str, Any] = self.chosen.get(kind.name, {})
        return bool(chosen.get(channel, channel in kind.channels))

    def channels_for(self, kind: registry.NoticeType) -> list[str]:
        on = {
            registry.IN_APP: self.in_app_enabled,
            registry.SOCKET: self.websocket_enabled,
            registry.EMAIL: self.email_enabled,
        }
        return [channel for channel in registry.CHANNELS if on[channel] and self.wants(kind, channel)]

    def quiet_until(self, now: datetime, *zones: str) -> datetime | None:
        """When this person's quiet hours end, if it is quiet now; `zones`: theirs, else the organization's."""
        if not self.quiet_hours_enabled:
            return None
        return quiet_until(self.quiet_hours_start, self.quiet_hours_end, now=now, zone=zone_of(*zones))
