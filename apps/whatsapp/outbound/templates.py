"""A template filled in for one customer: the values of its variables, its files, what its buttons carry.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview and the pages of
each kind of template beside it. Whether the values fit a certain template, that template decides; here stands what is
right or wrong for each of them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.errors import LimitExceeded, MessageNotValid
from apps.whatsapp.limits import bounds, check_length
from apps.whatsapp.outbound.interactive import check_filled
from apps.whatsapp.outbound.plain import check_link, degrees

FILES: Final = ("image", "video", "document")
_IN_HEADER: Final = ("text", *FILES, "location", "product")
_IN_BODY: Final = ("text", "currency", "date_time", "group_id")
_OF_BUTTONS: Final[Mapping[str, tuple[str, ...]]] = {
    "url": ("text",),
    "quick_reply": ("payload",),
    "copy_code": ("coupon_code",),
    "flow": ("action",),
    "catalog": ("action",),
    "mpm": ("action",),
    "voice_call": ("ttl_minutes", "payload"),
}
_SPELLED: Final = {"catalog": "CATALOG", "mpm": "MPM"}
_NAME: Final = re.compile("[a-z0-9_]+")
# What WhatsApp refuses in a value (132018); how many spaces are too many is a limit.
_BREAKS: Final = re.compile("[\n\r\t]")
_SPACES: Final = re.compile(" +")

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    """
    Attributes:
        components: as the Cloud API takes them, but files by `id` once they are uploaded, or by `media_id` before.
    """

    name: str
    language: str
    components: tuple[Part, ...] = ()


def template_part(content: Template) -> tuple[str, Any]:
    part: dict[str, Any] = {"name": content.name, "language": {"code": content.language}}
    if content.components:
        part["components"] = [_component_part(component) for component in content.components]
    return "template", part


def check_template(content: Template) -> None:
    check_length("name", content.name, "template", "name")
    if not _NAME.fullmatch(content.name):
        raise MessageNotValid("A template's name has lower-case letters, digits and underscores.", field="name")
    if not content.language:
        raise MessageNotValid("A template has a language.", field="language")
    _check_components("components", content.components)


def _component_part(component: Part) -> dict[str, Any]:
    if component["type"] == "carousel":
        cards = [
            {"card_index": card["card_index"], "components": [_component_part(each) for each in card["components"]]}
            for card in component["cards"]
        ]
        return {"type": "carousel", "cards": cards}
    part: dict[str, Any] = {"type": component["type"]}
    if component["type"] == "button":
        sub_type = str(component["sub_type"]).lower()
        part |= {"sub_type": _SPELLED.get(sub_type, sub_type), "index": str(component["index"])}
    return part | {"parameters": [_parameter_part(each) for each in component.get("parameters", [])]}


def _parameter_part(parameter: Part) -> dict[str, Any]:
    kind = parameter["type"]
    part = {"type": kind, kind: parameter[kind]}
    if kind in FILES:
        part[kind] = _file_part(parameter[kind])
    if kind == "location":
        place = parameter["location"]
        named = {key: place[key] for key in ("name", "address") if place.get(key)}
        part[kind] = {"latitude": degrees(place["latitude"]), "longitude": degrees(place["longitude"]), **named}
    if parameter.get("parameter_name"):
        part["parameter_name"] = parameter["parameter_name"]
    return part


def _file_part(file: Part) -> dict[str, Any]:
    if not (file.get("id") or file.get("link")):
        raise MessageNotValid("The file is not uploaded yet.", field="media_id")
    return {key: file[key] for key in ("id", "link", "filename") if file.get(key)}


# The checks.


def _check_components(where: str, components: tuple[Part, ...] | list[Part], *, in_card: bool = False) -> None:
    buttons, single = 0, set()
    for at, component in enumerate(components):
        kind, place = component["type"], f"{where}.{at}"
        check = _CHECKS.get(kind)
        if check is None or (in_card and kind in ("carousel", "limited_time_offer")):
            raise MessageNotValid(f"No component of this kind stands here: {kind}.", field=f"{place}.type")
        key = (kind, component.get("index")) if kind == "button" else (kind, None)
        if key in single:
            raise MessageNotValid("This component is there twice.", field=place)
        single.add(key)
        buttons += kind == "button"
        check(place, component)
    bounds("template", "buttons").check(where, buttons, "buttons")


def _check_header(where: str, component: Part) -> None:
    parameters = component.get("parameters", [])
    if len(parameters) != 1:
        raise MessageNotValid("A header has one value.", field=f"{where}.parameters")
    _check_parameters(where, parameters, _IN_HEADER, "header_text")


def _check_body(where: str, component: Part) -> None:
    _check_parameters(where, component.get("parameters", []), _IN_BODY, "parameter")


def _check_button(where: str, component: Part) -> None:
    sub_type = str(component.get("sub_type") or "").lower()
    if sub_type not in _OF_BUTTONS:
        raise MessageNotValid(f"This is one of {', '.join(_OF_BUTTONS)}.", field=f"{where}.sub_type")
    index = component.get("index")
    if not isinstance(index, int) or not 0 <= index < (bounds("template", "buttons").most or 0):
        raise MessageNotValid("Which button it is, counted from 0.", field=f"{where}.index")
    parameters = component.get("parameters", [])
    if not parameters:
        raise MessageNotValid("A button without values needs no component.", field=f"{where}.parameters")
    _check_parameters(where, parameters, _OF_BUTTONS[sub_type], "url_suffix")


def _check_offer(where: str, component: Part) -> None:
    parameters = component.get("parameters", [])
    if len(parameters) != 1:
        raise MessageNotValid("An offer has one end.", field=f"{where}.parameters")
    _check_parameters(where, parameters, ("limited_time_offer",), "parameter")


def _check_carousel(where: str, component: Part) -> None:
    cards = component.get("cards", [])
    bounds("template", "cards").check(f"{where}.cards", len(cards), "cards")
    if sorted(card["card_index"] for card in cards) != [*range(len(cards))]:
        raise MessageNotValid("Cards are counted from 0, each once.", field=f"{where}.cards")
    for at, card in enumerate(cards):
        _check_components(f"{where}.cards.{at}.components", card["components"], in_card=True)


def _check_parameters(where: str, parameters: list[Part], allowed: tuple[str, ...], text_limit: str) -> None:
    for at, parameter in enumerate(parameters):
        kind, place = parameter["type"], f"{where}.parameters.{at}"
        if kind not in allowed:
            raise MessageNotValid(f"A value of this kind can't stand here: {kind}.", field=f"{place}.type")
        if parameter.get(kind) in (None, ""):
            raise MessageNotValid(f"A value of type {kind} needs {kind}.", field=f"{place}.{kind}")
        if kind == "text":
            _check_value(f"{place}.text", parameter["text"], text_limit)
        elif kind in _VALUES:
            _VALUES[kind](place, parameter[kind])


def _check_value(where: str, text: str, limit: str) -> None:
    check_filled(where, text, "template", limit)
    if _BREAKS.search(text):
        raise MessageNotValid("A value has no line breaks and no tabs.", field=where)
    spaces = bounds("template", "spaces_in_a_row")
    spaces.check(where, max((len(found) for found in _SPACES.findall(text)), default=0), "spaces in a row")


def _check_file(place: str, kind: str, file: Part) -> None:
    if bool(file.get("id") or file.get("media_id")) == bool(file.get("link")):
        raise MessageNotValid("A file is named by media_id or by link.", field=f"{place}.{kind}.media_id")
    if file.get("link"):
        check_link(f"{place}.{kind}.link", file["link"])
    check_length(f"{place}.{kind}.filename", file.get("filename") or "", "template", "filename")


def _check_place(place: str, value: Part) -> None:
    bounds("location", "latitude").check(f"{place}.location.latitude", float(value["latitude"]), "degrees")
    bounds("location", "longitude").check(f"{place}.location.longitude", float(value["longitude"]), "degrees")


def _check_currency(place: str, value: Part) -> None:
    check_filled(f"{place}.currency.fallback_value", value["fallback_value"], "template", "parameter")


def _check_date(place: str, value: Part) -> None:
    check_filled(f"{place}.date_time.fallback_value", value["fallback_value"], "template", "parameter")


def _check_action(place: str, value: Part) -> None:
    sections = value.get("sections") or []
    if sections:
        bounds("template", "sections").check(f"{place}.action.sections", len(sections), "sections")
        products = sum(len(section["product_items"]) for section in sections)
        bounds("template", "products_in_all").check(f"{place}.action.sections", products, "products in all")


def _check_end(place: str, value: Part) -> None:
    if value["expiration_time_ms"] <= 0:
        where = f"{place}.limited_time_offer.expiration_time_ms"
        raise LimitExceeded("Milliseconds since 1970.", field=where, limit=1)


_CHECKS: Final[Mapping[str, Callable[[str, Part], None]]] = {
    "header": _check_header,
    "body": _check_body,
    "button": _check_button,
    "limited_time_offer": _check_offer,
    "carousel": _check_carousel,
}
_VALUES: Final[Mapping[str, Callable[[str, Any], None]]] = {
    "image": lambda place, file: _check_file(place, "image", file),
    "video": lambda place, file: _check_file(place, "video", file),
    "document": lambda place, file: _check_file(place, "document", file),
    "location": _check_place,
    "currency": _check_currency,
    "date_time": _check_date,
    "payload": lambda place, payload: check_filled(f"{place}.payload", payload, "template", "payload"),
    "coupon_code": lambda place, code: check_filled(f"{place}.coupon_code", code, "template", "coupon_code"),
    "ttl_minutes": lambda place, ttl: bounds("template", "ttl_minutes").check(f"{place}.ttl_minutes", ttl, "minutes"),
    "action": _check_action,
    "limited_time_offer": _check_end,
}
