"""A template as the phone shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.whatsapp.payloads.values import mapping, sequence, whole
from apps.whatsapp.template_rules.findings import RULES
from apps.whatsapp.template_rules.sending import values_of
from apps.whatsapp.template_rules.shape import Button, Components, Part, filled, one, parts_of, upper, words

LETTERS_OF_LANGUAGE = 2


@dataclass(frozen=True, slots=True)
class Rendered:
    """What there is to see.

    Attributes:
        header_format: TEXT, IMAGE, VIDEO, DOCUMENT, GIF, LOCATION, PRODUCT; empty without a header.
        header: of a text.
        buttons: `{"type": "URL", "text": "Pay", "url": "https://…"}`; other keys that say nothing are left out.
        cards: a carousel's.
    """

    header_format: str = ""
    header: str = ""
    body: str = ""
    footer: str = ""
    offer: str = ""
    buttons: tuple[dict[str, str], ...] = ()
    cards: tuple["Rendered", ...] = ()

    @property
    def text(self) -> str:
        """Header, body and footer, as a list of conversations or a search reads them."""
        return "\n\n".join(each for each in (self.header, self.body, self.footer) if each)


def render(template_components: Components, send_components: object = (), *, language: str = "en") -> Rendered:
    """The template with the values of a send; variables without a value stay as they are written.

    Args:
        send_components: in Meta's shape of a send; anything else leaves the template as it is.
        language: of the texts that Meta writes itself, in AUTHENTICATION templates.
    """
    given = list(send_components) if isinstance(send_components, (list, tuple)) else []
    return _rendered(parts_of(template_components), [mapping(each) for each in given], language)


def _rendered(parts: Sequence[Part], given: Sequence[Mapping[str, Any]], language: str) -> Rendered:
    header, body, footer = one(parts, "HEADER"), one(parts, "BODY"), one(parts, "FOOTER")
    buttons, carousel, offer = one(parts, "BUTTONS"), one(parts, "CAROUSEL"), one(parts, "LIMITED_TIME_OFFER")
    return Rendered(
        header_format=header.format if header else "",
        header=_filled(header.text, given, "header") if header and header.format == "TEXT" else "",
        body=_filled(_body_text(body, language), given, "body") if body else "",
        footer=_footer_text(footer, language) if footer else "",
        offer=words(offer.offer.get("text")) if offer else "",
        buttons=tuple(_button(each, given, language) for each in buttons.buttons) if buttons else (),
        cards=_cards(carousel, given, language) if carousel else (),
    )


def _cards(carousel: Part, given: Sequence[Mapping[str, Any]], language: str) -> tuple[Rendered, ...]:
    sent = next((sequence(each.get("cards")) for each in given if upper(each.get("type")) == "CAROUSEL"), [])
    components = {whole(mapping(card).get("card_index")): sequence(mapping(card).get("components")) for card in sent}
    return tuple(
        _rendered(card.parts, [mapping(each) for each in components.get(card.index, [])], language)
        for card in carousel.cards
    )


def _filled(text: str, given: Sequence[Mapping[str, Any]], kind: str) -> str:
    component = next((each for each in given if upper(each.get("type")) == kind.upper()), None)
    if component is None:
        return text
    parameters = [mapping(each) for each in sequence(component.get("parameters"))]
    values = values_of(text, parameters)
    return filled(text, {name: value for name, value in values.items() if value})


def _button(button: Button, given: Sequence[Mapping[str, Any]], language: str) -> dict[str, str]:
    sent = next(
        (
            [mapping(each) for each in sequence(component.get("parameters"))]
            for component in given
            if upper(component.get("type")) == "BUTTON" and whole(component.get("index")) == button.index
        ),
        [],
    )
    code = words(sent[0].get("coupon_code")) if sent else ""
    shown = {
        "text": button.text or (_texts(language)["button"] if button.kind == "OTP" else ""),
        "url": filled(button.url, values_of(button.url, sent)),
        "phone_number": words(button.values.get("phone_number")),
        "code": code or (button.example if button.kind == "COPY_CODE" else ""),
    }
    return {"type": button.kind} | {key: value for key, value in shown.items() if value}


def _texts(language: str) -> dict[str, str]:
    texts: dict[str, dict[str, str]] = RULES["authentication"]["texts"]
    return texts.get(language[:LETTERS_OF_LANGUAGE].lower(), texts["en"])


def _body_text(body: Part, language: str) -> str:
    if body.text or "add_security_recommendation" not in body.values:
        return body.text
    texts = _texts(language)
    said = [texts["body"], texts["security"] if body.values["add_security_recommendation"] is True else ""]
    return " ".join(filter(None, said))


def _footer_text(footer: Part, language: str) -> str:
    minutes = whole(footer.values.get("code_expiration_minutes"))
    if footer.text or minutes is None:
        return footer.text
    return _texts(language)["expiration"].format(minutes=minutes)
