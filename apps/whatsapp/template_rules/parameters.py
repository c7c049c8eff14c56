"""What has to be filled in when a template is sent.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/template-messages
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.payloads.values import mapping, sequence
from apps.whatsapp.template_rules.shape import Button, Components, Part, names_in, parts_of, upper, words

MEDIA: Final = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document", "GIF": "video"}
# What a send says of a button, by the button's type: the send's sub_type, the parameter's type, whether it must.
_OF_BUTTON: Final = {
    "QUICK_REPLY": ("quick_reply", "payload", False),
    "COPY_CODE": ("copy_code", "coupon_code", True),
    "OTP": ("url", "text", True),
    "FLOW": ("flow", "action", False),
    "CATALOG": ("catalog", "action", False),
    "MPM": ("mpm", "action", True),
    "ORDER_DETAILS": ("order_details", "action", True),
    "VOICE_CALL": ("voice_call", "ttl_minutes", False),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of a send.

    Attributes:
        component: header, body, button or limited_time_offer: the send's component of that type.
        type: the send's parameter of that type: text, image, video, document, location, product, payload,
            coupon_code, action, ttl_minutes, limited_time_offer.
        name: `1`, `first_name`; empty where there is only one.
        sub_type, index: of a button.
        card: of a carousel's card, its index.
        required: whether Meta refuses a send without it.
        example: the template's own sample.
        label: of a button, what it says.
    """

    component: str
    type: str
    name: str = ""
    sub_type: str = ""
    index: int | None = None
    card: int | None = None
    required: bool = True
    example: str = ""
    label: str = ""


def parameters_of(components: Components) -> list[Parameter]:
    """The values that a send of this template may or must give, in the order in which the phone shows them."""
    return list(_of_parts(parts_of(components), None))


def _of_parts(parts: Sequence[Part], card: int | None) -> Iterator[Parameter]:
    for part in parts:
        if part.kind in _OF_KIND:
            yield from _OF_KIND[part.kind](part, card)


def _of_carousel(part: Part, card: int | None) -> Iterator[Parameter]:
    if card is None:
        for each in part.cards:
            yield from _of_parts(each.parts, each.index)


def _of_offer(part: Part, card: int | None) -> Iterator[Parameter]:
    kind = "limited_time_offer"
    yield Parameter(kind, kind, card=card, required=part.offer.get("has_expiration") is True)


def _of_buttons(part: Part, card: int | None) -> Iterator[Parameter]:
    for button in part.buttons:
        yield from _of_button(button, card)


def _of_header(part: Part, card: int | None) -> Iterator[Parameter]:
    if part.format == "TEXT":
        for name in names_in(part.text):
            yield Parameter("header", "text", name, card=card, example=sample_of(part, name))
    elif part.format in MEDIA:
        handles = [words(each) for each in sequence(part.example.get("header_handle"))]
        yield Parameter("header", MEDIA[part.format], card=card, example=next(iter(handles), ""))
    elif part.format in ("LOCATION", "PRODUCT"):
        yield Parameter("header", part.format.lower(), card=card)


def _of_body(part: Part, card: int | None) -> Iterator[Parameter]:
    if not part.text and "add_security_recommendation" in part.values:
        yield Parameter("body", "text", "1", card=card)  # an authentication template, whose text Meta writes
    for name in names_in(part.text):
        yield Parameter("body", "text", name, card=card, example=sample_of(part, name))


def _of_button(button: Button, card: int | None) -> Iterator[Parameter]:
    if button.kind == "URL":
        for name in names_in(button.url)[:1]:
            yield Parameter("button", "text", name, "url", button.index, card, True, button.example, button.text)
    elif button.kind in _OF_BUTTON:
        sub_type, kind, required = _OF_BUTTON[button.kind]
        yield Parameter("button", kind, "", sub_type, button.index, card, required, button.example, button.text)


_OF_KIND: Final[Mapping[str, Callable[[Part, int | None], Iterator[Parameter]]]] = {
    "HEADER": _of_header,
    "BODY": _of_body,
    "BUTTONS": _of_buttons,
    "LIMITED_TIME_OFFER": _of_offer,
    "CAROUSEL": _of_carousel,
}


def sample_of(part: Part, name: str) -> str:
    """A variable's sample, empty where there is none."""
    kind = part.kind.lower()
    for each in sequence(part.example.get(f"{kind}_text_named_params")):
        if mapping(each).get("param_name") == name:
            return words(mapping(each).get("example"))
    samples: list[Any] = sequence(part.example.get(f"{kind}_text"))
    row = sequence(samples[0] if samples else None) if kind == "body" else samples
    names = names_in(part.text)
    index = names.index(name) if name in names else len(row)
    return words(row[index]) if index < len(row) else ""


def is_named(parameter_format: str) -> bool:
    return upper(parameter_format) == "NAMED"
