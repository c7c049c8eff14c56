"""An organization with a number and an agent, and the database seen past all policies, to count in."""

import os
from dataclasses import dataclass
from typing import Any

import psycopg

from apps.accounts import services as accounts
from apps.accounts.models import Organization, User
from apps.core.tenancy import all_organizations
from apps.whatsapp.models import MetaApp, Number

PASSWORD = "pão-quente-às-seis"


@dataclass(frozen=True)
class Installation:
    organization: Organization
    agent: User
    number: Number
    app: MetaApp

    @property
    def webhook_path(self) -> str:
        return f"/webhooks/whatsapp/{self.app.key}/"

    def token(self) -> str:
        signed_in = accounts.login(email=self.agent.email, password=PASSWORD, client=accounts.Client())
        return str(signed_in["access"])


def prepare() -> Installation:
    with all_organizations("a bench's organization is made at once"):
        organization = accounts.create_organization(name="Padaria Aurora")
        agent = User.objects.create_user("ana@aurora.example", PASSWORD, full_name="Ana Souza")
        accounts.add_member(organization=organization, user=agent, role="agent")
        app = MetaApp.objects.across_organizations().create(organization=organization, secret="an app's secret")
        number = Number.objects.across_organizations().create(
            organization=organization, app=app, phone_number_id="105512345678901", waba_id="102290129340398",
            access_token="an access token", display_phone_number="551140028922", verified_name=organization.name,
        )  # fmt: skip
    return Installation(organization, agent, number, app)


def durability() -> dict[str, Any]:
    """What the server promises by a commit."""
    return {name: ask(f"SHOW {name}") for name in ("server_version", "fsync", "synchronous_commit")}


def owners_connection() -> "psycopg.Connection[tuple[Any, ...]]":
    """As the tables' owner, whom no policy holds up."""
    return psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)


def ask(statement: str, *values: Any) -> Any:
    """The first column of the only row."""
    with owners_connection() as connection:
        row = connection.execute(statement, values).fetchone()
    return row[0] if row else None
