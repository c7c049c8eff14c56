"""Numbers whose access token stands in the vault: every send looks, every look counts, and what is wrong is said."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Organization
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import sender
from apps.messaging.models import Message
from apps.vault import services as vault
from apps.vault.errors import ProviderAway
from apps.vault.providers import fernet
from apps.whatsapp.models import Number
from apps.whatsapp.services.tokens import live_secrets, token_for
from tests.conftest import (
    client_of,
    commits,
    make_conversation,
    make_member,
    make_message,
    make_number,
    make_organization,
    make_secret,
)
from tests.core.schema import DocumentedClient
from tests.messaging.conftest import connect
from tests.messaging.test_sending import ledger, message, say
from tests.stack import Stack

REFERENCE = "{{secret:whatsapp_token}}"


class Shop:
    """An owner, a number that the simulator knows, and the secret that is its token."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.organization = stack, make_organization()
        self.api: DocumentedClient = client_of(make_member(self.organization, role="owner"), self.organization)
        self.number = connect(self.organization, stack)
        self.token = self.number.access_token
        self.secret = make_secret(self.organization, name="whatsapp_token", value=self.token)
        with organization_scope(self.organization):
            Number.objects.for_organization(self.organization).update(access_token=REFERENCE)

    def say(self) -> str:
        return str(say(self.api, make_conversation(self.organization, number=self.number)).data["id"])

    def sent(self, pk: str) -> Message:
        return message(self.organization, pk)

    def put(self, path: str, **values: Any) -> Any:
        answer = self.api.patch(path, values)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    @property
    def url(self) -> str:
        return f"/api/v1/numbers/{self.number.pk}/"

    @property
    def secrets_url(self) -> str:
        return f"/api/v1/secrets/{self.secret.pk}/"

    @property
    def uses(self) -> int:
        return int(self.api.get(self.secrets_url).json()["usage_count"])


@pytest.fixture
def shop(stack: Stack) -> Shop:
    return Shop(stack)


@commits
def test_messages_leave_with_the_vaults_token_and_those_that_leave_together_share_a_look(shop: Shop) -> None:
    assert shop.sent(shop.say()).status == "accepted"
    assert shop.uses == 1
    for _ in range(3):
        make_message(
            shop.organization, conversation=make_conversation(shop.organization, number=shop.number),
            direction="outbound", status="queued",
        )  # fmt: skip
    sender.drain()
    assert len(ledger(shop.stack)) == 4
    assert shop.uses == 2
    assert shop.api.get(shop.url).json()["token_secret"] == "whatsapp_token"


@commits
def test_a_rotated_secret_counts_from_the_next_message_on(shop: Shop) -> None:
    assert shop.sent(shop.say()).status == "accepted"
    assert shop.api.post(f"{shop.secrets_url}rotate/", {"new_value": "nobody knows it"}).status_code == 200
    refused = shop.sent(shop.say())
    assert (refused.status, refused.error_code) == ("held", 190)
    assert shop.api.post(f"{shop.secrets_url}rotate/", {"new_value": f"{shop.token}\n"}).status_code == 200
    assert shop.api.post(f"{shop.url}test/").json()["status"] == "connected"
    sender.drain()
    assert shop.sent(str(refused.pk)).status == "accepted"


@commits
@pytest.mark.parametrize("how", ["deleted", "switched off", "no token"])
def test_what_is_wrong_with_the_secret_holds_the_number_says_so_and_is_mended(shop: Shop, how: str) -> None:
    if how == "deleted":
        assert shop.api.delete(shop.secrets_url).status_code == 204
    elif how == "switched off":
        shop.put(shop.secrets_url, is_active=False)
    else:
        shop.put(shop.secrets_url, value="a token\nof two lines")
    held = shop.sent(shop.say())
    assert (held.status, held.error_code, held.attempts) == ("held", None, 1)
    assert "“whatsapp_token”" in held.error_detail
    sender.drain()
    assert shop.sent(str(held.pk)).attempts == 1, "no machine tries it again"
    told = shop.api.get(shop.url).json()
    assert told["status"] == "held"
    assert "“whatsapp_token”" in told["status_detail"]
    assert shop.api.post(f"{shop.url}test/").json()["status"] == "held", "asking doesn't mend it"
    shop.put(shop.url, access_token=shop.token)
    sender.drain()
    assert shop.sent(str(held.pk)).status == "accepted"
    assert ledger(shop.stack)[0]["wamid"] == shop.sent(str(held.pk)).wamid


@commits
def test_a_message_waits_while_the_vault_is_away(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> str:
        raise ProviderAway("The keys are away.")

    with monkeypatch.context() as patch:
        patch.setattr(fernet.PROVIDER, "decrypt", away)
        waiting = shop.sent(shop.say())
        assert (waiting.status, waiting.error_detail) == ("queued", "The keys are away.")
        assert shop.api.post(f"{shop.url}test/").status_code == 503
    with all_organizations("time passes"):
        Message.objects.across_organizations().update(next_attempt_at=timezone.now())
    sender.drain()
    assert shop.sent(str(waiting.pk)).status == "accepted"


@commits
def test_a_number_is_given_a_secret_and_only_one_that_is_there(shop: Shop) -> None:
    for name, field in (("access_token", "access_token"), ("app_secret", "app_secret")):
        refused = shop.api.patch(shop.url, {name: "{{secret:nowhere}}"})
        assert (refused.status_code, refused.json()["type"]) == (400, "/problems/secret-not-usable")
        assert refused.json()["errors"][0]["field"] == field
    theirs = make_secret(make_organization("Floricultura Boreal"), name="theirs", value=shop.token)
    assert shop.api.patch(shop.url, {"access_token": f"{{{{secret:{theirs.name}}}}}"}).status_code == 400
    make_secret(shop.organization, name="another", value=shop.token)
    assert shop.put(shop.url, access_token="{{ secret:another }}")["token_secret"] == "another"
    assert shop.put(shop.url, access_token=shop.token)["token_secret"] is None


def test_a_number_with_a_token_of_its_own_asks_nobody(organization: Organization) -> None:
    number = make_number(organization)
    with CaptureQueriesContext(connection) as asked:
        look = token_for(number)
        with pytest.raises(StopIteration) as answer:
            look.send(None)  # answered without ever waiting
    assert (answer.value.value, len(asked)) == (number.access_token, 0)


def test_an_app_secret_of_the_vault_signs_and_its_name_never_does(organization: Organization) -> None:
    secret = make_secret(organization, name="app_secret", value="s3cret")
    texts = ("an old one", "{{secret:app_secret}}", "{{secret:nowhere}}")
    assert live_secrets(organization.pk, texts) == ("an old one", "s3cret")
    assert live_secrets(None, texts) == ("an old one",)
    with organization_scope(organization):
        vault.change_secret(secret=secret, is_active=False)
    assert live_secrets(organization.pk, texts) == ("an old one",)
