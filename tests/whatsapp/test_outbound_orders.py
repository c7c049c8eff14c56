"""Bills and states of orders: written as the Cloud API wants them in Brazil, or refused with the part named."""

from typing import Any

import pytest

from apps.whatsapp.errors import LimitExceeded, MessageNotValid
from apps.whatsapp.outbound import OutboundMessage, body_of, check, content_from

PIX = {
    "type": "pix_dynamic_code",
    "code": "000201br.gov.bcb.pix",
    "merchant_name": "Padaria Aurora",
    "key": "39580525000189",
    "key_type": "CNPJ",
}
LINK = {"type": "payment_link", "uri": "https://a.test/pagar/17"}
BOLETO = {"type": "boleto", "digitable_line": "03399026944140000002628346101018898510000008848"}
CARD = {"type": "offsite_card_pay", "last_four_digits": "5235", "credential_id": "c1"}
CAKE = {"retailer_id": "bolo", "name": "Bolo", "amount": 1990, "sale_amount": 1900, "quantity": 2}
BREAD = {"retailer_id": "pao", "name": "Pão", "amount": 100, "quantity": 10}
ORDER = {
    "items": [CAKE, BREAD],
    "subtotal": 4800,
    "tax": {"amount": 50, "description": "ISS"},
    "shipping": {"amount": 500},
    "discount": {"amount": 350, "description": "Primeira compra", "program": "Bem-vindo"},
    "expiration": {"timestamp": 1_795_521_600, "description": "Vence no sábado"},
}
BILL: dict[str, Any] = {
    "kind": "order_details", "body": "Sua encomenda", "reference_id": "enc-17.a_B", "goods": "physical-goods",
    "total_amount": 5000, "payment_settings": [PIX, LINK, BOLETO, CARD], "order": ORDER,
}  # fmt: skip
NEWS: dict[str, Any] = {
    "kind": "order_status", "body": "Obrigada!", "footer": "Padaria", "reference_id": "enc-17.a_B",
    "order": {"status": "processing", "description": "No forno"},
    "payment": {"status": "captured", "timestamp": 1_795_521_600},
}  # fmt: skip


def written(content: dict[str, Any]) -> dict[str, Any]:
    made = OutboundMessage(content=content_from("interactive", content, files={"f": "31"}), phone="5511987654321")
    check(made)
    return dict(body_of(made)["interactive"])


def reais(value: int, **more: str) -> dict[str, Any]:
    return {"value": value, "offset": 100, **more}


def test_a_bill_says_what_is_bought_and_how_it_may_be_paid() -> None:
    parameters = {
        "reference_id": "enc-17.a_B",
        "type": "physical-goods",
        "payment_type": "br",
        "payment_settings": [
            {"type": each["type"], each["type"]: {key: word for key, word in each.items() if key != "type"}}
            for each in (PIX, LINK, BOLETO, CARD)
        ],
        "currency": "BRL",
        "total_amount": reais(5000),
        "order": {
            "status": "pending",
            "items": [
                {
                    "retailer_id": "bolo", "name": "Bolo", "amount": reais(1990), "sale_amount": reais(1900),
                    "quantity": 2,
                },
                {"retailer_id": "pao", "name": "Pão", "amount": reais(100), "quantity": 10},
            ],
            "subtotal": reais(4800),
            "tax": reais(50, description="ISS"),
            "shipping": reais(500),
            "discount": reais(350, description="Primeira compra", discount_program_name="Bem-vindo"),
            "expiration": {"timestamp": "1795521600", "description": "Vence no sábado"},
        },
    }  # fmt: skip
    action = {"name": "review_and_pay", "parameters": parameters}
    assert written(BILL) == {"type": "order_details", "body": {"text": "Sua encomenda"}, "action": action}
    pictured = written(BILL | {"header": {"type": "image", "media_id": "f"}, "order": None})
    assert pictured["header"] == {"type": "image", "image": {"id": "31"}}
    assert "order" not in pictured["action"]["parameters"]
    plain = written(BILL | {"order": {"items": [BREAD], "subtotal": 1000}, "total_amount": 1000})
    assert plain["action"]["parameters"]["order"]["tax"] == reais(0)  # WhatsApp wants it even where there is none


def test_what_became_of_an_order_is_told_with_its_payment_or_without() -> None:
    told = {"reference_id": "enc-17.a_B", "order": NEWS["order"], "payment": NEWS["payment"]}
    assert written(NEWS) == {
        "type": "order_status",
        "body": {"text": "Obrigada!"},
        "footer": {"text": "Padaria"},
        "action": {"name": "review_order", "parameters": told},
    }
    paid = written(NEWS | {"order": None, "payment": {"status": "captured"}})["action"]["parameters"]
    assert paid == {"reference_id": "enc-17.a_B", "payment": {"status": "captured"}}


def ordered(**parts: Any) -> dict[str, Any]:
    return BILL | {"order": ORDER | parts}


def paid_by(way: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return BILL | {"payment_settings": [LINK, way | parts]}


@pytest.mark.parametrize(
    ("content", "field", "limited"),
    [
        (BILL | {"body": ""}, "body", True),
        (BILL | {"header": {"type": "text", "text": "Oi"}}, "header.type", False),
        (BILL | {"reference_id": "x" * 36}, "reference_id", True),
        (BILL | {"reference_id": "número 1"}, "reference_id", False),
        (BILL | {"goods": "food"}, "goods", False),
        (BILL | {"payment_settings": []}, "payment_settings", True),
        (BILL | {"total_amount": 0, "order": None}, "total_amount", True),
        (BILL | {"total_amount": 4999}, "total_amount", False),
        (paid_by({"type": "cash"}), "payment_settings.1.type", False),
        (paid_by(PIX, code=""), "payment_settings.1.code", True),
        (paid_by(PIX, key_type="IBAN"), "payment_settings.1.key_type", False),
        (paid_by(LINK, uri="javascript:alert(1)"), "payment_settings.1.uri", False),
        (paid_by(BOLETO, digitable_line=" "), "payment_settings.1.digitable_line", False),
        (paid_by(CARD, last_four_digits="523"), "payment_settings.1.last_four_digits", False),
        (ordered(items=[]), "order.items", True),
        (ordered(items=[CAKE, BREAD | {"name": "x" * 61}]), "order.items.1.name", True),
        (ordered(items=[CAKE, BREAD | {"quantity": 0}]), "order.items.1.quantity", True),
        (ordered(items=[CAKE | {"sale_amount": 1990}]), "order.items.0.sale_amount", False),
        (ordered(subtotal=4801), "order.subtotal", False),
        (ordered(tax={"amount": -1}), "order.tax.amount", True),
        (ordered(shipping={"amount": 500, "description": "x" * 61}), "order.shipping.description", True),
        (ordered(expiration={"timestamp": 1, "description": "x" * 121}), "order.expiration.description", True),
        (NEWS | {"order": None, "payment": None}, "order", False),
        (NEWS | {"order": {"status": "eaten"}}, "order.status", False),
        (NEWS | {"order": {"status": "shipped", "description": "x" * 121}}, "order.description", True),
        (NEWS | {"payment": {"status": "lost"}}, "payment.status", False),
        (NEWS | {"header": {"type": "text", "text": "Oi"}}, "header.type", False),
    ],
)
def test_what_whatsapp_would_refuse_is_named(content: dict[str, Any], field: str, limited: bool) -> None:
    with pytest.raises(LimitExceeded if limited else MessageNotValid) as caught:
        written(content)
    assert caught.value.field == field
