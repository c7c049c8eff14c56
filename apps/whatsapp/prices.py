"""What a delivered message costs. Pure: what Meta says of its price comes in, and where the recipient is.

The rates are data with dates (`data/rates.json`). Whether a message is free is Meta's word (`pricing.type`), never our
own count. Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import phonenumbers

RATES: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "rates.json").read_text(encoding="utf-8"))
_REGIONS: Final = {country: region for region, countries in RATES["regions"].items() for country in countries}
# Cards name four categories and one for codes from abroad; webhooks write some of them otherwise.
_CATEGORIES: Final = {"marketing_lite": "marketing", "authentication_international": "authentication_international"}
LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Price:
    """
    Attributes:
        category, type: in Meta's words.
        cost: of the message, once it is delivered; None where no card knows.
        currency: ISO 4217.
    """

    category: str
    type: str
    cost: Decimal | None
    currency: str


def price_of(pricing: Mapping[str, Any], *, country: str | None, on: date) -> Price:
    """
    Args:
        pricing: of a status.
        country: the recipient's (ISO 3166): rates go by their calling code.
        on: the day in the account's time zone.
    """
    category, kind = str(pricing.get("category") or "")[:LONGEST], str(pricing.get("type") or "")[:LONGEST]
    free = kind in RATES["free_types"] or pricing.get("subtype") in RATES["free_subtypes"]
    card = _card_of(on)
    if free or pricing.get("billable") is False:
        return Price(category, kind, Decimal(0), card["currency"])
    return Price(category, kind, _rate(card, category.replace("-", "_"), country), card["currency"])


def country_of(phone: str | None, bsuid: str | None) -> str | None:
    """The country of a phone's digits, or the one that a user id begins with."""
    if phone:
        try:
            return phonenumbers.region_code_for_number(phonenumbers.parse(f"+{phone}", None))
        except phonenumbers.NumberParseException:
            return None
    return bsuid[:2] if bsuid else None


def _card_of(on: date) -> dict[str, Any]:
    cards: list[dict[str, Any]] = RATES["cards"]
    held = [card for card in cards if card["from"] <= on.isoformat()]
    return held[-1] if held else cards[0]


def _rate(card: Mapping[str, Any], category: str, country: str | None) -> Decimal | None:
    name = _CATEGORIES.get(category, category.removeprefix("group_"))
    rates = card["rates"].get(country or "") or card["rates"][_REGIONS.get(country or "", "other")]
    if name == "service" and name not in rates:
        return Decimal(0)  # they cost nothing before October 2026
    found = rates.get(name, rates.get(name.partition("_")[0]))
    return Decimal(found) / RATES["unit"] if found is not None else None
