"""The virus scanner: asked in clamd's own protocol before a file is kept, whichever way it came."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import Organization, User
from apps.core.tenancy import all_organizations, organization_scope
from apps.notifications.models import Notice
from apps.whatsapp.models import Media
from apps.whatsapp.services.fetching import fetch_some
from tests.conftest import make, make_number
from tests.core.schema import DocumentedClient
from tests.whatsapp.graph import Graph

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GOOD = b"bread " * 50_000
LARGEST = 1_000_000


class Clamd(socketserver.StreamRequestHandler):
    """What clamd does: reads pieces until one is empty, and hangs up on a stream that is too long."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > LARGEST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = EICAR in content
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


@pytest.fixture(autouse=True)
def clamd(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


@pytest.mark.parametrize(
    ("content", "status", "problem"),
    [
        (GOOD, 201, None),
        (GOOD + EICAR, 422, "/problems/infected"),
        (bytes(LARGEST * 3), 503, "/problems/not-scanned"),
    ],
    ids=["good", "infected", "too large for it"],
)
def test_an_upload_is_kept_if_the_scanner_finds_nothing(
    api: DocumentedClient, tmp_path: Path, content: bytes, status: int, problem: str | None
) -> None:
    answer = api.post("/api/v1/media/", {"file": SimpleUploadedFile("x.txt", content)}, format="multipart")
    assert (answer.status_code, answer.json().get("type")) == (status, problem)
    assert len([each for each in tmp_path.rglob("*") if each.is_file()]) == (status == 201)


def test_without_the_scanners_word_nothing_is_kept(api: DocumentedClient, settings: Settings) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:9"
    answer = api.post("/api/v1/media/", {"file": SimpleUploadedFile("x.txt", GOOD)}, format="multipart")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-scanned")


def test_a_customers_virus_is_not_kept_and_admins_are_told(
    organization: Organization, owner: User, graph: Graph, settings: Settings, tmp_path: Path
) -> None:
    graph.number("1")
    number = make_number(organization, phone_number_id="1")
    graph.file("31", EICAR, "text/plain")
    media = make(Media, organization, number=number, provider_id="31", filename="nota.txt", created_at=timezone.now())
    address, settings.CLAMD_ADDRESS = settings.CLAMD_ADDRESS, str(tmp_path / "nobody")
    fetch_some()
    with all_organizations("time passes"):
        rows = Media.objects.across_organizations().filter(pk=media.pk)
        assert rows.get().state == "pending", "without a word it is tried again"
        rows.update(next_attempt_at=timezone.now())
    settings.CLAMD_ADDRESS = address
    fetch_some()
    with organization_scope(organization):
        media = Media.objects.in_scope().get(pk=media.pk)
        [notice] = Notice.objects.in_scope().filter(kind="file_infected")
    assert (media.state, media.file.name) == ("failed", "")
    assert "Eicar-Test-Signature" in media.error
    assert notice.values == {"file": "nota.txt", "virus": "Eicar-Test-Signature"}
