"""The tables, by what they are about; everybody imports them from here."""

from apps.accounts.models.api_keys import ApiKey
from apps.accounts.models.audit import AuditEntry, AuditHead, AuditLink, AuditWaiting, SubjectKey
from apps.accounts.models.departments import AgentSkill, AgentStatus, AgentStatusSpan, Department, DepartmentMember
from apps.accounts.models.memberships import CustomRole, Invitation, Membership, Role
from apps.accounts.models.organizations import (
    DeletedOrganization,
    LimitNotice,
    MessageCount,
    Organization,
    OrganizationExport,
    Plan,
)
from apps.accounts.models.people import Session, User, UserManager
from apps.accounts.models.privacy import PrivacyJob
from apps.accounts.models.sso import ExternalIdentity, IdentityProvider

__all__ = [
    "AgentSkill",
    "AgentStatus",
    "AgentStatusSpan",
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "AuditLink",
    "AuditWaiting",
    "CustomRole",
    "DeletedOrganization",
    "Department",
    "DepartmentMember",
    "ExternalIdentity",
    "IdentityProvider",
    "Invitation",
    "LimitNotice",
    "Membership",
    "MessageCount",
    "Organization",
    "OrganizationExport",
    "Plan",
    "PrivacyJob",
    "Role",
    "Session",
    "SubjectKey",
    "User",
    "UserManager",
]
