"""What is done with a number at Meta, and what Meta says of it, against the simulator as a process of its own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import Organization
from apps.core.tenancy import all_organizations, organization_scope
from apps.core.wake import run
from apps.notifications.models import Notice
from apps.whatsapp.models import MetaApp, Number
from tests.accounts.people import audited
from tests.conftest import make_app, make_media, make_number, make_organization
from tests.core.samples import PICTURE
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import deliver, drain
from tests.stack import Stack
from tests.whatsapp.simulated import Box, Simulated

CUSTOMER = "5511987654321"


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
    return f"/api/v1/numbers/{number.pk}/{rest}"


def now(number: Number) -> Number:
    with organization_scope(number.organization_id):
        return Number.objects.in_scope().get(pk=number.pk)


def account(simulator: Simulated, number: Number, **changes: Any) -> Any:
    return simulator.control("PATCH", f"accounts/{number.phone_number_id}", changes)


def notices(organization: Organization) -> list[tuple[str, str]]:
    with organization_scope(organization):
        rows = Notice.objects.for_organization(organization).order_by("pk")
        return [(each.kind, each.values.get("what", "")) for each in rows]


# --- Registration -------------------------------------------------------------------------------------------------


def test_a_number_is_verified_registered_renamed_and_taken_off_again(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    account(simulator, number, verification="NOT_VERIFIED", pin="111111")
    early = owners_api.post(of(number, "register/"), {"pin": "493817"})
    assert (early.status_code, early.json()["type"]) == (422, "/problems/number-refused")
    assert owners_api.post(of(number, "request-code/"), {"method": "SMS"}).status_code == 204
    code = simulator.control("GET", f"accounts/{number.phone_number_id}")["code"]
    wrong = owners_api.post(of(number, "verify-code/"), {"code": "000000" if code != "000000" else "111111"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "code")
    assert owners_api.post(of(number, "verify-code/"), {"code": code}).json()["verification_status"] == "VERIFIED"
    refused = owners_api.post(of(number, "register/"), {"pin": "493817"})
    assert "133005" in refused.json()["detail"]
    assert owners_api.post(of(number, "two-step-pin/"), {"pin": "493817"}).status_code == 204
    assert owners_api.post(of(number, "display-name/"), {"name": "Padaria da Olga"}).json()["name_status"] == (
        "PENDING_REVIEW"
    )
    account(simulator, number, name="APPROVED")
    simulator.tells(number, lambda: now(number).name_status == "APPROVED")
    registered = owners_api.post(of(number, "register/"), {"pin": "493817", "region": "BR"}).json()
    assert (registered["status"], registered["verified_name"]) == ("connected", "Padaria da Olga")
    left = owners_api.post(of(number, "deregister/")).json()
    assert (left["status"], left["is_active"]) == ("disconnected", False)
    done = [each.removeprefix("numbers.") for each in audited(organization) if "tested" not in each]
    assert done == [
        "code_requested", "verified", "pin_set", "name_requested", "told_by_whatsapp", "registered", "deregistered",
    ]  # fmt: skip
    assert ("account_news", "phone_number_name_update.APPROVED") in notices(organization)


def test_a_number_of_the_phones_app_is_neither_registered_nor_taken_off(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    number = make_number(organization, is_on_phone_app=True)
    for action in ("register/", "deregister/"):
        refused = owners_api.post(of(number, action), {"pin": "493817"} if action == "register/" else {})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/in-phones-app")


def test_agents_do_none_of_it(api: DocumentedClient, organization: Organization) -> None:
    number = make_number(organization)
    calls = [
        ("register/", {"pin": "493817"}), ("two-step-pin/", {"pin": "493817"}), ("display-name/", {"name": "A"}),
        ("qr-codes/", {"prefilled_message": "Oi"}), ("blocked-users/", {"phone": CUSTOMER}),
    ]  # fmt: skip
    assert {api.post(of(number, path), body).status_code for path, body in calls} == {403}
    assert api.patch(of(number, "profile/"), {"about": "Oi"}).status_code == 403


# --- What customers see -------------------------------------------------------------------------------------------


def test_the_profile_is_written_with_its_picture_and_read_back(
    owners_api: DocumentedClient, organization: Organization, number: Number
) -> None:
    name = default_storage.save("profile.png", ContentFile(PICTURE))
    picture = make_media(organization, file=name, size=len(PICTURE))
    wanted = {"about": "Pão às 6h", "websites": ["https://aurora.example/"], "vertical": "RESTAURANT"}
    changed = owners_api.patch(of(number, "profile/"), wanted | {"picture_id": str(picture.pk)})
    assert changed.status_code == 200, changed.content
    profile = owners_api.get(of(number, "profile/")).json()
    assert {name: profile[name] for name in wanted} == wanted
    assert profile["profile_picture_url"]
    assert now(number).profile["about"] == "Pão às 6h"
    theirs = make_media(make_organization("Mercado Sol"), file=name, size=len(PICTURE))
    refused = owners_api.patch(of(number, "profile/"), {"picture_id": str(theirs.pk)})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "picture_id")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("profile/", {"about": "x" * 140}, "about"),
        ("profile/", {"description": "x" * 513}, "description"),
        ("profile/", {"websites": ["ftp://a.example"]}, "websites.0"),
        ("profile/", {"websites": ["https://a.example"] * 3}, "websites"),
        ("profile/", {"picture_id": "019abc00-0000-7000-8000-000000000001"}, "picture_id"),
        ("automation/", {"prompts": ["a"] * 5, "commands": []}, "prompts"),
        ("automation/", {"prompts": ["Oi 😀"], "commands": []}, "prompts[0]"),
        (
            "automation/",
            {"prompts": [], "commands": [{"command_name": "x" * 33, "command_description": "a"}]},
            "commands[0].command_name",
        ),
        ("qr-codes/", {"prefilled_message": "x" * 141}, "prefilled_message"),
        ("blocked-users/", {}, "phone"),
    ],
)
def test_what_meta_would_not_take_is_refused_by_its_field(
    owners_api: DocumentedClient, organization: Organization, path: str, body: dict[str, Any], field: str
) -> None:
    call = {"profile/": owners_api.patch, "automation/": owners_api.put}.get(path, owners_api.post)
    refused = call(of(make_number(organization), path), body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)


def test_ice_breakers_short_links_and_blocks(
    owners_api: DocumentedClient, number: Number, simulator: Simulated
) -> None:
    wanted = {"prompts": ["Quero encomendar"], "commands": [{"command_name": "pedido", "command_description": "Ver"}]}
    assert owners_api.put(of(number, "automation/"), wanted).json() == wanted
    assert owners_api.get(of(number, "automation/")).json() == wanted
    made = owners_api.post(of(number, "qr-codes/"), {"prefilled_message": "Oi", "image": "PNG"}).json()
    assert made["qr_image_url"].endswith(".png")
    changed = owners_api.patch(of(number, f"qr-codes/{made['code']}/"), {"prefilled_message": "Olá"}).json()
    assert (changed["code"], changed["prefilled_message"]) == (made["code"], "Olá")
    assert len(owners_api.get(of(number, "qr-codes/")).json()["results"]) == 1
    assert owners_api.delete(of(number, f"qr-codes/{made['code']}/")).status_code == 204
    assert owners_api.get(of(number, "qr-codes/")).json()["results"] == []
    stranger = owners_api.post(of(number, "blocked-users/"), {"phone": CUSTOMER})
    assert (stranger.status_code, stranger.json()["type"]) == (422, "/problems/block-not-possible")
    simulator.control("POST", "inbound", {
        "phone_number_id": number.phone_number_id, "from": CUSTOMER, "text": {"body": "Oi"},
    })  # fmt: skip
    assert owners_api.post(of(number, "blocked-users/"), {"phone": CUSTOMER}).status_code == 204
    assert len(owners_api.get(of(number, "blocked-users/")).json()["results"]) == 1
    assert owners_api.post(of(number, "blocked-users/unblock/"), {"phone": CUSTOMER}).status_code == 204
    assert owners_api.get(of(number, "blocked-users/")).json() == {"results": [], "after": None}


# --- Sign-up ------------------------------------------------------------------------------------------------------


@pytest.fixture
def offered(settings: Settings, db: None) -> MetaApp:
    settings.META_APP_ID, settings.META_APP_SECRET, settings.META_CONFIG_ID = "9000001", "s3cret", "77"
    with all_organizations("a test's app of the installation"):
        return MetaApp.objects.across_organizations().create(
            organization=None, app_id="9000001", secret="s3cret", name="Ours"
        )


@pytest.fixture
def coming(organization: Organization, simulator: Simulated, settings: Settings, offered: MetaApp) -> Number:
    """A number that is at Meta, and not here."""
    settings.WHATSAPP_GRAPH_URL = simulator.url
    number = Number(
        organization=organization, app=offered, phone_number_id="2000009", waba_id="1000009",
        access_token="a business token", display_phone_number="+55 11 4002-8922",
    )  # fmt: skip
    simulator.begin(number)
    return number


def sign_up(api: DocumentedClient, simulator: Simulated, number: Number, **more: Any) -> Any:
    told = simulator.control("POST", f"accounts/{number.phone_number_id}/signup")
    ids = {name: told["message"]["data"][name] for name in ("phone_number_id", "waba_id")}
    return api.post("/api/v1/numbers/embedded-signup/", {"code": told["code"], "pin": "493817"} | ids | more)


def test_somebody_signs_up_with_their_number(
    owners_api: DocumentedClient, organization: Organization, coming: Number, simulator: Simulated
) -> None:
    offer = owners_api.get("/api/v1/numbers/embedded-signup/offer/").json()
    assert (offer["is_offered"], offer["app_id"], offer["config_id"]) == (True, "9000001", "77")
    answer = sign_up(owners_api, simulator, coming, waac_id="44")
    assert answer.status_code == 201, answer.content
    number = answer.json()
    assert (number["status"], number["status_detail"], number["webhook_url"]) == (
        "connected",
        "",
        number["webhook_url"],
    )
    assert "a business token" not in answer.content.decode()
    with organization_scope(organization):
        row = Number.objects.in_scope().get(pk=number["id"])
    assert (row.access_token, row.portfolio_id, row.settings) == (
        "a business token", "31000009", {"whatsapp_account_id": "44"},
    )  # fmt: skip
    again = sign_up(owners_api, simulator, coming)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/number-taken")
    used = owners_api.post(
        "/api/v1/numbers/embedded-signup/", {"code": "used", "phone_number_id": "5", "waba_id": "1000009"}
    )
    assert (used.status_code, used.json()["type"]) == (422, "/problems/signup-refused")
    assert "numbers.connected" in audited(organization)


def test_a_code_for_another_account_connects_nothing(
    owners_api: DocumentedClient, coming: Number, simulator: Simulated
) -> None:
    refused = sign_up(owners_api, simulator, coming, waba_id="31337")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "waba_id")
    assert owners_api.get("/api/v1/numbers/").json()["results"] == []


def test_a_number_of_the_phones_app_hands_its_history_over_and_keeps_its_pin(
    owners_api: DocumentedClient, coming: Number, simulator: Simulated
) -> None:
    simulator.control("PUT", f"numbers/{coming.phone_number_id}", {"coexistence": True})
    number = sign_up(owners_api, simulator, coming, pin="493817").json()
    assert (number["is_on_phone_app"], number["messages_per_second"]) == (True, 20)
    state = simulator.control("GET", f"accounts/{coming.phone_number_id}")
    assert (state["synced"], state["pin"]) == (["smb_app_state_sync", "history"], "")


def test_without_an_app_of_the_installation_nothing_is_offered(owners_api: DocumentedClient) -> None:
    assert owners_api.get("/api/v1/numbers/embedded-signup/offer/").json()["is_offered"] is False
    refused = owners_api.post("/api/v1/numbers/embedded-signup/", {"code": "a", "phone_number_id": "5", "waba_id": "6"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/signup-not-offered")


def test_webhooks_that_were_switched_off_at_meta_are_subscribed_to_again(
    owners_api: DocumentedClient, number: Number, simulator: Simulated
) -> None:
    simulator.graph("DELETE", f"{number.waba_id}/subscribed_apps")
    owners_api.post(of(number, "test/"))
    assert owners_api.get(of(number, "health/")).json()["webhook"]["is_subscribed"] is False
    assert owners_api.post(of(number, "subscribe/")).json()["status"] == "connected"
    assert owners_api.get(of(number, "health/")).json()["webhook"]["is_subscribed"] is True


# --- Health -------------------------------------------------------------------------------------------------------


def test_the_background_finds_out_that_a_token_ends_and_then_that_it_ended(
    owners_api: DocumentedClient, organization: Organization, number: Number, simulator: Simulated
) -> None:
    soon = int((timezone.now() + timedelta(days=6)).timestamp())
    account(simulator, number, token={"expires_at": soon, "scopes": ["whatsapp_business_messaging"]})
    for _ in range(2):  # whoever was told isn't told again
        ask_again(number)
    health = owners_api.get(of(number, "health/")).json()
    assert (health["token"]["is_valid"], health["token"]["missing_scopes"]) == (True, ["whatsapp_business_management"])
    assert health["token"]["expires_at"].startswith(f"{timezone.now() + timedelta(days=6):%Y-%m-%d}")
    assert (health["webhook"]["is_subscribed"], health["account"]["has_payment_method"]) == (True, True)
    assert [each["type"] for each in health["entities"]] == ["PHONE_NUMBER", "WABA", "BUSINESS", "APP"]
    assert [kind for kind, _ in notices(organization)] == ["token_ends"]
    account(simulator, number, token={"is_valid": False})
    ask_again(number)
    health = owners_api.get(of(number, "health/")).json()
    assert (health["status"], health["token"]["is_valid"]) == ("held", False)
    assert [kind for kind, _ in notices(organization)] == ["token_ends", "number_trouble"]
    account(simulator, number, token={"is_valid": True, "expires_at": 0})
    ask_again(number)
    assert now(number).status == "held"
    assert owners_api.post(of(number, "test/")).json()["status"] == "connected"


def ask_again(number: Number) -> None:
    """As if a quarter of an hour had passed."""
    with organization_scope(number.organization_id):
        Number.objects.in_scope().filter(pk=number.pk).update(checked_at=timezone.now() - timedelta(hours=1))
    run("whatsapp.refresh_numbers")


def test_a_webhook_leaves_its_time_with_the_number_once_a_minute(number: Number) -> None:
    value = {"metadata": {"phone_number_id": number.phone_number_id}, "statuses": []}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1000001", "changes": [
        {"field": "messages", "value": value}
    ]}]}  # fmt: skip
    deliver(number, body)
    drain()
    seen = now(number).webhook_seen_at
    assert seen is not None
    deliver(number, body)
    drain()
    assert now(number).webhook_seen_at == seen


# --- What webhooks tell -------------------------------------------------------------------------------------------

UPDATE = "account_update"
PHONE = "551140028922"
TOLD: list[tuple[str, dict[str, Any], dict[str, Any], tuple[str, str] | None]] = [
    (
        "phone_number_quality_update",
        {"display_phone_number": PHONE, "event": "THROUGHPUT_UPGRADE",
         "max_daily_conversations_per_business": "TIER_UNLIMITED"},
        {"messages_per_second": 1000, "throughput": "HIGH", "messaging_limit": "TIER_UNLIMITED"},
        ("account_news", "phone_number_quality_update.THROUGHPUT_UPGRADE"),
    ),
    (
        "phone_number_quality_update", {"display_phone_number": PHONE, "event": "FLAGGED"}, {"quality_rating": "RED"},
        ("account_trouble", "phone_number_quality_update.FLAGGED"),
    ),
    (
        "phone_number_name_update",
        {"display_phone_number": PHONE, "decision": "REJECTED", "rejection_reason": "NAME_NOT_CONSISTENT"},
        {"name_status": "DECLINED"}, ("account_warning", "phone_number_name_update.REJECTED"),
    ),
    (
        "business_username_updates", {"display_phone_number": PHONE, "username": "aurora", "status": "approved"},
        {"username": "aurora"}, ("account_news", "business_username_updates.approved"),
    ),
    (
        "business_username_update", {"display_phone_number": PHONE, "status": "deleted", "context": "revoked"},
        {"username": ""}, ("account_trouble", "business_username_updates.revoked"),
    ),
    (
        UPDATE, {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, {"status": "held"},
        ("number_trouble", ""),
    ),
    (
        UPDATE, {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}},
        {"status": "connected"}, ("account_trouble", "account_update.DISABLED_UPDATE.SCHEDULE_FOR_DISABLE"),
    ),
    (
        UPDATE, {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}}, {"status": "connected"},
        ("account_trouble", "account_update.ACCOUNT_VIOLATION"),
    ),
    (
        UPDATE, {"event": "ACCOUNT_RESTRICTION", "restriction_info": [
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 4102444800}]},
        {"restrictions": [{"type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "until": "2100-01-01T00:00:00+00:00",
                           "remediation": ""}]},
        ("account_trouble", "account_update.ACCOUNT_RESTRICTION"),
    ),
    (
        UPDATE, {"event": "PARTNER_REMOVED", "phone_number": PHONE, "waba_info": {"waba_id": "1000001"},
                 "disconnection_info": {"reason": "PRIMARY_INACTIVITY", "initiated_by": "SYSTEM"}},
        {"status": "disconnected", "is_active": False}, ("account_trouble", "account_update.PARTNER_REMOVED"),
    ),
    (UPDATE, {"event": "PARTNER_ADDED"}, {"status": "connected"}, ("account_news", "account_update.PARTNER_ADDED")),
    (UPDATE, {"event": "SOMETHING_NEW", "phone_number": "551199"}, {"status": "connected"}, None),
    (UPDATE, {"event": "SOMETHING_NEW"}, {"status": "connected"}, ("account_warning", "unknown")),
    (
        "account_alerts", {"entity_type": "BUSINESS", "alert_info": {"alert_type": "OBA_APPROVED"}},
        {"is_official": True}, ("account_news", "account_alerts.OBA_APPROVED"),
    ),
    ("account_review_update", {"decision": "REJECTED"}, {}, ("account_trouble", "account_review_update.REJECTED")),
    (
        "account_settings_update",
        {"type": "PHONE_NUMBER_SETTINGS", "phone_number_settings": {"phone_number_id": "2000001"}}, {}, None,
    ),
    (
        "business_capability_update", {"max_daily_conversations_per_business": 2000}, {"messaging_limit": "TIER_2K"},
        ("account_news", "business_capability_update"),
    ),
    (
        "business_capability_update", {"max_daily_conversation_per_phone": -1}, {"messaging_limit": "TIER_UNLIMITED"},
        ("account_news", "business_capability_update"),
    ),
    (
        "business_status_update", {"business_id": 3, "event": "COMPROMISED_NOTIFICATION"}, {},
        ("account_trouble", "business_status_update.COMPROMISED_NOTIFICATION"),
    ),
    (
        "security", {"display_phone_number": PHONE, "event": "PIN_CHANGED"}, {},
        ("account_trouble", "security.PIN_CHANGED"),
    ),
    (
        "payment_configuration_update", {"configuration_name": "pg", "status": "Active"}, {},
        ("account_news", "payment_configuration_update.Active"),
    ),
    ("account_update", {}, {}, ("account_warning", "unknown")),
    ("account_alerts", {"alert_info": 5}, {}, ("account_warning", "unknown")),
]  # fmt: skip


def test_whatever_meta_tells_of_numbers_and_accounts_is_kept_and_told_once(
    organization: Organization, owner: Any
) -> None:
    for at, (field, value, columns, notice) in enumerate(TOLD):
        number = make_number(organization, waba_id=f"10{at}", phone_number_id=f"200{at}", portfolio_id=f"30{at}")
        value = {**value}
        if "waba_info" in value:
            value["waba_info"] = {"waba_id": number.waba_id}
        if "phone_number_settings" in value:
            value["phone_number_settings"] = {"phone_number_id": number.phone_number_id}
        by_portfolio = field == "business_status_update" or "waba_info" in value
        entry = {"id": number.portfolio_id if by_portfolio else number.waba_id}
        body = {"object": "whatsapp_business_account", "entry": [entry | {"changes": [
            {"field": field, "value": value}
        ]}]}  # fmt: skip
        before = len(notices(organization))
        deliver(number, body, body)
        drain()
        row = now(number)
        assert {name: getattr(row, name) for name in columns} == columns, (field, value)
        assert notices(organization)[before:] == ([notice] if notice else []), (field, value)


def test_what_meta_lifts_lets_a_number_send_again(
    organization: Organization, number: Number, simulator: Simulated
) -> None:
    account(simulator, number, ban="DISABLE")
    simulator.tells(number, lambda: now(number).status == "held")
    account(simulator, number, ban="REINSTATE", limit="TIER_10K", review="REJECTED")
    simulator.tells(number, lambda: now(number).health.get("account", {}).get("review_status") == "REJECTED")
    simulator.tells(number, lambda: (now(number).status, now(number).messaging_limit) == ("connected", "TIER_10K"))


# --- Shop, username, webhooks -------------------------------------------------------------------------------------


def test_the_shop_and_the_username_are_asked_of_meta_and_changed_there(
    owners_api: DocumentedClient, organization: Organization, number: Number
) -> None:
    shop = of(number, "commerce/")
    assert owners_api.get(shop).json() == {"is_catalog_visible": False, "is_cart_enabled": True}
    assert owners_api.patch(shop, {"is_catalog_visible": True}).json()["is_catalog_visible"] is True
    assert owners_api.get(shop).json() == {"is_catalog_visible": True, "is_cart_enabled": True}
    name = of(number, "username/")
    first = owners_api.get(name).json()
    assert (first["username"], first["status"], len(first["suggestions"])) == ("", "", 3)
    for wrong in ("ab", "Ana", ".ana", "12345", "aurora.com"):
        refused = owners_api.put(name, {"username": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "username"), wrong
    held = owners_api.put(name, {"username": "hold.aurora"}).json()
    assert (held["status"], now(number).username) == ("reserved", "")
    assert owners_api.delete(name).status_code == 204
    assert owners_api.put(name, {"username": "padaria.aurora"}).json()["status"] == "approved"
    assert now(number).username == "padaria.aurora"
    assert owners_api.delete(name).status_code == 204
    assert (owners_api.get(name).json()["username"], now(number).username) == ("", "")
    done = [each.removeprefix("numbers.") for each in audited(organization)]
    assert done == ["commerce_changed", "username_requested", "username_deleted", "username_requested",
                    "username_deleted"]  # fmt: skip


def test_webhooks_of_a_number_or_its_account_are_sent_here(
    owners_api: DocumentedClient, number: Number, simulator: Simulated, settings: Settings
) -> None:
    settings.PUBLIC_URL = other = Box().url.rstrip("/")
    url, ours = of(number, "webhooks/"), number.app.webhook_url
    assert ours.startswith(other)
    before = owners_api.get(url).json()
    assert (before["number"], before["account"]) == ("", "")
    assert owners_api.put(url, {"of": "number"}).json() == before | {"number": ours}
    assert owners_api.put(url, {"of": "account"}).json() == before | {"number": ours, "account": ours}
    assert owners_api.post(f"{url}end-override/", {"of": "number"}).json() == before | {"account": ours}
    assert owners_api.post(f"{url}end-override/", {"of": "account"}).json() == before
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    refused = owners_api.put(url, {"of": "number"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/number-refused")
    assert owners_api.put(url, {"of": "everything"}).json()["errors"][0]["field"] == "of"
