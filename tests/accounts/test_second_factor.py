"""Second factors: the second step of a sign-in, setting them up, and organizations that demand one."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from apps.accounts.models import AuditEntry, Organization, Session, User
from apps.accounts.selectors import access_of_token
from apps.core.errors import MfaEnrollmentRequired
from apps.core.models import Mail
from apps.core.tenancy import all_organizations, organization_scope
from tests.accounts.devices import App, Passkey
from tests.conftest import PASSWORD, client_of, commits, in_parallel, make_member, make_organization
from tests.core.schema import DocumentedClient

AUTH, MFA = "/api/v1/auth/", "/api/v1/auth/mfa/"
NEXT = {"later": 1}  # the code that confirmed the set-up is used up


@pytest.fixture
def anybody(db: None) -> DocumentedClient:
    return DocumentedClient()


def kind_of(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


def set_up_app(client: DocumentedClient) -> tuple[App, list[str]]:
    begun = client.post(f"{MFA}totp/", {}).json()
    app = App(begun["url"])
    return app, client.post(f"{MFA}totp/confirm/", {"code": app.code()}).json()["recovery_codes"]


def add_passkey(client: DocumentedClient, passkey: Passkey, *, passwordless: bool = False) -> Any:
    options = client.post(f"{MFA}webauthn/begin/", {"passwordless": passwordless}).json()
    return client.post(f"{MFA}webauthn/complete/", {"name": "Chave", "credential": passkey.create(options)})


def login(user: User) -> Any:
    return DocumentedClient().post(f"{AUTH}login/", {"email": user.email, "password": PASSWORD})


def challenge_of(user: User) -> str:
    answer = login(user)
    assert (answer.status_code, kind_of(answer)) == (401, "mfa-required")
    return str(answer.json()["challenge"])


def verify(**body: Any) -> Any:
    return DocumentedClient().post(f"{MFA}verify/", body)


def bearer(session: Any) -> DocumentedClient:
    client = DocumentedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {session['access']}")
    return client


def grow_old(user: User) -> None:
    for session in Session.objects.filter(user=user):
        Session.objects.filter(pk=session.pk).update(created_at=session.created_at - timedelta(minutes=11))


def audited(organization: Organization, action: str) -> list[AuditEntry]:
    with organization_scope(organization):
        return list(AuditEntry.objects.for_organization(organization).filter(action=action))


def test_an_authenticator_app_is_asked_for_at_the_next_sign_in(
    api: DocumentedClient, agent: User, organization: Organization
) -> None:
    app, codes = set_up_app(api)
    assert len({*codes}) == 10
    assert login(agent).json()["methods"] == ["totp", "recovery_codes"]
    session = verify(challenge=challenge_of(agent), code=app.code(**NEXT)).json()
    assert bearer(session).get(f"{AUTH}me/").json()["email"] == agent.email
    newest = Session.objects.filter(user=agent).order_by("-pk")[0]
    assert (newest.method, newest.second_factor) == ("password", "totp")
    assert api.get(MFA).json()["totp"]["last_used_at"]


def test_the_qr_code_and_the_address_say_whose_secret_it_is(api: DocumentedClient, agent: User) -> None:
    begun = api.post(f"{MFA}totp/", {}).json()
    assert begun["url"].startswith(f"otpauth://totp/{agent.email.replace('@', '%40')}?secret={begun['secret']}")
    assert "<svg" in begun["qr_svg"]
    assert not Authenticator.objects.exists(), "nothing is set up before a code was shown"
    refused = api.post(f"{MFA}totp/confirm/", {"code": App(begun["url"]).wrong()})
    assert (refused.status_code, kind_of(refused)) == (400, "wrong-code")
    assert login(agent).status_code == 200


def test_secrets_are_encrypted_and_out_of_every_organizations_reach(
    api: DocumentedClient, organization: Organization
) -> None:
    app, _ = set_up_app(api)
    with organization_scope(organization):
        assert not Authenticator.objects.exists()
    with all_organizations("what the table holds"), connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        kept = [data for (data,) in cursor.fetchall()]
    assert len(kept) == 2
    assert not any(app.secret in data for data in kept)


def test_a_code_is_good_once_even_in_another_sign_in(api: DocumentedClient, agent: User) -> None:
    app, _ = set_up_app(api)
    first, second = challenge_of(agent), challenge_of(agent)
    code = app.code(**NEXT)
    assert verify(challenge=first, code=code).status_code == 200
    answer = verify(challenge=second, code=code)
    assert (answer.status_code, kind_of(answer)) == (401, "wrong-second-factor")


@commits
def test_a_code_shown_four_times_at_once_lets_one_in() -> None:
    organization = make_organization()
    user = make_member(organization)
    app, _ = set_up_app(client_of(user, organization))
    code, same = app.code(**NEXT), challenge_of(user)
    challenges = [challenge_of(user), challenge_of(user), same, same]
    answers = in_parallel(lambda number: verify(challenge=challenges[number], code=code).status_code, times=4)
    assert sorted(answers) == [200, 401, 401, 401]


def test_a_challenge_is_good_once(api: DocumentedClient, agent: User) -> None:
    _, codes = set_up_app(api)
    challenge = challenge_of(agent)
    assert verify(challenge=challenge, recovery_code=codes[0]).status_code == 200
    assert kind_of(verify(challenge=challenge, recovery_code=codes[1])) == "challenge-not-valid"
    assert kind_of(verify(challenge=challenge + "x", code="123456")) == "challenge-not-valid"
    assert verify(challenge=challenge).status_code == verify(challenge="", code="").status_code == 400


def test_a_recovery_code_is_good_once_and_a_new_set_voids_the_old_one(api: DocumentedClient, agent: User) -> None:
    _, codes = set_up_app(api)
    assert verify(challenge=challenge_of(agent), recovery_code=codes[3]).status_code == 200
    assert kind_of(verify(challenge=challenge_of(agent), recovery_code=codes[3])) == "wrong-second-factor"
    assert api.get(MFA).json()["recovery_codes_left"] == 9
    renewed = api.post(f"{MFA}recovery-codes/", {}).json()["recovery_codes"]
    assert not {*codes} & {*renewed}
    assert kind_of(verify(challenge=challenge_of(agent), recovery_code=codes[4])) == "wrong-second-factor"
    assert verify(challenge=challenge_of(agent), recovery_code=renewed[4]).status_code == 200


def test_whoever_guesses_has_five_tries_and_then_waits(api: DocumentedClient, agent: User) -> None:
    app, _ = set_up_app(api)
    challenge = challenge_of(agent)
    for _ in range(5):
        assert kind_of(verify(challenge=challenge, code=app.wrong())) == "wrong-second-factor"
    assert kind_of(verify(challenge=challenge, code=app.code(**NEXT))) == "challenge-not-valid"
    again = verify(challenge=challenge_of(agent), code=app.code(**NEXT))
    assert (again.status_code, kind_of(again)) == (429, "too-many")


def test_a_passkey_is_a_second_factor(api: DocumentedClient, agent: User) -> None:
    passkey, other = Passkey(verifies=False), Passkey(verifies=False)
    added = add_passkey(api, passkey)
    assert (added.status_code, len(added.json()["recovery_codes"])) == (201, 10)
    challenge = challenge_of(agent)
    assert (
        kind_of(
            verify(challenge=challenge, webauthn=passkey.get({"publicKey": {"rpId": "localhost", "challenge": "AA"}}))
        )
        == "wrong-second-factor"
    )
    options = DocumentedClient().post(f"{MFA}webauthn/options/", {"challenge": challenge}).json()
    assert len(options["publicKey"]["allowCredentials"]) == 1
    other.id = passkey.id
    for bad in (other.get(options), {}, {"response": 1}, passkey.get(options) | {"response": {}}):
        assert kind_of(verify(challenge=challenge, webauthn=bad)) == "wrong-second-factor"
    assert verify(challenge=challenge, webauthn=passkey.get(options)).status_code == 200


@pytest.mark.parametrize("origin", ["https://pytake.example.evil", "http://localhost:9999", "https://localhost:8000"])
def test_a_passkey_of_another_site_is_not_taken(api: DocumentedClient, agent: User, origin: str) -> None:
    """Another port or scheme is another site."""
    assert kind_of(add_passkey(api, Passkey(origin=origin))) == "credential-not-valid"
    assert api.post(f"{MFA}webauthn/complete/", {"name": "x", "credential": {}}).status_code == 400
    assert login(agent).status_code == 200


def test_a_passkey_signs_in_alone(api: DocumentedClient, agent: User, anybody: DocumentedClient) -> None:
    passkey = Passkey()
    device = add_passkey(api, passkey, passwordless=True).json()["factor"]
    assert device["passwordless"]
    begun = anybody.post(f"{AUTH}passkey/options/", {}).json()
    body = {"challenge": begun["challenge"], "credential": passkey.get(begun["webauthn"])}
    session = anybody.post(f"{AUTH}passkey/login/", body).json()
    assert session["user"]["email"] == agent.email
    assert kind_of(anybody.post(f"{AUTH}passkey/login/", body)) == "challenge-not-valid"


def test_a_passkey_that_counts_backwards_may_be_a_copy(
    api: DocumentedClient, agent: User, organization: Organization, anybody: DocumentedClient
) -> None:
    passkey = Passkey(count=4)
    add_passkey(api, passkey, passwordless=True)

    def enter(count: int, origin: str = passkey.origin) -> int:
        passkey.count, passkey.origin = count, origin
        begun = anybody.post(f"{AUTH}passkey/options/", {}).json()
        body = {"challenge": begun["challenge"], "credential": passkey.get(begun["webauthn"])}
        return anybody.post(f"{AUTH}passkey/login/", body).status_code

    assert [enter(count) for count in (5, 9, 9, 8, 0, 10)] == [200, 200, 401, 401, 401, 200]
    assert len(audited(organization, "second_factor.copied")) == 3
    with all_organizations("the outbox"):
        told = Mail.objects.filter(to=agent.email, subject="Chave de acesso recusada")
        assert told.count() == 3
    assert enter(11, "http://localhost:9999") == 401


@pytest.mark.parametrize("spoil", ["unverified", "stranger", "nobody"])
def test_a_passkey_that_proves_nothing_signs_nobody_in(
    api: DocumentedClient, owner: User, anybody: DocumentedClient, spoil: str
) -> None:
    passkey = Passkey()
    add_passkey(api, passkey, passwordless=True)
    begun = anybody.post(f"{AUTH}passkey/options/", {}).json()
    if spoil == "unverified":
        passkey.verifies = False
    elif spoil == "stranger":
        passkey.handle = str(owner.pk).encode()
    else:
        passkey.handle = b"\xff"
    answer = anybody.post(
        f"{AUTH}passkey/login/", {"challenge": begun["challenge"], "credential": passkey.get(begun["webauthn"])}
    )
    assert (answer.status_code, kind_of(answer)) == (401, "wrong-second-factor")


def test_changing_factors_wants_the_password_again(
    api: DocumentedClient, agent: User, organization: Organization
) -> None:
    set_up_app(api)
    device = add_passkey(api, Passkey()).json()["factor"]
    grow_old(agent)
    for method, path in (
        ("post", "webauthn/begin/"), ("post", "recovery-codes/"), ("delete", "totp/"),
        ("delete", f"webauthn/{device['id']}/"),
    ):  # fmt: skip
        assert kind_of(getattr(api, method)(f"{MFA}{path}", {})) == "reauthentication-required", path
        assert kind_of(getattr(api, method)(f"{MFA}{path}", {"password": ""})) == "reauthentication-required", path
        assert kind_of(getattr(api, method)(f"{MFA}{path}", {"password": "x"})) == "wrong-password", path
    assert api.delete(f"{MFA}totp/", {"password": PASSWORD}).status_code == 204
    assert api.delete(f"{MFA}webauthn/{device['id']}/", {"password": PASSWORD}).status_code == 204
    assert api.get(MFA).json() == {"totp": None, "webauthn": [], "recovery_codes_left": 0, "demanded_by": []}
    assert login(agent).status_code == 200


def test_nobody_removes_anothers_passkey(api: DocumentedClient, owners_api: DocumentedClient) -> None:
    device = add_passkey(api, Passkey()).json()["factor"]
    add_passkey(owners_api, Passkey())
    assert owners_api.delete(f"{MFA}webauthn/{device['id']}/").status_code == 404
    assert len(api.get(MFA).json()["webauthn"]) == 1


def test_a_passkey_is_renamed_by_whose_it_is(
    api: DocumentedClient, owners_api: DocumentedClient, organization: Organization
) -> None:
    device = add_passkey(api, Passkey()).json()["factor"]
    path, body = f"{MFA}webauthn/{device['id']}/", {"name": "Notebook do trabalho"}
    assert owners_api.patch(path, body).status_code == 404
    assert api.patch(path, {"name": "a\nb"}).status_code == 400
    assert api.patch(path, body).json() == device | body
    assert [each["name"] for each in api.get(MFA).json()["webauthn"]] == ["Notebook do trabalho"]
    assert len(audited(organization, "second_factor.renamed")) == 1


def test_each_change_is_told_to_the_person_and_audited(
    api: DocumentedClient, agent: User, organization: Organization
) -> None:
    app, _ = set_up_app(api)
    api.post(f"{MFA}recovery-codes/", {})
    api.delete(f"{MFA}totp/")
    with all_organizations("the outbox"):
        subjects = [*Mail.objects.filter(to=agent.email).order_by("pk").values_list("subject", flat=True)]
    assert subjects == ["Novo segundo fator", "Novos códigos de recuperação", "Segundo fator removido"]
    [entry] = audited(organization, "second_factor.added")
    assert (entry.subject_id, entry.changes["after"], entry.actor_id) == (agent.pk, {"kind": "totp"}, agent.pk)
    assert len(audited(organization, "second_factor.removed")) == 1
    assert app.secret not in str(entry.changes)


SECURITY = "/api/v1/organizations/me/security/"


def demand_factors(client: DocumentedClient) -> App:
    app, _ = set_up_app(client)
    assert client.patch(SECURITY, {"require_second_factor": True}).json() == {"require_second_factor": True}
    return app


def test_an_organization_demands_second_factors_of_those_who_have_none(
    owners_api: DocumentedClient, api: DocumentedClient, agent: User, organization: Organization
) -> None:
    refused = owners_api.patch(SECURITY, {"require_second_factor": True})
    assert (refused.status_code, kind_of(refused)) == (409, "no-second-factor")
    demand_factors(owners_api)
    assert owners_api.get("/api/v1/members/").status_code == 200
    answer = api.get("/api/v1/members/")
    assert (answer.status_code, kind_of(answer)) == (403, "mfa-enrollment-required")
    session = login(agent).json()
    client = bearer(session)
    assert client.get("/api/v1/contacts/").status_code == 403
    assert client.get(f"{AUTH}me/").status_code == 200
    assert client.get(MFA).json()["demanded_by"] == [organization.name]
    set_up_app(client)
    assert client.get("/api/v1/members/").status_code == 200
    last = client.delete(f"{MFA}totp/")
    assert (last.status_code, kind_of(last)) == (409, "second-factor-demanded")
    [entry] = audited(organization, "security.changed")
    assert entry.changes["after"] == {"require_second_factor": True}


def test_a_socket_of_somebody_without_a_factor_is_refused(
    owners_api: DocumentedClient, agent: User, organization: Organization
) -> None:
    token = login(agent).json()["access"]
    demand_factors(owners_api)
    with pytest.raises(MfaEnrollmentRequired):
        access_of_token(token)


def test_who_may_not_manage_security_changes_nothing(api: DocumentedClient) -> None:
    set_up_app(api)
    assert kind_of(api.patch(SECURITY, {"require_second_factor": True})) == "forbidden"
