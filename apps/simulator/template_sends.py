"""What a send of a template is refused for: its state, and values that don't fit it (whatsapp.md §6.3, §11)."""

import re
from typing import Any

from apps.simulator.errors import GraphError
from apps.simulator.template_checks import placeholders

_MEDIA = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document", "GIF": "video"}
_STATES = {"PAUSED": 132015, "DISABLED": 132016}


def check_state(template: dict[str, Any]) -> None:
    """
    Raises:
        GraphError: 132015 paused, 132016 disabled, 132001 not approved.
    """
    if template["status"] in _STATES:
        raise GraphError(_STATES[template["status"]])
    if template["status"] not in ("APPROVED", "FLAGGED"):
        raise unknown(template["name"], template["language"])


def unknown(name: str, language: str) -> GraphError:
    """132001, as Graph says it."""
    return GraphError(132001, f"template name ({name}) does not exist in {language}")


def check_values(components: list[dict[str, Any]], given: Any, *, named: bool) -> None:
    """Refuse values that the template doesn't take.

    Args:
        components: the template's.
        given: the send's `template.components`.

    Raises:
        GraphError: 100, 132000, 132012 or 132018.
    """
    sent = [each for each in given or [] if isinstance(each, dict)]
    by_type = {str(each.get("type", "")).lower(): each for each in sent}
    for component in components:
        kind = component["type"]
        if kind == "HEADER":
            _check_header(component, _values(by_type.get("header")), named)
        elif kind == "BODY":
            _check_texts("body", placeholders(component.get("text")), _values(by_type.get("body")), named)
        elif kind == "BUTTONS":
            _check_buttons(component["buttons"], [each for each in sent if str(each.get("type")).lower() == "button"])
        elif kind == "CAROUSEL":
            _check_cards(component["cards"], (by_type.get("carousel") or {}).get("cards"), named)
        elif kind == "LIMITED_TIME_OFFER" and component["limited_time_offer"].get("has_expiration"):
            _expect("limited_time_offer", 1, len(_values(by_type.get("limited_time_offer"))))


def body_values(given: Any) -> list[dict[str, Any]]:
    """The values of a send's body."""
    sent = [each for each in given or [] if isinstance(each, dict)]
    return _values(next((each for each in sent if str(each.get("type", "")).lower() == "body"), None))


def _values(component: Any) -> list[dict[str, Any]]:
    given = component.get("parameters", []) if isinstance(component, dict) else []
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _expect(where: str, expected: int, got: int) -> None:
    if expected != got:
        details = (
            f"{where}: number of localizable_params ({got}) does not match the expected number of params ({expected})"
        )
        raise GraphError(132000, details)


def _check_header(component: dict[str, Any], values: list[dict[str, Any]], named: bool) -> None:
    form = component.get("format", "TEXT")
    if form == "TEXT":
        _check_texts("header", placeholders(component.get("text")), values, named)
        return
    wanted = _MEDIA.get(form, form.lower())
    if not values:
        raise GraphError(132012, f"header: Format mismatch, expected {form}, received UNKNOWN")
    if str(values[0].get("type")).lower() != wanted:
        raise GraphError(132012, f"header: Format mismatch, expected {form}, received {values[0].get('type')}")


def _check_texts(where: str, names: list[str], values: list[dict[str, Any]], named: bool) -> None:
    if named and any(not each.get("parameter_name") for each in values):
        raise GraphError(100, "Parameter name is missing or empty", message="(#100) Invalid parameter")
    _expect(where, len(names), len(values))
    if named and {each["parameter_name"] for each in values} != set(names):
        raise GraphError(132000, f"{where}: parameter names don't match {', '.join(names)}")
    for value in values:
        kind = str(value.get("type", "")).lower()
        if kind not in ("text", "currency", "date_time"):
            raise GraphError(132012, f"{where}: Format mismatch, expected TEXT, received {kind}")
        if kind == "text" and re.search(r"[\n\t]| {5}", str(value.get("text", ""))):
            raise GraphError(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")


def _check_buttons(buttons: list[dict[str, Any]], sent: list[dict[str, Any]]) -> None:
    by_index = {str(each.get("index")): each for each in sent}
    for index, button in enumerate(buttons):
        variable = button["type"] == "URL" and "{{" in str(button.get("url"))
        if variable or button["type"] in ("COPY_CODE", "OTP", "MPM"):
            _expect(f"buttons: button at index {index}", 1, len(_values(by_index.get(str(index)))))
    if any(not index.isdigit() or int(index) >= len(buttons) for index in by_index):
        raise GraphError(132012, "buttons: there is no button at this index")


def _check_cards(cards: list[dict[str, Any]], sent: Any, named: bool) -> None:
    given = [each for each in sent or [] if isinstance(each, dict)]
    _expect("carousel", len(cards), len(given))
    for card, values in zip(cards, given, strict=True):
        check_values(card["components"], values.get("components"), named=named)
