"""Rows to ask about, and words to ask with."""

import json
from collections.abc import Container
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.api.examples.sign_in import REGISTRATION
from apps.accounts.models import (
    AgentSkill,
    ApiKey,
    CustomRole,
    Department,
    IdentityProvider,
    Invitation,
    Membership,
    OrganizationExport,
    PrivacyJob,
    Session,
    User,
)
from apps.core.tenancy import organization_scope
from apps.notifications.services import send_test
from apps.whatsapp.models import Upload
from tests.conftest import (
    make,
    make_change,
    make_contact,
    make_conversation,
    make_media,
    make_member,
    make_message,
    make_organization,
    make_secret,
    make_tag,
    make_template,
    session_of,
)
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
    "email": [f"dora{number}@mercearia.example" for number in range(40)],
    "phone": ["+5511987654329", "11 98765-4328", "+1 202 555 0123", "+999"],
    "phone_number_id": [f"20650000000000{number}" for number in SOME],
    "status": ["open", "open,closed", "dead"],
    "waba_id": ["102290129340398"],
}  # fmt: skip


def configuration(words: dict[str, list[str]], thorough: Container[str], *, but: Container[str] = ()) -> str:
    """The text of a schemathesis.toml: which words to take where, beside those that it makes up.

    What reads, and whose noun is in `thorough`, is asked with each value at the edge of what is allowed; the others,
    and operations in `but`, only at random.
    """
    lines = ["[generation]", "with-security-parameters = false"]
    for phase in ("examples", "coverage", "fuzzing"):  # ids of its own finding would be of anything
        lines += [f"[phases.{phase}]", "extra-data-sources = { responses = false }"]
    lines += ["[dictionaries]", *(f"{name} = {{ values = {json.dumps(values)} }}" for name, values in words.items())]
    for operation in operations():
        taken = [f"query.{each['name']}" for each in operation.spec.get("parameters", ()) if each["in"] == "query"]
        taken += [f"body.{name}" for name in operation.fields]
        places = {place: name for place in taken if (name := place.partition(".")[2]) in words}
        lines += ["[[operations]]", f'include-name = "{operation}"', "[operations.phases.coverage]"]
        asked = operation.method == "GET" or (operation.noun in thorough and str(operation) not in but)
        lines += [f"enabled = {str(asked).lower()}"]
        if places:
            lines += ["[operations.parameters]"]
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

    def sign_in_somebody(self) -> dict[str, Any]:
        """Whose sign-in, or membership, may end."""
        return session_of(make_member(self.organization), self.organization)

    def sign_in_support(self) -> dict[str, Any]:
        """The support staff, at work in an organization of their own."""
        support = make_member(desk := make_organization("PyTake"))
        User.objects.filter(pk=support.pk).update(is_staff=True, is_superuser=True)
        return session_of(support, desk)

    def ids(self) -> dict[str, list[str]]:
        """By the names that they have in queries and bodies, and by the operations whose paths they stand in."""
        rows = {name: self.named[noun] for name, noun in NOUNS.items() if noun in self.named}
        rows |= {"organization_id": [self.organization]}
        for operation in operations():
            if "{id}" in operation.path:
                rows[str(operation)] = self.kept.get(str(operation)) or self.named[operation.noun]
            elif kept := self.kept.get(str(operation)):  # of the last id in its path
                rows[str(operation)] = kept
        return {name: [str(row.pk) for row in found] for name, found in rows.items()}

    def _named(self) -> dict[str, list[Any]]:
        """Rows by the noun of their paths."""
        own, sample = self.organization, self.samples
        ended = {"status": "closed", "closed_at": self._picture.at, "assignee": sample.members}
        return {
            "api-keys": [sample.api_keys, make(ApiKey, own, name="Caixa", prefix="caixa", secret_hash="", scopes=[])],
            "audit-log": [sample.audit_log],
            "auth": self._sessions(),
            "contacts": [make_contact(own), make_contact(own), make_contact(own, is_blocked=True, name="")],
            "conversations": [*self._conversations(), *self._conversations(**ended)],
            "departments": [sample.departments, *self._departments()],
            "identity-providers": [sample.identity_providers, *self._providers()],
            "invitations": [sample.invitations, *self._invitations()],
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
            "organization-exports": [
                sample.organization_exports,
                make(OrganizationExport, own, state="failed", rows={}),
            ],
            "organizations": self._organizations(),
            "privacy-jobs": [sample.privacy_jobs, self._job(state="failed"), self._job(kind="erase")],
            "roles": [sample.roles, *self._roles()],
            "secrets": [sample.secrets, make_secret(own, name="other")],
            "skills": [sample.skills, *self._skills()],
            "tags": [sample.tags, make_tag(own, name="VIP")],
            "other-contacts": [make_contact(own) for _ in SOME],
            "templates": [sample.templates, *self._templates()],
            "uploads": self._uploads(),
            "users": [sample.users, make_member(own, role="admin"), self._gone()],
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
            "DELETE /api/v1/api-keys/{id}/": [
                make(ApiKey, own, name="Caixa", prefix=f"caixa{each}", secret_hash="", scopes=[]) for each in SOME
            ],
            "DELETE /api/v1/auth/sessions/{id}/": self._sessions(),
            "DELETE /api/v1/departments/{id}/": self._departments("De"),
            "DELETE /api/v1/identity-providers/{id}/": self._providers("de"),
            "DELETE /api/v1/invitations/{id}/": self._invitations("de"),
            "DELETE /api/v1/organizations/{id}/": self._organizations(),
            "POST /api/v1/organizations/{id}/deactivate/": self._organizations(),
            "DELETE /api/v1/roles/{id}/": self._roles("De"),
            "DELETE /api/v1/secrets/{id}/": [make_secret(own, name=f"secret_{each}") for each in SOME],
            "DELETE /api/v1/users/{id}/": [make_member(own) for _ in SOME],
            "POST /api/v1/users/{id}/deactivate/": [make_member(own) for _ in SOME],
            "PUT /api/v1/users/{id}/skills/": [make_member(own)],
            "PATCH /api/v1/users/{id}/skills/{skill_id}/": [self.samples.users],
            "DELETE /api/v1/users/{id}/skills/{skill_id}/": [self.samples.users],
            "DELETE /api/v1/contacts/{id}/": [make_contact(own) for _ in SOME],
            "DELETE /api/v1/notifications/{id}/": self._notices(),
            "DELETE /api/v1/numbers/{id}/": [connect(own, self._stack) for _ in SOME],
            "DELETE /api/v1/tags/{id}/": [make_tag(own, name=f"Tag {each}") for each in SOME],
            "DELETE /api/v1/media/uploads/{upload_id}/": self._uploads(),
            "PATCH /api/v1/media/uploads/{upload_id}/": self._uploads(),
            "DELETE /api/v1/numbers/{number_id}/templates/{template_id}/": self._templates(),
            "PATCH /api/v1/numbers/{number_id}/templates/{template_id}/": self._templates(),
            "PUT /api/v1/numbers/{number_id}/templates/{template_id}/": self._templates(),
            "POST /api/v1/contacts/{id}/merge/": [make_contact(own) for _ in SOME],
            "POST /api/v1/conversations/{id}/close/": self._conversations(),
            "GET /api/v1/conversations/{id}/messages/": [self.samples.conversations],
            "POST /api/v1/conversations/{id}/messages/": [self.samples.conversations],
            "POST /api/v1/conversations/{id}/release-thread/": self._conversations(),
            "POST /api/v1/conversations/{id}/reopen/": self._conversations(status="closed"),
            "POST /api/v1/messages/{id}/cancel/": [self._answer(**here) for _ in SOME],
            "POST /api/v1/messages/{id}/retry/": [self._answer(**here, status="failed") for _ in SOME],
        }

    def _organizations(self) -> list[Any]:
        return [make_organization("Mercearia") for _ in SOME]

    def _gone(self) -> User:
        """Somebody who may not come in any more."""
        user = make_member(self.organization)
        with organization_scope(self.organization):
            Membership.objects.for_organization(self.organization).filter(user=user).update(is_active=False)
        return user

    def _sessions(self) -> list[Any]:
        return [Session.objects.create(user=self.samples.owner) for _ in SOME]

    def _departments(self, name: str = "Loja") -> list[Any]:
        made = [{"name": f"{name} {each}", "slug": f"{name.lower()}-{each}", "business_hours": {}} for each in SOME]
        return [make(Department, self.organization, **values) for values in made]

    def _providers(self, name: str = "id") -> list[Any]:
        made = [{"issuer": f"https://{name}{each}.aurora.example", "name": f"{name} {each}"} for each in SOME]
        return [make(IdentityProvider, self.organization, client_id="pytake", domains=[], **values) for values in made]

    def _invitations(self, name: str = "eva") -> list[Any]:
        till = timezone.now() + timedelta(days=7)
        made = [{"email": f"{name}{each}@aurora.example", "token_hash": f"{name}{each}"} for each in SOME]
        more = {"token": "a token", "invited_by": self.samples.owner, "expires_at": till, "department_ids": []}
        return [make(Invitation, self.organization, **values, **more) for values in made]

    def _roles(self, name: str = "Caixa") -> list[Any]:
        return [make(CustomRole, self.organization, name=f"{name} {each}", permissions=[]) for each in SOME]

    def _skills(self) -> list[Any]:
        with organization_scope(self.organization):
            whose = Membership.objects.for_organization(self.organization).get(user=self.samples.users)
        made = [{"name": f"Ofício {each}", "proficiency": 1} for each in range(20)]
        return [make(AgentSkill, self.organization, membership=whose, **values) for values in made]

    def _templates(self) -> list[Any]:
        return [make_template(self.organization, waba_id=self.samples.numbers.waba_id) for _ in SOME]

    def _uploads(self) -> list[Any]:
        day = {"expires_at": timezone.now() + timedelta(days=1)}
        made = {"user": self.samples.owner, "filename": "pão.png", "size": 4_000_000, "parts": []} | day
        return [make(Upload, self.organization, **made) for _ in range(2)]  # nobody may have more than a few

    def _job(self, **values: Any) -> Any:
        about = {"kind": "export", "subject_kind": "user", "subject_id": self.samples.members.pk}
        return make(PrivacyJob, self.organization, **about | values)

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
