"""Every tenant's table has both walls, and the doors have few users."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.models import ForeignKey, Model

from apps.accounts.models import DeletedOrganization
from apps.core.models import Mail
from apps.core.tenancy import TenantQuerySet
from apps.whatsapp.models import InboundEvent

APPS = Path(__file__).parents[2] / "apps"
DOOR = {
    "accounts/api/views/organizations.py: support staff ask the API for any organization",
    "accounts/services/deletion.py: deletion: files of organizations that are gone",
    "accounts/services/deletion.py: deletion: organizations whose grace is over go as a whole",
    "accounts/services/exports.py: exports: files that have lain for long enough are deleted, whosever they are",
    "accounts/services/exports.py: exports: those of all organizations are made one after the other",
    "accounts/services/audit_chain.py: audit: new entries are chained, whosever they are",
    "accounts/services/sign_in.py: people are let in and out, wherever they work",
    "accounts/services/retention.py: retention: which organizations keep what for how long?",
    "core/log.py: log entries that an organization doesn't keep for so long are deleted",
    "core/mail.py: mails that were written long ago are forgotten",
    "whatsapp/api/views/number_actions.py: sign-up: the app is the installation's, which no organization's scope"
    " reaches",
    "whatsapp/services/numbers/health.py: numbers: whose turn is it to be asked how it stands?",
    "whatsapp/services/template_sync.py: templates: which accounts are there to be synchronized?",
    "whatsapp/services/inbound.py: inbound: raw bodies of which no organization keeps anything are deleted",
    "accounts/services/privacy.py: privacy: does a person belong to other organizations?",
    "accounts/services/privacy.py: privacy: exports that have lain for a week are deleted",
    "accounts/services/privacy.py: privacy: jobs of all organizations are done one after the other",
    "accounts/services/privacy.py: privacy: what the installation keeps of a person",
    "accounts/services/audit_chain.py: audit: whose chains are there to be verified?",
    "accounts/services/statuses.py: statuses: who has no socket any more, in whatever organization",
    "accounts/selectors.py: sign-in: a browser's session names a person, not an organization",
    "accounts/selectors.py: sign-in: a person's other organizations",
    "accounts/selectors.py: sign-in: an API key names its organization only after it is read",
    "accounts/selectors.py: sign-in: the token tells whose rows are in reach",
    "accounts/services/failures.py: sign-in: one that failed names a person, not an organization",
    "accounts/services/staff.py: sign-in: a second factor of the staff is a person's, not an organization's",
    "accounts/services/impersonation.py: impersonation: a code names the organization only after it is read",
    "accounts/services/impersonation.py: impersonation: those that are over, in whatever organization",
    "accounts/services/invitations.py: invitation: does whoever has this account belong anywhere?",
    "accounts/services/invitations.py: invitation: its link names the organization",
    "accounts/services/enrolment.py: sign-in: a second factor is a person's, not an organization's",
    "accounts/services/second_factor.py: sign-in: a second factor is a person's, not an organization's",
    "accounts/services/emails.py: e-mail: a person's own, in all their organizations",
    "accounts/services/emails.py: e-mail: the link names a person, not an organization",
    "accounts/services/passwords.py: password: a mail address names a person, not an organization",
    "accounts/services/passwords.py: password: it is a person's, in all their organizations",
    "accounts/services/passwords.py: password: the link names a person, not an organization",
    "accounts/services/sso.py: sign-in: a provider is asked for before anybody is signed in",
    "accounts/services/sso.py: sign-in: a provider's subject is somebody of its organization",
    "accounts/services/sign_in.py: registration: a new organization belongs to none",
    "accounts/services/sign_in.py: sign-in: a refresh token names its organization only after it is read",
    "accounts/services/sign_in.py: sign-in: an e-mail address names a person, not an organization",
    "accounts/services/sign_in.py: sign-in: from one organization to another",
    "accounts/services/sessions.py: sign-ins: a person's own, whatever organizations they are for",
    "core/desk.py: support staff look after every organization",
    "core/idempotency.py: idempotency keys older than a day are forgotten",
    "core/log.py: an organization's new facts get their numbers",
    "core/log.py: log entries that are too old are deleted, whosever they are",
    "core/log.py: which organizations have new facts?",
    "core/mail.py: mails wait for sending, whoever caused them",
    "core/mail.py: the outbox page shows mails, whoever caused them",
    "messaging/services/blocking.py: blocks: whose turn is it to be told to WhatsApp?",
    "messaging/inbound/__init__.py: inbound: changes of all organizations, lane by lane",
    "accounts/management/commands/add_member.py: a command takes people into organizations",
    "messaging/management/commands/seed_demo.py: the demo: an organization, its people and its number are made at once",
    "messaging/recipients.py: recipients: what answers and statuses call whom a message went to",
    "messaging/outbox.py: outbox: a message waits for its contact's limit",
    "messaging/places.py: outbox: messages of all organizations wait for a place in a messaging limit",
    "messaging/outbox.py: outbox: leases run out in every organization",
    "messaging/outbox.py: outbox: messages of all organizations wait for sending",
    "messaging/outbox.py: outbox: read receipts of all organizations",
    "messaging/outbox.py: outbox: what became of messages of all organizations",
    "vault/services/keys.py: vault: secrets of all organizations under old keys are counted",
    "vault/services/keys.py: vault: which secrets are under old keys, whosever they are?",
    "notifications/services.py: notices that are too old are deleted, whosever they are",
    "notifications/services.py: notices: mails are due, in whichever organization",
    "whatsapp/selectors.py: ingest: the address tells which app signs, before anybody's rows are in reach",
    "whatsapp/services/fetching.py: media: a file is here, or isn't to be had",
    "whatsapp/services/fetching.py: media: files of all organizations wait at WhatsApp",
    "whatsapp/services/inbound.py: inbound: a raw body names its organizations only inside",
    "whatsapp/services/inbound.py: inbound: what came for a number before it was connected belongs to nobody yet",
    "whatsapp/services/looks.py: media: files of all organizations wait to be looked at",
    "whatsapp/services/looks.py: media: how a file looks is known",
    "whatsapp/services/media.py: media: a signed link names its file, and whoever holds it may see that file",
    "whatsapp/services/uploads.py: media: uploads that nobody finished make room again",
}
# Each searches a list that the tenancy matrix reads beside another organization's rows.
HEAVY = {
    "contacts/api/views.py: contacts are searched by parts of names and numbers",
    "messaging/api/views/conversations.py: a search of conversations by names and words",
}
# Rows of the installation, which no tenant's scope may read.
KEPT_FROM_TENANTS = [DeletedOrganization, Mail, InboundEvent, Authenticator, EmailAddress, EmailConfirmation]
SOUND = """
    SELECT c.relname FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname
    WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.policyname = 'tenant' AND p.cmd = 'ALL'
      AND p.permissive = 'PERMISSIVE' AND p.qual LIKE '%%app.organization%%' AND p.with_check = p.qual
"""


def tenants() -> list[type[Model]]:
    tenant = apps.get_model(settings.TENANT_MODEL)
    return [m for m in apps.get_models() if m is tenant or any(f.related_model is tenant for f in m._meta.fields)]


def tables_without_policy() -> set[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(SOUND)
        return {model._meta.db_table for model in tenants()} - {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(databases=["owner"])
def test_every_table_of_a_tenant_has_its_policy_and_a_missing_one_is_found() -> None:
    assert tables_without_policy() == set()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP POLICY tenant ON contacts_tag; ALTER TABLE core_logentry NO FORCE ROW LEVEL SECURITY")
    assert tables_without_policy() == {"contacts_tag", "core_logentry"}


@pytest.mark.django_db(databases=["owner"])
def test_where_a_tenants_row_names_anothers_the_database_says_that_they_share_the_organization() -> None:
    """Row-level security doesn't: PostgreSQL's foreign key checks pass it by."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
        )
        found = {(table, definition.partition(")")[0].partition("(")[2]) for table, definition in cursor.fetchall()}
    owned = [model for model in tenants() if model._meta.label != settings.TENANT_MODEL]
    wanted = {
        (model._meta.db_table, f"organization_id, {field.column}")
        for model in owned
        for field in model._meta.fields
        if isinstance(field, ForeignKey) and field.related_model in owned and not _may_be_nobodys(field.related_model)
    }
    assert wanted - found == set()


def _may_be_nobodys(model: type[Model]) -> bool:
    """The installation's rows, such as an app at Meta that serves many organizations."""
    return bool(model._meta.get_field("organization").null)


def test_no_tenant_reads_what_is_the_installations(db: None) -> None:
    with connections["default"].cursor() as cursor:
        for table in (model._meta.db_table for model in KEPT_FROM_TENANTS):
            cursor.execute("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = %s", [table])
            assert cursor.fetchone() == (True,)
            cursor.execute("SELECT count(*) FROM pg_policies WHERE tablename = %s AND cmd <> 'INSERT'", [table])
            assert cursor.fetchone() == (0,)


def test_every_queryset_of_a_tenant_is_guarded() -> None:
    unguarded = [m for m in tenants() if not isinstance(m._default_manager.all(), TenantQuerySet)]
    assert [m._meta.label for m in unguarded] == [settings.TENANT_MODEL]


def test_a_lower_apps_objects_grow_no_attributes_from_above() -> None:
    """`related_name="+"` on each foreign key between apps."""
    growing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
        for field in model._meta.get_fields()
        if field.auto_created and field.is_relation and not field.concrete
        if (related := field.related_model) and related.__module__.startswith("apps.")
    }
    assert growing == set()


def test_the_app_owns_nothing_and_sees_nothing_by_itself(db: None) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = session_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = session_user::regrole")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT current_user = session_user, pg_has_role(session_user, 'pytake_system', 'USAGE')")
        assert cursor.fetchone() == (True, False), "the system's role is taken, never inherited"


def calls(name: str, *, argument: int) -> Iterator[str]:
    """`core/log.py: why` of each call in the apps."""
    for file in APPS.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == name:
                yield f"{file.relative_to(APPS)}: {ast.literal_eval(call.args[argument])}"


def test_these_go_through_the_door_and_nobody_else() -> None:
    assert {*calls("all_organizations", argument=0)} == DOOR


def test_these_read_heavily_and_nobody_else() -> None:
    assert {*calls("heavy_reading", argument=1)} == HEAVY
