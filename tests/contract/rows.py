"""Rows to ask about, and words to ask with."""

import json
from typing import Any

from apps.accounts.api.examples.sign_in import REGISTRATION
from apps.core.tenancy import organization_scope
from apps.notifications.services import send_test
from tests.conftest import make_change, make_contact, make_conversation, make_media, make_message, make_tag, session_of
from tests.core.samples import NOUNS, Samples
from tests.core.schema import operations
from tests.messaging.conftest import connect
from tests.stack import Stack, call

SOME = range(4)
MOMENTS = [
    "2026-11-24T12:00:00Z", "2026-11-24T12:00:00", "2026-11-24",
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00",
]  # fmt: skip
# Values by the name of a parameter or of a field.
WORDS: dict[str, list[str]] = {
    "access_token": ["an access token"],
    "at_after": MOMENTS,
    "at_before": MOMENTS,
    # p=0, p=\0, o=10^21, p=2026-11-24, o=-1, r=1&p=x, o=a&p=b, p=an id; what is no base64 at all
    "cursor": [
        "cD0w", "cD0A", "bz0xMDAwMDAwMDAwMDAwMDAwMDAwMDAw", "cD0yMDI2LTExLTI0", "bz0tMQ==", "cj0xJnA9eA==",
        "bz1hJnA9Yg==", "cD0wMTlhYmMwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMjA=", "cD0w=", "%00",
    ],
    "phone": ["+5511987654329", "11 98765-4328", "+1 202 555 0123", "+999"],
    "phone_number_id": [f"20650000000000{number}" for number in SOME],
    "status": ["open", "open,closed", "dead"],
    "waba_id": ["102290129340398"],
}  # fmt: skip


def configuration(words: dict[str, list[str]]) -> str:
    """The text of a schemathesis.toml: which words to take where, beside those that it makes up."""
    lines = ["[generation]", "with-security-parameters = false"]
    for phase in ("examples", "coverage", "fuzzing"):  # ids of its own finding would be of anything
        lines += [f"[phases.{phase}]", "extra-data-sources = { responses = false }"]
    lines += ["[dictionaries]", *(f"{name} = {{ values = {json.dumps(values)} }}" for name, values in words.items())]
    for operation in operations():
        taken = [f"query.{each['name']}" for each in operation.spec.get("parameters", ()) if each["in"] == "query"]
        taken += [f"body.{name}" for name in operation.fields]
        places = {place: name for place in taken if (name := place.partition(".")[2]) in words}
        if places:
            lines += ["[[operations]]", f'include-name = "{operation}"', "[operations.parameters]"]
            lines += [f'"{place}" = {{ dictionary = "{name}", probability = 0.8 }}' for place, name in places.items()]
    return "\n".join(lines)


class Rows:
    """An organization with rows of each kind in each of their states.

    What is asked changes them as it goes: what one operation needs to succeed is kept from the others.
    """

    def __init__(self, stack: Stack) -> None:
        self.samples = sample = Samples("Padaria Aurora")
        self.organization = sample.organization
        self._stack = stack
        sample.numbers = connect(self.organization, stack)  # type: ignore[misc]  # one that the simulator knows
        sample.everything()
        self._picture = self._message(type="image", content={"caption": "Pão"}, media=sample.media)
        self._message(type="reaction", content={"emoji": "👍"}, reply_to=self._picture)
        self.named = self._named()
        self.kept = self._kept()
        for phone_number_id in WORDS["phone_number_id"]:
            self._offer(phone_number_id)
        call("POST", f"{stack.web}/api/v1/auth/register/", REGISTRATION)

    def sign_in(self) -> dict[str, Any]:
        return session_of(self.samples.owner, self.organization)

    def ids(self) -> dict[str, list[str]]:
        """By the names that they have in queries and bodies, and by the operations whose paths they stand in."""
        rows = {name: self.named[noun] for name, noun in NOUNS.items() if noun in self.named}
        rows |= {"organization_id": [self.organization]}
        for operation in operations():
            if "{id}" in operation.path and operation.noun in self.named:
                rows[str(operation)] = self.kept.get(str(operation)) or self.named[operation.noun]
        return {name: [str(row.pk) for row in found] for name, found in rows.items()}

    def _named(self) -> dict[str, list[Any]]:
        """Rows by the noun of their paths."""
        own, sample = self.organization, self.samples
        ended = {"status": "closed", "closed_at": self._picture.at, "assignee": sample.members}
        return {
            "contacts": [make_contact(own), make_contact(own), make_contact(own, is_blocked=True, name="")],
            "conversations": [*self._conversations(), *self._conversations(**ended)],
            "media": [
                sample.media,
                make_media(own, state="failed", error="It is gone.", size=None, uploaded_by=sample.owner),
                make_media(own, state="pending", file="", uploaded_by=sample.owner),
            ],
            "members": [sample.members, sample.owner],
            "messages": [
                sample.messages,
                self._picture,
                self._answer(status="uncertain", reply_to_wamid="wamid.gone"),
                self._answer(status="failed", error_code=131047, error_detail="Too late.", failed_at=self._picture.at),
                self._answer(reply_to=self._picture),
            ],
            "notifications": self._notices(),
            "numbers": [connect(own, self._stack), connect(own, self._stack, status="held")],
            "tags": [sample.tags, make_tag(own, name="VIP")],
            "webhook-events": [
                sample.webhook_events,
                make_change(own, number=sample.numbers, state="retrying", value={"a": [1, None]}),
                make_change(own, number=sample.numbers, state="done", value=[]),
            ],
        }

    def _kept(self) -> dict[str, list[Any]]:
        """Rows for one operation each."""
        own, open_one = self.organization, self._conversations()[0]
        here = {"conversation": open_one}
        return {
            "DELETE /api/v1/contacts/{id}/": [make_contact(own) for _ in SOME],
            "DELETE /api/v1/notifications/{id}/": self._notices(),
            "DELETE /api/v1/numbers/{id}/": [connect(own, self._stack) for _ in SOME],
            "DELETE /api/v1/tags/{id}/": [make_tag(own, name=f"Tag {each}") for each in SOME],
            "POST /api/v1/conversations/{id}/close/": self._conversations(),
            "GET /api/v1/conversations/{id}/messages/": [self.samples.conversations],
            "POST /api/v1/conversations/{id}/messages/": [self.samples.conversations],
            "POST /api/v1/conversations/{id}/reopen/": self._conversations(status="closed"),
            "POST /api/v1/messages/{id}/cancel/": [self._answer(**here) for _ in SOME],
            "POST /api/v1/messages/{id}/retry/": [self._answer(**here, status="failed") for _ in SOME],
        }

    def _conversations(self, **values: Any) -> list[Any]:
        return [make_conversation(self.organization, number=self.samples.numbers, **values) for _ in SOME]

    def _notices(self) -> list[Any]:
        with organization_scope(self.organization):
            return [send_test(organization_id=self.organization.pk, user=self.samples.owner) for _ in SOME]

    def _message(self, **values: Any) -> Any:
        return make_message(self.organization, **({"conversation": self.samples.conversations} | values))

    def _answer(self, **values: Any) -> Any:
        return self._message(direction="outbound", sender=self.samples.members, **values)

    def _offer(self, phone_number_id: str) -> None:
        """A number that the simulator knows and nobody has connected."""
        told = {
            "waba_id": WORDS["waba_id"][0], "access_token": WORDS["access_token"][0], "verified_name": "Padaria Aurora",
            "display_phone_number": "+55 11 4000-1235", "app_id": "1", "app_secret": "a secret",
            "webhook_url": f"{self._stack.web}/webhooks/whatsapp/nobodys/", "verify_token": "a token", "verify": False,
        }  # fmt: skip
        call("PUT", f"{self._stack.simulator}/control/numbers/{phone_number_id}", told)
