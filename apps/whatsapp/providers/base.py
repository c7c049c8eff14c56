"""What every way to WhatsApp has to be able to do. A connector is a folder beside this file, and a line in `registry`.

The common form of everything is Meta's: a connector takes its own webhooks apart into `Item`s whose values read like
those of the Cloud API's webhooks (`apps.whatsapp.payloads`), and sends bodies that are built for the Cloud API
(`apps.whatsapp.outbound`). So nobody outside of its folder knows its words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import aiohttp

from apps.whatsapp.payloads.types import Item
from apps.whatsapp.providers.results import (
    Done,
    Downloaded,
    Failure,
    MediaInfo,
    NumberInfo,
    SendResult,
    TooLarge,
    Uploaded,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a way to WhatsApp knows and allows.

    Attributes:
        has_window: outside of 24 hours after a customer's message only templates may be sent.
        has_templates: messages that Meta reviews; without them there is no account to own any.
        has_handshake: proves an address by a GET with a token before it posts there.
        keeps_files: a file lies at the provider under an id, and is sent by it any number of times.
        paces_pairs: one person may get so many messages a minute only.
        by_users: users have written down its address: calls pass the guard, which lets nobody into our own network.
        takes_subpaths: it may append the event's name to the webhook's address.
        per_second, per_hour: messages that a number may send at most; None where the number's own rate decides.
        types: of messages that it sends.
        interactive: kinds of interactive messages that it sends, in whatever form customers see them.
    """

    has_window: bool
    has_templates: bool
    has_handshake: bool
    keeps_files: bool
    paces_pairs: bool
    by_users: bool
    takes_subpaths: bool
    per_second: float | None
    per_hour: int | None
    types: frozenset[str]
    interactive: frozenset[str]

    def can_send(self, type_: str, content: Mapping[str, Any]) -> bool:
        """Whether a message as it is stored can go this way."""
        if content.get("direct_send") and not self.has_templates:
            return False
        return type_ in self.types and (type_ != "interactive" or content.get("kind") in self.interactive)


class Client(Protocol):
    """Calls of one provider. Nothing here raises for what happens on the network."""

    async def send(self, phone_number_id: str, token: str, body: Mapping[str, Any]) -> SendResult:
        """Hand over one message, built by `apps.whatsapp.outbound.body_of`."""
        ...

    async def mark_read(
        self, phone_number_id: str, token: str, message_id: str, *, typing: bool = False, to: str = ""
    ) -> Done | Failure:
        """Show the customer that a message, and all before it, were read; and that somebody is typing.

        Args:
            to: the customer's phone (digits) or user id, for providers whose messages' ids don't tell.
        """
        ...

    async def upload_media(
        self, phone_number_id: str, token: str, source: Path | bytes, mime_type: str, filename: str
    ) -> Uploaded | Failure:
        """Lay a file at the provider, to be sent by its id; where it keeps none, for the next send alone."""
        ...

    async def media_info(self, media_id: str, token: str, phone_number_id: str) -> MediaInfo | Failure:
        """Where a file that a customer sent can be fetched now."""
        ...

    async def download(self, url: str, token: str, to: BinaryIO, limit: int) -> Downloaded | TooLarge | Failure:
        """Fetch a file that a customer sent, from where `media_info` said."""
        ...

    async def number_info(self, phone_number_id: str, token: str, fields: tuple[str, ...]) -> NumberInfo | Failure:
        """Read how a business number stands."""
        ...


class Provider(Protocol):
    """One way to WhatsApp: it knows its webhooks, their proof, and what it can do. Pure: no tables, no settings."""

    capabilities: Capabilities

    def is_authentic(self, body: bytes, headers: Mapping[bytes, bytes], secrets: Iterable[str]) -> bool:
        """Whether whoever posted this knows one of the secrets; in a time that tells nothing of them.

        Args:
            body: the bytes as they came, before anything reads them.
            headers: names in lower case, as ASGI has them.
            secrets: those of the app whose address it came to. Empty ones never count.
        """
        ...

    def to_be_kept(self, body: bytes) -> bytes:
        """The body without secrets that it may carry; JSON, as it was found to be."""
        ...

    def split(self, body: bytes) -> list[Item]:
        """Take one body apart, into the common form.

        Raises:
            NotUnderstood: nothing can be made of it as a whole.
        """
        ...

    def client(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        version: str,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> Client:
        """Its calls, at this address, over a session that is shared and left open.

        Args:
            version: of the Graph API, for those that speak it.
            timeout: of a call, where the usual one is too patient.
        """
        ...
