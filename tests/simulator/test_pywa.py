"""A client that was written for the real Cloud API works with the simulator, unchanged but for its base URL.

pywa knows nothing of this project: what it sends must be taken, what it is answered must be what it expects, and its
own server, which checks signatures, must understand every webhook.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from pywa import WhatsApp, handlers
from pywa import types as t
from pywa.errors import BulkBlockingFailed, WhatsAppError
from pywa.types import templates as tt
from werkzeug.serving import make_server

from tests.core.samples import PICTURE
from tests.simulator.conftest import MARIA, NUMBER, SECRET, STRANGER, TOKEN, VERIFY, WABA
from tests.stack import Stack, call, until

APP = "9000001"
VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200)
PDF = b"%PDF-1.4\n%%EOF\n"
STICKER = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"
OGG = (Path(__file__).parents[1] / "whatsapp" / "files" / "stereo.ogg").read_bytes()
FILES = {"image.png": ("image/png", PICTURE), "film.mp4": ("video/mp4", VIDEO), "bill.pdf": ("application/pdf", PDF)}
HANDLED = (
    handlers.MessageHandler, handlers.CallbackButtonHandler, handlers.CallbackSelectionHandler,
    handlers.MessageStatusHandler, handlers.FlowCompletionHandler, handlers.PhoneNumberChangeHandler,
    handlers.IdentityChangeHandler, handlers.EditedMessageHandler, handlers.DeletedMessageHandler,
    handlers.TemplateStatusUpdateHandler, handlers.TemplateQualityUpdateHandler,
    handlers.TemplateCategoryUpdateHandler, handlers.UserMarketingPreferencesHandler, handlers.CallConnectHandler,
    handlers.CallTerminateHandler, handlers.CallPermissionUpdateHandler,
)  # fmt: skip


class Shop:
    """A business that uses pywa, and the simulator that it takes for Meta."""

    def __init__(self, stack: Stack) -> None:
        self.url, self.updates = stack.simulator, list[Any]()
        self.door = Flask("a business")
        for name, (mime, content) in FILES.items():
            self.door.add_url_rule(f"/{name}", name, lambda m=mime, c=content: (c, {"Content-Type": m}))
        self._server = make_server("127.0.0.1", 0, self.door, threaded=True)
        self.home = f"http://127.0.0.1:{self._server.server_port}"
        self.wa = WhatsApp(
            phone_id=NUMBER, waba_id=WABA, token=TOKEN, app_id=APP, app_secret=SECRET, verify_token=VERIFY,
            server=self.door, webhook_endpoint="/hook",
        )  # fmt: skip
        session: httpx.Client = self.wa.api._session
        session.base_url = httpx.URL(str(session.base_url).replace("https://graph.facebook.com", self.url))
        for each in HANDLED:
            self.wa.add_handlers(each(lambda _, update: self.updates.append(update)))
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        told = {
            "waba_id": WABA, "display_phone_number": "+55 11 4002-8922", "verified_name": "Café Aurora",
            "access_token": TOKEN, "app_id": APP, "app_secret": SECRET, "webhook_url": f"{self.home}/hook",
            "verify_token": VERIFY,
        }  # fmt: skip
        self.control("PUT", f"numbers/{NUMBER}", told)
        fast: dict[str, Any] = {"status_delay": [0, 0.01], "pair_limit": False, "throughput": 0}
        self.control("PATCH", "switches", fast | {"enforce_window": "off", "template_review_seconds": 0})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return call(method, f"{self.url}/control/{path}", body)

    def stop(self) -> None:
        self._server.shutdown()

    def taken(self, wamid: str) -> dict[str, Any]:
        """What the simulator keeps of a message."""
        return dict(self.control("GET", f"ledger/{wamid}"))

    def writes(self, **content: Any) -> str:
        """Maria writes; the wamid."""
        told = {"phone_number_id": NUMBER, "from": MARIA, **content}
        return str(self.control("POST", "inbound", told)["wamid"])

    def got(self, kind: type[Any], fits: Callable[[Any], Any]) -> Any:
        """The update of this kind that came, or comes soon."""
        return until(
            lambda: next((one for one in self.updates if isinstance(one, kind) and fits(one)), None),
            kind.__name__,
            patience=30,
        )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    stack = Stack(tmp_path_factory.mktemp("pywa"))
    stack.start_simulator()
    try:
        shop = Shop(stack)
        yield shop
        shop.stop()
    finally:
        stack.stop()


BUTTONS = [t.Button("Sim", callback_data="yes"), t.Button("Não", callback_data="no")]
SECTIONS = [
    t.Section("Pães", [t.SectionRow("Francês", callback_data="french", description="R$ 1")]),
    t.Section("Doces", [t.SectionRow("Sonho", callback_data="dream")]),
]
ANA = t.Contact(
    name=t.Contact.Name(formatted_name="Ana Souza", first_name="Ana"),
    phones=[t.Contact.Phone(phone="+5511912345678", type="CELL", wa_id="5511912345678")],
)
FLOW = t.FlowButton(title="Agendar", flow_id="77", flow_token="t", flow_action_screen="DATE")


def cards(shop: Shop) -> list[t.ImageCarouselCard]:
    quick = [[t.Button("Quero", callback_data=f"cake{n}")] for n in range(2)]
    return [t.ImageCarouselCard(body="Bolo", image=f"{shop.home}/image.png", buttons=each) for each in quick]


SENDS: dict[str, tuple[str, Callable[[Shop, str], Any]]] = {
    "text": ("text", lambda s, to: s.wa.send_message(to, "Olá https://example.com", preview_url=True, tracker="t-1")),
    "image upload": ("image", lambda s, to: s.wa.send_image(to, PICTURE, caption="Pão", mime_type="image/png")),
    "image link": ("image", lambda s, to: s.wa.send_image(to, f"{s.home}/image.png")),
    "video upload": ("video", lambda s, to: s.wa.send_video(to, VIDEO, caption="Forno", mime_type="video/mp4")),
    "video link": ("video", lambda s, to: s.wa.send_video(to, f"{s.home}/film.mp4")),
    "document upload": (
        "document",
        lambda s, to: s.wa.send_document(to, PDF, filename="conta.pdf", caption="Conta", mime_type="application/pdf"),
    ),
    "document link": ("document", lambda s, to: s.wa.send_document(to, f"{s.home}/bill.pdf", filename="conta.pdf")),
    "voice": ("audio", lambda s, to: s.wa.send_voice(to, OGG, mime_type="audio/ogg")),
    "audio": ("audio", lambda s, to: s.wa.send_audio(to, OGG, mime_type="audio/ogg")),
    "sticker": ("sticker", lambda s, to: s.wa.send_sticker(to, STICKER, mime_type="image/webp")),
    "location": ("location", lambda s, to: s.wa.send_location(to, -23.56, -46.65, name="MASP", address="Av. Paulista")),
    "contacts": ("contacts", lambda s, to: s.wa.send_contact(to, ANA)),
    "buttons": ("interactive", lambda s, to: s.wa.send_message(to, "Confirma?", footer="Padaria", buttons=BUTTONS)),
    "buttons and picture": (
        "interactive",
        lambda s, to: s.wa.send_image(to, PICTURE, caption="Confirma?", buttons=BUTTONS, mime_type="image/png"),
    ),
    "list": (
        "interactive",
        lambda s, to: s.wa.send_message(to, "O que vai ser?", header="Hoje", buttons=t.SectionList("Ver", SECTIONS)),
    ),
    "cta_url": (
        "interactive",
        lambda s, to: s.wa.send_message(to, "O site", buttons=t.URLButton("Abrir", "https://example.com")),
    ),
    "flow": ("interactive", lambda s, to: s.wa.send_message(to, "Agende", buttons=FLOW)),
    "voice_call": (
        "interactive",
        lambda s, to: s.wa.send_message(to, "Ligue", buttons=t.VoiceCallButton("Ligar", ttl_minutes=60)),
    ),
    "call_permission_request": (
        "interactive",
        lambda s, to: s.wa.send_message(to, "Podemos ligar?", buttons=t.CallPermissionRequestButton()),
    ),
    "product": ("interactive", lambda s, to: s.wa.send_product(to, "9", "sku1", body="Pão", footer="Fresco")),
    "product_list": (
        "interactive",
        lambda s, to: s.wa.send_products(to, "9", [t.ProductsSection("Pães", ["sku1", "sku2"])], "Hoje", "Escolha"),
    ),
    "catalog_message": (
        "interactive", lambda s, to: s.wa.send_catalog(to, "Tudo que temos", "Fresco", thumbnail_product_sku="sku1"),
    ),
    "location_request_message": ("interactive", lambda s, to: s.wa.request_location(to, "Onde entregamos?")),
    "request_contact_info": ("interactive", lambda s, to: s.wa.request_contact_info(to, "Seu contato?")),
    "carousel": ("interactive", lambda s, to: s.wa.send_carousel(to, body="Bolos", cards=cards(s))),
}  # fmt: skip


def test_every_type_is_taken_and_arrives(shop: Shop) -> None:
    sent = {}
    for name, (kind, send) in SENDS.items():
        sent[name] = send(shop, MARIA)
        found = shop.taken(sent[name].id)
        assert found["type"] == kind, name
        if kind == "interactive" and name in found["body"]["interactive"]["type"]:
            assert found["body"]["interactive"]["type"] == name
    for name, one in sent.items():
        shop.got(t.MessageStatus, lambda status, one=one: (status.id, status.status) == (one.id, "delivered")), name


def test_reactions_reads_and_typing(shop: Shop) -> None:
    wamid = shop.writes(text={"body": "Bom dia"})
    message = shop.got(t.Message, lambda one: one.id == wamid)
    assert shop.taken(message.react("👍").id)["body"]["reaction"] == {"message_id": wamid, "emoji": "👍"}
    assert shop.taken(message.unreact().id)["body"]["reaction"]["emoji"] == ""
    assert message.mark_as_read().success
    assert message.indicate_typing().success
    assert shop.taken(message.reply_text("Bom dia!", quote=True).id)["body"]["context"] == {"message_id": wamid}


def test_media_go_up_and_down(shop: Shop, tmp_path: Path) -> None:
    wa = shop.wa
    media = wa.upload_media(PICTURE, mime_type="image/png", filename="pao.png")
    url = wa.get_media_url(media.id)
    assert (url.mime_type, url.file_size) == ("image/png", str(len(PICTURE)))
    assert wa.get_media_bytes(url.url) == PICTURE
    assert Path(wa.download_media(url=url.url, path=tmp_path, filename="pao.png")).read_bytes() == PICTURE
    assert wa.delete_media(media.id).success
    with pytest.raises(WhatsAppError):
        wa.get_media_url(media.id)


PORTUGUESE = tt.TemplateLanguage.PORTUGUESE_BR


def template(name: str, *components: Any, category: str = "UTILITY", **more: Any) -> tt.Template:
    return tt.Template(
        name=name, language=PORTUGUESE, category=tt.TemplateCategory(category), components=list(components), **more
    )


BAKED = tt.BodyText("Olá {{1}}, o seu pedido {{2}} saiu do forno.", "Ana", "42")
NAMED = tt.BodyText("Olá {{name}}, o seu pedido {{order}} saiu.", name="Ana", order="42")
SITE = tt.URLButton(text="Acompanhar", url="https://example.com/{{1}}", example="https://example.com/42")
QUICK = tt.QuickReplyButton(text="Ok")
COUPON = tt.CopyCodeButton(example="PAO10")
OFFER = tt.LimitedTimeOffer(text="Só hoje", has_expiration=True)
CARD = [tt.HeaderImage(PICTURE, mime_type="image/png"), tt.BodyText("Bolo fresco"), tt.Buttons(buttons=[QUICK])]
CAROUSEL = tt.Carousel(cards=[tt.CarouselCard(components=CARD), tt.CarouselCard(components=CARD)])
SOON = 1_900_000_000_000


def picture() -> Any:
    return tt.HeaderImage.params(image=PICTURE, mime_type="image/png")


# Each with what fills it when it is sent.
TEMPLATES: list[tuple[tt.Template, Callable[[], list[Any]]]] = [
    (
        template("pw_text", tt.HeaderText("Pedido {{1}}", "42"), BAKED, tt.FooterText(text="Padaria Aurora")),
        lambda: [tt.HeaderText.params("42"), tt.BodyText.params("Maria", "42")],
    ),
    (
        template("pw_named", NAMED, parameter_format=tt.ParamFormat.NAMED),
        lambda: [tt.BodyText.params(name="Maria", order="42")],
    ),
    (
        template("pw_image", tt.HeaderImage(PICTURE, mime_type="image/png"), BAKED, tt.Buttons(buttons=[QUICK, SITE])),
        lambda: [
            picture(), tt.BodyText.params("Maria", "42"), tt.QuickReplyButton.params(callback_data="ok", index=0),
            tt.URLButton.params(url_variable="42", index=1),
        ],
    ),
    (
        template("pw_document", tt.HeaderDocument(PDF, mime_type="application/pdf"), BAKED),
        lambda: [
            tt.HeaderDocument.params(document=PDF, filename="conta.pdf", mime_type="application/pdf"),
            tt.BodyText.params("Maria", "42"),
        ],
    ),
    (
        template("pw_place", tt.HeaderLocation(), BAKED),
        lambda: [
            tt.HeaderLocation.params(lat=-23.5, lon=-46.6, name="Padaria", address="Av. Paulista"),
            tt.BodyText.params("Maria", "42"),
        ],
    ),
    (
        template("pw_offer", OFFER, BAKED, tt.Buttons(buttons=[COUPON, SITE]), category="MARKETING"),
        lambda: [
            tt.BodyText.params("Maria", "42"),
            tt.LimitedTimeOffer.params(expiration_time=datetime.fromtimestamp(SOON / 1000, tz=UTC)),
            tt.CopyCodeButton.params(coupon_code="PAO10", index=0), tt.URLButton.params(url_variable="42", index=1),
        ],
    ),
    (
        template("pw_cards", BAKED, CAROUSEL, category="MARKETING"),
        lambda: [
            tt.BodyText.params("Maria", "42"),
            CAROUSEL.params(cards=[
                tt.CarouselCard.params(
                    params=[picture(), tt.QuickReplyButton.params(callback_data="a", index=0)], index=place
                )
                for place in range(2)
            ]),
        ],
    ),
    (
        template(
            "pw_code", tt.AuthenticationBody(add_security_recommendation=True),
            tt.AuthenticationFooter(code_expiration_minutes=5), tt.Buttons(buttons=[tt.CopyCodeOTPButton()]),
            category="AUTHENTICATION",
        ),
        lambda: [tt.AuthenticationBody.params(otp="123456"), tt.CopyCodeOTPButton.params(otp="123456")],
    ),
    (
        template(
            "pw_flow", BAKED,
            tt.Buttons(buttons=[tt.FlowButton(text="Agendar", flow_id="77", navigate_screen="DATE")]),
        ),
        lambda: [tt.BodyText.params("Maria", "42"), tt.FlowButton.params(index=0, flow_token="t")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("made", "fill"), TEMPLATES, ids=[made.name for made, _ in TEMPLATES])
def test_templates_live(shop: Shop, made: tt.Template, fill: Callable[[], list[Any]]) -> None:
    wa = shop.wa
    created = wa.create_template(made)
    told = shop.got(t.TemplateStatusUpdate, lambda one: one.template_id == created.id)
    assert told.new_status == tt.TemplateStatus.APPROVED
    (listed,) = wa.get_templates(name=made.name)
    assert listed.status == tt.TemplateStatus.APPROVED
    assert wa.get_template(created.id).name == made.name
    sent = wa.send_template(STRANGER, made.name, made.language, fill())
    assert shop.taken(sent.id)["type"] == "template"
    shop.got(t.MessageStatus, lambda one: (one.id, one.status) == (sent.id, "delivered"))
    assert wa.delete_template(made.name).success
    assert [*wa.get_templates(name=made.name)] == []


def test_what_is_wrong_is_said_as_pywa_expects_it(shop: Shop) -> None:
    refused = {
        100: lambda: shop.wa.send_message(MARIA, "x" * 5000),
        131009: lambda: shop.wa.send_reaction(MARIA, "👍", "wamid.nobodys"),
        132012: lambda: shop.wa.send_template(STRANGER, "pw_none", PORTUGUESE, [{"type": "sidebar"}]),
        131021: lambda: shop.wa.send_message("551140028922", "Oi"),
    }
    for code, ask in refused.items():
        with pytest.raises(WhatsAppError) as found:
            ask()
        assert (found.value.code, type(found.value).__module__) == (code, "pywa.errors")


def test_the_number_its_profile_and_its_links(shop: Shop) -> None:
    wa = shop.wa
    number = wa.get_business_phone_number()
    assert (number.verified_name, number.display_phone_number) == ("Café Aurora", "+55 11 4002-8922")
    assert [one.id for one in wa.get_business_phone_numbers()] == [NUMBER]
    assert wa.get_business_account().id == WABA
    assert wa.update_business_profile(about="Pão quente", industry=t.Industry.RESTAURANT, email="a@example.com").success
    profile = wa.get_business_profile()
    assert (profile.about, profile.industry, profile.email) == ("Pão quente", t.Industry.RESTAURANT, "a@example.com")
    assert wa.update_conversational_automation(
        ice_breakers=["Qual o horário?"], commands=[t.Command("pedido", "Faz um pedido")]
    ).success
    automation = wa.get_business_phone_number().conversational_automation
    assert (automation.ice_breakers, automation.commands[0].name) == (("Qual o horário?",), "pedido")
    made = wa.create_qr_code("Quero pão", image_type="SVG")
    assert made.qr_image_url
    assert wa.get_qr_code(made.code).prefilled_message == "Quero pão"
    assert wa.update_qr_code(made.code, "Quero bolo").prefilled_message == "Quero bolo"
    assert [one.code for one in wa.get_qr_codes()] == [made.code]
    assert wa.delete_qr_code(made.code).success
    assert wa.get_qr_code(made.code) is None


def test_blocking(shop: Shop) -> None:
    shop.writes(text={"body": "Oi"})
    result = shop.wa.block_users([MARIA])
    assert ([one.input for one in result.added_users], result.failed_users) == ([MARIA], ())
    assert [one.wa_id for one in shop.wa.get_blocked_users()] == [MARIA]
    with pytest.raises(WhatsAppError):
        shop.wa.send_message(MARIA, "Oi")
    assert [one.input for one in shop.wa.unblock_users([MARIA]).removed_users] == [MARIA]
    with pytest.raises(BulkBlockingFailed):
        shop.wa.block_users([STRANGER])


def test_numbers_are_registered_and_callbacks_set(shop: Shop) -> None:
    wa = shop.wa
    token = wa.get_app_access_token(int(APP), SECRET)
    assert wa.set_app_callback_url(int(APP), token, f"{shop.home}/hook", VERIFY, ["messages"]).success
    assert wa.override_waba_callback_url(f"{shop.home}/hook", VERIFY).success
    assert wa.delete_waba_callback_url().success
    assert wa.override_phone_callback_url(f"{shop.home}/hook", VERIFY).success
    assert wa.delete_phone_callback_url().success
    assert wa.register_phone_number("123456").success


def arrives(shop: Shop, kind: type[Any], **content: Any) -> Any:
    wamid = shop.writes(**content)
    return shop.got(kind, lambda one: one.id == wamid)


def file(shop: Shop, name: str) -> dict[str, str]:
    """A customer's file."""
    mime, content = FILES[name]
    answer = httpx.post(f"{shop.url}/phone/media?phone_number_id={NUMBER}", files={"file": (name, content, mime)})
    return {"id": str(answer.json()["id"])}


PLACE = {"latitude": -23.56, "longitude": -46.65, "name": "MASP"}
CARD_OF_ANA = {"name": {"formatted_name": "Ana", "first_name": "Ana"}, "phones": [{"phone": "+5511912345678"}]}
ITEM = {"product_retailer_id": "sku1", "quantity": 2, "item_price": 30.5, "currency": "BRL"}
AD = {
    "source_url": "https://fb.me/x", "source_id": "120", "source_type": "ad", "headline": "Pão a R$ 1",
    "body": "Venha", "media_type": "image", "image_url": "https://example.com/a.jpg", "ctwa_clid": "Af",
}  # fmt: skip


def test_what_customers_write_is_understood(shop: Shop) -> None:
    text = arrives(shop, t.Message, text={"body": "Olá, ação/coração 👋"}, name="Maria da Silva")
    assert (text.type, text.text, text.from_user.name) == (t.MessageType.TEXT, "Olá, ação/coração 👋", "Maria da Silva")
    assert (text.from_user.wa_id, bool(text.from_user.bsuid)) == (MARIA, True)
    picture = arrives(shop, t.Message, type="image", image=file(shop, "image.png") | {"caption": "Pão"})
    assert (picture.caption, picture.image.mime_type, picture.image.get_bytes()) == ("Pão", "image/png", PICTURE)
    assert arrives(shop, t.Message, type="video", video=file(shop, "film.mp4")).video.get_bytes() == VIDEO
    bill = arrives(shop, t.Message, type="document", document=file(shop, "bill.pdf") | {"filename": "conta.pdf"})
    assert (bill.document.filename, bill.document.get_bytes()) == ("conta.pdf", PDF)
    place = arrives(shop, t.Message, type="location", location=PLACE).location
    assert (place.latitude, place.name) == (-23.56, "MASP")
    assert arrives(shop, t.Message, type="contacts", contacts=[CARD_OF_ANA]).contacts[0].name.formatted_name == "Ana"
    order = arrives(shop, t.Message, type="order", order={"catalog_id": "9", "text": "Hoje", "product_items": [ITEM]})
    assert (order.order.products[0].sku, order.order.products[0].quantity) == ("sku1", 2)
    liked = arrives(shop, t.Message, type="reaction", reaction={"message_id": text.id, "emoji": "👍"})
    assert (liked.reaction.emoji, liked.reaction.message_id) == ("👍", text.id)
    assert arrives(shop, t.Message, type="reaction", reaction={"message_id": text.id, "emoji": ""}).reaction.is_removed
    reply = arrives(shop, t.Message, text={"body": "Isto"}, context={"message_id": text.id})
    assert reply.message_id_to_reply == reply.id
    assert (reply.reply_to_message.id, reply.is_reply) == (text.id, True)
    assert arrives(shop, t.Message, text={"body": "Veja"}, context={"forwarded": True}).forwarded
    assert arrives(shop, t.Message, text={"body": "Oi"}, referral=AD).referral.source_id == "120"
    assert arrives(shop, t.Message, type="unsupported", errors=[UNKNOWN]).error.code == 131051


UNKNOWN = {
    "code": 131051, "title": "Message type unknown", "message": "Message type unknown",
    "error_data": {"details": "Message type is currently not supported."},
}  # fmt: skip


def test_taps_are_understood(shop: Shop) -> None:
    send = shop.wa.send_message
    for buttons, kind, data in (
        (BUTTONS, t.CallbackButton, "yes"),
        (t.SectionList("Ver", SECTIONS), t.CallbackSelection, "french"),
    ):
        sent = send(MARIA, "Qual?", buttons=buttons)
        shop.got(t.MessageStatus, lambda one, sent=sent: (one.id, one.status) == (sent.id, "delivered"))
        send(MARIA, "#sim:button 1")
        tapped = shop.got(kind, lambda one, sent=sent: one.reply_to_message.id == sent.id)
        assert tapped.data == data
    flow = send(MARIA, "Agende", buttons=FLOW)
    shop.got(t.MessageStatus, lambda one: (one.id, one.status) == (flow.id, "delivered"))
    send(MARIA, "#sim:button 1")
    assert shop.got(t.FlowCompletion, lambda one: one.reply_to_message.id == flow.id).response is not None


def test_statuses_are_understood(shop: Shop) -> None:
    sent = shop.wa.send_message("16505550111", "Oi", tracker="campaign-7")
    read = shop.got(t.MessageStatus, lambda one: (one.id, one.status) == (sent.id, "delivered"))
    assert (read.tracker, read.pricing.category, read.from_user.wa_id) == ("campaign-7", "service", "16505550111")
    failed = shop.wa.send_message("16505550026", "Oi")
    status = shop.got(t.MessageStatus, lambda one: (one.id, one.status) == (failed.id, "failed"))
    assert (status.error.code, type(status.error).__name__) == (131026, "MessageUndeliverable")


def test_edits_deletions_and_new_numbers_are_understood(shop: Shop) -> None:
    shop.control("PUT", f"numbers/{NUMBER}", {"coexistence": True})
    first = shop.writes(text={"body": "Quero 2"})
    told = {"context": {"id": "M0"}, "type": "text", "text": {"body": "Quero 3"}}
    edited = arrives(shop, t.EditedMessage, type="edit", edit={"original_message_id": first, "message": told})
    assert (edited.message.text, edited.original_message_id) == ("Quero 3", first)
    deleted = arrives(shop, t.DeletedMessage, type="revoke", revoke={"original_message_id": first})
    assert deleted.original_message_id == first
    who = "5511955552222"
    sent = shop.wa.send_message(who, "#sim:rotate 5511955551111")
    assert sent.id
    moved = shop.got(t.PhoneNumberChange, lambda one: one.new_wa_id == "5511955551111")
    assert moved.old_wa_id == who
