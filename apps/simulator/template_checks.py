"""What the templates endpoint refuses: the limits of whatsapp.md §6.2, in this process's own words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from apps.simulator.errors import GraphError
from apps.simulator.limits import length, table

FORMAT_OF = {"HEADER": 2388047, "BODY": 2388072, "FOOTER": 2388073}
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_RULES = table("templates")


@dataclass(frozen=True)
class _About:
    """What a component's check asks beside the component."""

    category: str
    named: bool
    longest_body: int
    known_file: Callable[[Any], str | None]


def refused(subcode: int | None, words: str) -> GraphError:
    """Code 100 in the words that Meta's pages show."""
    return GraphError(
        100, words, subcode=subcode, message="(#100) Invalid parameter", user=("Invalid parameter", words)
    )


def check_new(body: dict[str, Any], known_file: Callable[[Any], str | None]) -> None:
    """Refuse a template that Graph would refuse.

    Args:
        body: of the request; components are put into capitals in it.
        known_file: the type of an uploaded sample.

    Raises:
        GraphError: 100 with Meta's subcode.
    """
    name = body.get("name")
    if not isinstance(name, str) or not re.fullmatch("[a-z0-9_]{1,512}", name):
        raise refused(2388046, "The name may have lower-case letters, digits and underscores only.")
    if body.get("language") not in _RULES["languages"]:
        raise refused(None, "Param language must be a language that templates have.")
    check_content(body, known_file)


def check_content(body: dict[str, Any], known_file: Callable[[Any], str | None]) -> None:
    """Refuse a template's category, time to live and components; arguments as for `check_new`."""
    category = str(body.get("category", "")).upper()
    if category not in _RULES["categories"]:
        raise refused(None, "Param category must be one of {UTILITY, MARKETING, AUTHENTICATION}.")
    body["category"] = category
    _check_ttl(body.get("message_send_ttl_seconds"), category)
    components = body.get("components")
    if not isinstance(components, list) or not all(isinstance(each, dict) for each in components):
        raise refused(2388043, "The parameter components is required.")
    body["components"] = [capitals(each) for each in components]
    named = str(body.get("parameter_format") or "POSITIONAL").upper() == "NAMED"
    kinds = [each.get("type") for each in body["components"]]
    if kinds.count("BODY") != 1 or any(kinds.count(kind) > 1 for kind in kinds):
        raise refused(2388043, "A template has one BODY, and at most one of every other component.")
    longest = _RULES["limited_time_offer"]["body"] if "LIMITED_TIME_OFFER" in kinds else _RULES["body"]
    about = _About(category, named, longest["max"], known_file)
    for component in body["components"]:
        _check_component(component, about)
    _check_together({each["type"]: each for each in body["components"]}, category)


def _check_together(parts: dict[str, dict[str, Any]], category: str) -> None:
    """What parts may not stand beside each other, or not in this category."""
    buttons = [each.get("type") for each in parts.get("BUTTONS", {}).get("buttons", [])]
    if category == "AUTHENTICATION":
        if set(parts) - {"BODY", "FOOTER", "BUTTONS"} or buttons != ["OTP"]:
            raise refused(None, "An authentication template has a body, a footer and one OTP button.")
    elif "OTP" in buttons:
        raise refused(None, "OTP buttons are for authentication templates.")
    form = parts.get("HEADER", {}).get("format")
    if category not in _RULES["header"]["formats_by_category"].get(form, [category]):
        raise refused(FORMAT_OF["HEADER"], f"A {category} template has no header of format {form}.")
    if "LIMITED_TIME_OFFER" in parts:
        rules = _RULES["limited_time_offer"]
        fits = category == "MARKETING" and "FOOTER" not in parts and form in (None, *rules["headers"])
        if not fits or buttons not in (rules["buttons"], rules["buttons"][1:]):
            raise refused(None, "A limited-time offer is marketing, without a footer, with a code and a URL button.")


def capitals(component: dict[str, Any]) -> dict[str, Any]:
    """A component with its types in capitals, as Graph answers it."""
    inner = dict(component)
    for key in ("type", "format", "otp_type"):
        if isinstance(inner.get(key), str):
            inner[key] = inner[key].upper()
    if isinstance(inner.get("buttons"), list):
        inner["buttons"] = [capitals(each) for each in inner["buttons"] if isinstance(each, dict)]
    if isinstance(inner.get("cards"), list):
        cards = [each for each in inner["cards"] if isinstance(each, dict)]
        inner["cards"] = [{"components": [capitals(each) for each in card.get("components", [])]} for card in cards]
    return inner


def placeholders(text: Any) -> list[str]:
    """The names of a text's variables, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text))) if isinstance(text, str) else []


def _check_ttl(seconds: Any, category: str) -> None:
    bounds = _RULES["ttl_seconds"][category]
    if seconds is None or seconds == bounds.get("thirty_days"):
        return
    if not isinstance(seconds, int) or not bounds["min"] <= seconds <= bounds["max"]:
        raise refused(None, f"message_send_ttl_seconds must be from {bounds['min']} to {bounds['max']}.")


def _check_component(component: dict[str, Any], about: _About) -> None:
    kind = component.get("type")
    if kind not in _CHECKS:
        raise refused(None, f"Param components['type'] can't be {kind}.")
    _CHECKS[kind](component, about)


def _check_body_component(component: dict[str, Any], about: _About) -> None:
    if about.category != "AUTHENTICATION":
        _check_body(component, about.longest_body, about.named)
    elif component.get("text"):
        raise refused(FORMAT_OF["BODY"], "The body of an authentication template can't be written.")


def _check_offer(component: dict[str, Any], _about: _About) -> None:
    offer = component.get("limited_time_offer")
    if not isinstance(offer, dict) or not 1 <= length(str(offer.get("text", ""))) <= 16:
        raise refused(2388040, "The text of a limited-time offer has 1 to 16 characters.")


def _check_header(component: dict[str, Any], named: bool, known_file: Callable[[Any], str | None]) -> None:
    form = component.setdefault("format", "TEXT")
    if form == "TEXT":
        text = component.get("text")
        if not isinstance(text, str) or not text.strip() or "\n" in text or len(placeholders(text)) > 1:
            raise refused(FORMAT_OF["HEADER"], "A header is one line with at most one variable.")
        _check_length(text, _RULES["header"]["text"]["max"], "header")
        _check_examples(component, "header_text", placeholders(text), named)
    elif form in _RULES["header"]["media"]:
        handles = (component.get("example") or {}).get("header_handle")
        if not isinstance(handles, list) or not handles:
            raise refused(2388043, "The header needs a sample: example.header_handle.")
        if known_file(handles[0]) is None:
            raise refused(None, "The header_handle is not valid, or has expired. Upload the file again.")
    elif form not in _RULES["header"]["formats"]:
        raise refused(FORMAT_OF["HEADER"], f"A header has no format {form}.")


def _check_body(component: dict[str, Any], most: int, named: bool) -> None:
    text = component.get("text")
    if not isinstance(text, str) or not text.strip():
        raise refused(FORMAT_OF["BODY"], "The body has no text.")
    _check_length(text, most, "body")
    names = placeholders(text)
    if text.count("{{") != text.count("}}") or text.count("{{") != len(_PLACEHOLDER.findall(text)):
        raise refused(FORMAT_OF["BODY"], "The body has braces that are no variable.")
    if not named and sorted(names) != sorted(str(n + 1) for n in range(len(names))):
        raise refused(FORMAT_OF["BODY"], "Variables are numbered from {{1}} without gaps.")
    if names and (re.match(r"\s*\{\{", text) or re.search(r"\}\}\s*$", text)):
        raise refused(2388299, "Variables can't be at the start or end of the template.")
    if re.search(r"\}\}\s*\{\{", text) or len(re.findall(r"\w+", _PLACEHOLDER.sub(" ", text))) < 2 * len(names) + bool(
        names
    ):
        raise refused(2388293, "This template has too many variables for its length.")
    _check_examples(component, "body_text", names, named)


def _check_examples(component: dict[str, Any], key: str, names: list[str], named: bool) -> None:
    if not names:
        return
    example = component.get("example")
    given = example.get(f"{key}_named_params" if named else key) if isinstance(example, dict) else None
    rows = given if isinstance(given, list) else []
    if named:
        known = {each.get("param_name") for each in rows if isinstance(each, dict) and each.get("example")}
        complete = set(names) <= known
    else:
        row = rows[0] if key == "body_text" and rows and isinstance(rows[0], list) else rows
        complete = len(row) == len(names) and all(row)
    if not complete:
        raise refused(2388043, f"The parameter example.{key} is missing, or doesn't fit the variables.")


def _check_footer(component: dict[str, Any], category: str) -> None:
    if category == "AUTHENTICATION":
        minutes = component.get("code_expiration_minutes")
        if not isinstance(minutes, int) or not 1 <= minutes <= 90:
            raise refused(FORMAT_OF["FOOTER"], "code_expiration_minutes must be from 1 to 90.")
        return
    text = component.get("text")
    if not isinstance(text, str) or not text.strip() or "{{" in text or "\n" in text:
        raise refused(FORMAT_OF["FOOTER"], "A footer is one line without variables.")
    _check_length(text, _RULES["footer"]["max"], "footer")


def _check_buttons(buttons: Any, most: int) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
        raise refused(None, f"A template has 1 to {most} buttons.")
    kinds = [each.get("type") for each in buttons]
    for kind in kinds:
        if kinds.count(kind) > _RULES["buttons"]["of_type"].get(kind, 0):
            raise refused(None, f"Too many buttons of type {kind}.")
    runs = [kind == "QUICK_REPLY" for kind in kinds]
    if sum(one != two for one, two in pairwise(runs)) > 1:
        raise refused(None, "Quick replies must stand together.")
    for button in buttons:
        _check_button(button)


def _check_button(button: dict[str, Any]) -> None:
    kind, rules = button["type"], _RULES["buttons"]
    text = button.get("text", "")
    if kind not in rules["without_text"] and (not isinstance(text, str) or not text.strip()):
        raise refused(2388043, "A button needs a text.")
    _check_length(str(text), rules["text"]["max"], "button")
    if kind == "URL":
        url = button.get("url")
        if not isinstance(url, str) or not re.fullmatch(r"https?://[^\s{}]+(\{\{\w+\}\})?", url):
            raise refused(None, "A button's url may have one variable at its end.")
        _check_length(url, rules["url"]["max"], "url")
        if "{{" in url and not button.get("example"):
            raise refused(2388043, "A url with a variable needs an example.")
    elif kind == "PHONE_NUMBER":
        _check_length(str(button.get("phone_number") or "x" * 99), rules["phone_number"]["max"], "phone_number")
    elif kind in _BUTTONS:
        _BUTTONS[kind](button)


def _check_code(button: dict[str, Any]) -> None:
    example = button.get("example")
    codes = example if isinstance(example, list) else [example]
    if not codes or not codes[0]:
        raise refused(2388043, "A code button needs an example.")
    _check_length(str(codes[0]), _RULES["buttons"]["coupon_code"]["max"], "example")


def _check_otp(button: dict[str, Any]) -> None:
    rules, kind = _RULES["authentication"], button.get("otp_type")
    if kind not in rules["otp_types"]:
        raise refused(None, "otp_type must be one of {COPY_CODE, ONE_TAP, ZERO_TAP}.")
    if kind not in rules["otp_types_with_app"]:
        return
    apps = button.get("supported_apps") or [button]  # the older form has the one app beside the button's text
    if not isinstance(apps, list) or not all(isinstance(each, dict) for each in apps):
        raise refused(None, "supported_apps is a list of apps.")
    if len(apps) > rules["apps"]["max"] or not all(
        each.get("package_name") and len(str(each.get("signature_hash"))) == rules["signature_hash"]["max"]
        for each in apps
    ):
        raise refused(2388043, "1 to 5 apps, each with its package_name and a signature_hash of 11 characters.")
    if kind == "ZERO_TAP" and button.get("zero_tap_terms_accepted") is not True:
        raise refused(2388043, "zero_tap_terms_accepted must be true.")


def _check_flow(button: dict[str, Any]) -> None:
    if sum(bool(button.get(key)) for key in ("flow_id", "flow_name", "flow_json")) != 1:
        raise refused(2388043, "A flow button needs flow_id, flow_name or flow_json, one of them.")
    if str(button.get("flow_action", "navigate")).lower() not in _RULES["buttons"]["flow_actions"]:
        raise refused(None, "flow_action must be navigate or data_exchange.")


def _check_carousel(cards: Any, named: bool, known_file: Callable[[Any], str | None]) -> None:
    if not isinstance(cards, list) or not 2 <= len(cards) <= 10:
        raise refused(None, "A carousel has 2 to 10 cards.")
    forms = set()
    for card in cards:
        parts = {str(each.get("type")): each for each in card["components"]}
        if "HEADER" not in parts or "BUTTONS" not in parts:
            raise refused(2388043, "A card needs a header and buttons.")
        _check_header(parts["HEADER"], named, known_file)
        if parts["HEADER"]["format"] not in _RULES["carousel"]["headers"]:
            raise refused(FORMAT_OF["HEADER"], "A card has a picture, a video or a product above.")
        _check_buttons(parts["BUTTONS"].get("buttons"), 2)
        if "BODY" in parts:
            _check_body(parts["BODY"], _RULES["carousel"]["body"]["max"], named)
        kinds = tuple(each.get("type") for each in parts["BUTTONS"]["buttons"])
        forms.add((tuple(sorted(parts)), parts["HEADER"]["format"], kinds))
    if len(forms) > 1:
        raise refused(None, "All cards must have the same components.")


def _check_length(text: str, most: int, name: str) -> None:
    if length(text) > most:
        raise refused(2388040, f"The {name} is longer than {most} characters.")


_BUTTONS = {"COPY_CODE": _check_code, "OTP": _check_otp, "FLOW": _check_flow}
_CHECKS: dict[Any, Callable[[dict[str, Any], _About], None]] = {
    "HEADER": lambda component, about: _check_header(component, about.named, about.known_file),
    "BODY": _check_body_component,
    "FOOTER": lambda component, about: _check_footer(component, about.category),
    "BUTTONS": lambda component, _about: _check_buttons(component.get("buttons"), _RULES["buttons"]["count"]["max"]),
    "CAROUSEL": lambda component, about: _check_carousel(component.get("cards"), about.named, about.known_file),
    "LIMITED_TIME_OFFER": _check_offer,
}
