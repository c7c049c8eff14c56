"""A request that is repeated under the same key does its work once.

Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.core.files import File
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import Conflict, Invalid, Unprocessable
from apps.core.models import IdempotencyKey
from apps.core.tenancy import all_organizations

KEPT = timedelta(hours=24)
ANSWER_NOT_KEPT = 0  # stands for the status of what is shown once
LONGEST_KEY = 255
_WRITING = {"POST", "PUT", "PATCH", "DELETE"}


class KeyInProgress(Conflict):
    title, example = "Still in progress", "The first request with this Idempotency-Key has not been answered yet."


class KeyUsedOtherwise(Unprocessable):
    title, example = "Key used otherwise", "This Idempotency-Key came with another request before."


class ShownOnce(Conflict):
    title, example = "Made already", "This was made already by the first request; its secret is shown once."


class KeyTooLong(Invalid):
    title, example, field = "Key too long", "An Idempotency-Key has 255 characters at most.", "Idempotency-Key"


class Once:
    """One request under its key, inside the request's transaction.

    The transaction's advisory lock says who is at work, so that a process that dies leaves nothing behind; the answer
    is kept in the transaction that did the work, so that both exist or none.
    """

    def __init__(self, request: Request, organization_id: UUID) -> None:
        self.is_shown_once = False
        self._key = request.headers.get("Idempotency-Key", "") if request.method in _WRITING else ""
        self._organization_id = organization_id
        self._fingerprint = _fingerprint(request) if self._key else ""

    def earlier_answer(self) -> Response | None:
        """What was answered to this request before; None: nobody has, and this request has the key for itself.

        Raises:
            KeyInProgress, KeyUsedOtherwise, KeyTooLong
            ShownOnce: it was, and the answer isn't kept.
        """
        if not self._key:
            return None
        if len(self._key) > LONGEST_KEY:
            raise KeyTooLong
        if not self._lock():
            raise KeyInProgress
        kept = self._keys().filter(key=self._key, created_at__gt=timezone.now() - KEPT).first()
        if kept is None:
            return None
        if kept.fingerprint != self._fingerprint:
            raise KeyUsedOtherwise
        if kept.status == ANSWER_NOT_KEPT:
            raise ShownOnce
        return Response(kept.answer, kept.status, headers={"Idempotency-Replayed": "true"})

    def keep(self, answer: Response) -> None:
        """Keep what is being answered; refusals are not kept, and may be tried again."""
        if self._key and answer.status_code < 400:
            kept = (ANSWER_NOT_KEPT, None) if self.is_shown_once else (answer.status_code, answer.data)
            self._keys().filter(key=self._key).delete()  # one that is older than a day
            self._keys().create(key=self._key, fingerprint=self._fingerprint, status=kept[0], answer=kept[1])

    def _keys(self) -> Any:
        return IdempotencyKey.objects.for_organization(self._organization_id)

    def _lock(self) -> bool:
        with connection.cursor() as cursor:
            name = f"idempotency:{self._organization_id}:{self._key}"
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
            return bool(cursor.fetchone()[0])


def forget_old_keys() -> None:
    with all_organizations("idempotency keys older than a day are forgotten"):
        IdempotencyKey.objects.across_organizations().filter(created_at__lte=timezone.now() - KEPT).delete()


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.user.pk} {request.method} {request.get_full_path()} ".encode())
    if (request.content_type or "").startswith("multipart/"):  # not the raw body: its boundary differs each time
        for name, values in sorted(cast(QueryDict, request.data).lists()):
            for value in values:
                digest.update(f"\0{name}\0{value}\0".encode())
                if isinstance(value, File):
                    _digest_file(value, digest)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _digest_file(file: "File[bytes]", digest: Any) -> None:
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
