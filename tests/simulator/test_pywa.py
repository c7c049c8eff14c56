"""A client that was written for the real Cloud API works with the simulator, unchanged but for its base URL.

pywa knows nothing of this project: what it sends must be taken, what it is answered must be what it expects, and its own
server, which checks signatures, must understand every webhook.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from pywa import WhatsApp, handlers
from pywa import types as t
from pywa.errors import InvalidParameter, ReEngagementMessage, WhatsAppError
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
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        told = {
            "waba_id": WABA, "display_phone_number": "+55 11 4002-8922", "verified_name": "Café Aurora",
            "access_token": TOKEN, "app_id": APP, "app_secret": SECRET, "webhook_url": f"{self.home}/hook",
            "verify_token": VERIFY, "coexistence": True,
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
            lambda: next((one for one in self.updates if isinstance(one, kind) and fits(one)), None), kind.__name__
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
    "text": ("text", lambda shop, to: shop.wa.send_message(to, "Olá https://example.com", preview_url=True, tracker="t-1")),
    "image upload": ("image", lambda shop, to: shop.wa.send_image(to, PICTURE, caption="Pão", mime_type="image/png")),
    "image link": ("image", lambda shop, to: shop.wa.send_image(to, f"{shop.home}/image.png")),
    "video upload": ("video", lambda shop, to: shop.wa.send_video(to, VIDEO, caption="Forno", mime_type="video/mp4")),
    "video link": ("video", lambda shop, to: shop.wa.send_video(to, f"{shop.home}/film.mp4")),
    "document upload": (
        "document",
        lambda shop, to: shop.wa.send_document(to, PDF, filename="conta.pdf", caption="Conta", mime_type="application/pdf"),
    ),
    "document link": ("document", lambda shop, to: shop.wa.send_document(to, f"{shop.home}/bill.pdf", filename="conta.pdf")),
    "voice": ("audio", lambda shop, to: shop.wa.send_voice(to, OGG, mime_type="audio/ogg")),
    "audio": ("audio", lambda shop, to: shop.wa.send_audio(to, OGG, mime_type="audio/ogg")),
    "sticker": ("sticker", lambda shop, to: shop.wa.send_sticker(to, STICKER, mime_type="image/webp")),
    "location": ("location", lambda shop, to: shop.wa.send_location(to, -23.56, -46.65, name="MASP", address="Av. Paulista")),
    "contacts": ("contacts", lambda shop, to: shop.wa.send_contact(to, ANA)),
    "buttons": ("interactive", lambda shop, to: shop.wa.send_message(to, "Confirma?", footer="Padaria", buttons=BUTTONS)),
    "buttons and picture": (
        "interactive",
        lambda shop, to: shop.wa.send_image(to, PICTURE, caption="Confirma?", buttons=BUTTONS, mime_type="image/png"),
    ),
    "list": (
        "interactive",
        lambda shop, to: shop.wa.send_message(to, "O que vai ser?", header="Hoje", buttons=t.SectionList("Ver", SECTIONS)),
    ),
    "cta_url": (
        "interactive",
        lambda shop, to: shop.wa.send_message(to, "O site", buttons=t.URLButton("Abrir", "https://example.com")),
    ),
    "flow": ("interactive", lambda shop, to: shop.wa.send_message(to, "Agende", buttons=FLOW)),
    "voice_call": (
        "interactive",
        lambda shop, to: shop.wa.send_message(to, "Ligue", buttons=t.VoiceCallButton("Ligar", ttl_minutes=60)),
    ),
    "call_permission_request": (
        "interactive",
        lambda shop, to: shop.wa.send_message(to, "Podemos ligar?", buttons=t.CallPermissionRequestButton()),
    ),
    "product": ("interactive", lambda shop, to: shop.wa.send_product(to, "9", "sku1", body="Pão", footer="Fresco")),
    "product_list": (
        "interactive",
        lambda shop, to: shop.wa.send_products(to, "9", [t.ProductsSection("Pães", ["sku1", "sku2"])], "Hoje", "Escolha"),
    ),
    "catalog_message": (
        "interactive", lambda shop, to: shop.wa.send_catalog(to, "Tudo que temos", "Fresco", thumbnail_product_sku="sku1"),
    ),
    "location_request_message": ("interactive", lambda shop, to: shop.wa.request_location(to, "Onde entregamos?")),
    "request_contact_info": ("interactive", lambda shop, to: shop.wa.request_contact_info(to, "Seu contato?")),
    "carousel": ("interactive", lambda shop, to: shop.wa.send_carousel(to, body="Bolos", cards=cards(shop))),
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
