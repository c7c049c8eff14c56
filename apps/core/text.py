"""Texts that stand in one line: names, subjects."""

import re

_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")


def has_controls(text: str) -> bool:
    """Line breaks and the like: no name has any, and a mail with one in its headers is not sent."""
    return bool(_CONTROLS.search(text))


def one_line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())
