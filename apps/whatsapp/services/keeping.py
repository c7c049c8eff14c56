"""Files in the storage: the same bytes once an organization, for as long as any of its rows names them.

The storage is a folder or S3 (`STORAGES`); nothing here asks which. Whoever keeps or lets go of bytes holds their hash
until the transaction is over, so that nobody takes away what somebody else has just begun to share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from apps.core.wake import wake
from apps.whatsapp.filetypes import has_looks, suffix_for
from apps.whatsapp.models import Media

CHUNK = 1024 * 1024
LOOKS = ("thumbnail", "width", "height", "seconds", "waveform")


@contextmanager
def stored(media: Media, file: IO[bytes] | File[Any]) -> Iterator[None]:
    """Put the bytes in their place, and name it in `media.file`, unless the organization has them already: then the row
    takes part in what is there. What fails in the block takes them away again. `media.sha256` must be theirs.
    """
    _hold(media.organization_id, [media.sha256])
    twin = _holders(media.organization_id, media.sha256).exclude(pk=media.pk).order_by("pk").first()
    if twin is not None:
        for name in ("file", "look_at", *LOOKS):
            setattr(media, name, getattr(twin, name))
        yield
        return
    file.seek(0)
    wanted = place_of(media)
    default_storage.delete(wanted)  # left by an attempt that was cut off
    media.file.name = default_storage.save(wanted, file if isinstance(file, File) else File(file))
    if has_looks(media.mime_type):
        media.look_at = timezone.now()
        wake("media.look")
    try:
        yield
    except BaseException:
        default_storage.delete(str(media.file))
        raise


def let_go(*, organization_id: UUID, rows: QuerySet[Media]) -> None:
    """Delete the files of these rows that no other row has."""
    files = {(each.sha256, str(each.file), str(each.thumbnail)) for each in rows.exclude(file="")}
    _hold(organization_id, {sha256 for sha256, _, _ in files})
    for sha256, name, thumbnail in sorted(files):
        others = _holders(organization_id, sha256).filter(file=name).exclude(pk__in=rows.values("pk"))
        if not others.exists():
            default_storage.delete(name)
            if thumbnail:
                default_storage.delete(thumbnail)


def sharing(media: Media) -> QuerySet[Media]:
    """All rows that have this row's file."""
    return _holders(media.organization_id, media.sha256).filter(file=str(media.file))


def place_of(media: Media) -> str:
    """`<organization>/<yyyy>/<mm>/<sha256>.<ending>`: equal names are equal bytes."""
    made = media.created_at
    suffix = suffix_for(media.mime_type, media.filename)
    return f"{media.organization_id}/{made:%Y}/{made:%m}/{media.sha256}{suffix}"


def source_of(media: Media) -> Path | bytes:
    """The file as WhatsApp's client takes it: its path where it has one, else its bytes."""
    try:
        return Path(default_storage.path(str(media.file)))
    except NotImplementedError:
        with default_storage.open(str(media.file)) as file:
            return bytes(file.read())


@contextmanager
def path_to(media: Media) -> Iterator[Path]:
    """Where programs find the file, for as long as the block lasts.

    Raises:
        FileNotFoundError
    """
    name = str(media.file)
    try:
        yield Path(default_storage.path(name))
    except NotImplementedError:
        with NamedTemporaryFile(suffix=Path(name).suffix) as copy, default_storage.open(name) as file:
            while chunk := file.read(CHUNK):
                copy.write(chunk)
            copy.flush()
            yield Path(copy.name)


def sha256_of(file: IO[bytes] | File[Any]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _holders(organization_id: UUID, sha256: str) -> QuerySet[Media]:
    return Media.objects.for_organization(organization_id).filter(sha256=sha256).exclude(file="")


def _hold(organization_id: UUID, hashes: Iterable[str]) -> None:
    """Until the transaction ends; always in the same order, so that two never wait for each other."""
    with connection.cursor() as cursor:
        for each in sorted(hashes):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 13))", [f"{organization_id} {each}"])
