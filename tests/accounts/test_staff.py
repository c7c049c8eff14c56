"""The support staff: how they come about, and what they may do."""

import time
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.models import AuditEntry, Membership, Organization, Session, User
from apps.accounts.services import factors
from apps.core.tenancy import organization_scope
from tests.conftest import PASSWORD, make_member, make_organization, session_of


def create_staff(**options: Any) -> str:
    out = StringIO()
    call_command("create_staff", stdout=out, **options)
    return out.getvalue()


def test_a_command_makes_the_first_staff_user_who_signs_in_at_the_desk(db: None) -> None:
    assert "/admin/" in create_staff(email="Suporte@pytake.example", name="Suporte", password=PASSWORD)
    desk = Client()
    answer = desk.post("/admin/login/", {"username": "suporte@pytake.example", "password": PASSWORD, "next": "/admin/"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert desk.get("/admin/").status_code == 200


def test_a_password_that_is_not_given_is_asked_for(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _: PASSWORD)
    create_staff(email="suporte@pytake.example")
    user = User.objects.by_email("suporte@pytake.example")
    assert user is not None
    assert (user.check_password(PASSWORD), user.is_staff, user.is_superuser) == (True, True, True)
    assert (user.full_name, user.email_verified_at is not None) == ("suporte", True), "the audit log names them"


@pytest.mark.parametrize(("email", "password"), [("ana@aurora.example", PASSWORD), ("suporte@pytake.example", "1234")])
def test_a_taken_address_and_a_weak_password_are_refused(db: None, email: str, password: str) -> None:
    User.objects.create_user("ana@aurora.example", PASSWORD)
    with pytest.raises(CommandError):
        create_staff(email=email, password=password)


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("support@pytake.example"))
    return client


def test_staff_find_people_and_lock_them_out(desk: Client, organization: Organization, agent: User) -> None:
    session_of(agent, organization)
    page = desk.get("/admin/accounts/user/", {"q": "souza"})
    assert page.content.count(b"field-email") == 1
    desk.post("/admin/accounts/user/", {"action": "lock_out", "_selected_action": [str(agent.pk)]})
    agent.refresh_from_db()
    assert not agent.is_active
    assert Session.objects.get().end_reason == "deactivated"
    desk.post("/admin/accounts/user/", {"action": "let_in", "_selected_action": [str(agent.pk)]})
    agent.refresh_from_db()
    assert agent.is_active


def test_staff_who_only_look_lock_nobody_out(db: None, agent: User) -> None:
    looker = User.objects.create_user("look@pytake.example", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_user"))
    desk = Client()
    desk.force_login(looker)
    assert b"lock_out" not in desk.get("/admin/accounts/user/").content
    desk.post("/admin/accounts/user/", {"action": "lock_out", "_selected_action": [str(agent.pk)]})
    agent.refresh_from_db()
    assert agent.is_active


def test_a_superuser_locks_an_organization(desk: Client, organization: Organization) -> None:
    def act(action: str) -> bool:
        desk.post("/admin/accounts/organization/", {"action": action, "_selected_action": [str(organization.pk)]})
        with organization_scope(organization):
            organization.refresh_from_db()
        return organization.is_active

    assert not act("deactivate")
    assert organization.deactivated_at
    assert act("activate")
    with organization_scope(organization):
        entries = AuditEntry.objects.for_organization(organization).order_by("pk").values_list("action", "actor_kind")
        assert [*entries] == [("organization.deactivated", "staff"), ("organization.activated", "staff")]


def test_a_superuser_changes_an_organization_as_its_owner_would(desk: Client, organization: Organization) -> None:
    url = f"/admin/accounts/organization/{organization.pk}/change/"
    form = {"name": "Padaria Sol", "slug": organization.slug, "timezone": "America/Recife", "language": "pt-br"}
    for bad in ({"timezone": "Mars/Olympus"}, {"name": "Padaria\u2028Sol"}):
        assert desk.post(url, form | bad).status_code == 200, "the form again"
    assert desk.post(url, form | {"is_active": ""}).status_code == 302
    with organization_scope(organization):
        now, entry = Organization.objects.get(), AuditEntry.objects.for_organization(organization).get()
    assert (now.name, now.timezone, now.is_active) == ("Padaria Sol", "America/Recife", True)
    assert (entry.action, entry.actor_kind) == ("organization.changed", "staff")
    assert entry.changes["after"] == {"name": "Padaria Sol", "timezone": "America/Recife"}


def test_the_desk_shows_members_of_all_organizations_and_no_password(desk: Client, organization: Organization) -> None:
    user = make_member(organization)
    make_member(make_organization("Boreal"))
    page = desk.get("/admin/accounts/membership/").content
    assert page.count(b"field-role") == 2
    assert b"Boreal" in page
    change = desk.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert user.email in change
    assert user.password not in change
    with organization_scope(organization):
        member = Membership.objects.for_organization(organization).get()
    assert desk.get(f"/admin/accounts/membership/{member.pk}/change/").status_code == 200
    assert desk.post(f"/admin/accounts/membership/{member.pk}/delete/").status_code == 403


@pytest.fixture
def strict(settings: Any) -> None:
    settings.ADMIN_SECOND_FACTOR, settings.SHOW_MAIL_OUTBOX = True, False


def code_of(secret: str, *, later: int = 0) -> str:
    counter = int(time.time()) // 30 + later
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def signed_in_with_password(client: Client) -> str:
    answer = client.post("/admin/login/", {"username": "suporte@pytake.example", "password": PASSWORD, "next": MAILS})
    assert answer["Location"] == MAILS
    return str(client.get(MAILS, follow=True).redirect_chain[-1][0])


MAILS = "/admin/core/mail/"


def test_staff_are_led_to_set_up_an_app_before_anything_else(db: None, strict: None) -> None:
    create_staff(email="suporte@pytake.example", password=PASSWORD)
    first = Client()
    step = signed_in_with_password(first)
    assert step == f"/admin/second-factor/?next={MAILS}"
    for closed in ("/admin/", "/mail/", "/admin/find/?q=aurora"):
        assert first.get(closed).status_code == 302
    assert first.get("/api/v1/auth/me/").status_code == 401
    page = first.get(step)
    secret = page.context["secret"]
    assert first.get(step).context["secret"] == secret
    assert b"data:image/svg+xml" in page.content
    wrong = first.post(step, {"code": "000000", "next": MAILS})
    assert wrong.context["refusal"]
    shown = code_of(secret)
    done = first.post(step, {"code": shown, "next": MAILS})
    codes = done.context["codes"]
    assert len(codes) >= 8
    assert f'href="{MAILS}"'.encode() in done.content
    assert first.get(MAILS).status_code == first.get("/mail/").status_code == 200

    second = Client()
    step = signed_in_with_password(second)
    assert secret not in second.get(step).content.decode()
    assert second.post(step, {"code": shown, "next": MAILS}).context["refusal"], "used already"
    assert second.post(step, {"code": codes[0], "next": "https://evil.example/"})["Location"] == "/admin/"
    assert second.get(MAILS).status_code == 200


def test_codes_are_not_guessed(db: None, strict: None) -> None:
    create_staff(email="suporte@pytake.example", password=PASSWORD)
    client = Client()
    step = signed_in_with_password(client)
    secret = client.get(step).context["secret"]
    client.post(step, {"code": code_of(secret, later=-1)})
    other = Client()
    step = signed_in_with_password(other)
    refusals = [other.post(step, {"code": "000000"}).context["refusal"] for _ in range(7)]
    assert refusals[-1] != refusals[0]
    assert other.post(step, {"code": code_of(secret)}).status_code == 200, "waits, however right it is"
    assert other.get(MAILS).status_code == 302


def test_a_password_alone_adds_no_app_beside_a_passkey(db: None, strict: None, monkeypatch: pytest.MonkeyPatch) -> None:
    create_staff(email="suporte@pytake.example", password=PASSWORD)
    monkeypatch.setattr(factors, "methods_of", lambda _: ["webauthn"])
    client = Client()
    step = signed_in_with_password(client)
    page = client.get(step)
    assert b"passkey" in page.content
    assert "secret" not in page.context
    client.post(step, {"code": "000000"})
    assert client.get(MAILS).status_code == 302


def test_passwords_are_not_guessed_at_the_desk_either(db: None) -> None:
    email = f"{uuid4()}@pytake.example"  # failures are remembered for a day
    create_staff(email=email, password=PASSWORD)
    client = Client(REMOTE_ADDR="198.51.100.77")
    for _ in range(10):
        client.post("/admin/login/", {"username": email, "password": "wrong"})
    right = client.post("/admin/login/", {"username": email, "password": PASSWORD})
    assert right.status_code == 200, "the form again"


def test_nobody_else_reaches_the_second_step(client: Client, agent: User, strict: None) -> None:
    client.force_login(agent)
    assert client.get("/admin/second-factor/").status_code == 302
