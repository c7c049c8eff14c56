"""Files: taken from whoever sends them, laid at WhatsApp once a number, and shown by links that expire.

What customers send is fetched by `fetching.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import sync_to_async
from django.core.files.base import File
from django.core.signing import Signer
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from uuid_utils.compat import uuid7

from apps.accounts.models import User
from apps.accounts.services import retention
from apps.core.tenancy import all_organizations, organization_scope
from apps.whatsapp.errors import FileTooLarge, Infected, LimitExceeded, MediaNotAccepted, NotScanned
from apps.whatsapp.ffmpeg import NotPlayable, voice_note_of
from apps.whatsapp.filetypes import HEAD, OPUS, base_of, is_animated, safe_name, true_type
from apps.whatsapp.limits import LIMITS, check_media
from apps.whatsapp.models import Media, Number
from apps.whatsapp.providers import Client, Failure, Uploaded, named
from apps.whatsapp.scanner import ScannerFailed, virus_in
from apps.whatsapp.services.keeping import let_go, sha256_of, source_of, stored
from apps.whatsapp.voice import NotARecording, as_voice_note

LARGEST_FILE: int = LIMITS["media"]["document"]["max_bytes"]
LARGEST_RECORDING: int = LIMITS["media"]["audio"]["max_bytes"]
RECORDED = ("audio/webm", "audio/ogg")
# Somebody waits for it: about twenty minutes of what Safari records.
LARGEST_CODED_ANEW = 5 * 1024 * 1024
LONGEST_CODING = 25.0
# A day before WhatsApp forgets them, uploads are made anew.
UPLOADS_LIVE = timedelta(seconds=LIMITS["media"]["upload_id_seconds"]) - timedelta(days=1)
LINK_SECONDS = 3600
# Links made within the same quarter of an hour are the same, so that a browser's cache knows the file again.
LINK_STEP = 900
_links = Signer(salt="whatsapp.media.link")
logger = structlog.get_logger(__name__)


def store_upload(
    *, organization_id: UUID, file: File[Any], filename: str, kind: str | None = None, voice: bool = False,
    by: User | None = None,
) -> Media:  # fmt: skip
    """Keep a file that somebody wants to send. What it is, its bytes say; a browser's voice note becomes Ogg.

    Args:
        kind: the type of message it is meant for; its own limits then hold at once. Without it, the largest file of
            any kind is taken, and the message decides.
        voice: it is a voice note: sound of any kind becomes Ogg with Opus.
        by: who may look at it and send it, before anybody else may.

    Raises:
        FileTooLarge: more than WhatsApp takes as anything.
        LimitExceeded, MediaNotAccepted: not for this kind of message, or empty.
        Infected, NotScanned
    """
    size = int(file.size or 0)
    check_size(size)
    head = file.read(HEAD)
    file.seek(0)
    name = safe_name(filename)
    mime_type = true_type(head, getattr(file, "content_type", "") or "", name)
    _scan(file)
    if kind in ("audio", None) and (voice or base_of(mime_type) in RECORDED):
        file, name, mime_type = _as_voice_note(file, name, mime_type, voice=voice, wanted=voice or kind is not None)
        size = int(file.size or 0)
    if kind is not None:
        _check_kind(kind, mime_type, size, head)
    media = Media(
        id=uuid7(), organization_id=organization_id, uploaded_by=by, filename=name, mime_type=mime_type, size=size,
        sha256=sha256_of(file), state=Media.State.READY, next_attempt_at=None, created_at=timezone.now(),
    )  # fmt: skip
    with stored(media, file):
        media.save(force_insert=True)
    return media


def check_size(size: int, *, field: str = "file") -> None:
    """
    Raises:
        FileTooLarge, LimitExceeded
    """
    if not size:
        raise LimitExceeded("The file is empty.", field=field, limit=1)
    if size > LARGEST_FILE:
        told = f"The file has {size / 1048576:.1f} MB; WhatsApp takes {LARGEST_FILE // 1048576} MB."
        raise FileTooLarge(told, field=field)


async def uploaded_id_for(*, media: Media, number: Number, token: str, client: Client) -> str | Failure:
    """WhatsApp's id of the file for messages from this number; laid there the first time, and once a month. Providers
    that keep no files get it with each message.

    Opens a scope of its own to remember the id: call it outside of transactions.
    """
    is_kept = named(number.provider).capabilities.keeps_files
    fresh = media.uploaded_at is not None and timezone.now() - media.uploaded_at < UPLOADS_LIVE
    if is_kept and fresh and media.uploaded_id and media.number_id == number.pk:
        return media.uploaded_id
    source = await sync_to_async(source_of, thread_sensitive=False)(media)
    name = media.filename or Path(str(media.file)).name
    answer = await client.upload_media(number.phone_number_id, token, source, media.mime_type, name)
    if not isinstance(answer, Uploaded):
        return answer
    if not is_kept:
        return answer.media_id
    media.number, media.uploaded_id, media.uploaded_at = number, answer.media_id, timezone.now()
    await sync_to_async(_remember_upload)(media)
    return answer.media_id


def forget_upload(*, media: Media) -> None:
    """WhatsApp no longer knows our upload: the next message lays the file there anew."""
    media.uploaded_id, media.uploaded_at = "", None
    media.save(update_fields=["uploaded_id", "uploaded_at"])


def forget_files(*, organization_id: UUID, media_ids: Iterable[UUID]) -> int:
    """Delete what is known of these files, and the files that no other row has; returns how many. The bytes go first:
    whoever is interrupted finds the row again, and never a file that nobody knows of."""
    rows = Media.objects.for_organization(organization_id).filter(pk__in=[*media_ids])
    let_go(organization_id=organization_id, rows=rows)
    return rows.exclude(state=Media.State.EXPIRED, file="", filename="").update(
        file="", filename="", provider_id="", uploaded_id="", uploaded_at=None, sha256="", size=None, error="",
        state=Media.State.EXPIRED, next_attempt_at=None, look_at=None, thumbnail="", width=None, height=None,
        seconds=None, waveform=None,
    )  # fmt: skip


def forget_old_files() -> int:
    """Files that are older than their organizations keep them; returns how many were looked at."""
    return sum(_forget_before(*each) for each in retention.ends("media_days").items())


def signed_url(media: Media) -> str | None:
    """Where a browser finds the file, for an hour and a quarter at most; None unless it is here."""
    if media.state != Media.State.READY:
        return None
    until = _until()
    return f"/media/{media.pk}/?until={until}&signature={_signature(media.pk, until)}"


def thumbnail_url(media: Media) -> str | None:
    """As `signed_url`, of the small picture; None unless there is one."""
    if media.state != Media.State.READY or not media.thumbnail:
        return None
    until = _until()
    return f"/media/{media.pk}/?small&until={until}&signature={_signature(media.pk, until, small=True)}"


def media_of_link(media_id: UUID, until: str, signature: str, *, small: bool = False) -> tuple[Media, datetime] | None:
    """The file that a link leads to, and until when; None if the link is not ours, or too old, or the file gone.

    Args:
        small: the link is one to its small picture.
    """
    if not (until.isascii() and until.isdigit() and len(until) < 12):
        return None
    end = datetime.fromtimestamp(int(until), UTC)
    if not constant_time_compare(signature, _signature(media_id, int(until), small=small)) or end < timezone.now():
        return None
    with all_organizations("media: a signed link names its file, and whoever holds it may see that file"):
        media = Media.objects.across_organizations().filter(pk=media_id, state=Media.State.READY).first()
    return (media, end) if media and (media.thumbnail or not small) else None


def _until() -> int:
    now = int(timezone.now().timestamp())
    return now - now % LINK_STEP + LINK_STEP + LINK_SECONDS


def _forget_before(organization_id: UUID, end: datetime) -> int:
    with organization_scope(organization_id):
        done = retention.mark_of("media", organization_id)
        rows = Media.objects.for_organization(organization_id).order_by("pk")
        old = rows.filter(pk__gt=done, pk__lt=retention.first_key_at(end)).exclude(state=Media.State.PENDING)
        page = list(old.values_list("pk", flat=True)[: retention.BATCH])
        if not page:
            return 0
        forget_files(organization_id=organization_id, media_ids=page)
    retention.set_mark("media", organization_id, page[-1])
    return len(page)


def _check_kind(kind: str, mime_type: str, size: int, head: bytes) -> None:
    try:
        check_media(kind, mime_type, size, animated=is_animated(head))
    except LimitExceeded as refusal:
        raise LimitExceeded(refusal.detail, field="file", limit=refusal.limit) from refusal
    except MediaNotAccepted as refusal:
        raise MediaNotAccepted(refusal.detail, field="file") from refusal


def _as_voice_note(
    file: File[Any], name: str, mime_type: str, *, voice: bool, wanted: bool
) -> tuple[File[Any], str, str]:
    """What a browser recorded as WhatsApp plays it; unless it is wanted as sound, what can't be so stays as it is."""
    try:
        if int(file.size or 0) > LARGEST_RECORDING:
            raise NotARecording(f"It has more than {LARGEST_RECORDING // 1048576} MB.")
        sound = _opus_of(file, mime_type, voice=voice)
    except (NotARecording, NotPlayable) as error:
        if wanted:
            raise MediaNotAccepted(f"WhatsApp doesn't take this recording. {error}", field="file") from error
        file.seek(0)
        return file, name, mime_type
    return File(BytesIO(sound), name), f"{Path(name).stem or 'voice'}.ogg", OPUS


def _opus_of(file: File[Any], mime_type: str, *, voice: bool) -> bytes:
    """Opus is only put into Ogg; what else a voice note was recorded as, is coded anew."""
    file.seek(0)
    content = file.read()
    try:
        if base_of(mime_type) in RECORDED:
            return as_voice_note(content)
    except NotARecording:
        if not voice:
            raise
    if len(content) > LARGEST_CODED_ANEW:
        raise NotARecording(f"A voice note in this format may have {LARGEST_CODED_ANEW // 1048576} MB.")
    with NamedTemporaryFile() as copy:
        copy.write(content)
        copy.flush()
        return voice_note_of(Path(copy.name), longest=LONGEST_CODING)


def _scan(file: File[Any]) -> None:
    try:
        virus = virus_in(file)
    except ScannerFailed as error:
        logger.warning("file_not_scanned", exc_info=True)
        raise NotScanned from error
    if virus:
        raise Infected(f"The virus scanner found {virus} in this file.")
    file.seek(0)


def _remember_upload(media: Media) -> None:
    with organization_scope(media.organization_id):
        media.save(update_fields=["number", "uploaded_id", "uploaded_at"])


def _signature(media_id: UUID, until: int, *, small: bool = False) -> str:
    return _links.signature(f"{media_id}:{until}{':small' if small else ''}")
