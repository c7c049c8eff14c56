"""Files that agents send: taken, looked at, changed into what WhatsApp plays, laid there once a number."""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import Organization, User
from apps.core.tenancy import organization_scope
from apps.whatsapp.errors import FileTooLarge
from apps.whatsapp.models import Media, Number
from apps.whatsapp.providers import Refused
from apps.whatsapp.providers.cloud import open_session
from apps.whatsapp.services import media as service
from apps.whatsapp.services.provider import client_for
from tests.conftest import commits, make, make_number, make_organization
from tests.core.schema import DocumentedClient
from tests.whatsapp.graph import BAD_TOKEN, Graph
from tests.whatsapp.test_filetypes import DOCX, JPEG, zipped
from tests.whatsapp.test_voice import CHROME, STEREO, pages

MEDIA = "/api/v1/media/"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def upload(api: DocumentedClient, content: bytes, name: str, content_type: str = "", **fields: str) -> Any:
    file = SimpleUploadedFile(name, content, content_type)
    return api.post(MEDIA, {"file": file} | fields, format="multipart")


def stored(answer: Any, organization: Organization) -> bytes:
    with organization_scope(organization):
        media = Media.objects.in_scope().get(pk=answer.json()["id"])
    content: bytes = default_storage.open(media.file.name).read()
    assert (media.size, media.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert media.file.name.startswith(f"{organization.pk}/")
    return content


def test_an_agent_uploads_a_picture(api: DocumentedClient, organization: Organization) -> None:
    answer = upload(api, JPEG, "praia do forte.jpg", "image/jpeg")
    assert answer.status_code == 201
    media = answer.json()
    assert (media["mime_type"], media["filename"], media["state"], media["error"]) == (
        "image/jpeg",
        "praia do forte.jpg",
        "ready",
        None,
    )
    assert stored(answer, organization) == JPEG
    assert api.get(f"{MEDIA}{media['id']}/").json()["url"].startswith(f"/media/{media['id']}/?")


def test_a_large_file_comes_from_a_file_and_not_from_memory(organization: Organization) -> None:
    with TemporaryUploadedFile("x.bin", "application/x-strange", 0, None) as file:
        file.write(bytes(range(256)) * 20_000)
        file.size = 256 * 20_000
        file.seek(0)
        with organization_scope(organization):
            media = service.store_upload(organization_id=organization.pk, file=file, filename="x.bin")
    assert media.size == default_storage.size(media.file.name) == 5_120_000


def test_what_a_file_claims_to_be_does_not_count(api: DocumentedClient) -> None:
    answer = upload(api, b"<!DOCTYPE html><script>x()</script>", "gato.png", "image/png")
    assert answer.json()["mime_type"] == "text/plain"
    assert upload(api, zipped("word/document.xml"), "carta.docx", "").json()["mime_type"] == DOCX


def test_an_empty_file_is_refused(api: DocumentedClient) -> None:
    answer = upload(api, b"", "nada.txt")
    assert answer.status_code == 400
    assert (answer.json()["type"], answer.json()["errors"][0]["field"]) == ("/problems/limit-exceeded", "file")


def test_a_file_that_is_missing_is_asked_for(api: DocumentedClient) -> None:
    answer = api.post(MEDIA, {}, format="multipart")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "file"


@pytest.mark.parametrize(
    ("kind", "content", "problem", "words"),
    [
        ("image", b"GIF89a" + bytes(9), "media-not-accepted", "image/gif"),
        ("audio", b"RIFF\0\0\0\0WAVE", "media-not-accepted", "audio/wav"),
        ("image", JPEG + bytes(6 * 1024 * 1024), "limit-exceeded", "5 MB"),
        ("sticker", b"RIFF\0\0\0\0WEBPVP8 " + bytes(110 * 1024), "limit-exceeded", "MB as sticker"),
    ],
)
def test_the_limits_of_the_message_it_is_meant_for_hold_at_once(
    api: DocumentedClient, kind: str, content: bytes, problem: str, words: str
) -> None:
    answer = upload(api, content, "x", "", type=kind)
    assert answer.status_code == 400
    assert answer.json()["type"] == f"/problems/{problem}"
    assert answer.json()["errors"][0]["field"] == "file"
    assert words in answer.json()["detail"]


def test_as_a_document_the_same_files_go(api: DocumentedClient) -> None:
    assert upload(api, b"GIF89a" + bytes(9), "x.gif", "", type="document").status_code == 201
    assert upload(api, JPEG + bytes(6 * 1024 * 1024), "x.jpg", "").status_code == 201
    moving = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02" + bytes(300 * 1024)
    assert upload(api, moving, "x.webp", "", type="sticker").status_code == 201


def test_more_than_whatsapp_takes_is_refused_before_it_is_read(
    api: DocumentedClient, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LARGEST_FILE", 1000)
    answer = upload(api, bytes(100_000), "x.bin")
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/file-too-large")
    with organization_scope(organization), pytest.raises(FileTooLarge):
        service.store_upload(organization_id=organization.pk, file=SimpleUploadedFile("x", bytes(1001)), filename="x")


@pytest.mark.parametrize("kind", ["audio", None])
@pytest.mark.parametrize(("recording", "name"), [(CHROME, "voz.webm"), (STEREO, "voz.ogg")])
def test_a_browsers_voice_note_becomes_what_whatsapp_plays(
    api: DocumentedClient, organization: Organization, recording: bytes, name: str, kind: str | None
) -> None:
    answer = upload(api, recording, name, "audio/webm", **({"type": kind} if kind else {}))
    assert answer.status_code == 201
    assert (answer.json()["mime_type"], answer.json()["filename"]) == ("audio/ogg; codecs=opus", "voz.ogg")
    assert pages(stored(answer, organization))[0]["packets"][0][9] == 1  # type: ignore[index]


def test_a_recording_that_nobody_can_play_is_refused_as_sound_and_kept_otherwise(
    api: DocumentedClient, organization: Organization
) -> None:
    broken = CHROME.replace(b"A_OPUS", b"A_PCM_")
    answer = upload(api, broken, "voz.webm", "audio/webm", type="audio")
    assert answer.status_code == 400
    assert "no sound in Opus" in answer.json()["detail"]
    assert upload(api, broken, "voz.webm", "audio/webm").json()["mime_type"] == "audio/webm"
    assert stored(upload(api, CHROME, "voz.webm", "audio/webm", type="document"), organization) == CHROME


def test_viewers_upload_nothing(viewer: Any, organization: Organization) -> None:
    from tests.conftest import client_of

    assert upload(client_of(viewer, organization), JPEG, "x.jpg").status_code == 403


def test_a_file_that_did_not_come_says_why(api: DocumentedClient, agent: User, organization: Organization) -> None:
    media = make(Media, organization, state="expired", error="WhatsApp no longer has this file.", uploaded_by=agent)
    waiting = make(Media, organization, state="pending", error="503", uploaded_by=agent)
    answer = api.get(f"{MEDIA}{media.pk}/").json()
    assert (answer["state"], answer["url"], answer["error"]) == ("expired", None, "WhatsApp no longer has this file.")
    assert api.get(f"{MEDIA}{waiting.pk}/").json()["error"] is None


def test_a_file_whose_row_cannot_be_written_is_not_left_behind(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Media, "save", fail)
    with organization_scope(organization), pytest.raises(RuntimeError):
        service.store_upload(organization_id=organization.pk, file=SimpleUploadedFile("x", JPEG), filename="x")
    assert not [each for each in Path(default_storage.path(".")).rglob("*") if each.is_file()]


# --- At WhatsApp ------------------------------------------------------------------------------------------------


def lay(media: Media, number: Number, graph: Graph) -> Any:
    async def work() -> Any:
        async with open_session() as session:
            return await service.uploaded_id_for(
                media=media, number=number, token=number.access_token, client=client_for(session, graph.url)
            )

    return asyncio.run(work())


@commits
def test_a_file_is_laid_at_whatsapp_once_a_number_and_once_a_month(graph: Graph) -> None:
    organization = make_organization()
    for each in ("1", "2"):
        graph.number(each)
    first, second = (make_number(organization, phone_number_id=each) for each in ("1", "2"))
    with organization_scope(organization):
        media = service.store_upload(
            organization_id=organization.pk, file=SimpleUploadedFile("a.jpg", JPEG), filename="á.jpg"
        )
    assert [lay(media, first, graph), lay(media, first, graph)] == ["881", "881"]
    assert graph.uploads == [{"type": "image/jpeg", "name": "_.jpg", "content": JPEG}]
    with organization_scope(organization):
        media = Media.objects.in_scope().get(pk=media.pk)
    assert lay(media, first, graph) == "881", "remembered"
    assert lay(media, second, graph) == "882", "another number can't use it"
    with organization_scope(organization):
        Media.objects.in_scope().update(uploaded_at=timezone.now() - timedelta(days=29, minutes=1))
        media = Media.objects.in_scope().get(pk=media.pk)
    assert lay(media, second, graph) == "883", "WhatsApp forgets it tomorrow"


@commits
def test_a_refused_upload_is_told_and_not_remembered(graph: Graph) -> None:
    organization = make_organization()
    graph.number("1")
    number = make_number(organization, phone_number_id="1")
    with organization_scope(organization):
        media = service.store_upload(
            organization_id=organization.pk, file=SimpleUploadedFile("a.jpg", JPEG), filename="a.jpg"
        )
    graph.fails_once("POST", "/media", 401, BAD_TOKEN)
    refusal = lay(media, number, graph)
    assert isinstance(refusal, Refused)
    assert (refusal.code, media.uploaded_id) == (190, "")
    assert lay(media, number, graph) == "881"
