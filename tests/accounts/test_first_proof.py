"""Somebody registers with another's address. Once the mailbox's owner comes, nothing of theirs opens the account."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator

from apps.accounts.models import ApiKey, ExternalIdentity, IdentityProvider, Organization, User
from apps.core import mail
from apps.core.tenancy import all_organizations
from tests.accounts.devices import Passkey
from tests.accounts.people import refused
from tests.conftest import PASSWORD, client_of, make, make_member, make_organization
from tests.core.schema import DocumentedClient

AUTH, MFA, NEW = "/api/v1/auth/", "/api/v1/auth/mfa/", "café-com-leite-às-sete"


@pytest.fixture(autouse=True)
def _nobody_asked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.accounts.services.passwords.may_mail", lambda email: True)
    monkeypatch.setattr("apps.accounts.services.emails.may_mail", lambda email: True)


@pytest.fixture
def victim(organization: Organization) -> User:
    """Owns the mailbox; the account was made by somebody else, who knows `PASSWORD`."""
    user = make_member(organization, role="owner")
    unproven(user)
    return user


def unproven(user: User) -> None:
    User.objects.filter(pk=user.pk).update(email_verified_at=None)
    user.refresh_from_db()


def link_in(page: str) -> str:
    texts = [each.text for each in mail.newest(10) if f"/app/{page}?token=" in each.text]
    return unquote(re.findall(r"token=(\S+)", texts[0])[0])


def add_passkey(client: DocumentedClient) -> tuple[Passkey, Any]:
    passkey = Passkey()
    options = client.post(f"{MFA}webauthn/begin/", {"passwordless": True})
    assert options.status_code == 200, options.json()
    made = client.post(f"{MFA}webauthn/complete/", {"name": "Chave", "credential": passkey.create(options.json())})
    return passkey, made


def enters_by(passkey: Passkey) -> int:
    begun = DocumentedClient().post(f"{AUTH}passkey/options/", {}).json()
    body = {"challenge": begun["challenge"], "credential": passkey.get(begun["webauthn"])}
    return DocumentedClient().post(f"{AUTH}passkey/login/", body).status_code


def take_over(user: User) -> None:
    anybody = DocumentedClient()
    anybody.post(f"{AUTH}password-reset/", {"email": user.email})
    body = {"token": link_in("reset-password"), "password": NEW}
    assert anybody.post(f"{AUTH}password-reset/confirm/", body).status_code == 204


def test_nothing_is_enrolled_on_an_address_that_nobody_has_proven(victim: User, organization: Organization) -> None:
    api = client_of(victim, organization)
    for path, body in (("totp/", {}), ("webauthn/begin/", {"passwordless": True})):
        answer = api.post(f"{MFA}{path}", {**body, "password": PASSWORD})
        assert refused(answer) == (409, "address_not_proven"), path
    api.post(f"{AUTH}verify-email/resend/")
    assert api.post(f"{AUTH}verify-email/", {"token": link_in("verify-email")}).status_code == 204
    assert add_passkey(api)[1].status_code == 201


def test_the_first_proof_by_a_new_password_drops_whatever_was_left_there(
    victim: User, organization: Organization
) -> None:
    User.objects.filter(pk=victim.pk).update(email_verified_at=victim.created_at)  # as if it had been let through
    attackers = client_of(victim, organization)
    passkey, _ = add_passkey(attackers)
    body = {"name": "Relógio", "scopes": ["contacts.view"]}
    key = attackers.post("/api/v1/api-keys/", body).json()
    provider = make(IdentityProvider, organization, issuer="https://id.example", client_id="a")
    make(ExternalIdentity, organization, provider=provider, user=victim, issuer=provider.issuer, subject="1")
    unproven(victim)
    take_over(victim)
    assert attackers.get(f"{AUTH}me/").status_code == 401
    assert enters_by(passkey) == 401
    with all_organizations("what is left of it"):
        assert not Authenticator.objects.filter(user=victim).exists()
        assert not ApiKey.objects.across_organizations().unrevoked().exists()
        assert not ExternalIdentity.objects.across_organizations().exists()
    program = DocumentedClient()
    program.credentials(HTTP_X_API_KEY=key["key"])
    assert program.get("/api/v1/contacts/").status_code == 401
    answer = DocumentedClient().post(f"{AUTH}login/", {"email": victim.email, "password": NEW})
    assert (answer.status_code, answer.json()["user"]["email_verified"]) == (200, True)


def test_a_later_new_password_leaves_what_the_person_set_up(agent: User, organization: Organization) -> None:
    passkey, _ = add_passkey(client_of(agent, organization))
    take_over(agent)
    answer = DocumentedClient().post(f"{AUTH}login/", {"email": agent.email, "password": NEW})
    assert refused(answer) == (401, "mfa_required")
    assert enters_by(passkey) == 200


@pytest.mark.parametrize("moves", [False, True])
def test_a_mailbox_alone_proves_nothing_for_an_account_that_its_owner_is_not_signed_in_with(
    victim: User, organization: Organization, moves: bool
) -> None:
    """Whoever clicks on what they were sent, unasked, gives nobody's password or passkey a proven address."""
    attackers, elsewhere = client_of(victim, organization), make_organization("Boreal")
    bystanders = client_of(make_member(elsewhere), elsewhere)
    if moves:
        attackers.post(f"{AUTH}email-change/", {"email": "victim@corp.example", "password": PASSWORD})
    else:
        attackers.post(f"{AUTH}verify-email/resend/")
    body = {"token": link_in("verify-email")}
    assert DocumentedClient().post(f"{AUTH}verify-email/", body).status_code == 401
    assert refused(bystanders.post(f"{AUTH}verify-email/", body)) == (400, "link_not_valid")
    before = victim.email
    victim.refresh_from_db()
    assert (victim.email, victim.email_verified_at) == (before, None)
