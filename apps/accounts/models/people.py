from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from apps.accounts.models.organizations import empty_document
from apps.accounts.querysets import SessionQuerySet
from apps.core.tenancy import UuidModel


class UserManager(BaseUserManager["User"]):
    def by_email(self, email: str) -> User | None:
        return self.filter(email=email.strip().lower()).first()

    def create_user(self, email: str, password: str | None = None, **values: Any) -> User:
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save(force_insert=True, using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **values: Any) -> User:
        """Whoever runs the installation vouches for the address."""
        vouched = {"is_staff": True, "is_superuser": True, "email_verified_at": timezone.now()}
        return self.create_user(email, password, **vouched | values)


class User(UuidModel, AbstractBaseUser, PermissionsMixin):
    """A person. E-mail (in lower case) and password are theirs; what they are to an organization is a membership."""

    email = models.EmailField()
    email_verified_at = models.DateTimeField(null=True)
    full_name = models.CharField(max_length=255)
    phone_number = models.CharField(max_length=20, blank=True, db_default="")
    bio = models.TextField(blank=True, db_default="")
    avatar = models.CharField(max_length=200, blank=True, db_default="")  # its file's name in the storage
    language = models.CharField(max_length=10, default="pt-br")
    timezone = models.CharField(max_length=64, blank=True, db_default="")  # empty: the organization's
    preferences = models.JSONField(default=empty_document, db_default={})  # the web app's own: sounds, density
    password_changed_at = models.DateTimeField(null=True)
    # {"email": […], "full_name": […], "phone_number": […]}: what they were before, the last hundred of each, by which
    # others still speak of them. Written by a trigger alone, and dropped when they are erased.
    known_as = models.JSONField(default=empty_document, db_default={}, editable=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May use the support desk at /admin/.")
    created_at = models.DateTimeField(db_default=Now())

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email"], name="accounts_email_once")]
        permissions = [("impersonate", "Can act as a person of an organization, with a reason")]

    def __str__(self) -> str:
        return self.full_name or self.email


class Session(UuidModel):
    """One sign-in of a person: every token that descends from it names it, and ends with it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", related_query_name="session")
    method = models.CharField(max_length=20, db_default="password")  # password, sso, impersonation
    second_factor = models.CharField(max_length=20, blank=True, db_default="")  # totp, webauthn, recovery_codes
    # Where somebody of the support staff acts as this person: who, and the only organization that is open to them.
    impersonator = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=500, blank=True, db_default="")  # what for, in their own words
    only_organization_id = models.UUIDField(null=True)
    # Organizations that have let the person out meanwhile: let in again, they sign in again.
    closed_to = ArrayField(models.UUIDField(), default=list, db_default=[])
    expires_at = models.DateTimeField(null=True)  # whatever its tokens say; an impersonation has its hour
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("user", "ended_at", name="accounts_session_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%Y-%m-%d %H:%M}"
