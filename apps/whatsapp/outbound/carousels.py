"""Cards that are swept sideways, each with its picture and buttons, or each a product of one catalog.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-media-carousel-messages
and the page of product carousels beside it.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from apps.whatsapp.errors import MessageNotValid
from apps.whatsapp.limits import LIMITS, bounds, check_length
from apps.whatsapp.outbound.interactive import (
    Interactive,
    Reply,
    check_filled,
    check_header,
    check_present,
    check_replies,
    check_url,
    header_part,
)
from apps.whatsapp.outbound.plain import Media


@dataclass(frozen=True, slots=True)
class LinkCard:
    type: ClassVar[str] = "cta_url"
    header: Media
    display_text: str
    url: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class ReplyCard:
    type: ClassVar[str] = "quick_reply"
    header: Media
    buttons: tuple[Reply, ...]
    body: str = ""


@dataclass(frozen=True, slots=True)
class ProductCard:
    type: ClassVar[str] = "product"
    catalog_id: str
    product_retailer_id: str


Card = LinkCard | ReplyCard | ProductCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Carousel(Interactive):
    kind: ClassVar[str] = "carousel"
    cards: tuple[Card, ...]

    def action(self) -> dict[str, Any]:
        return {"cards": [{"card_index": at, **_card_part(card)} for at, card in enumerate(self.cards)]}

    def check(self) -> None:
        bounds("interactive", "carousel", "cards").check("cards", len(self.cards), "cards")
        if len({card.type for card in self.cards}) > 1:
            raise MessageNotValid("All cards have the same type.", field="cards")
        for at, card in enumerate(self.cards):
            _check_card(f"cards.{at}", card)
        if len({_face(card) for card in self.cards}) > 1:
            raise MessageNotValid(
                "All cards show an image, or all a video; products are of one catalog.", field="cards"
            )


def _face(card: Card) -> str:
    return card.catalog_id if isinstance(card, ProductCard) else card.header.kind


def _card_part(card: Card) -> dict[str, Any]:
    if isinstance(card, ProductCard):
        action = {"product_retailer_id": card.product_retailer_id, "catalog_id": card.catalog_id}
        return {"type": "product", "action": action}
    part: dict[str, Any] = {"type": card.type, "header": header_part(card.header)}
    if card.body:
        part["body"] = {"text": card.body}
    return part | {"action": _action(card)}


def _action(card: LinkCard | ReplyCard) -> dict[str, Any]:
    if isinstance(card, LinkCard):
        return {"name": "cta_url", "parameters": {"display_text": card.display_text, "url": card.url}}
    return {
        "buttons": [
            {"type": "quick_reply", "quick_reply": {"id": button.id, "title": button.title}} for button in card.buttons
        ]
    }


def _check_card(where: str, card: Card) -> None:
    if isinstance(card, ProductCard):
        check_present(f"{where}.catalog_id", card.catalog_id)
        check_present(f"{where}.product_retailer_id", card.product_retailer_id)
        return
    limits = LIMITS["messages"]["interactive"]["carousel"]
    check_header(f"{where}.header", card.header, limits["card_headers"])
    check_length(f"{where}.body", card.body, "interactive", "carousel", "card_body")
    breaks = bounds("interactive", "carousel", "card_line_breaks")
    breaks.check(f"{where}.body", card.body.count("\n"), "line breaks")
    if isinstance(card, LinkCard):
        check_filled(f"{where}.display_text", card.display_text, "interactive", "carousel", "display_text")
        check_url(f"{where}.url", card.url, "interactive", "carousel", "url")
    else:
        bounds("interactive", "carousel", "buttons").check(f"{where}.buttons", len(card.buttons), "buttons")
        check_replies(f"{where}.buttons", card.buttons, "carousel", "display_text")
