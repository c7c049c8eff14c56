"""Single sign-on at an organization's own provider, which may be run by anybody."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.accounts.models import AuditEntry, ExternalIdentity, IdentityProvider, Membership, Organization, Session, User
from apps.accounts.services import sso
from apps.core.tenancy import all_organizations, organization_scope
from tests.accounts import oidc
from tests.accounts.oidc import FOREIGN_KEY, Provider
from tests.conftest import PASSWORD, client_of, make, make_member, make_organization
from tests.core.schema import DocumentedClient
from tests.stack import free_port

SSO, PROVIDERS, ME = "/api/v1/auth/sso/", "/api/v1/identity-providers/", "/api/v1/auth/me/"
JOINS = {"joins_as": "agent", "domains": ["aurora.example"]}


@pytest.fixture
def loopback(settings: Any) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def at(loopback: None) -> Iterator[Provider]:
    with oidc.provider() as made:
        yield made


def set_up(organization: Organization, at: Provider, **values: Any) -> IdentityProvider:
    return make(
        IdentityProvider, organization, **({"name": "Aurora", "issuer": at.issuer, "domains": []} | at.client | values)
    )


def begin(organization: Organization, **more: Any) -> Any:
    return DocumentedClient().post(f"{SSO}start/", {"organization": organization.slug, **more}).json()


def come_back(brought: dict[str, str]) -> dict[str, str]:
    """What the web app is told after the #."""
    answer = DocumentedClient().get(f"{SSO}callback/", brought)
    assert answer.status_code == 302
    page, _, said = answer["Location"].partition("#")
    assert page.endswith("/app/sso")
    return {name: values[0] for name, values in parse_qs(said).items()}


def signed_in_there(organization: Organization, at: Provider) -> dict[str, str]:
    """The code and the secret of a sign-in that only has to be exchanged."""
    begun = begin(organization, return_to="/app/inbox")
    return come_back(at.authorize(begun["redirect_to"])) | {"secret": begun["secret"]}


def exchange(body: dict[str, str]) -> Any:
    return DocumentedClient().post(f"{SSO}exchange/", body)


def kind_of(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


def bearer(session: Any) -> DocumentedClient:
    client = DocumentedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {session['access']}")
    return client


def known(organization: Organization, at: Provider, user: User, **values: Any) -> ExternalIdentity:
    row = set_up(organization, at, **values)
    return make(ExternalIdentity, organization, provider=row, issuer=at.issuer, subject="ana-1", user=user)


def test_whoever_is_known_signs_in_to_this_organization_and_no_other(
    organization: Organization, agent: User, at: Provider
) -> None:
    known(organization, at, agent)
    elsewhere = make_organization("Floricultura Boreal")
    make_member(elsewhere, email=agent.email)
    at.signs_in["email"] = "another@boreal.example"  # an address says nothing
    session = exchange(signed_in_there(organization, at)).json()
    assert (session["user"]["email"], session["return_to"]) == (agent.email, "/app/inbox")
    client = bearer(session)
    assert client.get("/api/v1/members/").status_code == 200
    switched = client.post("/api/v1/auth/switch/", {"organization_id": str(elsewhere.pk)})
    assert (switched.status_code, kind_of(switched)) == (403, "no-membership")
    [kept] = Session.objects.filter(user=agent)
    assert (kept.method, kept.only_organization_id) == ("sso", organization.pk)


def test_a_refreshed_sign_in_stays_in_its_organization(organization: Organization, agent: User, at: Provider) -> None:
    known(organization, at, agent)
    session = exchange(signed_in_there(organization, at)).json()
    refreshed = DocumentedClient().post("/api/v1/auth/refresh/", {"refresh": session["refresh"]}).json()
    assert bearer(refreshed).get(ME).json()["organization"]["id"] == str(organization.pk)
    Session.objects.update(only_organization_id=make_organization().pk)
    assert bearer(refreshed).get(ME).status_code == 401


def test_a_subject_is_known_in_the_organization_that_bound_it_alone(
    organization: Organization, agent: User, at: Provider
) -> None:
    known(organization, at, agent)
    theirs = make_organization("Boreal")
    make_member(theirs, email=agent.email)
    set_up(theirs, at)
    at.signs_in["email"] = agent.email
    assert kind_of(exchange(signed_in_there(theirs, at))) == "sso-link-required"


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": ["pytake", "another"], "azp": "another"},
        {"aud": ["pytake", "another"]}, {"azp": "another"},
        {"iss": "https://login.boreal.example"}, {"exp": 1}, {"exp": int(time.time()) - 90}, {"sub": ""}, {"sub": 7},
    ],
    ids=lambda lies: next(iter(lies)),
)  # fmt: skip
def test_an_answer_that_is_not_for_this_sign_in_signs_nobody_in(
    organization: Organization, agent: User, at: Provider, lies: dict[str, Any]
) -> None:
    known(organization, at, agent)
    at.lies = lies
    assert signed_in_there(organization, at).get("error") == "sso-failed"
    assert not Session.objects.exists()


@pytest.mark.parametrize("aud", [["pytake"], ["another", "pytake"]])
def test_of_several_for_whom_an_answer_is_the_one_that_asked_is_named(
    organization: Organization, agent: User, at: Provider, aud: list[str]
) -> None:
    known(organization, at, agent)
    at.lies = {"aud": aud} | ({"azp": "pytake"} if len(aud) > 1 else {})
    assert exchange(signed_in_there(organization, at)).status_code == 200


@pytest.mark.parametrize("forge", ["none", "HS256", "another key", "another kid", "another name"])
def test_an_answer_that_the_provider_did_not_sign_signs_nobody_in(
    organization: Organization, agent: User, at: Provider, forge: str
) -> None:
    known(organization, at, agent)
    if forge in ("none", "HS256"):
        at.algorithm = forge
    elif forge == "another key":
        at.key = FOREIGN_KEY
    elif forge == "another kid":
        at.kid = "2"
    else:
        begun = begin(organization)
        at.calls_itself = "https://login.boreal.example"
        assert come_back(at.authorize(begun["redirect_to"])) == {"error": "sso-failed"}
        return
    assert signed_in_there(organization, at).get("error") == "sso-failed"


def test_a_state_and_a_code_are_good_once_and_only_for_the_browser_that_began(
    organization: Organization, agent: User, at: Provider
) -> None:
    known(organization, at, agent)
    begun = begin(organization)
    brought = at.authorize(begun["redirect_to"])
    code = come_back(brought)["code"]
    assert come_back(brought) == come_back({}) == come_back({"state": "x", "code": "y"}) == {"error": "sso-failed"}
    assert kind_of(exchange({"code": code, "secret": begin(organization)["secret"]})) == "sso-failed"
    assert exchange({"code": code, "secret": begun["secret"]}).status_code == 200
    assert kind_of(exchange({"code": code, "secret": begun["secret"]})) == "sso-failed"


def test_an_address_alone_links_nobody(organization: Organization, agent: User, owner: User, at: Provider) -> None:
    set_up(organization, at, **JOINS)
    at.signs_in["email"] = agent.email
    body = signed_in_there(organization, at)
    answer = exchange(body)
    assert (answer.status_code, kind_of(answer)) == (409, "sso-link-required")
    assert kind_of(client_of(owner, organization).post(f"{SSO}link/", body)) == "sso-refused"
    assert client_of(agent, organization).post(f"{SSO}link/", body | {"secret": "x"}).status_code == 401
    assert client_of(agent, organization).post(f"{SSO}link/", body).status_code == 204
    assert exchange(signed_in_there(organization, at)).json()["user"]["email"] == agent.email
    with organization_scope(organization):
        entry = AuditEntry.objects.for_organization(organization).get(action="identities.linked")
    assert (entry.actor_id, entry.subject_id) == (agent.pk, agent.pk)


def test_a_sign_in_through_a_provider_links_nothing(organization: Organization, agent: User, at: Provider) -> None:
    known(organization, at, agent)
    session = exchange(signed_in_there(organization, at)).json()
    at.signs_in = {"sub": "ana-2", "email": agent.email}
    body = signed_in_there(organization, at)
    assert kind_of(bearer(session).post(f"{SSO}link/", body)) == "reauthentication-required"


def test_a_new_person_joins_where_the_organization_says_so(organization: Organization, at: Provider) -> None:
    set_up(organization, at, **JOINS)
    at.signs_in |= {"name": "Ana Souza"}
    session = exchange(signed_in_there(organization, at)).json()
    assert (session["user"]["full_name"], session["user"]["role"]) == ("Ana Souza", "agent")
    again = exchange(signed_in_there(organization, at)).json()
    assert again["user"]["id"] == session["user"]["id"]
    user = User.objects.get(pk=session["user"]["id"])
    assert not user.has_usable_password()
    assert user.email_verified_at is None, "nobody but somebody's provider says so"


@pytest.mark.parametrize(
    ("row", "claims"),
    [
        ({"joins_as": ""}, {}),
        ({"domains": []}, {}),
        ({"domains": ["example"]}, {}),
        ({}, {"email": "ana@boreal.example"}),
        ({}, {"email_verified": False}),
        ({}, {"email_verified": "true"}),
        ({}, {"email": ""}),
    ],
    ids=str,
)
def test_nobody_else_joins(organization: Organization, at: Provider, row: Any, claims: Any) -> None:
    set_up(organization, at, **(JOINS | row))
    at.signs_in |= claims
    answer = exchange(signed_in_there(organization, at))
    assert (answer.status_code, kind_of(answer)) == (403, "sso-refused")
    with all_organizations("count"):
        assert not Membership.objects.across_organizations().exists()


def test_whoever_was_let_out_stays_out(organization: Organization, agent: User, at: Provider) -> None:
    known(organization, at, agent, **JOINS)
    at.signs_in["email"] = agent.email
    with organization_scope(organization):
        Membership.objects.for_organization(organization).filter(user=agent).update(is_active=False)
    assert kind_of(exchange(signed_in_there(organization, at))) == "sso-refused"
    with organization_scope(organization):
        ExternalIdentity.objects.for_organization(organization).delete()
    other = make_organization("Boreal")
    make_member(other, email=agent.email)
    body = signed_in_there(organization, at)
    assert kind_of(client_of(agent, other).post(f"{SSO}link/", body)) == "sso-refused"


def test_a_provider_that_is_switched_off_signs_out_whoever_came_by_it(
    organization: Organization, owners_api: DocumentedClient, agent: User, at: Provider
) -> None:
    identity = known(organization, at, agent)
    session = exchange(signed_in_there(organization, at)).json()
    url = f"{PROVIDERS}{identity.provider_id}/"
    assert owners_api.patch(url, {"is_active": False}).json()["is_active"] is False
    assert bearer(session).get(ME).status_code == 401
    refused = DocumentedClient().post(f"{SSO}start/", {"organization": organization.slug})
    assert (refused.status_code, kind_of(refused)) == (404, "no-such-provider")


def test_the_second_factor_that_an_organization_demands_is_its_providers_affair(
    organization: Organization, agent: User, at: Provider
) -> None:
    known(organization, at, agent)
    with organization_scope(organization):
        Organization.objects.update(settings={"security": {"require_second_factor": True}})
    session = exchange(signed_in_there(organization, at)).json()
    assert bearer(session).get("/api/v1/members/").status_code == 200
    answer = bearer(session).post("/api/v1/auth/mfa/totp/", {})
    assert kind_of(answer) == "reauthentication-required", "it doesn't stand for the person themselves"


def test_a_provider_is_set_up_changed_and_taken_away(
    organization: Organization, owners_api: DocumentedClient, at: Provider
) -> None:
    body = {"name": "Aurora", "issuer": at.issuer, "client_id": "a", "client_secret": "s3gredo"}
    made = owners_api.post(PROVIDERS, body)
    assert (made.status_code, made.json()["has_secret"]) == (201, True)
    url = f"{PROVIDERS}{made.json()['id']}/"
    assert "s3gredo" not in made.content.decode() + owners_api.get(url).content.decode()
    assert kind_of(owners_api.post(PROVIDERS, body)) == "provider-taken"
    changed = owners_api.patch(url, {"domains": ["Aurora.Example"], "client_secret": ""}).json()
    assert (changed["domains"], changed["has_secret"]) == (["aurora.example"], True)
    assert owners_api.delete(url).status_code == 204
    with organization_scope(organization):
        entries = AuditEntry.objects.for_organization(organization).filter(target_kind="identity_provider")
        assert [each.action.partition(".")[2] for each in entries.order_by("pk")] == ["created", "changed", "deleted"]
        assert "s3gredo" not in str([each.changes for each in entries])


@pytest.mark.parametrize(
    "issuer",
    ["http://login.aurora.example", "https://10.0.0.7", "https://169.254.169.254/latest", "https://a.example/?x=1"],
)
def test_an_issuer_that_is_not_to_be_called_is_refused(owners_api: DocumentedClient, issuer: str) -> None:
    answer = owners_api.post(PROVIDERS, {"name": "Aurora", "issuer": issuer, "client_id": "a"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "issuer")


def test_an_issuer_that_is_no_provider_of_this_name_is_refused_as_soon_as_it_is_set_up(
    owners_api: DocumentedClient, at: Provider
) -> None:
    def refusal(answer: Any) -> tuple[int, str, str]:
        return answer.status_code, kind_of(answer), answer.json()["errors"][0]["field"]

    body = {"name": "Aurora", "issuer": f"http://127.0.0.1:{free_port()}", "client_id": "a"}
    assert refusal(owners_api.post(PROVIDERS, body)) == (400, "issuer-not-valid", "issuer")
    assert refusal(owners_api.post(PROVIDERS, body | {"issuer": f"{at.issuer}/"})) == (
        400,
        "issuer-not-valid",
        "issuer",
    )
    url = f"{PROVIDERS}{owners_api.post(PROVIDERS, body | {'issuer': at.issuer}).json()['id']}/"
    assert refusal(owners_api.patch(url, {"issuer": body["issuer"]})) == (400, "issuer-not-valid", "issuer")
    at.calls_itself = "https://somebody.else.example"
    assert owners_api.patch(url, {"name": "Padaria", "issuer": at.issuer}).status_code == 200, "nothing new is asked"


def test_a_provider_in_our_own_network_is_not_called(organization: Organization, at: Provider, settings: Any) -> None:
    set_up(organization, at)
    settings.OUTGOING_ALLOWED_NETWORKS = []
    answer = DocumentedClient().post(f"{SSO}start/", {"organization": organization.slug})
    assert (answer.status_code, kind_of(answer)) == (401, "sso-failed")


def test_an_administrator_lets_nobody_join_above_themselves(organization: Organization) -> None:
    admin = client_of(make_member(organization, role="admin"), organization)
    body = {"name": "Aurora", "issuer": "https://login.aurora.example", "client_id": "a", "joins_as": "owner"}
    assert kind_of(admin.post(PROVIDERS, body)) == "may-not-grant"


def test_the_browser_is_sent_back_into_the_web_app_alone(organization: Organization, at: Provider) -> None:
    set_up(organization, at, **JOINS)
    begun = begin(organization, return_to="https://evil.example/app/")
    said = come_back(at.authorize(begun["redirect_to"]))
    assert exchange(said | {"secret": begun["secret"]}).json()["return_to"] == "/app/"
    assert urlsplit(sso.redirect_uri()).path == f"{SSO}callback/"
    assert PASSWORD not in begun["redirect_to"]


def test_a_linked_account_is_seen_and_unlinked_by_whose_it_is(
    organization: Organization, agent: User, owner: User, at: Provider
) -> None:
    identities = "/api/v1/auth/sso/identities/"
    identity = known(organization, at, agent)
    through = bearer(exchange(signed_in_there(organization, at)).json())
    mine, others = client_of(agent, organization), client_of(owner, organization)
    [shown] = mine.get(identities).json()["results"]
    assert (shown["id"], shown["provider"], shown["issuer"]) == (str(identity.pk), identity.provider.name, at.issuer)
    assert others.get(identities).json()["results"] == []
    path = f"{identities}{identity.pk}/"
    assert [each.delete(path).status_code for each in (others, through, mine, mine)] == [404, 403, 204, 404]
    assert through.get(ME).status_code == 401
    assert kind_of(exchange(signed_in_there(organization, at))) == "sso-refused"
    with organization_scope(organization):
        entry = AuditEntry.objects.for_organization(organization).get(action="identities.unlinked")
    assert (entry.target_id, entry.changes["before"]) == (str(agent.pk), {"provider": identity.provider.name})
