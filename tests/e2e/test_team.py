"""Who works here: somebody is invited, comes, is given their place, and is let out; in two browsers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.accounts.models import Department
from apps.core import mail
from tests.conftest import PASSWORD, commits, make
from tests.e2e.conftest import Inbox, sign_in
from tests.stack import call

pytestmark = [commits, pytest.mark.timeout(240)]
Open = Callable[..., Page]
SLOW = 30_000


def tab_to(page: Page, there: Locator) -> None:
    """Goes to a control as somebody without a mouse does."""
    for _ in range(40):
        if there.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {there}")


def test_somebody_is_invited_joins_gets_a_place_and_is_let_out(inbox: Inbox, open_page: Open) -> None:
    make(Department, inbox.organization, name="Vendas", slug="vendas")
    owner = sign_in(open_page(), inbox, inbox.join("Olga Reis", role="owner"))
    owner.goto(f"{inbox.stack.web}/app/settings/team")
    owner.get_by_role("button", name="Convidar").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_role("combobox", name="E-mails").fill("bia@aurora.example")
    dialog.get_by_role("combobox", name="E-mails").press("Enter")
    dialog.get_by_role("button", name="Enviar convite").click()
    expect(owner.get_by_test_id("invitation")).to_contain_text("bia@aurora.example", timeout=SLOW)

    link = re.search(r"http\S+", mail.newest(1)[0].text)
    assert link is not None
    bia = open_page()
    bia.goto(link[0])
    bia.get_by_label("Seu nome completo").fill("Bia Nunes")
    bia.get_by_label("Crie uma senha").fill("pão-quente-às-seis")
    bia.get_by_role("button", name="Entrar na equipe").click()
    bia.get_by_test_id("connection-state").wait_for(state="attached")
    expect(bia).to_have_url(re.compile("/app/inbox$"))

    row = owner.get_by_test_id("person").filter(has_text="Bia Nunes")
    expect(row).to_contain_text("Disponível", timeout=SLOW)
    expect(owner.get_by_test_id("invitation")).to_have_count(0)

    edit = row.get_by_role("button", name="Editar: Bia Nunes")
    tab_to(owner, edit)
    owner.keyboard.press("Enter")
    tab_to(owner, dialog.get_by_role("combobox", name="Departamentos"))
    owner.keyboard.type("Ven")
    owner.keyboard.press("ArrowDown")
    owner.keyboard.press("Enter")
    tab_to(owner, dialog.get_by_role("button", name="Adicionar habilidade"))
    owner.keyboard.press("Enter")
    owner.keyboard.type("Inglês")
    owner.keyboard.press("Tab")
    owner.keyboard.press("5")
    tab_to(owner, dialog.get_by_role("button", name="Salvar"))
    owner.keyboard.press("Enter")
    expect(row).to_contain_text("Vendas", timeout=SLOW)
    expect(row).to_contain_text("Inglês · 5")
    expect(edit).to_be_focused()

    tab_to(owner, row.get_by_role("button", name="Mais ações: Bia Nunes"))
    owner.keyboard.press("Enter")
    out = owner.get_by_role("menuitem", name="Tirar o acesso")
    expect(owner.locator("[role=menu]:focus-within")).to_be_visible()
    owner.keyboard.press("ArrowDown")
    expect(out).to_be_focused()
    owner.keyboard.press("Enter")
    tab_to(owner, dialog.get_by_role("button", name="Tirar o acesso"))
    owner.keyboard.press("Enter")
    expect(bia.get_by_test_id("login-email")).to_be_visible(timeout=2_000)
    expect(bia.get_by_role("alert")).to_contain_text("Você não tem mais acesso a esta organização.")
    expect(row).to_contain_text("Sem acesso")
    expect(row.get_by_role("button", name="Mais ações: Bia Nunes")).to_be_focused()


def test_what_somebody_may_see_follows_their_role_at_once(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("Oi")
    api = f"{inbox.stack.web}/api/v1/"
    owner = {"email": inbox.join("Olga Reis", role="owner").email, "password": PASSWORD}
    token = call("POST", f"{api}auth/login/", owner)["access"]

    def does(method: str, path: str, body: Any) -> Any:
        return call(method, api + path, body, Authorization=f"Bearer {token}")

    ana = sign_in(open_page(), inbox)
    with ana.expect_response(re.compile("/read/$")):  # afterwards it would be refused
        ana.get_by_test_id("conversation-item").click()
    expect(ana.get_by_test_id("message")).to_contain_text("Oi")

    does("PATCH", "organizations/me/settings/", {"agent_visibility": "own"})
    expect(ana.get_by_test_id("conversation-item")).to_have_count(0)
    expect(ana.get_by_test_id("message")).to_have_count(0)

    role = does("POST", "roles/", {"name": "Arquivo", "permissions": ["contacts.view"]})
    does("PATCH", f"users/{inbox.agent.pk}/", {"custom_role_id": role["id"]})
    expect(ana).to_have_url(re.compile("/app/settings/profile$"))
    expect(ana.get_by_role("link", name="Conversas")).to_have_count(0)
    ana.goto(f"{inbox.stack.web}/app/settings/team")
    expect(ana.get_by_role("alert")).to_be_visible()
    expect(ana.get_by_test_id("connection-state")).to_have_attribute("data-state", "online")

    does("POST", f"users/{inbox.agent.pk}/deactivate/", {})
    expect(ana.get_by_test_id("login-email")).to_be_visible(timeout=2_000)
