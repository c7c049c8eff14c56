"""Customers' files: fetched from WhatsApp soon after their message, since it keeps them for seven days only.

Files are claimed for a while by pushing their next attempt ahead, so that no row is locked while bytes travel and a
worker that dies holds nothing up. Several are fetched at once, and a large one doesn't keep small ones waiting.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import IO
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync, sync_to_async
from django.utils import timezone

from apps.core.events import publish
from apps.core.tenancy import all_organizations
from apps.core.wake import LONGEST_RUN
from apps.notifications.services import notify
from apps.whatsapp.error_table import NO_SUCH_OBJECT, verdict_on
from apps.whatsapp.events import MediaStored
from apps.whatsapp.filetypes import HEAD, safe_name, true_type
from apps.whatsapp.limits import LIMITS
from apps.whatsapp.models import Media, Number
from apps.whatsapp.payloads.values import sha256
from apps.whatsapp.providers import Downloaded, Failure, MediaInfo, NoToken, Refused, TooLarge
from apps.whatsapp.scanner import ScannerFailed, virus_in
from apps.whatsapp.services.keeping import stored
from apps.whatsapp.services.numbers import hold_number
from apps.whatsapp.services.provider import Clients
from apps.whatsapp.services.tokens import token_for

AT_ONCE = 8
LARGEST_FILE: int = LIMITS["media"]["inbound"]["max_bytes"]
# Longer than any fetch: a look-up and a download have their time-outs in the client.
LEASE = timedelta(minutes=6)
# Seconds until the next attempt; then hourly, for as long as WhatsApp keeps the file.
PATIENCE = (5, 30, 120, 600, 3600)
KEPT_BY_WHATSAPP = timedelta(seconds=LIMITS["media"]["webhook_id_seconds"])
GONE = "WhatsApp no longer has this file: it keeps them for seven days."
NUMBER_GONE = "The number was removed before the file could be fetched."
DAMAGED = "The file came damaged."
BAD_TOKEN = frozenset({0, 190})
NO_SUCH_FILE = frozenset({33, 803})
logger = structlog.get_logger(__name__)


def fetch_some(*, longest: float = LONGEST_RUN, at_once: int = AT_ONCE) -> int:
    """Fetch files that are due until none is left, and take no more after `longest` seconds; returns how many.

    Any number of workers may do so at once. Call it outside of transactions.
    """
    return async_to_sync(_fetch_until)(time.monotonic() + longest, at_once)


def fetch_again(*, media_ids: list[UUID]) -> int:
    """Give files up for lost no longer; returns how many. Call it in a scope that reaches them."""
    lost = Media.objects.in_scope().filter(pk__in=media_ids, state__in=[Media.State.FAILED, Media.State.EXPIRED])
    return lost.exclude(provider_id="").update(
        state=Media.State.PENDING, error="", attempts=0, next_attempt_at=timezone.now()
    )


@dataclass(frozen=True)
class _Wanted:
    """A file to fetch. `attempt` tells whether it is still ours when its bytes are here."""

    media: Media
    attempt: int
    number: Number | None


@dataclass(frozen=True)
class _Lost:
    """It won't come, or not now.

    Args:
        later: it may come at another attempt.
        token_refused: WhatsApp doesn't know the number's token, or it isn't to be had.
        virus: what the scanner found in it.
    """

    reason: str
    later: bool = False
    expired: bool = False
    token_refused: bool = False
    virus: str = ""


async def _fetch_until(end: float, at_once: int) -> int:
    taken = 0
    running: set[asyncio.Task[None]] = set()
    async with Clients(connections=at_once * 2) as clients:
        while True:
            free = at_once - len(running)
            claimed = await sync_to_async(_claim)(free) if free and time.monotonic() < end else []
            running |= {asyncio.create_task(_fetch_one(clients, wanted)) for wanted in claimed}
            taken += len(claimed)
            if not running:
                return taken
            # Files that arrive meanwhile needn't wait for the slowest.
            finished, running = await asyncio.wait(running, timeout=1, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                task.result()


def _claim(limit: int) -> list[_Wanted]:
    with all_organizations("media: files of all organizations wait at WhatsApp"):
        now = timezone.now()
        due = Media.objects.across_organizations().due(now).order_by("next_attempt_at").select_related("number__app")
        files = list(due.select_for_update(skip_locked=True, no_key=True, of=("self",))[:limit])
        for media in files:
            media.attempts += 1
            media.next_attempt_at = now + LEASE
        Media.objects.across_organizations().bulk_update(files, ["attempts", "next_attempt_at"])
        return [_wanted(media) for media in files]


def _wanted(media: Media) -> _Wanted:
    number = media.number if media.number and not media.number.deleted_at else None
    return _Wanted(media, media.attempts, number)


async def _fetch_one(clients: Clients, wanted: _Wanted) -> None:
    try:
        with tempfile.TemporaryFile() as file:
            found = await _download(clients, wanted, file)
            if isinstance(found, Downloaded):
                found = await sync_to_async(_scanned, thread_sensitive=False)(found, file)
            await sync_to_async(_conclude)(wanted, found, file)
    except Exception as error:  # one file's trouble is no other's: this one is tried again
        logger.warning("media_not_fetched", media=str(wanted.media.pk), exc_info=True)
        await sync_to_async(_conclude)(wanted, _Lost(f"{type(error).__name__}: {error}", later=True), None)


async def _download(clients: Clients, wanted: _Wanted, file: IO[bytes]) -> Downloaded | _Lost:
    number, media = wanted.number, wanted.media
    if number is None:
        return _Lost(NUMBER_GONE)
    token = await token_for(number)
    if not isinstance(token, str):
        return _lost(token, wanted.attempt)
    client = await clients.of(number)
    # Addresses live five minutes: each attempt asks for a new one.
    info = await client.media_info(media.provider_id, token, number.phone_number_id)
    if not isinstance(info, MediaInfo):
        return _lost(info, wanted.attempt)
    if info.size is not None and info.size > LARGEST_FILE:
        return _too_large(info.size)
    found = await client.download(info.url, token, file, LARGEST_FILE)  # type: ignore[arg-type]
    if isinstance(found, TooLarge):
        return _too_large(None)
    if not isinstance(found, Downloaded):
        return _lost(found, wanted.attempt, of_address=True)
    promised = info.sha256 or sha256(media.sha256)
    if (promised and promised != found.sha256) or (info.size is not None and info.size != found.size):
        return _Lost(DAMAGED, later=True)
    media.mime_type = info.mime_type or media.mime_type or found.mime_type or ""
    return found


def _scanned(found: Downloaded, file: IO[bytes]) -> Downloaded | _Lost:
    try:
        virus = virus_in(file)
    except ScannerFailed as error:
        return _Lost(str(error), later=True)
    return _Lost(f"The virus scanner found {virus} in it.", virus=virus) if virus else found


def _lost(failure: Failure, attempt: int, *, of_address: bool = False) -> _Lost:
    if not isinstance(failure, Refused):
        return _Lost(failure.reason, later=True, token_refused=isinstance(failure, NoToken))
    verdict = verdict_on(failure, attempts=attempt)
    reason = f"{verdict.title}: {verdict.detail} ({verdict.code})"
    if of_address or verdict.kind in ("retry", "wait"):
        return _Lost(reason, later=True)
    if verdict.kind == "auth":
        return _Lost(reason, later=True, token_refused=failure.code in BAD_TOKEN)
    gone = failure.code in NO_SUCH_FILE or (failure.code == 100 and failure.subcode == NO_SUCH_OBJECT)
    return _Lost(GONE if gone else reason, expired=gone)


def _too_large(size: int | None) -> _Lost:
    has = f" It has {size / 1048576:.0f} MB." if size else ""
    return _Lost(f"The file is larger than {LARGEST_FILE // 1048576} MB.{has}")


def _conclude(wanted: _Wanted, found: Downloaded | _Lost, file: IO[bytes] | None) -> None:
    """Keep what came, or when to try again; unless the file has become somebody else's meanwhile."""
    with all_organizations("media: a file is here, or isn't to be had"):
        rows = Media.objects.across_organizations().filter(pk=wanted.media.pk, state=Media.State.PENDING)
        media = rows.filter(attempts=wanted.attempt).select_for_update(no_key=True).first()
        if media is None:
            return
        if isinstance(found, Downloaded) and file is not None:
            _keep(media, wanted.media.mime_type, found, file)
        elif isinstance(found, _Lost):
            _note(media, found)


def _keep(media: Media, declared: str, found: Downloaded, file: IO[bytes]) -> None:
    file.seek(0)
    media.filename = safe_name(media.filename)
    media.mime_type = true_type(file.read(HEAD), declared, media.filename)[:150]
    media.size, media.sha256 = found.size, found.sha256
    media.state, media.error, media.next_attempt_at = Media.State.READY, "", None
    with stored(media, file):
        media.save()
        _publish(media)


def _note(media: Media, lost: _Lost) -> None:
    media.error = lost.reason[:500]
    now = timezone.now()
    if lost.later and now - media.created_at < KEPT_BY_WHATSAPP:
        wait = PATIENCE[min(media.attempts, len(PATIENCE)) - 1]
        media.next_attempt_at = now + timedelta(seconds=wait)
        media.save(update_fields=["error", "next_attempt_at"])
        if lost.token_refused and media.number_id:
            hold_number(number_ids=[media.number_id], reason=media.error)
        return
    expired = lost.expired or lost.later
    media.state, media.next_attempt_at = Media.State.EXPIRED if expired else Media.State.FAILED, None
    media.error = GONE if lost.later else media.error
    media.save(update_fields=["state", "error", "next_attempt_at"])
    _publish(media)
    if lost.virus:
        notify(
            organization_id=media.organization_id, kind="file_infected", permission="numbers.manage",
            occasion=str(media.pk), values={"file": media.filename or media.mime_type, "virus": lost.virus},
        )  # fmt: skip


def _publish(media: Media) -> None:
    publish(MediaStored(organization_id=media.organization_id, media_id=media.pk, state=media.state))
