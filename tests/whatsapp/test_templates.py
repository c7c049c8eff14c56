"""Templates from the first draft to the last webhook, against the simulator as a process of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import Organization, User
from apps.core.models import LogEntry
from apps.core.tenancy import organization_scope
from apps.notifications.models import Notice
from apps.whatsapp.models import Number, Template, TemplateVersion
from apps.whatsapp.services import template_sync
from apps.whatsapp.services.template_library import ready_templates
from apps.whatsapp.template_rules import check_template
from tests.accounts.people import audited
from tests.conftest import (
    client_of,
    commits,
    in_parallel,
    make_app,
    make_conversation,
    make_media,
    make_member,
    make_message,
    make_number,
    make_organization,
    make_template,
)
from tests.core.samples import PICTURE
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import deliver, drain
from tests.stack import Stack
from tests.whatsapp.simulated import Simulated
from tests.whatsapp.template_samples import BODY, CAROUSEL, CODE, OFFER, ORDER, changed


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    stack = Stack(tmp_path_factory.mktemp("simulator"))
    stack.start_simulator()
    yield Simulated(stack)
    stack.stop()


@pytest.fixture
def number(organization: Organization, simulator: Simulated, settings: Settings) -> Number:
    settings.WHATSAPP_GRAPH_URL = simulator.url
    number = make_number(organization, waba_id="1000001", app=make_app(organization, app_id="9000001"))
    simulator.begin(number)
    return number


def of(number: Number, rest: str = "") -> str:
    return f"/api/v1/numbers/{number.pk}/templates/{rest}"


def new(name: str = "order_ready", components: Any = ORDER, **more: Any) -> dict[str, Any]:
    return {"name": name, "language": "pt_BR", "category": "UTILITY", "components": components} | more


def written(api: DocumentedClient, number: Number, *given: Any, **more: Any) -> dict[str, Any]:
    answer = api.post(of(number), new(*given, **more))
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def now(template: dict[str, Any], organization: Organization) -> Template:
    with organization_scope(organization):
        return Template.objects.for_organization(organization).get(pk=template["id"])


def approved(api: DocumentedClient, number: Number, simulator: Simulated, *given: Any, **more: Any) -> dict[str, Any]:
    template = written(api, number, *given, **more)
    simulator.tells(number, lambda: now(template, number.organization).status == "APPROVED")
    return template


def facts(organization: Organization) -> list[tuple[str, str]]:
    with organization_scope(organization):
        entries = LogEntry.objects.in_scope().filter(kind="whatsapp.TemplateChanged").order_by("id")
        return [(entry.payload["what"], entry.payload["status"]) for entry in entries]


def notices(organization: Organization) -> list[tuple[str, str]]:
    with organization_scope(organization):
        rows = Notice.objects.for_organization(organization).filter(kind__startswith="template_").order_by("pk")
        return [(each.user.full_name, each.kind) for each in rows.select_related("user")]


def versions(api: DocumentedClient, number: Number, template: dict[str, Any]) -> list[tuple[int, bool]]:
    rows = api.get(of(number, f"{template['id']}/versions/")).json()["results"]
    return [(each["version"], each["by_meta"]) for each in rows]


# --- Writing ----------------------------------------------------------------------------------------------------


def test_a_template_is_reviewed_and_then_may_be_sent(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    template = written(owners_api, number)
    assert (template["status"], template["is_usable"], template["status_detail"]) == ("PENDING", False, "")
    assert simulator.template("order_ready")["components"] == ORDER
    simulator.tells(number, lambda: now(template, organization).is_usable)
    shown = owners_api.get(of(number, f"{template['id']}/")).json()
    assert (shown["status"], shown["approved_at"] is not None) == ("APPROVED", True)
    assert [each["component"] for each in shown["parameters"]] == ["header", "body", "body", "button", "button"]
    assert facts(organization) == [("written", "DRAFT"), ("status", "PENDING"), ("status", "APPROVED")]
    assert versions(owners_api, number, template) == [(1, False)]
    assert audited(organization)[-2:] == ["templates.created", "templates.submitted"]
    live = owners_api.get(of(number), {"status": "APPROVED"}).json()
    assert [(each["name"], each["meta_id"]) for each in live["results"]] == [("order_ready", template["meta_id"])]
    assert owners_api.get(of(number), {"status": "REJECTED"}).json() == {"results": [], "after": None}


@pytest.mark.parametrize(
    ("category", "components"),
    [("AUTHENTICATION", CODE), ("MARKETING", OFFER), ("MARKETING", CAROUSEL)],
    ids=["code", "offer", "carousel"],
)
def test_whatever_our_rules_let_pass_the_simulator_takes(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated,
    category: str, components: Any,
) -> None:  # fmt: skip
    picture = default_storage.save("sample.png", ContentFile(PICTURE))
    media = make_media(organization, file=picture, size=len(PICTURE))
    given = _with_media(components, str(media.pk))
    template = written(owners_api, number, "of_each_kind", given, category=category)
    assert (template["status"], template["status_detail"]) == ("PENDING", "")
    simulator.tells(number, lambda: now(template, organization).is_usable)
    # What Meta answers of it is other words for the same, and no new version.
    assert owners_api.post(of(number, "sync/")).json()["updated"] == 0
    assert now(template, organization).components == given


def _with_media(value: Any, media_id: str) -> Any:
    if isinstance(value, dict):
        return {
            key: {"media_id": media_id}
            if key == "example" and "header_handle" in inner
            else _with_media(inner, media_id)
            for key, inner in value.items()
        }
    return [_with_media(each, media_id) for each in value] if isinstance(value, list) else value


def test_what_meta_would_refuse_is_refused_at_its_field_and_not_stored(
    owners_api: DocumentedClient, organization: Organization, number: Number
) -> None:
    wrong = changed(changed(ORDER, "0.text", "x" * 61), "1.text", "{{1}} tem um pedido {{2}} que saiu para entrega.")
    answer = owners_api.post(of(number), new(components=wrong))
    assert answer.status_code == 400
    named = {(each["field"], each["code"]) for each in answer.json()["errors"]}
    assert named == {("components[0].text", "too_long"), ("components[1].text", "variable_at_start")}
    lost = changed(OFFER, "0.example", {"media_id": "019abc00-0000-7000-8000-000000000401"})
    answer = owners_api.post(of(number), new(components=lost, category="MARKETING"))
    assert answer.json()["errors"][0]["field"] == "components[0].example.media_id"
    deep: Any = {}
    for _ in range(50):
        deep = {"type": "BODY", "cards": [deep]}
    for components in ({}, [1], [deep], [{"type": "BODY", "text": "\0"}], [BODY] * 21):
        assert owners_api.post(of(number), new(components=components)).status_code == 400
    assert owners_api.get("/api/v1/templates/").json()["results"] == []


def test_a_draft_may_be_unready_and_is_submitted_when_it_is(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    draft = written(owners_api, number, "still_thinking", [{"type": "BODY", "text": "{{1}}"}], submit=False)
    assert draft["status"] == "DRAFT"
    path = of(number, f"{draft['id']}/")
    assert owners_api.post(f"{path}submit/").status_code == 400
    owners_api.patch(path, {"components": ORDER, "category": "marketing"})
    answer = owners_api.post(f"{path}submit/").json()
    assert (answer["status"], answer["category"], answer["version"]) == ("PENDING", "MARKETING", 2)
    assert versions(owners_api, number, draft) == [(2, False), (1, False)]
    assert owners_api.post(f"{path}submit/").status_code == 409


def test_a_failed_submission_stays_a_draft_that_says_why_and_goes_again(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    simulator.switch(template_limit=0)
    template = written(owners_api, number)
    assert template["status"] == "DRAFT"
    assert "2388019" in template["status_detail"]
    simulator.switch(template_limit=6000, graph_outage=True)
    path = of(number, f"{template['id']}/submit/")
    answer = owners_api.post(path).json()
    assert (answer["status"], "no clear answer" in answer["status_detail"]) == ("DRAFT", True)
    simulator.switch(graph_outage=False)
    answer = owners_api.post(path).json()
    assert (answer["status"], answer["status_detail"]) == ("PENDING", "")
    assert audited(organization)[-4:] == [
        "templates.created", "templates.refused", "templates.refused", "templates.submitted",
    ]  # fmt: skip


def test_a_name_is_there_once_in_a_language(owners_api: DocumentedClient, number: Number) -> None:
    written(owners_api, number)
    answer = owners_api.post(of(number), new())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "name")
    written(owners_api, number, language="en", components=changed(ORDER, "2.text", "Aurora Bakery"))


@commits
def test_of_two_who_write_the_same_at_once_one_is_refused_and_meta_is_asked_once(
    simulator: Simulated, settings: Settings
) -> None:
    settings.WHATSAPP_GRAPH_URL = simulator.url
    organization = make_organization()
    number = make_number(organization, waba_id="1000001", app=make_app(organization, app_id="9000001"))
    simulator.begin(number)
    owner = make_member(organization, role="owner")
    clients = [client_of(owner, organization) for _ in range(2)]
    answers = in_parallel(lambda at: clients[at].post(of(number), new()).status_code, times=2)
    assert sorted(answers) == [201, 409]
    assert len(simulator.control("GET", "templates")["templates"]) == 1


# --- What Meta decides ------------------------------------------------------------------------------------------


def test_a_rejection_is_told_to_whoever_writes_templates_and_mended(
    owners_api: DocumentedClient, owner: User, agent: User, organization: Organization, number: Number,
    simulator: Simulated,
) -> None:  # fmt: skip
    template = written(owners_api, number, "order_reject")
    simulator.tells(number, lambda: now(template, organization).status == "REJECTED")
    shown = now(template, organization)
    assert (shown.rejected_reason, shown.rejected_at is not None) == ("INVALID_FORMAT", True)
    assert "Check its variables" in shown.status_detail
    assert notices(organization) == [("Olga Reis", "template_trouble")]
    better = changed(ORDER, "2.text", "Padaria Aurora, desde 1998")
    simulator.switch(template_review="hold")
    edited = owners_api.patch(of(number, f"{template['id']}/"), {"components": better}).json()
    assert (edited["status"], edited["version"]) == ("PENDING", 2)
    assert simulator.template("order_reject")["components"] == better
    answer = owners_api.patch(of(number, f"{template['id']}/"), {"components": ORDER})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/template-not-editable")


def test_an_approved_one_is_edited_once_a_day_and_keeps_its_category(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    template = approved(owners_api, number, simulator)
    path = of(number, f"{template['id']}/")
    answer = owners_api.patch(path, {"category": "MARKETING"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "category")
    changed_once = changed(ORDER, "2.text", "Padaria Aurora, desde 1998")
    assert owners_api.put(path, {"components": changed_once}).json()["status"] == "PENDING"
    simulator.tells(number, lambda: now(template, organization).is_usable)
    answer = owners_api.patch(path, {"components": ORDER})
    assert answer.status_code == 409
    assert "once a day" in answer.json()["detail"]
    with organization_scope(organization):
        TemplateVersion.objects.for_organization(organization).update(created_at="2026-01-01T00:00Z")
    # Meta's own count goes on: its refusal leaves what stands here as it was.
    answer = owners_api.patch(path, {"components": ORDER})
    assert (answer.status_code, "2388039" in answer.json()["detail"]) == (422, True)
    assert now(template, organization).components == changed_once


def test_pauses_quality_and_categories_come_and_are_told_of(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    template = approved(owners_api, number, simulator)
    at_meta = f"templates/{template['meta_id']}"
    simulator.control("PATCH", at_meta, {"quality": "RED"})
    simulator.tells(number, lambda: now(template, organization).status == "PAUSED")
    simulator.tells(number, lambda: now(template, organization).quality == "RED")
    assert notices(organization) == [("Olga Reis", "template_trouble")]
    answer = owners_api.post(of(number, f"{template['id']}/unpause/")).json()
    assert (answer["status"], answer["is_usable"]) == ("APPROVED", True)
    assert owners_api.post(of(number, f"{template['id']}/unpause/")).status_code == 409
    simulator.control("PATCH", at_meta, {"category": "MARKETING"})
    simulator.tells(number, lambda: now(template, organization).correct_category == "MARKETING")
    due = now(template, organization)
    assert (due.category, due.category_changes_at is not None) == ("UTILITY", True)
    simulator.control("POST", "clock", {"advance": 86_401})
    simulator.tells(number, lambda: now(template, organization).category == "MARKETING")
    done = now(template, organization)
    assert (done.previous_category, done.correct_category, done.category_changes_at) == ("UTILITY", "", None)
    assert ("Olga Reis", "template_category") in notices(organization)


EVENTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("message_template_status_update", {"event": "FLAGGED"}, {"status": "FLAGGED", "is_usable": True}),
    ("message_template_status_update", {"event": "REINSTATED"}, {"status": "APPROVED"}),
    ("message_template_status_update", {"event": "ARCHIVED"}, {"status": "ARCHIVED", "is_usable": False}),
    ("message_template_status_update", {"event": "LIMIT_EXCEEDED"}, {"status": "LIMIT_EXCEEDED"}),
    ("message_template_status_update", {"event": "PENDING_DELETION", "reason": None}, {"status": "PENDING_DELETION"}),
    (
        "message_template_status_update",
        {"event": "DISABLED", "disable_info": {"disable_date": 1764000000}},
        {"status": "DISABLED", "status_detail": "1764000000"},
    ),
    (
        "message_template_status_update",
        {"event": "APPROVED", "other_info": {"title": "UNPAUSE", "description": "Go on."}},
        {"status": "APPROVED"},
    ),
    # On Meta's page a quality comes under a status's name.
    ("message_template_status_update", {"new_quality_score": "YELLOW"}, {"quality": "YELLOW", "status": "APPROVED"}),
    ("message_template_quality_update", {"new_quality_score": "UNKNOWN"}, {"quality": ""}),
    (
        "template_correct_category_detection",
        {"category": "UTILITY", "correct_category": "MARKETING"},
        {"correct_category": "MARKETING", "category": "UTILITY"},
    ),
    ("message_template_status_update", {"event": "SOMETHING_NEW"}, {"status": "SOMETHING_NEW", "is_usable": False}),
    ("message_template_status_update", {"event": {"not": "a word"}}, {"status": "APPROVED"}),
]


@pytest.mark.parametrize(("field", "value", "expected"), EVENTS, ids=[str(at) for at in range(len(EVENTS))])
def test_every_event_of_a_template_finds_it(
    organization: Organization, field: str, value: dict[str, Any], expected: dict[str, Any]
) -> None:
    number = make_number(organization, waba_id="1000001")
    template = make_template(organization, waba_id="1000001", name="order_ready", language="pt_BR", meta_id="77")
    named = {"message_template_id": 77, "message_template_name": "order_ready", "message_template_language": "pt-BR"}
    for _ in range(2):  # webhooks come twice
        _tell(number, field, named | value)
    row = now({"id": template.pk}, organization)
    assert {name: getattr(row, name) for name in expected} == expected
    assert len(facts(organization)) <= 1


def test_events_by_name_alone_find_the_template_and_nobody_elses(organization: Organization) -> None:
    number = make_number(organization, waba_id="1000001")
    elsewhere = make_organization("Boreal")
    theirs = make_template(elsewhere, waba_id="1000001", name="order_ready", language="en_US", meta_id="77")
    ours = make_template(organization, waba_id="1000001", name="order_ready", language="en_US")
    named = {"message_template_id": 77, "message_template_name": "order_ready", "message_template_language": "en-US"}
    _tell(number, "message_template_status_update", named | {"event": "PAUSED"})
    assert (now({"id": ours.pk}, organization).status, now({"id": theirs.pk}, elsewhere).status) == (
        "PAUSED",
        "APPROVED",
    )


def _tell(number: Number, field: str, value: dict[str, Any]) -> None:
    changes = [{"field": field, "value": value}]
    deliver(number, {"object": "whatsapp_business_account", "entry": [{"id": number.waba_id, "changes": changes}]})
    drain()


# --- Deleting and synchronizing ---------------------------------------------------------------------------------


def test_a_template_is_deleted_here_or_there_as_well(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    first = approved(owners_api, number, simulator)
    second = approved(owners_api, number, simulator, language="en", components=CODE, category="AUTHENTICATION")
    assert owners_api.delete(of(number, f"{first['id']}/")).status_code == 204
    assert owners_api.get(of(number, f"{first['id']}/")).status_code == 404
    # Meta still has it, and nobody wants it back.
    assert owners_api.post(of(number, "sync/")).json() | {"synced": 0} == {
        "synced": 0, "created": 0, "updated": 0, "deleted": 0, "errors": [],
    }  # fmt: skip
    path = of(number, f"{second['id']}/?delete_from_meta=true&all_languages=true")
    assert owners_api.delete(path).status_code == 204
    assert simulator.control("GET", "templates")["templates"] == []
    again = written(owners_api, number)
    assert (again["status"], "2388023" in again["status_detail"]) == ("DRAFT", True)
    assert owners_api.delete(of(number, f"{again['id']}/?delete_from_meta=perhaps")).status_code == 400
    assert owners_api.delete(of(number, f"{again['id']}/?delete_from_meta=true")).status_code == 204
    kept = make_template(organization, waba_id="1000001", is_system=True)
    assert owners_api.delete(of(number, f"{kept.pk}/")).status_code == 409


def test_a_synchronization_takes_over_what_others_wrote_changed_and_deleted(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    mine = approved(owners_api, number, simulator)
    simulator.switch(template_review="hold")
    for at in range(99):
        body = {"type": "BODY", "text": f"Mensagem de número {at}."}
        simulator.graph("POST", "1000001/message_templates", new(f"other_{at:03}", [body]))
    last = {"type": "BODY", "text": "A última de todas."}
    simulator.control("POST", "clock", {"advance": 3601})  # a hundred an hour is all that Meta takes
    simulator.graph("POST", "1000001/message_templates", new("other_last", [last]))
    done = owners_api.post(of(number, "sync/")).json()
    assert (done["synced"], done["created"], done["updated"], done["deleted"]) == (101, 100, 0, 0)
    simulator.graph("DELETE", "1000001/message_templates?name=other_last")
    better = changed(ORDER, "2.text", "Padaria Aurora, desde 1998")
    simulator.graph("POST", mine["meta_id"], {"components": better})
    done = owners_api.post(of(number, "sync/")).json()
    assert (done["synced"], done["created"], done["updated"], done["deleted"]) == (100, 0, 1, 1)
    row = now(mine, organization)
    assert (row.status, row.version, row.components) == ("PENDING", 2, better)
    assert versions(owners_api, number, mine) == [(2, True), (1, False)]
    found = owners_api.get(of(number, "local/"), {"search": "other", "page_size": 10}).json()
    assert len(found["results"]) == 10
    assert owners_api.get("/api/v1/templates/", {"search": "other_last"}).json()["results"] == []


def test_an_account_is_synchronized_every_hour_and_when_a_webhook_names_an_unknown_template(
    organization: Organization, number: Number, simulator: Simulated
) -> None:
    make_number(organization, waba_id="1000001", app=number.app)
    assert template_sync.sync_one_due() == 1
    assert template_sync.sync_one_due() == 0, "its hour hasn't come, whichever of its numbers asks"
    simulator.graph("POST", "1000001/message_templates", new())
    simulator.tells(number, lambda: template_sync.sync_one_due())
    with organization_scope(organization):
        assert [each.name for each in Template.objects.for_organization(organization)] == ["order_ready"]


def test_what_changed_while_meta_was_asked_is_newer_than_its_answer(organization: Organization) -> None:
    template = make_template(organization, waba_id="1000001", name="order_ready", meta_id="77", status="PAUSED")
    row = {"id": "77", "name": "order_ready", "language": "pt_BR", "status": "APPROVED", "category": "UTILITY"}
    with organization_scope(organization):
        began = timezone.now()
        Template.objects.for_organization(organization).update(updated_at=timezone.now())
        template_sync._Account(organization.pk, "1000001", began).take([row, {"id": "78"}])
    assert now({"id": template.pk}, organization).status == "PAUSED"


# --- Who may, and what is shown ---------------------------------------------------------------------------------


def test_templates_belong_to_cloud_numbers_of_ones_own(
    owners_api: DocumentedClient, api: DocumentedClient, organization: Organization
) -> None:
    theirs = make_number(make_organization("Boreal"))
    ours = make_number(organization)
    their_template = make_template(theirs.organization)
    for path in (of(theirs), of(theirs, "local/"), of(ours, f"{their_template.pk}/"), "/api/v1/numbers/x/templates/"):
        assert owners_api.get(path).status_code == 404
    assert api.get(of(ours, "local/")).status_code == 200
    assert api.post(of(ours), new()).status_code == 403
    gateway = make_number(organization, provider="evolution", waba_id="")
    assert owners_api.get(of(gateway, "local/")).json()["type"] == "/problems/number-without-templates"


def test_a_template_is_switched_off_without_asking_meta(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    number = make_number(organization)
    template = make_template(organization, waba_id=number.waba_id, meta_id="77")
    answer = owners_api.patch(of(number, f"{template.pk}/"), {"is_enabled": False}).json()
    assert (answer["is_enabled"], answer["is_usable"], answer["status"]) == (False, False, "APPROVED")
    listed = owners_api.get("/api/v1/templates/", {"usable": "true", "number_id": str(number.pk)}).json()
    assert listed["results"] == []
    other = make_number(organization, waba_id="1000002")
    assert owners_api.get("/api/v1/templates/", {"number_id": str(other.pk)}).json()["results"] == []
    assert len(owners_api.get("/api/v1/templates/", {"number_id": str(number.pk)}).json()["results"]) == 1


def test_whoever_writes_a_template_sees_what_is_wrong_and_how_it_looks(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    number = make_number(organization)
    wanted = {"category": "UTILITY", "components": changed(ORDER, "0.text", "x" * 61), "language": "pt_BR"}
    send = [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}]
    answer = owners_api.post(of(number, "check/"), wanted | {"send_components": send}).json()
    assert [(each["field"], each["code"], each["limit"]) for each in answer["findings"]] == [
        ("components[0].text", "too_long", 60)
    ]
    assert answer["send_findings"][0]["code"] == 132000
    assert answer["preview"]["body"] == "Olá Ana, seu pedido {{2}} saiu para entrega."
    carousel = owners_api.post(of(number, "check/"), {"category": "MARKETING", "components": CAROUSEL}).json()
    assert [card["body"] for card in carousel["preview"]["cards"]] == ["Bolo de {{1}} para hoje"] * 2
    halfway = [{"type": "BODY", "text": "Oi"}, {"type": "BUTTONS", "buttons": [{"text": "Sim"}, "?"]}]
    shown = owners_api.post(of(number, "check/"), {"category": "MARKETING", "components": halfway}).json()["preview"]
    assert shown["buttons"] == [{"type": "", "text": "Sim"}, {"type": ""}]


def test_ready_templates_pass_metas_rules_in_both_languages(api: DocumentedClient) -> None:
    every = ready_templates()
    by_language = {language: [each for each in every if each["language"] == language] for language in ("pt_BR", "en")}
    assert len(by_language["pt_BR"]) == len(by_language["en"]) >= 15
    for each in every:
        said = {name: each[name] for name in ("name", "language", "category", "components")}
        assert check_template(**said) == [], each["name"]
    found = api.get("/api/v1/template-library/", {"language": "pt_BR", "words": "pix"}).json()
    assert [each["name"] for each in found] == ["pix_copia_e_cola"]
    assert {each["category"] for each in api.get("/api/v1/template-library/", {"topic": "security"}).json()} == {
        "AUTHENTICATION"
    }


def test_what_became_of_a_templates_messages_is_counted(api: DocumentedClient, organization: Organization) -> None:
    template, conversation = make_template(organization), make_conversation(organization)
    for status in ("sent", "delivered", "read", "read", "failed", "queued", "cancelled"):
        said = {"conversation": conversation, "direction": "outbound", "type": "template", "status": status}
        make_message(organization, template=template, **said)
    make_message(organization, conversation=conversation, direction="outbound", status="read")
    counted = api.get(f"/api/v1/templates/{template.pk}/stats/").json()
    assert counted == {"sent": 4, "delivered": 3, "read": 2, "failed": 1, "waiting": 1, "last_sent_at": None}
    assert api.get(f"/api/v1/templates/{template.pk}/stats/", {"days": "0"}).status_code == 400


@commits
def test_a_send_that_whatsapp_refuses_for_the_templates_sake_asks_how_it_stands(
    simulator: Simulated, settings: Settings
) -> None:
    settings.WHATSAPP_GRAPH_URL = simulator.url
    cache.clear()
    organization = make_organization()
    number = make_number(organization, waba_id="1000001", app=make_app(organization, app_id="9000001"))
    simulator.begin(number)
    owner = client_of(make_member(organization, role="owner"), organization)
    template = approved(owner, number, simulator, "plain", [{"type": "BODY", "text": "Seu pão está pronto."}])
    # Its webhook is lost.
    simulator.control("PATCH", f"templates/{template['meta_id']}", {"status": "PAUSED", "title": "FIRST_PAUSE"})
    conversation = make_conversation(organization, number=number)
    said = {"type": "template", "template": {"name": "plain", "language": "pt_BR"}}
    owner.post(f"/api/v1/conversations/{conversation.pk}/messages/", said)
    assert now(template, organization).status == "PAUSED"
    assert notices(organization)[-1][1] == "template_trouble"
