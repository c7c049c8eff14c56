"""Small pictures of large ones. Pure: bytes and files come in as arguments.

A picture whose points would fill the memory is refused by its header, before any point is read.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

SIDE: Final = 640  # of the longer side, in points
POINTS: Final = 80_000_000
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
SMALL_ENOUGH: Final = 60_000  # bytes of a file that needs no smaller one


class NotAPicture(ValueError):
    """It can't be read, or has too many points."""


@dataclass(frozen=True)
class Small:
    """Attributes:
    content: a WebP; None where the picture itself is small enough. width, height: of the picture, held upright.
    """

    content: bytes | None
    width: int
    height: int


def small_of(source: Path | bytes) -> Small:
    """
    Raises:
        NotAPicture
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as picture:
                return _small(picture, len(source) if isinstance(source, bytes) else source.stat().st_size)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture("It has too many points.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise NotAPicture("It can't be read.") from error


def _small(picture: Image.Image, size: int) -> Small:
    width, height = picture.size
    if width * height > POINTS:
        raise NotAPicture("It has too many points.")
    picture.draft("RGB", (SIDE, SIDE))  # a JPEG is read no larger than needed
    if picture.getexif().get(0x0112, 1) in (5, 6, 7, 8):  # it lies on its side
        width, height = height, width
    if max(width, height) <= SIDE and size <= SMALL_ENOUGH:
        picture.load()
        return Small(None, width, height)
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((SIDE, SIDE))
    plain = upright.convert("RGBA" if upright.mode in ("RGBA", "LA", "P", "PA") else "RGB")
    written = BytesIO()
    plain.save(written, "WEBP", quality=75, method=2)
    return Small(written.getvalue(), width, height)
