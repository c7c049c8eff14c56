"""Files in the storage: equal bytes once, small pictures and waveforms beside them, on a disk or on S3."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from moto.server import ThreadedMotoServer
from PIL import Image
from pytest_django import Settings

from apps.accounts.models import Organization
from apps.core.tenancy import all_organizations, organization_scope
from apps.whatsapp import ffmpeg
from apps.whatsapp.models import Media, Number
from apps.whatsapp.pictures import NotAPicture, small_of
from apps.whatsapp.services import fetching
from apps.whatsapp.services import media as service
from apps.whatsapp.services.keeping import source_of
from apps.whatsapp.services.looks import look_at_one
from tests.conftest import commits, in_parallel, make, make_number, make_organization
from tests.whatsapp.graph import Graph

BUCKET = "pytake-media"


@pytest.fixture(scope="module")
def moto_address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(moto_address: str, settings: Settings) -> Any:
    """The files lie on S3; what is in the bucket."""
    keys = {"region_name": "sa-east-1", "endpoint_url": moto_address}
    secrets = {"aws_access_key_id": "only-for-tests", "aws_secret_access_key": "only-for-tests"}
    s3 = boto3.resource("s3", **keys, **secrets)
    made = s3.Bucket(BUCKET)
    made.create(CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
    options = {
        "bucket_name": BUCKET, "access_key": "only-for-tests", "secret_key": "only-for-tests",
        "addressing_style": "path", "signature_version": "s3v4", **keys,
    }  # fmt: skip
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    }
    yield made
    made.objects.all().delete()
    made.delete()


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def photo(width: int = 1600, height: int = 900, *, turned: bool = False) -> bytes:
    written = BytesIO()
    picture = Image.effect_mandelbrot((width, height), (-3, -2.5, 2, 2.5), 30).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6 if turned else 1
    picture.save(written, "JPEG", exif=exif)
    return written.getvalue()


def keep(organization: Organization, content: bytes, name: str = "forno.jpg", **more: Any) -> Media:
    with organization_scope(organization):
        file = SimpleUploadedFile(name, content)
        return service.store_upload(organization_id=organization.pk, file=file, filename=name, **more)


def now(media: Media) -> Media:
    with all_organizations("look"):
        return Media.objects.across_organizations().get(pk=media.pk)


def forget(*files: Media) -> None:
    with organization_scope(files[0].organization_id):
        service.forget_files(organization_id=files[0].organization_id, media_ids=[each.pk for each in files])


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def made_by_ffmpeg(path: Path, *arguments: str) -> bytes:
    program = ffmpeg.program()
    assert program
    subprocess.run([program, "-v", "error", "-y", "-f", "lavfi", *arguments, str(path)], check=True)
    return path.read_bytes()


@pytest.mark.django_db
def test_equal_bytes_are_kept_once_and_as_long_as_anybody_has_them(folder: Path) -> None:
    ours, theirs = make_organization(), make_organization()
    content = photo()
    first, second, other = keep(ours, content), keep(ours, content, "outro.jpg"), keep(theirs, content)
    assert first.file.name == second.file.name != other.file.name
    assert look_at_one() == look_at_one() == 1
    assert look_at_one() == 0, "one look serves all who share the file"
    assert now(first).thumbnail.name == now(second).thumbnail.name
    forget(first)
    assert default_storage.exists(str(second.file))
    assert default_storage.exists(str(now(second).thumbnail))
    third = keep(ours, content)
    assert third.thumbnail.name == now(second).thumbnail.name, "what is known of the bytes is known at once"
    forget(second, third)
    assert [path for path in folder.rglob("*") if str(ours.pk) in str(path) and path.is_file()] == []
    assert default_storage.exists(str(other.file))


@commits
def test_what_comes_twice_at_once_is_kept_once(folder: Path, graph: Graph) -> None:
    organization = make_organization()
    graph.number("1")
    number = make_number(organization, phone_number_id="1")
    content = photo()
    for n in range(6):
        graph.file(f"3{n}", content, "image/jpeg")
        make(Media, organization, number=number, provider_id=f"3{n}", created_at=timezone.now())
    in_parallel(lambda _: fetching.fetch_some(at_once=2), times=3)
    with organization_scope(organization):
        assert {each.state for each in Media.objects.in_scope()} == {"ready"}
        assert len({each.file.name for each in Media.objects.in_scope()}) == 1
    assert len([name for name in names_in(folder) if name.endswith(".jpg")]) == 1


def test_a_picture_gets_a_small_one_for_whoever_holds_its_own_link(
    folder: Path, organization: Organization, client: Client
) -> None:
    media = keep(organization, photo(turned=True))
    assert (service.thumbnail_url(media), look_at_one()) == (None, 1)
    media = now(media)
    assert (media.width, media.height) == (900, 1600), "held upright, as the camera says"
    url = service.thumbnail_url(media)
    assert url
    answer = client.get(url)
    small = Image.open(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert (answer.headers["Content-Type"], small.size) == ("image/webp", (360, 640))
    assert client.get(url.replace("small&", "")).status_code == 403, "another link than the file's own"


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n" + bytes(50), photo()[:2000], b"RIFF\x10\0\0\0WEBPVP8 "], ids=["png", "cut", "webp"]
)
def test_a_broken_picture_is_shown_as_it_is(folder: Path, organization: Organization, content: bytes) -> None:
    media = keep(organization, content, "x")
    assert look_at_one() == 1
    assert (now(media).state, now(media).thumbnail.name, look_at_one()) == ("ready", "", 0)


def test_a_picture_that_would_fill_the_memory_is_never_read() -> None:
    written = BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    assert len(written.getvalue()) < 100_000
    with pytest.raises(NotAPicture, match="too many points"):
        small_of(written.getvalue())


def test_a_recording_tells_how_long_and_how_loud_it_is(folder: Path, organization: Organization) -> None:
    sound = "aevalsrc='0.8*sin(880*PI*t)*gte(t,1)':d=2"
    content = made_by_ffmpeg(folder / "s.m4a", "-i", sound, "-c:a", "aac")
    media = keep(organization, content, "voz.m4a", kind="audio")
    look_at_one()
    media = now(media)
    assert media.seconds == pytest.approx(2, abs=0.1)
    assert media.waveform
    assert len(media.waveform) == 64
    assert max(media.waveform[:25]) < 10 < 80 < min(media.waveform[40:60])


def test_what_safari_records_becomes_a_voice_note(folder: Path, organization: Organization) -> None:
    content = made_by_ffmpeg(folder / "s.m4a", "-i", "sine=duration=1", "-ac", "2", "-c:a", "aac")
    media = keep(organization, content, "voz.m4a", kind="audio", voice=True)
    assert (media.mime_type, media.filename) == ("audio/ogg; codecs=opus", "voz.ogg")
    head = default_storage.open(str(media.file)).read(64)
    assert head[head.index(b"OpusHead") + 9] == 1, "one channel"


def test_a_playlist_is_no_sound_and_leads_to_no_other_file(folder: Path) -> None:
    (folder / "secret.wav").write_bytes(made_by_ffmpeg(folder / "s.wav", "-i", "sine=duration=1"))
    (folder / "list").write_text(f"#EXTM3U\n#EXTINF:1,\n{folder}/secret.wav\n#EXT-X-ENDLIST\n")
    with pytest.raises(ffmpeg.NotPlayable):
        ffmpeg.loudness_of(folder / "list")


def test_a_video_gets_its_first_picture(folder: Path, organization: Organization) -> None:
    content = made_by_ffmpeg(folder / "v.mp4", "-i", "testsrc=duration=1:size=1280x720:rate=5", "-pix_fmt", "yuv420p")
    media = keep(organization, content, "v.mp4")
    look_at_one()
    media = now(media)
    assert (media.width, media.height) == (1280, 720)
    assert media.seconds == pytest.approx(1, abs=0.2)


def test_on_s3_files_are_kept_found_and_taken_away(bucket: Any, organization: Organization, client: Client) -> None:
    content = photo()
    picture, page = keep(organization, content), keep(organization, b"<!DOCTYPE html><script>x()</script>", "x.html")
    assert source_of(picture) == content
    assert look_at_one() == 1
    picture = now(picture)
    for media, kind, disposition in ((picture, "image/jpeg", "inline"), (page, "application/octet-stream", "attach")):
        link = service.signed_url(media)
        assert link
        answer = client.get(link)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "private, max-age=240")
        address = answer.headers["Location"]
        assert "X-Amz-Expires=300" in address
        with urlopen(address) as found:  # noqa: S310 - moto's
            assert len(found.read()) == media.size
            assert (found.headers["Content-Type"], found.headers["Content-Disposition"][:6]) == (kind, disposition[:6])
    small = service.thumbnail_url(picture)
    assert small
    assert client.get(small).status_code == 302
    forget(picture, page)
    assert [each.key for each in bucket.objects.all()] == []


def test_from_s3_whatsapp_gets_the_bytes(bucket: Any, graph: Graph, number: Number) -> None:
    media = make(Media, number.organization, number=number, provider_id="31", created_at=timezone.now() - timedelta(1))
    graph.file("31", photo(), "image/jpeg")
    fetching.fetch_some()
    assert (now(media).state, len(source_of(now(media)))) == ("ready", now(media).size)  # type: ignore[arg-type]


@pytest.fixture
def number(organization: Organization, graph: Graph) -> Number:
    graph.number("1")
    return make_number(organization, phone_number_id="1")
