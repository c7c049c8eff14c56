"""Secrets at rest."""

from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection

from apps.accounts.models import Organization
from apps.core.encryption import decrypt, encrypt
from apps.core.tenancy import organization_scope
from apps.whatsapp.models import MetaApp
from tests.conftest import make_app

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def stored(organization: Organization) -> dict[str, Any]:
    with organization_scope(organization), connection.cursor() as cursor:
        cursor.execute("SELECT secret, next_secret, verify_token FROM whatsapp_metaapp")
        return dict(zip(("secret", "next_secret", "verify_token"), cursor.fetchone(), strict=True))


def test_the_database_never_sees_a_secret(organization: Organization) -> None:
    app = make_app(organization, secret="çebola", verify_token="token")
    row = stored(organization)
    assert "çebola" not in str(row)
    assert row["next_secret"] == "", "nothing is kept as nothing"
    with organization_scope(organization):
        found = MetaApp.objects.for_organization(organization).get()
        assert (found.secret, found.next_secret) == ("çebola", "")
        MetaApp.objects.for_organization(organization).update(secret="alho")
        found.next_secret = "alecrim"
        MetaApp.objects.for_organization(organization).bulk_update([found], ["next_secret"])
        found.refresh_from_db()
        assert found.secrets == ["alho", "alecrim"]
    assert not {"alho", "alecrim", app.verify_token} & {*stored(organization).values()}


def test_the_same_secret_is_never_stored_twice_alike() -> None:
    assert encrypt("alho") != encrypt("alho")


def test_a_new_key_in_front_encrypts_and_the_old_one_still_decrypts(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    before = encrypt("alho")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    after = encrypt("alho")
    assert (decrypt(before), decrypt(after)) == ("alho", "alho")
    settings.ENCRYPTION_KEYS = [NEW]
    assert decrypt(after) == "alho"
    with pytest.raises(InvalidToken):
        decrypt(before)
