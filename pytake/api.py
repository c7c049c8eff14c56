"""The API's one router."""

from rest_framework.routers import DefaultRouter

from apps.accounts.api.views.api_keys import ApiKeyViewSet
from apps.accounts.api.views.audit import AuditLogViewSet
from apps.accounts.api.views.departments import DepartmentViewSet
from apps.accounts.api.views.invitations import InvitationViewSet, JoinViewSet
from apps.accounts.api.views.me import MeViewSet
from apps.accounts.api.views.members import MemberViewSet
from apps.accounts.api.views.organizations import (
    MyOrganizationViewSet,
    OrganizationExportViewSet,
    OrganizationViewSet,
)
from apps.accounts.api.views.passwords import PasswordViewSet
from apps.accounts.api.views.privacy import MyDataViewSet, PrivacyJobViewSet, RetentionViewSet
from apps.accounts.api.views.roles import PermissionViewSet, RoleViewSet
from apps.accounts.api.views.second_factor import PasskeyViewSet, SecondFactorViewSet, SecondStepViewSet
from apps.accounts.api.views.security import SecurityViewSet
from apps.accounts.api.views.sessions import SessionViewSet
from apps.accounts.api.views.sign_in import AuthViewSet
from apps.accounts.api.views.sso import IdentityProviderViewSet, IdentityViewSet, SsoViewSet
from apps.accounts.api.views.users import SkillViewSet, UserViewSet
from apps.contacts.api.views import ContactViewSet, TagViewSet
from apps.messaging.api.views.conversations import ConversationViewSet
from apps.messaging.api.views.costs import NumberCostsViewSet
from apps.messaging.api.views.files import MediaViewSet, ResumableUploadViewSet
from apps.messaging.api.views.messages import MessageViewSet
from apps.messaging.api.views.number_health import NumberHealthViewSet
from apps.messaging.api.views.rates import NumberRateViewSet
from apps.messaging.api.views.stats import (
    ContactStatsViewSet,
    DepartmentStatsViewSet,
    RealtimeViewSet,
    TemplateStatsViewSet,
    UserStatsViewSet,
)
from apps.notifications.api.views import NoticeViewSet
from apps.vault.api.views import SecretViewSet
from apps.whatsapp.api.views.gateways import GatewayNumberViewSet
from apps.whatsapp.api.views.number_actions import NumberPresenceViewSet, NumberRegistrationViewSet
from apps.whatsapp.api.views.number_settings import NumberSettingsViewSet
from apps.whatsapp.api.views.numbers import NumberViewSet
from apps.whatsapp.api.views.templates import NumberTemplateViewSet, TemplateLibraryViewSet, TemplateViewSet
from apps.whatsapp.api.views.webhook_events import WebhookEventViewSet

router = DefaultRouter()
router.register("auth", AuthViewSet, basename="auth")
router.register("auth", PasswordViewSet, basename="password")
router.register("auth/sessions", SessionViewSet, basename="session")
router.register("auth/sso/identities", IdentityViewSet, basename="identity")
router.register("auth/sso", SsoViewSet, basename="sso")
router.register("identity-providers", IdentityProviderViewSet)
router.register("auth/passkey", PasskeyViewSet, basename="passkey")
router.register("auth/mfa", SecondStepViewSet, basename="second_step")
router.register("auth", SecondFactorViewSet, basename="second_factor")
router.register("members", MemberViewSet, basename="member")
router.register("contacts", ContactViewSet)
router.register("tags", TagViewSet)
router.register("conversations", ConversationViewSet)
router.register("messages", MessageViewSet)
router.register("contacts", ContactStatsViewSet, basename="contact-stats")
router.register("realtime", RealtimeViewSet, basename="realtime")
router.register("numbers", GatewayNumberViewSet, basename="gateway_number")
router.register("numbers", NumberRegistrationViewSet, basename="number_registration")
router.register("numbers", NumberViewSet, basename="number")
router.register("numbers", NumberPresenceViewSet, basename="number_presence")
router.register("numbers", NumberSettingsViewSet, basename="number_settings")
router.register("numbers", NumberHealthViewSet, basename="number_health")
router.register("numbers", NumberRateViewSet, basename="number_rate")
router.register("numbers", NumberCostsViewSet, basename="number_costs")
router.register(r"numbers/(?P<number_id>[^/.]+)/templates", NumberTemplateViewSet, basename="number_template")
router.register("templates", TemplateViewSet, basename="template")
router.register("templates", TemplateStatsViewSet, basename="template-stats")
router.register("template-library", TemplateLibraryViewSet, basename="template_library")
router.register("webhook-events", WebhookEventViewSet, basename="webhook_event")
router.register("media/uploads", ResumableUploadViewSet, basename="upload")
router.register("media", MediaViewSet, basename="media")
router.register("api-keys", ApiKeyViewSet)
router.register("audit-log", AuditLogViewSet, basename="audit_log")
router.register("notifications", NoticeViewSet, basename="notification")
router.register("secrets", SecretViewSet, basename="secret")
router.register("users", UserStatsViewSet, basename="user-stats")
router.register("departments", DepartmentStatsViewSet, basename="department-stats")
router.register("users", MeViewSet, basename="me")
router.register("users", UserViewSet, basename="user")
router.register("skills", SkillViewSet, basename="skill")
router.register("invitations", JoinViewSet, basename="join")
router.register("invitations", InvitationViewSet)
router.register("roles", RoleViewSet, basename="role")
router.register("permissions", PermissionViewSet, basename="permission")
router.register("departments", DepartmentViewSet)
router.register("organizations", MyOrganizationViewSet, basename="my_organization")
router.register("organizations", SecurityViewSet, basename="security")
router.register("organizations", OrganizationViewSet, basename="organization")
router.register("organization-exports", OrganizationExportViewSet, basename="organization_export")
router.register("privacy-jobs", PrivacyJobViewSet, basename="privacy_job")
router.register("users", MyDataViewSet, basename="my_data")
router.register("organizations", RetentionViewSet, basename="retention")
