"""An organization's sign-in providers: set up, changed, taken away."""

from __future__ import annotations

from typing import Any, cast

from apps.accounts.errors import ProviderTaken
from apps.accounts.models import ExternalIdentity, IdentityProvider, Session
from apps.accounts.selectors import Access
from apps.accounts.services import audit, oidc
from apps.accounts.services.granting import check_place
from apps.accounts.services.sessions import end_session
from apps.core.constraints import constraint_means

_TAKEN = "accounts_provider_once"
_TOLD = ("name", "issuer", "client_id", "domains", "joins_as", "is_active")


def create_provider(*, by: Access, **values: Any) -> IdentityProvider:
    """
    Raises:
        UrlRefused: the issuer isn't to be called.
        IssuerNotValid: it was asked, and is no provider of this name.
        MayNotGrant: people would join with more than `by` may.
        ProviderTaken: it is set up already.
    """
    _check(by, values, values["issuer"])
    providers = IdentityProvider.objects.for_organization(by.organization_id)
    with constraint_means(_TAKEN, ProviderTaken()):
        provider: IdentityProvider = providers.create(**cast(Any, values))
    _record("created", provider, {}, _told(provider))
    return provider


def change_provider(*, by: Access, provider: IdentityProvider, **values: Any) -> IdentityProvider:
    """What isn't named stays; so does the secret where it is named empty.

    Raises:
        UrlRefused, IssuerNotValid, MayNotGrant, ProviderTaken: as when one is made.
    """
    issuer = values.get("issuer")
    _check(by, values, issuer if issuer != provider.issuer else None)
    if not values.get("client_secret", "."):
        values.pop("client_secret")
    before = _told(provider)
    for name, value in values.items():
        setattr(provider, name, value)
    if values:
        with constraint_means(_TAKEN, ProviderTaken()):
            provider.save(update_fields=list(values))
    after = _told(provider) | {name: value for name, value in values.items() if name == "client_secret"}
    _record("changed", provider, before, {name: value for name, value in after.items() if before.get(name) != value})
    if not provider.is_active:
        _end_sessions(provider)
    return provider


def delete_provider(*, provider: IdentityProvider) -> None:
    """Who was known by it is known no longer, and whoever signed in through it is out."""
    _end_sessions(provider)
    _record("deleted", provider, _told(provider), {})
    provider.delete()


def _check(by: Access, values: dict[str, Any], issuer: str | None) -> None:
    if values.get("joins_as"):
        check_place(by, values["joins_as"], None)
    if issuer:
        oidc.ask_issuer(issuer)


def _end_sessions(provider: IdentityProvider) -> None:
    identities = ExternalIdentity.objects.for_organization(provider.organization_id).filter(provider=provider)
    sessions = Session.objects.open().filter(method="sso", only_organization_id=provider.organization_id)
    for session in sessions.filter(user__in=[*identities.values_list("user_id", flat=True)]):
        end_session(session, "provider_removed")


def _told(provider: IdentityProvider) -> dict[str, Any]:
    return {name: getattr(provider, name) for name in _TOLD}


def _record(what: str, provider: IdentityProvider, before: dict[str, Any], after: dict[str, Any]) -> None:
    audit.record(
        f"identity_providers.{what}", organization_id=provider.organization_id, target="identity_provider",
        target_id=provider.pk, before={name: before[name] for name in after if name in before} if after else before,
        after=after,
    )  # fmt: skip
