"""WhatsApp's limits as data: what a message may hold, how large a file may be, how fast a number may send.

The figures stand in `data/limits.json`, with the pages of Meta that they come from.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from apps.whatsapp.errors import LimitExceeded, MediaNotAccepted

LIMITS: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "limits.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Bounds:
    """The smallest and the largest that is allowed; None where there is no end."""

    least: float | None = None
    most: float | None = None

    def check(self, field: str, size: float, unit: str = "") -> None:
        """Refuse a size outside of the bounds.

        Args:
            field: the part of the message, as the API names it.
            size: a length, a count or a value.
            unit: what is counted, for the sentence that a person reads.
        """
        words = f" {unit}" if unit else ""
        if self.least is not None and not size >= self.least:
            raise LimitExceeded(f"At least {self.least:g}{words}; this has {size:g}.", field=field, limit=self.least)
        if self.most is not None and not size <= self.most:
            raise LimitExceeded(f"At most {self.most:g}{words}; this has {size:g}.", field=field, limit=self.most)


def bounds(*path: str) -> Bounds:
    """The bounds of a part of a message.

    Args:
        path: the keys under `messages` in the data: `bounds("text", "body")`.
    """
    found: Any = LIMITS["messages"]
    for key in path:
        found = found[key]
    return Bounds(found.get("min"), found.get("max"))


def utf16_length(text: str) -> int:
    """How long WhatsApp may find a text: in UTF-16 units, where most emoji count twice."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)


def check_length(field: str, text: str, *path: str) -> None:
    """Refuse a text that is too short or too long; `path` as for `bounds`."""
    bounds(*path).check(field, utf16_length(text), "characters")


def check_media(kind: str, mime_type: str, size: int, *, animated: bool = False) -> None:
    """Refuse a file that WhatsApp doesn't take as this type of message.

    Args:
        kind: image, video, audio, document or sticker.
        mime_type: found by looking at the content; parameters (`; codecs=opus`) don't count.
        size: in bytes.
        animated: a moving sticker may be larger.
    """
    limits = LIMITS["media"][kind]
    base = mime_type.partition(";")[0].strip().lower()
    if base not in limits["mime_types"] and "other_mime_types" not in limits:
        raise MediaNotAccepted(f"{base or 'This'} can't be sent as {kind}: send it as document.", field="media_id")
    most = limits["animated_max_bytes"] if animated and "animated_max_bytes" in limits else limits["max_bytes"]
    if size > most:
        megabytes = f"{size / 1048576:.1f} MB; WhatsApp takes {most / 1048576:.2g} MB as {kind}."
        raise LimitExceeded(f"The file has {megabytes}", field="media_id", limit=most)
