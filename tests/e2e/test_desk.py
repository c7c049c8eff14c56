"""The support desk in a browser, and every page under its content security policy, which nothing trips."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import Argon2PasswordHasher
from playwright.sync_api import Browser, Page, expect

from apps.accounts.models import User
from tests.conftest import PASSWORD, commits
from tests.core.samples import Samples
from tests.e2e.conftest import DESKTOP
from tests.stack import Stack

STAFF = "sofia@pytake.example"


@pytest.fixture
def stack(transactional_db: None, tmp_path: Path) -> Iterator[Stack]:
    running = Stack(tmp_path, DEBUG="true", ADMIN_SECOND_FACTOR="true")
    try:
        running.start_web()
        yield running
    finally:
        running.stop()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Whatever the page complains of fails the test."""
    complaints: list[str] = []
    context = browser.new_context(viewport=DESKTOP, locale="en-US")
    page = context.new_page()
    page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    yield page
    context.close()
    assert complaints == [], stack.output()


@commits
def test_staff_do_their_work_at_the_desk(page: Page, stack: Stack) -> None:
    samples = Samples("Padaria Aurora")
    samples.everything()
    staff = User.objects.create_superuser(STAFF, full_name="Sofia Prado")
    staff.password = Argon2PasswordHasher().encode(PASSWORD, "a salt of the tests")
    staff.save()

    page.goto(f"{stack.web}/admin/")
    page.get_by_label("E-mail").or_(page.locator("[name=username]")).first.fill(STAFF)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    secret = page.locator("code").inner_text()
    shot(page, "set-up")
    page.get_by_label("Code").fill(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Go on").click()
    shot(page, "codes")
    page.get_by_role("link", name="I have kept them").click()

    expect(page.get_by_text("What WhatsApp told")).to_be_visible()
    shot(page, "index")
    page.get_by_label("Find anything").fill("aurora")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("At most")).to_be_visible()
    shot(page, "find")
    page.get_by_role("link", name="Padaria Aurora").first.click()
    expect(page.get_by_text("Plan and use")).to_be_visible()
    shot(page, "organization")
    page.get_by_label("Reason").fill("Ticket 4711: the inbox stays empty")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_test_id("impersonation")).to_contain_text("Sofia Prado")
    assert "#" not in page.url, "the code stays in no address"
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "online")
    page.wait_for_load_state("networkidle")
    shot(page, "acting")
    page.get_by_test_id("impersonation").get_by_role("button").click()
    expect(page.get_by_text("What WhatsApp told")).to_be_visible()

    for path in (
        "/admin/contacts/contact/", "/admin/whatsapp/number/", "/admin/accounts/auditentry/", "/admin/core/mail/",
        f"/admin/accounts/user/{samples.owner.pk}/change/", "/admin/django_celery_beat/periodictask/add/",
        "/admin/django_celery_beat/crontabschedule/", "/mail/",
    ):  # fmt: skip
        answer = page.goto(f"{stack.web}{path}")
        assert answer is not None
        assert answer.status == 200, path
        shot(page, path.strip("/").replace("/", "-"))
    page.goto(f"{stack.web}/admin/accounts/user/")
    page.get_by_role("button", name="Filters").or_(page.get_by_text("Filters")).first.click()  # Alpine works
    shot(page, "filters")


@commits
def test_the_apis_pages_show_themselves_whole(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.web}/api/docs/")
    expect(page.locator(".opblock").first).to_be_visible(timeout=30_000)
    shot(page, "swagger")
    page.goto(f"{stack.web}/api/redoc/")
    expect(page.locator(".menu-content")).to_be_visible(timeout=30_000)
    shot(page, "redoc")


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("DESK_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")
