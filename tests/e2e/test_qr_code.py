"""An owner connects a number by its QR code; a phone scans it, and the page tells."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import commits
from tests.e2e.conftest import Inbox, sign_in
from tests.stack import call

pytestmark = [commits, pytest.mark.timeout(240)]
Open = Callable[..., Page]
SLOW = 30_000


def test_a_number_is_connected_by_its_qr_code(inbox: Inbox, open_page: Open) -> None:
    owner = sign_in(open_page(), inbox, inbox.join("Rita Prado", role="owner"))
    owner.goto(f"{inbox.stack.web}/app/numbers")
    owner.get_by_role("button", name="Conectar número").click()
    owner.get_by_text("QR code (não oficial)").click()
    dialog = owner.get_by_role("dialog")
    expect(dialog.get_by_text("pode ser banido")).to_be_visible()
    dialog.get_by_label("Endereço do gateway").fill(f"{inbox.stack.simulator}/evolution")
    dialog.get_by_role("textbox", name="Chave do gateway").fill("simulator-key")
    dialog.get_by_role("button", name="Continuar").click()

    owner.get_by_role("button", name="Mostrar o QR code").click(timeout=SLOW)
    expect(owner.get_by_role("img", name="QR code para ler com o celular")).to_be_visible(timeout=SLOW)
    expect(owner.get_by_test_id("qr-age")).to_contain_text("Este código tem")
    (instance,) = call("GET", f"{inbox.stack.simulator}/control/evolution")["instances"]
    call("POST", f"{inbox.stack.simulator}/control/evolution/{instance['name']}/scan", {"phone": "5511940028922"})
    expect(owner.get_by_text("O celular está conectado.")).to_be_visible(timeout=SLOW)
    owner.get_by_role("link", name="Pronto").click()
    expect(owner.get_by_text("QR code, não oficial")).to_be_visible(timeout=SLOW)
