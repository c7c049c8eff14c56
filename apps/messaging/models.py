from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.models import Department, User
from apps.contacts.models import Contact
from apps.core.tenancy import TenantModel
from apps.messaging.querysets import (
    OPEN_STATUSES,
    BlockQuerySet,
    ConversationQuerySet,
    MessageQuerySet,
    MessageRevisionQuerySet,
    MessageStatusQuerySet,
    NumberMonthQuerySet,
    OutboxActionQuerySet,
)
from apps.whatsapp.models import Media, Number, Template
from apps.whatsapp.providers import named


class Conversation(TenantModel):
    """What a contact and the organization have to say to each other on one number, until it is closed."""

    class Status(models.TextChoices):
        OPEN = "open", "new: a bot has it, or nobody"
        QUEUED = "queued", "waits for an agent"
        ACTIVE = "active", "an agent has it"
        PENDING = "pending", "waits for the customer"
        SNOOZED = "snoozed"
        RESOLVED = "resolved"
        CLOSED = "closed"
        ARCHIVED = "archived"

    class Priority(models.TextChoices):
        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"
        URGENT = "urgent"

    class ThreadOwner(models.TextChoices):
        """Who may answer, where Meta's conversation routing has a second responder; empty where it never had."""

        NOBODY = "", "not routed"
        OWNED = "owned", "owned: we may answer"
        STANDBY = "standby", "standby: another responder has it"
        IDLE = "idle", "idle: nobody has it"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    assignee = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    department = models.ForeignKey(Department, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    priority = models.CharField(max_length=10, choices=Priority.choices, default=Priority.MEDIUM)
    labels = ArrayField(models.CharField(max_length=50), default=list)
    unread_count = models.PositiveIntegerField(default=0)
    last_message = models.ForeignKey("Message", null=True, on_delete=models.SET_NULL, related_name="+")
    last_message_at = models.DateTimeField(db_default=Now())
    last_inbound_at = models.DateTimeField(null=True)
    window_expires_at = models.DateTimeField(
        null=True, help_text="Until then anything may be sent, not only templates."
    )
    free_entry_until = models.DateTimeField(null=True, help_text="Until then everything sent is free: an ad led here.")
    source = models.JSONField(null=True, help_text="The ad or post that led here: `referral` of the webhook.")
    thread_owner = models.CharField(max_length=10, choices=ThreadOwner.choices, blank=True, db_default="")
    thread_owner_role = models.CharField(max_length=40, blank=True, db_default="")
    thread_changed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    close_reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "number"],
                condition=Q(status__in=OPEN_STATUSES),
                name="messaging_one_open_conversation",
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="messaging_conversation_of_org"),
        ]
        indexes = [
            models.Index("organization", "last_message_at", "id", name="messaging_newest_activity"),
            models.Index(
                "organization", "last_message_at", "id",
                condition=Q(status__in=OPEN_STATUSES), name="messaging_open_newest",
            ),
            models.Index(
                "organization", "assignee", "last_message_at", "id",
                condition=Q(status__in=OPEN_STATUSES), name="messaging_open_of_assignee",
            ),
            models.Index(
                "organization", "department", "last_message_at", "id",
                condition=Q(status__in=OPEN_STATUSES), name="messaging_open_of_department",
            ),
            models.Index("organization", "contact", "id", name="messaging_of_contact"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.contact_id} on {self.number_id}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    def window_is_open(self, now: datetime) -> bool:
        """Whether anything may be written now, and not templates alone; providers without a window know no such end."""
        if not named(self.number.provider).capabilities.has_window:
            return True
        return self.window_expires_at is not None and now < self.window_expires_at


class Message(TenantModel):
    """One message, in or out. An outgoing one with status `queued` is the outbox: the sender takes it from here."""

    class Direction(models.TextChoices):
        INBOUND = "inbound"
        OUTBOUND = "outbound"

    class Sender(models.TextChoices):
        CONTACT = "contact"
        AGENT = "agent"
        BOT = "bot"
        SYSTEM = "system"
        API = "api"

    class Status(models.TextChoices):
        RECEIVED = "received"
        SCHEDULED = "scheduled"
        QUEUED = "queued"
        HELD = "held", "held: its number can't send now"
        SENDING = "sending"
        UNCERTAIN = "uncertain", "uncertain: it may have reached the customer"
        ACCEPTED = "accepted"
        SENT = "sent"
        DELIVERED = "delivered"
        READ = "read"
        PLAYED = "played"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Origin(models.TextChoices):
        LIVE = "live"
        ECHO = "echo", "echo: written on the phone's app, or by another partner"
        HISTORY = "history", "history: imported from the phone's app"
        STANDBY = "standby", "standby: another responder has the thread"

    class Lane(models.IntegerChoices):
        AGENTS = 0
        BOTS = 1
        BULK = 2

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    sender_kind = models.CharField(max_length=10, choices=Sender.choices)
    sender = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    client_id = models.UUIDField(null=True, help_text="Made by whoever sends: the same id again is the same message.")
    wamid = models.CharField(max_length=300, null=True)  # noqa: DJ001 - unknown is not empty, and unique
    type = models.CharField(max_length=40)
    content = models.JSONField(default=dict)
    text = models.TextField(blank=True, help_text="What a person would read aloud; searched and shown as preview.")
    media = models.ForeignKey(Media, null=True, on_delete=models.SET_NULL, related_name="+")
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    reply_to_wamid = models.CharField(max_length=300, blank=True)
    forwarded = models.BooleanField(default=False)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.LIVE, db_default="live")
    group_id = models.CharField(max_length=100, blank=True, db_default="")
    referral = models.JSONField(null=True)
    template = models.ForeignKey(Template, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    edited_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices)
    # How Meta took a template that it doesn't deliver yet, in its own words; empty: as any other message.
    taken_as = models.CharField(max_length=40, blank=True, db_default="")
    lane = models.PositiveSmallIntegerField(choices=Lane.choices, default=Lane.AGENTS)
    # Where it stands in the thread: for inbound ones the customer's time as exactly as Meta tells it.
    at = models.DateTimeField(db_default=Now())
    # Of a message being sent: the attempt's token, and until when whoever holds it counts as alive.
    attempt = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    # Of a held one: the number is well, and the message waits for a place in the portfolio's messaging limit.
    next_attempt_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True, help_text="When it took a place in the portfolio's messaging limit.")
    error_code = models.IntegerField(null=True)
    error_title = models.CharField(max_length=300, blank=True)
    error_detail = models.CharField(max_length=1000, blank=True)
    # What Meta says of its price, in its own words, and what that comes to.
    price_category = models.CharField(max_length=40, blank=True, db_default="")
    price_type = models.CharField(max_length=40, blank=True, db_default="")
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    currency = models.CharField(max_length=3, blank=True, db_default="")
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "wamid"], name="messaging_wamid_once"),
            models.UniqueConstraint(
                fields=["organization", "client_id"],
                condition=Q(client_id__isnull=False),
                name="messaging_client_id_is_once",
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="messaging_message_of_org"),
        ]
        indexes = [
            models.Index("organization", "conversation", "at", "id", name="messaging_thread"),
            models.Index("reply_to", condition=Q(type="reaction"), name="messaging_reactions"),
            models.Index("number", "lane", "id", condition=Q(status="queued"), name="messaging_outbox"),
            models.Index("contact", "id", condition=Q(status__in=["queued", "sending"]), name="messaging_in_turn"),
            models.Index("lease_until", condition=Q(status="sending"), name="messaging_leases"),
            models.Index(
                "organization", "template", "id", condition=Q(template__isnull=False), name="messaging_of_template"
            ),
            models.Index("number", "counted_at", condition=Q(counted_at__isnull=False), name="messaging_counted"),
            models.Index(
                "number",
                "lane",
                "id",
                condition=Q(status="held", next_attempt_at__isnull=False),
                name="messaging_for_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.type} {self.status}"


class MessageRevision(TenantModel):
    """What a message said before its writer edited it or deleted it for everyone."""

    class Kind(models.TextChoices):
        EDIT = "edit"
        REVOKE = "revoke"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    content = models.JSONField()
    text = models.TextField(blank=True)
    wamid = models.CharField(max_length=300, help_text="Of the edit or the deletion itself.")
    at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    objects = MessageRevisionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "wamid"], name="messaging_revision_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.message_id}"


class MessageStatus(TenantModel):
    """All that the provider said about a message, in the order in which it came. What counts is on the message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=20)
    at = models.DateTimeField()
    error_code = models.IntegerField(null=True)
    error_title = models.CharField(max_length=300, blank=True)
    error_detail = models.CharField(max_length=1000, blank=True)
    pricing = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = MessageStatusQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "message statuses"
        constraints = [
            models.UniqueConstraint(fields=["message", "status", "at"], name="messaging_status_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.status}"


class OutboxAction(TenantModel):
    """A read receipt that waits for the sender. It soon means nothing, so it expires."""

    number = models.ForeignKey(Number, on_delete=models.CASCADE, related_name="+")
    wamid = models.CharField(max_length=300)
    typing = models.BooleanField(default=False, help_text="Also shows the customer that somebody is writing.")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    objects = OutboxActionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"read {self.wamid}"


class Block(TenantModel):
    """What WhatsApp is to know on one number: that a contact is blocked there, or is no longer."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        FAILED = "failed", "failed: WhatsApp blocks only who wrote lately"

    number = models.ForeignKey(Number, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    is_blocked = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now(), null=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "number"], name="messaging_block_once")]
        indexes = [models.Index("next_attempt_at", condition=Q(state="pending"), name="messaging_blocks_due")]

    def __str__(self) -> str:
        return f"{self.contact_id} on {self.number_id}"


class NumberMonth(TenantModel):
    """What a number's delivered messages came to in a calendar month, by category and kind of price; in several rows
    a month, so that no two writers wait for the same one."""

    number = models.ForeignKey(Number, on_delete=models.CASCADE, related_name="+")
    month = models.DateField(help_text="Its first day, in the organization's time zone.")
    category = models.CharField(max_length=40)
    price_type = models.CharField(max_length=40)
    currency = models.CharField(max_length=3, blank=True)
    shard = models.PositiveSmallIntegerField()
    messages = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)

    objects = NumberMonthQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "month", "category", "price_type", "currency", "shard"],
                name="messaging_number_month_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number_id} {self.month:%Y-%m} {self.category}"
