from base64 import b64encode
from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from unfold.forms import AuthenticationForm

from apps.accounts import services
from apps.accounts.models import (
    AgentSkill,
    AgentStatusSpan,
    ApiKey,
    AuditEntry,
    AuditHead,
    AuditLink,
    AuditWaiting,
    CustomRole,
    DeletedOrganization,
    Department,
    DepartmentMember,
    ExternalIdentity,
    IdentityProvider,
    Invitation,
    LimitNotice,
    Membership,
    MessageCount,
    Organization,
    OrganizationExport,
    PrivacyJob,
    Session,
    SubjectKey,
    User,
)
from apps.accounts.services import impersonation, organizations, staff
from apps.accounts.services.limits import plan_now, usage_of
from apps.accounts.services.lockout import Attempt
from apps.core.actor import current_actor
from apps.core.admin import SupportAdmin
from apps.core.desk import FOUND, SHOWN, Figure, Found, finder, page, section, sections_of
from apps.core.errors import DomainError, Invalid, TooMany

# Tokens and second factors are nobody's to read, and what staff may do is not ruled by groups.
for model in (OutstandingToken, BlacklistedToken, Group, Authenticator, EmailAddress):
    admin.site.unregister(model)


class OrganizationForm(forms.ModelForm[Organization]):
    class Meta:
        model = Organization
        fields = ["name", "slug", "timezone", "language"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            organizations.check_profile(**{name: cleaned[name] for name in self.changed_data if name in cleaned})
        except Invalid as refusal:
            self.add_error(refusal.field, refusal.detail)
        return cleaned


@admin.register(Organization)
class OrganizationAdmin(SupportAdmin[Organization]):
    form = OrganizationForm
    list_display = ["name", "slug", "plan", "timezone", "language", "is_active", "created_at", "overview_link"]
    list_filter = ["is_active", "plan", "language"]
    search_fields = ["name", "slug"]
    fields = ["id", "name", "slug", "timezone", "language", "is_active", "created_at"]
    readonly_fields = ["id", "is_active", "created_at"]
    actions = ["activate", "deactivate"]

    def has_change_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return request.user.is_superuser

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        if values := {name: form.cleaned_data[name] for name in form.changed_data}:
            organizations.change_organization(organization_id=obj.pk, **values)

    @admin.action(permissions=["change"], description="Let these organizations work again")
    def activate(self, _request: HttpRequest, rows: QuerySet[Organization]) -> None:
        for organization in rows:
            organizations.activate_organization(organization_id=organization.pk)

    @admin.action(permissions=["change"], description="Lock these organizations: nobody gets in, nothing is sent")
    def deactivate(self, _request: HttpRequest, rows: QuerySet[Organization]) -> None:
        for organization in rows:
            organizations.deactivate_organization(organization_id=organization.pk)

    def get_urls(self) -> list[Any]:
        overview, act = self.admin_site.admin_view(self.overview), self.admin_site.admin_view(self.impersonate)
        return [
            path("<uuid:organization_id>/overview/", overview, name="accounts_organization_overview"),
            path("<uuid:organization_id>/impersonate/", act, name="accounts_organization_impersonate"),
            *super().get_urls(),
        ]

    @admin.display(description="Overview")
    def overview_link(self, organization: Organization) -> SafeString:
        return format_html('<a href="{}">Open</a>', _overview_of(organization.pk))

    def overview(self, request: HttpRequest, organization_id: UUID) -> HttpResponseBase:
        organization = get_object_or_404(Organization, pk=organization_id)
        members = Membership.objects.for_organization(organization_id).active().select_related("user").order_by("pk")
        may = request.user.has_perm("accounts.impersonate")
        context = self.admin_site.each_context(request) | {
            "title": organization.name,
            "organization": organization,
            "panels": sections_of(organization.pk),
            "people": members.filter(user__is_staff=False)[:200] if may else [],
            "longest": impersonation.LONGEST_MINUTES,
        }
        return render(request, "desk/organization.html", context)

    def impersonate(self, request: HttpRequest, organization_id: UUID) -> HttpResponseBase:
        """The web app as this person sees it; the code stands behind the `#`, which no server and no log sees."""
        if request.method != "POST":
            return redirect(_overview_of(organization_id))
        try:
            code = impersonation.begin(
                staff=cast(User, request.user),
                user_id=UUID(request.POST.get("user", "")),
                organization_id=organization_id,
                reason=request.POST.get("reason", ""),
                minutes=int(request.POST.get("minutes", impersonation.LONGEST_MINUTES)),
            )
        except (DomainError, ValueError) as refusal:
            text = refusal.detail if isinstance(refusal, DomainError) else "Choose a person and a number of minutes."
            self.message_user(request, text, messages.ERROR)
            return redirect(_overview_of(organization_id))
        return redirect(f"/app/impersonate#{code}")


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


class ReadOnly(SupportAdmin[Any]):
    """A plain list of rows that belong to organizations."""

    list_select_related = ["organization"]
    list_filter = ["organization"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(CustomRole)
class CustomRoleAdmin(ReadOnly):
    list_display = ["name", "description", "organization", "created_at"]
    search_fields = ["name", "organization__name"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ["email", "role", "organization", "sent_at", "expires_at", "accepted_at", "revoked_at"]
    search_fields = ["email", "organization__name"]
    exclude = ["token", "token_hash"]


class DepartmentMembers(admin.TabularInline[DepartmentMember, Department]):
    model = DepartmentMember
    extra = 0
    can_delete = False
    fields = ["membership"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Department)
class DepartmentAdmin(ReadOnly):
    list_display = ["name", "organization", "is_active", "created_at"]
    search_fields = ["name", "organization__name"]
    inlines = [DepartmentMembers]


@admin.register(AgentSkill)
class AgentSkillAdmin(ReadOnly):
    list_display = ["name", "proficiency", "membership", "organization"]
    list_select_related = ["organization", "membership__user"]
    search_fields = ["name", "membership__user__email"]


@admin.register(AgentStatusSpan)
class AgentStatusSpanAdmin(ReadOnly):
    list_display = ["user", "status", "began_at", "ended_at", "organization"]
    list_select_related = ["organization", "user"]
    search_fields = ["user__email", "user__full_name"]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    list_display = ["name", "prefix", "organization", "created_by", "last_used_at", "expires_at", "revoked_at"]
    list_select_related = ["organization", "created_by"]
    search_fields = ["name", "prefix", "organization__name"]
    exclude = ["secret_hash"]


@admin.register(IdentityProvider)
class IdentityProviderAdmin(ReadOnly):
    list_display = ["name", "issuer", "is_active", "organization", "created_at"]
    search_fields = ["name", "issuer", "organization__name"]
    exclude = ["client_secret"]


@admin.register(ExternalIdentity)
class ExternalIdentityAdmin(ReadOnly):
    list_display = ["user", "issuer", "subject", "organization", "last_used_at"]
    list_select_related = ["organization", "user"]
    search_fields = ["subject", "user__email"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """What happened. Values of persons stay closed: they are the organization's to read."""

    list_display = [
        "at",
        "organization",
        "action",
        "actor_kind",
        "actor_id",
        "impersonator_id",
        "target_kind",
        "target_id",
    ]
    list_filter = ["actor_kind", "organization"]
    search_fields = ["action", "=actor_id", "=target_id", "=request_id"]
    exclude = ["personal", "origin", "salt"]


@admin.register(AuditHead)
class AuditHeadAdmin(ReadOnly):
    list_display = ["organization", "last", "hash"]


@admin.register(AuditLink)
class AuditLinkAdmin(ReadOnly):
    list_display = ["number", "entry", "hash", "linked_at", "organization"]
    list_select_related = ["organization", "entry"]


@admin.register(AuditWaiting)
class AuditWaitingAdmin(ReadOnly):
    list_display = ["entry", "organization"]
    list_select_related = ["organization", "entry"]


@admin.register(SubjectKey)
class SubjectKeyAdmin(ReadOnly):
    """That there is a key, and whose."""

    list_display = ["subject_id", "organization"]
    search_fields = ["=subject_id"]
    exclude = ["key"]


@admin.register(MessageCount)
class MessageCountAdmin(ReadOnly):
    list_display = ["month", "direction", "shard", "count", "organization"]


@admin.register(LimitNotice)
class LimitNoticeAdmin(ReadOnly):
    list_display = ["resource", "month", "organization"]


@admin.register(OrganizationExport)
class OrganizationExportAdmin(ReadOnly):
    list_display = ["created_at", "organization", "state", "reason", "size", "attempts", "error", "expires_at"]
    list_filter = ["state", "reason", "organization"]


@admin.register(PrivacyJob)
class PrivacyJobAdmin(ReadOnly):
    list_display = ["created_at", "organization", "kind", "subject_kind", "state", "attempts", "error", "expires_at"]
    list_filter = ["kind", "state", "organization"]


@admin.register(DeletedOrganization)
class DeletedOrganizationAdmin(SupportAdmin[DeletedOrganization]):
    list_display = ["name", "slug", "requested_at", "deleted_at", "files"]
    search_fields = ["name", "slug", "=organization_id"]
    ordering = ["-deleted_at"]


@section("Plan and use")
def _plan_of(organization_id: UUID) -> Iterator[Figure]:
    organization = Organization.objects.get(pk=organization_id)
    yield Figure("plan", plan_now(organization))
    yield Figure("state", "active" if organization.is_active else "deactivated", is_bad=not organization.is_active)
    for use in usage_of(organization):
        limit = "unlimited" if use.limit is None else f"{use.limit:,}"
        full = use.limit is not None and use.used >= use.limit
        yield Figure(use.resource.replace("_", " "), f"{use.used:,} of {limit}", is_bad=full)


@section("People")
def _people_of(organization_id: UUID) -> Iterator[Figure]:
    members = Membership.objects.for_organization(organization_id).select_related("user").order_by("-is_active", "pk")
    for member in members[:30]:
        label = f"{member.user} <{member.user.email}>"
        state = member.role if member.is_active and member.user.is_active else f"{member.role}, inactive"
        yield Figure(label, state, reverse("admin:accounts_user_change", args=[member.user_id]))


@finder
def _find_organizations(text: str) -> Iterator[Found]:
    rows = Organization.objects.filter(Q(name__icontains=text) | Q(slug__istartswith=text)).order_by("name")
    for organization in rows[:FOUND]:
        state = "active" if organization.is_active else "deactivated"
        yield Found(
            "Organization", organization.name, f"{organization.plan}, {state}", "", _overview_of(organization.pk)
        )


@finder
def _find_people(text: str) -> Iterator[Found]:
    rows = User.objects.filter(Q(email__istartswith=text) | Q(full_name__icontains=text)).order_by("email")
    for user in rows[:FOUND]:
        places = Membership.objects.in_scope().filter(user=user).select_related("organization").order_by("pk")[:3]
        where = ", ".join(place.organization.name for place in places)
        url = reverse("admin:accounts_user_change", args=[user.pk])
        yield Found("Person", str(user), user.email, where, url)


def _overview_of(organization_id: UUID) -> str:
    return reverse("admin:accounts_organization_overview", args=[organization_id])


class StaffLoginForm(AuthenticationForm):  # type: ignore[misc]  # without types
    """As often as at the API's own sign-in, and no more."""

    def clean(self) -> dict[str, Any]:
        attempt = Attempt(self.cleaned_data.get("username", ""), current_actor().address or None)
        try:
            attempt.begin()
        except TooMany as refusal:
            raise ValidationError(refusal.detail) from refusal
        cleaned: dict[str, Any] = super().clean()
        attempt.succeeded()
        return cleaned


admin.site.login_form = StaffLoginForm


@page("second-factor/", name="second_factor")
@never_cache
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """Between the password and the desk."""
    user = request.user
    if not isinstance(user, User) or not (user.is_active and user.is_staff):
        return redirect("admin:login")
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    following = wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else reverse("admin:index")
    state = staff.state_of(user)
    context = {"title": "Second step", "site_title": admin.site.site_title, "state": state, "next": following}
    if request.method == "POST" and state != "elsewhere":
        try:
            codes = _show(user, state, request.POST.get("code", "")[:40])
        except DomainError as refusal:
            context["refusal"] = refusal.detail
        else:
            request.session[SHOWN] = timezone.now().isoformat()
            request.session.cycle_key()
            if not codes:
                return redirect(following)
            return render(request, "desk/second_factor.html", context | {"codes": codes})
    if state == "none":
        begun = staff.begin(user=user)
        context |= {"secret": begun["secret"], "qr": b64encode(begun["qr_svg"].encode()).decode()}
    return render(request, "desk/second_factor.html", admin.site.each_context(request) | context)


def _show(user: User, state: str, code: str) -> list[str]:
    if state == "none":
        return staff.confirm(user=user, code=code)
    staff.check(user=user, code=code)
    return []
