"""The gateway's API over aiohttp: `apikey` opens it, an instance is a number.

It answers 201 to sends that failed where the error came from further on: only a message's id says that one was taken.
Source: https://doc.evolution-api.com/v2/api-reference (version 2.3).
"""

import asyncio
import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import uuid4

import aiohttp
from yarl import URL

from apps.whatsapp.payloads.values import mapping, sequence, text, whole
from apps.whatsapp.providers.evolution.jids import jid_of, phone_of
from apps.whatsapp.providers.evolution.requests import Call, File, NotSendable, call_of, file_of
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

NO_SUCH_INSTANCE: Final = 133010
BAD_KEY: Final = 190
NOT_ON_WHATSAPP: Final = 131026
TOO_FAST: Final = 130429
NOT_CONNECTED: Final = 131016
NOT_SENDABLE: Final = 131051
WRONG: Final = 100
GONE: Final = 33
TYPING_MILLISECONDS: Final = 20_000
MOST_FILES_AT_HAND: Final = 512
LONGEST_HEAD: Final = 1024 * 1024
_HERE: Final = "evolution:"
_BASE64: Final = re.compile(rb'"base64"\s*:\s*"(?:data:[^,"]{0,200},)?')
_MIME_TYPE: Final = re.compile(rb'"mimetype"\s*:\s*"([^"\\]{1,150})"')


class EvolutionClient:
    """Calls of one gateway. Each answers a value for whatever the network does; only being cancelled raises."""

    def __init__(
        self, session: aiohttp.ClientSession, base_url: str, *, timeout: aiohttp.ClientTimeout | None = None
    ) -> None:
        self._session, self._base = session, base_url.rstrip("/")
        self._timeout = timeout or SEND_TIMEOUT
        self._at_hand: dict[str, tuple[Path | bytes, str, str]] = {}

    async def send(self, phone_number_id: str, token: str, body: Mapping[str, Any]) -> SendResult:
        """Hand over one message. A file that lay at hand is gone afterwards, whatever becomes of the message."""
        part = file_of(body)
        try:
            wanted = call_of(body, await self._file(part) if part is not None else None)
        except NotSendable as refusal:
            return Refused(NOT_SENDABLE, None, "Not sendable", str(refusal), 400)
        except OSError as error:  # the file can't be read: nothing has left
            return NotSent(f"{type(error).__name__}: {error}")
        timeout = FILE_TIMEOUT if part is not None else self._timeout
        answer = await self._send(phone_number_id, token, wanted, timeout)
        if not isinstance(answer, dict):
            return answer
        key = mapping(answer.get("key"))
        wamid = text(key.get("id"))
        if wamid is None:
            return _refusal(answer, 400) or Unknown("The gateway answered without the message's id.", 201)
        return Accepted(wamid, phone_of(key.get("remoteJid")))

    async def mark_read(
        self, phone_number_id: str, token: str, message_id: str, *, typing: bool = False, to: str = ""
    ) -> Done | Failure:
        """Mark a customer's message as read; typing is a presence of the chat."""
        read = [{"remoteJid": jid_of(to), "fromMe": False, "id": message_id}]
        answer = await self.ask(
            "POST", token, "chat", "markMessageAsRead", phone_number_id, body={"readMessages": read}
        )
        if typing and isinstance(answer, dict):
            shown = {"number": to, "presence": "composing", "delay": TYPING_MILLISECONDS}
            # It answers when the presence is over: nobody waits for that.
            await self._with(aiohttp.ClientTimeout(total=2)).ask(
                "POST", token, "chat", "sendPresence", phone_number_id, body=shown
            )
        return Done() if isinstance(answer, dict) else answer

    async def upload_media(
        self, phone_number_id: str, token: str, source: Path | bytes, mime_type: str, filename: str
    ) -> Uploaded | Failure:
        """The gateway keeps no files: this one goes along with the next send that names it."""
        while len(self._at_hand) >= MOST_FILES_AT_HAND:
            del self._at_hand[next(iter(self._at_hand))]
        found = f"{_HERE}{uuid4()}"
        self._at_hand[found] = (source, mime_type, filename)
        return Uploaded(found)

    async def media_info(self, media_id: str, token: str, phone_number_id: str) -> MediaInfo | Failure:
        """A customer's file is asked for by its message, and comes with the answer."""
        return MediaInfo(f"{_HERE}{phone_number_id}/{media_id}", None, None, None)

    async def download(self, url: str, token: str, to: BinaryIO, limit: int) -> Downloaded | TooLarge | Failure:
        """Fetch a customer's file, which comes in base64 inside of a JSON: written away as it comes."""
        instance, _, message_id = url.removeprefix(_HERE).partition("/")
        wanted = {"message": {"key": {"id": message_id}}, "convertToMp4": False}
        return await call(
            self._session,
            "POST",
            self._url("chat", "getBase64FromMediaMessage", instance),
            lambda response: _file_in(response, to, limit),
            headers={"apikey": token},
            data=json_body(wanted),
            timeout=FILE_TIMEOUT,
        )

    async def number_info(self, phone_number_id: str, token: str, fields: tuple[str, ...]) -> NumberInfo | Failure:
        """How the instance stands, in Graph's words as far as it has any."""
        found = await self.instance(phone_number_id, token)
        if not isinstance(found, dict):
            return found
        digits = phone_of(found.get("ownerJid")) or text(found.get("number"))
        told = {
            "display_phone_number": f"+{digits}" if digits else None,
            "verified_name": text(found.get("profileName")),
            "status": "CONNECTED" if found.get("connectionStatus") == "open" else "WAITING",
        }
        return NumberInfo({key: value for key, value in told.items() if value is not None})

    async def instance(self, name: str, token: str) -> dict[str, Any] | Failure:
        """What the gateway knows of an instance; one that it doesn't know is refused with `NO_SUCH_INSTANCE`."""
        url = self._url("instance", "fetchInstances").with_query(instanceName=name)
        answer = await self._call("GET", url, token)
        if isinstance(answer, list):
            named = [each for each in answer if isinstance(each, dict) and each.get("name") == name]
            return named[0] if named else _no_such(name)
        return answer if not isinstance(answer, dict) else _no_such(name)

    async def ask(
        self, method: str, token: str, *path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any] | Failure:
        """Any other call: the object that is answered, or why there is none."""
        answer = await self._call(method, self._url(*path), token, None if body is None else json_body(body))
        found: dict[str, Any] | Failure = {"list": answer} if isinstance(answer, list) else answer
        return found

    async def _send(
        self, instance: str, token: str, wanted: Call, timeout: aiohttp.ClientTimeout
    ) -> dict[str, Any] | Failure:
        return await self._with(timeout).ask("POST", token, "message", wanted.name, instance, body=wanted.body)

    async def _file(self, part: Mapping[str, Any]) -> File | None:
        link = text(part.get("link"))
        if link:
            return File(link, name=text(part.get("filename")) or "")
        source, mime_type, name = self._at_hand.pop(str(part.get("id")), (None, "", ""))
        if source is None:
            return None
        content = source if isinstance(source, bytes) else await asyncio.to_thread(source.read_bytes)
        shown = text(part.get("filename")) or name
        return File((await asyncio.to_thread(base64.b64encode, content)).decode(), mime_type, shown)

    def _with(self, timeout: aiohttp.ClientTimeout) -> "EvolutionClient":
        return EvolutionClient(self._session, self._base, timeout=timeout)

    def _url(self, *path: str) -> URL:
        return URL(self._base).joinpath(*path)

    async def _call(self, method: str, url: URL, token: str, data: Body | None = None) -> Any:
        return await call(
            self._session, method, url, _answer, headers={"apikey": token}, data=data, timeout=self._timeout
        )


async def _answer(response: aiohttp.ClientResponse) -> dict[str, Any] | list[Any] | Refused | Unknown:
    answer = await json_of(response)
    if 200 <= response.status < 300 and isinstance(answer, dict | list):
        return answer
    refused = _refusal(mapping(answer), response.status) if response.status < 500 else None
    return refused or Unknown(f"HTTP {response.status} of the gateway.", response.status)


def _refusal(answer: dict[str, Any], status: int) -> Refused | None:
    """What the gateway's words mean in the table of errors; None where it says nothing that could be relied on."""
    said, given = _words(answer), whole(answer.get("status")) or status
    if not (said or answer.get("error") or "code" in answer) and 200 <= status < 300:
        return None
    title = text(answer.get("error")) or f"HTTP {given}"
    return Refused(_code(given, said.lower(), answer), None, title, said[:500] or title, given)


def _code(status: int, said: str, answer: dict[str, Any]) -> int:
    if status in (401, 403):
        return BAD_KEY
    if status == 404 and "instance" in said:
        return NO_SUCH_INSTANCE
    if status == 429:
        return TOO_FAST
    if any(mapping(each).get("exists") is False for each in sequence(mapping(answer.get("response")).get("message"))):
        return NOT_ON_WHATSAPP
    if "connection closed" in said or "not connected" in said:
        return NOT_CONNECTED
    return whole(answer.get("code")) or WRONG


def _words(answer: Mapping[str, Any]) -> str:
    """The error's sentences: a text, or a list of texts and objects, at either of two places."""
    told = mapping(answer.get("response")).get("message") or answer.get("message")
    parts = told if isinstance(told, list) else [told] if isinstance(told, str) else []
    return "; ".join(each if isinstance(each, str) else str(each) for each in parts if each)


def _no_such(name: str) -> Refused:
    said = f'The gateway knows no instance "{name}".'
    return Refused(NO_SUCH_INSTANCE, None, "Not Found", said, 404)


async def _file_in(response: aiohttp.ClientResponse, to: BinaryIO, limit: int) -> Downloaded | TooLarge | Failure:
    if response.status >= 300:
        answer = mapping(await json_of(response))
        if response.status < 500 and "not found" in _words(answer).lower():
            return Refused(WRONG, GONE, "Not Found", _words(answer), response.status)
        return _refusal(answer, response.status) or Unknown(f"HTTP {response.status} instead of the file.")
    file = _Base64File(to)
    try:
        async for chunk in response.content.iter_chunked(CHUNK):
            file.feed(chunk)
            if file.size > limit:
                return TooLarge(limit)
    except (binascii.Error, ValueError):
        return Unknown("The gateway's file is no base64.")
    if not file.ended or not file.size:
        return Unknown("The gateway answered without the file.", response.status)
    return Downloaded(file.size, file.digest.hexdigest(), file.mime_type)


class _Base64File:
    """A file inside of a JSON, decoded as its pieces come: it is never whole in memory."""

    def __init__(self, to: BinaryIO) -> None:
        self.size, self.digest, self.begun, self.ended = 0, hashlib.sha256(), False, False
        self._to, self._head, self._left = to, b"", b""

    @property
    def mime_type(self) -> str | None:
        found = _MIME_TYPE.search(self._head)
        return found.group(1).decode("ascii", "replace") if found else None

    def feed(self, chunk: bytes) -> None:
        """
        Raises:
            ValueError: this is no base64, or none begins where it should.
        """
        if not self.begun:
            self._head += chunk
            found = _BASE64.search(self._head)
            if found is None and len(self._head) > LONGEST_HEAD:
                raise ValueError("no file begins")
            if found is None:
                return
            self.begun, chunk = True, self._head[found.end() :]
        if not self.ended:
            self._decode(chunk)

    def _decode(self, chunk: bytes) -> None:
        letters, quote, _ = (self._left + chunk).partition(b'"')
        self.ended = bool(quote)
        whole_groups = len(letters) if self.ended else len(letters) - len(letters) % 4
        self._left = letters[whole_groups:]
        content = base64.b64decode(letters[:whole_groups], validate=True)
        self.size += len(content)
        self.digest.update(content)
        self._to.write(content)
