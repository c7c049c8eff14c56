"""Single sign-on: an organization's own OpenID Connect provider says who somebody is, in that organization alone.

A person is known by (issuer, subject) and never found by an e-mail address: whoever runs a provider may write any
address into its answers. So an address that has an account is linked only by that account's own sign-in, and a sign-in
through a provider opens no other organization.

    start ──► the provider ──► callback ──► /app/sso#code=… ──► exchange, or link and then the next time exchange
"""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from apps.accounts.errors import (
    EmailTaken,
    IdentityTaken,
    NoSuchProvider,
    ReauthenticationRequired,
    SsoFailed,
    SsoLinkRequired,
    SsoRefused,
)
from apps.accounts.models import ExternalIdentity, IdentityProvider, Membership, Session, User
from apps.accounts.selectors import Access
from apps.accounts.services import audit, identities, limits, oidc, one_time
from apps.accounts.services.members import add_member
from apps.accounts.services.oidc import Subject
from apps.accounts.services.sessions import Client
from apps.accounts.services.sign_in import admit
from apps.core import mail
from apps.core.constraints import constraint_means
from apps.core.tenancy import all_organizations

STATE, CODE, SECONDS = "sso-state", "sso-code", 600
OWN_METHODS = ("password", "passkey")


def start(*, organization: str = "", provider_id: UUID | None = None, return_to: str = "/app/") -> dict[str, Any]:
    """Where the browser goes, and the secret that it keeps: without it nobody exchanges the code that comes back.

    Args:
        organization: its slug; its oldest active provider is taken. provider_id: or this one.
        return_to: a path of the web app.

    Raises:
        NoSuchProvider, SsoFailed
    """
    with all_organizations("sign-in: a provider is asked for before anybody is signed in"):
        providers = _providers()
        named = providers.filter(pk=provider_id) if provider_id else providers.filter(organization__slug=organization)
        provider = named.order_by("pk").first()
    if provider is None:
        raise NoSuchProvider
    secret, nonce, verifier = token_urlsafe(32), token_urlsafe(24), token_urlsafe(48)
    kept = {
        "provider": str(provider.pk),
        "nonce": nonce,
        "verifier": verifier,
        "secret": _hash(secret),
        "return_to": return_to if return_to.startswith("/app/") else "/app/",
    }
    state = one_time.keep(STATE, kept, seconds=SECONDS)
    url = oidc.authorization_url(_client(provider), state=state, nonce=nonce, verifier=verifier)
    return {"redirect_to": url, "secret": secret}


def callback(*, state: str, code: str) -> str:
    """The provider sent the browser back: whom it signed in is looked up. Returns the code for the web app.

    Raises:
        NoSuchProvider: it was taken away meanwhile.
        SsoFailed: unknown or used state, or an answer that isn't to be believed.
    """
    kept = one_time.take(STATE, state) if one_time.is_ours(STATE, state) else None
    if kept is None or not code:
        raise SsoFailed
    with all_organizations("sign-in: a provider is asked for before anybody is signed in"):
        provider = _provider(kept["provider"])
    subject = oidc.subject_of(_client(provider), code=code, nonce=kept["nonce"], verifier=kept["verifier"])
    found = {name: kept[name] for name in ("provider", "secret", "return_to")} | {"subject": asdict(subject)}
    return one_time.keep(CODE, found, seconds=SECONDS)


def exchange(*, code: str, secret: str, client: Client) -> dict[str, Any]:
    """Sign in whom the provider has signed in.

    Raises:
        SsoFailed: the code is used, too old, or was got by another browser.
        SsoLinkRequired: the address has an account, which has to link it: see `link()`. The code stays good.
        SsoRefused: they have no place here, and nobody joins by themselves.
        PlanLimitReached: they would join, and there is no room.
    """
    kept = _kept(code, secret)
    subject = Subject(**kept["subject"])
    with all_organizations("sign-in: a provider's subject is somebody of its organization"):
        provider = _provider(kept["provider"])
        user = _known(provider, subject) or _joined(provider, subject)
        if one_time.take(CODE, code) is None:
            raise SsoFailed
        session = admit(user, provider.organization_id, client, "sso", only_here=True)
    return session | {"return_to": kept["return_to"]}


def link(*, access: Access, code: str, secret: str) -> None:
    """The person who is signed in says that the provider's subject is they.

    Raises:
        SsoFailed: the code is used, too old, or was got by another browser.
        ReauthenticationRequired: they are not signed in by password or passkey.
        SsoRefused: the provider names another address, or they don't belong to its organization.
        IdentityTaken: it is linked already.
    """
    kept = _kept(code, secret)
    subject = Subject(**kept["subject"])
    with all_organizations("sign-in: a provider's subject is somebody of its organization"):
        session = Session.objects.open().filter(pk=cast(UUID, access.session_id)).first()
        if session is None or session.method not in OWN_METHODS:
            raise ReauthenticationRequired("Sign in with your password or a passkey first.")
        provider, user = _provider(kept["provider"]), access.user
        if subject.email != user.email:
            raise SsoRefused("The provider signed in somebody with another e-mail address.")
        if not _members(provider).active().filter(user=user).exists():
            _join(provider, subject, user)
        if one_time.take(CODE, code) is None:
            raise SsoFailed
        _bind(provider, subject, user)
        mail.put(to=user.email, **_told(user, provider), about=[user.pk], organization_id=provider.organization_id)


def unlink(*, access: Access, identity: ExternalIdentity) -> None:
    """The provider's subject is nobody here any more, and whoever signed in as it is out.

    Raises:
        ReauthenticationRequired: they are not signed in by password or passkey, and might not find in again.
    """
    here = Session.objects.open().filter(pk=cast(UUID, access.session_id)).first()
    if here is None or here.method not in OWN_METHODS:
        raise ReauthenticationRequired("Sign in with your password or a passkey first.")
    identities.end(identity)


def _known(provider: IdentityProvider, subject: Subject) -> User | None:
    """Who this subject is in this organization."""
    rows = ExternalIdentity.objects.for_organization(provider.organization_id).select_related("user")
    identity = rows.filter(issuer=subject.issuer, subject=subject.subject).first()
    if identity is None:
        return None
    if not identity.user.is_active or not _members(provider).active().filter(user=identity.user).exists():
        raise SsoRefused
    identity.last_used_at = timezone.now()
    identity.save(update_fields=["last_used_at"])
    return identity.user


def _joined(provider: IdentityProvider, subject: Subject) -> User:
    """A new person, where the organization takes people in by their address."""
    there = User.objects.by_email(subject.email) if subject.email else None
    if there is not None and (_may_join(provider, subject) or _members(provider).filter(user=there).exists()):
        raise SsoLinkRequired
    if there is not None or not _may_join(provider, subject):
        raise SsoRefused
    # Nobody but the provider says that the address is theirs: for the installation it is not verified.
    with constraint_means("accounts_email_once", EmailTaken()):
        user = User.objects.create_user(subject.email, None, full_name=subject.name or subject.email)
    _join(provider, subject, user)
    _bind(provider, subject, user)
    return user


def _may_join(provider: IdentityProvider, subject: Subject) -> bool:
    domain = subject.email.rpartition("@")[2]
    return bool(provider.joins_as and subject.email_verified and domain and domain in provider.domains)


def _join(provider: IdentityProvider, subject: Subject, user: User) -> None:
    # Whoever was let out by somebody doesn't let themselves in again.
    if not _may_join(provider, subject) or _members(provider).filter(user=user).exists():
        raise SsoRefused
    limits.require_room(provider.organization_id, "agents")
    add_member(organization=provider.organization, user=user, role=provider.joins_as)
    audit.record(
        "members.joined", organization_id=provider.organization_id, target="user", target_id=user.pk,
        after={"role": provider.joins_as, "provider": provider.name, "email": user.email},
        subject_id=user.pk, personal=("email",),
    )  # fmt: skip


def _bind(provider: IdentityProvider, subject: Subject, user: User) -> None:
    rows = ExternalIdentity.objects.for_organization(provider.organization_id)
    with constraint_means("accounts_identity_once", IdentityTaken()):
        rows.create(
            provider=provider, issuer=subject.issuer, subject=subject.subject, user=user, last_used_at=timezone.now()
        )
    audit.record(
        "identities.linked", organization_id=provider.organization_id, target="user", target_id=user.pk,
        after={"provider": provider.name, "subject": subject.subject}, subject_id=user.pk, personal=("subject",),
    )  # fmt: skip


def _members(provider: IdentityProvider) -> Any:
    return Membership.objects.for_organization(provider.organization_id)


def _providers() -> Any:
    rows = IdentityProvider.objects.across_organizations().select_related("organization")
    return rows.filter(is_active=True, organization__is_active=True)


def _provider(provider_id: str) -> IdentityProvider:
    provider: IdentityProvider | None = _providers().filter(pk=provider_id).first()
    if provider is None:
        raise NoSuchProvider
    return provider


def _client(provider: IdentityProvider) -> oidc.Client:
    return oidc.Client(provider.issuer, provider.client_id, provider.client_secret, redirect_uri())


def redirect_uri() -> str:
    """What a provider has to be told about us."""
    return f"{settings.PUBLIC_URL}/api/v1/auth/sso/callback/"


def page(**said: str) -> str:
    """The web app's page to which the browser comes back; what follows the # is sent to no server."""
    return f"{settings.PUBLIC_URL}/app/sso#" + "&".join(f"{name}={quote(value)}" for name, value in said.items())


def _kept(code: str, secret: str) -> dict[str, Any]:
    kept = one_time.look(CODE, code) if one_time.is_ours(CODE, code) else None
    if kept is None or not compare_digest(kept["secret"], _hash(secret)):
        raise SsoFailed
    return kept


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()


def _told(user: User, provider: IdentityProvider) -> dict[str, str]:
    if user.language == "pt-br":
        return {
            "subject": "Novo modo de entrar",
            "text": f"Sua conta foi ligada a {provider.name}, de {provider.organization.name}.\n\n"
            "Se não foi você, troque sua senha agora e fale com o suporte.",
        }
    return {
        "subject": "New way to sign in",
        "text": f"Your account was linked to {provider.name} of {provider.organization.name}.\n\n"
        "If that wasn't you, change your password now and tell your administrator.",
    }
