"""Secrets as people keep them, through the API."""

import json
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import AuditEntry, Organization, User
from apps.core.models import IdempotencyKey
from apps.core.tenancy import organization_scope
from apps.vault import registry
from apps.vault.models import Secret
from tests.conftest import client_of, make_member, make_organization, make_secret
from tests.core.schema import DocumentedClient

URL = "/api/v1/secrets/"
VALUE = "sk-çebola-4f9a2c"
BOT, OTHER_BOT = uuid4(), uuid4()


def url_of(secret: Secret, verb: str = "") -> str:
    return f"{URL}{secret.pk}/{verb}"


def names(answer: Any) -> list[str]:
    return [secret["name"] for secret in answer.json()["results"]]


def audited(organization: Organization) -> list[AuditEntry]:
    with organization_scope(organization):
        entries = AuditEntry.objects.for_organization(organization).filter(action__startswith="secrets.")
        return list(entries.order_by("pk"))


def everything_stored(organization: Organization) -> str:
    """All that the tables of secrets, of the audit log and of kept answers hold, as text."""
    tables = ("vault_secret", "accounts_auditentry", "core_idempotencykey", "core_logentry")
    with organization_scope(organization), connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


@pytest.fixture
def supervisors_api(organization: Organization) -> DocumentedClient:
    return client_of(make_member(organization, role="supervisor"), organization)


def test_a_new_secret_is_shown_without_its_value(owners_api: DocumentedClient, organization: Organization) -> None:
    answer = owners_api.post(URL, {"name": "openai_key", "value": VALUE, "labels": {"team": "bots"}})
    assert answer.status_code == 201
    shown = answer.json()
    assert VALUE not in answer.content.decode()
    assert (shown["scope"], shown["chatbot_id"], shown["provider"]) == ("organization", None, "fernet")
    assert (shown["usage_count"], shown["last_used_at"], shown["labels"]) == (0, None, {"team": "bots"})
    assert owners_api.get(f"{URL}{shown['id']}/").json() == shown
    assert VALUE not in everything_stored(organization)
    assert [entry.action for entry in audited(organization)] == ["secrets.created"]


def test_a_look_at_a_value_is_written_down_and_kept_nowhere(
    owners_api: DocumentedClient, owner: User, organization: Organization
) -> None:
    secret = make_secret(organization, value=VALUE)
    answer = owners_api.post(url_of(secret, "reveal/"), HTTP_IDEMPOTENCY_KEY="once")
    assert answer.json() == {"value": VALUE}
    assert answer["Cache-Control"] == "no-store"
    entry = audited(organization)[-1]
    assert (entry.action, entry.actor_id, entry.target_id) == ("secrets.revealed", owner.pk, str(secret.pk))
    assert VALUE not in everything_stored(organization)
    with organization_scope(organization):
        assert not IdempotencyKey.objects.for_organization(organization).exists()


def test_who_may_do_what(api: DocumentedClient, supervisors_api: DocumentedClient, organization: Organization) -> None:
    secret = make_secret(organization)
    admins_api = client_of(make_member(organization, role="admin"), organization)
    assert [each.get(URL).status_code for each in (api, supervisors_api, admins_api)] == [403, 200, 200]
    for verb in ("reveal/", "validate/", "rotate-key/"):
        answers = [each.post(url_of(secret, verb)).status_code for each in (api, supervisors_api, admins_api)]
        assert answers == [403, 403, 200]
    assert supervisors_api.patch(url_of(secret), {"is_active": False}).status_code == 403
    assert supervisors_api.delete(url_of(secret)).status_code == 403


def test_what_is_changed_and_rotated(owners_api: DocumentedClient, organization: Organization) -> None:
    secret = make_secret(organization, value=VALUE)
    shown = owners_api.patch(url_of(secret), {"display_name": "OpenAI", "is_active": False}).json()
    assert (shown["display_name"], shown["is_active"], shown["name"]) == ("OpenAI", False, "openai_key")
    changed = audited(organization)[-1].changes
    assert changed["before"] == {"display_name": "", "is_active": True}
    rotated = owners_api.post(url_of(secret, "rotate/"), {"new_value": "alho"}).json()
    assert rotated["rotated_at"] > shown["rotated_at"]
    assert owners_api.post(url_of(secret, "reveal/")).json() == {"value": "alho"}
    owners_api.patch(url_of(secret), {"value": " alecrim\n"})
    assert owners_api.post(url_of(secret, "reveal/")).json() == {"value": " alecrim\n"}
    actions = [entry.action.removeprefix("secrets.") for entry in audited(organization)]
    assert actions == ["created", "changed", "rotated", "revealed", "rotated", "revealed"]
    assert owners_api.delete(url_of(secret)).status_code == 204
    assert owners_api.post(url_of(secret, "reveal/")).status_code == 404
    assert "alho" not in everything_stored(organization)


@pytest.mark.parametrize("value", ["", "   ", None, "a\0b", "\ud800", "x" * 65_537, "é" * 32_769], ids=count())
def test_a_value_that_is_none_or_too_much_is_refused(owners_api: DocumentedClient, value: Any) -> None:
    body = json.dumps({"name": "key", "value": value})  # escapes are how odd characters get through
    answer = owners_api.generic("POST", URL, body, "application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "value"


@pytest.mark.parametrize("value", ["x" * 65_536, "é" * 32_768, "‮🔑\r\n\t e\u0301", '{"a": "\\u0000"}'], ids=count())
def test_odd_values_come_back_as_they_were(owners_api: DocumentedClient, value: str) -> None:
    secret = owners_api.post(URL, {"name": "key", "value": value}).json()
    assert owners_api.post(f"{URL}{secret['id']}/reveal/").json() == {"value": value}


@pytest.mark.parametrize("name", ["", "Key", "key-1", "ключ", "key\n", "a" * 101, "k y", "clé", "key٣"], ids=count())
def test_a_name_has_small_letters_digits_and_underscores(owners_api: DocumentedClient, name: str) -> None:
    answer = owners_api.post(URL, {"name": name, "value": VALUE})
    if name == "key\n":  # what surrounds a name is not of it
        assert (answer.status_code, answer.json()["name"]) == (201, "key")
    else:
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "name")


def test_a_name_is_one_secrets_in_the_organization_and_in_each_chatbot(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    make_secret(make_organization("Floricultura Boreal"), name="key")
    for chatbot in (None, BOT, OTHER_BOT):
        body = {"name": "key", "value": VALUE, "chatbot_id": chatbot and str(chatbot)}
        assert owners_api.post(URL, body).status_code == 201
        assert owners_api.post(URL, body).json()["type"] == "/problems/name-taken"
    assert len(audited(organization)) == 3


def test_a_scope_and_its_chatbot_fit(owners_api: DocumentedClient) -> None:
    for body in ({"scope": "chatbot"}, {"scope": "organization", "chatbot_id": str(BOT)}):
        answer = owners_api.post(URL, {"name": "key", "value": VALUE, **body})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "chatbot_id")


def test_a_secret_is_of_a_chatbot_that_there_is(
    owners_api: DocumentedClient, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(chatbot_id: UUID, **more: str) -> tuple[int, str]:
        answer = owners_api.post(URL, {"name": "key", "value": VALUE, "chatbot_id": str(chatbot_id), **more})
        return answer.status_code, answer.json().get("type", "")

    monkeypatch.setattr(registry, "_who_know", [])
    assert ask(BOT) == ask(BOT, scope="chatbot") == (400, "/problems/no-such-chatbot")
    registry.knows_chatbots(lambda whose, bot: (whose, bot) == (organization.pk, BOT))
    assert ask(OTHER_BOT) == (400, "/problems/no-such-chatbot")
    assert ask(BOT) == (201, "")


def test_the_list_is_by_display_name_and_a_chatbot_sees_no_other_ones(
    owners_api: DocumentedClient, organization: Organization, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_secret(organization, name="common", display_name="Z")
    make_secret(organization, name="bots", display_name="B", chatbot_id=BOT)
    make_secret(organization, name="others", display_name="C", chatbot_id=OTHER_BOT, is_active=False)
    for number in range(5):
        make_secret(organization, name=f"a{number}", display_name="A")
    with django_assert_max_num_queries(12):
        assert names(owners_api.get(URL)) == [*(f"a{number}" for number in range(5)), "bots", "others", "common"]
    assert names(owners_api.get(URL, {"chatbot_id": str(BOT)}))[5:] == ["bots", "common"]
    assert names(owners_api.get(URL, {"scope": "chatbot", "chatbot_id": str(BOT)})) == ["bots"]
    assert names(owners_api.get(URL, {"is_active": "false"})) == ["others"]
    assert owners_api.get(URL, {"scope": "galaxy"}).status_code == 400
    stats = owners_api.get(f"{URL}stats/").json()
    assert (stats["total"], stats["active"], stats["inactive"]) == (8, 7, 1)
    assert stats["by_scope"] == {"organization": 6, "chatbot": 2}
    assert stats["by_provider"] == {"fernet": 8, "aws_kms": 0, "vault": 0}


def test_another_organizations_secret_is_none(organization: Organization, owners_api: DocumentedClient) -> None:
    theirs = make_secret(make_organization("Floricultura Boreal"))
    for verb in ("reveal/", "rotate-key/", "validate/"):
        assert owners_api.post(url_of(theirs, verb)).status_code == 404
    assert owners_api.post(url_of(theirs, "rotate/"), {"new_value": "x"}).status_code == 404


@pytest.mark.parametrize("whose", ["anothers", "a sibling"])
def test_a_value_that_was_moved_to_another_row_is_not_shown(
    organization: Organization, owners_api: DocumentedClient, whose: str
) -> None:
    sibling = make_secret(organization, name="other", value=VALUE)
    theirs = make_secret(make_organization("Floricultura Boreal"), value=VALUE)
    secret = make_secret(organization)
    moved = theirs if whose == "anothers" else sibling
    with organization_scope(organization):
        Secret.objects.for_organization(organization).filter(pk=secret.pk).update(encrypted_value=moved.encrypted_value)
    answer = owners_api.post(url_of(secret, "reveal/"))
    assert answer.json()["type"] == "/problems/secret-unreadable"
    assert VALUE not in answer.content.decode()
    checked = owners_api.post(url_of(secret, "validate/")).json()
    assert (checked["valid"], checked["detail"] != "") == (False, True)
    assert owners_api.post(url_of(secret, "rotate-key/")).status_code == 409
    assert owners_api.post(url_of(sibling, "validate/")).json() == {"valid": True, "provider": "fernet", "detail": ""}


def test_an_id_that_is_none(owners_api: DocumentedClient) -> None:
    assert owners_api.get(f"{URL}{UUID(int=0)}/").status_code == 404
    assert owners_api.get(f"{URL}x/").status_code == 404
