"""Support staff act as a person: in one organization, with a reason, for an hour at most, and it shows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import services
from apps.accounts.errors import MayNotImpersonate, NoMembership, NoReason
from apps.accounts.models import AuditEntry, Organization, Session, User
from apps.accounts.services import audit_pages, impersonation
from apps.core.tenancy import all_organizations, organization_scope
from tests.conftest import PASSWORD, client_of, make_member, make_organization
from tests.core.schema import DocumentedClient

AUTH = "/api/v1/auth/"
EXCHANGE = f"{AUTH}impersonation/exchange/"
REASON = "Ticket 4711: the inbox stays empty"


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_superuser("sofia@pytake.example", full_name="Sofia Prado")


@pytest.fixture
def desk(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def code_of(desk: Client, organization: Organization, user: User, **more: Any) -> str:
    body = {"user": str(user.pk), "reason": REASON, "minutes": "30"} | more
    answer = desk.post(f"/admin/accounts/organization/{organization.pk}/impersonate/", body)
    assert answer["Location"].startswith("/app/impersonate#"), answer["Location"]
    return str(answer["Location"].partition("#")[2])


def acting(desk: Client, organization: Organization, user: User) -> tuple[DocumentedClient, dict[str, Any]]:
    answer = DocumentedClient().post(EXCHANGE, {"code": code_of(desk, organization, user)})
    assert answer.status_code == 200
    client = DocumentedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return client, answer.json()


def entries(organization: Organization) -> list[AuditEntry]:
    with organization_scope(organization):
        return list(AuditEntry.objects.for_organization(organization).order_by("pk"))


def test_staff_see_what_a_person_sees_and_it_shows(
    desk: Client, staff: User, organization: Organization, agent: User
) -> None:
    client, session = acting(desk, organization, agent)
    shown = session["user"]["impersonated_by"]
    assert (shown["id"], shown["name"], shown["reason"]) == (str(staff.pk), "Sofia Prado", REASON)
    assert timedelta(minutes=29) < datetime.fromisoformat(shown["ends_at"]) - timezone.now() <= timedelta(minutes=30)
    me = client.get("/api/v1/auth/me/").json()
    assert (me["id"], me["impersonated_by"]) == (str(agent.pk), shown)
    began = entries(organization)[-1]
    assert (began.action, began.actor_kind, began.actor_id) == ("impersonation.began", "staff", staff.pk)
    with organization_scope(organization):
        [said] = audit_pages.read([began])
    assert said.after == said.after | {"reason": REASON, "minutes": 30}
    assert "reason" not in began.changes["after"], "it is about the person, and goes with them"
    assert began.target_id == str(agent.pk)
    assert client.post("/api/v1/auth/logout/").status_code == 204
    assert entries(organization)[-1].action == "impersonation.ended"
    assert client.get("/api/v1/auth/me/").status_code == 401


def test_whatever_they_change_says_who_it_was(
    desk: Client, staff: User, organization: Organization, owner: User
) -> None:
    client, _ = acting(desk, organization, owner)
    assert client.post("/api/v1/departments/", {"name": "Vendas"}).status_code == 201
    made = entries(organization)[-1]
    assert (made.actor_id, made.impersonator_id) == (owner.pk, staff.pk)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "/api/v1/auth/me/", {"full_name": "Outra"}),
        ("post", "/api/v1/auth/switch/", {"organization_id": "019abc00-0000-7000-8000-000000000001"}),
        ("post", "/api/v1/auth/mfa/totp/", {}),
        ("post", "/api/v1/api-keys/", {"name": "x", "scopes": []}),
    ],
)
def test_how_the_person_signs_in_is_not_theirs_to_change(
    desk: Client, organization: Organization, owner: User, method: str, path: str, body: dict[str, Any]
) -> None:
    client, _ = acting(desk, organization, owner)
    answer = getattr(client, method)(path, body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
    assert "signs in" in answer.json()["detail"]


def test_what_cannot_be_taken_back_is_not_theirs_to_do(
    desk: Client, organization: Organization, owner: User, agent: User
) -> None:
    make_member(organization, role="owner")  # so that nobody is the last one
    client, _ = acting(desk, organization, owner)
    erase = {"kind": "erase", "subject_kind": "user", "subject_id": str(agent.pk)}
    for path, body in (
        ("users/me/leave/", {}),
        ("privacy-jobs/", erase),
        ("organizations/me/transfer-ownership/", {"user_id": str(agent.pk), "password": PASSWORD}),
        ("organizations/me/delete/", {"name": organization.name, "password": PASSWORD}),
    ):
        answer = client.post(f"/api/v1/{path}", body)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden"), path
    assert client.post("/api/v1/privacy-jobs/", erase | {"kind": "export"}).status_code == 201
    assert client_of(owner, organization).post("/api/v1/privacy-jobs/", erase).status_code == 201


def test_an_owners_own_rights_stay_the_owners(desk: Client, organization: Organization, owner: User) -> None:
    _, session = acting(desk, organization, owner)
    assert not {"organization.own", "api_keys.manage", "security.manage"} & {*session["user"]["permissions"]}
    assert "members.manage" in session["user"]["permissions"]


def test_a_code_is_good_once(desk: Client, organization: Organization, agent: User) -> None:
    code = code_of(desk, organization, agent)
    answers = [DocumentedClient().post(EXCHANGE, {"code": code}).status_code for _ in range(2)]
    assert answers == [200, 401]
    assert DocumentedClient().post(EXCHANGE, {"code": "x" * 40}).status_code == 401


def test_after_its_time_no_token_of_it_works(desk: Client, organization: Organization, agent: User) -> None:
    client, session = acting(desk, organization, agent)
    assert session["expires_in"] <= 30 * 60
    Session.objects.filter(method="impersonation").update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/v1/auth/me/").status_code == 401
    assert DocumentedClient().post("/api/v1/auth/refresh/", {"refresh": session["refresh"]}).status_code == 401
    assert impersonation.end_those_that_are_over() == 1
    assert impersonation.end_those_that_are_over() == 0
    assert entries(organization)[-1].changes["after"]["reason"] == "expired"


def test_an_hour_is_the_most_and_only_this_organization_is_open(
    desk: Client, organization: Organization, agent: User
) -> None:
    other = make_organization("Boreal")
    with organization_scope(other):
        services.add_member(organization=other, user=agent, role="agent")
    code = code_of(desk, organization, agent, minutes="600")
    DocumentedClient().post(EXCHANGE, {"code": code})
    session = Session.objects.get(method="impersonation")
    assert session.only_organization_id == organization.pk
    assert session.expires_at is not None
    assert session.expires_at <= timezone.now() + timedelta(minutes=60)


def test_who_may_not_or_gives_no_reason_is_refused(staff: User, organization: Organization, agent: User) -> None:
    helper = User.objects.create_user("rui@pytake.example", is_staff=True)
    colleague = make_member(organization, role="agent")
    colleague.is_staff = True
    colleague.save()
    asked, elsewhere = {"organization_id": organization.pk, "reason": REASON}, make_organization("Boreal")
    with all_organizations("the desk's own"):
        for who, whom, more, refusal in (
            (helper, agent, {}, MayNotImpersonate),
            (agent, agent, {}, MayNotImpersonate),
            (staff, colleague, {}, MayNotImpersonate),
            (staff, agent, {"reason": "   because   "}, NoReason),
            (staff, agent, {"organization_id": elsewhere.pk}, NoMembership),
        ):
            with pytest.raises(refusal):
                impersonation.begin(staff=who, user_id=whom.pk, **(asked | more))


def test_the_desk_says_why_it_refuses(desk: Client, organization: Organization, agent: User) -> None:
    where = f"/admin/accounts/organization/{organization.pk}"
    for body in ({"user": str(agent.pk), "reason": "no"}, {"user": "nobody", "reason": REASON}, {}):
        answer = desk.post(f"{where}/impersonate/", body, follow=True)
        assert answer.redirect_chain == [(f"{where}/overview/", 302)]
    assert (
        b"ten characters"
        in desk.post(f"{where}/impersonate/", {"user": str(agent.pk), "reason": "no"}, follow=True).content
    )


def test_whichever_way_it_ends_the_log_says_so_once(
    desk: Client, staff: User, organization: Organization, agent: User
) -> None:
    other = make_organization("Boreal")
    with organization_scope(other):
        services.add_member(organization=other, user=agent, role="agent")
    myself = client_of(agent, other)  # who ends them may be at work elsewhere

    def end_by_id() -> None:
        session = Session.objects.open().get(method="impersonation")
        assert myself.delete(f"/api/v1/auth/sessions/{session.pk}/").status_code == 204

    ways: list[tuple[str, Callable[[], object]]] = [
        ("revoked", end_by_id),
        ("revoked", lambda: myself.post("/api/v1/auth/sessions/revoke-others/")),
        (
            "password_changed",
            lambda: myself.post(
                f"{AUTH}password-change/", {"old_password": PASSWORD, "password": "café-às-sete-em-ponto"}
            ),
        ),
        ("deactivated", lambda: services.set_user_active(user=staff, active=False)),
    ]
    for number, (reason, end) in enumerate(ways, start=1):
        client, _ = acting(desk, organization, agent)
        end()
        assert client.get("/api/v1/auth/me/").status_code == 401, reason
        ended = [each for each in entries(organization) if each.action == "impersonation.ended"]
        assert (len(ended), ended[-1].changes["after"]["reason"]) == (number, reason)
        assert (ended[-1].actor_id, ended[-1].target_id) == (staff.pk if number == 4 else agent.pk, str(agent.pk))
        assert client.post("/api/v1/auth/logout/").status_code == 401
    assert impersonation.end_those_that_are_over() == 0
