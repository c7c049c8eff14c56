"""The page behind a file's link: for whoever holds the link, while it lives, and never as a page of ours."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.asgi import ASGIHandler
from django.db import connection
from django.test import AsyncClient, Client
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import Organization
from apps.core.tenancy import organization_scope
from apps.whatsapp.models import Media
from apps.whatsapp.services.media import signed_url, store_upload
from pytake.files import range_of
from tests.conftest import commits, make, make_organization
from tests.whatsapp.test_filetypes import JPEG, MP4

VIDEO = MP4 + bytes(range(256)) * 4000


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def keep(organization: Organization, content: bytes, name: str) -> Media:
    with organization_scope(organization):
        return store_upload(organization_id=organization.pk, file=SimpleUploadedFile(name, content), filename=name)


def link(media: Media) -> str:
    url = signed_url(media)
    assert url is not None
    return url


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_picture_is_shown_in_its_place(organization: Organization, client: Client) -> None:
    media = keep(organization, JPEG, "praia ☀.jpg")
    answer = client.get(link(media))
    assert answer.status_code == 200
    assert content(answer) == JPEG
    headers = answer.headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Length"] == str(len(JPEG))
    assert headers["Content-Disposition"].startswith("inline")
    assert "praia%20%E2%98%80.jpg" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox;")
    assert headers["Cache-Control"].startswith("private, max-age=")
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.html", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("x.txt", b"oi"),
    ],
)
def test_what_could_hold_a_script_is_only_saved(
    organization: Organization, client: Client, name: str, data: bytes
) -> None:
    answer = client.get(link(keep(organization, data, name)))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_whoever_wants_to_save_a_picture_gets_it_as_a_file(organization: Organization, client: Client) -> None:
    answer = client.get(f"{link(keep(organization, JPEG, 'x.jpg'))}&download")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_pdf_opens_in_the_browsers_own_viewer(organization: Organization, client: Client) -> None:
    answer = client.get(link(keep(organization, b"%PDF-1.4\n", "x.pdf")))
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_a_link_dies(organization: Organization, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    media, made = keep(organization, JPEG, "x.jpg"), timezone.now()
    url = link(media)
    set_clock(monkeypatch, made + timedelta(minutes=59))
    assert client.get(url).status_code == 200
    set_clock(monkeypatch, made + timedelta(minutes=76))
    assert client.get(url).status_code == 403
    assert client.get(link(media)).status_code == 200


def test_the_same_link_serves_a_quarter_of_an_hour(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    media, noon = keep(organization, JPEG, "x.jpg"), timezone.now().replace(hour=12, minute=0, second=1)
    links = []
    for minutes in (0, 14, 16):
        set_clock(monkeypatch, noon + timedelta(minutes=minutes))
        links.append(link(media))
    assert links[0] == links[1] != links[2]


def test_a_forged_link_opens_nothing(organization: Organization, client: Client) -> None:
    media, other = keep(organization, JPEG, "x.jpg"), keep(organization, JPEG, "y.jpg")
    query = parse_qs(urlsplit(link(media)).query)
    until, signature = query["until"][0], query["signature"][0]
    for path in (
        f"/media/{media.pk}/",
        f"/media/{media.pk}/?until={until}&signature=",
        f"/media/{media.pk}/?until={int(until) + 900}&signature={signature}",
        f"/media/{media.pk}/?until=x&signature={signature}",
        f"/media/{media.pk}/?until={until}0000000000&signature={signature}",
        f"/media/{media.pk}/?until={until}&signature=%C3%A9",
        f"/media/{other.pk}/?until={until}&signature={signature}",
    ):
        assert client.get(path).status_code == 403, path
    assert client.post(link(media)).status_code == 405


def test_a_file_that_is_not_here_has_no_link(organization: Organization, client: Client) -> None:
    assert signed_url(make(Media, organization, state="pending")) is None
    media = keep(organization, JPEG, "x.jpg")
    url = link(media)
    media.file.delete(save=False)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("header", "size", "part"),
    [
        ("bytes=0-", 10, (0, 10)),
        ("bytes=2-4", 10, (2, 5)),
        ("bytes=2-400", 10, (2, 10)),
        ("bytes=-3", 10, (7, 10)),
        ("bytes=-30", 10, (0, 10)),
        ("bytes=10-", 10, (10, 10)),
        ("bytes=-0", 10, (10, 10)),
        ("bytes=4-2", 10, None),
        ("bytes=0-1,3-4", 10, None),
        ("bytes=-", 10, None),
        ("items=0-1", 10, None),
        ("", 10, None),
    ],
)
def test_a_part_of_a_file(header: str, size: int, part: tuple[int, int] | None) -> None:
    assert range_of(header, size) == part


def test_a_player_seeks(organization: Organization, client: Client) -> None:
    media = keep(organization, VIDEO, "x.mp4")
    answer = client.get(link(media), headers={"Range": "bytes=1000-299999"})
    assert answer.status_code == 206
    assert content(answer) == VIDEO[1000:300_000]
    assert answer.headers["Content-Range"] == f"bytes 1000-299999/{len(VIDEO)}"
    assert answer.headers["Content-Length"] == "299000"
    beyond = client.get(link(media), headers={"Range": f"bytes={len(VIDEO)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(VIDEO)}")


def test_a_part_of_another_version_is_the_whole_of_this_one(organization: Organization, client: Client) -> None:
    media = keep(organization, VIDEO, "x.mp4")
    etag = client.get(link(media)).headers["ETag"]
    same = client.get(link(media), headers={"Range": "bytes=0-1", "If-Range": etag})
    other = client.get(link(media), headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_head_tells_the_size_and_sends_nothing(organization: Organization, client: Client) -> None:
    answer = client.head(link(keep(organization, VIDEO, "x.mp4")))
    assert (answer.status_code, answer.headers["Content-Length"], answer.content) == (200, str(len(VIDEO)), b"")


@pytest_asyncio.fixture
async def _thread() -> AsyncIterator[None]:
    """Async tests reach the database by another thread, whose connection nobody else would close."""
    yield
    await sync_to_async(lambda: connection.close())()  # looked up there, not here


@commits
@pytest.mark.usefixtures("_thread")
async def test_under_asgi_a_file_is_sent_piece_by_piece() -> None:
    organization = await sync_to_async(make_organization)()
    media = await sync_to_async(keep)(organization, VIDEO, "x.mp4")
    answer = await AsyncClient().get(link(media), headers={"Range": "bytes=5-"})
    assert answer.is_async, "a plain iterator would be read whole before the first byte leaves"
    pieces = [piece async for piece in answer.streaming_content]
    assert len(pieces) > 2
    assert b"".join(pieces) == VIDEO[5:]


@commits
@pytest.mark.usefixtures("_thread")
async def test_who_hangs_up_leaves_no_file_open() -> None:
    organization = await sync_to_async(make_organization)()
    media = await sync_to_async(keep)(organization, VIDEO * 20, "x.mp4")
    path = Path(str(media.file.path))
    url = urlsplit(link(media))
    scope = {
        "type": "http", "method": "GET", "path": url.path, "query_string": url.query.encode(), "headers": [],
        "http_version": "1.1", "scheme": "http", "server": ("testserver", 80),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while len(sent) < 2:
            await asyncio.sleep(0.005)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        await asyncio.sleep(0.02)

    await ASGIHandler()(scope, receive, send)
    assert len(sent) < 20, "it went on sending to nobody"
    end = time.monotonic() + 30
    while any(Path(f"/proc/self/fd/{fd}").resolve() == path for fd in range(3, 200)):
        assert time.monotonic() < end
        await asyncio.sleep(0.05)
