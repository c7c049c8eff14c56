"""The phone in a real browser."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.simulator.conftest import MARIA, NUMBER, STRANGER, Business, Simulator, message
from tests.simulator.test_customers import PNG

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists() and not os.environ.get("CI"), reason="no Chromium here")


@pytest_asyncio.fixture
async def phone(sim: Simulator) -> AsyncIterator[Page]:
    """The phone page, in Portuguese; an error in its console fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            chromium_sandbox=False,
            args=["--disable-gpu", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
        )
        context = await browser.new_context(
            locale="pt-BR", viewport={"width": 1280, "height": 860}, permissions=["microphone"]
        )
        page = await context.new_page()
        faults: list[str] = []
        page.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(str(sim.http.make_url("/")))
        yield page
        await browser.close()
        assert faults == []


def customer(phone: Page, digits: str = MARIA) -> Locator:
    return phone.locator(f'[data-testid="customer"][data-phone="{digits}"]')


def bubbles(phone: Page, direction: str) -> Locator:
    return phone.locator(f'[data-testid="phone-message"][data-direction="{direction}"]')


async def say(phone: Page, text: str) -> None:
    await phone.get_by_test_id("phone-composer").fill(text)
    await phone.get_by_test_id("phone-send").click()


async def test_a_customer_writes_and_reads_the_answer(phone: Page, sim: Simulator, business: Business) -> None:
    await customer(phone).click()
    await say(phone, "Oi <b>tudo bem?</b>")
    mine = bubbles(phone, "out")
    await expect(mine).to_contain_text("Oi <b>tudo bem?</b>")
    await expect(mine).to_have_attribute("data-status", "delivered")
    wamid = business.messages[0]["id"]
    assert business.messages[0]["text"]["body"] == "Oi <b>tudo bem?</b>"
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    await sim.post(read | {"typing_indicator": {"type": "text"}})
    await expect(phone.get_by_test_id("phone-typing")).to_have_text("digitando…")
    await expect(mine).to_have_attribute("data-status", "read")
    answer = await sim.send(MARIA, "Tudo *ótimo*!", context={"message_id": wamid})
    await expect(bubbles(phone, "in")).to_contain_text("Tudo ótimo!")
    await expect(bubbles(phone, "in").locator("strong")).to_have_text("ótimo")
    await expect(bubbles(phone, "in").locator(".quote")).to_contain_text("tudo bem?")
    await expect(phone.get_by_test_id("phone-typing")).to_have_count(0)
    await business.until(lambda: business.statuses_of(answer) == ["sent", "delivered", "read"])


async def test_a_chat_that_is_not_open_stays_unread(phone: Page, sim: Simulator, business: Business) -> None:
    await customer(phone).click()
    await sim.write("5521998765432")
    wamid = await sim.send("5521998765432", "Bom dia, João")
    other = customer(phone, "5521998765432")
    await expect(other.get_by_test_id("customer-unread")).to_have_text("1")
    assert "read" not in business.statuses_of(wamid)
    await other.click()
    await expect(bubbles(phone, "in")).to_contain_text("Bom dia, João")
    await business.until(lambda: "read" in business.statuses_of(wamid))
    await expect(other.get_by_test_id("customer-unread")).to_have_count(0)


async def test_a_stranger_to_whom_the_business_writes_gets_a_phone(phone: Page, sim: Simulator) -> None:
    await sim.send(STRANGER, "Olá!")
    await customer(phone, STRANGER).click()
    await expect(bubbles(phone, "in")).to_contain_text("Olá!")


async def test_buttons_and_lists_are_tapped(phone: Page, sim: Simulator, business: Business) -> None:
    await customer(phone).click()
    await say(phone, "Oi")
    await expect(bubbles(phone, "out")).to_have_count(1)
    replies = [{"type": "reply", "reply": {"id": name, "title": name.title()}} for name in ("sim", "talvez")]
    menu = {"type": "button", "body": {"text": "Quer?"}, "action": {"buttons": replies}}
    await sim.post(message(MARIA, type="interactive", interactive=menu))
    await phone.get_by_test_id("phone-button").filter(has_text="Talvez").click()
    await business.until(lambda: len(business.messages) == 2)
    assert business.messages[1]["interactive"]["button_reply"] == {"id": "talvez", "title": "Talvez"}
    assert business.messages[1]["context"]["from"] == "551140028922"
    rows = [{"id": "q", "title": "Queijo"}, {"id": "g", "title": "Goiabada", "description": "doce"}]
    action = {"button": "Sabores", "sections": [{"title": "Pães", "rows": rows}]}
    listing = {"type": "list", "body": {"text": "Qual?"}, "action": action}
    await sim.post(message(MARIA, type="interactive", interactive=listing))
    await phone.get_by_test_id("phone-button").filter(has_text="Sabores").click()
    await phone.get_by_test_id("phone-list-row").filter(has_text="Goiabada").click()
    await phone.get_by_test_id("phone-list-send").click()
    await business.until(lambda: len(business.messages) == 3)
    assert business.messages[2]["interactive"]["list_reply"] == {"id": "g", "title": "Goiabada", "description": "doce"}


async def test_files_places_contacts_and_voice(phone: Page, sim: Simulator, business: Business) -> None:
    await customer(phone).click()
    await phone.get_by_test_id("phone-attach").click()
    async with phone.expect_file_chooser() as choosing:
        await phone.get_by_test_id("phone-attach-media").click()
    chooser = await choosing.value
    await chooser.set_files({"name": "foto.png", "mimeType": "image/png", "buffer": PNG})
    await phone.get_by_label("Legenda").fill("o cardápio")
    await phone.get_by_test_id("phone-file-send").click()
    await business.until(lambda: len(business.messages) == 1)
    assert business.messages[0]["image"]["caption"] == "o cardápio"
    await expect(bubbles(phone, "out").locator("img.picture")).to_be_visible()
    for name in ("location", "contact"):
        await phone.get_by_test_id("phone-attach").click()
        await phone.get_by_test_id(f"phone-attach-{name}").click()
        await phone.get_by_test_id("dialog-ok").click()
    await business.until(lambda: len(business.messages) == 3)
    assert business.messages[1]["location"]["name"] == "MASP"
    assert business.messages[2]["contacts"][0]["phones"][0]["wa_id"] == "5581988881234"
    await phone.get_by_test_id("phone-record").click()
    await phone.wait_for_timeout(1200)
    await phone.get_by_test_id("phone-record-send").click()
    await business.until(lambda: len(business.messages) == 4)
    voice = business.messages[3]["audio"]
    assert (voice["mime_type"], voice["voice"]) == ("audio/ogg; codecs=opus", True)
    content = await (await sim.http.get(f"/phone/media/{voice['id']}")).read()
    assert content.startswith(b"OggS")
    seconds = await phone.evaluate(
        "url => new Promise((done, fail) => { const sound = new Audio(url); sound.onerror = fail;"
        " sound.onloadedmetadata = () => done(sound.duration); })",
        f"/phone/media/{voice['id']}",
    )
    assert 0.5 < seconds < 4


async def test_a_message_is_answered_reacted_to_edited_and_deleted(
    phone: Page, sim: Simulator, business: Business
) -> None:
    await customer(phone).click()
    await say(phone, "Oi")
    await business.until(lambda: business.messages)
    wamid = await sim.send(MARIA, "Bom dia")
    theirs, mine = bubbles(phone, "in"), bubbles(phone, "out")

    async def choose(row: Locator, name: str) -> None:
        await row.hover()
        await row.get_by_label("Mais").click()
        await phone.get_by_test_id("phone-menu").get_by_role("button", name=name).click()

    await choose(theirs, "❤️")
    await expect(theirs.locator(".reactions")).to_have_text("❤️")
    await choose(theirs, "Responder")
    await say(phone, "Tudo bem?")
    await business.until(lambda: len(business.messages) == 3)
    assert business.messages[2]["context"]["id"] == wamid
    await choose(mine.first, "Editar")
    await phone.get_by_label("Mensagem").last.fill("Olá")
    await phone.get_by_test_id("dialog-ok").click()
    await expect(mine.first).to_contain_text("Olá")
    await expect(mine.first).to_contain_text("Editada")
    await choose(mine.last, "Apagar para todos")
    await expect(mine.last).to_contain_text("Você apagou esta mensagem")


async def test_the_backstage_switches_and_shows_webhooks(phone: Page, sim: Simulator, business: Business) -> None:
    await phone.get_by_test_id("switch-outage").check()
    await sim.write()
    await phone.get_by_test_id("tab-webhooks").click()
    await expect(phone.get_by_test_id("delivery")).to_have_count(0)
    assert sim.world.switches.outage
    await phone.get_by_test_id("tab-switches").click()
    await phone.get_by_test_id("switch-outage").uncheck()
    await business.until(lambda: business.messages)
    await phone.get_by_test_id("tab-webhooks").click()
    await expect(phone.get_by_test_id("delivery")).to_have_count(1)
    await sim.send(MARIA, "Oi")
    await phone.get_by_test_id("tab-ledger").click()
    await expect(phone.get_by_test_id("ledger-entry")).to_contain_text("Oi")


async def test_it_fits_a_small_phone_and_speaks_english(sim: Simulator) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), chromium_sandbox=False, args=["--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 375, "height": 720}, locale="en-US")
        await page.goto(str(sim.http.make_url("/")))
        await expect(page.get_by_role("heading", name="Customers")).to_be_visible()
        await expect(page.get_by_test_id("phone-composer")).to_have_count(0)
        await customer(page).click()
        await expect(page.get_by_test_id("phone-composer")).to_be_visible()
        await say(page, "x" * 200)
        await expect(bubbles(page, "out")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 375
        await page.get_by_test_id("phone-back").click()
        await expect(customer(page)).to_be_visible()
        await browser.close()


async def test_without_a_number_the_page_says_so_and_wakes_up(bare: Simulator, business: Business) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), chromium_sandbox=False, args=["--disable-gpu"]
        )
        page = await browser.new_page(locale="pt-BR")
        await page.goto(str(bare.http.make_url("/")))
        await expect(page.get_by_text("Nenhum número configurado ainda")).to_be_visible()
        await bare.connect(business)
        await expect(page.get_by_test_id("phone-composer")).to_be_visible()
        assert (await bare.get("/control/state"))["numbers"][0]["phone_number_id"] == NUMBER
        await browser.close()


async def test_every_kind_can_be_sent_and_what_came_is_shown_raw(
    phone: Page, sim: Simulator, business: Business
) -> None:
    await customer(phone).click()
    await say(phone, "Oi")
    await business.until(lambda: business.messages)
    button = {"type": "reply", "reply": {"id": "y", "title": "Sim"}}
    asks = {"type": "button", "body": {"text": "Confirma?"}, "action": {"buttons": [button]}}
    await sim.send(MARIA, type="interactive", interactive=asks)
    await expect(bubbles(phone, "in")).to_have_count(1)
    await phone.get_by_test_id("phone-attach").click()
    await phone.get_by_test_id("phone-attach-more").click()
    kinds = await phone.get_by_test_id("kind-choice").locator("option").evaluate_all("all => all.map(one => one.value)")
    await phone.keyboard.press("Escape")
    for name in kinds:
        before = len(business.requests)
        await phone.get_by_test_id("phone-attach").click()
        await phone.get_by_test_id("phone-attach-more").click()
        await phone.get_by_test_id("kind-choice").select_option(name)
        await phone.get_by_test_id("kind-send").click()
        await business.until(lambda before=before: len(business.requests) > before)
    types = {message["type"] for message in business.messages}
    assert types >= {"text", "order", "reaction", "interactive", "button", "system", "unsupported", "request_welcome"}
    assert any("calls" in value for value in business.values)
    await bubbles(phone, "in").first.hover()
    await bubbles(phone, "in").first.locator(".more").click()
    await phone.get_by_test_id("phone-menu").get_by_text("JSON").click()
    await expect(phone.get_by_test_id("raw-json")).to_contain_text('"title": "Sim"')


OFFERS = {
    "flow": {"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "7", "flow_cta": "Agendar"}},
    "location_request_message": {"name": "send_location"},
    "product": {"catalog_id": "9", "product_retailer_id": "sku1"},
    "call_permission_request": {"name": "call_permission_request"},
    "request_contact_info": {"name": "request_contact_info"},
}


async def test_what_is_offered_is_drawn_and_can_be_answered(phone: Page, sim: Simulator, business: Business) -> None:
    await customer(phone).click()
    await say(phone, "Oi")
    for count, (kind, action) in enumerate(OFFERS.items(), start=2):
        await sim.send(MARIA, type="interactive", interactive={"type": kind, "body": {"text": kind}, "action": action})
        await bubbles(phone, "in").filter(has_text=kind).get_by_test_id("phone-button").first.click()
        await business.until(lambda count=count: len(business.messages) == count)
    answers = [message.get("interactive", {}).get("type", message["type"]) for message in business.messages[1:]]
    assert answers == ["nfm_reply", "location", "order", "call_permission_reply", "contacts"]
