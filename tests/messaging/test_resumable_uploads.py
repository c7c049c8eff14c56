"""Files that come in parts: gone on with after a lost line, by whoever began them and nobody else."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import Organization, User
from apps.core.tenancy import organization_scope
from apps.whatsapp.models import Media, Upload
from apps.whatsapp.services import uploads
from tests.conftest import client_of, commits, make_member, make_organization
from tests.core.schema import DocumentedClient

URL = "/api/v1/media/uploads/"
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def begin(api: DocumentedClient, content: bytes = FILM, **fields: Any) -> Any:
    return api.post(URL, {"filename": "forno.mp4", "size": len(content), "type": "video"} | fields)


def send(api: DocumentedClient, upload: str, offset: int, content: bytes) -> Any:
    part = {"offset": offset, "file": SimpleUploadedFile("part", content)}
    return api.patch(f"{URL}{upload}/", part, format="multipart")


def test_a_file_goes_on_where_the_line_broke(api: DocumentedClient, organization: Organization, tmp_path: Path) -> None:
    begun = begin(api).json()
    assert (begun["offset"], begun["media"]) == (0, None)
    assert send(api, begun["id"], 0, FILM[:4000]).json()["offset"] == 4000
    again = send(api, begun["id"], 0, FILM[:4000])  # its answer was lost
    assert (again.status_code, again.json()["type"], again.json()["offset"]) == (409, "/problems/offset-differs", 4000)
    assert api.get(f"{URL}{begun['id']}/").json()["offset"] == 4000
    done = send(api, begun["id"], 4000, FILM[4000:]).json()
    media = done["media"]
    assert (done["offset"], media["mime_type"], media["filename"], media["state"]) == (
        len(FILM),
        "video/mp4",
        "forno.mp4",
        "ready",
    )
    with organization_scope(organization):
        kept = Media.objects.in_scope().get(pk=media["id"])
    assert default_storage.open(str(kept.file)).read() == FILM
    assert api.get(f"/api/v1/media/{media['id']}/").status_code == 200, "who sent it sees it"


@commits
def test_the_parts_go_once_the_file_is_whole(tmp_path: Path) -> None:
    organization = make_organization()
    api = client_of(make_member(organization), organization)
    begun = begin(api).json()
    send(api, begun["id"], 0, FILM[:4000])
    assert len(list(tmp_path.rglob("uploads/*/*"))) == 1
    send(api, begun["id"], 4000, FILM[4000:])
    assert list(tmp_path.rglob("uploads/*/*")) == []


@pytest.mark.parametrize(
    ("fields", "status", "problem", "field"),
    [
        ({"size": 0}, 400, "limit-exceeded", "size"),
        ({"size": 200_000_000}, 413, "file-too-large", "size"),
        ({"size": -1}, 400, "invalid", "size"),
        ({"type": "podcast"}, 400, "invalid", "type"),
        ({"filename": ""}, 400, "invalid", "filename"),
    ],
)
def test_what_cannot_become_a_file_is_refused_at_once(
    api: DocumentedClient, fields: dict[str, Any], status: int, problem: str, field: str
) -> None:
    answer = begin(api, **fields)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert answer.json()["errors"][0]["field"] == field


def test_parts_that_do_not_fit_are_refused_and_leave_nothing(
    api: DocumentedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(api).json()["id"]
    beyond = send(api, upload, 0, FILM + b"x")
    assert (beyond.status_code, beyond.json()["type"]) == (400, "/problems/upload-full")
    assert send(api, upload, 10, FILM[10:]).status_code == 409
    monkeypatch.setattr(uploads, "LARGEST_PART", 1000)
    assert send(api, upload, 0, FILM[:1001]).json()["type"] == "/problems/part-too-large"
    assert api.get(f"{URL}{upload}/").json()["offset"] == 0


def test_a_whole_file_is_refused_as_one_that_is_sent_whole(api: DocumentedClient) -> None:
    upload = begin(api, type="image").json()["id"]
    answer = send(api, upload, 0, FILM)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/media-not-accepted")
    assert api.get(f"{URL}{upload}/").json()["offset"] == 0


def test_an_upload_is_its_owners_for_a_day(
    api: DocumentedClient, organization: Organization, agent: User, tmp_path: Path
) -> None:
    upload = begin(api).json()["id"]
    send(api, upload, 0, FILM[:4000])
    other = client_of(make_member(organization), organization)
    assert other.get(f"{URL}{upload}/").status_code == 404
    assert send(other, upload, 4000, FILM[4000:]).status_code == 404
    assert other.delete(f"{URL}{upload}/").status_code == 404
    with organization_scope(organization):
        Upload.objects.in_scope().update(expires_at=timezone.now() - timedelta(seconds=1))
    assert send(api, upload, 4000, FILM[4000:]).status_code == 404
    assert (uploads.forget_expired(), uploads.forget_expired()) == (1, 0)
    assert list(tmp_path.rglob("uploads/*/*")) == []


def test_ten_may_be_unfinished_and_a_cancelled_one_makes_room(api: DocumentedClient) -> None:
    begun = [begin(api) for _ in range(uploads.OPEN_AT_ONCE)]
    refused = begin(api)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-uploads")
    assert api.delete(f"{URL}{begun[0].json()['id']}/").status_code == 204
    assert begin(api).status_code == 201
