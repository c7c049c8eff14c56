from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from apps.core.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import (  # noqa: F401 - named in the bases' parameters
        AgentSkill,
        AgentStatusSpan,
        ApiKey,
        AuditEntry,
        AuditHead,
        AuditLink,
        AuditWaiting,
        CustomRole,
        Department,
        DepartmentMember,
        ExternalIdentity,
        IdentityProvider,
        Invitation,
        LimitNotice,
        Membership,
        MessageCount,
        OrganizationExport,
        PrivacyJob,
        Session,
        SubjectKey,
    )


class MembershipQuerySet(TenantQuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(is_active=True, user__is_active=True, organization__is_active=True)

    def with_status(self, spans: AgentStatusSpanQuerySet) -> Self:
        """With `status`, as these open spans have it; who has none is offline."""
        theirs = spans.filter(user=models.OuterRef("user"), ended_at=None).values("status")[:1]
        return self.annotate(status=Coalesce(models.Subquery(theirs), Value("offline")))

    def in_session(self, session_id: UUID) -> Self:
        """Only while this sign-in of theirs goes on, and where it is for this organization; as `session` it can be
        loaded along."""
        theirs = models.FilteredRelation("user__session", condition=Q(user__session__pk=session_id))
        here = Q(session__only_organization_id=None) | Q(session__only_organization_id=models.F("organization_id"))
        closed = models.Func(
            "session__closed_to", "organization_id", function="array_position", output_field=models.IntegerField()
        )
        rows = self.annotate(session=theirs).filter(_is_open("session__"), here, session=session_id)
        return rows.alias(closed=closed).filter(closed=None)


class SessionQuerySet(models.QuerySet["Session"]):
    def open(self) -> Self:
        return self.filter(_is_open())

    def close_to(self, organization_id: UUID) -> None:
        """From now on they don't open this organization, whatever becomes of the person there."""
        more = models.Func("closed_to", Value(organization_id), function="array_append")
        self.exclude(closed_to__contains=[organization_id]).update(closed_to=more)


def _is_open(session: str = "") -> Q:
    unexpired = Q(**{f"{session}expires_at": None}) | Q(**{f"{session}expires_at__gt": Now()})
    return unexpired & Q(**{f"{session}ended_at": None})


class AgentSkillQuerySet(TenantQuerySet["AgentSkill"]):
    pass


class AgentStatusSpanQuerySet(TenantQuerySet["AgentStatusSpan"]):
    pass


class ApiKeyQuerySet(TenantQuerySet["ApiKey"]):
    def unrevoked(self) -> Self:
        return self.filter(revoked_at=None)

    def living(self) -> Self:
        """Neither revoked nor expired."""
        return self.unrevoked().filter(models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()))


class AuditEntryQuerySet(TenantQuerySet["AuditEntry"]):
    pass


class AuditHeadQuerySet(TenantQuerySet["AuditHead"]):
    pass


class AuditLinkQuerySet(TenantQuerySet["AuditLink"]):
    pass


class AuditWaitingQuerySet(TenantQuerySet["AuditWaiting"]):
    pass


class CustomRoleQuerySet(TenantQuerySet["CustomRole"]):
    pass


class DepartmentQuerySet(TenantQuerySet["Department"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class DepartmentMemberQuerySet(TenantQuerySet["DepartmentMember"]):
    pass


class ExternalIdentityQuerySet(TenantQuerySet["ExternalIdentity"]):
    pass


class IdentityProviderQuerySet(TenantQuerySet["IdentityProvider"]):
    pass


class InvitationQuerySet(TenantQuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor taken back; it may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def with_state(self, now: datetime) -> Self:
        """`state`: what has become of each."""
        cases: dict[str, dict[str, Any]] = {
            "accepted": {"accepted_at__isnull": False},
            "revoked": {"revoked_at__isnull": False},
            "expired": {"expires_at__lte": now},
        }
        whens = [When(**case, then=Value(state)) for state, case in cases.items()]
        return self.annotate(state=Case(*whens, default=Value("waiting")))


class LimitNoticeQuerySet(TenantQuerySet["LimitNotice"]):
    pass


class MessageCountQuerySet(TenantQuerySet["MessageCount"]):
    pass


class OrganizationExportQuerySet(TenantQuerySet["OrganizationExport"]):
    pass


class PrivacyJobQuerySet(TenantQuerySet["PrivacyJob"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=["pending", "running"])

    def own_exports(self, user_id: UUID) -> Self:
        """What a person asked for about themselves."""
        return self.filter(kind="export", subject_kind="user", subject_id=user_id, requested_by=user_id)


class SubjectKeyQuerySet(TenantQuerySet["SubjectKey"]):
    pass
