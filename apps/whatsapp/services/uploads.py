"""Files that come in parts: whoever loses the line asks how much is here, and goes on from there.

Parts lie in the storage beside everything else, so that each may reach another process; the last one makes the file.
"""

from __future__ import annotations

from datetime import timedelta
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.core.tenancy import all_organizations
from apps.whatsapp.errors import OffsetDiffers, PartTooLarge, TooManyUploads, UploadFull
from apps.whatsapp.filetypes import safe_name
from apps.whatsapp.models import Upload
from apps.whatsapp.services.media import check_size, store_upload

LARGEST_PART = 8 * 1024 * 1024
OPEN_AT_ONCE = 10
LIVES = timedelta(days=1)
CHUNK = 1024 * 1024


def begin(
    *, organization_id: UUID, by: User, filename: str, size: int, content_type: str = "", kind: str | None = None,
    voice: bool = False,
) -> Upload:  # fmt: skip
    """
    Args:
        content_type: what the browser says that it is.
        kind, voice: as in `store_upload`.

    Raises:
        FileTooLarge, LimitExceeded, TooManyUploads
    """
    check_size(size, field="size")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one after the other, so that they are counted
    theirs = open_of(Upload.objects.for_organization(organization_id), by)
    if theirs.filter(media=None).count() >= OPEN_AT_ONCE:
        raise TooManyUploads
    return Upload.objects.for_organization(organization_id).create(
        organization_id=organization_id, user=by, filename=safe_name(filename), size=size, content_type=content_type,
        kind=kind or "", voice=voice, expires_at=timezone.now() + LIVES,
    )  # fmt: skip


def take_part(*, upload: Upload, offset: int, part: File[Any]) -> Upload:
    """Keep a part; the last one makes the file, with all that `store_upload` does and refuses.

    Raises:
        OffsetDiffers, PartTooLarge, UploadFull
        LimitExceeded, MediaNotAccepted, Infected, NotScanned: of the whole file.
    """
    rows = Upload.objects.for_organization(upload.organization_id).select_related("user")
    upload = rows.select_for_update(no_key=True, of=("self",)).get(pk=upload.pk)
    size = int(part.size or 0)
    if size > LARGEST_PART:
        raise PartTooLarge
    if offset != upload.offset:
        raise OffsetDiffers(upload.offset)
    if offset + size > upload.size:
        raise UploadFull(f"The file has {upload.size} bytes; this part goes beyond.")
    if size:
        upload.parts.append(_store(upload, part))
        upload.offset += size
        if upload.offset == upload.size:
            _finish(upload)
        upload.save(update_fields=["parts", "offset", "media"])
    return upload


def cancel(*, upload: Upload) -> None:
    """What was sent so far goes. A file that is whole stays."""
    _delete_parts(upload)
    upload.delete()


def forget_expired() -> int:
    """Uploads whose day is over, finished or not; returns how many went."""
    with all_organizations("media: uploads that nobody finished make room again"):
        rows = Upload.objects.across_organizations().filter(expires_at__lt=timezone.now()).order_by("expires_at")
        found = list(rows.select_for_update(skip_locked=True)[:100])
        for upload in found:
            cancel(upload=upload)
        return len(found)


def open_of(rows: QuerySet[Upload], user: User) -> QuerySet[Upload]:
    """Those whose day isn't over, of whoever began them."""
    return rows.filter(user=user, expires_at__gt=timezone.now())


def _store(upload: Upload, part: File[Any]) -> str:
    name = f"{upload.organization_id}/uploads/{upload.pk}/{upload.offset}"
    default_storage.delete(name)  # left by an attempt that was cut off
    return default_storage.save(name, part)


def _finish(upload: Upload) -> None:
    with TemporaryFile() as whole:
        for name in upload.parts:
            with default_storage.open(name) as part:
                while chunk := part.read(CHUNK):
                    whole.write(chunk)
        whole.seek(0)
        file = File(whole, upload.filename)
        file.content_type = upload.content_type  # type: ignore[attr-defined]  # as files of requests have it
        upload.media = store_upload(
            organization_id=upload.organization_id, file=file, filename=upload.filename, kind=upload.kind or None,
            voice=upload.voice, by=upload.user,
        )  # fmt: skip
    transaction.on_commit(lambda: _delete_parts(upload), robust=True)  # left by a crash, they go with the row


def _delete_parts(upload: Upload) -> None:
    for name in upload.parts:
        default_storage.delete(name)
