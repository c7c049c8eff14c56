"""What Meta refuses of a template and of its send is found here first, at its field; what it takes is left alone."""

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from apps.whatsapp.errors import TemplateParametersNotValid
from apps.whatsapp.limits import utf16_length
from apps.whatsapp.template_rules import (
    canonical,
    check_send,
    check_template,
    language_code,
    parameters_of,
    refuse_send,
    render,
)
from tests.whatsapp.template_samples import (
    BODY,
    CAROUSEL,
    CODE,
    KINDS,
    NAMED,
    OFFER,
    ORDER,
    SEND_CAROUSEL,
    SEND_CODE,
    SEND_NAMED,
    SEND_OFFER,
    SEND_ORDER,
    TRACK,
    changed,
)

SENDS = [
    (ORDER, "POSITIONAL", SEND_ORDER),
    (NAMED, "NAMED", SEND_NAMED),
    (CODE, "POSITIONAL", SEND_CODE),
    (OFFER, "POSITIONAL", SEND_OFFER),
    (CAROUSEL, "POSITIONAL", SEND_CAROUSEL),
]


def findings(components: Any, category: str = "UTILITY", **more: Any) -> list[Any]:
    given = {"name": "order_ready", "language": "pt_BR", "category": category, "components": components} | more
    return check_template(**given)


def of_body(text: str) -> list[dict[str, Any]]:
    return [{"type": "BODY", "text": text, "example": {"body_text": [[str(n) for n in range(1, 30)]]}}]


def with_buttons(*buttons: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "BODY", "text": "Olá!"}, {"type": "BUTTONS", "buttons": list(buttons)}]


def reply(text: str) -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


@pytest.mark.parametrize(("category", "components"), KINDS.values(), ids=KINDS.keys())
def test_what_meta_takes_is_left_alone(category: str, components: list[dict[str, Any]]) -> None:
    assert findings(components, category) == []
    lower = [{**each, "type": each["type"].lower()} for each in components]
    assert findings(lower, category.lower()) == []
    assert canonical(lower) == components


def test_named_variables_are_left_alone() -> None:
    assert findings(NAMED, parameter_format="named") == []
    assert {each.code for each in findings(NAMED)} == {"variable_number", "sample_missing"}


REFUSED: list[tuple[str, str, str, list[Any], float | None]] = [
    ("UTILITY", "components", "missing", [{"type": "FOOTER", "text": "x"}], None),
    ("UTILITY", "components", "too_many", [BODY, BODY], 1),
    ("UTILITY", "components[1].type", "not_known", [BODY, {"type": "SIDE"}], None),
    ("UTILITY", "components[0].text", "missing", of_body("  "), 1),
    ("UTILITY", "components[0].text", "too_long", of_body("é" * 1025), 1024),
    ("UTILITY", "components[0].text", "too_long", of_body("😀" * 513), 1024),
    (
        "UTILITY",
        "components[0].text",
        "variable_gap",
        of_body("Isto é {{1}} e {{3}} de muitas outras palavras aqui"),
        2,
    ),
    ("UTILITY", "components[0].text", "variable_at_start", of_body("{{1}} é o seu nome aqui"), None),
    ("UTILITY", "components[0].text", "variable_at_end", of_body("O seu nome aqui é {{1}}  "), None),
    ("UTILITY", "components[0].text", "variables_adjacent", of_body("Isto é bom {{1}} {{2}} e mais outra coisa"), None),
    ("UTILITY", "components[0].text", "too_many_variables", of_body("Oi {{1}}, olá {{2}}!"), 5),
    ("UTILITY", "components[0].text", "variable_malformed", of_body("Isto {{1} não é uma variável"), None),
    ("UTILITY", "components[0].example", "sample_missing", changed(ORDER[1:], "0.example.body_text", [["Ana"]]), None),
    ("UTILITY", "components[0].example", "sample_missing", changed(ORDER, "0.example", None), None),
    ("UTILITY", "components[0].text", "too_long", changed(ORDER, "0.text", "x" * 61), 60),
    ("UTILITY", "components[0].text", "too_many_variables", changed(ORDER, "0.text", "A {{1}} e {{2}}"), 1),
    ("UTILITY", "components[0].text", "line_break", changed(ORDER, "0.text", "Pedido\n{{1}}"), None),
    ("UTILITY", "components[0].format", "not_known", changed(ORDER, "0.format", "AUDIO"), None),
    ("UTILITY", "components[0].example", "sample_missing", [{"type": "HEADER", "format": "IMAGE"}, BODY], None),
    ("UTILITY", "components[0].format", "category", [{"type": "HEADER", "format": "PRODUCT"}, BODY], None),
    ("UTILITY", "components[2].text", "too_long", changed(ORDER, "2.text", "x" * 61), 60),
    ("UTILITY", "components[2].text", "variable_not_here", changed(ORDER, "2.text", "de {{1}}"), None),
    ("UTILITY", "components[1].buttons", "missing", with_buttons(), 1),
    ("UTILITY", "components[1].buttons", "too_many", with_buttons(*(reply(f"r{n}") for n in range(11))), 10),
    ("UTILITY", "components[1].buttons", "too_many", with_buttons(*({**TRACK, "text": str(n)} for n in range(3))), 2),
    ("UTILITY", "components[1].buttons", "order", with_buttons(reply("a"), TRACK, reply("b")), None),
    ("UTILITY", "components[1].buttons", "same_label", with_buttons(reply("a"), reply("a")), None),
    ("UTILITY", "components[1].buttons[0].text", "too_long", with_buttons(reply("x" * 26)), 25),
    ("UTILITY", "components[1].buttons[0].text", "variable_not_here", with_buttons(reply("de {{1}}")), None),
    ("UTILITY", "components[1].buttons[0].type", "not_known", with_buttons({"type": "SHARE", "text": "x"}), None),
    (
        "UTILITY",
        "components[1].buttons[0].url",
        "variable_place",
        with_buttons({**TRACK, "url": "https://x.test/{{1}}/"}),
        1,
    ),
    ("UTILITY", "components[1].buttons[0].url", "format", with_buttons({**TRACK, "url": "ftp://x.test/{{1}}"}), None),
    ("UTILITY", "components[1].buttons[0].example", "sample_missing", with_buttons({**TRACK, "example": []}), None),
    (
        "UTILITY",
        "components[1].buttons[0].phone_number",
        "too_long",
        with_buttons({"type": "PHONE_NUMBER", "text": "Ligar", "phone_number": "+" + "5" * 20}),
        20,
    ),
    (
        "UTILITY",
        "components[1].buttons[0].example",
        "too_long",
        with_buttons({"type": "COPY_CODE", "example": "x" * 21}),
        20,
    ),
    ("UTILITY", "components[1].buttons[0].flow_id", "missing", with_buttons({"type": "FLOW", "text": "Abrir"}), None),
    ("UTILITY", "category", "otp_elsewhere", [BODY, CODE[2]], None),
    ("UTILITY", "category", "marketing_only", OFFER, None),
    ("MARKETING", "components[3].buttons", "order", changed(OFFER, "3.buttons.1.type", "QUICK_REPLY"), None),
    ("MARKETING", "components[3].buttons[0].example", "too_long", changed(OFFER, "3.buttons.0.example", "x" * 16), 15),
    (
        "MARKETING",
        "components[1].limited_time_offer.text",
        "too_long",
        changed(OFFER, "1.limited_time_offer.text", "x" * 17),
        16,
    ),
    ("MARKETING", "components[2].text", "too_long", changed(OFFER, "2.text", "x" * 601), 600),
    ("MARKETING", "components[4]", "not_with_offer", [*OFFER, {"type": "FOOTER", "text": "x"}], None),
    ("MARKETING", "components[1].cards", "too_few", changed(CAROUSEL, "1.cards.1", None), 2),
    ("MARKETING", "components[1].cards", "cards_differ", changed(CAROUSEL, "1.cards.1.components.1", None), None),
    (
        "MARKETING",
        "components[1].cards[0].components[1].text",
        "too_long",
        changed(CAROUSEL, "1.cards.0.components.1.text", "x" * 161),
        160,
    ),
    (
        "MARKETING",
        "components[1].cards[1].components[0].format",
        "missing",
        changed(CAROUSEL, "1.cards.1.components.0.format", "DOCUMENT"),
        None,
    ),
    ("MARKETING", "components[2]", "not_with_carousel", [*CAROUSEL, {"type": "FOOTER", "text": "x"}], None),
    ("AUTHENTICATION", "components[0].text", "fixed_text", changed(CODE, "0.text", "Seu código é {{1}} aqui"), None),
    (
        "AUTHENTICATION",
        "components[1].code_expiration_minutes",
        "too_many",
        changed(CODE, "1.code_expiration_minutes", 91),
        90,
    ),
    (
        "AUTHENTICATION",
        "components[2].buttons[0].otp_type",
        "not_known",
        changed(CODE, "2.buttons.0.otp_type", "TAP"),
        None,
    ),
    (
        "AUTHENTICATION",
        "components[2].buttons[0].supported_apps",
        "missing",
        changed(CODE, "2.buttons.0.otp_type", "ONE_TAP"),
        1,
    ),
    ("AUTHENTICATION", "components[2].buttons[0].type", "otp_only", changed(CODE, "2.buttons.0", reply("x")), None),
    ("AUTHENTICATION", "components", "otp_only", CODE[:2], 1),
]


@pytest.mark.parametrize(
    ("category", "field", "code", "components", "limit"),
    REFUSED,
    ids=[f"{index}_{each[2]}" for index, each in enumerate(REFUSED)],
)
def test_what_meta_refuses_is_found_at_its_field(
    category: str, field: str, code: str, components: Any, limit: float | None
) -> None:
    found = findings(components, category)
    assert (field, code, limit) in [(each.field, each.code, each.limit) for each in found if each.severity == "error"]


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("name", "format", {"name": "Order Ready"}),
        ("name", "too_long", {"name": "a" * 513}),
        ("name", "missing", {"name": ""}),
        ("language", "not_known", {"language": "xx"}),
        ("category", "not_known", {"category": "SPAM"}),
        ("ttl_seconds", "too_few", {"ttl_seconds": 29}),
        ("ttl_seconds", "too_many", {"ttl_seconds": 43201}),
    ],
)
def test_what_stands_beside_the_components_is_looked_at(field: str, code: str, values: dict[str, Any]) -> None:
    assert (field, code) in [(each.field, each.code) for each in findings(ORDER, **values)]


def test_thirty_days_are_written_as_minus_one_where_meta_has_them() -> None:
    assert findings(ORDER, ttl_seconds=-1) == []
    assert findings(OFFER, "MARKETING", ttl_seconds=-1) != []


def test_many_buttons_are_a_warning_and_no_refusal() -> None:
    found = findings(with_buttons(*(reply(f"r{n}") for n in range(4))))
    assert [(each.code, each.severity) for each in found] == [("folded", "warning")]


_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=20) | some.sampled_from(["BODY", "{{1}}"]),
    lambda inner: (
        some.lists(inner, max_size=4)
        | some.dictionaries(
            some.sampled_from(
                [
                    "type",
                    "text",
                    "format",
                    "buttons",
                    "cards",
                    "components",
                    "example",
                    "url",
                    "index",
                    "parameters",
                    "sub_type",
                    "limited_time_offer",
                    "header_handle",
                    "body_text",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(components=_JSON, sent=_JSON)
@settings(max_examples=150, deadline=None)
def test_whatever_comes_is_read_and_nothing_falls(components: Any, sent: Any) -> None:
    findings(components)
    check_send(components, "NAMED", sent)
    render(components, sent)
    assert canonical(canonical(components)) == canonical(components)


_WORDS = some.lists(some.text(string.ascii_lowercase, min_size=1, max_size=8), min_size=6, max_size=12)
_VALUE = some.text(string.ascii_letters + string.digits + "áé😀", min_size=1, max_size=20)


@given(
    words=_WORDS, values=some.lists(_VALUE, max_size=2), footer=some.text(string.ascii_letters, min_size=1, max_size=60)
)
@settings(max_examples=100, deadline=None)
def test_a_template_is_filled_in_with_as_many_values_as_it_asks_for(
    words: list[str], values: list[str], footer: str
) -> None:
    for place in range(len(values)):
        words = [*words[: 1 + place * 3], f"{{{{{place + 1}}}}}", *words[1 + place * 3 :]]
    body = {"type": "BODY", "text": " ".join(words), "example": {"body_text": [values]}}
    components = [body, {"type": "FOOTER", "text": footer}]
    assert findings(components) == []
    asked = parameters_of(components)
    assert [each.name for each in asked] == [str(place + 1) for place in range(len(values))]
    assert [each.example for each in asked] == values
    send = [{"type": "body", "parameters": [{"type": "text", "text": each} for each in values]}] if values else []
    assert check_send(components, "POSITIONAL", send) == []
    shown = render(components, send)
    assert "{{" not in shown.text
    assert all(value in shown.body for value in values)
    if values:
        few = [{"type": "body", "parameters": send[0]["parameters"][:-1]}]
        assert [each.code for each in check_send(components, "POSITIONAL", few)] == [132000]


@given(text=some.text(max_size=1200))
@settings(max_examples=100, deadline=None)
def test_a_body_is_as_long_as_meta_may_count_it(text: str) -> None:
    said = any(each.code == "too_long" for each in findings([{"type": "BODY", "text": text}]))
    assert said == (utf16_length(text) > 1024 and bool(text.strip()))


@pytest.mark.parametrize(("components", "form", "send"), SENDS)
def test_a_send_that_fits_is_left_alone(components: Any, form: str, send: Any) -> None:
    assert check_send(components, form, send) == []
    refuse_send(components, form, send)


WRONG_SENDS: list[tuple[Any, str, Any, str, int]] = [
    (ORDER, "POSITIONAL", SEND_ORDER[1:], "components", 132000),
    (ORDER, "POSITIONAL", SEND_ORDER[:2], "components", 132000),
    (ORDER, "POSITIONAL", changed(SEND_ORDER, "1.parameters.1", None), "components[1]", 132000),
    (ORDER, "POSITIONAL", changed(SEND_ORDER, "1.parameters.0.text", ""), "components[1].parameters[0].text", 132018),
    (
        ORDER,
        "POSITIONAL",
        changed(SEND_ORDER, "1.parameters.0.text", "a\nb"),
        "components[1].parameters[0].text",
        132018,
    ),
    (
        ORDER,
        "POSITIONAL",
        changed(SEND_ORDER, "1.parameters.0.text", "a     b"),
        "components[1].parameters[0].text",
        132018,
    ),
    (ORDER, "POSITIONAL", changed(SEND_ORDER, "1.parameters.0.text", "x" * 1024), "components[1].parameters", 132005),
    (ORDER, "POSITIONAL", changed(SEND_ORDER, "0.parameters.0.text", "x" * 60), "components[0].parameters", 132005),
    (ORDER, "POSITIONAL", changed(SEND_ORDER, "0", SEND_OFFER[0]), "components[0].parameters[0].type", 132012),
    (ORDER, "POSITIONAL", changed(SEND_ORDER, "2.index", "7"), "components[2]", 132000),
    (ORDER, "POSITIONAL", changed(SEND_ORDER, "2.sub_type", "flow"), "components[2].sub_type", 132012),
    (ORDER, "POSITIONAL", [*SEND_ORDER, {"type": "side"}], "components[3].type", 132012),
    (ORDER, "POSITIONAL", [*SEND_ORDER, SEND_CAROUSEL[0]], "components[3]", 132012),
    (
        NAMED,
        "NAMED",
        changed(SEND_NAMED, "0.parameters.0.parameter_name", None),
        "components[0].parameters[0].parameter_name",
        100,
    ),
    (NAMED, "NAMED", changed(SEND_NAMED, "0.parameters.0.parameter_name", "hour"), "components[0].parameters", 132000),
    (OFFER, "POSITIONAL", changed(SEND_OFFER, "0.parameters.0.image", {}), "components[0].parameters[0].image", 132012),
    (OFFER, "POSITIONAL", SEND_OFFER[1:], "components", 132000),
    (
        OFFER,
        "POSITIONAL",
        changed(SEND_OFFER, "2.parameters.0.coupon_code", "x" * 21),
        "components[2].parameters[0].coupon_code",
        132012,
    ),
    (CAROUSEL, "POSITIONAL", [], "components", 132000),
    (CAROUSEL, "POSITIONAL", changed(SEND_CAROUSEL, "0.cards.1", None), "components[0].cards", 132000),
    (
        CAROUSEL,
        "POSITIONAL",
        changed(SEND_CAROUSEL, "0.cards.1.components.1", None),
        "components[0].cards[1].components",
        132000,
    ),
]


@pytest.mark.parametrize(
    ("components", "form", "send", "field", "code"),
    WRONG_SENDS,
    ids=[f"{index}_{each[4]}" for index, each in enumerate(WRONG_SENDS)],
)
def test_a_send_that_meta_would_refuse_is_refused_before_it_is_queued(
    components: Any, form: str, send: Any, field: str, code: int
) -> None:
    assert (field, code) in [(each.field, each.code) for each in check_send(components, form, send)]
    with pytest.raises(TemplateParametersNotValid) as refusal:
        refuse_send(components, form, send)
    assert (refusal.value.field or "").startswith("template.components")


def test_a_phone_shows_the_template_with_its_values() -> None:
    shown = render(ORDER, SEND_ORDER)
    assert shown.text == "Pedido A-17\n\nOlá Ana, seu pedido A-17 saiu para entrega.\n\nPadaria Aurora"
    assert shown.buttons == (
        {"type": "URL", "text": "Acompanhar", "url": "https://x.test/A-17"},
        {"type": "QUICK_REPLY", "text": "Falar com alguém"},
    )
    assert render(NAMED, SEND_NAMED).text == "Olá Ana, esperamos você sexta na loja."
    assert [card.body for card in render(CAROUSEL, SEND_CAROUSEL).cards] == [
        "Bolo de milho para hoje",
        "Bolo de fubá para hoje",
    ]
    code = render(CODE, SEND_CODE, language="pt_BR")
    assert code.body == "Seu código de verificação é *1234*. Para sua segurança, não o compartilhe."
    assert code.footer == "Este código expira em 10 minutos."
    money = {"type": "currency", "currency": {"fallback_value": "R$ 10", "code": "BRL", "amount_1000": 10000}}
    assert "pedido R$ 10 saiu" in render(ORDER, changed(SEND_ORDER, "1.parameters.1", money)).body


def test_languages_are_written_one_way() -> None:
    assert [language_code(each) for each in ("en-US", "pt_BR", "PT-br", "es")] == ["en_US", "pt_BR", "pt_BR", "es"]
