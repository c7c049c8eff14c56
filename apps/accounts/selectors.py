from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from apps.accounts.errors import NoSuchMember
from apps.accounts.models import Membership, Organization, Session, User
from apps.accounts.roles import PERMISSIONS
from apps.core.errors import SignedOut, TokenInvalid
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

    @property
    def organization_id(self) -> UUID:
        return self.organization.pk

    @property
    def permissions(self) -> frozenset[str]:
        mine = PERMISSIONS[self.role] if self.own_permissions is None else self.own_permissions
        return mine | self.extra_permissions


def access_of_member(member: Membership, *, session_id: UUID | None, expires_at: datetime | None = None) -> Access:
    """What a membership allows; its user, organization and custom role are loaded."""
    role = member.custom_role
    return Access(
        member.user,
        member.organization,
        member.role,
        session_id,
        expires_at,
        own_permissions=frozenset(role.permissions) if role else None,
        extra_permissions=frozenset(member.extra_permissions),
    )


def access_of_token(token: str | bytes) -> Access:
    """What an access token allows now: the person, the membership and the sign-in must still be active.

    Raises:
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
        members = members.select_related("user", "organization", "custom_role")
        member = (
            members.in_session(session_id, Session.objects.all())
            .filter(user_id=user_id, organization_id=organization_id)
            .first()
        )
    if member is None:
        raise SignedOut
    return access_of_member(member, session_id=session_id, expires_at=expires_at)


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
    return access_of_member(member, session_id=None) if member else None


def memberships_of(user: User) -> list[Membership]:
    """Everywhere a person works; call it inside the door."""
    members = Membership.objects.across_organizations().active().filter(user=user)
    return list(members.select_related("organization").order_by("pk"))


def my_profile(access: Access) -> dict[str, Any]:
    with all_organizations("sign-in: a person's other organizations"):
        return profile_of(access, memberships_of(access.user))


def active_member(*, organization_id: UUID, user_id: UUID) -> Membership:
    """
    Raises:
        NoSuchMember: nobody active in this organization has the id.
    """
    members = Membership.objects.for_organization(organization_id).active().select_related("user")
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
        "full_name": user.full_name,
        "language": user.language,
        "organization": {
            "id": organization.pk,
            "name": organization.name,
            "slug": organization.slug,
            "timezone": organization.timezone,
            "language": organization.language,
        },
        "role": access.role,
        "permissions": sorted(access.permissions),
        "organizations": [
            {"id": each.organization_id, "name": each.organization.name, "role": each.role} for each in memberships
        ],
    }
