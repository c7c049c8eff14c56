"""Meta's Cloud API as a provider: the common form of everything is its own."""

from collections.abc import Iterable, Mapping
from typing import Final

import aiohttp

from apps.whatsapp.payloads import Item, split
from apps.whatsapp.providers.base import Capabilities, Client
from apps.whatsapp.providers.cloud.client import CloudClient
from apps.whatsapp.providers.http import SEND_TIMEOUT
from apps.whatsapp.signature import is_signed

TYPES: Final = frozenset(
    {"text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive",
     "template"}
)  # fmt: skip
INTERACTIVE: Final = frozenset(
    {"button", "list", "cta_url", "flow", "product", "product_list", "catalog_message", "location_request_message",
     "request_contact_info", "address_message", "voice_call", "carousel", "call_permission_request",
     "order_details", "order_status"}
)  # fmt: skip


class CloudProvider:
    capabilities = Capabilities(
        has_window=True, has_templates=True, has_handshake=True, keeps_files=True, paces_pairs=True, by_users=False,
        takes_subpaths=False, per_second=None, per_hour=None, types=TYPES, interactive=INTERACTIVE,
    )  # fmt: skip

    def is_authentic(self, body: bytes, headers: Mapping[bytes, bytes], secrets: Iterable[str]) -> bool:
        return is_signed(body, headers.get(b"x-hub-signature-256"), secrets)

    def to_be_kept(self, body: bytes) -> bytes:
        return body

    def split(self, body: bytes) -> list[Item]:
        return split(body)

    def client(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        version: str,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> Client:
        return CloudClient(session, base_url, version, timeout=timeout or SEND_TIMEOUT)
