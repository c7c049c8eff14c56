"""Registering, signing in and out, and what a token is worth."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils import timezone
from rest_framework.throttling import ScopedRateThrottle
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken

from apps.accounts import services
from apps.accounts.api.examples import sign_in as examples
from apps.accounts.models import Membership, Organization, Session, User
from apps.accounts.roles import PERMISSIONS
from apps.accounts.services import sessions, sign_in
from apps.core import mail, wake
from apps.core.tenancy import all_organizations, organization_scope
from tests.conftest import (
    PASSWORD,
    client_of,
    commits,
    facts_of,
    in_parallel,
    make_member,
    make_organization,
    session_of,
)
from tests.core.schema import DocumentedClient

AUTH = "/api/v1/auth/"


@pytest.fixture
def anybody(db: None) -> DocumentedClient:
    return DocumentedClient()


def kind_of(answer: Any) -> str:
    return str(answer.json()["type"]).removeprefix("/problems/")


def bearer(access: str) -> DocumentedClient:
    client = DocumentedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client


def test_registering_makes_an_organization_with_its_owner_and_signs_them_in(anybody: DocumentedClient) -> None:
    answer = anybody.post(f"{AUTH}register/", examples.REGISTRATION)
    assert answer.status_code == 201
    session = answer.json()
    assert session.keys() == examples.SESSION.keys()
    assert session["expires_in"] == 900
    me = session["user"]
    assert (me["email"], me["role"], me["organization"]["slug"]) == ("ana@aurora.example", "owner", "padaria-aurora")
    assert me["permissions"] == sorted(PERMISSIONS["owner"])
    assert bearer(session["access"]).get(f"{AUTH}me/").json() == me
    [welcome] = mail.newest(10)
    assert (welcome.to, configured.PUBLIC_URL in welcome.text) == ("ana@aurora.example", True)


def test_an_address_registers_once_in_whatever_case(anybody: DocumentedClient) -> None:
    assert anybody.post(f"{AUTH}register/", examples.REGISTRATION).status_code == 201
    again = anybody.post(f"{AUTH}register/", examples.REGISTRATION | {"email": "ANA@Aurora.example"})
    assert (again.status_code, kind_of(again)) == (409, "email-taken")
    with all_organizations("count"):
        assert Organization.objects.count() == 1


def test_organizations_of_one_name_get_slugs_of_their_own(anybody: DocumentedClient) -> None:
    slugs = [
        anybody.post(f"{AUTH}register/", examples.REGISTRATION | {"email": f"{n}@aurora.example"}).json()["user"][
            "organization"
        ]["slug"]
        for n in range(3)
    ]
    assert slugs == ["padaria-aurora", "padaria-aurora-1", "padaria-aurora-2"]
    nameless = anybody.post(f"{AUTH}register/", examples.REGISTRATION | {"organization_name": "日本"}).json()
    assert nameless["user"]["organization"]["slug"] == "organization"


@commits
def test_eight_who_register_under_one_name_at_once_all_get_in() -> None:
    def register(number: int) -> int:
        body = examples.REGISTRATION | {"email": f"{number}@aurora.example"}
        return DocumentedClient().post(f"{AUTH}register/", body).status_code

    assert in_parallel(register, times=8) == [201] * 8
    with all_organizations("count"):
        assert Organization.objects.values("slug").distinct().count() == 8


@commits
def test_of_eight_who_register_one_address_at_once_one_gets_it() -> None:
    def register(_: int) -> int:
        return DocumentedClient().post(f"{AUTH}register/", examples.REGISTRATION).status_code

    assert sorted(in_parallel(register, times=8)) == [201] + [409] * 7
    with all_organizations("count"):
        assert Organization.objects.count() == 1


@pytest.mark.parametrize("password", ["password", "12345678", "ana souza", "padaria"])
def test_a_weak_password_is_refused_at_its_field(anybody: DocumentedClient, password: str) -> None:
    answer = anybody.post(f"{AUTH}register/", examples.REGISTRATION | {"password": password})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["password"]


def test_signing_in_takes_the_address_in_whatever_case(
    anybody: DocumentedClient, agent: User, organization: Organization
) -> None:
    answer = anybody.post(f"{AUTH}login/", {"email": f" {agent.email.upper()} ", "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json()["user"]["organization"]["id"] == str(organization.pk)
    agent.refresh_from_db()
    assert agent.last_login


def test_an_unknown_address_and_a_wrong_password_are_answered_alike_and_take_alike(
    anybody: DocumentedClient, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    inactive = make_member(make_organization("Boreal"))
    services.set_user_active(user=inactive, active=False)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(hasher: MD5PasswordHasher, password: str, *args: Any) -> str:
        hashed.append(password)
        return encode(hasher, password, *args)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    answers = []
    for email, password in [
        (agent.email, "wrong"),
        ("nobody@aurora.example", "wrong"),
        (inactive.email, "wrong"),
        (inactive.email, PASSWORD),
    ]:
        hashed.clear()
        answer = anybody.post(f"{AUTH}login/", {"email": email, "password": password})
        assert len(hashed) == 1, "as much work whoever it is"
        answers.append(answer.json() | {"trace_id": "", "status": answer.status_code})
    assert [answer["status"] for answer in answers] == [401] * 4
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("forwarded", "kept"),
    [("203.0.113.9", "203.0.113.9"), ("1.2.3.4, 2001:db8::1", "2001:db8::1"), ("unknown", "127.0.0.1")],
)
def test_a_sign_in_remembers_where_it_came_from(
    anybody: DocumentedClient, agent: User, settings: Any, forwarded: str, kept: str | None
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    headers = {"User-Agent": "x" * 400, "X-Forwarded-For": forwarded}
    anybody.post(f"{AUTH}login/", {"email": agent.email, "password": PASSWORD}, headers=headers)
    session = Session.objects.get()
    assert (session.address, len(session.user_agent)) == (kept, 300)


def test_signing_in_somewhere_else_than_one_belongs_is_refused(anybody: DocumentedClient, agent: User) -> None:
    theirs = make_organization("Boreal")
    body = {"email": agent.email, "password": PASSWORD, "organization_id": str(theirs.pk)}
    answer = anybody.post(f"{AUTH}login/", body)
    assert (answer.status_code, kind_of(answer)) == (403, "no-membership")


def test_an_address_registers_a_few_organizations_an_hour(
    anybody: DocumentedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"register": "1/hour", "refresh": None})
    somewhere = str(uuid4())
    monkeypatch.setattr(ScopedRateThrottle, "get_ident", lambda *_: somewhere)
    assert anybody.post(f"{AUTH}register/", examples.REGISTRATION).status_code == 201
    refused = anybody.post(f"{AUTH}register/", examples.REGISTRATION | {"email": "bia@aurora.example"})
    assert (refused.status_code, kind_of(refused)) == (429, "too-many")
    assert int(refused["Retry-After"]) <= 3600


def test_a_refresh_token_is_exchanged_once_for_a_new_pair(
    anybody: DocumentedClient, agent: User, organization: Organization
) -> None:
    first = session_of(agent, organization)
    second = anybody.post(f"{AUTH}refresh/", {"refresh": first["refresh"]}).json()
    assert second.keys() == examples.TOKENS.keys()
    assert bearer(second["access"]).get(f"{AUTH}me/").status_code == 200
    again = anybody.post(f"{AUTH}refresh/", {"refresh": first["refresh"]})
    assert (again.status_code, kind_of(again)) == (401, "token-invalid")
    third = anybody.post(f"{AUTH}refresh/", {"refresh": second["refresh"]})
    assert third.status_code == 200, "a second tab was late, and that is no theft"


def test_a_refresh_token_used_again_later_ends_the_whole_sign_in(
    anybody: DocumentedClient, agent: User, organization: Organization
) -> None:
    first = session_of(agent, organization)
    second = anybody.post(f"{AUTH}refresh/", {"refresh": first["refresh"]}).json()
    BlacklistedToken.objects.update(blacklisted_at=timezone.now() - sign_in.REUSE_GRACE - timedelta(seconds=1))
    assert kind_of(anybody.post(f"{AUTH}refresh/", {"refresh": first["refresh"]})) == "token-invalid"
    assert kind_of(anybody.post(f"{AUTH}refresh/", {"refresh": second["refresh"]})) == "signed-out"
    assert kind_of(bearer(second["access"]).get(f"{AUTH}me/")) == "signed-out"
    assert Session.objects.get().end_reason == "token_reused"
    assert session_of(agent, organization)["access"], "whoever knows the password signs in anew"


@commits
def test_of_eight_tabs_that_refresh_at_once_one_gets_the_tokens_and_nobody_is_signed_out() -> None:
    organization = make_organization()
    session = session_of(make_member(organization), organization)

    def refresh(_: int) -> Any:
        return DocumentedClient().post(f"{AUTH}refresh/", {"refresh": session["refresh"]})

    answers = in_parallel(refresh, times=8)
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    [new] = [answer.json() for answer in answers if answer.status_code == 200]
    assert bearer(new["access"]).get(f"{AUTH}me/").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "access", "foreign", "unsigned", "no_claims", "expired"])
def test_what_is_no_refresh_token_of_ours_is_refused(
    anybody: DocumentedClient, agent: User, organization: Organization, token: str
) -> None:
    session = session_of(agent, organization)
    claims = jwt.decode(session["refresh"], options={"verify_signature": False})
    made = {
        "access": session["access"],
        "foreign": jwt.encode(claims, "another key, as long as it has to be", "HS256"),
        "unsigned": jwt.encode(claims, None, "none"),
        "no_claims": signed({"token_type": "refresh", "exp": claims["exp"], "jti": "1"}),
        "expired": signed(claims | {"exp": 1}),
    }
    answer = anybody.post(f"{AUTH}refresh/", {"refresh": made.get(token, token)})
    assert answer.status_code == (400 if token == "" else 401)


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "refresh", "foreign", "unsigned", "no_claims", "bad_claims", "expired"]
)
def test_what_is_no_access_token_of_ours_is_refused(agent: User, organization: Organization, token: str) -> None:
    session = session_of(agent, organization)
    claims = jwt.decode(session["access"], options={"verify_signature": False})
    made = {
        "refresh": session["refresh"],
        "foreign": jwt.encode(claims, "another key, as long as it has to be", "HS256"),
        "unsigned": jwt.encode(claims, None, "none"),
        "no_claims": signed({"token_type": "access", "exp": claims["exp"], "jti": "1"}),
        "bad_claims": signed(claims | {"org": "padaria", "sid": 1}),
        "old": signed(claims | {"exp": 1}),
    }
    answer = bearer(made.get(token, token)).get(f"{AUTH}me/")
    assert (answer.status_code, kind_of(answer)) == (401, "token-invalid")


def signed(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, configured.SECRET_KEY, "HS256")


def test_an_access_token_lives_fifteen_minutes(agent: User, organization: Organization) -> None:
    claims = AccessToken(session_of(agent, organization)["access"]).payload  # type: ignore[arg-type]
    assert claims["exp"] - claims["iat"] == 900


def test_signing_out_ends_this_sign_ins_tokens_at_once_and_no_other(
    anybody: DocumentedClient, agent: User, organization: Organization
) -> None:
    here, elsewhere = session_of(agent, organization), session_of(agent, organization)
    assert bearer(here["access"]).post(f"{AUTH}logout/").status_code == 204
    assert kind_of(bearer(here["access"]).get(f"{AUTH}me/")) == "signed-out"
    assert kind_of(bearer(here["access"]).post(f"{AUTH}logout/")) == "signed-out"
    assert kind_of(anybody.post(f"{AUTH}refresh/", {"refresh": here["refresh"]})) == "signed-out"
    assert bearer(elsewhere["access"]).get(f"{AUTH}me/").status_code == 200


@commits
def test_signing_out_closes_the_sign_ins_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, Any]] = []
    monkeypatch.setattr(sessions, "tell_group", lambda group, message: told.append((group, message)))
    organization = make_organization()
    session = session_of(make_member(organization), organization)
    sid = AccessToken(session["access"])["sid"]
    bearer(session["access"]).post(f"{AUTH}logout/")
    assert told == [(f"session.{sid}", {"type": "access.ended", "code": "signed_out"})]


def test_a_person_changes_the_active_organization(agent: User, organization: Organization) -> None:
    theirs = make_organization("Floricultura Boreal")
    make_member(theirs, role="viewer", email=agent.email)
    client = client_of(agent, organization)
    assert {each["name"] for each in client.get(f"{AUTH}me/").json()["organizations"]} == {
        organization.name, theirs.name
    }  # fmt: skip
    session = client.post(f"{AUTH}switch/", {"organization_id": str(theirs.pk)}).json()
    assert (session["user"]["organization"]["name"], session["user"]["role"]) == (theirs.name, "viewer")
    there = bearer(session["access"])
    assert there.get(f"{AUTH}verify/").json()["organization_id"] == str(theirs.pk)
    assert len(there.get("/api/v1/members/").json()["results"]) == 1
    refreshed = there.post(f"{AUTH}refresh/", {"refresh": session["refresh"]}).json()
    assert bearer(refreshed["access"]).get(f"{AUTH}verify/").json()["organization_id"] == str(theirs.pk)


def test_nobody_changes_to_an_organization_that_is_not_theirs(api: DocumentedClient) -> None:
    answer = api.post(f"{AUTH}switch/", {"organization_id": str(make_organization("Boreal").pk)})
    assert (answer.status_code, kind_of(answer)) == (403, "no-membership")


def test_a_person_changes_their_name_and_language(api: DocumentedClient, agent: User) -> None:
    answer = api.patch(f"{AUTH}me/", examples.PROFILE).json()
    assert (answer["full_name"], answer["language"]) == ("Ana Souza Lima", "en")
    refused = api.patch(f"{AUTH}me/", {"language": "tlh", "full_name": "A"}).json()
    assert {error["field"] for error in refused["errors"]} == {"language", "full_name"}
    assert api.patch(f"{AUTH}me/", {}).status_code == 200
    agent.refresh_from_db()
    assert agent.full_name == "Ana Souza Lima"


def _deactivate_user(user: User, _: Organization) -> None:
    services.set_user_active(user=user, active=False)


def _deactivate_member(user: User, organization: Organization) -> None:
    services.set_member_active(organization_id=organization.pk, user_id=user.pk, active=False)


def _deactivate_organization(_: User, organization: Organization) -> None:
    with all_organizations("staff lock an organization"):
        Organization.objects.filter(pk=organization.pk).update(is_active=False)


def _delete_member(user: User, organization: Organization) -> None:
    with organization_scope(organization):
        Membership.objects.for_organization(organization).filter(user=user).delete()


@pytest.mark.parametrize("lock", [_deactivate_user, _deactivate_member, _deactivate_organization, _delete_member])
def test_whoever_is_locked_out_is_out_at_once(
    anybody: DocumentedClient, agent: User, organization: Organization, lock: Any
) -> None:
    session = session_of(agent, organization)
    lock(agent, organization)
    client = bearer(session["access"])
    for path in (f"{AUTH}me/", f"{AUTH}verify/", "/api/v1/members/"):
        answer = client.get(path)
        assert (answer.status_code, kind_of(answer)) == (401, "signed-out")
    assert anybody.post(f"{AUTH}refresh/", {"refresh": session["refresh"]}).status_code in (401, 403)
    login = anybody.post(f"{AUTH}login/", {"email": agent.email, "password": PASSWORD})
    assert login.status_code == (401 if lock is _deactivate_user else 403)


def test_old_tokens_are_forgotten_and_living_ones_are_not(agent: User, organization: Organization) -> None:
    old, new = session_of(agent, organization), session_of(agent, organization)
    jti = jwt.decode(old["refresh"], options={"verify_signature": False})["jti"]
    OutstandingToken.objects.filter(jti=jti).update(expires_at=timezone.now() - timedelta(seconds=1))
    wake.run("accounts.forget_old_tokens")
    assert OutstandingToken.objects.count() == 1
    assert DocumentedClient().post(f"{AUTH}refresh/", {"refresh": new["refresh"]}).status_code == 200


@commits
def test_who_joins_is_a_fact_for_colleagues() -> None:
    organization = make_organization()
    user = make_member(organization, role="supervisor")
    [fact] = facts_of(organization)
    assert (fact.kind, fact.data) == (
        "accounts.MemberChanged", {"user_id": str(user.pk), "role": "supervisor", "is_active": True}
    )  # fmt: skip
