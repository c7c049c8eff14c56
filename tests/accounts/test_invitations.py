"""Asking somebody to join, and joining."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.models import CustomRole, Department, DepartmentMember, Invitation, Organization, Session, User
from apps.accounts.services import invitations
from apps.core import mail
from apps.core.errors import DomainError
from apps.core.tenancy import all_organizations, organization_scope
from tests.accounts.people import API, audited, mailed_token, member_of, refused
from tests.conftest import (
    PASSWORD,
    access_of,
    client_of,
    commits,
    in_parallel,
    make,
    make_member,
    make_organization,
)
from tests.core.schema import DocumentedClient

URL = f"{API}invitations/"
CAIO = "caio@aurora.example"
ANSWERS = {"full_name": "Caio Dias", "password": PASSWORD}


@pytest.fixture
def anybody(db: None) -> DocumentedClient:
    return DocumentedClient()


def accept(client: DocumentedClient, **values: Any) -> Any:
    return client.post(f"{URL}accept/", {"token": mailed_token(CAIO)} | values)


def change(organization: Organization, **values: Any) -> None:
    with organization_scope(organization):
        Invitation.objects.for_organization(organization).update(**values)


def test_a_new_person_is_invited_and_joins_with_role_and_departments(
    owners_api: DocumentedClient, anybody: DocumentedClient, organization: Organization
) -> None:
    department = make(Department, organization, name="Vendas", slug="vendas")
    role = make(CustomRole, organization, name="Caixa", permissions=["contacts.view"])
    sent = owners_api.post(
        URL, {"email": "Caio@Aurora.example", "custom_role_id": role.pk, "department_ids": [department.pk]}
    )
    assert (sent.status_code, sent.json()["email"], sent.json()["state"]) == (201, CAIO, "waiting")
    assert "convidou" in mail.newest(1)[0].subject, "in the organization's language"
    seen = anybody.post(f"{URL}look/", {"token": mailed_token(CAIO)}).json()
    assert (seen["organization_name"], seen["email"], seen["needs_password"]) == ("Padaria Aurora", CAIO, True)
    assert refused(accept(anybody, full_name="Caio Dias")) == (400, "invalid")
    assert refused(accept(anybody, full_name="Caio Dias", password="12345678")) == (400, "password_too_weak")
    joined = accept(anybody, **ANSWERS)
    assert joined.status_code == 200
    user = User.objects.get(email=CAIO)
    assert user.email_verified_at is None, "a colleague could have copied the link"
    member = member_of(user, organization)
    assert member is not None
    assert member.custom_role == role
    with organization_scope(organization):
        assert DepartmentMember.objects.for_organization(organization).get().membership_id == member.pk
    assert accounts.login(email=CAIO, password=PASSWORD, client=accounts.Client())["access"]
    verify = mail.newest(1)[0]
    assert (verify.to, "/app/verify-email?token=" in verify.text) == (CAIO, True)
    assert refused(accept(anybody, **ANSWERS)) == (409, "invitation_used")
    assert audited(organization) == ["invitations.sent", "invitations.accepted", "members.joined"]
    assert owners_api.get(URL).json()["results"][0]["state"] == "accepted"


def test_a_known_address_is_invited_like_an_unknown_one_and_joins_signed_in(
    owners_api: DocumentedClient, anybody: DocumentedClient, organization: Organization
) -> None:
    boreal = make_organization("Boreal")
    caio = make_member(boreal, email=CAIO)
    known, unknown = (owners_api.post(URL, {"email": email}) for email in (CAIO, "new@aurora.example"))
    assert known.status_code == unknown.status_code == 201
    passing = {"id", "email", "created_at", "sent_at", "expires_at"}
    assert {k: v for k, v in known.json().items() if k not in passing} == {
        k: v for k, v in unknown.json().items() if k not in passing
    }
    mails = {each.to: each for each in mail.newest(2)}
    assert mails[CAIO].subject == mails["new@aurora.example"].subject
    assert not anybody.post(f"{URL}look/", {"token": mailed_token(CAIO)}).json()["needs_password"]
    assert refused(accept(anybody, **ANSWERS)) == (409, "sign_in_first")
    assert refused(accept(owners_api)) == (403, "not_your_invitation")
    api = client_of(caio, boreal)
    assert accept(api).json()["organization_id"] == str(organization.pk)
    assert caio.check_password(PASSWORD)
    assert member_of(caio, organization)


def test_who_belongs_nowhere_any_more_joins_with_their_password(
    owners_api: DocumentedClient, anybody: DocumentedClient, organization: Organization
) -> None:
    caio = make_member(organization, email=CAIO)
    assert owners_api.delete(f"{API}users/{caio.pk}/").status_code == 204
    sign_in = {"email": CAIO, "password": PASSWORD}
    assert refused(anybody.post(f"{API}auth/login/", sign_in)) == (403, "no_membership")
    assert owners_api.post(URL, {"email": CAIO}).status_code == 201
    assert refused(accept(anybody, full_name="Another", password="somebody elses")) == (401, "wrong_credentials")
    assert member_of(caio, organization) is None
    joined = accept(anybody, password=PASSWORD)
    assert joined.json()["user_id"] == str(caio.pk)
    assert "access" not in joined.json(), "they sign in, with whatever else that asks for"
    assert anybody.post(f"{API}auth/login/", sign_in).status_code == 200


def test_only_who_works_here_is_told_so(owners_api: DocumentedClient, organization: Organization, agent: User) -> None:
    assert refused(owners_api.post(URL, {"email": agent.email.upper()})) == (409, "already_member")
    accounts.set_member_active(organization_id=organization.pk, user_id=agent.pk, active=False)
    assert owners_api.post(URL, {"email": agent.email}).status_code == 201
    assert refused(owners_api.post(URL, {"email": agent.email})) == (409, "invitation_waiting")


def test_links_end_by_time_by_being_sent_again_and_by_being_taken_back(
    owners_api: DocumentedClient, anybody: DocumentedClient, organization: Organization
) -> None:
    url = f"{URL}{owners_api.post(URL, {'email': CAIO}).json()['id']}/"
    first = mailed_token(CAIO)
    assert owners_api.get(f"{url}link/").json()["link"].endswith(first)
    change(organization, expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(accept(anybody, **ANSWERS)) == (409, "invitation_expired")
    assert owners_api.get(url).json()["state"] == "expired"
    assert owners_api.post(f"{url}resend/").json()["state"] == "waiting"
    assert refused(accept(anybody, **ANSWERS, token=first)) == (404, "no_such_invitation")
    assert owners_api.delete(url).status_code == 204
    assert refused(accept(anybody, **ANSWERS)) == (404, "no_such_invitation")
    for answer in (owners_api.delete(url), owners_api.post(f"{url}resend/"), owners_api.get(f"{url}link/")):
        assert refused(answer) == (409, "invitation_not_waiting")
    assert audited(organization) == [
        "invitations.sent", "invitations.link_revealed", "invitations.resent", "invitations.revoked"
    ]  # fmt: skip


def test_an_expired_invitation_stands_in_nobodys_way(owners_api: DocumentedClient, organization: Organization) -> None:
    owners_api.post(URL, {"email": CAIO})
    change(organization, expires_at=timezone.now() - timedelta(seconds=1))
    assert owners_api.post(URL, {"email": CAIO}).status_code == 201
    assert [row["state"] for row in owners_api.get(URL).json()["results"]] == ["waiting", "revoked"]


def test_nobody_invites_somebody_to_more_than_they_have_nor_reads_such_a_link(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    admins_api = client_of(make_member(organization, role="admin"), organization)
    more = make(CustomRole, organization, name="Chefe", permissions=["organization.own"])
    for place in ({"role": "owner"}, {"custom_role_id": more.pk}):
        assert refused(admins_api.post(URL, {"email": CAIO} | place)) == (403, "may_not_grant")
    url = f"{URL}{owners_api.post(URL, {'email': CAIO, 'role': 'owner'}).json()['id']}/"
    # Whoever holds the link makes the account: an admin would be an owner with it.
    for answer in (admins_api.get(f"{url}link/"), admins_api.post(f"{url}resend/"), admins_api.delete(url)):
        assert refused(answer) == (403, "may_not_grant")
    assert owners_api.get(f"{url}link/").status_code == 200


def test_links_that_somebody_may_have_copied_end_when_they_are_let_out(
    owners_api: DocumentedClient, anybody: DocumentedClient, organization: Organization
) -> None:
    admin = make_member(organization, role="admin")
    client_of(admin, organization).post(URL, {"email": CAIO})
    assert owners_api.post(f"{API}users/{admin.pk}/deactivate/").status_code == 200
    assert refused(accept(anybody, **ANSWERS)) == (404, "no_such_invitation")


def test_an_invitation_counts_as_one_of_the_plans_agents(
    owners_api: DocumentedClient, anybody: DocumentedClient, organization: Organization
) -> None:
    with all_organizations("the plan is the installation's business"):
        Organization.objects.filter(pk=organization.pk).update(limits={"agents": 2})
    assert owners_api.post(URL, {"email": CAIO}).status_code == 201
    assert owners_api.post(URL, {"email": "dora@aurora.example"}).status_code == 402
    assert accept(anybody, **ANSWERS).status_code == 200, "it has its place already"


@commits
def test_of_many_who_accept_one_invitation_at_once_one_joins() -> None:
    organization = make_organization()
    owner = access_of(make_member(organization, role="owner"), organization)
    with organization_scope(organization):
        invitations.invite(by=owner, email=CAIO)
    token = mailed_token(CAIO)

    def join(number: int) -> str:
        try:
            invitations.accept(token=token, full_name=f"Caio {number}", password=PASSWORD)
        except DomainError as error:
            return type(error).__name__
        return "joined"

    assert sorted(in_parallel(join, times=4)) == ["InvitationUsed"] * 3 + ["joined"]
    assert User.objects.filter(email=CAIO).count() == 1


@commits
def test_of_many_who_invite_one_address_at_once_one_does() -> None:
    organization = make_organization()
    owner = access_of(make_member(organization, role="owner"), organization)

    def invite(_: int) -> str:
        try:
            with organization_scope(organization):
                invitations.invite(by=owner, email=CAIO)
        except DomainError as error:
            return type(error).__name__
        return "sent"

    assert sorted(in_parallel(invite, times=4)) == ["InvitationWaiting"] * 3 + ["sent"]


def test_only_the_person_themselves_signed_in_for_good_accepts(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    boreal = make_organization("Boreal")
    caio = make_member(boreal, email=CAIO, role="owner")
    owners_api.post(URL, {"email": CAIO})
    api, program = client_of(caio, boreal), DocumentedClient()
    key = api.post(f"{API}api-keys/", {"name": "x", "scopes": ["contacts.view"]}).json()["key"]
    program.credentials(HTTP_X_API_KEY=key)
    assert refused(accept(program)) == (403, "forbidden")
    mine = Session.objects.filter(user=caio)
    for passed_on in ({"only_organization_id": boreal.pk}, {"impersonator": make_member(organization)}):
        mine.update(**{"only_organization_id": None, "impersonator": None} | passed_on)
        assert refused(accept(api)) == (403, "forbidden")
    assert member_of(caio, organization) is None
    mine.update(only_organization_id=None, impersonator=None)
    assert accept(api).status_code == 200
