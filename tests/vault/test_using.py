"""Secrets as flows, numbers and AI use them, and what happens at once."""

from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.models import Organization
from apps.core.errors import NotFound
from apps.core.tenancy import organization_scope
from apps.vault import services
from apps.vault.errors import NoSuchSecret, SecretInactive
from apps.vault.models import Secret, SecretUse
from apps.vault.providers import fernet
from tests.conftest import commits, in_parallel, make_organization, make_secret
from tests.contacts.locks import until_somebody_waits_for_a_lock
from tests.core.schema import DocumentedClient

BOT, OTHER_BOT = uuid4(), uuid4()


def use(organization: Organization, name: str = "openai_key", **whose: Any) -> str:
    with organization_scope(organization):
        return services.use_secret(organization_id=organization.pk, name=name, **whose)


def fresh(secret: Secret) -> Secret:
    return Secret.objects.for_organization(secret.organization_id).get(pk=secret.pk)


def revealed(secret: Secret) -> str:
    with organization_scope(secret.organization_id):
        return services.reveal_secret(secret=fresh(secret))


def test_a_chatbots_own_secret_wins_over_the_organizations(organization: Organization) -> None:
    make_secret(make_organization("Floricultura Boreal"), value="theirs")
    make_secret(organization, value="common")
    make_secret(organization, value="bot's", chatbot_id=BOT)
    make_secret(organization, name="bots_only", value="bot's", chatbot_id=BOT)
    assert (use(organization), use(organization, chatbot_id=BOT)) == ("common", "bot's")
    assert use(organization, chatbot_id=OTHER_BOT) == "common"
    for whose in ({}, {"chatbot_id": OTHER_BOT}):
        with pytest.raises(NoSuchSecret, match="bots_only"):
            use(organization, "bots_only", **whose)
    with pytest.raises(NoSuchSecret):
        use(organization, "OPENAI_KEY")


def test_what_is_switched_off_is_not_used(organization: Organization, owners_api: DocumentedClient) -> None:
    make_secret(organization, value="common")
    make_secret(organization, value="bot's", chatbot_id=BOT, is_active=False)
    with pytest.raises(SecretInactive, match="openai_key"):
        use(organization, chatbot_id=BOT)
    assert use(organization) == "common"


def test_uses_are_counted(organization: Organization, owners_api: DocumentedClient) -> None:
    secret = make_secret(organization)
    make_secret(organization, name="unused")
    for _ in range(3):
        use(organization)
    shown = owners_api.get(f"/api/v1/secrets/{secret.pk}/").json()
    assert shown["usage_count"] == 3
    assert shown["last_used_at"] > shown["created_at"]
    assert owners_api.get("/api/v1/secrets/stats/").json()["uses"] == 3
    with organization_scope(organization):
        assert SecretUse.objects.for_organization(organization).count() == 1, "who came later found its row free"


@commits
def test_nobody_who_uses_a_secret_waits_for_another() -> None:
    organization = make_organization()
    make_secret(organization, value="common")
    use(organization)  # there is a row that they could wait for
    all_have_it = Barrier(6, timeout=10)

    def work(_number: int) -> str:
        with organization_scope(organization):
            value = services.use_secret(organization_id=organization.pk, name="openai_key")
            all_have_it.wait()  # with its transaction open, as the others'
            return value

    assert in_parallel(work, times=6) == ["common"] * 6
    with organization_scope(organization):
        assert Secret.objects.for_organization(organization).with_uses().get().usage_count == 7


@commits
def test_a_key_that_is_rotated_undoes_no_new_value(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = make_organization()
    secret = make_secret(organization, value="old")
    original, given = fernet.PROVIDER.rewrap, []

    def slow(*args: Any) -> Any:
        if not given:  # while the provider works somebody gives a new value
            given.append(True)
            in_parallel(lambda _: _rotate(secret, "new"), times=1)
        return original(*args)

    monkeypatch.setattr(fernet.PROVIDER, "rewrap", slow)
    with organization_scope(organization):
        services.rotate_key(secret=fresh(secret))
    assert revealed(secret) == "new"


@commits
def test_values_are_rotated_re_encrypted_and_looked_at_all_at_once() -> None:
    organization = make_organization()
    secret = make_secret(organization, value="value 0")
    start = Barrier(6, timeout=20)

    def work(number: int) -> str:
        start.wait()
        for round_ in range(5):
            if number < 2:
                _rotate(secret, f"value {number}{round_}")
            elif number < 4:
                with organization_scope(organization):
                    services.rotate_key(secret=fresh(secret))
            else:
                seen = revealed(secret) if number == 4 else use(organization)
                assert seen.startswith("value ")
        return revealed(secret)

    in_parallel(work, times=6)
    assert revealed(secret) in ("value 04", "value 14"), "one of the last values, and no older one"


@commits
def test_a_secret_is_not_deleted_under_whoever_uses_it() -> None:
    organization = make_organization()
    secret = make_secret(organization, value="common")
    used = Barrier(2, timeout=20)

    def work(number: int) -> None:
        if number:
            used.wait()
            with organization_scope(organization):
                services.delete_secret(secret=fresh(secret))
            return
        with organization_scope(organization):
            services.use_secret(organization_id=organization.pk, name="openai_key")
            used.wait()
            until_somebody_waits_for_a_lock()

    in_parallel(work, times=2)
    with pytest.raises(NoSuchSecret):
        use(organization)
    with pytest.raises(NotFound), organization_scope(organization):
        services.rotate_key(secret=secret)


def _rotate(secret: Secret, value: str) -> None:
    with organization_scope(secret.organization_id):
        services.rotate_secret(secret=fresh(secret), value=value)
