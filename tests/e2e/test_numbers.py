"""An owner looks after a number: how it is, what customers see of it, and the QR codes that lead to it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import commits
from tests.e2e.conftest import Inbox, sign_in
from tests.stack import call

pytestmark = [commits, pytest.mark.timeout(240)]
Open = Callable[..., Page]
SLOW = 30_000


def test_a_number_has_a_page(inbox: Inbox, open_page: Open) -> None:
    account = f"{inbox.stack.simulator}/control/accounts/{inbox.number.phone_number_id}"
    call("PATCH", account, {"health_errors": [{
        "error_code": 141010, "error_description": "The business isn't verified.",
        "possible_solution": "Verify the business.",
    }]})  # fmt: skip
    owner = sign_in(open_page(), inbox, inbox.join("Rita Prado", role="owner"))
    owner.goto(f"{inbox.stack.web}/app/numbers")
    owner.get_by_role("link", name="Abrir").click()

    health = owner.get_by_role("region", name="Saúde")
    health.get_by_role("button", name="Testar").click()
    expect(health.get_by_text("100.000 clientes por dia")).to_be_visible(timeout=SLOW)
    expect(health.get_by_text("Válido", exact=True)).to_be_visible()
    expect(owner.get_by_test_id("health-entity").filter(has_text="Número")).to_contain_text("Verify the business.")

    owner.get_by_role("tab", name="Perfil").click()
    owner.get_by_label("Recado").fill("Pão quente às 6h")
    owner.get_by_label("Site 1").fill("https://aurora.example/")
    profile = owner.get_by_role("region", name="Perfil da empresa")
    profile.get_by_role("button", name="Salvar").click()
    expect(owner.get_by_text("Salvo.")).to_be_visible(timeout=SLOW)
    told = call("GET", account)["profile"]
    assert (told["about"], told["websites"]) == ("Pão quente às 6h", ["https://aurora.example/"])

    owner.get_by_role("tab", name="QR codes").click()
    owner.get_by_role("button", name="Novo QR code").click(timeout=SLOW)
    owner.get_by_label("Mensagem", exact=False).fill("Quero encomendar pão")
    owner.get_by_role("dialog").get_by_role("button", name="Salvar").click()
    code = owner.get_by_test_id("qr-code")
    expect(code.get_by_role("img", name="QR code de: Quero encomendar pão")).to_be_visible(timeout=SLOW)
    code.get_by_role("button", name="Excluir: Quero encomendar pão").click()
    owner.get_by_role("dialog").get_by_role("button", name="Excluir").click()
    expect(owner.get_by_text("Nenhum QR code ainda.")).to_be_visible(timeout=SLOW)
    assert call("GET", account)["links"] == {}
