"""Programs come in by keys: as far as the key's scopes and its maker reach, and nowhere that is for people."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts import services
from apps.accounts.api.examples import api_keys as examples
from apps.accounts.models import ApiKey, AuditEntry, Membership, Organization, User
from apps.core.errors import TokenInvalid
from apps.core.tenancy import organization_scope
from apps.messaging import consumers
from tests.conftest import client_of, make_contact, make_member
from tests.core.schema import DocumentedClient

KEYS, CONTACTS = "/api/v1/api-keys/", "/api/v1/contacts/"


def program(text: str, header: str = "HTTP_AUTHORIZATION") -> DocumentedClient:
    client = DocumentedClient()
    client.credentials(**{header: f"Bearer {text}" if header == "HTTP_AUTHORIZATION" else text})
    return client


def made(api: DocumentedClient, **values: Any) -> dict[str, Any]:
    answer = api.post(KEYS, {"name": "Loja", "scopes": ["contacts.view"]} | values)
    assert answer.status_code == 201, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).removeprefix("/problems/")


def test_a_key_is_shown_once_and_its_hash_is_kept(owners_api: DocumentedClient, organization: Organization) -> None:
    key = made(owners_api, **examples.NEW_API_KEY)
    assert key["key"].startswith(f"pk_{key['prefix']}_")
    shown = [owners_api.get(f"{KEYS}{key['id']}/").json(), *owners_api.get(KEYS).json()["results"]]
    assert [each["id"] for each in shown] == [key["id"]] * 2
    with organization_scope(organization):
        rows = [*ApiKey.objects.for_organization(organization).values()]
        entries = [*AuditEntry.objects.for_organization(organization).values()]
    secret = key["key"].removeprefix(f"pk_{key['prefix']}_")
    assert secret not in str((shown, rows, entries))


def test_a_repeated_request_makes_no_second_key_and_is_answered_none(owners_api: DocumentedClient) -> None:
    first, second = (
        owners_api.post(KEYS, {"name": "Loja", "scopes": ["contacts.view"]}, headers={"Idempotency-Key": "once"})
        for _ in range(2)
    )
    assert first.status_code == 201
    assert problem(second) == (409, "shown-once")
    assert first.json()["key"] not in second.content.decode()
    assert len(owners_api.get(KEYS).json()["results"]) == 1


@pytest.mark.parametrize("header", ["HTTP_AUTHORIZATION", "HTTP_X_API_KEY"])
def test_a_key_opens_its_scopes_and_nothing_else(
    owners_api: DocumentedClient, organization: Organization, header: str
) -> None:
    make_contact(organization)
    shop = program(made(owners_api)["key"], header)
    assert len(shop.get(CONTACTS).json()["results"]) == 1
    assert shop.post(CONTACTS, {"phone": "+55 11 98765-4321"}).status_code == 403
    assert shop.get("/api/v1/members/").status_code == 403


def test_what_concerns_people_is_closed_to_keys(owners_api: DocumentedClient) -> None:
    shop = program(made(owners_api)["key"])
    for method, path in [
        ("get", "auth/me/"), ("patch", "auth/me/"), ("post", "auth/logout/"), ("post", "auth/switch/"),
        ("get", "api-keys/"), ("post", "users/me/leave/"),
    ]:  # fmt: skip
        assert getattr(shop, method)(f"/api/v1/{path}").status_code == 403, path
    assert shop.get("/api/v1/auth/verify/").json()["valid"] is True


def test_a_key_gets_no_more_than_its_maker_has_and_nothing_that_is_for_people(
    agent: User, organization: Organization, owners_api: DocumentedClient
) -> None:
    for scope in ("organization.own", "api_keys.manage", "security.manage", "contacts.fly"):
        refused = owners_api.post(KEYS, {"name": "Loja", "scopes": [scope]})
        assert problem(refused) == (400, "unknown-permission")
        assert refused.json()["errors"][0]["field"] == "scopes"
    with organization_scope(organization):
        members = Membership.objects.for_organization(organization).filter(user=agent)
        members.update(extra_permissions=["api_keys.manage"])
    refused = client_of(agent, organization).post(KEYS, {"name": "Loja", "scopes": ["numbers.manage"]})
    assert problem(refused) == (403, "may-not-grant")


def test_a_key_loses_what_its_maker_loses_and_ends_when_they_leave(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    maker = make_member(organization, role="admin")
    key = made(client_of(maker, organization), scopes=["contacts.view", "contacts.edit"])
    shop, contact = program(key["key"]), {"phone": "+55 11 98765-4321"}
    make_member(organization, role="viewer", email=maker.email)
    assert (shop.get(CONTACTS).status_code, shop.post(CONTACTS, contact).status_code) == (200, 403)
    services.set_user_active(user=maker, active=False)
    assert problem(shop.get(CONTACTS)) == (401, "token-invalid")
    services.set_user_active(user=maker, active=True)
    assert problem(shop.get(CONTACTS)) == (401, "token-invalid"), "it was revoked for good"


def test_a_key_ends_when_it_is_revoked_when_it_expires_and_for_whoever_guesses(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    revoked, expiring = made(owners_api), made(owners_api, expires_at=timezone.now() + timedelta(days=1))
    assert owners_api.post(KEYS, examples.NEW_API_KEY | {"expires_at": "2020-01-01T00:00:00Z"}).status_code == 400
    assert program(expiring["key"]).get(CONTACTS).status_code == 200
    assert owners_api.delete(f"{KEYS}{revoked['id']}/").status_code == 204
    assert owners_api.delete(f"{KEYS}{revoked['id']}/").status_code == 404
    with organization_scope(organization):
        living = ApiKey.objects.for_organization(organization).filter(pk=expiring["id"])
        living.update(expires_at=timezone.now())
    wrong = [revoked["key"], expiring["key"], f"pk_{expiring['prefix']}_x", f"pk_{expiring['prefix']}", "pk_é_x", "pk_"]
    for text in wrong:
        assert problem(program(text.encode().decode("latin-1")).get(CONTACTS)) == (401, "token-invalid")


def test_a_key_is_renamed_and_all_that_happens_to_it_is_in_the_audit_log(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    key = made(owners_api, scopes=["contacts.view", "contacts.edit"])
    assert owners_api.patch(f"{KEYS}{key['id']}/", examples.API_KEY_NAME).json()["name"] == "Loja virtual, pedidos"
    owners_api.delete(f"{KEYS}{key['id']}/")
    with organization_scope(organization):
        entries = AuditEntry.objects.for_organization(organization).filter(target_id=key["id"]).order_by("pk")
        assert [each.action for each in entries] == ["api_keys.created", "api_keys.renamed", "api_keys.revoked"]


def test_the_last_use_is_written_once_a_minute(owners_api: DocumentedClient, organization: Organization) -> None:
    key = made(owners_api)
    shop = program(key["key"])
    written = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            shop.get(CONTACTS)
        written.append(any('UPDATE "accounts_apikey"' in each["sql"] for each in queries))
    assert written == [True, False, False]
    assert owners_api.get(f"{KEYS}{key['id']}/").json()["last_used_at"]


def test_a_key_has_a_rate_of_its_own(owners_api: DocumentedClient) -> None:
    shop = program(made(owners_api, requests_per_minute=3)["key"])
    answers = [shop.get(CONTACTS) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[0]["X-RateLimit-Limit"] == "3"
    assert 0 < int(answers[3]["Retry-After"]) <= 20
    assert program(made(owners_api)["key"]).get(CONTACTS).status_code == 200, "each key has its own"


def test_sockets_take_no_keys(owners_api: DocumentedClient) -> None:
    with pytest.raises(TokenInvalid):
        consumers.access_of_token(made(owners_api)["key"])


def test_what_a_program_does_is_written_down_as_the_programs(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    key = made(owners_api, scopes=["departments.manage", "members.view"])
    answer = program(key["key"]).post("/api/v1/departments/", {"name": "Suporte"})
    assert answer.status_code == 201, answer.json()
    with organization_scope(organization):
        entry = AuditEntry.objects.for_organization(organization).get(action__startswith="department")
    assert (entry.actor_kind, str(entry.actor_id)) == ("api_key", key["id"])
