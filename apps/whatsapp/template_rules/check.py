"""What Meta would refuse of a template.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from apps.whatsapp.payloads.values import mapping, sequence, whole
from apps.whatsapp.template_rules.findings import RULES, Finding, Findings
from apps.whatsapp.template_rules.shape import (
    KINDS,
    Button,
    Card,
    Components,
    Part,
    is_position,
    names_in,
    one,
    parts_of,
    upper,
    variables_in,
    without_variables,
    words,
)

_NAME: Final = re.compile(RULES["name"]["pattern"])
_VARIABLE_NAME: Final = re.compile(RULES["variable_name"])
_WORD: Final = re.compile(r"\w+")
_PACKAGE: Final = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", re.ASCII)
_ADDRESS: Final = re.compile(r"https?://[^\s{}]+", re.IGNORECASE)
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()\-]*", re.ASCII)
_FORMATTING: Final = re.compile(r"[*_~`]")
_EMOJI: Final = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the rules ask about beside the component that they look at."""

    category: str
    named: bool
    parts: Sequence[Part]
    in_card: bool = False

    @property
    def is_offer(self) -> bool:
        return one(self.parts, "LIMITED_TIME_OFFER") is not None

    @property
    def is_authentication(self) -> bool:
        return self.category == "AUTHENTICATION"


def check_template(
    *,
    name: str,
    language: str,
    category: str,
    components: Components,
    parameter_format: str = "POSITIONAL",
    ttl_seconds: int | None = None,
) -> list[Finding]:
    """Everything about a template that Meta would refuse, and warnings of what looks otherwise than one may think.

    Args:
        name, language, category, parameter_format: as Meta wants them; letter case of the last two doesn't matter.
        components: HEADER, BODY, FOOTER, BUTTONS, CAROUSEL, LIMITED_TIME_OFFER. A header's sample may be Meta's
            (`example.header_handle`) or a file of ours (`example.media_id`), which is uploaded on submission.
        ttl_seconds: how long Meta tries to deliver.

    Returns:
        In the order of the template; empty where all is well. What hinders a submission has severity `error`.
    """
    found = Findings()
    found.length("name", name, RULES["name"])
    if name.strip() and not _NAME.fullmatch(name):
        found.add("name", "format", "Only lower-case letters, digits and underscores.")
    if language not in RULES["languages"]:
        found.add("language", "not_known", f"Meta has no templates in “{language[:20]}”.")
    if upper(category) not in RULES["categories"]:
        found.add("category", "not_known", "One of MARKETING, UTILITY, AUTHENTICATION.")
    _check_ttl(found, upper(category), ttl_seconds)
    parts = parts_of(components)
    draft = _Draft(upper(category), upper(parameter_format) == "NAMED", parts)
    _check_parts(found, draft)
    return found.found


def _check_ttl(found: Findings, category: str, ttl_seconds: int | None) -> None:
    bounds = RULES["ttl_seconds"].get(category)
    if ttl_seconds is None or bounds is None or ttl_seconds == bounds.get("thirty_days"):
        return
    found.size("ttl_seconds", ttl_seconds, bounds, "seconds")


def _check_parts(found: Findings, draft: _Draft) -> None:
    for part in draft.parts:
        if part.kind in KINDS:
            _CHECKS[part.kind](found, part, draft)
        else:
            found.add(f"{part.at}.type", "not_known", f"One of {', '.join(KINDS)}.")
    _check_company(found, draft)
    if draft.is_authentication:
        _check_authentication(found, draft)
    elif any(button.kind == "OTP" for part in draft.parts for button in part.buttons):
        found.add("category", "otp_elsewhere", "Only templates of category AUTHENTICATION have an OTP button.")


def _check_company(found: Findings, draft: _Draft) -> None:
    """Which components there are, and which don't stand together."""
    counts = Counter(part.kind for part in draft.parts if part.kind in KINDS)
    for kind in (kind for kind, count in counts.items() if count > 1):
        found.add("components", "too_many", f"At most one {kind}; there are {counts[kind]}.", 1)
    if not counts["BODY"]:
        found.add("components", "missing", "A template needs a BODY.")
    _check_kinds_of_company(found, draft)


def _check_kinds_of_company(found: Findings, draft: _Draft) -> None:
    carousel, offer = one(draft.parts, "CAROUSEL"), one(draft.parts, "LIMITED_TIME_OFFER")
    for part in draft.parts:
        if carousel and part.kind not in ("BODY", "CAROUSEL") and part.kind in KINDS:
            found.add(part.at, "not_with_carousel", f"Beside a carousel there is no {part.kind}.")
        if offer and part.kind == "FOOTER":
            found.add(part.at, "not_with_offer", "A limited-time offer has no footer.")
    if (offer and draft.category != "MARKETING") or (carousel and draft.is_authentication):
        found.add("category", "marketing_only", f"These components don't go with category {draft.category}.")


# Texts


def _check_text(found: Findings, part: Part, draft: _Draft, bounds: Mapping[str, Any]) -> None:
    """Length and variables of a header's or a body's text."""
    at = f"{part.at}.text"
    found.length(at, part.text, dict(bounds))
    _check_variables(found, at, part.text, draft)
    _check_samples(found, part, draft)


def _check_variables(found: Findings, at: str, text: str, draft: _Draft) -> None:
    names = names_in(text)
    left = without_variables(text)
    if "{{" in left or "}}" in left:
        found.add(at, "variable_malformed", "A variable is written {{1}} or {{first_name}}.")
    if draft.named:
        wrong = [name for name in names if not _VARIABLE_NAME.fullmatch(name) or is_position(name)]
        if wrong:
            found.add(at, "variable_name", f"Lower-case letters, digits and underscores, not “{wrong[0][:60]}”.")
    elif any(not is_position(name) for name in names):
        found.add(at, "variable_number", "Variables are numbered {{1}}, {{2}} …, or all of them are named.")
    elif [int(name) for name in names] != list(range(1, len(names) + 1)):
        found.add(at, "variable_gap", "Variables are numbered from 1 without gaps.", len(names))


def _check_places(found: Findings, at: str, text: str) -> None:
    """Of a body: where its variables stand, and how many there are for its words."""
    variables = variables_in(text)
    if not variables:
        return
    if variables[0].start == len(text) - len(text.lstrip()):
        found.add(at, "variable_at_start", "A text doesn't begin with a variable.")
    if variables[-1].end == len(text.rstrip()):
        found.add(at, "variable_at_end", "A text doesn't end with a variable.")
    if any(not text[before.end : after.start].strip() for before, after in pairwise(variables)):
        found.add(at, "variables_adjacent", "Between two variables there is a word.")
    least = RULES["words"]["per_variable"] * len(names_in(text)) + RULES["words"]["beside"]
    said = len(_WORD.findall(without_variables(text)))
    if said < least:
        found.add(at, "too_many_variables", f"At least {least} words for so many variables; this has {said}.", least)


def _check_samples(found: Findings, part: Part, draft: _Draft) -> None:
    """Meta's reviewers read a template with its samples filled in."""
    names, kind = names_in(part.text), part.kind.lower()
    if not names:
        return
    if draft.named:
        given = part.example.get(f"{kind}_text_named_params")
        known = {
            words(mapping(each).get("param_name")) for each in sequence(given) if _says(mapping(each).get("example"))
        }
        lacking = [name for name in names if name not in known]
    else:
        samples = sequence(part.example.get(f"{kind}_text"))
        row = sequence(samples[0] if samples else None) if kind == "body" else samples
        lacking = [name for index, name in enumerate(names) if index >= len(row) or not _says(row[index])]
    if lacking:
        found.add(f"{part.at}.example", "sample_missing", f"Each variable needs a sample: {', '.join(lacking)[:200]}.")


def _says(value: object) -> bool:
    return bool(words(value).strip())


# Components


def _check_header(found: Findings, part: Part, draft: _Draft) -> None:
    rules, kind = RULES["header"], part.format
    if draft.is_authentication:
        found.add(part.at, "not_with_authentication", "Templates of category AUTHENTICATION have no header.")
    if kind not in rules["formats"]:
        found.add(f"{part.at}.format", "not_known", f"One of {', '.join(rules['formats'])}.")
    elif kind == "TEXT":
        _check_header_text(found, part, draft)
    elif draft.category not in rules["formats_by_category"].get(kind, RULES["categories"]):
        found.add(f"{part.at}.format", "category", f"A header of format {kind} doesn't go with {draft.category}.")
    elif kind in rules["media"] and not _has_file(part):
        found.add(f"{part.at}.example", "sample_missing", "A header with a file needs one as a sample.")


def _check_header_text(found: Findings, part: Part, draft: _Draft) -> None:
    at = f"{part.at}.text"
    _check_text(found, part, draft, RULES["header"]["text"])
    if len(names_in(part.text)) > RULES["header"]["variables"]["max"]:
        found.add(at, "too_many_variables", "At most 1 variable.", RULES["header"]["variables"]["max"])
    if "\n" in part.text:
        found.add(at, "line_break", "A header is one line.")
    bare = without_variables(part.text)
    if _FORMATTING.search(bare) or _EMOJI.search(bare):
        found.warn(at, "formatting", "Headers show no formatting; Meta may refuse it, and emoji, too.")


def _has_file(part: Part) -> bool:
    return _says(part.example.get("media_id")) or any(map(_says, sequence(part.example.get("header_handle"))))


def _check_body(found: Findings, part: Part, draft: _Draft) -> None:
    if draft.is_authentication and not draft.in_card:
        if part.text:
            found.add(f"{part.at}.text", "fixed_text", "Meta writes the text of AUTHENTICATION templates itself.")
        return
    bounds = RULES["limited_time_offer"]["body"] if draft.is_offer else RULES["body"]
    _check_text(found, part, draft, RULES["carousel"]["body"] if draft.in_card else bounds)
    _check_places(found, f"{part.at}.text", part.text)


def _check_footer(found: Findings, part: Part, draft: _Draft) -> None:
    if draft.is_authentication:
        minutes = part.values.get("code_expiration_minutes")
        if part.text:
            found.add(f"{part.at}.text", "fixed_text", "Meta writes the text of AUTHENTICATION templates itself.")
        elif (count := whole(minutes)) is None:
            found.add(f"{part.at}.code_expiration_minutes", "missing", "In how many minutes the code expires.")
        else:
            bounds = RULES["authentication"]["expiration_minutes"]
            found.size(f"{part.at}.code_expiration_minutes", count, bounds, "minutes")
        return
    at = f"{part.at}.text"
    found.length(at, part.text, RULES["footer"])
    if "{{" in part.text:
        found.add(at, "variable_not_here", "A footer has no variables.")
    if "\n" in part.text:
        found.add(at, "line_break", "A footer is one line.")


def _check_buttons(found: Findings, part: Part, draft: _Draft) -> None:
    rules, buttons = RULES["buttons"], part.buttons
    bounds = RULES["carousel"]["buttons"] if draft.in_card else rules["count"]
    found.size(f"{part.at}.buttons", len(buttons), bounds, "buttons")
    for kind, count in Counter(button.kind for button in buttons).items():
        if count > rules["of_type"].get(kind, count):
            most = rules["of_type"][kind]
            found.add(f"{part.at}.buttons", "too_many", f"At most {most} of type {kind}; there are {count}.", most)
    for button in buttons:
        _check_button(found, button, draft)
    _check_labels(found, part)
    if draft.in_card:
        return
    replies = [button.kind == "QUICK_REPLY" for button in buttons]
    if sum(before != after for before, after in pairwise(replies)) > 1:
        found.add(f"{part.at}.buttons", "order", "Quick replies stand together, before or after the other buttons.")
    if draft.is_offer:
        _check_offer_buttons(found, part)
    if len(buttons) > rules["shown_at_once"]:
        found.warn(f"{part.at}.buttons", "folded", "The phone shows two of them, and the others in a list.", 3)


def _check_labels(found: Findings, part: Part) -> None:
    labels = [button.text for button in part.buttons if button.text]
    if len(set(labels)) < len(labels):
        found.add(f"{part.at}.buttons", "same_label", "Two buttons say the same.")


def _check_offer_buttons(found: Findings, part: Part) -> None:
    kinds = [button.kind for button in part.buttons]
    wanted = RULES["limited_time_offer"]["buttons"]
    if kinds not in (wanted, wanted[1:]):
        found.add(f"{part.at}.buttons", "order", "An offer has a button that copies the code, then one that leads on.")


def _check_button(found: Findings, button: Button, draft: _Draft) -> None:
    rules = RULES["buttons"]
    if button.kind not in rules["of_type"]:
        found.add(f"{button.at}.type", "not_known", f"One of {', '.join(rules['of_type'])}.")
        return
    if draft.is_authentication != (button.kind == "OTP"):
        if draft.is_authentication:
            found.add(f"{button.at}.type", "otp_only", "An AUTHENTICATION template has one button, of type OTP.")
        return
    if button.text or button.kind not in rules["without_text"]:
        at = f"{button.at}.text"
        found.length(at, button.text, rules["text"])
        if "{{" in button.text or "\n" in button.text:
            found.add(at, "variable_not_here", "A label is one line and has no variables.")
        elif _EMOJI.search(button.text):
            found.warn(at, "formatting", "Meta may refuse emoji in labels.")
    if button.kind in _BUTTON_CHECKS:
        _BUTTON_CHECKS[button.kind](found, button, draft)


def _check_url_button(found: Findings, button: Button, draft: _Draft) -> None:
    at, url = f"{button.at}.url", button.url
    found.length(at, url, RULES["buttons"]["url"])
    variables = variables_in(url)
    if url and not _ADDRESS.fullmatch(without_variables(url).replace(" ", "")):
        found.add(at, "format", "An address begins with https:// and has no spaces.")
    if not variables:
        return
    if len(variables) > 1 or variables[0].end != len(url):
        found.add(at, "variable_place", "An address has one variable, at its very end.", 1)
    if not draft.named and variables[0].name != "1":
        found.add(at, "variable_gap", "The variable of an address is {{1}}.")
    if not _ADDRESS.fullmatch(button.example):
        found.add(f"{button.at}.example", "sample_missing", "The whole address, as it may be once filled in.")


def _check_phone_button(found: Findings, button: Button, _draft: _Draft) -> None:
    number, at = words(button.values.get("phone_number")), f"{button.at}.phone_number"
    found.length(at, number, RULES["buttons"]["phone_number"])
    if number.strip() and not _PHONE.fullmatch(number):
        found.add(at, "format", "A phone number with its country's code.")


def _check_code_button(found: Findings, button: Button, draft: _Draft) -> None:
    bounds = RULES["limited_time_offer"]["coupon_code"] if draft.is_offer else RULES["buttons"]["coupon_code"]
    if not button.example.strip():
        found.add(f"{button.at}.example", "sample_missing", "A code as a sample.")
    else:
        found.length(f"{button.at}.example", button.example, bounds)


def _check_flow_button(found: Findings, button: Button, _draft: _Draft) -> None:
    if not any(button.values.get(key) for key in ("flow_id", "flow_name", "flow_json")):
        found.add(f"{button.at}.flow_id", "missing", "Which flow it opens.")
    action = words(button.values.get("flow_action")).lower()
    if action and action not in RULES["buttons"]["flow_actions"]:
        found.add(f"{button.at}.flow_action", "not_known", f"One of {', '.join(RULES['buttons']['flow_actions'])}.")


def _check_otp_button(found: Findings, button: Button, _draft: _Draft) -> None:
    rules, kind = RULES["authentication"], upper(button.values.get("otp_type"))
    if kind not in rules["otp_types"]:
        found.add(f"{button.at}.otp_type", "not_known", f"One of {', '.join(rules['otp_types'])}.")
        return
    if kind not in rules["otp_types_with_app"]:
        return
    apps, at = sequence(button.values.get("supported_apps")), f"{button.at}.supported_apps"
    found.size(at, len(apps), rules["apps"], "apps")
    for index, app in enumerate(map(mapping, apps)):
        if not _PACKAGE.fullmatch(words(app.get("package_name"))):
            found.add(f"{at}[{index}].package_name", "format", "The app's package: com.example.app.")
        found.length(f"{at}[{index}].signature_hash", words(app.get("signature_hash")), rules["signature_hash"])
    if kind == "ZERO_TAP" and button.values.get("zero_tap_terms_accepted") is not True:
        found.add(f"{button.at}.zero_tap_terms_accepted", "missing", "Meta's terms of zero-tap have to be accepted.")


def _check_authentication(found: Findings, draft: _Draft) -> None:
    buttons = one(draft.parts, "BUTTONS")
    if buttons is None or len(buttons.buttons) != 1:
        found.add(buttons.at if buttons else "components", "otp_only", "It needs one button, of type OTP.", 1)


def _check_offer(found: Findings, part: Part, draft: _Draft) -> None:
    rules = RULES["limited_time_offer"]
    found.length(f"{part.at}.limited_time_offer.text", words(part.offer.get("text")), rules["text"])
    header = one(draft.parts, "HEADER")
    if header and header.format not in rules["headers"]:
        found.add(f"{header.at}.format", "not_with_offer", "The header of an offer is an IMAGE or a VIDEO.")
    if one(draft.parts, "BUTTONS") is None:
        found.add("components", "missing", "An offer needs a button that leads to it.")


def _check_carousel(found: Findings, part: Part, draft: _Draft) -> None:
    rules, cards = RULES["carousel"], part.cards
    found.size(f"{part.at}.cards", len(cards), rules["cards"], "cards")
    for card in cards:
        _check_card(found, card, draft)
    if len({_form_of(card) for card in cards}) > 1:
        found.add(f"{part.at}.cards", "cards_differ", "All cards have the same components, header and buttons.")


def _check_card(found: Findings, card: Card, draft: _Draft) -> None:
    inner = _Draft(draft.category, draft.named, card.parts, in_card=True)
    for part in card.parts:
        if part.kind in ("HEADER", "BODY", "BUTTONS"):
            _CHECKS[part.kind](found, part, inner)
        else:
            found.add(f"{part.at}.type", "not_known", "A card has a HEADER, a BODY and BUTTONS.")
    header = one(card.parts, "HEADER")
    if header is None or header.format not in RULES["carousel"]["headers"]:
        at = f"{header.at}.format" if header else f"{card.at}.components"
        found.add(at, "missing", f"A card has a header: one of {', '.join(RULES['carousel']['headers'])}.")
    if one(card.parts, "BUTTONS") is None:
        found.add(f"{card.at}.components", "missing", "A card has one or two buttons.")


def _form_of(card: Card) -> tuple[Any, ...]:
    """What has to be the same on all cards."""
    return tuple(
        sorted(
            (part.kind, part.format if part.kind == "HEADER" else "", tuple(button.kind for button in part.buttons))
            for part in card.parts
        )
    )


_CHECKS: Final[Mapping[str, Callable[[Findings, Part, _Draft], None]]] = {
    "HEADER": _check_header,
    "BODY": _check_body,
    "FOOTER": _check_footer,
    "BUTTONS": _check_buttons,
    "CAROUSEL": _check_carousel,
    "LIMITED_TIME_OFFER": _check_offer,
}
_BUTTON_CHECKS: Final[Mapping[str, Callable[[Findings, Button, _Draft], None]]] = {
    "URL": _check_url_button,
    "PHONE_NUMBER": _check_phone_button,
    "COPY_CODE": _check_code_button,
    "FLOW": _check_flow_button,
    "OTP": _check_otp_button,
}
