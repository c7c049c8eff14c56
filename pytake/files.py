"""Files of any size, whole or in part, without ever holding one in memory.

Source of ranges: https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
"""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import IO

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

CHUNK = 256 * 1024
# What a file holds is a stranger's: it runs nothing, loads nothing, and is nobody's page.
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
# A browser shows no PDF in a sandbox; its viewer runs nothing of ours.
PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


S3_SECONDS = 300  # for which S3's own address of a file works; a browser's cache keeps ours shorter


class NoSuchFileHere(FileNotFoundError):
    """The storage doesn't have the file."""


def answer_with_file(
    request: HttpRequest,
    name: str,
    *,
    content_type: str,
    filename: str,
    size: int,
    etag: str,
    inline: bool,
    until: datetime,
) -> HttpResponseBase:
    """Answer a request with a stored file, or with the part of it that is asked for.

    Args:
        name: in the default storage.
        filename: under which a person saves it.
        size: in bytes.
        etag: of these very bytes; they never change.
        inline: the browser may show it in its place.
        until: how long a browser may keep it.

    Raises:
        NoSuchFileHere
    """
    part = range_of(request.headers.get("Range", ""), size) if _may_be_part(request, etag) else None
    if part is not None and part[0] >= part[1]:
        refusal = HttpResponse(status=416)
        refusal.headers["Content-Range"] = f"bytes */{size}"
        return refusal
    start, end = part or (0, size)
    response: HttpResponseBase = _body(request, name, start, end) if request.method != "HEAD" else HttpResponse()
    response.status_code = 206 if part else 200
    if part:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    seconds = max(int((until - timezone.now()).total_seconds()), 0)
    for header, value in {
        "Content-Type": content_type,
        "Content-Length": str(end - start),
        "Content-Disposition": content_disposition_header(not inline, filename) or "inline",
        "Accept-Ranges": "bytes",
        "ETag": f'"{etag}"',
        "Cache-Control": f"private, max-age={seconds}, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": PDF if content_type == "application/pdf" else SANDBOX,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    }.items():
        response.headers[header] = value
    return response


def answer_from_s3(
    request: HttpRequest, name: str, *, content_type: str, filename: str, inline: bool
) -> HttpResponseBase | None:
    """Send the browser to S3, which signs for a few minutes what it sends and how; None where files lie elsewhere."""
    if not getattr(default_storage, "querystring_auth", False):
        return None
    said = {
        "ResponseContentType": content_type,
        "ResponseContentDisposition": content_disposition_header(not inline, filename) or "inline",
        "ResponseCacheControl": "private, max-age=86400, immutable",
    }
    url = default_storage.url(name, parameters=said, expire=S3_SECONDS, http_method=request.method)  # type: ignore[call-arg]
    response = HttpResponseRedirect(url)
    response.headers["Cache-Control"] = f"private, max-age={S3_SECONDS - 60}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def range_of(header: str, size: int) -> tuple[int, int] | None:
    """The part that a `Range` header asks for, as `[start, end)`.

    None: the whole file, also for headers with several parts or in other units, as the RFC allows. An empty part
    (start >= end): none of what is asked for exists.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return max(size - int(last), 0), size
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size


def _may_be_part(request: HttpRequest, etag: str) -> bool:
    condition = request.headers.get("If-Range")
    return condition is None or condition == f'"{etag}"'


def _body(request: HttpRequest, name: str, start: int, end: int) -> StreamingHttpResponse:
    try:
        file = default_storage.open(name)
    except FileNotFoundError as error:
        raise NoSuchFileHere(name) from error
    file.seek(start)
    # Under ASGI Django would read a plain iterator whole before it sends the first byte.
    kind = _LaterParts if isinstance(request, ASGIRequest) else _Parts
    return StreamingHttpResponse(kind(file, end - start))


class _Chunks:
    """Pieces of a file. Django calls `close()` when the answer is over, also when nobody listens any more."""

    def __init__(self, file: IO[bytes], left: int) -> None:
        self._file, self._left = file, left

    def close(self) -> None:
        self._file.close()

    def _read(self) -> bytes:
        chunk = b"" if self._file.closed else self._file.read(min(CHUNK, self._left))
        self._left -= len(chunk)
        return chunk


class _Parts(_Chunks):
    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._read():
            yield chunk


class _LaterParts(_Chunks):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = sync_to_async(self._read, thread_sensitive=False)
        while chunk := await read():
            yield chunk
