"""Bills that are paid in the chat by Pix, boleto, payment link or a card on file, and what became of the order: Brazil.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-br/orders and the
pages of each way to pay beside it. Amounts are in hundredths of the currency. WhatsApp moves no money: whoever sends
the bill hears of the payment from their bank, and tells the customer by an order's state.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from apps.whatsapp.errors import MessageNotValid
from apps.whatsapp.limits import LIMITS, bounds, check_length
from apps.whatsapp.outbound.interactive import (
    Interactive,
    check_filled,
    check_present,
    check_url,
    check_word,
)

DETAILS: Final[Mapping[str, Any]] = LIMITS["messages"]["interactive"]["order_details"]
STATUS: Final[Mapping[str, Any]] = LIMITS["messages"]["interactive"]["order_status"]


@dataclass(frozen=True, slots=True)
class PixCode:
    """A dynamic code of a bank, which the customer copies into theirs."""

    type: ClassVar[str] = "pix_dynamic_code"
    code: str
    merchant_name: str
    key: str
    key_type: str

    def part(self) -> dict[str, str]:
        return {"code": self.code, "merchant_name": self.merchant_name, "key": self.key, "key_type": self.key_type}

    def check(self, where: str) -> None:
        check_filled(f"{where}.code", self.code, "interactive", "order_details", "pix_code")
        check_present(f"{where}.merchant_name", self.merchant_name)
        check_present(f"{where}.key", self.key)
        check_word(f"{where}.key_type", self.key_type, DETAILS["pix_key_types"])


@dataclass(frozen=True, slots=True)
class PaymentLink:
    type: ClassVar[str] = "payment_link"
    uri: str

    def part(self) -> dict[str, str]:
        return {"uri": self.uri}

    def check(self, where: str) -> None:
        check_url(f"{where}.uri", self.uri, "interactive", "order_details", "uri")


@dataclass(frozen=True, slots=True)
class Boleto:
    type: ClassVar[str] = "boleto"
    digitable_line: str

    def part(self) -> dict[str, str]:
        return {"digitable_line": self.digitable_line}

    def check(self, where: str) -> None:
        check_present(f"{where}.digitable_line", self.digitable_line)


@dataclass(frozen=True, slots=True)
class CardOnFile:
    """A card that the business keeps already: the customer allows it to be charged, by one tap."""

    type: ClassVar[str] = "offsite_card_pay"
    last_four_digits: str
    credential_id: str

    def part(self) -> dict[str, str]:
        return {"last_four_digits": self.last_four_digits, "credential_id": self.credential_id}

    def check(self, where: str) -> None:
        if not re.fullmatch("[0-9]{4}", self.last_four_digits):
            raise MessageNotValid("These are the card's last four digits.", field=f"{where}.last_four_digits")
        check_present(f"{where}.credential_id", self.credential_id)


WayToPay = PixCode | PaymentLink | Boleto | CardOnFile


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """One line of a bill. `sale_amount` is the lower price that counts instead of `amount`."""

    retailer_id: str
    name: str
    amount: int
    quantity: int
    sale_amount: int | None = None

    @property
    def costs(self) -> int:
        return (self.amount if self.sale_amount is None else self.sale_amount) * self.quantity


@dataclass(frozen=True, slots=True)
class Charge:
    """Tax, shipping or a discount. `program` names a discount's."""

    amount: int
    description: str = ""
    program: str = ""


@dataclass(frozen=True, slots=True)
class Expiration:
    """Until when it can be paid: seconds since 1970, and words for afterwards."""

    timestamp: int
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    items: tuple[OrderItem, ...]
    subtotal: int
    tax: Charge = Charge(0)
    shipping: Charge | None = None
    discount: Charge | None = None
    expiration: Expiration | None = None

    @property
    def total(self) -> int:
        shipping, discount = self.shipping or Charge(0), self.discount or Charge(0)
        return self.subtotal + self.tax.amount + shipping.amount - discount.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetails(Interactive):
    """A bill: with its lines, or with the total alone."""

    kind: ClassVar[str] = "order_details"
    reference_id: str
    goods: str
    total_amount: int
    payment_settings: tuple[WayToPay, ...]
    order: Order | None = None

    def action(self) -> dict[str, Any]:
        parameters: dict[str, Any] = {
            "reference_id": self.reference_id,
            "type": self.goods,
            "payment_type": DETAILS["payment_type"],
            "payment_settings": [{"type": way.type, way.type: way.part()} for way in self.payment_settings],
            "currency": DETAILS["currency"],
            "total_amount": _amount(self.total_amount),
        }
        if self.order is not None:
            parameters["order"] = _order(self.order)
        return {"name": "review_and_pay", "parameters": parameters}

    def check(self) -> None:
        _check_reference(self.reference_id)
        check_word("goods", self.goods, DETAILS["goods"])
        bounds("interactive", "order_details", "payment_settings").check(
            "payment_settings", len(self.payment_settings), "ways to pay"
        )
        for at, way in enumerate(self.payment_settings):
            way.check(f"payment_settings.{at}")
        _check_amount("total_amount", self.total_amount, "total_amount")
        if self.order is not None:
            _check_order(self.order)
            if self.order.total != self.total_amount:
                raise MessageNotValid(
                    f"Subtotal, tax and shipping less the discount are {self.order.total}; this says "
                    f"{self.total_amount}.",
                    field="total_amount",
                )


@dataclass(frozen=True, slots=True)
class OrderState:
    status: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class PaymentState:
    """How the payment stands, and since when (seconds since 1970)."""

    status: str
    timestamp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStatus(Interactive):
    """What became of an order, or of its payment; the bill in the chat changes with it."""

    kind: ClassVar[str] = "order_status"
    reference_id: str
    order: OrderState | None = None
    payment: PaymentState | None = None

    def action(self) -> dict[str, Any]:
        parameters: dict[str, Any] = {"reference_id": self.reference_id}
        if self.order is not None:
            described = {"description": self.order.description} if self.order.description else {}
            parameters["order"] = {"status": self.order.status, **described}
        if self.payment is not None:
            since = {} if self.payment.timestamp is None else {"timestamp": self.payment.timestamp}
            parameters["payment"] = {"status": self.payment.status, **since}
        return {"name": "review_order", "parameters": parameters}

    def check(self) -> None:
        _check_reference(self.reference_id)
        if self.order is None and self.payment is None:
            raise MessageNotValid("It tells how the order stands, or the payment, or both.", field="order")
        if self.order is not None:
            check_word("order.status", self.order.status, STATUS["statuses"])
            check_length("order.description", self.order.description, "interactive", "order_status", "description")
        if self.payment is not None:
            check_word("payment.status", self.payment.status, STATUS["payment_statuses"])


def _amount(hundredths: int) -> dict[str, Any]:
    return {"value": hundredths, "offset": DETAILS["offset"]}


def _charge(charge: Charge) -> dict[str, Any]:
    named = {"description": charge.description, "discount_program_name": charge.program}
    return _amount(charge.amount) | {key: words for key, words in named.items() if words}


def _item(item: OrderItem) -> dict[str, Any]:
    part = {"retailer_id": item.retailer_id, "name": item.name, "amount": _amount(item.amount)}
    if item.sale_amount is not None:
        part["sale_amount"] = _amount(item.sale_amount)
    return part | {"quantity": item.quantity}


def _order(order: Order) -> dict[str, Any]:
    part: dict[str, Any] = {
        "status": "pending",  # the only one that a bill may begin with
        "items": [_item(item) for item in order.items],
        "subtotal": _amount(order.subtotal),
        "tax": _charge(order.tax),
    }
    if order.shipping is not None:
        part["shipping"] = _charge(order.shipping)
    if order.discount is not None:
        part["discount"] = _charge(order.discount)
    if order.expiration is not None:
        described = {"description": order.expiration.description} if order.expiration.description else {}
        part["expiration"] = {"timestamp": str(order.expiration.timestamp), **described}
    return part


def _check_reference(reference_id: str) -> None:
    check_filled("reference_id", reference_id, "interactive", "order_details", "reference_id")
    if not re.fullmatch(DETAILS["reference_id"]["pattern"], reference_id):
        raise MessageNotValid("Letters, digits, underscores, dashes and dots alone.", field="reference_id")


def _check_amount(field: str, hundredths: int, limit: str = "amount") -> None:
    bounds("interactive", "order_details", limit).check(field, hundredths, "hundredths")


def _check_order(order: Order) -> None:
    bounds("interactive", "order_details", "items").check("order.items", len(order.items), "items")
    for at, item in enumerate(order.items):
        _check_item(f"order.items.{at}", item)
    if sum(item.costs for item in order.items) != order.subtotal:
        raise MessageNotValid(
            f"The items cost {sum(item.costs for item in order.items)}; this says {order.subtotal}.",
            field="order.subtotal",
        )
    for name, charge in (("tax", order.tax), ("shipping", order.shipping), ("discount", order.discount)):
        if charge is not None:
            _check_charge(f"order.{name}", charge)
    if order.expiration is not None:
        words = order.expiration.description
        check_length("order.expiration.description", words, "interactive", "order_details", "expiration_description")


def _check_item(where: str, item: OrderItem) -> None:
    check_present(f"{where}.retailer_id", item.retailer_id)
    check_filled(f"{where}.name", item.name, "interactive", "order_details", "item_name")
    _check_amount(f"{where}.amount", item.amount)
    bounds("interactive", "order_details", "quantity").check(f"{where}.quantity", item.quantity)
    if item.sale_amount is not None:
        _check_amount(f"{where}.sale_amount", item.sale_amount)
        if item.sale_amount >= item.amount:
            raise MessageNotValid("This is below the usual amount.", field=f"{where}.sale_amount")


def _check_charge(where: str, charge: Charge) -> None:
    _check_amount(f"{where}.amount", charge.amount)
    check_length(f"{where}.description", charge.description, "interactive", "order_details", "description")
    check_length(f"{where}.program", charge.program, "interactive", "order_details", "description")
