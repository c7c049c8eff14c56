"""Templates as Meta keeps them: what is refused and how, how a review ends, what webhooks tell, what may be sent."""

from copy import deepcopy
from typing import Any

import pytest

from tests.simulator.conftest import STRANGER, TOKEN, WABA, Business, Simulator, message

BODY = {
    "type": "BODY",
    "text": "Olá {{1}}, seu pedido {{2}} saiu para entrega.",
    "example": {"body_text": [["Ana", "A-17"]]},
}
TRACK = {"type": "URL", "text": "Ver", "url": "https://x.test/{{1}}", "example": ["https://x.test/1"]}
ORDER = [
    {"type": "header", "format": "text", "text": "Pedido {{1}}", "example": {"header_text": ["A-17"]}},
    BODY,
    {"type": "FOOTER", "text": "Café Aurora"},
    {"type": "BUTTONS", "buttons": [TRACK, {"type": "QUICK_REPLY", "text": "Obrigado"}]},
]


def new(name: str = "order_ready", components: Any = ORDER, **more: Any) -> dict[str, Any]:
    return {"name": name, "language": "pt_BR", "category": "UTILITY", "components": components} | more


def with_body(text: str, *samples: str) -> list[dict[str, Any]]:
    return [{"type": "BODY", "text": text, "example": {"body_text": [list(samples)]}}]


def values(*texts: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text} for text in texts]


SEND: list[dict[str, Any]] = [
    {"type": "header", "parameters": values("A-17")},
    {"type": "body", "parameters": values("Ana", "A-17")},
    {"type": "button", "sub_type": "url", "index": "0", "parameters": values("A-17")},
]


APP = {"package_name": "com.aurora", "signature_hash": "K8a/AINcGX7"}


def with_otp(kind: str, **more: Any) -> dict[str, Any]:
    button = {"type": "OTP", "otp_type": kind, **more}
    parts: list[dict[str, Any]] = [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [button]}]
    return new(category="AUTHENTICATION", components=parts)


def with_code(code: str) -> dict[str, Any]:
    button = {"type": "COPY_CODE", "example": code}
    return new(category="MARKETING", components=[BODY, {"type": "BUTTONS", "buttons": [button]}])


PICTURE = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://x.test/a.png"}}]}


async def create(sim: Simulator, *given: Any, **more: Any) -> dict[str, Any]:
    status, answer = await sim.graph("POST", f"{WABA}/message_templates", json=new(*given, **more))
    assert status == 200, answer
    return answer


async def approved(sim: Simulator, business: Business, *given: Any, **more: Any) -> str:
    template = await create(sim, *given, **more)
    await business.until(lambda: [each for each in events(business) if each == (int(template["id"]), "APPROVED")])
    return str(template["id"])


async def send(sim: Simulator, components: Any = None, name: str = "order_ready") -> int | None:
    """The code with which a send is refused; None if it is taken."""
    part = {"name": name, "language": {"code": "pt_BR"}, "components": SEND if components is None else components}
    status, answer = await sim.post(message(STRANGER, type="template", template=part))
    return None if status == 200 else int(answer["error"]["code"])


def events(business: Business) -> list[tuple[int, str]]:
    return [(value["message_template_id"], value["event"]) for value in business.values if "event" in value]


@pytest.fixture
async def quick(sim: Simulator) -> Simulator:
    await sim.switch(template_review_seconds=0)
    return sim


@pytest.mark.parametrize(
    ("wanted", "code", "subcode"),
    [
        (new("Order Ready"), 100, 2388046),
        (new(language="xx"), 100, None),
        (new(category="SPAM"), 100, None),
        (new(components=ORDER[2:3]), 100, 2388043),
        (new(components=[BODY, BODY]), 100, 2388043),
        (new(components=with_body("x" * 1025)), 100, 2388040),
        (new(components=with_body("Seu código é este aqui: {{1}}", "1")), 100, 2388299),
        (new(components=with_body("Oi {{1}} e {{2}}!", "1", "2")), 100, 2388293),
        (new(components=with_body("Temos aqui {{2}} para você hoje", "1")), 100, 2388072),
        (new(components=with_body("Temos aqui {{1}} para você hoje")), 100, 2388043),
        (new(components=[BODY, {"type": "FOOTER", "text": "de {{1}}"}]), 100, 2388073),
        (new(components=[{"type": "HEADER", "format": "TEXT", "text": "a\nb"}, BODY]), 100, 2388047),
        (new(components=[{"type": "HEADER", "format": "IMAGE"}, BODY]), 100, 2388043),
        (new(components=[BODY, {"type": "BUTTONS", "buttons": [TRACK] * 3}]), 100, None),
        (new(message_send_ttl_seconds=5), 100, None),
        ({"name": "x", "language": "pt_BR", "category": "UTILITY"}, 100, 2388043),
        (new(components=[BODY, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]), 100, None),
        (new(category="AUTHENTICATION", components=[{"type": "BODY"}]), 100, None),
        (with_otp("ONE_TAP"), 100, 2388043),
        (with_otp("ZERO_TAP", supported_apps=[APP]), 100, 2388043),
        (with_otp("ONE_TAP", supported_apps=[APP] * 6), 100, 2388043),
        (new(components=[{"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Já"}}, BODY]), 100, None),
        (new(components=[{"type": "HEADER", "format": "PRODUCT"}, BODY]), 100, 2388047),
        (new(components=[BODY, {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Abrir"}]}]), 100, 2388043),
        (with_code("x" * 21), 100, 2388040),
    ],
)
async def test_what_meta_refuses_has_its_subcode_and_words_for_people(
    sim: Simulator, wanted: dict[str, Any], code: int, subcode: int | None
) -> None:
    status, answer = await sim.graph("POST", f"{WABA}/message_templates", json=deepcopy(wanted))
    error = answer["error"]
    assert (status, error["code"], error.get("error_subcode")) == (400, code, subcode)
    assert error["error_user_msg"]


async def test_a_review_ends_with_a_verdict_that_the_business_hears_of(quick: Simulator, business: Business) -> None:
    template = await create(quick)
    assert (template["status"], template["category"]) == ("PENDING", "UTILITY")
    await business.until(lambda: (int(template["id"]), "APPROVED") in events(business))
    status, shown = await quick.graph("GET", f"{template['id']}?fields=name,status,quality_score,components")
    assert (status, shown["status"], shown["quality_score"]["score"]) == (200, "APPROVED", "UNKNOWN")
    assert shown["components"][0]["type"] == "HEADER"
    assert (await quick.graph("GET", f"{template['id']}?fields=nothing"))[0] == 400
    for name, reason in (("reject_scam", "SCAM"), ("reject_it", "INVALID_FORMAT")):
        bad = await create(quick, name, with_body(f"Isto é {name}."))
        await business.until(lambda bad=bad: (int(bad["id"]), "REJECTED") in events(business))
        told = next(value for value in business.values if value.get("message_template_id") == int(bad["id"]))
        assert (told["reason"], "rejection_info" in told) == (reason, reason == "INVALID_FORMAT")
    # The same body and footer as another one's are rejected, too.
    again = await create(quick, "order_again")
    await business.until(lambda: (int(again["id"]), "REJECTED") in events(business))
    status, answer = await quick.graph("POST", f"{WABA}/message_templates", json=new())
    assert answer["error"]["error_subcode"] == 2388024


async def test_a_list_has_pages_filters_and_no_place_for_wrong_cursors(sim: Simulator) -> None:
    for at in range(5):
        await create(sim, f"list_{at}", with_body(f"Mensagem {at}."), category="MARKETING" if at % 2 else "UTILITY")
    names: list[str] = []
    after = ""
    while True:
        _, page = await sim.graph("GET", f"{WABA}/message_templates?fields=name&limit=2&after={after}")
        names += [each["name"] for each in page["data"]]
        if "next" not in page["paging"]:
            break
        after = page["paging"]["cursors"]["after"]
    assert names == [f"list_{at}" for at in (4, 3, 2, 1, 0)]
    _, page = await sim.graph("GET", f"{WABA}/message_templates?category=MARKETING&summary=total_count&name=list")
    assert ([each["name"] for each in page["data"]], page["summary"]["total_count"]) == (["list_3", "list_1"], 2)
    assert (await sim.graph("GET", f"{WABA}/message_templates?status=APPROVED"))[1]["data"] == []
    status, answer = await sim.graph("GET", f"{WABA}/message_templates?after=nowhere")
    assert (status, answer["error"]["code"]) == (400, 131059)


async def test_an_approved_template_is_edited_once_a_day(quick: Simulator, business: Business) -> None:
    template = await approved(quick, business)
    better = {"components": [BODY, {"type": "FOOTER", "text": "Café Aurora, desde 1998"}]}
    assert (await quick.graph("POST", template, json=better | {"category": "MARKETING"}))[0] == 400
    assert (await quick.graph("POST", template, json=better))[1]["success"] is True
    await business.until(lambda: events(business).count((int(template), "APPROVED")) == 2)
    status, answer = await quick.graph("POST", template, json=better)
    assert (status, answer["error"]["error_subcode"]) == (400, 2388039)
    await quick.control("clock", {"advance": 86_401})
    assert (await quick.graph("POST", template, json=better))[0] == 200


async def test_a_deleted_name_is_locked_for_thirty_days(quick: Simulator, business: Business) -> None:
    first = await approved(quick, business)
    second = await create(quick, language="en", components=with_body("Your order is on its way."))
    path = f"{WABA}/message_templates?name=order_ready"
    assert (await quick.graph("DELETE", f"{path}&hsm_id={second['id']}"))[0] == 200
    assert (await quick.graph("GET", first))[0] == 200
    assert (await quick.graph("DELETE", path))[0] == 200
    assert (await quick.graph("GET", first))[0] == 400
    assert (await quick.graph("DELETE", path))[0] == 400
    _, answer = await quick.graph("POST", f"{WABA}/message_templates", json=new())
    assert answer["error"]["error_subcode"] == 2388023
    await quick.control("clock", {"advance": 30 * 86_400 + 1})
    await create(quick)


async def test_red_pauses_for_three_hours_then_for_six_then_for_good(quick: Simulator, business: Business) -> None:
    template = await approved(quick, business)
    for seconds in (3 * 3600, 6 * 3600):
        await quick.http.patch(f"/control/templates/{template}", json={"quality": "RED"})
        assert await send(quick) == 132015
        await quick.control("clock", {"advance": seconds + 1})
        await business.until(lambda: events(business)[-1] == (int(template), "APPROVED"))
        assert await send(quick) is None
    await quick.http.patch(f"/control/templates/{template}", json={"quality": "RED"})
    assert await send(quick) == 132016
    assert (await quick.graph("DELETE", f"{WABA}/message_templates?name=order_ready"))[0] == 400
    titles = [value["other_info"]["title"] for value in business.values if "other_info" in value]
    await business.until(lambda: any(value.get("new_quality_score") == "RED" for value in business.values))
    assert titles[:2] == ["FIRST_PAUSE", "UNPAUSE"]


@pytest.mark.parametrize(("pacing", "end"), [("release", "delivered"), ("drop", "failed")])
async def test_the_first_of_a_new_campaign_go_and_the_others_wait_for_a_verdict(
    quick: Simulator, business: Business, pacing: str, end: str
) -> None:
    await quick.switch(template_pacing=pacing, template_pacing_first=1, template_pacing_seconds=60, read=False)
    await approved(quick, business, "news", with_body("Metade do preço só hoje."), category="MARKETING")
    part = {"name": "news", "language": {"code": "pt_BR"}}
    answers = [(await quick.post(message(STRANGER, type="template", template=part)))[1] for _ in range(2)]
    (first, second) = [answer["messages"][0] for answer in answers]
    assert [first["message_status"], second["message_status"]] == ["accepted", "held_for_quality_assessment"]
    await business.until(lambda: "delivered" in business.statuses_of(first["id"]))
    assert business.statuses_of(second["id"]) == []
    price = next(each["pricing"] for each in business.statuses if "pricing" in each)
    assert price["category"] == "marketing"
    await quick.control("clock", {"advance": 61})
    await business.until(lambda: end in business.statuses_of(second["id"]))
    assert await send(quick, [], "news") == (132015 if pacing == "drop" else None)


async def test_pacing_lets_go_on_whoever_asks(quick: Simulator, business: Business) -> None:
    template = await approved(quick, business)
    assert (await quick.graph("POST", f"{template}/unpause", json={}))[1]["success"] is False
    await quick.http.patch(f"/control/templates/{template}", json={"status": "PAUSED", "title": "RATE_LIMITING_PAUSE"})
    assert await send(quick) == 132015
    assert (await quick.graph("POST", f"{template}/unpause", json={}))[1] == {"success": True}
    assert await send(quick) is None


async def test_another_category_is_announced_a_day_ahead(quick: Simulator, business: Business) -> None:
    template = await approved(quick, business)
    await quick.http.patch(f"/control/templates/{template}", json={"category": "MARKETING"})
    await business.until(lambda: any("correct_category" in value for value in business.values))
    await quick.control("clock", {"advance": 86_401})
    await business.until(lambda: any(value.get("previous_category") == "UTILITY" for value in business.values))
    assert (await quick.graph("GET", f"{template}?fields=category"))[1]["category"] == "MARKETING"
    flipped = await create(quick, "promo_summer", with_body("Metade do preço só hoje."))
    assert flipped["category"] == "MARKETING", "Meta's own look decides"


@pytest.mark.parametrize(
    ("components", "code"),
    [
        (SEND, None),
        (SEND[1:], 132000),
        (SEND[:2], 132000),
        ([PICTURE, *SEND[1:]], 132012),
        ([SEND[0], {"type": "body", "parameters": values("Ana", "a\tb")}, SEND[2]], 132018),
        ([*SEND, {"type": "button", "sub_type": "quick_reply", "index": "9", "parameters": []}], 132012),
    ],
)
async def test_values_that_a_template_does_not_take_are_refused(
    quick: Simulator, business: Business, components: Any, code: int | None
) -> None:
    await approved(quick, business)
    assert await send(quick, components) == code


async def test_templates_that_nobody_created_are_sent_unless_it_is_strict(sim: Simulator) -> None:
    assert await send(sim, [], "unknown_here") is None
    await sim.switch(templates="strict", template_review="hold")
    assert await send(sim, [], "unknown_here") == 132001
    await create(sim)
    assert await send(sim) == 132001, "in review"


async def test_a_code_is_upserted_in_several_languages(quick: Simulator) -> None:
    code = [
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
    ]
    wanted = {"name": "code", "category": "AUTHENTICATION", "languages": ["pt_BR", "en"], "components": code}
    _, answer = await quick.graph("POST", f"{WABA}/upsert_message_templates", json=wanted)
    assert [each["language"] for each in answer["data"]] == ["pt_BR", "en"]
    _, shown = await quick.graph("GET", f"{answer['data'][0]['id']}?fields=components")
    body, buttons = shown["components"]
    assert body["text"].startswith("Seu código de verificação é *{{1}}*.")
    assert (buttons["buttons"][0]["type"], buttons["buttons"][0]["text"]) == ("URL", "Copiar código")
    status, _ = await quick.graph("POST", f"{WABA}/upsert_message_templates", json=wanted | {"category": "UTILITY"})
    assert status == 400


async def test_an_archived_template_is_not_sent_until_it_is_taken_out_again(
    quick: Simulator, business: Business
) -> None:
    template = await approved(quick, business)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    asked = {"hsm_ids": f"{template},1"}
    path = f"/{WABA}/message_templates"
    done = await quick.http.post(f"{path}/archive", json=asked, headers=headers)
    assert (await done.json())["archived_templates"] == [template]
    assert await send(quick) == 132001
    done = await quick.http.post(f"{path}/unarchive", json=asked, headers=headers)
    assert list((await done.json())["failed_templates"]) == ["1"]
    assert await send(quick) is None
    assert (await quick.http.post(f"{path}/archive", json=asked)).status == 401


async def test_a_sample_is_uploaded_in_pieces_and_named_by_its_handle(sim: Simulator) -> None:
    picture = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::never"]}}
    status, answer = await sim.graph("POST", f"{WABA}/message_templates", json=new(components=[picture, BODY]))
    assert (status, "header_handle" in answer["error"]["error_user_msg"]) == (400, True)
    assert (await sim.graph("GET", "app"))[1]["id"] == "9000001"
    asked = {"file_name": "a.png", "file_length": "10", "file_type": "image/png"}
    _, begun = await sim.graph("POST", "9000001/uploads", params=asked)
    wrong = await sim.graph("POST", begun["id"], data=b"12345", headers={"file_offset": "3"})
    assert wrong[0] == 400
    await sim.graph("POST", begun["id"], data=b"12345", headers={"file_offset": "0"})
    assert (await sim.graph("GET", begun["id"]))[1]["file_offset"] == 5
    _, done = await sim.graph("POST", begun["id"], data=b"67890", headers={"file_offset": "5"})
    picture["example"] = {"header_handle": [done["h"]]}
    template = await create(sim, components=[picture, BODY])
    _, shown = await sim.graph("GET", f"{template['id']}?fields=components")
    assert shown["components"][0]["example"]["header_handle"][0].startswith("https://")


async def test_a_restarted_simulator_goes_on_with_its_reviews(sim: Simulator, business: Business) -> None:
    await sim.switch(template_review_seconds=0.2)
    template = await create(sim)
    await sim.restart()
    await business.until(lambda: (int(template["id"]), "APPROVED") in events(business))


LIBRARY = {"name": "atraso", "language": "pt_BR", "category": "UTILITY", "library_template_name": "pagamento_em_atraso"}
LATE = {"library_template_button_inputs": [{"type": "PHONE_NUMBER", "phone_number": "+551133334444"}]}


async def test_a_template_of_metas_library_is_approved_at_once_and_knows_its_types(sim: Simulator) -> None:
    status, found = await sim.graph("GET", "message_template_library", params={"search": "venceu", "topic": "PAYMENTS"})
    assert (status, [each["name"] for each in found["data"]]) == (200, ["pagamento_em_atraso"])
    path = f"{WABA}/message_templates"
    _, refused = await sim.graph("POST", path, json=LIBRARY)
    assert refused["error"]["error_subcode"] == 2388043
    assert (await sim.graph("POST", path, json=LIBRARY | LATE | {"language": "en"}))[0] == 400
    _, made = await sim.graph("POST", path, json=LIBRARY | LATE)
    assert (made["status"], made["category"]) == ("APPROVED", "UTILITY")
    _, shown = await sim.graph("GET", f"{made['id']}?fields=status,library_template_name,components")
    assert (shown["status"], shown["library_template_name"]) == ("APPROVED", "pagamento_em_atraso")
    assert shown["components"][-1]["buttons"][0]["phone_number"] == "+551133334444"
    assert await send(sim, [{"type": "body", "parameters": values("Ana", "R$ 10", "1/11")}], "atraso") is None
    assert await send(sim, [{"type": "body", "parameters": values("Ana", "dez", "1/11")}], "atraso") == 132012


async def test_an_edit_is_told_with_what_it_says_now(quick: Simulator, business: Business) -> None:
    name = await approved(quick, business)
    status, _ = await quick.graph("POST", name, json={"components": [*ORDER[:2], ORDER[3]]})
    assert status == 200
    await business.until(lambda: [each for each in business.values if "message_template_element" in each])
    [told] = [each for each in business.values if "message_template_element" in each]
    assert (told["message_template_id"], told["message_template_title"]) == (int(name), "Pedido {{1}}")
    assert told["message_template_buttons"][0] == {
        "message_template_button_type": "URL",
        "message_template_button_text": "Ver",
        "message_template_button_url": "https://x.test/{{1}}",
    }
    assert "message_template_footer" not in told


async def test_templates_are_counted_compared_and_moved(quick: Simulator, business: Business) -> None:
    name = await approved(quick, business)
    await quick.switch(pair_limit=False, throughput=0)
    assert [await send(quick) for _ in range(3)] == [None] * 3
    await business.until(lambda: [each["status"] for each in business.statuses].count("read") == 3)
    now = int(quick.world.clock.now())
    span = {"start": str(now - 7 * 86_400), "end": str(now + 60), "granularity": "daily", "template_ids": f"[{name}]"}
    _, answer = await quick.graph("GET", f"{WABA}/template_analytics", params=span)
    points = answer["data"][0]["data_points"]
    assert [sum(point[key] for point in points) for key in ("sent", "delivered", "read")] == [3, 3, 3]
    for wrong, code in (({"template_ids": ""}, 100), ({"start": "x"}, 100), ({"template_ids": "1"}, 100)):
        status, answer = await quick.graph("GET", f"{WABA}/template_analytics", params=span | wrong)
        assert (status, answer["error"]["code"]) == (400, code)
    fields = f'name,analytics.start({now - 86_400}).end({now + 60}).granularity(DAY).phone_numbers(["551140028922"])'
    _, account = await quick.graph("GET", WABA, params={"fields": fields})
    assert [(point["sent"], point["delivered"]) for point in account["analytics"]["data_points"]] == [(3, 3)]
    _, answer = await quick.graph("POST", WABA, params={"is_enabled_for_insights": "false"})
    assert answer["error"]["code"] == 200006
    other = await create(quick, "order_other", with_body("Outro texto aqui."))
    pair = {"template_ids": other["id"], "start": str(now - 7 * 86_400), "end": str(now)}
    status, answer = await quick.graph("GET", f"{name}/compare", params=pair)
    assert (status, answer["error"]["code"]) == (400, 100)  # too seldom sent
    config = {"waba_id": "1000009", "display_phone_number": "+55 11 3333-4444", "access_token": TOKEN}
    more = {"app_secret": "s", "webhook_url": business.url, "verify_token": "verify-me", "app_id": "9000001"}
    assert (await quick.http.put("/control/numbers/2000009", json=config | more)).status == 200
    _, answer = await quick.graph("POST", "1000009/migrate_message_templates", json={"source_waba_id": WABA})
    assert len(answer["migrated_templates"]) + len(answer["failed_templates"]) == 2
    _, moved = await quick.graph("GET", "1000009/message_templates", params={"fields": "name,status"})
    assert ("order_ready", "APPROVED") in [(each["name"], each["status"]) for each in moved["data"]]


@pytest.mark.parametrize(
    "wanted",
    [with_otp("COPY_CODE"), with_otp("ONE_TAP", supported_apps=[APP]), with_otp("ONE_TAP", **APP), with_code("PAO10"),
     with_otp("ZERO_TAP", supported_apps=[APP], zero_tap_terms_accepted=True)],
)  # fmt: skip
async def test_codes_are_taken_in_each_form(sim: Simulator, wanted: dict[str, Any]) -> None:
    status, answer = await sim.graph("POST", f"{WABA}/message_templates", json=deepcopy(wanted))
    assert status == 200, answer
