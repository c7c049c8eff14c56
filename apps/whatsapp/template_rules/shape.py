"""A template's components, as Meta writes them or as people do: read without trusting them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.payloads.values import mapping, sequence

KINDS: Final = ("HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER")
_VARIABLE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
Components = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Variable:
    """A placeholder in a text: its name (`1`, `first_name`), and where it begins and ends."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """A component and where it stands."""

    at: str
    kind: str
    values: Mapping[str, Any]

    @property
    def text(self) -> str:
        return words(self.values.get("text"))

    @property
    def format(self) -> str:
        """Of a header: TEXT, IMAGE …"""
        return upper(self.values.get("format")) or "TEXT"

    @property
    def example(self) -> dict[str, Any]:
        return mapping(self.values.get("example"))

    @property
    def buttons(self) -> list["Button"]:
        given = sequence(self.values.get("buttons"))
        return [Button(f"{self.at}.buttons[{index}]", index, mapping(each)) for index, each in enumerate(given)]

    @property
    def cards(self) -> list["Card"]:
        return [
            _card(f"{self.at}.cards[{index}]", index, mapping(each))
            for index, each in enumerate(sequence(self.values.get("cards")))
        ]

    @property
    def offer(self) -> dict[str, Any]:
        return mapping(self.values.get("limited_time_offer"))


@dataclass(frozen=True, slots=True)
class Button:
    at: str
    index: int
    values: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return upper(self.values.get("type"))

    @property
    def text(self) -> str:
        return words(self.values.get("text"))

    @property
    def url(self) -> str:
        return words(self.values.get("url"))

    @property
    def example(self) -> str:
        """The sample, which stands alone or in a list."""
        given = self.values.get("example")
        return words(given[0] if isinstance(given, list) and given else given)


@dataclass(frozen=True, slots=True)
class Card:
    at: str
    index: int
    parts: tuple[Part, ...]


def parts_of(components: object, at: str = "components") -> list[Part]:
    """The components, whatever of them are objects."""
    given = components if isinstance(components, (list, tuple)) else []
    return [Part(f"{at}[{index}]", upper(mapping(each).get("type")), mapping(each)) for index, each in enumerate(given)]


def _card(at: str, index: int, values: Mapping[str, Any]) -> Card:
    return Card(at, index, tuple(parts_of(values.get("components"), f"{at}.components")))


def one(parts: Sequence[Part], kind: str) -> Part | None:
    """The first component of a kind."""
    return next((part for part in parts if part.kind == kind), None)


def variables_in(text: str) -> list[Variable]:
    return [Variable(match[1], match.start(), match.end()) for match in _VARIABLE.finditer(text)]


def names_in(text: str) -> list[str]:
    """The variables of a text, each once: numbers by their value, names as they come."""
    names = list(dict.fromkeys(variable.name for variable in variables_in(text)))
    return sorted(names, key=int) if names and all(is_position(name) for name in names) else names


def is_position(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) <= 9


def without_variables(text: str) -> str:
    return _VARIABLE.sub(" ", text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in; those that nothing is known of stay."""
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)


def words(value: object) -> str:
    return value if isinstance(value, str) else ""


def upper(value: object) -> str:
    return value.upper() if isinstance(value, str) else ""


def canonical(components: object) -> list[dict[str, Any]]:
    """Components with their types, formats and button types in capitals, as Meta answers them."""
    return [_in_capitals(part.values) for part in parts_of(components)]


def _in_capitals(values: Mapping[str, Any]) -> dict[str, Any]:
    capitals = dict(values)
    for key in ("type", "format"):
        if isinstance(capitals.get(key), str):
            capitals[key] = capitals[key].upper()
    if isinstance(capitals.get("buttons"), list):
        capitals["buttons"] = [_in_capitals(mapping(button)) for button in capitals["buttons"]]
    if isinstance(capitals.get("cards"), list):
        capitals["cards"] = [
            {**mapping(card), "components": canonical(mapping(card).get("components"))} for card in capitals["cards"]
        ]
    return capitals
