"""What agents do all day, in a real browser: files and voice, finding again, handing over, closing, the keyboard."""

import struct
import zlib
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.conftest import commits
from tests.e2e.conftest import Inbox, sign_in

pytestmark = [commits, pytest.mark.timeout(240)]
Open = Callable[..., Page]
SLOW = 30_000


def open_first(page: Page) -> None:
    page.get_by_test_id("conversation-item").first.click()
    expect(page.get_by_test_id("message").first).to_be_visible(timeout=SLOW)


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer-input").fill(text)
    page.get_by_test_id("composer-input").press("Enter")


def outbound(page: Page, **attributes: str) -> Locator:
    conditions = "".join(f'[data-{name}="{value}"]' for name, value in attributes.items())
    return page.locator(f'[data-testid="message"][data-direction="outbound"]{conditions}')


def picture(width: int = 320, height: int = 240) -> FilePayload:
    """A violet PNG, written by hand: the tests need no library for it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xa8\x55\xf7" * width) * height
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return {"name": "bolo.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + data}


def test_files_voice_replies_and_reactions(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("Tem foto do bolo?")
    agent, phone = sign_in(open_page(), inbox), open_page()
    phone.goto(inbox.stack.simulator)
    phone.get_by_test_id("customer").first.click()
    open_first(agent)

    agent.set_viewport_size({"width": 1280, "height": 800})  # with the contact's panel open, the header is narrow
    expect(agent.get_by_text("Contato", exact=True)).to_be_visible()
    countdown = agent.get_by_test_id("window-countdown")
    expect(countdown).to_contain_text("fecha em 23h")
    assert countdown.evaluate("({lastElementChild: text}) => text.scrollWidth <= text.clientWidth")

    agent.get_by_test_id("composer-file").set_input_files(picture())
    agent.get_by_test_id("composer-input").fill("Este aqui")
    agent.get_by_test_id("composer-send").click()
    expect(outbound(agent, type="image")).to_contain_text("Este aqui")
    expect(outbound(agent, type="image", status="read")).to_have_count(1, timeout=SLOW)
    expect(phone.get_by_test_id("phone-message").filter(has_text="Este aqui")).to_be_visible(timeout=SLOW)

    agent.get_by_role("button", name="Gravar mensagem de voz").click()
    agent.wait_for_timeout(1_500)
    agent.get_by_test_id("composer-send-voice").click()
    voice = outbound(agent, type="audio")
    expect(voice.get_by_role("group", name="Mensagem de voz")).to_be_visible(timeout=SLOW)
    expect(outbound(agent, type="audio", status="failed")).to_have_count(0)

    question = agent.get_by_test_id("message").filter(has_text="Tem foto do bolo?").first
    question.hover()
    question.get_by_role("button", name="Responder").click()
    say(agent, "Gostou?")
    answer = agent.get_by_test_id("message").filter(has_text="Gostou?")
    expect(answer).to_contain_text("Maria Silva")
    question.hover()
    question.get_by_role("button", name="Reagir", exact=True).click()
    agent.get_by_role("button", name="Reagir com ❤️").click()
    expect(question.get_by_role("list", name="Reações")).to_contain_text("❤️", timeout=SLOW)


def test_a_long_thread_is_read_backwards_searched_and_walked_by_date(inbox: Inbox, open_page: Open) -> None:
    for number in range(90):
        inbox.customer_writes(f"linha {number}")
    agent = sign_in(open_page(), inbox)
    expect(agent.get_by_test_id("conversation-item").first).to_contain_text("linha 89", timeout=30_000)
    open_first(agent)
    log = agent.get_by_role("log")
    expect(agent.get_by_test_id("message").last).to_contain_text("linha 89")

    # What is read stays where it is while older messages are put above it.
    expect(agent.get_by_text("linha 0", exact=True)).to_have_count(0)
    log.evaluate("element => { element.scrollTop = 200 }")
    agent.wait_for_timeout(150)
    top = log.bounding_box()
    assert top is not None
    reading = agent.get_by_test_id("message").filter(has_text="linha 52").first
    before = reading.bounding_box()
    expect(agent.get_by_text("linha 12", exact=True)).to_have_count(1, timeout=SLOW)
    after = reading.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 3, "the text jumped away under the reader's eyes"

    # Something new comes in meanwhile: it is announced, and the place is kept.
    inbox.customer_writes("acabou de chegar")
    chip = agent.get_by_role("button", name="1 mensagem nova")
    expect(chip).to_be_visible(timeout=SLOW)
    chip.click()
    expect(agent.get_by_test_id("message").last).to_be_in_viewport(timeout=SLOW)

    agent.get_by_role("button", name="Buscar nesta conversa").click()
    agent.get_by_role("textbox", name="Buscar nesta conversa").fill("linha 7")
    expect(agent.get_by_text("1/11", exact=True)).to_be_visible(timeout=SLOW)
    expect(agent.locator("[data-flashed]")).to_contain_text("linha 79")
    for _ in range(10):
        agent.get_by_role("button", name="Resultado anterior").click()
    expect(agent.locator("[data-flashed]")).to_contain_text("linha 7")
    expect(agent.locator("[data-flashed]")).to_be_in_viewport()
    agent.get_by_role("button", name="Fechar a busca").click()
    agent.get_by_role("button", name="Ir para uma data").click()
    agent.locator("[data-today]").first.click()
    expect(agent.get_by_text("linha 0", exact=True)).to_be_in_viewport(timeout=SLOW)


def test_a_conversation_is_handed_over_closed_and_comes_back(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("Preciso de ajuda")
    bruno, boss = inbox.join("Bruno Lima"), inbox.join("Rita Prado", role="supervisor")
    agent, colleague = sign_in(open_page(), inbox, boss), sign_in(open_page(), inbox, bruno)
    open_first(agent)

    agent.get_by_role("log").focus()
    agent.keyboard.press("a")
    expect(agent.get_by_test_id("view-mine")).to_contain_text("1", timeout=SLOW)
    agent.get_by_role("button", name="Com Rita Prado", exact=True).click()
    agent.get_by_role("menuitem", name="Bruno Lima").click()
    expect(colleague.get_by_test_id("view-mine")).to_contain_text("1", timeout=SLOW)
    colleague.get_by_test_id("view-mine").click()
    expect(colleague.get_by_test_id("conversation-item")).to_have_count(1)

    agent.get_by_role("log").focus()
    agent.keyboard.press("u")
    item = agent.get_by_test_id("conversation-item").first
    expect(item.get_by_label("1 não lida")).to_be_visible(timeout=SLOW)

    open_first(agent)
    agent.get_by_role("log").focus()
    agent.keyboard.press("e")
    dialog = agent.get_by_role("dialog")
    dialog.get_by_text("Resolvido", exact=True).click()
    dialog.get_by_role("button", name="Encerrar").click()
    expect(agent.get_by_test_id("conversation-item")).to_have_count(0, timeout=SLOW)
    expect(colleague.get_by_test_id("conversation-item")).to_have_count(0, timeout=SLOW)

    inbox.customer_writes("Voltei!")
    expect(agent.get_by_test_id("conversation-item").first).to_contain_text("Voltei!", timeout=SLOW)


def test_a_new_number_waits_for_the_customer_and_the_contact_is_written_down(inbox: Inbox, open_page: Open) -> None:
    agent = sign_in(open_page(), inbox)
    expect(agent.get_by_text("Nenhuma conversa aberta")).to_be_visible(timeout=SLOW)
    agent.keyboard.press("n")
    dialog = agent.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Telefone").fill("+55 11 97777-1299")
    dialog.get_by_role("textbox", name="Nome").fill("Rita Moura")
    dialog.get_by_role("button", name="Abrir conversa").click()
    expect(agent.get_by_test_id("composer-closed")).to_contain_text("A janela de 24 horas está fechada", timeout=SLOW)

    inbox.customer_writes("Sou eu", name="Rita", phone="5511977771299")
    expect(agent.get_by_test_id("composer-input")).to_be_visible(timeout=SLOW)
    expect(agent.get_by_text("fecha em 23h59")).to_be_visible(timeout=SLOW)

    panel = agent.get_by_role("complementary", name="Contato")
    panel.get_by_role("textbox", name="Empresa").fill("Doces da Rita")
    panel.get_by_role("textbox", name="Empresa").press("Enter")
    panel.get_by_role("combobox", name="Etiquetas").fill("atacado")
    panel.get_by_role("combobox", name="Etiquetas").press("Enter")
    panel.get_by_role("button", name="Marcar como VIP").click()
    expect(agent.get_by_test_id("conversation-item").get_by_label("VIP")).to_be_visible(timeout=SLOW)
    agent.reload()
    expect(agent.get_by_test_id("message").first).to_be_visible(timeout=SLOW)
    expect(panel.get_by_role("textbox", name="Empresa")).to_have_value("Doces da Rita", timeout=SLOW)
    expect(panel.get_by_text("atacado")).to_be_visible()

    panel.get_by_role("button", name="Bloquear contato").click()
    agent.get_by_role("dialog").last.get_by_role("button", name="Bloquear contato").click()
    expect(agent.get_by_test_id("composer-closed")).to_contain_text("Contato bloqueado", timeout=SLOW)


def test_an_answer_that_may_have_arrived_is_left_to_the_agent(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("Oi", name="Linha ruim", phone="5511987650503")
    agent = sign_in(open_page(), inbox)
    open_first(agent)
    say(agent, "Chegou?")
    expect(outbound(agent, status="uncertain")).to_have_count(1, timeout=30_000)
    expect(agent.get_by_text("Pode ter chegado.")).to_be_visible()
    agent.get_by_role("button", name="Deixar assim").click()
    expect(agent.get_by_text("você decidiu não reenviar")).to_be_visible()


def test_a_session_goes_on_in_another_tab_and_ends_in_both(inbox: Inbox, open_page: Open) -> None:
    inbox.customer_writes("Oi")
    first = sign_in(open_page(), inbox)
    open_first(first)
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.get_by_test_id("message").first).to_be_visible(timeout=SLOW)
    for tab in (first, second):
        tab.wait_for_load_state("networkidle")  # no question is still open when the session ends
    second.get_by_test_id("user-menu").first.click()
    second.get_by_test_id("sign-out").click()
    for tab in (first, second):
        expect(tab.get_by_test_id("login-email")).to_be_visible(timeout=SLOW)
