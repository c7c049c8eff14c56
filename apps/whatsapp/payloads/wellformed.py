"""Whether a body is JSON, as RFC 8259 has it: however large its numbers, however deep its brackets.

Python's own parser alone would refuse some of that, and would take NaN, UTF-16 and other things that JSON isn't.
"""

import json
import re
from typing import Any, Final

SPACE: Final = " \t\n\r"
_TOKEN: Final = re.compile(
    r"""[ \t\n\r]*(?:
        (?P<bracket>[\[\]{}:,])
        | (?P<string>"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")
        | (?P<scalar>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)
    )""",
    re.VERBOSE,
)
_VALUE: Final = {"[": "list", "{": "object", "string": "next", "scalar": "next"}
# What may come where, and where one is after it. "next" is said with the bracket that one is in.
_GRAMMAR: Final[dict[str, dict[str, str]]] = {
    "value": _VALUE,
    "list": _VALUE | {"]": "next"},
    "object": {"string": "colon", "}": "next"},
    "colon": {":": "value"},
    "key": {"string": "colon"},
    "next[": {",": "value", "]": "next"},
    "next{": {",": "key", "}": "next"},
    "next": {},
}


def is_json(body: bytes) -> bool:
    try:
        written = body.decode("utf-8-sig")
        _DECODER.decode(written)
    except RecursionError:
        return _is_json_however_deep(written)
    except ValueError:
        return False
    return True


def _is_json_however_deep(written: str) -> bool:
    inside, state, end = [""], "value", len(written.rstrip(SPACE))
    position = 0
    while position < end and (found := _TOKEN.match(written, position)):
        position = found.end()
        token = found["bracket"] or str(found.lastgroup)
        allowed = _GRAMMAR[state + inside[-1] if state == "next" else state]
        if token not in allowed:
            return False
        state = allowed[token]
        if token in ("[", "{"):
            inside.append(token)
        elif token in ("]", "}"):
            inside.pop()
    return position == end and state == "next" and inside == [""]


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse, parse_int=len, parse_float=len)
