"""A customer writes, an agent sees it at once and answers, the customer gets the answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import commits
from tests.e2e.conftest import PHONE, Inbox, sign_in

pytestmark = [commits, pytest.mark.timeout(180)]
Open = Callable[..., Page]


def write_on_the_phone(phone: Page, text: str) -> None:
    phone.get_by_test_id("phone-composer").fill(text)
    phone.get_by_test_id("phone-send").click()


def test_oi_and_the_answer_with_its_ticks(inbox: Inbox, open_page: Open) -> None:
    agent, phone = sign_in(open_page(), inbox), open_page()
    phone.goto(inbox.stack.simulator)
    phone.get_by_test_id("customer").first.click()
    write_on_the_phone(phone, "Oi")
    # The inbox shows it without being reloaded.
    item = agent.get_by_test_id("conversation-item").first
    expect(item).to_contain_text("Oi", timeout=10_000)
    item.click()
    expect(agent.get_by_test_id("message").last).to_contain_text("Oi")
    agent.get_by_test_id("composer-input").fill("Olá! Em que posso ajudar?")
    agent.get_by_test_id("composer-input").press("Enter")
    answer = phone.locator('[data-testid="phone-message"]', has_text="Em que posso ajudar?")
    expect(answer).to_be_visible(timeout=10_000)
    sent = agent.locator('[data-testid="message"][data-direction="outbound"]')
    expect(sent).to_have_count(1)
    expect(sent).to_have_attribute("data-status", "read", timeout=15_000)
    # And the customer sees that the agent read.
    expect(phone.locator('[data-testid="phone-message"]', has_text="Oi").first).to_have_attribute("data-status", "read")


def test_what_was_missed_while_offline_is_caught_up(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("primeira")
    agent = sign_in(open_page(), inbox)
    agent.get_by_test_id("conversation-item").first.click()
    expect(agent.get_by_test_id("message").last).to_contain_text("primeira")
    agent.context.set_offline(True)
    for n in range(3):
        inbox.customer_writes(f"enquanto isso {n}")
    agent.wait_for_timeout(1_500)
    agent.context.set_offline(False)
    for n in range(3):
        expect(agent.get_by_test_id("message").filter(has_text=f"enquanto isso {n}")).to_have_count(1, timeout=20_000)


def test_a_colleague_sees_who_types_and_what_is_assigned(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("Oi")
    ana, bruno = sign_in(open_page(), inbox), sign_in(open_page(), inbox, inbox.join("Bruno Lima"))
    for page in (ana, bruno):
        page.get_by_test_id("conversation-item").first.click()
        expect(page.get_by_test_id("message").first).to_be_visible()
    bruno.get_by_test_id("composer-input").press_sequentially("Um momento", delay=40)
    # In the list and in the thread.
    expect(ana.get_by_text("Bruno Lima está escrevendo")).to_have_count(2, timeout=10_000)


def test_the_inbox_at_375_pixels(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("Cabe no celular?")
    agent = sign_in(open_page(viewport=PHONE), inbox)
    agent.get_by_test_id("conversation-item").first.click()
    agent.get_by_test_id("composer-input").fill("Cabe sim")
    agent.get_by_test_id("composer-send").click()
    expect(agent.get_by_test_id("message").last).to_contain_text("Cabe sim")
    width = agent.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "the page scrolls sideways"


def test_unsent_text_is_kept_and_a_failure_is_explained(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("Oi", name="Sem WhatsApp", phone="5511987650026")
    agent = sign_in(open_page(), inbox)
    agent.get_by_test_id("conversation-item").first.click()
    agent.get_by_test_id("composer-input").fill("ainda não enviado")
    agent.wait_for_timeout(1_000)
    agent.reload()
    agent.get_by_test_id("conversation-item").first.click()
    expect(agent.get_by_test_id("composer-input")).to_have_value("ainda não enviado")
    agent.get_by_test_id("composer-input").press("Enter")
    failed = agent.locator('[data-testid="message"][data-direction="outbound"]')
    expect(failed).to_have_attribute("data-status", "failed", timeout=15_000)
    expect(agent.get_by_text("Tentar de novo").or_(agent.get_by_text("Reenviar")).first).to_be_visible()


def test_english_and_dark(inbox: Inbox, open_page: Open) -> None:
    page = open_page(locale="en-US", dark=True)
    page.goto(f"{inbox.stack.web}/app/")
    expect(page.get_by_test_id("login-submit")).to_have_text("Sign in")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
