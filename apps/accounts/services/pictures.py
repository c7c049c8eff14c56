"""Logos and portraits: never kept as they came, but read, made smaller and written anew, so that nothing else hides
in them. Browsers get them by links that are signed and expire.
"""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime
from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.signing import Signer
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from PIL import Image, ImageOps, UnidentifiedImageError
from uuid_utils.compat import uuid7

from apps.accounts.errors import NotAPicture, PictureTooLarge

LARGEST = 2 * 1024 * 1024
POINTS = 36_000_000
SIDE = 512  # of the longer side, in points
FORMATS = ("PNG", "JPEG", "WEBP")
TYPE = "image/webp"
LINK_SECONDS, LINK_STEP = 3600, 900  # links of the same quarter of an hour are the same, for a browser's cache
_NAME = re.compile(r"[0-9a-f-]{36}/(?:logo|avatar)-[0-9a-f-]{36}\.webp")
_links = Signer(salt="accounts.pictures")


def store_picture(*, owner: object, kind: str, file: File[Any]) -> str:
    """Keep a picture; returns its name in the storage, which no other picture ever has.

    Args:
        owner: whose folder it goes into: an organization's id, or a person's.
        kind: `logo` or `avatar`.

    Raises:
        PictureTooLarge: in bytes or in points.
        NotAPicture: no PNG, JPEG or WebP.
    """
    if (file.size or 0) > LARGEST:
        raise PictureTooLarge
    return default_storage.save(f"{owner}/{kind}-{uuid7()}.webp", ContentFile(_written_anew(file)))


def delete_picture(name: str) -> None:
    if name:
        default_storage.delete(name)


def link_to(name: str) -> str | None:
    """Where a browser finds the picture, for an hour and a quarter at most."""
    if not name:
        return None
    now = int(timezone.now().timestamp())
    until = now - now % LINK_STEP + LINK_STEP + LINK_SECONDS
    return f"/pictures/{name}?until={until}&signature={_signature(name, until)}"


def until_when(name: str, until: str, signature: str) -> datetime | None:
    """How long this link is good; None if it is not ours, or too old."""
    if not _NAME.fullmatch(name) or not (until.isascii() and until.isdigit() and len(until) < 12):
        return None
    end = datetime.fromtimestamp(int(until), UTC)
    good = constant_time_compare(signature, _signature(name, int(until))) and end > timezone.now()
    return end if good else None


def _written_anew(file: IO[bytes] | File[Any]) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                if picture.width * picture.height > POINTS:
                    raise PictureTooLarge
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((SIDE, SIDE))
                plain = upright.convert("RGBA" if upright.mode in ("RGBA", "LA", "P", "PA") else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise NotAPicture from error
    written = BytesIO()
    plain.save(written, "WEBP", quality=85)
    return written.getvalue()


def _signature(name: str, until: int) -> str:
    return _links.signature(f"{name}:{until}")
