"""How a file looks and sounds, found out after it is here: small picture, size in points, length, waveform.

A file is tried once. One that takes its reader down must not come back and do so again; without these it is shown as it
is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.core.events import publish
from apps.core.tenancy import all_organizations
from apps.whatsapp import ffmpeg
from apps.whatsapp.events import MediaStored
from apps.whatsapp.filetypes import base_of
from apps.whatsapp.models import Media
from apps.whatsapp.pictures import NotAPicture, Small, small_of
from apps.whatsapp.services.keeping import path_to, sharing

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Look:
    picture: Small | None = None
    seconds: float | None = None
    waveform: list[int] | None = None


def look_at_one() -> int:
    """The file that has waited longest; returns how many were tried. Call it outside of transactions."""
    media = _claim()
    if media is None:
        return 0
    try:
        with path_to(media) as path:
            look = look_of(path, media.mime_type)
        _keep(media, look)
    except (NotAPicture, ffmpeg.NotPlayable, FileNotFoundError) as reason:
        logger.info("media_without_looks", media=str(media.pk), reason=str(reason))
    except Exception:  # a stranger's file is no reason to stop: it is shown as it is
        logger.warning("media_not_looked_at", media=str(media.pk), exc_info=True)
    return 1


def look_of(path: Path, mime_type: str) -> Look:
    """
    Raises:
        NotAPicture, NotPlayable
    """
    match base_of(mime_type).partition("/")[0]:
        case "image":
            return Look(small_of(path))
        case "audio":
            seconds, waveform = ffmpeg.loudness_of(path)
            return Look(None, round(seconds, 2), waveform)
        case "video":
            return Look(small_of(ffmpeg.frame_of(path)), ffmpeg.seconds_of(path))
    return Look()


def _claim() -> Media | None:
    with all_organizations("media: files of all organizations wait to be looked at"):
        rows = Media.objects.across_organizations().filter(look_at__lte=timezone.now()).order_by("look_at")
        media = rows.select_for_update(skip_locked=True, no_key=True).first()
        if media is not None:
            sharing(media).update(look_at=None)
        return media


def _keep(media: Media, look: Look) -> None:
    found: dict[str, Any] = {"seconds": look.seconds, "waveform": look.waveform}
    if look.picture:
        found |= {"width": look.picture.width, "height": look.picture.height}
    with all_organizations("media: how a file looks is known"):
        sharers = list(sharing(media).select_for_update(no_key=True).order_by("pk"))
        if not sharers:
            return  # erased meanwhile
        if look.picture and look.picture.content:
            found["thumbnail"] = _store(media, look.picture.content)
        sharing(media).update(**found)
        publish(
            *(MediaStored(organization_id=each.organization_id, media_id=each.pk, state=each.state) for each in sharers)
        )


def _store(media: Media, content: bytes) -> str:
    stem = str(media.file).rpartition(".")[0]
    name = f"{stem}.small.webp"
    default_storage.delete(name)  # left by an attempt that was cut off
    return default_storage.save(name, ContentFile(content))
