"""What is sent besides words: a template when the 24 hours are over, and something to tap while they aren't."""

import os
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.core.tenancy import organization_scope
from apps.messaging.models import Conversation
from tests.conftest import commits, make_template
from tests.e2e.conftest import Inbox, sign_in
from tests.e2e.test_inbox import SLOW, Open, open_first, outbound, picture

pytestmark = [commits, pytest.mark.timeout(240)]
SHOTS = os.environ.get("SHOTS", "")
COMPONENTS = [
    {"type": "HEADER", "format": "IMAGE"},
    {"type": "BODY", "text": "Olá {{1}}, o bolo de {{2}} está pronto."},
    {"type": "FOOTER", "text": "Padaria Aurora"},
    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Já vou"}]},
]


def test_a_template_outside_the_window_and_buttons_inside_it(inbox: Inbox, open_page: Open) -> None:
    make_template(inbox.organization, name="bolo_pronto", components=COMPONENTS)
    make_template(inbox.organization, name="pedido_recebido", language="en")
    inbox.customer_writes("Quanto custa o bolo?")
    agent, phone = sign_in(open_page(), inbox), open_page()
    phone.goto(inbox.stack.simulator)
    phone.get_by_test_id("customer").first.click()
    open_first(agent)

    agent.get_by_test_id("composer-more").click()
    agent.get_by_role("menuitem", name="Botões de resposta").click()
    dialog = agent.get_by_role("dialog", name="Botões de resposta")
    dialog.get_by_label("Texto").fill("É para hoje?")
    dialog.get_by_role("textbox", name="Botão 1").fill("Sim")
    dialog.get_by_role("button", name="Mais um botão").click()
    dialog.get_by_role("textbox", name="Botão 2").fill("Amanhã")
    dialog.get_by_role("textbox", name="Botão 2").press("Enter")
    buttons = outbound(agent, type="interactive")
    expect(buttons.get_by_role("list", name="O que o cliente pode tocar")).to_contain_text("Amanhã", timeout=SLOW)
    phone.get_by_role("button", name="Amanhã").click(timeout=SLOW)
    expect(agent.locator('[data-direction="inbound"][data-type="interactive"]')).to_contain_text("Amanhã", timeout=SLOW)

    with organization_scope(inbox.organization):
        closed = timezone.now() - timedelta(minutes=1)
        Conversation.objects.for_organization(inbox.organization).update(window_expires_at=closed)
    agent.reload()
    expect(agent.get_by_test_id("composer-closed")).to_contain_text("A janela de 24 horas está fechada", timeout=SLOW)
    agent.get_by_test_id("choose-template").click()
    picker = agent.get_by_role("dialog", name="Enviar um modelo")
    expect(picker.get_by_role("button", name="pedido_recebido")).to_be_visible(timeout=SLOW)
    picker.get_by_label("Buscar pelo nome").fill("bolo")
    expect(picker.get_by_role("button", name="pedido_recebido")).to_have_count(0, timeout=SLOW)
    picker.get_by_role("button", name="bolo_pronto").click()
    preview = picker.get_by_test_id("template-preview")
    expect(preview).to_contain_text("Olá {{1}}, o bolo de {{2}} está pronto.")
    picker.get_by_label("Texto: 1").fill("Maria")
    picker.get_by_label("Texto: 2").fill("cenoura")
    expect(preview).to_contain_text("Olá Maria, o bolo de cenoura está pronto.")
    expect(picker.get_by_test_id("template-send")).to_be_disabled()
    with agent.expect_file_chooser() as chosen:
        picker.get_by_label("Cabeçalho").click()
    chosen.value.set_files(picture())
    expect(preview.get_by_role("img", name="Imagem")).to_be_visible(timeout=SLOW)
    if SHOTS:
        agent.screenshot(path=f"{SHOTS}/composer-1280.png")
        agent.set_viewport_size({"width": 375, "height": 740})
        agent.screenshot(path=f"{SHOTS}/composer-375.png")
        agent.set_viewport_size({"width": 1280, "height": 860})
    picker.get_by_test_id("template-send").click()
    sent = outbound(agent, type="template")
    expect(sent).to_contain_text("Olá Maria, o bolo de cenoura está pronto.", timeout=SLOW)
    expect(sent.get_by_role("img", name="Imagem")).to_be_visible()
    expect(sent).to_have_attribute("data-status", re.compile("delivered|read"), timeout=SLOW)
    if SHOTS:
        agent.screenshot(path=f"{SHOTS}/composer-thread.png")
        agent.emulate_media(color_scheme="dark")
        agent.screenshot(path=f"{SHOTS}/composer-dark.png")
