"""An owner looks after the organization: its profile, its plan, what agents see, and what customers ask for by law."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.core.tenancy import organization_scope
from tests.conftest import PASSWORD, commits
from tests.e2e.conftest import Inbox, sign_in
from tests.e2e.test_inbox import picture

pytestmark = [commits, pytest.mark.timeout(240)]
Open = Callable[..., Page]
SLOW = 30_000


def test_an_owner_looks_after_the_organization(inbox: Inbox, open_page: Open) -> None:
    with organization_scope(inbox.organization):
        inbox.organization.plan = "free"
        inbox.organization.save(update_fields=["plan"])
    inbox.customer_writes("Vocês abrem domingo?")
    owner = sign_in(open_page(), inbox, inbox.join("Rita Prado", role="owner"))
    agent = sign_in(open_page(), inbox)
    expect(agent.get_by_test_id("conversation-item")).to_have_count(1, timeout=SLOW)

    owner.goto(f"{inbox.stack.web}/app/settings/organization")
    owner.get_by_role("textbox", name="Nome", exact=True).fill("Padaria Aurora & Filhos")
    owner.get_by_role("combobox", name="Fuso horário").fill("bahia")
    owner.get_by_role("option", name="America/Bahia (GMT-3)").click()
    owner.get_by_role("region", name="Perfil").get_by_role("button", name="Salvar").click()
    expect(owner.get_by_text("Salvo.")).to_be_visible(timeout=SLOW)
    owner.get_by_label("Enviar imagem").set_input_files(picture())
    expect(owner.get_by_role("img", name="Logotipo de Padaria Aurora & Filhos")).to_be_visible(timeout=SLOW)
    people = owner.get_by_test_id("usage").filter(has_text="Pessoas")
    expect(people).to_contain_text("2 de 2")
    expect(people).to_have_attribute("data-warned", "true")
    owner.get_by_role("radio", name="Só as próprias").check()
    owner.get_by_role("region", name="Atendimento").get_by_role("button", name="Salvar").click()
    expect(owner.get_by_text("Salvo.")).to_have_count(2, timeout=SLOW)
    agent.reload()
    expect(agent.get_by_test_id("connection-state")).to_have_attribute("data-state", "online", timeout=SLOW)
    expect(agent.get_by_test_id("conversation-item")).to_have_count(0)

    owner.get_by_role("button", name="Excluir a organização").click()
    owner.get_by_label("Para confirmar, digite").fill("Padaria Aurora & Filhos")
    owner.get_by_role("textbox", name="Sua senha").fill(PASSWORD)
    owner.get_by_role("textbox", name="Sua senha").press("Enter")
    export = owner.get_by_test_id("organization-export")
    expect(export).to_have_attribute("data-state", "ready", timeout=SLOW)
    expect(export).to_contain_text("Feita por causa da exclusão")
    owner.get_by_role("button", name="Manter a organização").click()
    expect(owner.get_by_test_id("to-be-deleted")).to_have_count(0, timeout=SLOW)


def test_a_customer_asks_for_their_data_and_then_to_be_forgotten(inbox: Inbox, open_page: Open, tmp_path: Path) -> None:
    inbox.customer_writes("Que dados meus vocês têm?")
    owner = sign_in(open_page(), inbox, inbox.join("Rita Prado", role="owner"))
    owner.get_by_test_id("conversation-item").first.click(timeout=SLOW)
    owner.get_by_role("link", name="Exportar ou apagar dados").click()
    dialog = owner.get_by_role("dialog", name="Novo pedido")
    expect(dialog.get_by_role("combobox", name="Contato")).to_have_value("Maria Silva", timeout=SLOW)
    dialog.get_by_role("button", name="Exportar").click()
    export = owner.get_by_test_id("privacy-job").filter(has_text="Exportar os dados de Maria Silva")
    expect(export).to_have_attribute("data-state", "done", timeout=SLOW)
    with owner.expect_download() as downloaded:
        export.get_by_role("button", name="Baixar").click()
    downloaded.value.save_as(tmp_path / "maria.zip")
    with zipfile.ZipFile(tmp_path / "maria.zip") as archive:
        messages = json.loads(archive.read("messaging.messages.json"))
    assert [message["text"] for message in messages] == ["Que dados meus vocês têm?"]

    owner.get_by_role("button", name="Novo pedido").click()
    dialog.get_by_text("Apagar", exact=True).click()
    dialog.get_by_role("combobox", name="Contato").fill("maria")
    owner.get_by_role("option", name="Maria Silva").click()
    erase = dialog.get_by_role("button", name="Apagar para sempre")
    dialog.get_by_label("Para confirmar, digite").fill("Maria")
    expect(erase).to_be_disabled()
    dialog.get_by_label("Para confirmar, digite").fill("Maria Silva")
    dialog.get_by_label("Para confirmar, digite").press("Enter")
    erased = owner.get_by_test_id("privacy-job").filter(has_text="Apagar os dados de um contato")
    expect(erased).to_have_attribute("data-state", "done", timeout=SLOW)
    erased.get_by_role("button", name="Ver comprovante").click()
    row = owner.get_by_test_id("certificate-stores").get_by_role("row", name="Cadastro do contato")
    expect(row.get_by_role("cell").nth(1)).not_to_have_text("0")
    expect(row.get_by_role("cell").nth(3)).to_have_text("0")
    expect(owner.get_by_test_id("certificate")).to_contain_text("Cópias de segurança")
