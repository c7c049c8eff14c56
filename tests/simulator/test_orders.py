"""Bills and states of orders at the messages endpoint."""

from typing import Any

import pytest

from tests.simulator.conftest import MARIA, Business, Simulator, message

PIX = {"code": "000201", "merchant_name": "Padaria", "key": "a@a.test", "key_type": "EMAIL"}
CARD = {"last_four_digits": "5235", "credential_id": "c1"}
WAYS = [
    {"type": "pix_dynamic_code", "pix_dynamic_code": PIX},
    {"type": "boleto", "boleto": {"digitable_line": "03399026944"}},
    {"type": "offsite_card_pay", "offsite_card_pay": CARD},
]


def reais(value: int, **more: Any) -> dict[str, Any]:
    return {"value": value, "offset": 100, **more}


ORDER = {
    "status": "pending",
    "items": [{"retailer_id": "bolo", "name": "Bolo", "amount": reais(1990), "quantity": 2}],
    "subtotal": reais(3980),
    "tax": reais(0),
    "shipping": reais(500, description="Entrega"),
    "discount": reais(80),
}


def bill(action: str = "review_and_pay", **parameters: Any) -> dict[str, Any]:
    whole = {
        "reference_id": "enc-17", "type": "digital-goods", "payment_type": "br", "payment_settings": WAYS,
        "currency": "BRL", "total_amount": reais(4400), "order": ORDER,
    }  # fmt: skip
    left = {key: part for key, part in (whole | parameters).items() if part is not None}
    told = {"type": "order_details", "body": {"text": "Bolo"}, "action": {"name": action, "parameters": left}}
    return message(MARIA, type="interactive", interactive=told)


def news(**parameters: Any) -> dict[str, Any]:
    action = {"name": "review_order", "parameters": {"reference_id": "enc-17", **parameters}}
    told = {"type": "order_status", "body": {"text": "Bolo"}, "action": action}
    return message(MARIA, type="interactive", interactive=told)


CAPTURED = {"status": "captured", "timestamp": 1_795_521_600}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (bill(), None),
        (bill(order=None), None),
        (news(order={"status": "shipped", "description": "A caminho"}), None),
        (news(payment=CAPTURED), None),
        (bill("review_order"), 131009),
        (bill(reference_id="n 17"), 131009),
        (bill(currency="USD"), 131009),
        (bill(payment_type="in"), 131009),
        (bill(payment_settings=[]), 131008),
        (bill(payment_settings=[{"type": "boleto", "boleto": {}}]), 131008),
        (bill(payment_settings=[{"type": "cash"}]), 131009),
        (bill(total_amount=reais(4401)), 131009),
        (bill(total_amount={"value": 4400, "offset": 1}), 131009),
        (bill(order=ORDER | {"subtotal": reais(3979)}), 131009),
        (bill(order=ORDER | {"status": "shipped"}), 131009),
        (bill(order={key: part for key, part in ORDER.items() if key != "tax"}), 131008),
        (news(), 131008),
        (news(order={"status": "eaten"}), 131009),
        (news(payment={"status": "lost"}), 131009),
    ],
)
async def test_bills_are_taken_or_refused(sim: Simulator, body: dict[str, Any], code: int | None) -> None:
    status, answer = await sim.post(body)
    assert (status, answer.get("error", {}).get("code")) == (400 if code else 200, code), answer


async def test_a_customer_allows_a_card_to_be_charged(sim: Simulator, business: Business) -> None:
    await sim.switch(pair_limit=False)
    await sim.write()
    await sim.post(bill())
    await sim.send(MARIA, "#sim:button 1")
    await business.until(lambda: len(business.messages) == 2)
    told = business.messages[1]
    assert (told["type"], told["interactive"]["type"]) == ("interactive", "payment_method")
    method = told["interactive"]["payment_method"]
    assert (method["payment_method"], method["reference_id"]) == ("offsite_card_pay", "enc-17")
    assert CARD.items() <= method.items()
