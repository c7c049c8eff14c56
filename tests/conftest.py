"""What all tests share. Everybody is made by a function here; nobody is made by hand in a test."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from model_bakery import baker

from apps.accounts import services as accounts
from apps.accounts.models import Organization, User
from apps.accounts.roles import PERMISSIONS
from apps.accounts.selectors import Access, access_of_token
from apps.accounts.services import lockout
from apps.contacts.models import Contact, ContactIdentity, Tag
from apps.contacts.phones import match_key
from apps.core.log import Frame, Viewer, entries_after
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging.models import Conversation, Message
from apps.vault import services as vault
from apps.vault.models import Secret
from apps.whatsapp.models import Change, InboundEvent, Media, MetaApp, Number, Template
from tests.core.schema import DocumentedClient

T = TypeVar("T")
R = TypeVar("R", bound=Model)
PASSWORD = "pão-quente-às-seis"
# For tests that really commit. "owner" is named because only it may truncate the tables afterwards.
commits = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
_serial = count(1)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Both databases, whichever a test names: pytest-django's own leaves out the one that "default" mirrors."""
    aliases, keep = ["default", "owner"], django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases=aliases, keepdb=keep)
    yield
    with django_db_blocker.unblock():
        connection.close()  # the app's: the owner is about to drop the database
        if not django_db_keepdb:
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _nobody_tried_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-ins that failed in other tests, or in an earlier run, are not held against this one's people."""
    monkeypatch.setattr(lockout, "PREFIX", f"sign-in:{uuid4()}")


@pytest.fixture
def organization(db: None) -> Organization:
    return make_organization("Padaria Aurora")


@pytest.fixture
def owner(organization: Organization) -> User:
    return make_member(organization, role="owner", full_name="Olga Reis")


@pytest.fixture
def agent(organization: Organization) -> User:
    return make_member(organization, role="agent", full_name="Ana Souza")


@pytest.fixture
def viewer(organization: Organization) -> User:
    return make_member(organization, role="viewer", full_name="Vera Lima")


@pytest.fixture
def api(agent: User, organization: Organization) -> DocumentedClient:
    """An agent's client."""
    return client_of(agent, organization)


@pytest.fixture
def owners_api(owner: User, organization: Organization) -> DocumentedClient:
    return client_of(owner, organization)


def make_organization(name: str = "Padaria Aurora") -> Organization:
    with all_organizations("a new organization belongs to none"):
        return accounts.create_organization(name=name)


def make_member(organization: Organization, *, role: str = "agent", email: str = "", full_name: str = "") -> User:
    """A person who belongs to the organization, with `PASSWORD`."""
    number = next(_serial)
    with all_organizations("a person belongs to no organization by themselves"):
        user = User.objects.by_email(email) or User.objects.create_user(
            email or f"person{number}@aurora.example", PASSWORD, full_name=full_name or f"Person {number}",
            email_verified_at=timezone.now(),
        )  # fmt: skip
        accounts.add_member(organization=organization, user=user, role=role)
    return user


def session_of(user: User, organization: Organization) -> dict[str, Any]:
    """What a sign-in answers: `access`, `refresh`, …"""
    return accounts.login(
        email=user.email, password=PASSWORD, organization_id=organization.pk, client=accounts.Client()
    )


def token_of(user: User, organization: Organization) -> str:
    return str(session_of(user, organization)["access"])


def access_of(user: User, organization: Organization) -> Access:
    """Who asks, as services and selectors want to know it."""
    return access_of_token(token_of(user, organization))


def client_of(user: User, organization: Organization) -> DocumentedClient:
    client = DocumentedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(user, organization)}")
    return client


def make(model: type[R], organization: Organization, **values: Any) -> R:
    """A row of the organization; what is left out is filled by model-bakery."""
    with organization_scope(organization):
        row: R = baker.make(model, organization=organization, **values)
        return row


def make_contact(organization: Organization, **values: Any) -> Contact:
    """A contact whom WhatsApp knows by their phone; without one they are nobody's yet."""
    phone = values.pop("phone", f"55119{80000000 + next(_serial)}")
    contact = make(Contact, organization, **({"name": "Bia Rocha", "phone": phone} | values))
    if phone:
        make(ContactIdentity, organization, contact=contact, kind=ContactIdentity.Kind.PHONE, value=match_key(phone))
    return contact


def make_tag(organization: Organization, name: str = "cliente", **values: Any) -> Tag:
    return make(Tag, organization, name=name, **values)


def make_app(organization: Organization, **values: Any) -> MetaApp:
    return make(MetaApp, organization, **({"secret": "an app's secret", "verify_token": "a token"} | values))


def make_number(organization: Organization, **values: Any) -> Number:
    app = values.pop("app", None) or make_app(organization)
    shown = {
        "phone_number_id": f"1055{next(_serial):011}",
        "waba_id": "102290129340398",
        "access_token": "an access token",
        "display_phone_number": "+55 11 4002-8922",
        "verified_name": organization.name,
    }
    return make(Number, organization, app=app, **(shown | values))


def make_secret(organization: Organization, **values: Any) -> Secret:
    """A secret of the organization's, or of a chatbot's with `chatbot_id`."""
    with organization_scope(organization):
        said = {"name": "openai_key", "value": "sk-4f9a2c"} | values
        return vault.create_secret(organization_id=organization.pk, **said)


def make_change(organization: Organization, **values: Any) -> Change:
    """What a webhook told about one of the organization's numbers."""
    number = values.pop("number", None) or make_number(organization)
    with all_organizations("a webhook's body belongs to the installation"):
        event = InboundEvent.objects.create(app=number.app, body=b"{}", state=InboundEvent.State.SPLIT)
    told = {"field": "messages", "kind": "message", "lane": f"{number.pk} {next(_serial)}", "value": {"type": "text"}}
    return make(Change, organization, event=event, number=number, **(told | values))


def make_media(organization: Organization, **values: Any) -> Media:
    """A picture that is there."""
    picture = {"state": "ready", "mime_type": "image/png", "filename": "pão.png", "size": 68, "file": "pao.png"}
    return make(Media, organization, **(picture | values))


def make_template(organization: Organization, **values: Any) -> Template:
    """A template that may be sent, of the account that numbers have here."""
    shown = {
        "waba_id": "102290129340398",
        "name": f"modelo_{next(_serial)}",
        "language": "pt_BR",
        "category": "UTILITY",
        "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Olá {{1}}, seu pedido está pronto."}],
    }
    return make(Template, organization, **(shown | values))


def make_conversation(organization: Organization, **values: Any) -> Conversation:
    """An open conversation, in which a customer wrote just now."""
    now = timezone.now()
    with_whom = {
        "contact": values.pop("contact", None) or make_contact(organization),
        "number": values.pop("number", None) or make_number(organization),
    }
    state = {"last_message_at": now, "last_inbound_at": now, "window_expires_at": now + timedelta(hours=24)}
    return make(Conversation, organization, **(with_whom | state | values))


def make_message(organization: Organization, **values: Any) -> Message:
    """The newest message of a conversation: a customer's text, unless said otherwise."""
    conversation = values.pop("conversation", None) or make_conversation(organization)
    inbound = values.get("direction", "inbound") == "inbound"
    text = values.pop("text", "Oi")
    said = {
        "contact": conversation.contact,
        "number": conversation.number,
        "direction": "inbound" if inbound else "outbound",
        "sender_kind": "contact" if inbound else "agent",
        "status": "received" if inbound else "queued",
        "wamid": f"wamid.{next(_serial)}" if inbound else None,
        "type": "text",
        "content": {"body": text},
        "text": text,
        "at": timezone.now(),
    }
    message = make(Message, organization, conversation=conversation, **(said | values))
    with organization_scope(organization):
        conversation.last_message, conversation.last_message_at = message, message.at
        conversation.save(update_fields=["last_message", "last_message_at"])
    return message


def facts_of(organization: Organization, *, after: int = 0, may: str = "", scope: str = "all") -> list[Frame]:
    """What a reader with these permissions (an owner's, if none are named) and words of scopes finds in the log."""
    permissions = frozenset(may.split()) or PERMISSIONS["owner"]
    viewer = Viewer(organization_id=organization.pk, permissions=permissions, scopes=frozenset(scope.split()))
    with organization_scope(organization):
        return entries_after(after, viewer)


def in_parallel(work: Callable[[int], T], *, times: int) -> list[T]:
    """Run `work(0)`, `work(1)`, … at once, each on a connection of its own."""

    def run(number: int) -> T:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))
