"""The whole product in a browser: real processes, a real Chromium, and a phone on which a customer writes."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from playwright.sync_api import Browser, ConsoleMessage, Page

from apps.accounts.models import Organization, User
from apps.core.realtime import connection
from apps.whatsapp.models import Number
from tests.conftest import PASSWORD, make_member, make_organization
from tests.messaging.conftest import connect
from tests.stack import Stack, call

# Playwright keeps an event loop in the test's thread, and Django would refuse its own queries there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 375, "height": 740}
CUSTOMER = "5511987654321"


@dataclass
class Inbox:
    """The product, running, with one organization, one number and its people."""

    stack: Stack
    organization: Organization
    number: Number
    agent: User

    def customer_writes(self, text: str, *, name: str = "Maria Silva", phone: str = CUSTOMER, **more: Any) -> str:
        body = {"phone_number_id": self.number.phone_number_id, "from": phone, "name": name, "type": "text"}
        said = {"text": {"body": text}} | more
        wamid: str = call("POST", f"{self.stack.simulator}/control/inbound", body | said)["wamid"]
        return wamid

    def join(self, full_name: str, *, role: str = "agent") -> User:
        """One more person, who can sign in with PASSWORD."""
        user = make_member(self.organization, role=role, full_name=full_name)
        user.password = Argon2PasswordHasher().encode(PASSWORD, "a salt of the tests")  # what the product checks
        user.save(update_fields=["password"])
        return user


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"),
        "chromium_sandbox": False,
        "args": [
            "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
        ],
    }  # fmt: skip


@pytest.fixture
def inbox(transactional_db: None, tmp_path: Path) -> Iterator[Inbox]:
    connection().flushall()
    stack = Stack(tmp_path, DEBUG="true")
    try:
        stack.start_simulator()
        stack.start_web()
        stack.start_worker()
        call("PATCH", f"{stack.simulator}/control/switches", {"status_delay": [0.1, 0.4]})
        organization = make_organization("Padaria Aurora")
        number = connect(organization, stack, verify=True)
        running = Inbox(stack, organization, number, agent=None)  # type: ignore[arg-type]  # joins in the next line
        running.agent = running.join("Ana Souza")
        yield running
    finally:
        stack.stop()


@pytest.fixture
def open_page(browser: Browser, inbox: Inbox) -> Iterator[Callable[..., Page]]:
    """Opens pages of people of their own; whatever a page complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def complain(message: ConsoleMessage) -> None:
        # A socket or a request that a test cuts on purpose is the test's own doing; and a conversation that has just
        # become a colleague's is asked for once more, and is not there.
        gone = "404" in message.text and "/api/v1/conversations/" in message.location.get("url", "")
        if message.type == "error" and "ERR_INTERNET_DISCONNECTED" not in message.text and not gone:
            complaints.append(message.text)

    def opened(*, viewport: Any = DESKTOP, locale: str = "pt-BR", dark: bool = False) -> Page:
        context = browser.new_context(
            viewport=viewport, locale=locale, timezone_id="America/Sao_Paulo",
            color_scheme="dark" if dark else "light", permissions=["microphone"],
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == [], f"the pages complained; the processes said:\n{inbox.stack.output()}"


def sign_in(page: Page, inbox: Inbox, user: User | None = None) -> Page:
    page.goto(f"{inbox.stack.web}/app/")
    page.get_by_test_id("login-email").fill((user or inbox.agent).email)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    page.get_by_test_id("connection-state").wait_for(state="attached")
    return page
