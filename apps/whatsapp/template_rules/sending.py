"""What Meta would refuse of a template's send, found before it is queued.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/template-messages and
https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.errors import TemplateParametersNotValid
from apps.whatsapp.limits import utf16_length
from apps.whatsapp.payloads.values import mapping, number, sequence, whole
from apps.whatsapp.template_rules.findings import RULES
from apps.whatsapp.template_rules.parameters import Parameter, is_named, parameters_of
from apps.whatsapp.template_rules.shape import Components, filled, names_in, one, parts_of, upper, words

INVALID, COUNT, TOO_LONG, FORMAT, VALUE = 100, 132000, 132005, 132012, 132018
_UNWANTED: Final = re.compile(r"[\n\r\t]|" + " " * (RULES["send"]["spaces_in_a_row"] + 1))
_TEXTS: Final = ("text", "currency", "date_time")
_COMPONENTS: Final = ("header", "body", "button", "carousel", "limited_time_offer")
Key = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class SendFinding:
    """What is wrong with a send, where, and the code with which Meta would refuse it.

    Attributes:
        field: `components[1].parameters[0].text`.
        code: Meta's.
        message: for people, in English.
    """

    field: str
    code: int
    message: str


@dataclass(frozen=True, slots=True)
class _Given:
    """A component of the send."""

    at: str
    kind: str
    index: int | None
    sub_type: str
    parameters: tuple[dict[str, Any], ...]


def refuse_send(
    template_components: Components, parameter_format: str, send_components: object, *, field: str = "template"
) -> None:
    """Refuse a send that Meta would refuse.

    Args:
        field: how the API calls the part that holds `components`.

    Raises:
        TemplateParametersNotValid: of several things the first; it names the field, and Meta's code.
    """
    for finding in check_send(template_components, parameter_format, send_components):
        raise TemplateParametersNotValid(finding.message, field=f"{field}.{finding.field}", code=finding.code)


def check_send(template_components: Components, parameter_format: str, send_components: object) -> list[SendFinding]:
    """Everything that Meta would refuse of a send's components.

    Args:
        template_components: the template's, as Meta answers them.
        parameter_format: POSITIONAL or NAMED.
        send_components: in Meta's shape of a send: `[{"type": "body", "parameters": [...]}, ...]`.
    """
    return _check(template_components, is_named(parameter_format), send_components, "components")


def _check(template_components: Components, named: bool, given: object, at: str) -> list[SendFinding]:
    components = _given(given, at)
    found = [
        SendFinding(f"{each.at}.type", FORMAT, f"One of {', '.join(_COMPONENTS)}.")
        for each in components
        if each.kind not in _COMPONENTS
    ]
    wanted = [each for each in parameters_of(template_components) if each.card is None]
    by_key: dict[Key, _Given] = {}
    for each in components:
        if (each.kind, each.index) in by_key:
            found.append(SendFinding(each.at, FORMAT, f"The {each.kind} stands here twice."))
        by_key[(each.kind, each.index)] = each
    for key in dict.fromkeys([*_keys(wanted), *(key for key in by_key if key[0] in _COMPONENTS)]):
        if key[0] == "carousel":
            continue
        asked = [each for each in wanted if (each.component, each.index) == key]
        found += _check_component(by_key.get(key), key, asked, named, at)
    found += _check_lengths(template_components, by_key)
    return found + _check_cards(template_components, named, given, at)


def _keys(wanted: Sequence[Parameter]) -> list[Key]:
    return [(each.component, each.index) for each in wanted]


def _given(components: object, at: str) -> list[_Given]:
    return [
        _Given(
            f"{at}[{place}]",
            words(each.get("type")).lower(),
            whole(each.get("index")) if words(each.get("type")).lower() == "button" else None,
            words(each.get("sub_type")).lower(),
            tuple(mapping(parameter) for parameter in sequence(each.get("parameters"))),
        )
        for place, each in enumerate(map(mapping, sequence(components)))
    ]


def _check_component(
    given: _Given | None, key: Key, wanted: Sequence[Parameter], named: bool, at: str
) -> list[SendFinding]:
    name = key[0] if key[1] is None else f"{key[0]} {key[1]}"
    parameters = given.parameters if given else ()
    where = given.at if given else at
    if given and key[0] == "button" and key[1] is None:
        return [SendFinding(f"{where}.index", FORMAT, "Which button, counted from 0.")]
    if given and wanted and wanted[0].sub_type and given.sub_type != wanted[0].sub_type:
        return [SendFinding(f"{where}.sub_type", FORMAT, f"This button's sub_type is {wanted[0].sub_type}.")]
    least, most = sum(each.required for each in wanted), len(wanted)
    if not least <= len(parameters) <= most:
        expected = str(most) if least == most else f"{least} to {most}"
        return [SendFinding(where, COUNT, f"The {name} takes {expected} parameters; {len(parameters)} were given.")]
    if named and given and key[0] in ("header", "body") and any(each.type == "text" for each in wanted):
        found = _check_names(given, wanted)
        if found:
            return found
    return [
        finding
        for place, (parameter, asked) in enumerate(zip(parameters, wanted, strict=False))
        for finding in _check_value(parameter, asked, f"{where}.parameters[{place}]")
    ]


def _check_names(given: _Given, wanted: Sequence[Parameter]) -> list[SendFinding]:
    names = [words(each.get("parameter_name")) for each in given.parameters]
    lacking = [f"{given.at}.parameters[{place}].parameter_name" for place, name in enumerate(names) if not name]
    if lacking:
        return [SendFinding(at, INVALID, "The parameter's name is missing.") for at in lacking]
    if set(names) != {each.name for each in wanted}:
        expected = ", ".join(each.name for each in wanted)
        return [SendFinding(f"{given.at}.parameters", COUNT, f"Its parameters are named {expected}.")]
    return []


def _check_value(parameter: Mapping[str, Any], wanted: Parameter, at: str) -> list[SendFinding]:
    kind = words(parameter.get("type")).lower()
    if kind != wanted.type and not (
        wanted.type == "text" and wanted.component == "body" and kind in (*_TEXTS, "group_id")
    ):
        return [SendFinding(f"{at}.type", FORMAT, f"Here goes a parameter of type {wanted.type}.")]
    if kind in _TEXTS or kind in ("coupon_code", "payload", "group_id"):
        return _check_text(text_of(parameter), f"{at}.{kind}", kind)
    wrong = _SHAPES[kind](parameter.get(kind)) if kind in _SHAPES else ""
    return [SendFinding(f"{at}.{kind}", FORMAT, wrong)] if wrong else []


def _check_text(value: str, at: str, kind: str) -> list[SendFinding]:
    if not value.strip():
        return [SendFinding(at, VALUE, "The value is empty.")]
    if _UNWANTED.search(value):
        most = RULES["send"]["spaces_in_a_row"]
        return [SendFinding(at, VALUE, f"No line breaks, no tabs and at most {most} spaces in a row.")]
    bounds = {"coupon_code": RULES["buttons"]["coupon_code"], "payload": RULES["send"]["payload"]}.get(kind)
    if bounds and utf16_length(value) > bounds["max"]:
        return [SendFinding(at, FORMAT, f"At most {bounds['max']} characters; this has {utf16_length(value)}.")]
    return []


def text_of(parameter: Mapping[str, Any]) -> str:
    """What the phone shows of a parameter: money and dates as their sender wrote them."""
    kind = words(parameter.get("type")).lower()
    given = parameter.get(kind)
    if kind in ("currency", "date_time"):
        return words(mapping(given).get("fallback_value"))
    return words(given)


def _check_lengths(template_components: Components, given: Mapping[Key, _Given]) -> list[SendFinding]:
    """A text may be too long once it is filled in."""
    found = []
    parts = parts_of(template_components)
    for kind, bounds in (("header", RULES["send"]["filled_header"]), ("body", RULES["send"]["filled_body"])):
        part, component = one(parts, kind.upper()), given.get((kind, None))
        if part is None or component is None or not part.text:
            continue
        length = utf16_length(filled(part.text, values_of(part.text, component.parameters)))
        if length > bounds["max"]:
            told = f"Filled in, the {kind} has {length} characters; at most {bounds['max']}."
            found.append(SendFinding(f"{component.at}.parameters", TOO_LONG, told))
    return found


def values_of(text: str, parameters: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A text's variables with the values of a send."""
    named = {words(each.get("parameter_name")): text_of(each) for each in parameters if each.get("parameter_name")}
    return named or {name: text_of(each) for name, each in zip(names_in(text), parameters, strict=False)}


def _check_cards(template_components: Components, named: bool, given: object, at: str) -> list[SendFinding]:
    carousel = one(parts_of(template_components), "CAROUSEL")
    place, sent = _sent_carousel(given)
    if carousel is None:
        return [SendFinding(f"{at}[{place}]", FORMAT, "This template has no carousel.")] if sent is not None else []
    if sent is None:
        return [SendFinding(at, COUNT, f"The carousel takes {len(carousel.cards)} cards; 0 were given.")]
    where, cards = f"{at}[{place}].cards", [mapping(each) for each in sequence(sent.get("cards"))]
    if len(cards) != len(carousel.cards):
        told = f"The carousel takes {len(carousel.cards)} cards; {len(cards)} were given."
        return [SendFinding(where, COUNT, told)]
    if [whole(each.get("card_index")) for each in cards] != list(range(len(cards))):
        return [SendFinding(where, FORMAT, "Each card's card_index counts from 0.")]
    return [
        finding
        for index, (card, asked) in enumerate(zip(cards, carousel.cards, strict=True))
        for finding in _check(
            [part.values for part in asked.parts], named, card.get("components"), f"{where}[{index}].components"
        )
    ]


def _sent_carousel(given: object) -> tuple[int, dict[str, Any] | None]:
    for place, each in enumerate(map(mapping, sequence(given))):
        if upper(each.get("type")) == "CAROUSEL":
            return place, each
    return 0, None


# What a parameter that is no text must look like; each answers what is wrong with it.


def _file(value: object) -> str:
    has = [key for key in ("id", "link") if mapping(value).get(key)]
    return "" if len(has) == 1 else "A file by its id or by its link, one of the two."


def _place(value: object) -> str:
    place = mapping(value)
    degrees = [number(place.get("latitude")), number(place.get("longitude"))]
    ends = (90, 180)
    if any(each is None or abs(each) > end for each, end in zip(degrees, ends, strict=True)):
        return "A place has a latitude and a longitude."
    return "" if _named(place) else "A place has a name and an address."


def _named(place: Mapping[str, Any]) -> bool:
    return bool(words(place.get("name")).strip() and words(place.get("address")).strip())


def _offer(value: object) -> str:
    return "" if whole(mapping(value).get("expiration_time_ms")) else "An offer says when it ends, in milliseconds."


def _object(value: object) -> str:
    return "" if isinstance(value, dict) else "An object."


def _minutes(value: object) -> str:
    return "" if (whole(value) or 0) > 0 else "A number of minutes."


_SHAPES: Final = {
    "image": _file, "video": _file, "document": _file, "location": _place, "product": _object, "action": _object,
    "limited_time_offer": _offer, "ttl_minutes": _minutes,
}  # fmt: skip
