from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from apps.accounts.models.people import User
from apps.accounts.querysets import CustomRoleQuerySet, InvitationQuerySet, MembershipQuerySet
from apps.core.encryption import EncryptedTextField
from apps.core.tenancy import TenantModel


class Role(models.TextChoices):
    OWNER = "owner"
    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    VIEWER = "viewer"


class CustomRole(TenantModel):
    """A role of an organization's own, built of named permissions."""

    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    permissions = ArrayField(models.CharField(max_length=100), default=list)
    created_at = models.DateTimeField(db_default=Now())

    objects = CustomRoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="accounts_custom_role_name_once"),
            models.UniqueConstraint(fields=["organization", "id"], name="accounts_custom_role_org_id"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A person's place in an organization."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    # Takes the place of the role's permissions; the role then only says that the person is no more than an agent.
    custom_role = models.ForeignKey(CustomRole, null=True, on_delete=models.PROTECT, related_name="+")
    extra_permissions = ArrayField(models.CharField(max_length=100), default=list, db_default=[])
    is_active = models.BooleanField(default=True)
    greeting = models.TextField(blank=True, db_default="")  # sent by itself when they take a conversation from a queue
    # By hand: online (nothing chosen), away, busy, offline. What colleagues see depends on sockets, too.
    chosen_status = models.CharField(max_length=10, db_default="online")
    created_at = models.DateTimeField(db_default=Now())

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="accounts_member_once"),
            models.UniqueConstraint(fields=["organization", "id"], name="accounts_membership_org_id"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Invitation(TenantModel):
    """Somebody was asked by e-mail to join. The link's token is kept encrypted, so that it can be copied again."""

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    custom_role = models.ForeignKey(CustomRole, null=True, on_delete=models.CASCADE, related_name="+")
    department_ids = ArrayField(models.UUIDField(), default=list)
    token = EncryptedTextField()
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="accounts_invitation_once",
            )
        ]

    def __str__(self) -> str:
        return self.email
