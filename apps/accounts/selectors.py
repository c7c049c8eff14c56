from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Lower
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from apps.accounts.errors import NoSuchMember
from apps.accounts.models import (
    AgentSkill,
    AgentStatusSpan,
    ApiKey,
    CustomRole,
    Department,
    DepartmentMember,
    Membership,
    Organization,
    PrivacyJob,
    Session,
    User,
)
from apps.accounts.querysets import AgentSkillQuerySet, DepartmentQuerySet, MembershipQuerySet
from apps.accounts.roles import ALWAYS, NOT_FOR_PROGRAMS, permissions_of
from apps.core import privacy
from apps.core.errors import MfaEnrollmentRequired, SignedOut, TokenInvalid
from apps.core.permissions import all_permissions
from apps.core.tenancy import all_organizations


@dataclass(frozen=True)
class Access:
    """Who asks, for which organization, and what they may do there."""

    user: User
    organization: Organization
    role: str
    session_id: UUID | None
    expires_at: datetime | None
    own_permissions: frozenset[str] | None = None  # of a custom role or an API key, in place of the role's
    extra_permissions: frozenset[str] = frozenset()
    api_key_id: UUID | None = None  # a program asks; `user` is whoever made its key
    api_key_name: str = ""
    requests_per_minute: int | None = None  # of a key
    impersonator_id: UUID | None = None  # of the support staff, who acts as `user`
    impersonator_name: str = ""
    impersonation_ends_at: datetime | None = None
    impersonation_reason: str = ""
    second_factor: str = ""  # what was shown beside the password; a passkey is one
    only_organization_id: UUID | None = None  # whose own provider let the person in, to this organization alone

    @property
    def is_in_person(self) -> bool:
        """Whether the person themselves signed in: no program, no support staff, no one organization's provider."""
        return not (self.api_key_id or self.impersonator_id or self.only_organization_id)

    @property
    def organization_id(self) -> UUID:
        return self.organization.pk

    @property
    def permissions(self) -> frozenset[str]:
        mine = self.own_permissions
        if mine is None:
            mine = permissions_at(self.organization, self.role, None)
        mine |= self.extra_permissions
        return mine - NOT_FOR_PROGRAMS if self.impersonator_id else mine


def access_of_member(
    member: Membership, *, session: Session | None = None, expires_at: datetime | None = None
) -> Access:
    """What a membership allows in this sign-in; its user, organization, custom role and impersonator are loaded."""
    role = member.custom_role
    access = Access(
        member.user,
        member.organization,
        member.role,
        None,
        expires_at,
        own_permissions=permissions_at(member.organization, member.role, role) if role else None,
        extra_permissions=frozenset(member.extra_permissions),
    )
    if session is None:
        return access
    access = replace(
        access, session_id=session.pk, second_factor=session.second_factor,
        only_organization_id=session.only_organization_id,
    )  # fmt: skip
    if (staff := session.impersonator) is None:
        return access
    return replace(
        access, impersonator_id=staff.pk, impersonator_name=staff.full_name or "Support",
        impersonation_ends_at=session.expires_at, impersonation_reason=session.reason,
    )  # fmt: skip


def access_of_token(token: str | bytes, *, while_enrolling: bool = False) -> Access:
    """What an access token allows now: the person, the membership and the sign-in must still be active.

    Args:
        while_enrolling: who has no second factor where one is demanded may come here all the same, to set one up.

    Raises:
        MfaEnrollmentRequired: the organization demands a second factor, and the person has none.
        TokenInvalid: not a token of ours, not for access, or expired.
        SignedOut: the sign-in has ended, or the person no longer belongs to the organization.
    """
    try:
        claims = AccessToken(token)  # type: ignore[arg-type]  # takes bytes, too
        user_id, organization_id, session_id = (UUID(str(claims[name])) for name in ("user_id", "org", "sid"))
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    except (TokenError, KeyError, ValueError) as error:
        raise TokenInvalid from error
    with all_organizations("sign-in: the token tells whose rows are in reach"):
        members = Membership.objects.across_organizations().active()
        members = members.filter(user_id=user_id, organization_id=organization_id).in_session(session_id)
        members = members.select_related("user", "organization", "custom_role")
        member = members.select_related("session__impersonator").first()  # type: ignore[misc]  # that of in_session
        if member is None:
            raise SignedOut
        session = cast(Session, cast(Any, member).session)
        if not while_enrolling and demands_second_factor(member.organization) and _lacks_one(session):
            raise MfaEnrollmentRequired(f"{member.organization.name} demands a second factor: set one up first.")
    return access_of_member(member, session=session, expires_at=expires_at)


def demands_second_factor(organization: Organization) -> bool:
    """Whether it lets in only those who have one."""
    return bool(organization.settings.get("security", {}).get("require_second_factor"))


def _lacks_one(session: Session) -> bool:
    """Who signed in through the organization's own provider has shown there what the organization demands."""
    factors = Authenticator.objects.filter(user=session.user_id, type__in=("totp", "webauthn"))
    return session.method in ("password", "passkey") and not factors.exists()


def access_of_api_key(text: str) -> Access:
    """What a program's key allows now: its scopes, as far as whoever made it still has them.

    Raises:
        TokenInvalid: not a key of ours, revoked or expired.
        SignedOut: whoever made it no longer belongs to the organization.
    """
    kind, prefix, secret = [*text.split("_", 2), "", ""][:3]
    if kind != "pk" or not (prefix.isascii() and prefix.isalnum()):
        raise TokenInvalid
    with all_organizations("sign-in: an API key names its organization only after it is read"):
        key = ApiKey.objects.across_organizations().living().filter(prefix=prefix).first()
        if key is None or not constant_time_compare(hash_of_key(secret), key.secret_hash):
            raise TokenInvalid
        members = Membership.objects.across_organizations().active().filter(organization_id=key.organization_id)
        members = members.select_related("user", "organization", "custom_role")
        member = members.filter(user_id=key.created_by_id).first() if key.created_by_id else None
    if member is None:
        raise SignedOut
    access = access_of_member(member, expires_at=key.expires_at)
    return replace(
        access,
        own_permissions=access.permissions.intersection(key.scopes) - NOT_FOR_PROGRAMS,
        extra_permissions=frozenset(),
        api_key_id=key.pk,
        api_key_name=key.name,
        requests_per_minute=key.requests_per_minute,
    )


def hash_of_key(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()


def access_of_browser(user: User) -> Access | None:
    """The access of somebody who signed in to the pages for staff: their first organization."""
    with all_organizations("sign-in: a browser's session names a person, not an organization"):
        member = (
            Membership.objects.across_organizations()
            .active()
            .select_related("user", "organization", "custom_role")
            .filter(user=user)
            .order_by("pk")
            .first()
        )
    return access_of_member(member) if member else None


def departments_of(organization_id: UUID, user_id: UUID) -> QuerySet[Any, UUID]:
    """Ids of the departments in which a person works; a query that may stand inside another."""
    places = DepartmentMember.objects.for_organization(organization_id).filter(membership__user=user_id)
    return places.values_list("department_id", flat=True)


def memberships_of(user: User) -> list[Membership]:
    """Everywhere a person works; call it inside the door."""
    members = Membership.objects.across_organizations().active().filter(user=user)
    return list(members.select_related("organization").order_by("pk"))


def my_profile(access: Access) -> dict[str, Any]:
    with all_organizations("sign-in: a person's other organizations"):
        return profile_of(access, memberships_of(access.user))


def active_member(*, organization_id: UUID, user_id: UUID, lock: bool = False) -> Membership:
    """
    Args:
        lock: until the transaction ends they stay what they are: whoever lets them out waits, or was faster.

    Raises:
        NoSuchMember: nobody active in this organization has the id.
    """
    members = Membership.objects.for_organization(organization_id).active().select_related("user")
    if lock:
        members = members.select_for_update(no_key=True, of=("self",))
    member = members.filter(user_id=user_id).first()
    if member is None:
        raise NoSuchMember
    return member


def profile_of(access: Access, memberships: list[Membership]) -> dict[str, Any]:
    """What `me` answers: the person, their place in the active organization, and where else they work."""
    user, organization = access.user, access.organization
    return {
        "id": user.pk,
        "email": user.email,
        "email_verified": user.email_verified_at is not None,
        "full_name": user.full_name,
        "language": user.language,
        "timezone": user.timezone,
        "phone_number": user.phone_number,
        "bio": user.bio,
        "avatar": user.avatar,
        "preferences": user.preferences,
        "organization": {
            "id": organization.pk,
            "name": organization.name,
            "slug": organization.slug,
            "timezone": organization.timezone,
            "language": organization.language,
            "currency": organization.currency,
        },
        "role": access.role,
        "permissions": sorted(access.permissions),
        "impersonated_by": {
            "id": access.impersonator_id,
            "name": access.impersonator_name,
            "reason": access.impersonation_reason,
            "ends_at": access.impersonation_ends_at,
        }
        if access.impersonator_id
        else None,
        "organizations": [
            {"id": each.organization_id, "name": each.organization.name, "role": each.role} for each in memberships
        ],
    }


def permissions_at(organization: Organization, role: str, custom_role: CustomRole | None) -> frozenset[str]:
    """What a role allows in this organization; a custom one takes the place of the built-in one."""
    if custom_role is not None:
        return frozenset(custom_role.permissions) | ALWAYS
    return permissions_of(role, agent_visibility=organization.settings.get("agent_visibility", ""))


def permissions_of_member(member: Membership, organization: Organization) -> frozenset[str]:
    return permissions_at(organization, member.role, member.custom_role) | frozenset(member.extra_permissions)


def described(members: MembershipQuerySet) -> MembershipQuerySet:
    """Members with the ids of their departments, their skills, and the status that colleagues see."""
    places = DepartmentMember.objects.filter(organization=OuterRef("organization"), membership=OuterRef("pk"))
    spans = AgentStatusSpan.objects.filter(organization=OuterRef("organization"), user=OuterRef("user"), ended_at=None)
    skills = AgentSkill.objects.filter(organization=OuterRef("organization"), membership=OuterRef("pk"))
    return members.select_related("user", "custom_role").annotate(
        department_ids=ArraySubquery(places.order_by("department").values("department")),
        skills=ArraySubquery(skills.order_by("name").values(shown=JSONObject(name="name", proficiency="proficiency"))),
        seen_status=Coalesce(Subquery(spans.values("status")[:1]), Value("offline")),
    )


def described_departments(departments: DepartmentQuerySet) -> DepartmentQuerySet:
    """Departments with the ids of those who work in them, and their names as they are sorted."""
    places = DepartmentMember.objects.filter(organization=OuterRef("organization"), department=OuterRef("pk"))
    return departments.annotate(
        agent_ids=ArraySubquery(places.order_by("membership").values("membership__user")), folded=Lower("name")
    )


def department_counts(organization_id: UUID) -> dict[str, int]:
    """How many departments there are, and how many people work in the active ones."""
    departments = Department.objects.for_organization(organization_id)
    counts: dict[str, int] = departments.aggregate(
        total_departments=Count("pk"), active_departments=Count("pk", filter=Q(is_active=True))
    )
    places = DepartmentMember.objects.for_organization(organization_id)
    agents = places.filter(department__is_active=True, membership__is_active=True)
    return counts | {"total_agents": agents.values("membership").distinct().count()}


def skills_in_use(skills: AgentSkillQuerySet) -> Any:
    """Each name once, in whatever case, and how many people have it."""
    names = skills.annotate(folded=Lower("name")).values("folded")
    return names.annotate(name=Min("name"), people=Count("pk")).order_by("folded")


def sight_of(permissions: frozenset[str]) -> dict[str, str]:
    """Which conversations somebody with these permissions sees, in a word and in words."""
    parts = {
        "department": ("conversations.view_department", "those of their departments"),
        "unassigned": ("conversations.view_unassigned", "those that nobody has"),
    }
    if "conversations.view" not in permissions:
        return {"rule": "none", "in_words": "No conversations."}
    if "conversations.view_all" in permissions:
        return {"rule": "all", "in_words": "Every conversation."}
    found = {rule: words for rule, (name, words) in parts.items() if name in permissions}
    said = ["their own conversations", *found.values()]
    text = " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))
    return {"rule": next(iter(found), "own"), "in_words": f"{text[0].upper()}{text[1:]}."}


def access_explained(member: Membership, organization: Organization) -> dict[str, Any]:
    """What somebody may do and see, and where each permission comes from."""
    origin = "custom_role" if member.custom_role else "role"
    of_role = permissions_at(organization, member.role, member.custom_role)
    mine = permissions_of_member(member, organization)
    departments = Department.objects.for_organization(organization).filter(
        pk__in=departments_of(organization.pk, member.user_id)
    )
    return {
        "role": member.role,
        "custom_role": member.custom_role,
        "permissions": [
            {
                "name": each.name,
                "description": each.description,
                "sources": [origin] * (each.name in of_role) + ["extra"] * (each.name in member.extra_permissions),
            }
            for each in all_permissions()
            if each.name in mine
        ],
        "departments": departments.order_by("name", "pk"),
        "conversations": sight_of(mine),
    }


def with_names(jobs: Collection[PrivacyJob]) -> list[PrivacyJob]:
    """Privacy jobs of one organization, each with what its subject is called: one query for each kind of subject."""
    for kind in PrivacyJob.SubjectKind.values:
        of_kind = [job for job in jobs if job.subject_kind == kind]
        if of_kind:
            named = privacy.names_of(kind, of_kind[0].organization_id, {job.subject_id for job in of_kind})
            for job in of_kind:
                job.subject_name = named.get(job.subject_id, "")
    return [*jobs]
