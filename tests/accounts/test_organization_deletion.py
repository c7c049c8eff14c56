"""How an organization leaves: it takes everything along, a month passes, and nothing is left but a certificate."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import ProgrammingError, connection
from django.utils import timezone

from apps.accounts.models import (
    AuditEntry,
    DeletedOrganization,
    MessageCount,
    Organization,
    OrganizationExport,
    User,
)
from apps.accounts.services import audit, audit_chain, deletion, exports
from apps.core.models import Mail
from apps.core.tenancy import OwnedModel, all_organizations, organization_scope
from apps.whatsapp.models import InboundEvent
from tests.conftest import PASSWORD, client_of, commits, make_media, make_member
from tests.core.samples import Samples
from tests.core.schema import DocumentedClient

ME, EXPORTS = "/api/v1/organizations/me/", "/api/v1/organization-exports/"
ASKED = {"name": "Padaria Aurora", "password": PASSWORD}


def no_wake(_name: str) -> None:
    """What waits for a task waits."""


@pytest.fixture
def later(settings: Any) -> None:
    settings.WAKE_TRANSPORT = f"{__name__}.no_wake"


def mails(what: str) -> set[str]:
    with all_organizations("mails are read"):
        return {to for to, subject in Mail.objects.values_list("to", "subject") if what in subject}


def months_later(organization: Organization) -> None:
    with all_organizations("a month passes"):
        Organization.objects.filter(pk=organization.pk).update(deletes_at=timezone.now() - timedelta(minutes=1))


def rows_left(organization: Organization) -> dict[str, int]:
    """What any table still holds of it."""
    found = {}
    with all_organizations("what is left of an organization?"):
        for model in apps.get_models():
            if issubclass(model, OwnedModel):
                found[model._meta.label] = model._base_manager.filter(organization=organization.pk).count()
    return {label: number for label, number in found.items() if number}


def test_an_owner_asks_and_another_one_takes_it_back(
    owners_api: DocumentedClient, owner: User, organization: Organization
) -> None:
    second = make_member(organization, role="owner")
    assert owners_api.post(f"{ME}delete/", ASKED | {"password": "guessed"}).status_code == 403
    assert owners_api.post(f"{ME}delete/", ASKED | {"name": "Aurora"}).status_code == 400
    asked = owners_api.post(f"{ME}delete/", ASKED)
    assert asked.status_code == 200
    assert asked.json()["deletes_at"] > f"{timezone.now() + timedelta(days=29):%Y-%m-%d}"
    assert owners_api.post(f"{ME}delete/", ASKED).status_code == 409
    assert mails("será excluída") == {owner.email, second.email}
    kept = client_of(second, organization).post(f"{ME}keep/")
    assert (kept.status_code, kept.json()["deletes_at"]) == (200, None)
    assert mails("não será") == {owner.email, second.email}
    assert owners_api.post(f"{ME}keep/").status_code == 409
    assert deletion.delete_some() == 0


def test_an_admin_may_neither_delete_nor_export(organization: Organization) -> None:
    admin = client_of(make_member(organization, role="admin"), organization)
    assert admin.post(f"{ME}delete/", ASKED).status_code == 403
    assert admin.post(EXPORTS).status_code == 403


@commits
@pytest.mark.usefixtures("later")
def test_after_the_grace_nothing_is_left_and_others_keep_everything() -> None:
    ours, theirs = Samples("Padaria Aurora"), Samples("Floricultura Boreal")
    for each in (ours, theirs):
        each.everything()
        with organization_scope(each.organization):
            audit.record("test.done", organization_id=each.organization.pk, target="test")
            MessageCount.objects.for_organization(each.organization).create(
                month=timezone.now().date(), direction="sent", shard=1, count=3
            )
    while audit_chain.link_some():
        pass
    file = default_storage.save(f"{ours.organization.pk}/2026/11/pao.txt", ContentFile(b"bread"))
    kept = default_storage.save(f"{theirs.organization.pk}/2026/11/rosa.txt", ContentFile(b"a rose"))
    before = theirs.rows()
    assert ours.client.post(f"{ME}delete/", ASKED).status_code == 200
    months_later(ours.organization)
    assert deletion.delete_some() == 0, "nothing goes before the export is made"
    assert exports.export_some() == 1
    assert deletion.delete_some() == 1
    assert deletion.delete_some() == 0
    assert rows_left(ours.organization) == {}
    with all_organizations("what is left?"):
        assert not Organization.objects.filter(pk=ours.organization.pk).exists()
        assert InboundEvent.objects.count() == 1, "the other organization's"
        certificate = DeletedOrganization.objects.get()
    assert certificate.organization_id == ours.organization.pk
    assert certificate.requested_by == ours.owner.pk
    assert {"contacts_contact", "accounts_auditentry", "core_logentry"} <= certificate.rows.keys()
    assert mails("foi excluída") >= {ours.owner.email}
    assert deletion.delete_files() == 1
    assert not default_storage.exists(file)
    assert default_storage.exists(kept)
    assert deletion.delete_files() == 0
    assert theirs.rows() == before
    assert ours.client.get(ME).status_code == 401


@commits
def test_before_its_time_not_even_the_database_deletes_an_organization() -> None:
    ours = Samples("Padaria Aurora")
    with pytest.raises(Exception, match="not due"), all_organizations("too early"), connection.cursor() as cursor:
        cursor.execute("SELECT accounts_delete_organization(%s)", [ours.organization.pk])
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        organization_scope(ours.organization),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT accounts_delete_organization(%s)", [ours.organization.pk])
    with pytest.raises(ProgrammingError, match="permission denied"), all_organizations("the log stays"):
        AuditEntry.objects.across_organizations().delete()


def _zip_of(client: DocumentedClient, export: dict[str, Any]) -> zipfile.ZipFile:
    answer = client.get(f"{EXPORTS}{export['id']}/download/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


@commits
@pytest.mark.usefixtures("later")
def test_an_export_holds_every_row_and_file_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PAGE", 2)
    ours, theirs = Samples("Padaria Aurora"), Samples("Floricultura Boreal")
    theirs.everything()
    ours.everything()
    for number in range(4):
        make_media(ours.organization, filename=f"{number}.png")
    name = default_storage.save(f"{ours.organization.pk}/2026/11/pao.txt", ContentFile(b"bread"))
    asked = ours.client.post(EXPORTS)
    assert (asked.status_code, asked.json()["state"]) == (201, "pending")
    assert ours.client.post(EXPORTS).status_code == 409
    assert ours.client.get(f"{EXPORTS}{asked.json()['id']}/download/").status_code == 409
    while exports.export_some():
        pass
    made = ours.client.get(f"{EXPORTS}{asked.json()['id']}/").json()
    assert made["state"] == "ready"
    with _zip_of(ours.client, made) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["rows"] == made["rows"]
        media = [json.loads(line) for line in archive.read("whatsapp_media.jsonl").splitlines()]
        assert {f"{number}.png" for number in range(4)} <= {row["filename"] for row in media}
        assert len({row["id"] for row in media}) == len(media) == made["rows"]["whatsapp_media"]
        assert archive.read(f"files/{name}") == b"bread"
        everything = b"".join(archive.read(each) for each in archive.namelist())
    assert b"an access token" not in everything
    assert b"an app's secret" not in everything
    assert b"argon2" not in everything
    assert b"Boreal" not in everything
    assert str(theirs.organization.pk).encode() not in everything
    with organization_scope(ours.organization):
        OrganizationExport.objects.for_organization(ours.organization).update(expires_at=timezone.now())
    while exports.forget_old_exports():
        pass
    assert ours.client.get(f"{EXPORTS}{asked.json()['id']}/").json()["state"] == "expired"
    assert ours.client.get(f"{EXPORTS}{asked.json()['id']}/download/").status_code == 409


@commits
@pytest.mark.usefixtures("later")
def test_an_export_whose_maker_died_is_made_anew_and_given_up_in_the_end() -> None:
    ours = Samples("Padaria Aurora")
    with organization_scope(ours.organization):
        export = exports.request_export(organization_id=ours.organization.pk, by=None)

    def state(**changed: Any) -> str:
        with organization_scope(ours.organization):
            rows = OrganizationExport.objects.for_organization(ours.organization).filter(pk=export.pk)
            if changed:
                rows.update(**changed)
            return rows.get().state

    assert exports._claim() is not None
    assert exports.export_some() == 0, "somebody is at it"
    state(lease_until=timezone.now() - timedelta(seconds=1))
    assert exports.export_some() == 1
    assert state() == "ready"
    state(state="running", attempts=3, lease_until=timezone.now() - timedelta(seconds=1))
    assert exports.export_some() == 0
    assert state() == "failed"


def test_columns_that_hold_secrets_are_known(db: None) -> None:
    told = {f"{model._meta.label}.{name}" for model in exports.tables() for name in exports.columns_of(model)}
    secretive = {name for name in told if any(word in name.rpartition(".")[2] for word in ("token", "secret", "hash"))}
    about_tokens = {f"whatsapp.Number.token_{what}" for what in ("expires_at", "scopes", "warned_at")}
    hashes = {"accounts.AuditHead.hash", "accounts.AuditLink.hash"}
    assert secretive <= {"vault.SecretUse.secret_id", *hashes, *about_tokens}
