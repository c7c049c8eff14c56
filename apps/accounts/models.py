from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Now

from apps.accounts.querysets import MembershipQuerySet, SessionQuerySet
from apps.core.tenancy import TenantModel, UuidModel


class Organization(UuidModel):
    """The tenant (settings.TENANT_MODEL). Of this table, too, row-level security shows a tenant only its own row."""

    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=100, unique=True)
    timezone = models.CharField(max_length=64, default="America/Sao_Paulo")
    language = models.CharField(max_length=10, default="pt-br")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def by_email(self, email: str) -> User | None:
        return self.filter(email=email.strip().lower()).first()

    def create_user(self, email: str, password: str | None = None, **values: Any) -> User:
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save(force_insert=True, using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **values: Any) -> User:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True} | values)


class User(UuidModel, AbstractBaseUser, PermissionsMixin):
    """A person. E-mail (in lower case) and password are theirs; what they are to an organization is a membership."""

    email = models.EmailField()
    full_name = models.CharField(max_length=255)
    language = models.CharField(max_length=10, default="pt-br")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May use the support desk at /admin/.")
    created_at = models.DateTimeField(db_default=Now())

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email"], name="accounts_email_once")]

    def __str__(self) -> str:
        return self.full_name or self.email


class Role(models.TextChoices):
    OWNER = "owner"
    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    VIEWER = "viewer"


class Membership(TenantModel):
    """A person's place in an organization."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="accounts_member_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Session(UuidModel):
    """One sign-in of a person: every token that descends from it names it, and ends with it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)

    objects = SessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%Y-%m-%d %H:%M}"
