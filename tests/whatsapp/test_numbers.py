"""Connecting, changing and holding numbers, against a Graph API that answers as Meta's does."""

from typing import Any

import pytest
from django.db import connection, transaction

from apps.accounts.models import Organization
from apps.core import ratelimits
from apps.core.models import LogEntry
from apps.core.tenancy import all_organizations, organization_scope
from apps.whatsapp.errors import NumberNotReadable, NumberTaken, WhatsAppUnreachable
from apps.whatsapp.models import Change, InboundEvent, Media, MetaApp, Number
from apps.whatsapp.rates import pace_of
from apps.whatsapp.services import meta_apps, numbers
from tests.accounts.people import audited
from tests.conftest import commits, in_parallel, make, make_app, make_number, make_organization, make_secret
from tests.core.schema import DocumentedClient
from tests.whatsapp.graph import BAD_TOKEN, Graph

NUMBERS = "/api/v1/numbers/"
ASKED_FOR = {
    "phone_number_id": "106540352242922",
    "waba_id": "102290129340398",
    "access_token": "an access token",
    "app_secret": "s3cret",
    "app_id": "634974688087057",
}


def connect(organization: Organization, **changes: Any) -> Number:
    with organization_scope(organization):
        return numbers.connect_number(organization_id=organization.pk, **(ASKED_FOR | changes))


def present(number: Number) -> Number:
    with organization_scope(number.organization_id):
        return Number.objects.in_scope().get(pk=number.pk)


def apps_of(organization: Organization) -> list[MetaApp]:
    with organization_scope(organization):
        return list(MetaApp.objects.in_scope().order_by("pk"))


def statuses(organization: Organization) -> list[str]:
    """What has been published, in order, whether or not it has a number yet."""
    with organization_scope(organization):
        entries = LogEntry.objects.in_scope().filter(kind="whatsapp.NumberStatusChanged").order_by("id")
        return [entry.payload["status"] for entry in entries]


# --- Connecting -------------------------------------------------------------------------------------------------


def test_an_owner_connects_a_number_and_sees_what_whatsapp_knows_of_it(
    owners_api: DocumentedClient, graph: Graph
) -> None:
    graph.number("106540352242922", verified_name="Padaria da Olga", quality_rating="YELLOW")
    answer = owners_api.post(NUMBERS, ASKED_FOR)
    assert answer.status_code == 201
    number = answer.json()
    assert (number["status"], number["verified_name"], number["quality_rating"]) == (
        "connected",
        "Padaria da Olga",
        "YELLOW",
    )
    assert "/webhooks/whatsapp/" in number["webhook_url"]
    assert graph.asked[:2] == ["GET /v26.0/106540352242922", "POST /v26.0/102290129340398/subscribed_apps"]
    assert owners_api.get(f"{NUMBERS}{number['id']}/").json() == number


def test_a_number_takes_its_token_and_app_secret_from_the_vault(
    owners_api: DocumentedClient, organization: Organization, graph: Graph
) -> None:
    graph.number("106540352242922", token="the vault's token")
    from_vault = {"access_token": "{{secret:wa_token}}", "app_secret": "{{secret:wa_app}}"}
    make_secret(organization, name="wa_app", value="s3cret")
    refused = owners_api.post(NUMBERS, ASKED_FOR | from_vault)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "access_token")
    assert graph.asked == []
    make_secret(organization, name="wa_token", value="the vault's token")
    connected = owners_api.post(NUMBERS, ASKED_FOR | from_vault)
    assert (connected.status_code, connected.json()["token_secret"]) == (201, "wa_token")
    assert "the vault's" not in connected.content.decode()
    assert [app.secrets for app in apps_of(organization)] == [["{{secret:wa_app}}"]]


def test_secrets_never_come_back(owners_api: DocumentedClient, graph: Graph) -> None:
    graph.number("106540352242922")
    number = owners_api.post(NUMBERS, ASKED_FOR).json()
    told = str(number) + owners_api.get(NUMBERS).content.decode()
    told += owners_api.patch(f"{NUMBERS}{number['id']}/", {"app_secret": "another s3cret"}).content.decode()
    assert "an access token" not in told
    assert "s3cret" not in told


def test_a_token_that_cannot_read_the_number_claims_nothing(owners_api: DocumentedClient, graph: Graph) -> None:
    graph.number("106540352242922", token="somebody else's")
    answer = owners_api.post(NUMBERS, ASKED_FOR)
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"] == "/problems/number-not-readable"
    assert problem["errors"][0]["field"] == "access_token"
    assert "190" in problem["detail"]
    assert owners_api.get(NUMBERS).json()["results"] == []


@pytest.mark.parametrize("token", ["a token\nof two lines", "a tôken"])
def test_a_token_that_no_header_carries_is_refused_before_anybody_is_asked(
    owners_api: DocumentedClient, graph: Graph, token: str
) -> None:
    answer = owners_api.post(NUMBERS, ASKED_FOR | {"access_token": token})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "access_token"
    assert graph.asked == []


def test_a_number_that_the_token_does_not_reach_is_refused_by_name(organization: Organization, graph: Graph) -> None:
    graph.number("1", token="an access token")
    with pytest.raises(NumberNotReadable) as refusal:
        connect(organization)
    assert refusal.value.field == "phone_number_id"


def test_while_whatsapp_does_not_answer_nothing_is_connected(owners_api: DocumentedClient, graph: Graph) -> None:
    graph.number("106540352242922")
    graph.fails_once("GET", "106540352242922", 503)
    answer = owners_api.post(NUMBERS, ASKED_FOR)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/whats-app-unreachable")
    assert owners_api.post(NUMBERS, ASKED_FOR).status_code == 201


def test_a_number_of_another_organization_is_refused_without_saying_whose(
    owners_api: DocumentedClient, graph: Graph
) -> None:
    graph.number("106540352242922")
    connect(make_organization("Mercado Sol"))
    answer = owners_api.post(NUMBERS, ASKED_FOR)
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/number-taken"
    assert "Sol" not in answer.content.decode()


def test_one_that_is_connected_here_says_so(organization: Organization, graph: Graph) -> None:
    graph.number("106540352242922")
    connect(organization)
    with pytest.raises(NumberTaken, match="here"):
        connect(organization)


@commits
def test_of_eight_who_connect_a_number_at_once_one_gets_it(graph: Graph) -> None:
    graph.number("106540352242922")
    organizations = [make_organization(f"Padaria {number}") for number in range(8)]

    def race(number: int) -> bool:
        try:
            connect(organizations[number])
        except NumberTaken:
            return False
        return True

    assert sorted(in_parallel(race, times=8)) == [False] * 7 + [True]


@commits
def test_two_numbers_connected_at_once_share_their_app(graph: Graph) -> None:
    organization = make_organization()
    for each in range(4):
        graph.number(f"10{each}")
    in_parallel(lambda each: connect(organization, phone_number_id=f"10{each}"), times=4)
    assert len(apps_of(organization)) == 1


@commits
def test_a_number_takes_up_what_came_before_it_was_connected(graph: Graph) -> None:
    organization, stranger = make_organization(), make_organization("Mercado Sol")
    app = make_app(organization, app_id="634974688087057", secret="s3cret")
    orphan, other = (_orphan(each, "106540352242922:5511987654321") for each in (app, make_app(stranger)))
    graph.number("106540352242922")
    number = connect(organization)
    with all_organizations("look"):
        orphan.refresh_from_db()
        other.refresh_from_db()
    assert (orphan.organization_id, orphan.number_id) == (organization.pk, number.pk)
    assert other.organization_id is None, "another app doesn't speak for this number"


def _orphan(app: MetaApp, lane: str) -> Change:
    with all_organizations("what a webhook brings has no organization yet"):
        event = InboundEvent.objects.create(app=app, body=b"{}")
        return Change.objects.across_organizations().create(
            event=event, field="account_update", kind="other", lane=lane, value={}, state="dead", next_attempt_at=None
        )


def test_webhooks_that_whatsapp_does_not_send_are_told(organization: Organization, graph: Graph) -> None:
    graph.number("106540352242922")
    graph.fails_once("POST", "subscribed_apps", 403, {"error": {"code": 200, "message": "No permission"}})
    number = connect(organization)
    assert number.status == "connected"
    assert number.status_detail.startswith("Webhooks: ")


def test_a_second_number_of_the_same_app_shares_its_address(organization: Organization, graph: Graph) -> None:
    for each in ("1", "2", "3"):
        graph.number(each)
    first, second = connect(organization, phone_number_id="1"), connect(organization, phone_number_id="2")
    third = connect(organization, phone_number_id="3", app_id="77", app_secret="of another app")
    assert first.app_id == second.app_id != third.app_id


# --- Changing ---------------------------------------------------------------------------------------------------


def test_a_new_secret_is_live_beside_the_one_before(organization: Organization, graph: Graph) -> None:
    graph.number("106540352242922")
    number = connect(organization, app_secret="first")
    for secret in ("second", "second", "third"):
        with organization_scope(organization):
            numbers.change_number(number=number, app_secret=secret)
    [app] = apps_of(organization)
    assert app.secrets == ["second", "third"]
    with organization_scope(organization):
        assert meta_apps.retire_secret(app=app).secrets == ["third"]


def test_a_token_is_stored_only_once_it_has_read_the_number(organization: Organization, graph: Graph) -> None:
    graph.number("106540352242922")
    number = connect(organization)
    with organization_scope(organization), pytest.raises(NumberNotReadable):
        numbers.change_number(number=number, access_token="a wrong token")
    assert present(number).access_token == "an access token"
    graph.number("106540352242922", token="a new token")
    with organization_scope(organization):
        numbers.change_number(number=number, access_token="a new token")
    assert present(number).access_token == "a new token"


def test_a_token_that_works_releases_a_held_number_and_its_files(organization: Organization, graph: Graph) -> None:
    graph.number("106540352242922")
    number = connect(organization)
    waiting = make(Media, organization, number=number, provider_id="31", next_attempt_at=None)
    with organization_scope(organization):
        assert numbers.hold_number(number_ids=[number.pk], reason="190") == 1
    assert (present(number).status, present(number).status_detail) == ("held", "190")
    with organization_scope(organization):
        numbers.change_number(number=number, access_token="an access token")
        waiting.refresh_from_db()
    assert (present(number).status, present(number).status_detail) == ("connected", "")
    assert waiting.next_attempt_at is not None
    assert statuses(organization) == ["connected", "held", "connected"]


def test_a_number_is_held_and_released_once(organization: Organization) -> None:
    number = make_number(organization)
    with organization_scope(organization):
        assert [numbers.hold_number(number_ids=[number.pk], reason="x") for _ in range(2)] == [1, 0]
        assert [numbers.release_number(number_ids=[number.pk]) for _ in range(2)] == [1, 0]
    assert statuses(organization) == ["held", "connected"]


def test_disconnecting_stops_a_number_until_it_is_made_active_again(owners_api: DocumentedClient, graph: Graph) -> None:
    graph.number("106540352242922")
    path = f"{NUMBERS}{owners_api.post(NUMBERS, ASKED_FOR).json()['id']}/"
    answer = owners_api.post(f"{path}disconnect/").json()
    assert (answer["status"], answer["is_active"]) == ("disconnected", False)
    assert owners_api.post(f"{path}test/").json()["status"] == "disconnected", "a test doesn't connect it"
    assert owners_api.patch(path, {"is_active": True}).json()["status"] == "connected"
    assert owners_api.patch(path, {"is_active": False}).json()["status"] == "disconnected"


@pytest.mark.parametrize("change", [{"messages_per_second": 0}, {"messages_per_second": 1001}, {"is_active": "?"}])
def test_what_a_number_cannot_be_is_refused(
    owners_api: DocumentedClient, organization: Organization, change: dict[str, Any]
) -> None:
    number = make_number(organization)
    assert owners_api.patch(f"{NUMBERS}{number.pk}/", change).status_code == 400


def test_a_removed_number_is_gone_and_comes_back_with_its_history(
    owners_api: DocumentedClient, organization: Organization, graph: Graph
) -> None:
    graph.number("106540352242922")
    number = owners_api.post(NUMBERS, ASKED_FOR).json()
    assert owners_api.delete(f"{NUMBERS}{number['id']}/").status_code == 204
    assert owners_api.get(f"{NUMBERS}{number['id']}/").status_code == 404
    assert owners_api.delete(f"{NUMBERS}{number['id']}/").status_code == 404
    with organization_scope(organization):
        assert Number.objects.in_scope().get(pk=number["id"]).access_token == ""
    assert owners_api.post(NUMBERS, ASKED_FOR).json()["id"] == number["id"]


def test_a_removed_number_may_go_to_another_organization(organization: Organization, graph: Graph) -> None:
    graph.number("106540352242922")
    number = connect(organization)
    with organization_scope(organization):
        numbers.delete_number(number=number)
    other = make_organization("Mercado Sol")
    assert connect(other).organization_id == other.pk
    with pytest.raises(NumberTaken):
        connect(organization)


# --- Asking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "status", "detail"),
    [
        ({"status": "CONNECTED"}, "connected", ""),
        ({"status": "FLAGGED"}, "connected", ""),
        ({"status": "BANNED"}, "error", "WhatsApp: BANNED"),
    ],
)
def test_a_test_stores_how_the_number_stands(
    owners_api: DocumentedClient,
    organization: Organization,
    graph: Graph,
    told: dict[str, str],
    status: str,
    detail: str,
) -> None:
    number = make_number(organization, phone_number_id="1", status="held", status_detail="190")
    graph.number("1", **told, verified_name="Novo Nome")
    answer = owners_api.post(f"{NUMBERS}{number.pk}/test/").json()
    assert (answer["status"], answer["status_detail"], answer["verified_name"]) == (status, detail, "Novo Nome")


@pytest.mark.parametrize(("level", "before", "after"), [("HIGH", 80, 1000), ("HIGH", 60, 60), ("STANDARD", 200, 80)])
def test_the_rate_follows_whatsapps_throughput_but_not_above_what_somebody_chose(
    owners_api: DocumentedClient, organization: Organization, graph: Graph, level: str, before: int, after: int
) -> None:
    number = make_number(organization, phone_number_id="1", messages_per_second=before)
    graph.number("1", throughput={"level": level})
    assert owners_api.post(f"{NUMBERS}{number.pk}/test/").json()["messages_per_second"] == after


def test_a_token_that_whatsapp_refuses_holds_the_number(
    owners_api: DocumentedClient, organization: Organization, graph: Graph
) -> None:
    number = make_number(organization, phone_number_id="1", access_token="an old token")
    answer = owners_api.post(f"{NUMBERS}{number.pk}/test/").json()
    assert answer["status"] == "held"
    assert "190" in answer["status_detail"]
    assert statuses(organization) == ["held"]


def test_no_answer_changes_nothing(owners_api: DocumentedClient, organization: Organization, graph: Graph) -> None:
    number = make_number(organization, phone_number_id="1")
    graph.fails_once("GET", "1", 500, {"error": {"code": 2, "message": "Service temporarily unavailable"}})
    assert owners_api.post(f"{NUMBERS}{number.pk}/test/").status_code == 422
    assert present(number).status == "connected"


def test_a_dead_server_is_told_and_not_a_crash(organization: Organization, settings: Any) -> None:
    settings.WHATSAPP_GRAPH_URL = "http://127.0.0.1:9"
    with pytest.raises(WhatsAppUnreachable):
        connect(organization)


def test_a_number_of_a_simulators_app_asks_the_simulator(
    owners_api: DocumentedClient, organization: Organization, graph: Graph, settings: Any
) -> None:
    settings.WHATSAPP_GRAPH_URL = "http://127.0.0.1:9"
    number = make_number(organization, app=make_app(organization, graph_url=graph.url), phone_number_id="1")
    graph.number("1")
    assert owners_api.post(f"{NUMBERS}{number.pk}/test/").status_code == 200


# --- Rates, webhooks, permissions --------------------------------------------------------------------------------


def test_the_rate_tells_what_is_left_and_can_be_reset(owners_api: DocumentedClient, organization: Organization) -> None:
    number = make_number(organization, messages_per_second=10)
    path = f"{NUMBERS}{number.pk}/rate-limit/"
    assert owners_api.get(path).json()["remaining"] == 10
    ratelimits.take_turns(pace_of(number), more=10)
    used = owners_api.get(path).json()
    assert used["limit"] == 10
    assert used["remaining"] < 5
    assert owners_api.post(f"{path}reset/").json()["remaining"] == 10


def test_a_held_number_says_why_it_cannot_send(owners_api: DocumentedClient, organization: Organization) -> None:
    number = make_number(organization, status="held", status_detail="The token is not valid.")
    rate = owners_api.get(f"{NUMBERS}{number.pk}/rate-limit/").json()
    assert (rate["can_send_now"], rate["reason"]) == (False, "The token is not valid.")


def test_managers_see_what_metas_page_asks_for(
    owners_api: DocumentedClient, api: DocumentedClient, organization: Organization
) -> None:
    number = make_number(organization)
    answer = owners_api.get(f"{NUMBERS}{number.pk}/webhook/")
    assert answer.json() == {"webhook_url": number.app.webhook_url, "verify_token": "a token"}
    assert audited(organization) == ["numbers.webhook_revealed"]
    assert api.get(f"{NUMBERS}{number.pk}/webhook/").status_code == 403


def test_agents_see_numbers_and_change_none(api: DocumentedClient, organization: Organization) -> None:
    number = make_number(organization)
    assert api.get(NUMBERS).status_code == 200
    assert api.get(f"{NUMBERS}{number.pk}/rate-limit/").status_code == 200
    assert api.post(NUMBERS, ASKED_FOR).status_code == 403
    assert api.patch(f"{NUMBERS}{number.pk}/", {"is_active": False}).status_code == 403
    assert api.delete(f"{NUMBERS}{number.pk}/").status_code == 403
    for verb in ("test", "disconnect", "rate-limit/reset"):
        assert api.post(f"{NUMBERS}{number.pk}/{verb}/").status_code == 403


def test_a_number_of_the_installations_app_is_listed_without_its_address(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    with all_organizations("an app for everybody belongs to none"):
        app = MetaApp.objects.across_organizations().create(secret="of all")
        Number.objects.across_organizations().create(organization=organization, app=app, phone_number_id="5")
    [number] = owners_api.get(NUMBERS).json()["results"]
    assert number["webhook_url"] is None
    path = f"{NUMBERS}{number['id']}/"
    assert owners_api.get(f"{path}webhook/").status_code == 409
    assert owners_api.patch(path, {"app_secret": "mine"}).status_code == 409


def test_a_list_of_numbers_takes_few_queries(
    owners_api: DocumentedClient, organization: Organization, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        make_number(organization)
    # The numbers and their apps; the other nine are sign-in, scope and the transactions around them.
    with django_assert_max_num_queries(11):
        assert len(owners_api.get(NUMBERS).json()["results"]) == 5


@commits
def test_the_constraint_decides_when_two_are_past_the_look(graph: Graph) -> None:
    """Both have looked and found nothing; the second waits at the index, and is told."""
    first, second = make_organization("Padaria Aurora"), make_organization("Mercado Sol")
    with organization_scope(second):
        assert not Number.objects.in_scope().exists()
    graph.number("106540352242922")
    connect(first)
    app = make_app(second)
    with organization_scope(second), pytest.raises(NumberTaken):
        numbers.claim_number(app=app, organization_id=second.pk, phone_number_id="106540352242922", told={})
    assert not connection.in_atomic_block
    assert transaction.get_autocommit()


def test_a_refused_token_is_known_by_its_code(organization: Organization, graph: Graph) -> None:
    number = make_number(organization, phone_number_id="1")
    graph.fails_once("GET", "1", 401, BAD_TOKEN)
    with organization_scope(organization):
        assert numbers.test_number(number=number).status == "held"
