"""Ways to WhatsApp: Meta's Cloud API, and gateways that do the same in other words."""

from apps.whatsapp.providers.base import Capabilities, Client, Provider
from apps.whatsapp.providers.registry import PROVIDERS, named
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
    "PROVIDERS",
    "Accepted",
    "Capabilities",
    "Client",
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
    "named",
]
