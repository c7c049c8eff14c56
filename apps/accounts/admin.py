from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.accounts import services
from apps.accounts.models import Membership, Organization, Session, User
from apps.core.admin import SupportAdmin

# Tokens and second factors are nobody's to read, and what staff may do is not ruled by groups.
for model in (OutstandingToken, BlacklistedToken, Group, Authenticator, EmailAddress):
    admin.site.unregister(model)


@admin.register(Organization)
class OrganizationAdmin(SupportAdmin[Organization]):
    list_display = ["name", "slug", "timezone", "language", "is_active", "created_at"]
    list_filter = ["is_active", "language"]
    search_fields = ["name", "slug"]
    fields = ["id", "name", "slug", "timezone", "language", "is_active", "created_at"]
    readonly_fields = ["id", "created_at"]

    def has_change_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return request.user.is_superuser


@admin.register(User)
class PersonAdmin(SupportAdmin[User], UserAdmin["User"]):
    list_display = ["email", "full_name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "full_name"]
    ordering = ["email"]
    actions = ["let_in", "lock_out"]
    fieldsets = [
        (None, {"fields": ["email", "full_name", "language"]}),
        ("Access", {"fields": ["is_active", "is_staff", "is_superuser", "last_login", "created_at"]}),
    ]
    readonly_fields = ["created_at", "last_login"]
    filter_horizontal = []

    def has_lock_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(permissions=["lock"], description="Let these people in again")
    def let_in(self, _request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            services.set_user_active(user=user, active=True)

    @admin.action(permissions=["lock"], description="Lock these people out and close their sessions")
    def lock_out(self, _request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            services.set_user_active(user=user, active=False)


@admin.register(Membership)
class MembershipAdmin(SupportAdmin[Membership]):
    list_display = ["user", "organization", "role", "is_active", "created_at"]
    list_filter = ["role", "is_active", "organization"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__email", "user__full_name", "organization__name"]


@admin.register(Session)
class SessionAdmin(SupportAdmin[Session]):
    list_display = ["user", "created_at", "last_used_at", "ended_at", "end_reason", "address"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__full_name"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).order_by("-created_at")
