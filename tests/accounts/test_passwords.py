"""A person sets their password and their address themselves: by the old password, or by a link in a mail."""

import re
import time
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest

from apps.accounts.api.examples import sign_in as examples
from apps.accounts.models import AuditEntry, Organization, User
from apps.core import mail
from apps.core.tenancy import organization_scope
from tests.conftest import PASSWORD, commits, in_parallel, make_member, make_organization, session_of
from tests.core.schema import DocumentedClient

AUTH, NEW = "/api/v1/auth/", "café-com-leite-às-sete"


@pytest.fixture
def anybody(db: None) -> DocumentedClient:
    return DocumentedClient()


@pytest.fixture(autouse=True)
def _nobody_asked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.accounts.services.passwords.may_mail", lambda email: True)
    monkeypatch.setattr("apps.accounts.services.emails.may_mail", lambda email: True)


def link_in(page: str) -> str:
    """The token of the newest link to this page."""
    texts = [each.text for each in mail.newest(10) if f"/app/{page}?token=" in each.text]
    return unquote(re.findall(r"token=(\S+)", texts[0])[0])


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).removeprefix("/problems/")


def login(user: User, password: str) -> int:
    return DocumentedClient().post(f"{AUTH}login/", {"email": user.email, "password": password}).status_code


def bearer(session: dict[str, Any]) -> DocumentedClient:
    client = DocumentedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {session['access']}")
    return client


def actions(organization: Organization) -> list[str]:
    with organization_scope(organization):
        entries = AuditEntry.objects.for_organization(organization).filter(target_kind="user").order_by("pk")
        return [each.action for each in entries]


def test_a_forgotten_password_is_set_anew_by_a_link_that_is_good_once(
    anybody: DocumentedClient, agent: User, organization: Organization
) -> None:
    before = session_of(agent, organization)
    asked = anybody.post(f"{AUTH}password-reset/", {"email": agent.email.upper()})
    unknown = anybody.post(f"{AUTH}password-reset/", {"email": "nobody@aurora.example"})
    assert (asked.status_code, asked.content) == (unknown.status_code, unknown.content) == (202, b"")
    assert [each.to for each in mail.newest(10)] == [agent.email]
    token = link_in("reset-password")
    weak = anybody.post(f"{AUTH}password-reset/confirm/", {"token": token, "password": "12345678"})
    assert problem(weak) == (400, "password-too-weak")
    assert anybody.post(f"{AUTH}password-reset/confirm/", {"token": token, "password": NEW}).status_code == 204
    again = anybody.post(f"{AUTH}password-reset/confirm/", {"token": token, "password": NEW + "!"})
    assert problem(again) == (400, "link-not-valid")
    assert (login(agent, PASSWORD), login(agent, NEW)) == (401, 200)
    assert bearer(before).get(f"{AUTH}me/").status_code == 401, "whoever was signed in is out"
    agent.refresh_from_db()
    assert None not in (agent.password_changed_at, agent.email_verified_at)
    assert actions(organization) == ["password.reset"]


def test_a_link_is_good_for_two_hours_and_for_its_own_page(
    anybody: DocumentedClient, api: DocumentedClient, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    anybody.post(f"{AUTH}password-reset/", {"email": agent.email})
    token = link_in("reset-password")
    assert problem(api.post(f"{AUTH}verify-email/", {"token": token})) == (400, "link-not-valid")
    body = {"token": token, "password": NEW}
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 7201)
    assert problem(anybody.post(f"{AUTH}password-reset/confirm/", body)) == (400, "link-not-valid")
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 7100)
    assert anybody.post(f"{AUTH}password-reset/confirm/", body).status_code == 204


@commits
def test_of_eight_who_follow_one_link_at_once_one_sets_the_password() -> None:
    agent = make_member(make_organization())
    DocumentedClient().post(f"{AUTH}password-reset/", {"email": agent.email})
    token = link_in("reset-password")

    def follow(number: int) -> int:
        body = {"token": token, "password": f"{NEW}-{number}"}
        return DocumentedClient().post(f"{AUTH}password-reset/confirm/", body).status_code

    assert sorted(in_parallel(follow, times=8)) == [204] + [400] * 7


def test_whoever_follows_the_link_may_sign_in_there_however_many_have_guessed(
    anybody: DocumentedClient, agent: User
) -> None:
    assert [login(agent, "guess") for _ in range(9)] == [401] * 8 + [429]
    anybody.post(f"{AUTH}password-reset/", {"email": agent.email})
    anybody.post(f"{AUTH}password-reset/confirm/", {"token": link_in("reset-password"), "password": NEW})
    assert login(agent, NEW) == 200


def test_a_mailbox_is_not_filled_by_strangers(
    anybody: DocumentedClient, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    name = f"{uuid4()}@aurora.example"
    User.objects.filter(pk=agent.pk).update(email=name)
    answers = [anybody.post(f"{AUTH}password-reset/", {"email": name}).status_code for _ in range(5)]
    assert answers == [202] * 5
    assert len(mail.newest(10)) == 3


def test_changing_the_password_needs_the_old_one_and_ends_the_other_sign_ins(
    agent: User, organization: Organization
) -> None:
    here, elsewhere = bearer(session_of(agent, organization)), bearer(session_of(agent, organization))
    wrong = here.post(f"{AUTH}password-change/", {"old_password": "wrong", "password": NEW})
    assert problem(wrong) == (403, "wrong-password")
    assert [each["field"] for each in wrong.json()["errors"]] == ["old_password"]
    assert here.post(f"{AUTH}password-change/", {"old_password": PASSWORD, "password": NEW}).status_code == 204
    assert (here.get(f"{AUTH}me/").status_code, elsewhere.get(f"{AUTH}me/").status_code) == (200, 401)
    assert (login(agent, PASSWORD), login(agent, NEW)) == (401, 200)
    assert actions(organization) == ["password.changed"]
    [told] = mail.newest(10)
    assert (told.to, told.subject) == (agent.email, "Sua senha do PyTake foi alterada")


def test_a_stolen_token_guesses_no_password(api: DocumentedClient) -> None:
    body = {"old_password": "guess", "password": NEW}
    statuses = [api.post(f"{AUTH}password-change/", body).status_code for _ in range(10)]
    assert statuses == [403] * 8 + [429] * 2


def test_whoever_registers_verifies_their_address_by_the_first_mail(anybody: DocumentedClient) -> None:
    session = anybody.post(f"{AUTH}register/", examples.REGISTRATION).json()
    assert session["user"]["email_verified"] is False
    token, me = link_in("verify-email"), bearer(session)
    assert [me.post(f"{AUTH}verify-email/", {"token": token}).status_code for _ in range(2)] == [204, 204]
    assert me.get(f"{AUTH}me/").json()["email_verified"] is True
    assert me.post(f"{AUTH}verify-email/resend/").status_code == 202
    assert len(mail.newest(10)) == 1, "nothing is left to verify"


def test_a_new_address_takes_effect_when_its_link_is_followed_and_the_old_one_is_told(
    api: DocumentedClient, agent: User, organization: Organization
) -> None:
    old, new = agent.email, "ana.souza@aurora.example"
    wrong = api.post(f"{AUTH}email-change/", {"email": new, "password": "wrong"})
    assert problem(wrong) == (403, "wrong-password")
    assert api.post(f"{AUTH}email-change/", {"email": new.upper(), "password": PASSWORD}).status_code == 202
    assert api.get(f"{AUTH}me/").json()["email"] == old
    assert [each.to for each in mail.newest(10)] == [new]
    token = link_in("verify-email")
    assert api.post(f"{AUTH}verify-email/", {"token": token}).status_code == 204
    me = api.get(f"{AUTH}me/").json()
    assert (me["email"], me["email_verified"]) == (new, True)
    told = mail.newest(10)[0]
    assert (told.to, new in told.text) == (old, True)
    assert problem(api.post(f"{AUTH}verify-email/", {"token": token})) == (400, "link-not-valid")
    assert actions(organization) == ["email.changed"]


def test_an_address_that_is_taken_answers_as_a_free_one_and_gets_no_mail(
    api: DocumentedClient, organization: Organization
) -> None:
    taken = make_member(organization)
    answer = api.post(f"{AUTH}email-change/", {"email": taken.email, "password": PASSWORD})
    assert (answer.status_code, answer.content, mail.newest(10)) == (202, b"", [])
    api.post(f"{AUTH}email-change/", {"email": "soon@aurora.example", "password": PASSWORD})
    make_member(organization, email="soon@aurora.example")
    late = api.post(f"{AUTH}verify-email/", {"token": link_in("verify-email")})
    assert problem(late) == (409, "email-taken")
