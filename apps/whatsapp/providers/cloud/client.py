"""Meta's Cloud API over aiohttp.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages,
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media and
https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar
from urllib.parse import quote

import aiohttp
from yarl import URL

from apps.whatsapp.outbound import read_receipt
from apps.whatsapp.payloads.values import mapping, number, sequence, sha256, text, whole
from apps.whatsapp.providers.http import CHUNK, FILE_TIMEOUT, SEND_TIMEOUT, Body, call, json_body, json_of
from apps.whatsapp.providers.results import (
    Accepted,
    Done,
    Downloaded,
    Failure,
    MediaInfo,
    NotSent,
    NumberInfo,
    Refused,
    SendResult,
    TooLarge,
    Unknown,
    Uploaded,
)

MEDIA_HOSTS: Final = ("fbsbx.com", "fbcdn.net", "facebook.com", "whatsapp.net")
MOST_REDIRECTS: Final = 5
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOT_IN_FILENAME: Final = re.compile(r"[^A-Za-z0-9._-]+")

T = TypeVar("T")
Fetched = Downloaded | TooLarge | Failure


class CloudClient:
    """Calls of the Cloud API. Each answers a value for whatever the network does; only being cancelled raises.

    Args:
        session: made by `open_session`, shared, and left open.
        base_url: `https://graph.facebook.com`, or a simulator's.
        version: of the Graph API: `v26.0`.
        media_hosts: domains that files may be fetched from, beside the base's own address. Whoever signs a webhook
            writes the addresses in it, and an organization knows the secret of its own app: without this list it could
            have the server read addresses inside its network.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        version: str,
        *,
        media_hosts: tuple[str, ...] = MEDIA_HOSTS,
        timeout: aiohttp.ClientTimeout = SEND_TIMEOUT,
        file_timeout: aiohttp.ClientTimeout = FILE_TIMEOUT,
    ) -> None:
        self._session = session
        self._base = URL(base_url).origin()
        self._graph = f"{base_url.rstrip('/')}/{version}"
        self._media_hosts = media_hosts
        self._timeout = timeout
        self._file_timeout = file_timeout

    async def send(self, phone_number_id: str, token: str, body: Mapping[str, Any]) -> SendResult:
        """Hand over one message, built by `apps.whatsapp.outbound.body_of`."""
        answer = await self._post(token, body, phone_number_id, _edge(body))
        if not isinstance(answer, dict):
            return answer
        message = mapping(next(iter(sequence(answer.get("messages"))), None))
        contact = mapping(next(iter(sequence(answer.get("contacts"))), None))
        wamid = text(message.get("id"))
        if wamid is None:
            return Unknown("WhatsApp answered without the message's id.", 200)
        return Accepted(
            wamid, text(contact.get("wa_id")), text(contact.get("user_id")), text(message.get("message_status"))
        )

    async def mark_read(
        self, phone_number_id: str, token: str, message_id: str, *, typing: bool = False, to: str = ""
    ) -> Done | Failure:
        """Mark a customer's message, and all before it, as read; `typing` shows for up to 25 seconds."""
        answer = await self._post(token, read_receipt(message_id, typing=typing), phone_number_id, "messages")
        return Done() if isinstance(answer, dict) else answer

    async def subscribe(self, waba_id: str, token: str) -> Done | Failure:
        """Have the webhooks of an account sent to the token's app; without it none come."""
        answer = await self._post(token, {}, waba_id, "subscribed_apps")
        return Done() if isinstance(answer, dict) else answer

    async def number_info(self, phone_number_id: str, token: str, fields: tuple[str, ...]) -> NumberInfo | Failure:
        """Read fields of a business number; one that WhatsApp doesn't know makes it refuse them all (code 100)."""
        answer = await self._get(token, {"fields": ",".join(fields)}, phone_number_id)
        return NumberInfo(answer) if isinstance(answer, dict) else answer

    async def upload_media(
        self, phone_number_id: str, token: str, source: Path | bytes, mime_type: str, filename: str
    ) -> Uploaded | Failure:
        """Lay a file at WhatsApp; what it may be is in `apps.whatsapp.limits`. Repeating it does no harm.

        Args:
            source: the file, which is streamed, or its bytes.
            filename: customers never see it: a document's name goes along with its message.
        """
        async with AsyncExitStack() as stack:
            file = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
            form = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime_type})
            name = _NOT_IN_FILENAME.sub("_", filename)[-100:] or "file"
            form.add_field("file", file, filename=name, content_type=mime_type)
            answer = await self._call(
                "POST",
                self._url(phone_number_id, "media"),
                _object,
                headers=_bearer(token),
                data=form,
                timeout=self._file_timeout,
            )
        if not isinstance(answer, dict):
            return answer
        media_id = text(answer.get("id"))
        return Uploaded(media_id) if media_id else Unknown("WhatsApp answered without the file's id.", 200)

    async def media_info(self, media_id: str, token: str, phone_number_id: str) -> MediaInfo | Failure:
        """Where a file can be fetched now; code 100 with subcode 33 says that WhatsApp no longer has it."""
        answer = await self._get(token, {"phone_number_id": phone_number_id}, media_id)
        if not isinstance(answer, dict):
            return answer
        url = text(answer.get("url"))
        if url is None:
            return Unknown("WhatsApp answered without the file's address.", 200)
        size = whole(answer.get("file_size"))
        return MediaInfo(url, text(answer.get("mime_type")), sha256(answer.get("sha256")), size)

    async def download(self, url: str, token: str, to: BinaryIO, limit: int) -> Fetched:
        """Fetch a file. The token goes to the address's own host, never along a redirect to another one.

        Args:
            url: from `media_info`; those in webhooks die within five minutes.
            to: written as the bytes come, so that it holds a part of the file after anything but `Downloaded`.
            limit: the most bytes that are taken.

        Returns:
            `Unknown` with `http_status` 401 or 404 when the address has died: ask `media_info` for a new one.
        """
        source = self._fetchable(url)
        home = source and source.origin()
        for _ in range(MOST_REDIRECTS + 1):
            if source is None:
                return NotSent("Files are not fetched from that address.")
            step = await self._call(
                "GET",
                source,
                lambda response: _file(response, to, limit),
                headers=_bearer(token) if source.origin() == home else {},
                timeout=self._file_timeout,
            )
            if not isinstance(step, str):
                return step
            source = self._fetchable(step, source)
        return Unknown("The file's address leads round in circles.")

    async def ask(
        self,
        method: str,
        token: str,
        *path: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any] | Failure:
        """Any other call: the object that Graph answers, or why there is none."""
        data = None if body is None else json_body(body)
        url = self._url(*path).with_query(dict(params or {}))
        return await self._call(method, url, _object, headers=_bearer(token), data=data)

    async def bring(self, token: str, upload: str, content: bytes) -> dict[str, Any] | Failure:
        """The bytes of a resumable upload, in one piece."""
        headers = {"Authorization": f"OAuth {token}", "file_offset": "0"}
        data = Body(content, content_type="application/octet-stream")
        url = URL(f"{self._graph}/{quote(upload, safe=':?=&')}", encoded=True)
        return await self._call("POST", url, _object, headers=headers, data=data, timeout=self._file_timeout)

    def _fetchable(self, address: str, base: URL | None = None) -> URL | None:
        """The URL of a file, if one may be fetched from there; as it is written, since it may be signed."""
        try:
            url = URL(address, encoded=address.isascii())
            url = base.join(url) if base else url
            origin = url.origin()
        except ValueError:
            return None
        host = url.host or ""
        known = any(host == one or host.endswith(f".{one}") for one in self._media_hosts)
        return url if origin == self._base or (known and url.scheme == "https") else None

    def _url(self, *path: str) -> URL:
        return URL("/".join((self._graph, *(quote(part, safe="") for part in path))), encoded=True)

    async def _post(self, token: str, body: Mapping[str, Any], *path: str) -> dict[str, Any] | Failure:
        return await self._call("POST", self._url(*path), _object, headers=_bearer(token), data=json_body(body))

    async def _get(self, token: str, params: dict[str, str], *path: str) -> dict[str, Any] | Failure:
        return await self._call("GET", self._url(*path).with_query(params), _object, headers=_bearer(token))

    async def _call(
        self,
        method: str,
        url: URL,
        read: Callable[[aiohttp.ClientResponse], Awaitable[T]],
        *,
        headers: dict[str, str],
        data: "Body | aiohttp.FormData | None" = None,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> T | NotSent | Unknown:
        """What `read` makes of the answer, or why there is none."""
        return await call(
            self._session, method, url, read, headers=headers, data=data, timeout=timeout or self._timeout
        )


def _edge(body: Mapping[str, Any]) -> str:
    """Marketing messages have an endpoint of their own, and a policy that only it knows."""
    return "marketing_messages" if "product_policy" in body else "messages"


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _object(response: aiohttp.ClientResponse) -> dict[str, Any] | Refused | Unknown:
    """The object that Graph answers; or its error, if that has a code; or nothing that can be relied on."""
    answer = await _json(response)
    refused = _refusal(answer, response)
    if refused is not None:
        return refused
    if answer is not None and 200 <= response.status < 300:
        return answer
    return Unknown(f"HTTP {response.status} without a code of WhatsApp's.", response.status)


async def _json(response: aiohttp.ClientResponse) -> dict[str, Any] | None:
    found = await json_of(response)
    return found if isinstance(found, dict) else None


def _refusal(answer: dict[str, Any] | None, response: aiohttp.ClientResponse) -> Refused | None:
    error = mapping(mapping(answer).get("error"))
    code = whole(error.get("code"))
    if code is None:
        return None
    title = text(error.get("error_user_title")) or text(error.get("message")) or ""
    detail = text(mapping(error.get("error_data")).get("details")) or text(error.get("error_user_msg"))
    return Refused(
        code=code,
        subcode=whole(error.get("error_subcode")),
        title=title,
        detail=detail or title,
        http_status=response.status,
        fbtrace_id=text(error.get("fbtrace_id")),
        retry_after=_retry_after(response.headers),
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds until Graph takes calls again: from the usual header, or from Meta's own, which counts in minutes."""
    waits = [number(headers.get("Retry-After")) or 0]
    try:
        usage = mapping(json.loads(headers.get("X-Business-Use-Case-Usage", "{}")))
    except ValueError:
        usage = {}
    for entries in usage.values():
        for entry in sequence(entries):
            waits.append((number(mapping(entry).get("estimated_time_to_regain_access")) or 0) * 60)
    return max(waits) or None


async def _file(response: aiohttp.ClientResponse, to: BinaryIO, limit: int) -> str | Downloaded | TooLarge | Failure:
    """A file's bytes written away, or the address that it is said to be at."""
    location = response.headers.get("Location")
    if response.status in REDIRECTS and location:
        return location
    if response.status != 200:
        refused = _refusal(await _json(response), response)
        return refused or Unknown(f"HTTP {response.status} instead of the file.", response.status)
    if (response.content_length or 0) > limit:
        return TooLarge(limit)
    digest, size = hashlib.sha256(), 0
    async for chunk in response.content.iter_chunked(CHUNK):
        size += len(chunk)
        if size > limit:
            return TooLarge(limit)
        digest.update(chunk)
        to.write(chunk)
    return Downloaded(size, digest.hexdigest(), response.headers.get("Content-Type"))
