"""Reading single JSON values that may be anything: each function takes what it can use, and answers None otherwise."""

import base64
import binascii
import re
import unicodedata
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

from apps.whatsapp.limits import LIMITS
from apps.whatsapp.payloads.types import ProviderError

LONGEST_USER_ID: Final = 300
LONGEST_WAMID: Final = 300
LONGEST_FILENAME: Final = 240
LONGEST_EXTENSION: Final = 16
MILLISECONDS_FROM: Final = 10**12  # a later second than any that WhatsApp will live to see

_PHONE = re.compile(r"\+?[0-9][0-9 ().\-]*", re.ASCII)
_NOT_DIGITS = re.compile(r"[^0-9]+")
_BSUID = re.compile(LIMITS["identity"]["bsuid_pattern"])
_LID = re.compile(r"[0-9]{5,30}@lid")
_HEX_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_FEWEST_DIGITS: Final[int] = LIMITS["identity"]["phone_digits"]["min"]
_MOST_DIGITS: Final[int] = LIMITS["identity"]["phone_digits"]["max"]


def mapping(value: object) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """An array, or an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str | None:
    """A text with something in it. Ids come as numbers in places, so numbers are taken too."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value.bit_length() <= 256 else None
    if isinstance(value, float):
        return str(value)
    return None


def flag(value: object) -> bool:
    """True, in JSON or in words."""
    return value is True or value == "true"


def number(value: object) -> float | None:
    """A finite number, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if isfinite(found) else None


def whole(value: object) -> int | None:
    """A whole number of at most 64 bits, or a text that is one."""
    found = number(value)
    return int(found) if found is not None and abs(found) < 2**63 and found == int(found) else None


def language_code(given: str) -> str:
    """`pt_BR`, however it is written: webhooks print `pt-BR` in places."""
    language, _, region = given.replace("-", "_").partition("_")
    return f"{language.lower()}_{region.upper()}" if region else language.lower()


def phone(value: object) -> str | None:
    """The digits of a phone number; None for anything else, a user id above all."""
    found = text(value)
    if found is None:
        return None
    if not (found.isascii() and found.isdigit()):
        if not _PHONE.fullmatch(found):
            return None
        found = _NOT_DIGITS.sub("", found)
    return found if _FEWEST_DIGITS <= len(found) <= _MOST_DIGITS else None


def user_id(value: object) -> str | None:
    """A business-scoped user id where one is expected: opaque, kept whole, prefix and all."""
    found = text(value)
    return found if found is not None and len(found) <= LONGEST_USER_ID else None


def wamid(value: object) -> str | None:
    """A message's id: opaque text, kept whole."""
    found = text(value)
    return found if found is not None and len(found) <= LONGEST_WAMID else None


def is_bsuid(value: object) -> bool:
    """Whether a value looks like a business-scoped user id (`US.13491208655302741918`), wherever it stands."""
    return isinstance(value, str) and _BSUID.match(value) is not None


def is_lid(value: object) -> bool:
    """Whether a value is the id that the web protocol calls somebody by who hides their number (`1234567890@lid`)."""
    return isinstance(value, str) and _LID.fullmatch(value) is not None


def moment(value: object) -> datetime | None:
    """A time in UTC, from seconds or milliseconds since 1970, as number or as text."""
    if isinstance(value, str) and len(value) == 10 and value.isascii() and value.isdigit():
        return datetime.fromtimestamp(int(value), UTC)
    found = number(value)
    if found is None or found <= 0:
        return None
    try:
        return datetime.fromtimestamp(found / 1000 if found >= MILLISECONDS_FROM else found, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def sha256(value: object) -> str | None:
    """A SHA-256 in lower-case hexadecimal; WhatsApp writes base64 mostly, hexadecimal at times."""
    if not isinstance(value, str):
        return None
    if _HEX_SHA256.fullmatch(value):
        return value.lower()
    try:
        found = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found.hex() if len(found) == 32 else None


def filename(value: object) -> str | None:
    """A name that a stranger chose, made harmless: no path, nothing invisible, nothing that turns the text round."""
    found = text(value)
    if found is None:
        return None
    found = found.replace("\\", "/").rpartition("/")[2]
    if not (found.isascii() and found.isprintable()):
        found = "".join(one for one in found if one == " " or unicodedata.category(one)[0] not in "CZ")
    found = found.strip(" .")
    if len(found) > LONGEST_FILENAME:
        stem, dot, extension = found.rpartition(".")
        ending = dot + extension if stem and len(extension) <= LONGEST_EXTENSION else ""
        found = found[: LONGEST_FILENAME - len(ending)] + ending
    return found or None


def errors(value: object) -> tuple[ProviderError, ...]:
    """A list of errors as webhooks write them."""
    return tuple(_error(entry) for entry in sequence(value) if isinstance(entry, dict))


def _error(entry: dict[str, Any]) -> ProviderError:
    title = text(entry.get("title")) or text(entry.get("message")) or ""
    detail = text(mapping(entry.get("error_data")).get("details")) or text(entry.get("details"))
    return ProviderError(whole(entry.get("code")), title, detail or text(entry.get("message")) or title)
