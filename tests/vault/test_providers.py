"""Who encrypts, and what becomes of values when that changes."""

import re
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from apps.accounts.models import AuditEntry, Organization
from apps.core.tenancy import organization_scope
from apps.vault import services
from apps.vault.errors import ProviderAway, SecretUnreadable
from apps.vault.models import Secret
from tests.conftest import commits, make_organization, make_secret
from tests.core.schema import DocumentedClient
from tests.vault.conftest import PROVIDERS
from tests.vault.transit import Transit

URL = "/api/v1/secrets/"
VALUE = "sk-çebola-4f9a2c"
KEY_IDS = {
    "fernet": r"[0-9a-f]{16}",
    "aws_kms": r"arn:aws:kms:sa-east-1:\d+:key/[-0-9a-f]+",
    "vault": "transit/pytake:v1",
}
NOBODY = "http://127.0.0.1:9"


def stored(secret: Secret) -> Secret:
    with organization_scope(secret.organization_id):
        return Secret.objects.for_organization(secret.organization_id).get(pk=secret.pk)


def revealed(secret: Secret) -> str:
    with organization_scope(secret.organization_id):
        return services.reveal_secret(secret=stored_here(secret))


def stored_here(secret: Secret) -> Secret:
    return Secret.objects.for_organization(secret.organization_id).get(pk=secret.pk)


def with_new_key(secret: Secret) -> Secret:
    with organization_scope(secret.organization_id):
        return services.rotate_key(secret=stored_here(secret))


def reencrypt(**options: Any) -> str:
    out = StringIO()
    call_command("reencrypt_secrets", stdout=out, stderr=out, **options)
    return out.getvalue()


def actions(organization: Organization) -> list[str]:
    with organization_scope(organization):
        entries = AuditEntry.objects.for_organization(organization).filter(action__startswith="secrets.")
        return list(entries.order_by("pk").values_list("action", flat=True))


def test_a_value_comes_back_and_the_row_says_whose_work_it_is(provider: str, organization: Organization) -> None:
    secret = make_secret(organization, value=VALUE)
    row = stored(secret)
    assert row.provider == provider
    assert re.fullmatch(KEY_IDS[provider], row.key_id)
    assert VALUE not in f"{row.encrypted_value}{row.encryption_metadata}"
    assert revealed(secret) == VALUE


def test_a_value_opens_in_its_own_row_alone(provider: str, organization: Organization) -> None:
    secret, other = make_secret(organization), make_secret(make_organization("Floricultura Boreal"), value=VALUE)
    with organization_scope(organization):
        Secret.objects.for_organization(organization).filter(pk=secret.pk).update(
            encrypted_value=other.encrypted_value, encryption_metadata=other.encryption_metadata
        )
    with pytest.raises(SecretUnreadable):
        revealed(secret)
    with pytest.raises(SecretUnreadable):
        with_new_key(secret)
    assert revealed(other) == VALUE


def test_a_transit_key_that_derives_none_binds_all_the_same(
    transit: Transit, settings: Any, organization: Organization
) -> None:
    settings.VAULT_PROVIDER, settings.VAULT_TRANSIT_KEY = "vault", "plain"
    transit.make_key("plain", derived=False)
    secret, other = make_secret(organization), make_secret(organization, name="other", value=VALUE)
    with organization_scope(organization):
        Secret.objects.for_organization(organization).filter(pk=secret.pk).update(encrypted_value=other.encrypted_value)
    with pytest.raises(SecretUnreadable):
        revealed(secret)


@pytest.mark.parametrize("provider", ["aws_kms", "vault"], indirect=True)
def test_whoever_is_away_is_said_to_be_and_nothing_is_half_written(
    provider: str, organization: Organization, owners_api: DocumentedClient, settings: Any
) -> None:
    secret = make_secret(organization, value=VALUE)
    before = actions(organization)
    address = settings.AWS_ENDPOINT_URL, settings.VAULT_ADDR
    settings.AWS_ENDPOINT_URL = settings.VAULT_ADDR = NOBODY
    row = f"{URL}{secret.pk}/"
    answers = [
        owners_api.post(URL, {"name": "new", "value": "x"}),
        owners_api.patch(row, {"display_name": "New", "value": "x"}),
        owners_api.post(f"{row}rotate/", {"new_value": "x"}),
        owners_api.post(f"{row}rotate-key/"),
        owners_api.post(f"{row}reveal/"),
        owners_api.post(f"{row}validate/"),
    ]
    assert {(each.status_code, each.json()["type"]) for each in answers} == {(503, "/problems/provider-away")}
    assert "answer" in answers[0].json()["detail"]
    with pytest.raises(CommandError, match="run it again"):
        reencrypt()
    settings.AWS_ENDPOINT_URL, settings.VAULT_ADDR = address
    assert actions(organization) == before
    assert [each["display_name"] for each in owners_api.get(URL).json()["results"]] == [""]
    assert revealed(secret) == VALUE


def test_whoever_refuses_us_is_as_good_as_away(
    transit: Transit, kms: Any, settings: Any, organization: Organization
) -> None:
    settings.VAULT_PROVIDER, settings.VAULT_TOKEN = "vault", "hvs.of-yesterday"
    with pytest.raises(ProviderAway, match="Forbidden"):
        make_secret(organization)
    transit.sealed = True
    with pytest.raises(ProviderAway, match="VaultDown"):
        make_secret(organization)
    settings.VAULT_PROVIDER, settings.AWS_KMS_KEY_ID = "aws_kms", "00000000-0000-0000-0000-000000000000"
    with pytest.raises(ProviderAway, match="NotFound"):
        make_secret(organization)


def test_a_newer_key_takes_over_and_the_value_stays(
    provider: str, organization: Organization, settings: Any, request: pytest.FixtureRequest
) -> None:
    secret = make_secret(organization, value=VALUE)
    before = stored(secret)
    if provider == "fernet":
        old, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, [Fernet.generate_key().decode()]
        settings.ENCRYPTION_KEYS += old
    elif provider == "vault":
        request.getfixturevalue("transit").answer("rotate", "pytake", {})
    else:
        settings.AWS_KMS_KEY_ID = request.getfixturevalue("kms").create_key()["KeyMetadata"]["KeyId"]
    after = with_new_key(secret)
    assert after.key_id != before.key_id
    assert revealed(secret) == VALUE
    assert "0 secrets" in reencrypt(), "it knows its newest key"
    if provider == "aws_kms":
        assert after.encrypted_value == before.encrypted_value, "only the value's own key is encrypted anew"
    if provider == "vault":
        assert request.getfixturevalue("transit").opened == [f"{secret.owner}\n{VALUE}"], "once, by whoever revealed it"


def test_an_old_key_that_is_gone_is_told(organization: Organization, settings: Any) -> None:
    secret, other = make_secret(organization), make_secret(organization, name="other")
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="2 secrets"):
        reencrypt()
    with organization_scope(organization):
        assert not services.validate_secret(secret=stored_here(secret)).valid
        services.rotate_secret(secret=stored_here(other), value="new")  # the way out
    assert revealed(other) == "new"


@pytest.mark.parametrize("order", [PROVIDERS, PROVIDERS[::-1]], ids=["there", "back"])
def test_the_provider_is_switched_while_all_values_stay_readable(
    order: list[str], transit: Transit, kms: Any, settings: Any, organization: Organization
) -> None:
    settings.VAULT_PROVIDER = order[0]
    secrets = [make_secret(organization, name=f"s{number}", value=f"value {number}") for number in range(3)]
    secrets.append(make_secret(make_organization("Floricultura Boreal"), value="value 3"))
    for name in order[1:]:
        settings.VAULT_PROVIDER = name
        assert [revealed(each) for each in secrets] == [f"value {number}" for number in range(4)]
        assert "4 secrets" in reencrypt(batch=3)
        assert {stored(each).provider for each in secrets} == {name}
    assert [revealed(each) for each in secrets] == [f"value {number}" for number in range(4)]
    assert actions(organization).count("secrets.key_rotated") == 6


@commits
def test_a_run_that_was_killed_goes_on_with_what_is_left(settings: Any) -> None:
    organization = make_organization()
    secrets = [make_secret(organization, name=f"s{number}", value=f"value {number}") for number in range(5)]
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]
    run = services.reencrypt_all(batch=2)
    assert [next(run).secret_id for _ in range(3)] == [each.pk for each in secrets[:3]]
    run.close()
    assert services.count_outdated() == 2
    assert "2 secrets" in reencrypt()
    assert [revealed(each) for each in secrets] == [f"value {number}" for number in range(5)]
    assert actions(organization).count("secrets.key_rotated") == 5, "each once"


def test_a_row_that_was_meddled_with_is_unreadable_and_stops_nobody(
    provider: str, organization: Organization, settings: Any
) -> None:
    whole, *broken = [make_secret(organization, name=f"s{number}", value=VALUE) for number in range(4)]
    with organization_scope(organization):
        rows = Secret.objects.for_organization(organization)
        for each, odd in zip(broken, ("", "não", "vault:v1"), strict=True):
            rows.filter(pk=each.pk).update(encrypted_value=odd, encryption_metadata={}, key_id="odd")
        rows.filter(pk=whole.pk).update(key_id="older" if provider != "aws_kms" else whole.key_id)
    for each in broken:
        with pytest.raises(SecretUnreadable):
            revealed(each)
    with pytest.raises(CommandError, match="3 secrets"):
        reencrypt()
    assert revealed(whole) == VALUE
