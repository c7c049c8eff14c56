"""Evolution API as a provider: WhatsApp's web protocol behind a gateway that somebody runs. Unofficial: the number
works as a linked device of a phone, against WhatsApp's terms, and may be banned."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import aiohttp

from apps.whatsapp.errors import NotUnderstood
from apps.whatsapp.payloads import Item, split
from apps.whatsapp.payloads.clean import parse
from apps.whatsapp.providers.base import Capabilities, Client
from apps.whatsapp.providers.evolution.client import EvolutionClient
from apps.whatsapp.providers.evolution.proof import is_proof
from apps.whatsapp.providers.evolution.reading import as_cloud
from apps.whatsapp.providers.evolution.requests import IN_WORDS, MEDIA

TYPES: Final = MEDIA | {"text", "location", "contacts", "reaction", "interactive"}
SECRET_KEYS: Final = frozenset({"apikey", "apiKey", "hash", "token", "jwt_key"})
REDACTED: Final = "[redacted]"
DEEPEST: Final = 40


class EvolutionProvider:
    capabilities = Capabilities(
        has_window=False, has_templates=False, has_handshake=False, keeps_files=False, paces_pairs=False, by_users=True,
        takes_subpaths=True, per_second=2, per_hour=1_000, types=TYPES, interactive=IN_WORDS,
    )  # fmt: skip

    def is_authentic(self, body: bytes, headers: Mapping[bytes, bytes], secrets: Iterable[str]) -> bool:
        return is_proof(headers.get(b"authorization"), secrets)

    def to_be_kept(self, body: bytes) -> bytes:
        """Every body carries the key that opens the gateway."""
        try:
            return json.dumps(_redacted(json.loads(body), 0), separators=(",", ":")).encode()
        except RecursionError:
            return b"{}"

    def split(self, body: bytes) -> list[Item]:
        try:
            whole = parse(body)
        except (ValueError, RecursionError) as error:
            raise NotUnderstood(f"The body is not JSON: {error}") from error
        if not isinstance(whole, dict):
            raise NotUnderstood
        return split(json.dumps(as_cloud(whole)).encode())

    def client(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        version: str,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> Client:
        return EvolutionClient(session, base_url, timeout=timeout)


def _redacted(part: Any, depth: int) -> Any:
    if depth > DEEPEST:
        return None
    if isinstance(part, dict):
        return {key: REDACTED if key in SECRET_KEYS else _redacted(value, depth + 1) for key, value in part.items()}
    if isinstance(part, list):
        return [_redacted(value, depth + 1) for value in part]
    return part
