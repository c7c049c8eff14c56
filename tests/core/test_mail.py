"""Mails wait in the outbox until a server takes them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Organization, User
from apps.core import mail, wake
from apps.core.models import Mail
from apps.core.tenancy import all_organizations, organization_scope
from tests.conftest import commits, in_parallel, make_organization

LINK = "https://pytake.example/app/invite/?code=1&for=ana"


@pytest.fixture
def a_server(settings: Any) -> None:
    settings.SMTP_HOST = "smtp.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def put(to: str = "ana@aurora.example", text: str = LINK) -> None:
    with all_organizations("somebody is invited"):
        mail.put(to=to, subject="Bem-vinda", text=text)


def only() -> Mail:
    [only] = mail.newest(10)
    return only


def test_a_tenants_scope_may_write_mails_and_read_none(organization: Organization) -> None:
    with organization_scope(organization):
        mail.put(to="ana@aurora.example", subject="Oi", text="Oi")
        assert not Mail.objects.exists()
    assert only().to == "ana@aurora.example"


@commits
def test_a_mail_of_what_rolled_back_is_not_sent(a_server: None) -> None:
    def put_and_fail() -> None:
        with organization_scope(organization):
            mail.put(to="ana@aurora.example", subject="Oi", text="Oi")
            raise RuntimeError

    organization = make_organization()
    with pytest.raises(RuntimeError):
        put_and_fail()
    assert (mail.newest(10), django_mail.outbox) == ([], [])


@commits
def test_without_a_server_mails_wait_and_with_one_they_go(settings: Any) -> None:
    put()
    assert only().sent_at is None
    settings.SMTP_HOST = "smtp.example"
    wake.run("core.send_mail")
    assert [(each.to, each.subject, each.body) for each in django_mail.outbox] == [
        (["ana@aurora.example"], "Bem-vinda", LINK)
    ]
    assert only().sent_at
    wake.run("core.send_mail")
    assert len(django_mail.outbox) == 1


@commits
def test_four_workers_send_each_mail_once(settings: Any) -> None:
    for number in range(12):
        put(to=f"{number}@aurora.example")
    settings.SMTP_HOST = "smtp.example"
    in_parallel(lambda _: wake.run("core.send_mail"), times=4)
    assert sorted(each.to[0] for each in django_mail.outbox) == sorted(f"{n}@aurora.example" for n in range(12))


@commits
def test_a_mail_that_fails_is_tried_again_later_and_holds_up_no_other(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(to="full@aurora.example")
    put(to="ana@aurora.example")
    settings.SMTP_HOST = "smtp.example"
    sent: list[str] = []

    def send(message: Any) -> None:
        if message.to == ["full@aurora.example"]:
            raise ConnectionResetError("mailbox full")
        sent.append(message.to[0])

    monkeypatch.setattr("apps.core.mail.EmailMessage.send", send)
    wake.run("core.send_mail")
    wake.run("core.send_mail")
    assert sent == ["ana@aurora.example"]
    full = mail.newest(10)[1]
    assert (full.attempts, full.sent_at, full.error) == (1, None, "ConnectionResetError: mailbox full")
    assert full.next_attempt_at > timezone.now() + timedelta(minutes=1)
    for _ in range(9):
        with all_organizations("time goes by"):
            Mail.objects.update(next_attempt_at=timezone.now())
        wake.run("core.send_mail")
    assert mail.newest(10)[1].attempts == mail.ATTEMPTS


def test_the_outbox_shows_mails_with_links_that_open_and_nothing_that_runs(client: Client, db: None) -> None:
    put(text=f"Clique: {LINK}\n<script>alert(1)</script>")
    page = client.get("/mail/")
    html = page.content.decode()
    assert page.status_code == 200
    assert f'href="{LINK.replace("&", "&amp;")}"' in html
    assert "<script>" not in html
    assert "no-store" in page["Cache-Control"]


def test_the_outbox_is_for_staff_where_it_is_not_for_everybody(client: Client, agent: User, settings: Any) -> None:
    settings.SHOW_MAIL_OUTBOX = False
    assert client.get("/mail/")["Location"] == "/admin/login/?next=/mail/"
    client.force_login(agent)
    assert client.get("/mail/").status_code == 403
    put(text="Entre: https://pytake.example/app/join?token=s3cret-1\nhttps://pytake.example/app/x#s3cret-2\nTchau")
    client.force_login(User.objects.create_superuser("support@pytake.example"))
    opened = client.get(f"/admin/core/mail/{only().pk}/change/")
    for page in (client.get("/mail/"), opened):
        assert page.status_code == 200
        assert b"/app/join?" in page.content
        assert b"Tchau" in page.content
        assert b"s3cret" not in page.content
    asked = client.get("/admin/core/mail/?text__contains=token%3Ds3cret-1")
    assert asked.status_code in (302, 400), "what a text contains isn't asked either"


def test_a_subject_is_one_line_of_a_length_that_fits(organization: Organization) -> None:
    with organization_scope(organization):
        mail.put(to="ana@aurora.example", subject=f"Oi\r\nBcc: eve@evil.example\u2028\x07 {'a' * 300}", text="Oi")
    assert only().subject.startswith("Oi Bcc: eve@evil.example aaa")
    assert len(only().subject) == 200
