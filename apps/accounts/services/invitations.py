"""Asking somebody by e-mail to join, and joining.

Nobody learns from an invitation whether an address has an account: the same rows are written and the same mail goes
out either way. Only whoever holds the link is told what accepting asks of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.accounts.errors import (
    AlreadyMember,
    InvitationExpired,
    InvitationNotWaiting,
    InvitationUsed,
    InvitationWaiting,
    NoSuchInvitation,
    NotYourInvitation,
    PasswordTooWeak,
    SignInFirst,
    WrongCredentials,
)
from apps.accounts.events import MemberChanged
from apps.accounts.models import Department, DepartmentMember, Invitation, Membership, Organization, Role, User
from apps.accounts.selectors import Access
from apps.accounts.services import audit, emails, failures, limits
from apps.accounts.services.granting import check_place, departments_named, place_given
from apps.accounts.services.lockout import Attempt
from apps.accounts.services.sessions import Client
from apps.core import mail
from apps.core.actor import identify
from apps.core.constraints import constraint_means
from apps.core.errors import Forbidden, Invalid
from apps.core.events import publish
from apps.core.tenancy import all_organizations, organization_scope

LIFETIME = timedelta(days=7)
TEXTS = {
    "pt-br": (
        "{organization} convidou você para o PyTake",
        "Olá{name},\n\n{organization} convidou você para trabalhar no PyTake. Entre por este link, que vale por sete "
        "dias:\n\n{link}\n\nSe você não esperava este convite, ignore esta mensagem.\n",
    ),
    "en": (
        "{organization} has invited you to PyTake",
        "Hello{name},\n\n{organization} has invited you to work with them in PyTake. Join by this link, which is good "
        "for seven days:\n\n{link}\n\nIf you didn't expect it, ignore this message.\n",
    ),
}


@dataclass(frozen=True)
class Look:
    """What whoever holds the link may know. `needs_password`: there is no account yet, accepting makes one."""

    organization_name: str
    email: str
    role: str
    needs_password: bool
    expires_at: object


@transaction.atomic
def invite(
    *, by: Access, email: str, role: str = Role.AGENT, custom_role_id: UUID | None = None,
    department_ids: Collection[UUID] = (), full_name: str = "",
) -> Invitation:  # fmt: skip
    """Write an invitation and its mail. `full_name` is for the mail's first line.

    Raises:
        AlreadyMember: this address works here.
        InvitationWaiting: it was invited, and may still accept.
        MayNotGrant, NoSuchRole, NoSuchDepartment, PlanLimitReached
    """
    organization_id, now, address = by.organization_id, timezone.now(), email.strip().lower()
    place = place_given(by=by, role=role, custom_role_id=custom_role_id)
    departments = departments_named(organization_id, department_ids)
    if Membership.objects.for_organization(organization_id).filter(user__email=address, is_active=True).exists():
        raise AlreadyMember(f"{address} works here already.")
    rows = Invitation.objects.for_organization(organization_id)
    rows.waiting().filter(email=address, expires_at__lte=now).update(revoked_at=now)
    if rows.waiting().filter(email=address).exists():
        raise _waiting(address)
    limits.require_room(organization_id, "agents", adding=1)
    token = token_urlsafe(32)
    with constraint_means("accounts_invitation_once", _waiting(address)):
        invitation = rows.create(
            email=address, role=place.role, custom_role=place.custom_role, department_ids=departments,
            token=token, token_hash=_hash(token), invited_by=by.user, expires_at=now + LIFETIME,
        )  # fmt: skip
    _send(invitation, by.organization, full_name)
    after: dict[str, object] = {"role": place.role, "custom_role_id": custom_role_id, "department_ids": departments}
    _record("sent", invitation, after=after)
    return invitation


@transaction.atomic
def resend(*, by: Access, invitation: Invitation) -> Invitation:
    """Send a new link, good for seven days; the one before is worth nothing any more.

    Raises:
        InvitationNotWaiting: it was accepted or taken back.
        MayNotGrant: it gives more than `by` has.
        PlanLimitReached
    """
    invitation = _locked(by, invitation)
    if invitation.expires_at <= timezone.now():
        limits.require_room(by.organization_id, "agents", adding=1)
    token = token_urlsafe(32)
    invitation.token, invitation.token_hash = token, _hash(token)
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + LIFETIME
    invitation.save(update_fields=["token", "token_hash", "sent_at", "expires_at"])
    _send(invitation, by.organization, "")
    _record("resent", invitation)
    return invitation


@transaction.atomic
def revoke(*, by: Access, invitation: Invitation) -> None:
    """Take it back: its link is worth nothing any more.

    Raises:
        InvitationNotWaiting, MayNotGrant
    """
    invitation = _locked(by, invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    _record("revoked", invitation)


@transaction.atomic
def link(*, by: Access, invitation: Invitation) -> str:
    """The link, to hand it over in another way than by e-mail. Whoever holds it can accept: hence the audit entry.

    Raises:
        InvitationNotWaiting
        MayNotGrant: whoever reads the link could accept it, and would raise themselves.
    """
    invitation = _locked(by, invitation)
    _record("link_revealed", invitation)
    return _link(invitation)


def revoke_those_of(*, organization_id: UUID, user_id: UUID) -> None:
    """Somebody is let out: the links that they may have copied don't let them in again."""
    rows = Invitation.objects.for_organization(organization_id).waiting().filter(invited_by=user_id)
    for invitation in rows.select_for_update(no_key=True).order_by("pk"):
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        _record("revoked", invitation)


def look(*, token: str) -> Look:
    """
    Raises:
        NoSuchInvitation, InvitationExpired, InvitationUsed
    """
    with organization_scope(_organization_of(token)):
        invitation = _usable(token)
        return Look(
            organization_name=invitation.organization.name,
            email=invitation.email,
            role=invitation.role,
            needs_password=User.objects.by_email(invitation.email) is None,
            expires_at=invitation.expires_at,
        )


def accept(
    *, token: str, full_name: str = "", password: str = "", access: Access | None = None, client: Client | None = None
) -> Membership:
    """Join. A new person says their name and a password; whoever has an account is signed in with it, or says its
    password where they belong nowhere any more, and so can't sign in. They aren't signed in by it.

    That somebody holds the link doesn't prove their address, since a colleague could have copied it: an account that
    is made here is unverified, and one that exists is only ever used by its owner.

    Raises:
        NoSuchInvitation, InvitationExpired, InvitationUsed, AlreadyMember, PlanLimitReached
        SignInFirst: the address has an account that belongs somewhere, and nobody is signed in.
        WrongCredentials: the account belongs nowhere, and this isn't its password.
        TooMany: it was tried too often.
        NotYourInvitation: somebody else is.
        Forbidden: a program is, the support staff, or somebody whom only an organization's own provider vouches for.
        PasswordTooWeak
    """
    if access is not None and not access.is_in_person:
        raise Forbidden("Only the person themselves accepts, signed in with their own account.")
    belongs = access is None and _belongs_somewhere(token)
    with organization_scope(_organization_of(token)):
        invitation = _usable(token, lock=True)
        if access is not None:
            if access.user.email != invitation.email:
                raise NotYourInvitation
            user = access.user
        else:
            known = User.objects.by_email(invitation.email)
            if known is None:
                user = _new_person(invitation.email, full_name, password)
            elif belongs:
                raise SignInFirst
            else:
                user = _who_belongs_nowhere(known, password, client or Client())
        # Accepted first: until then the invitation itself counts against the plan.
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        limits.require_room(invitation.organization_id, "agents", adding=1)
        member = _join(invitation, user)
        _record("accepted", invitation)
        audit.record(
            "members.joined", organization_id=member.organization_id, target="membership", target_id=member.pk,
            after={"role": member.role, "full_name": user.full_name, "email": user.email},
            subject_id=user.pk, personal=("full_name", "email"),
        )  # fmt: skip
        return member


def _organization_of(token: str) -> UUID:
    with all_organizations("invitation: its link names the organization"):
        rows = Invitation.objects.across_organizations().filter(organization__is_active=True, token_hash=_hash(token))
        found = rows.values_list("organization_id", flat=True).first()
    if found is None:
        raise NoSuchInvitation
    return found


def _belongs_somewhere(token: str) -> bool:
    """Whether the invited address has an account that can sign in."""
    with all_organizations("invitation: does whoever has this account belong anywhere?"):
        invited = Invitation.objects.across_organizations().filter(token_hash=_hash(token)).values("email")
        return Membership.objects.across_organizations().active().filter(user__email__in=invited).exists()


def _usable(token: str, *, lock: bool = False) -> Invitation:
    rows = Invitation.objects.in_scope().filter(token_hash=_hash(token)).select_related("organization", "custom_role")
    invitation = (rows.select_for_update(no_key=True, of=("self",)) if lock else rows).first()
    if invitation is None or invitation.revoked_at:
        raise NoSuchInvitation
    if invitation.accepted_at:
        raise InvitationUsed
    if invitation.expires_at <= timezone.now():
        raise InvitationExpired
    return invitation


def _who_belongs_nowhere(user: User, password: str, client: Client) -> User:
    """Sign-in refuses them until they have joined; so their password is tried here, by the same rules."""
    attempt = Attempt(user.email, client.address)
    delay = attempt.begin()
    if not (user.check_password(password) and user.is_active):
        failures.note(email=user.email, client=client, locked=delay > 0)
        raise WrongCredentials
    attempt.succeeded()
    identify(kind="user", actor_id=user.pk, name=user.full_name)
    return user


def _new_person(email: str, full_name: str, password: str) -> User:
    if len(full_name) < 2:
        raise Invalid("Say it, or send the access token of your account.", field="full_name")
    person = User(email=email, full_name=full_name)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PasswordTooWeak(" ".join(error.messages)) from error
    with constraint_means("accounts_email_once", SignInFirst()):
        user = User.objects.create_user(email, password, full_name=full_name)
    identify(kind="user", actor_id=user.pk, name=full_name)
    emails.ask(user)
    return user


def _join(invitation: Invitation, user: User) -> Membership:
    organization_id = invitation.organization_id
    members = Membership.objects.for_organization(organization_id)
    known = members.select_for_update(no_key=True).filter(user=user).first()
    if known is not None and known.is_active:
        raise AlreadyMember(f"{user.email} works here already.")
    place: dict[str, Any] = {
        "role": invitation.role, "custom_role": invitation.custom_role, "extra_permissions": [], "is_active": True,
    }  # fmt: skip
    with constraint_means("accounts_member_once", AlreadyMember()):
        member, _ = members.update_or_create(organization_id=organization_id, user=user, defaults=place)
    member.organization = invitation.organization
    links = DepartmentMember.objects.for_organization(organization_id)
    there = Department.objects.for_organization(organization_id).filter(pk__in=invitation.department_ids)
    links.filter(membership=member).delete()
    links.bulk_create([DepartmentMember(department=department, membership=member) for department in there])
    publish(MemberChanged(organization_id=organization_id, user_id=user.pk, role=member.role, is_active=True))
    return member


def _locked(by: Access, invitation: Invitation) -> Invitation:
    rows = Invitation.objects.for_organization(by.organization_id).select_related("custom_role", "invited_by")
    found = rows.select_for_update(no_key=True, of=("self",)).filter(pk=invitation.pk).first()
    if found is None or found.accepted_at or found.revoked_at:
        raise InvitationNotWaiting
    check_place(by, found.role, found.custom_role)
    return found


def _send(invitation: Invitation, organization: Organization, name: str) -> None:
    subject, text = TEXTS[organization.language if organization.language in TEXTS else "en"]
    words = {"organization": organization.name, "name": f" {name}" if name else "", "link": _link(invitation)}
    mail.put(
        to=invitation.email, subject=subject.format_map(words), text=text.format_map(words), about=[invitation.pk],
        organization_id=organization.pk,
    )  # fmt: skip


def _link(invitation: Invitation) -> str:
    return f"{settings.PUBLIC_URL}/app/join?token={invitation.token}"


def _hash(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()


def _waiting(address: str) -> InvitationWaiting:
    return InvitationWaiting(f"{address} has an invitation that is still good: send it again, or take it back.")


def _record(verb: str, invitation: Invitation, after: dict[str, object] | None = None) -> None:
    audit.record(
        f"invitations.{verb}", organization_id=invitation.organization_id, target="invitation",
        target_id=invitation.pk, after=after,
    )  # fmt: skip
