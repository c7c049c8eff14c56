"""JSON as it comes, made fit to be kept.

Any valid JSON may come. PostgreSQL takes neither NUL nor lone surrogates, Python no integers of thousands of digits,
and deep nesting ends both; everything else stays as it was.
"""

import json
from json import JSONDecoder
from math import isfinite
from typing import Any, Final

DEEPEST: Final = 64
REPLACEMENT: Final = "\ufffd"


def parse(body: bytes | str) -> Any:
    """The clean value of a JSON text.

    NULs are removed; lone surrogates, and whatever lies deeper than 64 levels, become U+FFFD; numbers that 64 bits or
    a float can't hold stay as the text of their digits.

    Raises:
        ValueError: it isn't JSON, or not in an encoding that JSON may have.
        RecursionError: it is nested hundreds of levels deep.
    """
    written = body if isinstance(body, str) else body.decode(json.detect_encoding(body), "surrogatepass")
    return _clean(_DECODER.decode(written), 0)


def _clean(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() and "\0" not in value else _clean_text(value)
    if kind is dict:
        if depth >= DEEPEST:
            return REPLACEMENT
        return {
            key if key.isascii() and "\0" not in key else _clean_text(key): _clean(part, depth + 1)
            for key, part in value.items()
        }
    if kind is list:
        return REPLACEMENT if depth >= DEEPEST else [_clean(part, depth + 1) for part in value]
    return value


def _clean_text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:  # halves that belong together are joined on the way
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value.replace("\0", "")


def _integer(digits: str) -> int | str:
    if len(digits) < 19:
        return int(digits)
    if len(digits) > 20:
        return digits
    found = int(digits)
    return found if -(2**63) <= found < 2**63 else digits


def _fraction(digits: str) -> float | str:
    found = float(digits)
    return found if isfinite(found) else digits


_DECODER: Final = JSONDecoder(parse_int=_integer, parse_float=_fraction, parse_constant=str)
