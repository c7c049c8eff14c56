"""Every kind of interactive message, every component of templates: written as the Cloud API wants it, or refused."""

from typing import Any

import pytest

from apps.whatsapp.errors import LimitExceeded, MessageNotValid, NotAddressable
from apps.whatsapp.outbound import (
    DirectSend,
    OutboundMessage,
    Text,
    body_of,
    check,
    content_from,
    direct_from,
    files_in,
)

PICTURE, FILM = "019abc00-0000-7000-8000-000000000001", "019abc00-0000-7000-8000-000000000002"
FILES = {PICTURE: "31", FILM: "32"}
LINK = "https://a.test/b.jpg"
ASK = {"body": "Qual?"}
YES, NO = {"id": "y", "title": "Sim"}, {"id": "n", "title": "Não"}
ROW = {"id": "r1", "title": "Pão", "description": "quente"}


def link_card(**more: Any) -> dict[str, Any]:
    header = {"type": "image", "media_id": PICTURE}
    return {"type": "cta_url", "header": header, "body": "A", "display_text": "Ver", "url": LINK} | more


def reply_card(**more: Any) -> dict[str, Any]:
    return {"type": "quick_reply", "header": {"type": "video", "link": LINK}, "buttons": [YES, NO]} | more


PRODUCT_CARD = {"type": "product", "catalog_id": "9", "product_retailer_id": "sku1"}
SHELF = {"title": "A", "product_items": [{"product_retailer_id": "sku1"}]}

INTERACTIVE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "button": (
        {**ASK, "header": {"type": "text", "text": "Oi"}, "footer": "Até já", "buttons": [YES, NO]},
        {
            "header": {"type": "text", "text": "Oi"},
            "body": {"text": "Qual?"},
            "footer": {"text": "Até já"},
            "action": {"buttons": [{"type": "reply", "reply": YES}, {"type": "reply", "reply": NO}]},
        },
    ),
    "list": (
        {**ASK, "button": "Ver", "sections": [{"rows": [ROW]}]},
        {"body": {"text": "Qual?"}, "action": {"button": "Ver", "sections": [{"rows": [ROW]}]}},
    ),
    "cta_url": (
        {**ASK, "header": {"type": "image", "media_id": PICTURE}, "display_text": "Ver", "url": LINK},
        {
            "header": {"type": "image", "image": {"id": "31"}},
            "body": {"text": "Qual?"},
            "action": {"name": "cta_url", "parameters": {"display_text": "Ver", "url": LINK}},
        },
    ),
    "flow": (
        {**ASK, "flow_id": "55", "flow_cta": "Abrir", "flow_token": "t", "flow_action_payload": {"screen": "S"}},
        {
            "body": {"text": "Qual?"},
            "action": {
                "name": "flow",
                "parameters": {
                    "flow_message_version": "3", "flow_id": "55", "flow_cta": "Abrir", "flow_token": "t",
                    "mode": "published", "flow_action": "navigate", "flow_action_payload": {"screen": "S"},
                },
            },
        },
    ),
    "product": (
        {"catalog_id": "9", "product_retailer_id": "sku1"},
        {"action": {"catalog_id": "9", "product_retailer_id": "sku1"}},
    ),
    "product_list": (
        {**ASK, "header": {"type": "text", "text": "Pães"}, "catalog_id": "9", "sections": [SHELF]},
        {
            "header": {"type": "text", "text": "Pães"},
            "body": {"text": "Qual?"},
            "action": {"catalog_id": "9", "sections": [SHELF]},
        },
    ),
    "catalog_message": (
        {**ASK, "thumbnail_product_retailer_id": "sku1"},
        {
            "body": {"text": "Qual?"},
            "action": {"name": "catalog_message", "parameters": {"thumbnail_product_retailer_id": "sku1"}},
        },
    ),
    "location_request_message": (ASK, {"body": {"text": "Qual?"}, "action": {"name": "send_location"}}),
    "request_contact_info": (ASK, {"body": {"text": "Qual?"}, "action": {"name": "request_contact_info"}}),
    "address_message": (
        {**ASK, "country": "IN", "values": {"city": "Pune"}},
        {
            "body": {"text": "Qual?"},
            "action": {"name": "address_message", "parameters": {"country": "IN", "values": {"city": "Pune"}}},
        },
    ),
    "voice_call": (
        {**ASK, "display_text": "Ligar", "ttl_minutes": 100, "payload": "p"},
        {
            "body": {"text": "Qual?"},
            "action": {
                "name": "voice_call",
                "parameters": {"display_text": "Ligar", "ttl_minutes": 100, "payload": "p"},
            },
        },
    ),
    "call_permission_request": (ASK, {"body": {"text": "Qual?"}, "action": {"name": "call_permission_request"}}),
    "carousel": (
        {**ASK, "cards": [link_card(), link_card()]},
        {
            "body": {"text": "Qual?"},
            "action": {
                "cards": [
                    {
                        "card_index": at,
                        "type": "cta_url",
                        "header": {"type": "image", "image": {"id": "31"}},
                        "body": {"text": "A"},
                        "action": {"name": "cta_url", "parameters": {"display_text": "Ver", "url": LINK}},
                    }
                    for at in (0, 1)
                ]
            },
        },
    ),
}  # fmt: skip


def body(kind: str, content: dict[str, Any], **to: Any) -> dict[str, Any]:
    made = OutboundMessage(content=content_from(kind, content, files=FILES), **({"phone": "16505550100"} | to))
    check(made)
    return body_of(made)


@pytest.mark.parametrize("kind", INTERACTIVE)
def test_every_kind_is_written_as_the_cloud_api_wants_it(kind: str) -> None:
    content, expected = INTERACTIVE[kind]
    assert body("interactive", {"kind": kind, **content})["interactive"] == {"type": kind, **expected}


def test_cards_may_have_buttons_that_come_back_or_be_products() -> None:
    replies = body("interactive", {"kind": "carousel", **ASK, "cards": [reply_card(), reply_card()]})
    card = replies["interactive"]["action"]["cards"][1]
    assert card["header"] == {"type": "video", "video": {"link": LINK}}
    assert card["action"]["buttons"][0] == {"type": "quick_reply", "quick_reply": YES}
    products = body("interactive", {"kind": "carousel", **ASK, "cards": [PRODUCT_CARD] * 2})
    assert products["interactive"]["action"]["cards"][0] == {
        "card_index": 0,
        "type": "product",
        "action": {"product_retailer_id": "sku1", "catalog_id": "9"},
    }


def changed(kind: str, **parts: Any) -> dict[str, Any]:
    return {"kind": kind, **INTERACTIVE[kind][0], **parts}


LONG = "x" * 5000
OVER: list[tuple[dict[str, Any], str]] = [
    (changed("button", body=" "), "body"),
    (changed("button", body=LONG), "body"),
    (changed("button", footer="x" * 61), "footer"),
    (changed("button", header={"type": "text", "text": "x" * 61}), "header.text"),
    (changed("button", buttons=[]), "buttons"),
    (changed("button", buttons=[{"id": str(n), "title": str(n)} for n in range(4)]), "buttons"),
    (changed("button", buttons=[YES, {"id": "n", "title": "x" * 21}]), "buttons.1.title"),
    (changed("button", buttons=[{"id": "x" * 257, "title": "Sim"}]), "buttons.0.id"),
    (changed("list", body="x" * 4097), "body"),
    (changed("list", button="x" * 21), "button"),
    (changed("list", sections=[]), "sections"),
    (changed("list", sections=[{"rows": []}]), "sections.0.rows"),
    (changed("list", sections=[{"rows": [{"id": str(n), "title": "a"} for n in range(11)]}]), "sections"),
    (changed("list", sections=[{"title": "x" * 25, "rows": [ROW]}]), "sections.0.title"),
    (changed("list", sections=[{"rows": [ROW, ROW | {"id": "x" * 201}]}]), "sections.0.rows.1.id"),
    (changed("list", sections=[{"rows": [ROW | {"title": "x" * 25}]}]), "sections.0.rows.0.title"),
    (changed("list", sections=[{"rows": [ROW | {"description": "x" * 73}]}]), "sections.0.rows.0.description"),
    (changed("cta_url", display_text="x" * 21), "display_text"),
    (changed("cta_url", url="https://a.test/" + "x" * 2000), "url"),
    (changed("flow", flow_cta="x" * 31), "flow_cta"),
    (changed("product_list", sections=[SHELF] * 11), "sections"),
    (changed("product_list", sections=[SHELF | {"product_items": SHELF["product_items"] * 31}]), "sections"),
    (changed("voice_call", display_text="x" * 21), "display_text"),
    (changed("voice_call", ttl_minutes=43201), "ttl_minutes"),
    (changed("voice_call", footer="x"), "footer"),
    (changed("location_request_message", body="x" * 1025), "body"),
    (changed("carousel", cards=[link_card()]), "cards"),
    (changed("carousel", cards=[link_card()] * 11), "cards"),
    (changed("carousel", cards=[link_card(), link_card(body="x" * 161)]), "cards.1.body"),
    (changed("carousel", cards=[link_card(), link_card(body="\n" * 3)]), "cards.1.body"),
    (changed("carousel", cards=[link_card(display_text="x" * 21)] * 2), "cards.0.display_text"),
    (changed("carousel", cards=[reply_card(buttons=[])] * 2), "cards.0.buttons"),
]
WRONG: list[tuple[dict[str, Any], str]] = [
    (changed("button", buttons=[YES, NO | {"id": "y"}]), "buttons"),
    (changed("button", buttons=[YES, NO | {"title": "Sim"}]), "buttons"),
    (changed("button", header={"type": "sticker", "link": LINK}), "header.type"),
    (changed("button", header={"type": "image"}), "header.media_id"),
    (changed("button", header={"type": "image", "link": "http://a.test/b.jpg"}), "header.link"),
    (changed("list", header={"type": "image", "link": LINK}), "header.type"),
    (changed("list", sections=[{"title": "A", "rows": [ROW]}, {"rows": [YES]}]), "sections.1.title"),
    (changed("list", sections=[{"rows": [ROW, ROW]}]), "sections"),
    (changed("cta_url", url="javascript:alert(1)"), "url"),
    (changed("flow", flow_id=""), "flow_id"),
    (changed("flow", flow_name="form"), "flow_id"),
    (changed("flow", flow_cta="Abrir 👍"), "flow_cta"),
    (changed("flow", flow_action_payload={"screen": ["S"]}), "flow_action_payload.screen"),
    (changed("flow", flow_action_payload={"screen": "S", "data": 5}), "flow_action_payload.data"),
    (changed("flow", mode="test"), "mode"),
    (changed("product", header={"type": "text", "text": "Oi"}), "header.type"),
    (changed("product", catalog_id=""), "catalog_id"),
    (changed("product_list", header=None), "header"),
    (changed("address_message", country="BR"), "country"),
    (changed("carousel", cards=[link_card(), reply_card()]), "cards"),
    (changed("carousel", cards=[PRODUCT_CARD, PRODUCT_CARD | {"catalog_id": "8"}]), "cards"),
    (changed("carousel", cards=[link_card(header={"type": "text", "text": "a"})] * 2), "cards.0.header.type"),
    ({"kind": "poll", "body": "?"}, "kind"),
    ({"kind": "button", "body": "?"}, "interactive"),
]


@pytest.mark.parametrize(("content", "field"), OVER)
def test_what_is_over_a_limit_is_refused_and_named(content: dict[str, Any], field: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        body("interactive", content)
    assert caught.value.field == field
    assert caught.value.limit is not None


@pytest.mark.parametrize(("content", "field"), WRONG)
def test_what_no_limit_describes_is_refused_too(content: dict[str, Any], field: str) -> None:
    with pytest.raises(MessageNotValid) as caught:
        body("interactive", content)
    assert caught.value.field == field


def template(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "pedido_pronto", "language": "pt_BR", "components": [*components]} | more


def header(**parameter: Any) -> dict[str, Any]:
    return {"type": "header", "parameters": [parameter]}


def values(*parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "body", "parameters": [*parameters]}


def button(sub_type: str, **parameter: Any) -> dict[str, Any]:
    return {"type": "button", "sub_type": sub_type, "index": 0, "parameters": [parameter]}


ANA = {"type": "text", "text": "Ana"}
MONEY = {"type": "currency", "currency": {"fallback_value": "R$ 10", "code": "BRL", "amount_1000": 10000}}
DAY = {"type": "date_time", "date_time": {"fallback_value": "1º de maio"}}
NOWHERE = {"latitude": 91, "longitude": 0}
END = {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1_764_600_000_000}}
SHOWN = {"thumbnail_product_retailer_id": "sku1", "sections": [SHELF]}


@pytest.mark.parametrize(
    ("component", "written"),
    [
        (header(**ANA, parameter_name="first_name"), None),
        (
            header(type="image", image={"media_id": PICTURE}),
            {"type": "header", "parameters": [{"type": "image", "image": {"id": "31"}}]},
        ),
        (header(type="document", document={"link": LINK, "filename": "a.pdf"}), None),
        (
            header(type="location", location={"latitude": -23.5, "longitude": -46.6, "name": "Loja"}),
            header(type="location", location={"latitude": "-23.5", "longitude": "-46.6", "name": "Loja"}),
        ),
        (values(ANA, MONEY, DAY), None),
        (values(ANA | {"parameter_name": "first_name"}), None),
        (button("url", type="text", text="suffix"), {**button("url", type="text", text="suffix"), "index": "0"}),
        (button("quick_reply", type="payload", payload="stop"), None),
        (button("copy_code", type="coupon_code", coupon_code="PAO10"), None),
        (button("flow", type="action", action={"flow_token": "t", "flow_action_data": {}}), None),
        (
            button("mpm", type="action", action=SHOWN),
            {**button("MPM", type="action", action=SHOWN), "index": "0"},
        ),
        (button("voice_call", type="ttl_minutes", ttl_minutes=100), None),
        ({"type": "limited_time_offer", "parameters": [END]}, None),
        (
            {
                "type": "carousel",
                "cards": [
                    {"card_index": at, "components": [header(type="video", video={"media_id": FILM}), values(ANA)]}
                    for at in (0, 1)
                ],
            },
            {
                "type": "carousel",
                "cards": [
                    {"card_index": at, "components": [header(type="video", video={"id": "32"}), values(ANA)]}
                    for at in (0, 1)
                ],
            },
        ),
    ],
)
def test_every_component_of_a_template_is_written(component: dict[str, Any], written: dict[str, Any] | None) -> None:
    expected = dict(written or component)
    if expected["type"] == "button":
        expected["index"] = "0"
    assert body("template", template(component))["template"] == {
        "name": "pedido_pronto",
        "language": {"code": "pt_BR"},
        "components": [expected],
    }


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (template(name="Pedido"), "name"),
        (template(name="x" * 513), "name"),
        (template({"type": "footer"}), "components.0.type"),
        (template(values(ANA), values(ANA)), "components.1"),
        (template({"type": "header", "parameters": []}), "components.0.parameters"),
        (template({"type": "header", "parameters": [ANA, ANA]}), "components.0.parameters"),
        (template(header(type="text", text="x" * 61)), "components.0.parameters.0.text"),
        (template(header(type="image", image={})), "components.0.parameters.0.image.media_id"),
        (template(header(type="image", image={"link": "ftp://a"})), "components.0.parameters.0.image.link"),
        (template(header(type="location", location=NOWHERE)), "components.0.parameters.0.location.latitude"),
        (template(values(ANA, {"type": "text", "text": " "})), "components.0.parameters.1.text"),
        (template(values({"type": "text", "text": "a\nb"})), "components.0.parameters.0.text"),
        (template(values({"type": "text", "text": "a     b"})), "components.0.parameters.0.text"),
        (template(values({"type": "image", "image": {"link": LINK}})), "components.0.parameters.0.type"),
        (template(button("phone", type="text", text="a")), "components.0.sub_type"),
        (template(button("url", type="text", text="a") | {"index": 10}), "components.0.index"),
        (template(button("url", type="payload", payload="a")), "components.0.parameters.0.type"),
        (template(button("quick_reply", type="payload", payload="x" * 257)), "components.0.parameters.0.payload"),
        (
            template(button("copy_code", type="coupon_code", coupon_code="x" * 21)),
            "components.0.parameters.0.coupon_code",
        ),
        (template(button("voice_call", type="ttl_minutes", ttl_minutes=0)), "components.0.parameters.0.ttl_minutes"),
        (template({"type": "carousel", "cards": [{"card_index": 0, "components": []}]}), "components.0.cards"),
        (
            template({"type": "carousel", "cards": [{"card_index": 0, "components": []}] * 2}),
            "components.0.cards",
        ),
    ],
)  # fmt: skip
def test_a_template_that_can_not_be_right_is_refused(content: dict[str, Any], field: str) -> None:
    with pytest.raises(MessageNotValid) as caught:
        body("template", content)
    assert caught.value.field == field


def test_files_of_headers_and_cards_are_found_and_have_to_be_uploaded_before_they_go() -> None:
    cards = [link_card(), link_card(header={"type": "image", "media_id": FILM}), link_card()]
    content = {"kind": "carousel", **ASK, "header": None, "cards": cards}
    found = [(file.kind, file.media_id, file.field) for file in files_in("interactive", content)]
    assert found == [
        ("image", PICTURE, "cards.0.header.media_id"),
        ("image", FILM, "cards.1.header.media_id"),
        ("image", PICTURE, "cards.2.header.media_id"),
    ]
    filled = template(header(type="document", document={"media_id": PICTURE}))
    [file] = files_in("template", filled)
    assert (file.kind, file.field) == ("document", "components.0.parameters.0.document.media_id")
    assert files_in("template", template(header(type="image", image={"link": LINK}))) == []
    for kind, each in (("interactive", content), ("template", filled)):
        made = OutboundMessage(content=content_from(kind, each), phone="16505550100")
        check(made)
        with pytest.raises(MessageNotValid):
            body_of(made)


def test_the_account_the_group_and_the_preview_are_said() -> None:
    said = body("text", {"body": "Oi", "preview_url": False}, account="77")
    assert (said["messaging_account_id"], said["text"]["preview_url"]) == ("77", False)
    grouped = body("text", {"body": "Oi"}, phone=None, group="G1")
    assert (grouped["recipient_type"], grouped["to"]) == ("group", "G1")


def test_direct_send_is_said_beside_the_message() -> None:
    direct = direct_from({"direct_send": {"category": "utility", "template_name": "pedido", "ttl_seconds": 600}})
    said = body("interactive", changed("button"), direct=direct)
    assert (said["category"], said["direct_send_config"], said["ttl_seconds"]) == (
        "utility", {"template_name": "pedido"}, 600,
    )  # fmt: skip
    assert direct_from({"body": "Oi"}) is None


@pytest.mark.parametrize(
    ("direct", "kind", "content", "field"),
    [
        (DirectSend("marketing"), "text", {"body": "Oi"}, "direct_send.category"),
        (DirectSend("utility"), "location", {"latitude": 1, "longitude": 1}, "direct_send"),
        (DirectSend("authentication"), "interactive", changed("button"), "direct_send"),
        (DirectSend("authentication", "codigo"), "text", {"body": "1"}, "direct_send.template_name"),
        (DirectSend("utility", "Pedido"), "text", {"body": "1"}, "direct_send.template_name"),
        (DirectSend("utility", ttl_seconds=29), "text", {"body": "1"}, "direct_send.ttl_seconds"),
        (DirectSend("authentication", ttl_seconds=901), "text", {"body": "1"}, "direct_send.ttl_seconds"),
    ],
)
def test_direct_send_takes_only_what_meta_takes(
    direct: DirectSend, kind: str, content: dict[str, Any], field: str
) -> None:
    with pytest.raises(MessageNotValid) as caught:
        body(kind, content, direct=direct)
    assert caught.value.field == field


def test_nobody_is_nobody() -> None:
    with pytest.raises(NotAddressable):
        body_of(OutboundMessage(content=Text("Oi")))
