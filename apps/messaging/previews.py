"""A message of ours in one line, as lists and searches need it. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final


def preview_of(kind: str, content: dict[str, Any]) -> str:
    """What a person would read aloud; empty where a picture says it all."""
    said = _SAID.get(kind)
    return said(content) if said else ""


def _caption(content: dict[str, Any]) -> str:
    return str(content.get("caption", ""))


def _interactive(content: dict[str, Any]) -> str:
    header = (content.get("header") or {}).get("text")
    return _paragraphs(header, content.get("body"), content.get("footer"))


def _template(content: dict[str, Any]) -> str:
    """As it was when it was sent; the name, where only pictures are left."""
    shown = content.get("rendered") or {}
    return _paragraphs(shown.get("header"), shown.get("body"), shown.get("footer")) or str(content.get("name", ""))


def _paragraphs(*parts: Any) -> str:
    return "\n\n".join(str(part) for part in parts if part)


def _words(*parts: Any) -> str:
    return " ".join(str(part) for part in parts if part)


def _name_of(contact: dict[str, Any]) -> str:
    return str((contact.get("name") or {}).get("formatted_name", ""))


_SAID: Final[Mapping[str, Callable[[dict[str, Any]], str]]] = {
    "text": lambda content: str(content.get("body", "")),
    "image": _caption,
    "video": _caption,
    "document": lambda content: _words(content.get("filename"), content.get("caption")),
    "location": lambda content: _words(content.get("name"), content.get("address")),
    "contacts": lambda content: ", ".join(_name_of(contact) for contact in content.get("contacts", [])),
    "reaction": lambda content: str(content.get("emoji", "")),
    "interactive": _interactive,
    "template": _template,
}
