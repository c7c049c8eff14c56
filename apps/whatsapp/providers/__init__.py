"""Ways to WhatsApp: Meta's Cloud API, and gateways that do the same in other words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from apps.whatsapp.providers.results import (
    Accepted,
    Done,
    Downloaded,
    Failure,
    MediaInfo,
    NoToken,
    NotSent,
    NumberInfo,
    Refused,
    SendResult,
    TooLarge,
    Unknown,
    Uploaded,
)

__all__ = [
    "Accepted",
    "Done",
    "Downloaded",
    "Failure",
    "MediaInfo",
    "NoToken",
    "NotSent",
    "NumberInfo",
    "Provider",
    "Refused",
    "SendResult",
    "TooLarge",
    "Unknown",
    "Uploaded",
]


class Provider(Protocol):
    """What every way to WhatsApp can do. Nothing here raises for what happens on the network."""

    async def send(self, phone_number_id: str, token: str, body: Mapping[str, Any]) -> SendResult:
        """Hand over one message, built by `apps.whatsapp.outbound.body_of`."""
        ...

    async def mark_read(
        self, phone_number_id: str, token: str, message_id: str, *, typing: bool = False
    ) -> Done | Failure:
        """Show the customer that a message, and all before it, were read; and that somebody is typing."""
        ...

    async def upload_media(
        self, phone_number_id: str, token: str, source: Path | bytes, mime_type: str, filename: str
    ) -> Uploaded | Failure:
        """Lay a file at the provider, to be sent by its id."""
        ...

    async def media_info(self, media_id: str, token: str, phone_number_id: str) -> MediaInfo | Failure:
        """Where a file that a customer sent can be fetched now."""
        ...

    async def download(self, url: str, token: str, to: BinaryIO, limit: int) -> Downloaded | TooLarge | Failure:
        """Fetch a file that a customer sent."""
        ...

    async def number_info(self, phone_number_id: str, token: str, fields: tuple[str, ...]) -> NumberInfo | Failure:
        """Read how a business number stands."""
        ...
