"""Registration, sign-in and sign-out."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from apps.accounts.errors import (
    EmailTaken,
    NoMembership,
    WrongCredentials,
)
from apps.accounts.events import AccountTouched
from apps.accounts.models import Membership, Role, Session, User
from apps.accounts.selectors import Access, access_of_member, memberships_of, profile_of
from apps.accounts.services import api_keys, audit, emails, factors, failures
from apps.accounts.services.lockout import Attempt
from apps.accounts.services.members import add_member
from apps.accounts.services.organizations import create_organization
from apps.accounts.services.passwords import check_rules
from apps.accounts.services.profiles import shown
from apps.accounts.services.sessions import Client, end_session
from apps.core.actor import acting_as, current_actor
from apps.core.constraints import constraint_means
from apps.core.errors import SignedOut, TokenInvalid
from apps.core.events import for_user, publish
from apps.core.tenancy import all_organizations, door_is_open, organization_scope

# A second tab may refresh with the same token at the same moment: that is no theft.
REUSE_GRACE = timedelta(seconds=30)


def register(*, email: str, password: str, full_name: str, organization_name: str, client: Client) -> dict[str, Any]:
    """Make an organization and its owner, and sign the owner in.

    Raises:
        EmailTaken, PasswordTooWeak
    """
    user = User(email=email.strip().lower(), full_name=full_name)
    check_rules(password, user)
    with all_organizations("registration: a new organization belongs to none"):
        with constraint_means("accounts_email_once", EmailTaken(f"{user.email} has an account already.")):
            user = User.objects.create_user(email, password, full_name=full_name)
        organization = create_organization(name=organization_name)
        add_member(organization=organization, user=user, role=Role.OWNER)
        emails.welcome(user, organization.name)
        return admit(user, organization.pk, client)


def login(*, email: str, password: str, organization_id: UUID | None = None, client: Client) -> dict[str, Any]:
    """Sign a person in. Without an organization the first one they belong to becomes the active one.

    Raises:
        WrongCredentials: one text for an unknown e-mail, a wrong password and an inactive account.
        NoMembership: the person belongs to no active organization, or not to this one.
        TooMany: it failed too often: see lockout.py.
    """
    attempt = Attempt(email, client.address)
    delay = attempt.begin()
    with all_organizations("sign-in: an e-mail address names a person, not an organization"):
        user = User.objects.by_email(email)
        if user is None:
            make_password(password)  # as slow as a wrong password, so that addresses can't be told apart
        elif user.check_password(password) and user.is_active:
            attempt.succeeded()
            return admit(user, organization_id, client)
    failures.note(email=email, client=client, locked=delay > 0)
    raise WrongCredentials


def refresh(*, token: str) -> dict[str, Any]:
    """A new pair of tokens for a refresh token, which is used up by it.

    Raises:
        TokenInvalid: expired, not for refreshing, or used already; used a while ago, it ends the whole sign-in,
            since two who hold the same token can't both be its owner. Source: RFC 9700, section 4.14.2
        SignedOut: the sign-in has ended.
    """
    claims = _claims_of_refresh(token)
    with all_organizations("sign-in: a refresh token names its organization only after it is read"):
        sessions = Session.objects.open().select_for_update()
        session = sessions.filter(pk=claims["sid"], user_id=claims["user_id"]).first()
        if session is None:
            raise SignedOut
        used = BlacklistedToken.objects.filter(token__jti=claims["jti"]).first()
        if used is None:
            claims.blacklist()
            session.last_used_at = timezone.now()
            session.save(update_fields=["last_used_at"])
            member = _membership(session.user_id, UUID(claims["org"]))
            if member.organization_id in session.closed_to:
                raise SignedOut
            return _tokens(member, session)
        if timezone.now() - used.blacklisted_at > REUSE_GRACE:
            end_session(session, "token_reused")
    raise TokenInvalid("This refresh token was used already.")


def switch_organization(*, access: Access, organization_id: UUID) -> dict[str, Any]:
    """Another organization of the person becomes the active one of this sign-in.

    Raises:
        NoMembership: the person doesn't belong to it.
        SignedOut: the sign-in has ended meanwhile.
    """
    with all_organizations("sign-in: from one organization to another"):
        session = Session.objects.open().select_for_update().filter(pk=cast(UUID, access.session_id)).first()
        if session is None:
            raise SignedOut
        if session.only_organization_id not in (None, organization_id):
            raise NoMembership("This sign-in is for one organization alone. Sign in with your password instead.")
        if organization_id in session.closed_to:
            raise NoMembership("This organization had let you out meanwhile. Sign in again.")
        return signed_in(_membership(access.user.pk, organization_id), session)


def logout(*, access: Access) -> None:
    """End this sign-in: its tokens stop working, its sockets close."""
    with organization_scope(access.organization_id):
        for session in Session.objects.open().filter(pk=cast(UUID, access.session_id)):
            end_session(session, "signed_out")


def set_user_active(*, user: User, active: bool) -> None:
    """Let a person in or out of the whole installation; who is out loses every sign-in at once."""
    opened = nullcontext() if door_is_open() else all_organizations("people are let in and out, wherever they work")
    with opened, transaction.atomic():
        user.is_active = active
        user.save(update_fields=["is_active"])
        for member in Membership.objects.across_organizations().filter(user=user, is_active=True).order_by("pk"):
            audit.record(
                "users.let_in" if active else "users.locked_out", organization_id=member.organization_id,
                target="user", target_id=user.pk, after={"is_active": active}, subject_id=user.pk,
            )  # fmt: skip
        if not active:
            for session in Session.objects.open().filter(Q(user=user) | Q(impersonator=user)):
                end_session(session, "deactivated")
            api_keys.revoke_all_of(user.pk)


def forget_old_tokens() -> None:
    """Refresh tokens that nobody can use any more need no record of having been used."""
    OutstandingToken.objects.filter(expires_at__lt=timezone.now()).delete()


def admit(
    user: User,
    organization_id: UUID | None,
    client: Client,
    method: str = "password",
    *,
    second_factor: str = "",
    only_here: bool = False,
) -> dict[str, Any]:
    """Let somebody in who has shown who they are: a session, and its tokens. Call it inside the door.

    Args:
        second_factor: what they have shown beside the password.
        only_here: this sign-in opens no other organization of theirs.

    Raises:
        MfaRequired: they have a second factor, and haven't shown it.
    """
    member = _membership(user.pk, organization_id)
    if method == "password" and not second_factor:
        factors.demand(user, organization_id, method)
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    is_new = _is_new_place(user, client)
    session = Session.objects.create(
        user=user, user_agent=client.user_agent[:300], address=client.address, method=method,
        second_factor=second_factor, only_organization_id=member.organization_id if only_here else None,
    )  # fmt: skip
    with acting_as(replace(current_actor(), kind="user", id=user.pk, name=user.full_name)):
        audit.record(
            "sign_in.succeeded", organization_id=member.organization_id, target="session", target_id=session.pk,
            after={"method": method, "second_factor": second_factor}, subject_id=user.pk,
        )  # fmt: skip
        if is_new:
            publish(
                AccountTouched(
                    organization_id=member.organization_id, scope=for_user(user.pk), user_id=user.pk, what="new_sign_in"
                )
            )
    return signed_in(member, session)


def _is_new_place(user: User, client: Client) -> bool:
    """Somebody who signed in before, and never in this browser or from this address."""
    before = Session.objects.filter(user=user, impersonator=None)
    here = Q(address=client.address) | Q(user_agent=client.user_agent[:300])
    return before.exists() and not before.filter(here).exists()


def signed_in(member: Membership, session: Session) -> dict[str, Any]:
    """Tokens and profile of a session that is begun. Call it inside the door."""
    access = access_of_member(member, session=session)
    return _tokens(member, session) | {"user": shown(profile_of(access, memberships_of(member.user)))}


def _membership(user_id: UUID, organization_id: UUID | None) -> Membership:
    members = Membership.objects.across_organizations().active().filter(user_id=user_id)
    if organization_id:
        members = members.filter(organization_id=organization_id)
    member = members.select_related("user", "organization", "custom_role").order_by("pk").first()
    if member is None:
        raise NoMembership
    return member


def _tokens(member: Membership, session: Session) -> dict[str, Any]:
    token = RefreshToken.for_user(member.user)
    token["org"], token["sid"] = str(member.organization_id), str(session.pk)
    access, lifetime = token.access_token, token.access_token.lifetime
    if session.expires_at is not None:  # no token outlives its session
        lifetime = min(lifetime, session.expires_at - timezone.now())
        access.set_exp(lifetime=lifetime)
        token.set_exp(lifetime=session.expires_at - timezone.now())
    return {
        "access": str(access),
        "refresh": str(token),
        "expires_in": max(int(lifetime.total_seconds()), 1),
    }


def _claims_of_refresh(token: str) -> Any:
    try:
        claims = _UncheckedRefresh(token)  # type: ignore[arg-type]
    except TokenError as error:
        raise TokenInvalid from error
    if not {"sid", "org", "user_id", "jti"} <= claims.payload.keys():
        raise TokenInvalid
    return claims


class _UncheckedRefresh(RefreshToken):
    """Signature, expiry and type are checked; whether it was used is looked up under the session's lock."""

    def check_blacklist(self) -> None:
        return
