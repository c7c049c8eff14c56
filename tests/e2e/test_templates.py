"""Somebody writes a template from a ready one, with the rules at its fields, submits it, and Meta approves it."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import commits
from tests.e2e.conftest import Inbox, sign_in
from tests.stack import call

pytestmark = [commits, pytest.mark.timeout(240)]
Open = Callable[..., Page]
SLOW = 30_000
SHOTS = os.environ.get("SHOTS", "")
NARROW, WIDE = {"width": 375, "height": 740}, {"width": 1280, "height": 860}


def shoot(page: Page, name: str) -> None:
    """The page as people see it, for whoever wants to look: wide, on a phone, in the dark."""
    if not SHOTS:
        return
    page.screenshot(path=f"{SHOTS}/templates-{name}-1280.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=f"{SHOTS}/templates-{name}-dark.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.screenshot(path=f"{SHOTS}/templates-{name}-375.png", full_page=True)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_a_template_is_written_submitted_and_approved(inbox: Inbox, open_page: Open) -> None:
    call("PATCH", f"{inbox.stack.simulator}/control/switches", {"template_review_seconds": 3})
    page = sign_in(open_page(), inbox, inbox.join("Rita Prado", role="owner"))
    page.get_by_role("link", name="Modelos").click()
    expect(page.get_by_text("Ainda não há modelos")).to_be_visible(timeout=SLOW)
    page.get_by_role("link", name="Novo modelo").click()

    page.get_by_role("button", name="Biblioteca de modelos").click()
    library = page.get_by_role("dialog", name="Biblioteca de modelos")
    library.get_by_label("Palavras").fill("saiu para entrega")
    library.get_by_test_id("ready-template").filter(has_text="Pedido saiu para entrega").click()
    preview, findings = page.get_by_test_id("template-preview"), page.get_by_test_id("template-findings")
    expect(preview).to_contain_text("Boa notícia, Ana")
    expect(preview).to_contain_text("Estarei em casa")
    expect(findings).to_contain_text("Nada que a Meta recusaria", timeout=SLOW)

    body = page.get_by_role("textbox", name="Texto", exact=True)
    said = body.input_value()
    body.fill(f"{said} {{{{9}}}}")
    expect(findings).to_contain_text("numeradas a partir de 1", timeout=SLOW)
    body.fill(said.replace("Boa notícia", "Ótima notícia"))
    expect(preview).to_contain_text("Ótima notícia, Ana")
    expect(findings).to_contain_text("Nada que a Meta recusaria", timeout=SLOW)
    page.get_by_test_id("template-name").fill("Saiu para Entrega")
    page.get_by_label("Exemplo de {{1}}").fill("Marina")
    expect(preview).to_contain_text("Ótima notícia, Marina")
    shoot(page, "builder")
    page.get_by_test_id("template-submit").click()

    expect(page.get_by_role("heading", name="saiu_para_entrega")).to_be_visible(timeout=SLOW)
    expect(page.get_by_test_id("template-status")).to_have_text("Aprovado", timeout=SLOW)
    expect(page.get_by_text("Versão 1")).to_be_visible(timeout=SLOW)
    shoot(page, "page")
    page.get_by_role("link", name="Voltar aos modelos").click()
    row = page.get_by_test_id("template").filter(has_text="saiu_para_entrega")
    expect(row.get_by_test_id("template-status")).to_have_text("Aprovado", timeout=SLOW)
    row.get_by_role("switch", name="Pode ser enviado: saiu_para_entrega").click(force=True)
    expect(row).to_contain_text("Desligado", timeout=SLOW)
    shoot(page, "list")
