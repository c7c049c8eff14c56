"""Phone numbers: as people write them, as WhatsApp writes them, and when two spellings are one number. Pure.

Three countries have mobile numbers with two spellings, and WhatsApp uses both: Brazil (with the ninth digit and, in
older accounts, without), Mexico (52 and 521) and Argentina (54 9, or 15 after the area code, or neither).
Sources: ITU-T E.164; https://developers.facebook.com/docs/whatsapp/cloud-api/reference/phone-numbers
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

_WRITTEN = re.compile(r"\+?[\d\s().\-/]*\d[\d\s().\-/]*")
# 55, an area code, and the eight digits that a mobile had before it got a 9 in front. Landlines begin with 2 to 5.
_BRAZIL_WITHOUT_NINTH = re.compile(r"55[1-9]{2}[6-9]\d{7}")
_BRAZIL_MOBILE = re.compile(r"(?P<head>(?:(?:55)?[1-9]{2})?)9?(?P<tail>[6-9]\d{7})")
_BRAZIL_HEAD: Final = 4  # 55 and the area code
_ARGENTINE_NUMBER: Final = 10  # area code and number


class NotAPhone(ValueError):
    """This text is no phone number."""


def normalise(text: str, region: str = "BR") -> str:
    """The digits of a number with its country code and without a plus: `+55 (11) 8765-4321` is `5511987654321`.

    Args:
        text: as somebody wrote it. With `+` or `00` it names its country itself. Without, it is read as a number of
            the region and, where it can't be one, as a number with its country code.
        region: ISO 3166 code of the country in which numbers without a country code lie.

    Raises:
        NotAPhone: no number can look so.
    """
    written = _tidied(text)
    for number, is_certain in _readings(written, region.upper()):
        number = _repaired(number)
        length = phonenumbers.is_possible_number_with_reason(number)
        if length == ValidationResult.IS_POSSIBLE and (is_certain or phonenumbers.is_valid_number(number)):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
    raise NotAPhone(f"{text!r} is no phone number.")


def match_key(digits: str) -> str:
    """The one spelling under which a number is found, whichever of its spellings was given.

    A Brazilian mobile gets its ninth digit; a landline stays as it is, whatever mobile ends in the same digits.

    Args:
        digits: the number with its country code, e.g. a `wa_id`.

    Raises:
        NotAPhone: there is something else than digits in it; a user id (BSUID) is not to come here.
    """
    if not (digits.isascii() and digits.isdigit()):
        raise NotAPhone(f"{digits!r} is more than digits.")
    if digits.startswith("55"):
        return _with_ninth_digit(digits)
    if digits.startswith("521") and len(digits) == 13:
        return f"52{digits[3:]}"
    if digits.startswith("54"):
        return _argentine_key(digits)
    return digits


def spellings(part: str) -> list[str]:
    """Digits as they may stand in a number, whole or its end: those of a Brazilian mobile with and without the 9."""
    mobile = _BRAZIL_MOBILE.fullmatch(part)
    return [f"{mobile['head']}{mobile['tail']}", f"{mobile['head']}9{mobile['tail']}"] if mobile else [part]


def _tidied(text: str) -> str:
    """Without what copying brings along: invisible marks, wide digits, odd hyphens."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join("-" if unicodedata.category(c) == "Pd" else c for c in plain if unicodedata.category(c) != "Cf")
    plain = plain.strip()
    if not _WRITTEN.fullmatch(plain):
        raise NotAPhone(f"{text!r} is no phone number.")
    return f"+{plain[2:]}" if plain.startswith("00") else plain


def _readings(written: str, region: str) -> Iterator[tuple[PhoneNumber, bool]]:
    """The numbers that may be meant, the likeliest first, and whether the writer named the country."""
    is_international = written.startswith("+")
    attempts = [(written, None)] if is_international else [(written, region), (f"+{written}", None)]
    for attempt, country in attempts:
        try:
            yield phonenumbers.parse(attempt, country), is_international
        except phonenumbers.NumberParseException:
            continue


def _repaired(number: PhoneNumber) -> PhoneNumber:
    """In today's spelling: old ones count as wrong by their length."""
    digits = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    if number.country_code == 55:
        today = _with_ninth_digit(digits)
    elif number.country_code == 52:
        today = match_key(digits)
    else:
        return number
    return phonenumbers.parse(f"+{today}", None)


def _with_ninth_digit(digits: str) -> str:
    if _BRAZIL_WITHOUT_NINTH.fullmatch(digits):
        return f"{digits[:_BRAZIL_HEAD]}9{digits[_BRAZIL_HEAD:]}"
    return digits


def _argentine_key(digits: str) -> str:
    number = digits[2:]
    if number.startswith("9") and len(number) in (_ARGENTINE_NUMBER + 1, _ARGENTINE_NUMBER + 3):
        number = number[1:]
    if len(number) == _ARGENTINE_NUMBER + 2:
        number = _without_fifteen(number)
    return f"54{number}"


def _without_fifteen(number: str) -> str:
    """An area code has two to four digits: the library's tables know which, and turn its 15 into the 9 in front."""
    parsed = phonenumbers.parse(f"+54{number}", None)
    found = phonenumbers.national_significant_number(parsed)
    return found[1:] if len(found) == _ARGENTINE_NUMBER + 1 and found.startswith("9") else number
