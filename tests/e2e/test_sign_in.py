"""Getting in: a new password by mail, a second factor, a passkey, the company's account; and who is thrown out."""

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Browser, Page, Route, expect

from apps.accounts.models import IdentityProvider
from apps.core import mail
from apps.core.tenancy import organization_scope
from tests.accounts import oidc
from tests.conftest import PASSWORD, commits, make
from tests.e2e.conftest import DESKTOP, Inbox
from tests.stack import until

pytestmark = [commits, pytest.mark.timeout(240)]
SLOW = 30_000
NEW_PASSWORD = "uma senha bem comprida 7"
# What an authenticator on a computer can do: it asks for a fingerprint, and has got one.
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def open_at(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """A browser of its own at this address.

    What is refused on the way is said by the page, and by Chromium's console, too: that is no complaint here.
    """
    contexts = []

    def opened(site: str) -> Page:
        context = browser.new_context(viewport=DESKTOP, locale="pt-BR", base_url=site)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(SLOW)
        return context.new_page()

    expect.set_options(timeout=SLOW)
    yield opened
    expect.set_options(timeout=5_000)
    for context in contexts:
        context.close()


def log_in(page: Page, email: str, password: str) -> None:
    page.get_by_test_id("login-email").fill(email)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()


def is_in(page: Page) -> None:
    expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "online")


def sign_out(page: Page) -> None:
    page.get_by_test_id("user-menu").first.click()
    page.get_by_test_id("sign-out").click()


def link_in_mail() -> str:
    """The path of the web app that the newest mail leads to."""
    texts = [found[1] for each in mail.newest(5) if (found := re.search(r"(/app/reset-password\?\S+)", each.text))]
    return texts[0] if texts else ""


def code_of_app(secret: str, *, ahead: int = 0) -> str:
    """What an authenticator app shows; ahead: so many periods later."""
    code: str = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + ahead))
    return code


def test_a_forgotten_password_a_second_factor_and_a_passkey(inbox: Inbox, open_at: Callable[[str], Page]) -> None:
    # At `localhost`: an IP address is no site that a passkey could belong to.
    page, other = (open_at(inbox.stack.web.replace("127.0.0.1", "localhost")) for _ in range(2))
    email = inbox.agent.email
    other.goto("/app/")
    log_in(other, email, PASSWORD)
    is_in(other)

    page.goto("/app/login")
    page.get_by_role("link", name="Esqueceu a senha?").click()
    expect(page.get_by_role("heading", name="Nova senha")).to_be_visible()  # both pages have such a field
    page.get_by_label("E-mail").fill(email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("o link está a caminho")
    page.goto(until(link_in_mail, "the mail is there"))
    page.get_by_label("Nova senha").fill("12345678")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Esta senha é fácil de adivinhar")).to_be_visible()
    page.get_by_label("Nova senha").fill(NEW_PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ir para a entrada").click()
    expect(other.get_by_role("heading", name="Entrar no PyTake")).to_be_visible()
    log_in(page, email, NEW_PASSWORD)
    is_in(page)

    page.get_by_role("link", name="Configurações").click()
    page.get_by_role("link", name="Acesso e senha").click()
    page.get_by_role("button", name="Configurar aplicativo autenticador").click()
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("img", name="Código QR")).to_be_visible()
    secret = page.get_by_test_id("totp-secret").inner_text()
    page.get_by_label("Código de 6 dígitos").fill(code_of_app(secret))
    page.keyboard.press("Enter")
    codes = page.get_by_test_id("recovery-codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    recovery_code = codes.first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Baixar").click()
    assert recovery_code in download.value.path().read_text()
    page.get_by_role("button", name="Já guardei").click()

    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.get_by_role("button", name="Adicionar chave de acesso").click()
    page.get_by_label("Nome").fill("Notebook da Ana")
    page.get_by_role("button", name="Adicionar", exact=True).click()
    expect(page.get_by_test_id("factor").filter(has_text="Notebook da Ana")).to_contain_text("entra sem senha")

    # The second factor is asked for everywhere else from now on: by the app's next code, or a recovery code.
    log_in(other, email, NEW_PASSWORD)
    other.get_by_label("Código do aplicativo").fill("000000")
    other.keyboard.press("Enter")
    expect(other.get_by_role("alert")).to_contain_text("Isso não confere")
    other.get_by_label("Código do aplicativo").fill(code_of_app(secret, ahead=1))
    other.keyboard.press("Enter")
    is_in(other)

    sign_out(page)
    log_in(page, email, NEW_PASSWORD)
    page.get_by_role("button", name="Usar um código de recuperação").click()
    page.get_by_label("Código de recuperação").fill(recovery_code)
    page.keyboard.press("Enter")
    is_in(page)
    sign_out(page)
    log_in(page, email, NEW_PASSWORD)
    page.get_by_role("button", name="Usar chave de acesso").click()
    is_in(page)
    sign_out(page)
    page.get_by_role("button", name="Entrar com chave de acesso").click()
    is_in(page)

    page.goto("/app/settings/sign-in")
    expect(page.get_by_text("Restam 9 códigos")).to_be_visible()
    sessions = page.get_by_test_id("open-session")
    expect(sessions).to_have_count(2)
    expect(sessions.filter(has_text="este")).to_have_count(1)
    sessions.get_by_role("button", name="Encerrar").click()
    expect(other.get_by_role("heading", name="Entrar no PyTake")).to_be_visible()
    expect(sessions).to_have_count(1)


def by_company(page: Page, organization: str) -> None:
    page.get_by_role("button", name="Entrar com a conta da empresa").click()
    page.get_by_label("Identificador da organização").fill(organization)
    page.keyboard.press("Enter")


def test_a_company_account_is_linked_once_where_a_second_factor_is_demanded(
    inbox: Inbox, open_at: Callable[[str], Page]
) -> None:
    page, organization, email = open_at(inbox.stack.web), inbox.organization, inbox.agent.email
    organization.settings = {"security": {"require_second_factor": True}}
    with organization_scope(organization.pk):
        organization.save()
    with oidc.provider() as company:
        company.signs_in |= {"email": email}
        make(IdentityProvider, organization, name="Aurora", issuer=company.issuer, domains=[], **company.client)

        def sign_in_there(route: Route) -> None:
            brought = urlencode(company.authorize(route.request.url))
            back = f"{inbox.stack.web}/api/v1/auth/sso/callback/?{brought}"
            route.fulfill(status=302, headers={"Location": back})

        page.route(f"{company.issuer}/authorize**", sign_in_there)
        page.goto("/app/")
        by_company(page, organization.slug)
        page.get_by_role("button", name="Entrar e ligar as contas").click()
        log_in(page, email, PASSWORD)
        page.get_by_role("button", name="Ligar as contas").click()
        expect(page.get_by_role("status")).to_contain_text("as contas estão ligadas")
        page.get_by_role("link", name="Continuar").click()

        # Who came by their password has no second factor yet, and sees nothing else before they have.
        page.get_by_role("button", name="Configurar aplicativo autenticador").click()
        page.get_by_role("button", name="Continuar").click()
        page.get_by_label("Código de 6 dígitos").fill(code_of_app(page.get_by_test_id("totp-secret").inner_text()))
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Já guardei").click()
        is_in(page)

        sign_out(page)
        by_company(page, organization.slug)
        is_in(page)
