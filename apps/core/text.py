"""Texts that stand in one line: names, subjects."""

import re

# Embeddings, overrides and isolates: what stands behind one is shown in another order than it was written.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")


def has_controls(text: str) -> bool:
    """Line breaks and the like: no name has any, and a mail with one in its headers is not sent."""
    return bool(_CONTROLS.search(text) or _TURNS.search(text))


def one_line(text: str) -> str:
    """The text with blanks in place of line breaks, and nothing in it that turns what stands beside it."""
    return " ".join(_CONTROLS.sub(" ", _TURNS.sub("", text)).split())
