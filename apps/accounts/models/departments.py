from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from apps.accounts.models.memberships import Membership
from apps.accounts.models.organizations import empty_document
from apps.accounts.models.people import User
from apps.accounts.querysets import (
    AgentSkillQuerySet,
    AgentStatusSpanQuerySet,
    DepartmentMemberQuerySet,
    DepartmentQuerySet,
)
from apps.core.tenancy import TenantModel


class Department(TenantModel):
    """A part of the organization, with members and hours of its own."""

    class RoutingMode(models.TextChoices):
        ROUND_ROBIN = "round_robin"
        LOAD_BALANCE = "load_balance"
        MANUAL = "manual"

    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=100)
    description = models.TextField(blank=True)
    color = models.CharField(max_length=7, default="#3B82F6")
    icon = models.CharField(max_length=50, blank=True)
    is_active = models.BooleanField(default=True)
    # {"monday": {"enabled": true, "start": "09:00", "end": "18:00"}}; an absent day is open, none at all: always open.
    business_hours = models.JSONField(default=empty_document)
    offline_message = models.TextField(blank=True)
    routing_mode = models.CharField(max_length=20, choices=RoutingMode.choices, default=RoutingMode.ROUND_ROBIN)
    auto_assign_conversations = models.BooleanField(default=True)
    max_conversations_per_agent = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="accounts_department_slug_once"),
            models.UniqueConstraint(fields=["organization", "id"], name="accounts_department_org_id"),
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentMember(TenantModel):
    """The one table that says who works in which department."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")

    objects = DepartmentMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "department", "membership"], name="accounts_department_member_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.department_id}"


class AgentSkill(TenantModel):
    """What a person is good at, from 1 (beginner) to 5 (expert); names are compared without case."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    proficiency = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1), MaxValueValidator(5)])
    created_at = models.DateTimeField(db_default=Now())

    objects = AgentSkillQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "membership", Lower("name"), name="accounts_skill_once"),
            models.CheckConstraint(condition=Q(proficiency__range=(1, 5)), name="accounts_skill_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.proficiency})"


class AgentStatus(models.TextChoices):
    ONLINE = "online"
    AWAY = "away"
    BUSY = "busy"
    OFFLINE = "offline"


class AgentStatusSpan(TenantModel):
    """For how long somebody was what: reports read it. The newest one of a person is open."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, choices=AgentStatus.choices)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = AgentStatusSpanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], condition=Q(ended_at=None), name="accounts_status_one_open"
            )
        ]
        indexes = [models.Index("organization", "user", "began_at", name="accounts_status_history")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.status} since {self.began_at:%Y-%m-%d %H:%M}"
