"""One row of each noun of the API, in one organization and fitting together: what the tenancy matrix walks with."""

import re
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.utils import timezone

from apps.accounts.models import (
    AgentSkill,
    AgentStatusSpan,
    ApiKey,
    AuditEntry,
    CustomRole,
    Department,
    DepartmentMember,
    IdentityProvider,
    Invitation,
    Membership,
    Organization,
    OrganizationExport,
    PrivacyJob,
    Session,
    User,
)
from apps.accounts.services import audit
from apps.contacts.models import Contact, ContactTag, Tag
from apps.core.actor import Actor, acting_as
from apps.core.tenancy import OwnedModel, all_organizations, organization_scope
from apps.messaging.models import Conversation, Message
from apps.notifications.models import Notice
from apps.notifications.services import send_test
from apps.vault.models import Secret
from apps.whatsapp.models import Change, Media, Number, Template, TemplateVersion, Upload
from tests.conftest import (
    client_of,
    make,
    make_change,
    make_contact,
    make_conversation,
    make_media,
    make_member,
    make_message,
    make_number,
    make_organization,
    make_secret,
    make_tag,
    make_template,
)
from tests.core.schema import DocumentedClient, Operation, with_value

# The noun that a name in a body or a query is an id of.
NOUNS = {
    "actor_id": "members",
    "agent_id": "members",
    "contact_id": "contacts",
    "other_id": "other-contacts",
    "factor_id": "second-factors",
    "custom_role_id": "roles",
    "default_department_id": "departments",
    "department_id": "departments",
    "department_ids": "departments",
    "media_id": "media",
    "message_id": "messages",
    "number_id": "numbers",
    "reply_to": "messages",
    "skill_id": "skills",
    "upload_id": "uploads",
    "subject_id": "members",
    "tag": "tags",
    "tag_ids": "tags",
    "template_id": "templates",
    "user_id": "members",
}
# Ids that name no row: made by whoever asks, or of an app that is not there yet. And `picture_id`, whose file goes on
# to Meta: tests/whatsapp/test_number_actions.py.
FREE = {"client_id", "chatbot_id", "default_bot_id", "picture_id"}


def of_template(name: str, *components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "template", "template": {"name": name, "language": "pt_BR", "components": [*components]}}


def with_file(kind: str, **file: Any) -> dict[str, Any]:
    return {"type": "header", "parameters": [{"type": kind, kind: file}]}


def cards(kind: str) -> dict[str, Any]:
    """The first one still lacks its file."""
    shown = [with_file(kind), with_file(kind, link="https://aurora.example/pao")]
    return {"type": "carousel", "cards": [{"card_index": at, "components": [shown[at]]} for at in (0, 1)]}


def swept(kind: str) -> dict[str, Any]:
    """A carousel whose first picture is still missing."""
    card = {"type": "cta_url", "display_text": "Ver", "url": "https://aurora.example/"}
    headers = [{"type": kind}, {"type": kind, "link": "https://aurora.example/pao"}]
    shown = [card | {"header": header} for header in headers]
    return {"type": "interactive", "interactive": {"kind": "carousel", "body": "Pães", "cards": shown}}


# What a message needs beside the id, where the documented example is another kind of message.
NEEDS: dict[str, dict[str, Any]] = {
    "media_id": {"type": "image"},
    "reaction.message_id": {"type": "reaction", "reaction": {"emoji": "👍"}},
    "reply_to": {"type": "text", "text": {"body": "Oi"}},
    "interactive.header.media_id": {
        "type": "interactive",
        "interactive": {
            "kind": "button", "header": {"type": "image"}, "body": "Oi", "buttons": [{"id": "y", "title": "Sim"}],
        },
    },
    "interactive.cards.0.header.media_id": swept("image"),
    "template.template_id": {"type": "template"},
    **{
        f"template.components.0.parameters.0.{kind}.media_id": of_template(f"com_{kind}", with_file(kind))
        for kind in ("image", "video", "document")
    },
    **{
        f"template.components.0.cards.0.components.0.parameters.0.{kind}.media_id": of_template(
            f"cards_{kind}", cards(kind)
        )
        for kind in ("image", "video")
    },
}  # fmt: skip
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)


class Samples:
    """Whoever adds a noun adds its sample here, under the name that stands in the path."""

    def __init__(self, name: str) -> None:
        self.organization: Organization = make_organization(name)
        self.owner: User = make_member(self.organization, role="owner")
        self.client: DocumentedClient = client_of(self.owner, self.organization)

    @cached_property
    def members(self) -> User:
        return make_member(self.organization)

    @cached_property
    def audit_log(self) -> AuditEntry:
        actor = Actor(kind="user", id=self.members.pk, name="Ana Souza", address="203.0.113.7")
        with organization_scope(self.organization), acting_as(actor):
            audit.record(
                "members.role_changed", organization_id=self.organization.pk, target="membership",
                target_id=self.members.pk, after={"role": "agent", "full_name": "Bia Rocha"},
                subject_id=self.members.pk, personal=("full_name",),
            )  # fmt: skip
            return AuditEntry.objects.for_organization(self.organization).latest("pk")

    @cached_property
    def users(self) -> User:
        """Somebody with everything that a person has here."""
        user = make_member(self.organization, full_name="Bia Nunes")
        now = timezone.now()
        make(AgentStatusSpan, self.organization, user=user, status="online", began_at=now, ended_at=None)
        return user

    @cached_property
    def skills(self) -> AgentSkill:
        return make(AgentSkill, self.organization, membership=self._member(self.users), name="Trocas", proficiency=3)

    @cached_property
    def departments(self) -> Department:
        department = make(Department, self.organization, name="Suporte", slug="suporte", business_hours={})
        make(DepartmentMember, self.organization, department=department, membership=self._member(self.users))
        return department

    @cached_property
    def roles(self) -> CustomRole:
        return make(CustomRole, self.organization, name="Estoque", permissions=["contacts.view"])

    @cached_property
    def invitations(self) -> Invitation:
        token, expires_at = f"the token of {self.organization.pk}", timezone.now() + timedelta(days=7)
        return make(
            Invitation, self.organization, email="dora@aurora.example", token=token, token_hash=token,
            invited_by=self.owner, expires_at=expires_at, department_ids=[],
        )  # fmt: skip

    @property
    def auth(self) -> Session:
        """A sign-in of the owner's: no organization's row, so none of the nouns."""
        return Session.objects.create(user=self.owner)

    @cached_property
    def api_keys(self) -> ApiKey:
        prefix = self.organization.pk.hex[-12:]
        return make(ApiKey, self.organization, name="Loja", prefix=prefix, secret_hash="", scopes=["contacts.view"])

    @cached_property
    def identity_providers(self) -> IdentityProvider:
        provider = {"name": "Conta da Aurora", "issuer": "https://login.aurora.example", "client_id": "pytake"}
        return make(IdentityProvider, self.organization, **provider, client_secret="a provider's secret", domains=[])

    @cached_property
    def second_factors(self) -> Authenticator:
        """A colleague's: whoever has one is asked for it."""
        whose, data = self.members, {"name": "Chave", "credential": {}}
        with all_organizations("a second factor is a person's"):
            return Authenticator.objects.create(user=whose, type="webauthn", data=data)

    @cached_property
    def privacy_jobs(self) -> PrivacyJob:
        about = {"kind": "export", "subject_kind": "user", "subject_id": self.members.pk}
        return make(PrivacyJob, self.organization, state="done", **about)

    @cached_property
    def contacts(self) -> Contact:
        return make_contact(self.organization)

    @cached_property
    def other_contacts(self) -> Contact:
        return make_contact(self.organization, name="Caio")

    @cached_property
    def tags(self) -> Tag:
        tag = make_tag(self.organization, name="amiga da Bia")
        make(ContactTag, self.organization, contact=self.contacts, tag=tag)
        return tag

    @cached_property
    def numbers(self) -> Number:
        return make_number(self.organization)

    @cached_property
    def conversations(self) -> Conversation:
        return make_conversation(self.organization, contact=self.contacts, number=self.numbers)

    @cached_property
    def messages(self) -> Message:
        return make_message(self.organization, conversation=self.conversations, text="Oi, aqui é a Bia")

    @cached_property
    def notifications(self) -> Notice:
        with organization_scope(self.organization):
            return send_test(organization_id=self.organization.pk, user=self.owner)

    @cached_property
    def media(self) -> Media:
        picture = make_media(self.organization)
        said = {"type": "image", "content": {}, "text": "", "media": picture}
        make_message(self.organization, conversation=self.conversations, **said)  # where people see it
        return picture

    @cached_property
    def films(self) -> Media:
        film = {"mime_type": "video/mp4", "filename": "pão.mp4", "file": "pao.mp4"}
        return make_media(self.organization, uploaded_by=self.owner, **film)

    @cached_property
    def uploads(self) -> Upload:
        day = {"expires_at": timezone.now() + timedelta(days=1)}
        return make(Upload, self.organization, user=self.owner, filename="pão.png", size=len(PICTURE), parts=[], **day)

    @cached_property
    def templates(self) -> Template:
        """One that may be sent without values; and those whose headers and cards show each kind of file."""
        body, waba_id = {"type": "BODY", "text": "Seu pão está pronto."}, self.numbers.waba_id
        for kind in ("image", "video", "document"):
            header = {"type": "HEADER", "format": kind.upper()}
            make_template(self.organization, waba_id=waba_id, name=f"com_{kind}", components=[header, body])
            carousel = {"type": "CAROUSEL", "cards": [{"components": [header, body]}] * 2}
            make_template(self.organization, waba_id=waba_id, name=f"cards_{kind}", components=[body, carousel])
        template = make_template(self.organization, waba_id=waba_id, name="pronto_da_bia", components=[body])
        make(TemplateVersion, self.organization, template=template, version=1, components=[body])
        return template

    @cached_property
    def secrets(self) -> Secret:
        return make_secret(self.organization)

    @cached_property
    def webhook_events(self) -> Change:
        return make_change(self.organization, number=self.numbers, state="dead")

    @cached_property
    def organizations(self) -> Organization:
        return self.organization

    @cached_property
    def organization_exports(self) -> OrganizationExport:
        """One whose file is there."""
        name = default_storage.save(f"{self.organization.pk}/exports/sample.zip", ContentFile(b"PK"))
        return make(OrganizationExport, self.organization, state="ready", file=name, size=2, rows={}, attempts=1)

    def _member(self, user: User) -> Membership:
        with organization_scope(self.organization):
            return Membership.objects.for_organization(self.organization).get(user=user)

    def everything(self) -> None:
        """A row of each noun."""
        for noun in NAMES:
            self.of(noun)

    def rows(self) -> dict[str, list[Any]]:
        """All that the database holds of this organization."""
        models = [model for model in apps.get_models() if issubclass(model, OwnedModel)]
        with organization_scope(self.organization):
            return {m._meta.label: list(m._base_manager.order_by("pk").values()) for m in models}

    def of(self, noun: str) -> Model:
        row: Model = getattr(self, noun.replace("-", "_"))
        return row

    def ask(self, route: Operation, path: str, body: dict[str, Any]) -> Any:
        """The answer to the owner of these rows."""
        return ask(self.client, route, path, body)

    def path_of(self, route: Operation) -> str:
        """The route's path, with this sample's ids: `{id}` of its own noun, `{skill_id}` of a skill."""
        nouns = {name: NOUNS.get(name, route.noun) for name in re.findall(r"{(\w+)}", route.path)}
        return route.path.format(**{name: self.of(noun).pk for name, noun in nouns.items()})

    def body_of(self, route: Operation) -> dict[str, Any]:
        """The documented request, about these rows."""
        return dict(self._owned(route.example, ""))

    def body_naming(self, route: Operation, place: str, row: UUID) -> dict[str, Any]:
        """A request that names this row at this place, e.g. `message.reply_to`."""
        body, part = self.body_of(route), place.removeprefix("message.")
        if needs := NEEDS.get(part):
            body = needs if part == place else body | {"message": needs}
        return with_value(body, place, str(row))

    def _owned(self, value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: self._owned(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._owned(inner, name) for inner in value]
        return str(self.of(NOUNS[name]).pk) if name in NOUNS and value else value


def noun_of(place: str) -> str:
    """What an id at this place of a body names: `reply_to`, `tag_ids.0`, `template.…video.media_id`."""
    whole = place.removesuffix(".0")
    return "films" if whole.endswith(".video.media_id") else NOUNS[whole.rpartition(".")[2]]


NAMES = [name.replace("_", "-") for name, made in vars(Samples).items() if isinstance(made, cached_property)]


def ask(client: DocumentedClient, route: Operation, path: str, body: dict[str, Any]) -> Any:
    if "file" in body:
        sent = body | {"file": SimpleUploadedFile("pão.png", PICTURE, "image/png")}
        return getattr(client, route.method.lower())(path, sent, format="multipart")
    return getattr(client, route.method.lower())(path, body or None, format="json" if route.method != "GET" else None)
