"""What a person says of themselves, and their portrait."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.accounts.api.examples import sign_in as examples
from apps.accounts.models import AuditEntry, Organization, User
from apps.core.tenancy import organization_scope
from tests.core.schema import DocumentedClient

ME = "/api/v1/users/me/"


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 600)) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", size, "orange").save(file, kind)
    return SimpleUploadedFile("ana.png", file.getvalue(), "image/png")


def upload(api: DocumentedClient, file: SimpleUploadedFile) -> Any:
    return api.post(f"{ME}avatar/", {"file": file}, format="multipart")


def test_a_person_changes_their_profile_and_it_is_the_same_at_both_addresses(api: DocumentedClient) -> None:
    changed = api.patch(ME, examples.PROFILE)
    assert changed.status_code == 200
    shown = changed.json()
    assert shown | examples.PROFILE | {"phone_number": "+5511987654321"} == shown
    assert api.get(ME).json() == shown == api.get("/api/v1/auth/me/").json()


def test_preferences_are_merged(api: DocumentedClient) -> None:
    api.patch(ME, {"preferences": {"sounds": True, "density": "compact"}})
    shown = api.patch(ME, {"preferences": {"sounds": False, "density": None}}).json()
    assert shown["preferences"] == {"sounds": False}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"), ("phone_number", "call me"), ("phone_number", "12"), ("language", "tlh"),
        ("full_name", "A"), ("bio", "x" * 1001), ("preferences", ["sounds"]), ("preferences", {"a": "\0"}),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused_at_its_field(api: DocumentedClient, field: str, value: Any) -> None:
    refused = api.patch(ME, {field: value})
    assert refused.status_code == 400
    assert [each["field"] for each in refused.json()["errors"]] == [field]


def test_a_portrait_is_written_anew_shown_by_a_link_and_removed(api: DocumentedClient, agent: User) -> None:
    first = upload(api, picture()).json()["avatar_url"]
    agent.refresh_from_db()
    former = agent.avatar
    shown = Client().get(first)
    assert (shown.status_code, shown["Content-Type"], shown["X-Content-Type-Options"]) == (200, "image/webp", "nosniff")
    second = upload(api, picture("JPEG")).json()["avatar_url"]
    assert first != second
    assert api.get("/api/v1/auth/me/").json()["avatar_url"] == second
    assert api.get(f"/api/v1/users/{agent.pk}/").json()["avatar_url"] == second
    assert api.delete(f"{ME}avatar/").json()["avatar_url"] is None
    assert default_storage.exists(former), "until the test's transaction commits, which it doesn't"


def test_no_portrait_is_made_of_something_else(api: DocumentedClient) -> None:
    for file in (SimpleUploadedFile("ana.png", b"<svg onload=alert(1)>", "image/png"), picture("GIF")):
        refused = upload(api, file)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "file")
    assert upload(api, SimpleUploadedFile("ana.png", b"x" * (2 * 1024 * 1024 + 1), "image/png")).status_code == 413


def test_the_audit_log_tells_that_it_changed_and_keeps_what_is_personal_encrypted(
    api: DocumentedClient, organization: Organization, agent: User
) -> None:
    api.patch(ME, {"bio": "Atendo a padaria."})
    api.patch(ME, {"bio": "Atendo a padaria."})
    with organization_scope(organization):
        [entry] = AuditEntry.objects.for_organization(organization).filter(action="profile.changed")
    assert (entry.actor_id, entry.subject_id) == (agent.pk, agent.pk)
    assert "padaria" not in str(entry.changes)


def test_names_are_of_one_line(api: DocumentedClient, owners_api: DocumentedClient) -> None:
    asked = (
        (api.patch("/api/v1/users/me/", {"full_name": "Ana\r\nBcc: eve@evil.example"}), "full_name"),
        (owners_api.patch("/api/v1/organizations/me/", {"name": "Padaria\x07Aurora"}), "name"),
        (owners_api.post("/api/v1/invitations/", {"email": "c@d.example", "full_name": "C\nD"}), "full_name"),
    )
    for answer, field in asked:
        assert answer.status_code == 400
        assert [each["field"] for each in answer.json()["errors"]] == [field]
