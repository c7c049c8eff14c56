"""Files beside the ledger: what the business uploads, what customers send, what links lead to (whatsapp.md §7)."""

import hashlib
import hmac
import mimetypes
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from apps.simulator.clock import Clock
from apps.simulator.errors import GraphError
from apps.simulator.ledger import Ledger
from apps.simulator.limits import table
from apps.simulator.wamids import media_id

MOST_BYTES = 100 * 1024 * 1024
URL_SECONDS = 300
LIFE_SECONDS = {"upload": 30 * 86400, "inbound": 7 * 86400, "link": 30 * 86400}
LINK_CACHE_SECONDS = 600

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)


@dataclass(frozen=True)
class Media:
    """A stored file.

    Args:
        origin: upload (by the business), inbound (by a customer) or link.
        problem: why a message with it will fail, although Graph took it.
    """

    id: str
    phone_number_id: str
    mime_type: str
    sha256: str
    size: int
    filename: str
    origin: str
    problem: str
    expires_at: float


class MediaStore:
    """The folder of files and the table that describes them."""

    def __init__(self, ledger: Ledger, clock: Clock, folder: Path, ids: Random) -> None:
        self._ledger, self._clock, self._folder, self._ids = ledger, clock, folder, ids
        self._secret = (ledger.note("media-secret") or ids.randbytes(16).hex()).encode()
        self._links: dict[str, tuple[float, str]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def keep_secret(self) -> None:
        """Let download links outlive a restart."""
        self._ledger.keep_note("media-secret", self._secret.decode())

    async def store(
        self,
        chunks: AsyncIterator[bytes],
        *,
        phone_number_id: str,
        mime_type: str,
        filename: str,
        origin: str,
        most: int = MOST_BYTES,
    ) -> Media:
        """Write a file and describe it.

        Raises:
            GraphError: it is empty or larger than `most` bytes; nothing is kept.
        """
        name = media_id(self._ids)
        path, digest, size, head = self.path(name), hashlib.sha256(), 0, b""
        try:
            with path.open("wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    _check_size(size, most, mime_type)
                    digest.update(chunk)
                    head = (head + chunk)[:256] if len(head) < 256 else head
                    file.write(chunk)
            if not size:
                raise GraphError(100, "The file is empty.", message="(#100) Param file must not be empty.")
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        media = Media(
            id=name,
            phone_number_id=phone_number_id,
            mime_type=mime_type,
            sha256=digest.hexdigest(),
            size=size,
            filename=filename,
            origin=origin,
            problem=problem_with(mime_type, head),
            expires_at=self._clock.now() + LIFE_SECONDS[origin],
        )
        self._ledger.write("INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", tuple(vars(media).values()))
        return media

    def get(self, name: str) -> Media | None:
        """The file's description, unless it is unknown, deleted or expired."""
        row = self._ledger.row("SELECT * FROM media WHERE id = ? AND expires_at > ?", (name, self._clock.now()))
        return Media(**dict(row)) if row else None

    def path(self, name: str) -> Path:
        return self._folder / name

    def delete(self, name: str) -> None:
        self._ledger.write("DELETE FROM media WHERE id = ?", (name,))
        self.path(name).unlink(missing_ok=True)

    def clear(self) -> None:
        self._ledger.write("DELETE FROM media")
        self._links.clear()
        for file in self._folder.iterdir():
            file.unlink(missing_ok=True)

    def url(self, media: Media, origin: str) -> str:
        """A download address that lives five minutes and needs the token as well."""
        until = int(self._clock.now()) + URL_SECONDS
        return f"{origin}/whatsapp_business/attachments/?mid={media.id}&ext={until}&hash={self._sign(media.id, until)}"

    def opens(self, name: str, until: str, proof: str) -> bool:
        """Whether a download address is genuine and not too old."""
        if not until.isdigit() or int(until) < self._clock.now():
            return False
        return hmac.compare_digest(proof, self._sign(name, int(until)))

    def as_graph_json(self, media: Media, origin: str) -> dict[str, Any]:
        return {
            "messaging_product": "whatsapp",
            "url": self.url(media, origin),
            "mime_type": media.mime_type,
            "sha256": media.sha256,
            "file_size": str(media.size),
            "id": media.id,
        }

    def as_inbound_json(self, media: Media, origin: str) -> dict[str, Any]:
        """What a webhook says of a customer's file: here the hash is base64."""
        return {
            "id": media.id,
            "mime_type": media.mime_type,
            "sha256": b64encode(bytes.fromhex(media.sha256)).decode(),
            "url": self.url(media, origin),
        }

    async def fetch(self, session: aiohttp.ClientSession, link: str, phone_number_id: str, kind: str) -> Media:
        """Get what a message's `link` leads to; the same link within ten minutes is not asked again.

        Raises:
            GraphError: 131053, it can't be had or is no file of this kind.
        """
        known = self._links.get(link)
        if known and known[0] > self._clock.now() and (media := self.get(known[1])):
            return media
        try:
            async with session.get(link, timeout=aiohttp.ClientTimeout(total=15)) as answer:
                if answer.status != 200:
                    raise GraphError(131053, f"Downloading media from weblink failed with http code {answer.status}.")
                check_mime(kind, answer.content_type)
                media = await self.store(
                    answer.content.iter_chunked(65536),
                    phone_number_id=phone_number_id,
                    mime_type=answer.content_type,
                    filename=Path(urlsplit(link).path).name[:120],
                    origin="link",
                    most=most_bytes(kind),
                )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise GraphError(131053, f"Downloading media from weblink failed: {reason}") from error
        self._links[link] = (self._clock.now() + LINK_CACHE_SECONDS, media.id)
        return media

    def _sign(self, name: str, until: int) -> str:
        return hmac.digest(self._secret, f"{name}:{until}".encode(), "sha256").hex()[:32]


def most_bytes(kind: str) -> int:
    """The largest file of this kind of message that Meta takes."""
    rules = table(f"media.{kind}")
    return int(rules.get("animated_max_bytes") or rules["max_bytes"])


def check_mime(kind: str, mime_type: str) -> None:
    """Refuse a type of file that Meta doesn't take; documents may be anything.

    Raises:
        GraphError: 100, with the types that it takes.
    """
    allowed = table(f"media.{kind}")["mime_types"]
    if kind != "document" and mime_type not in allowed:
        details = (
            f"Param file must be a file with one of the following types: {', '.join(allowed)}. "
            f"Received file of type '{mime_type}'."
        )
        raise GraphError(100, details, message=f"(#100) {details}")


def kind_of(mime_type: str) -> str:
    """Which kind of message a file of this type is for."""
    if mime_type == "image/webp":
        return "sticker"
    kind = mime_type.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "document"


def plain_mime(mime_type: str, filename: str = "") -> str:
    """A content type without its parameters; guessed by the file's name where none is given."""
    plain = mime_type.partition(";")[0].strip().lower()
    if plain in ("", "application/octet-stream"):
        plain = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return plain


def problem_with(mime_type: str, head: bytes) -> str:
    """Why Meta would reject the file when it looks inside; empty if it wouldn't."""
    found = next((mime for magic, mime in _MAGIC if head.startswith(magic)), "")
    if head[8:12] == b"WEBP":
        found = "image/webp"
    plain = mime_type.partition(";")[0]
    if found and found != plain and (found, plain) != ("audio/ogg", "application/ogg") and kind_of(plain) != "document":
        return f"The file is of type {found}, not {plain}."
    if found == "audio/ogg" and b"OpusHead" not in head:
        return "audio/ogg must have OPUS codec."
    return ""


def _check_size(size: int, most: int, mime_type: str) -> None:
    if size > most:
        raise GraphError(131053, f"The file is larger than {most} bytes, which is the most for {mime_type}.")
