"""The bell of a page that is open: what concerns one is there within a second, and read in every tab."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.core.tenancy import organization_scope
from apps.messaging.models import Conversation
from apps.notifications.models import Notice
from apps.notifications.services import notify
from tests.conftest import commits
from tests.e2e.conftest import Inbox, sign_in

pytestmark = [commits, pytest.mark.timeout(240)]
Open = Callable[..., Page]
SLOW = 30_000
WATCH_THE_BELL = """() => new MutationObserver((_, observer) => {
  if (document.querySelector('[data-testid="bell-count"]') === null) return;
  window.bellRangAt = Date.now();
  observer.disconnect();
}).observe(document.body, { childList: true, subtree: true })"""


def test_who_is_given_a_conversation_hears_the_bell_at_once(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("Preciso de ajuda")
    supervisor = sign_in(open_page(), inbox, inbox.join("Bruno Lima", role="supervisor"))
    agent = sign_in(open_page(), inbox)
    agent.get_by_role("link", name="Configurações").click()
    second = agent.context.new_page()
    second.goto(f"{inbox.stack.web}/app/notices")
    expect(second.get_by_text("Nenhuma notificação por aqui.")).to_be_visible(timeout=SLOW)
    expect(second.get_by_test_id("connection-state")).to_have_attribute("data-state", "online", timeout=SLOW)
    expect(agent.get_by_test_id("connection-state")).to_have_attribute("data-state", "online", timeout=SLOW)

    supervisor.get_by_test_id("conversation-item").first.click()
    supervisor.get_by_role("button", name="Atribuir").click()
    choice = supervisor.get_by_role("menuitem", name="Ana Souza")
    choice.wait_for()
    agent.evaluate(WATCH_THE_BELL)
    choice.click()
    agent.get_by_test_id("bell-count").wait_for(timeout=SLOW)
    with organization_scope(inbox.organization):
        told = Notice.objects.in_scope().get().created_at.timestamp()
    assert agent.evaluate("window.bellRangAt") / 1000 - told <= 1, "the bell was late"
    expect(agent.get_by_test_id("bell-count")).to_have_text("1")
    expect(second.get_by_test_id("notice")).to_contain_text("Maria Silva está esperando por você.")

    agent.keyboard.press("b")
    expect(agent.get_by_test_id("notice")).to_contain_text("Nova conversa para você", timeout=SLOW)
    agent.keyboard.press("ArrowDown")
    agent.keyboard.press("Enter")
    expect(agent.get_by_test_id("message").first).to_contain_text("Preciso de ajuda", timeout=SLOW)
    expect(agent.get_by_test_id("bell-count")).to_have_count(0)
    expect(second.get_by_test_id("bell-count")).to_have_count(0, timeout=SLOW)
    second.get_by_role("button", name="Excluir: Nova conversa para você").click()
    expect(second.get_by_text("Nenhuma notificação por aqui.")).to_be_visible(timeout=SLOW)

    # What is urgent shows on whatever page is open, and leads there, too.
    agent.get_by_role("link", name="Configurações").click()
    with organization_scope(inbox.organization):
        conversation = Conversation.objects.in_scope().get()
        values = {"contact": "Maria Silva", "due": "18:00", "conversation_id": conversation.pk}
        notify(
            organization_id=inbox.organization.pk, kind="sla_warning", user_ids=[inbox.agent.pk], occasion="once",
            values=values,
        )  # fmt: skip
    agent.get_by_role("alert").get_by_text("Maria Silva espera resposta até 18:00.").click(timeout=SLOW)
    expect(agent.get_by_test_id("message").first).to_contain_text("Preciso de ajuda", timeout=SLOW)
