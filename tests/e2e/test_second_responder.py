"""A chat that another responder has: the inbox says so, takes it, passes it; and merged contacts are followed."""

import os

import pytest
from playwright.sync_api import Page, expect

from apps.contacts import services as contacts
from apps.core.tenancy import organization_scope
from apps.messaging.models import Conversation
from tests.conftest import commits
from tests.e2e.conftest import CUSTOMER, Inbox, sign_in
from tests.e2e.test_inbox import SLOW, Open, open_first
from tests.stack import call

pytestmark = [commits, pytest.mark.timeout(240)]
SHOTS = os.environ.get("SHOTS", "")


def shot(page: Page, name: str) -> None:
    """Look at it: on a desk, on a phone, in the dark."""
    if not SHOTS:
        return
    page.screenshot(path=f"{SHOTS}/{name}-1280.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=f"{SHOTS}/{name}-dark.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 375, "height": 740})
    page.screenshot(path=f"{SHOTS}/{name}-375.png")
    page.set_viewport_size({"width": 1280, "height": 860})


def test_a_chat_is_taken_passed_and_followed_into_another(inbox: Inbox, open_page: Open) -> None:
    about = {"phone_number_id": inbox.number.phone_number_id, "from": CUSTOMER}
    control = f"{inbox.stack.simulator}/control"
    app = inbox.number.app
    app.app_id = "1"  # as the simulator knows it: so a handover tells which of the two has the chat
    with organization_scope(inbox.organization):
        app.save(update_fields=["app_id"])
    inbox.customer_writes("Oi")
    agent = sign_in(open_page(), inbox)
    open_first(agent)
    call("POST", f"{control}/handovers", about | {"to": "other", "note": "Quer um bolo"})
    call("POST", f"{control}/responder", about | {"text": "Sou a atendente virtual"})
    closed = agent.get_by_test_id("composer-closed")
    expect(closed).to_contain_text("Outro atendente está com esta conversa", timeout=SLOW)
    expect(agent.get_by_test_id("thread-holder")).to_have_attribute("data-owner", "standby")
    expect(agent.get_by_text("Sou a atendente virtual").last).to_be_visible(timeout=SLOW)
    shot(agent, "holder-standby")

    closed.get_by_role("button", name="Assumir a conversa").click()
    expect(agent.get_by_test_id("thread-holder")).to_have_attribute("data-owner", "owned", timeout=SLOW)
    expect(closed).to_have_count(0)

    agent.get_by_test_id("composer-more").click()
    agent.get_by_role("menuitem", name="Botão para uma página").click()
    dialog = agent.get_by_role("dialog", name="Botão para uma página")
    dialog.get_by_role("textbox", name="Texto", exact=True).fill("Veja o cardápio")
    dialog.get_by_role("textbox", name="Texto do botão").fill("Abrir o cardápio")
    expect(dialog.get_by_test_id("interactive-preview")).to_contain_text("Abrir o cardápio")
    expect(dialog.get_by_role("button", name="Enviar")).to_be_disabled()
    dialog.get_by_role("textbox", name="Endereço da página").fill("https://padaria.example/cardapio")
    shot(agent, "link-form")
    dialog.get_by_role("button", name="Enviar").click()
    sent = agent.locator('[data-direction="outbound"][data-type="interactive"]')
    expect(sent).to_contain_text("Abrir o cardápio", timeout=SLOW)
    if SHOTS:
        for name, kind in (("Carrossel", "carousel"), ("Produtos ou catálogo", "shop"), ("Formulário", "flow")):
            agent.get_by_test_id("composer-more").click()
            agent.get_by_role("menuitem", name=name).click()
            agent.get_by_role("dialog").get_by_role("textbox", name="Texto", exact=True).fill("Veja")
            shot(agent, f"{kind}-form")
            agent.keyboard.press("Escape")

    agent.locator("header").get_by_role("button", name="Mais ações").click()
    agent.get_by_role("menuitem", name="Passar a conversa").click()
    passing = agent.get_by_role("dialog", name="Passar a conversa")
    passing.get_by_label("Recado").fill("Quer um bolo")
    shot(agent, "pass")
    passing.get_by_role("button", name="Passar").click()
    expect(agent.get_by_test_id("thread-holder")).to_have_attribute("data-owner", "standby", timeout=SLOW)

    inbox.customer_writes("Sou eu, de outro telefone", name="Maria", phone="5521988887777")
    expect(agent.get_by_test_id("conversation-item")).to_have_count(2, timeout=SLOW)
    with organization_scope(inbox.organization):
        rows = Conversation.objects.for_organization(inbox.organization).order_by("created_at")
        one, other = rows.select_related("contact")
    with organization_scope(inbox.organization):
        contacts.merge(contact=other.contact, other_id=one.contact_id)
    expect(agent.get_by_test_id("conversation-item")).to_have_count(1, timeout=SLOW)
    expect(agent.get_by_text("Sou eu, de outro telefone").last).to_be_visible(timeout=SLOW)
    expect(agent.get_by_text("Veja o cardápio").last).to_be_visible(timeout=SLOW)
    shot(agent, "merged")
