"""Bodies of requests, and of which kind answers are.

Apart from `rest.py`, since DRF reads it while it is being imported itself.
"""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from apps.core.errors import TooLarge

_LARGEST = 2**63  # what PostgreSQL's bigint holds; longer digits are nobody's number


class JsonOtherwise(DefaultContentNegotiation):
    """Whoever accepts nothing that we have gets JSON: it tells them more than a refusal (RFC 9110, section 12.4.1)."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type


class StrictJSONParser(BaseParser):
    """JSON in UTF-8, and nothing that only looks like it: no NaN, no endless numbers, no abyss of brackets.

    DRF's own answers some of these with a server error, and reads a body of any size.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(self, stream: IO[Any], media_type: str | None = None, context: Mapping[str, Any] | None = None) -> Any:
        """
        Raises:
            ParseError, TooLarge
        """
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(f"A JSON body may have {limit} bytes.")
        try:
            return json.loads(body.decode(), parse_constant=_refuse, parse_float=_finite, parse_int=_storable)
        except RecursionError as error:
            raise ParseError("This JSON is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"This is not JSON: {error}.") from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _storable(digits: str) -> int:
    if len(digits) > 20 or not -_LARGEST <= int(digits) < _LARGEST:
        raise ValueError("a number is too large")
    return int(digits)
