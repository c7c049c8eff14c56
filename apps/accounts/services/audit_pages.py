"""The audit log as people read it: personal values are decrypted, or shown as erased."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken

from apps.accounts.models import AuditEntry, AuditLink, SubjectKey
from apps.accounts.querysets import AuditEntryQuerySet
from apps.accounts.services import audit
from apps.core.tenancy import organization_scope

READ_AT_ONCE = 500
COLUMNS = (
    "number", "at", "action", "actor_kind", "actor_id", "actor_name", "address", "user_agent", "impersonator_id",
    "target_kind", "target_id", "subject_id", "before", "after", "erased", "request_id", "hash", "id",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """An entry in clear. `number` and `hash` are its place in the chain, which it has a moment after its commit.
    `erased`: whose values can't be read any more, `actor` or `subject`."""

    id: UUID
    number: int | None
    hash: str
    at: datetime
    action: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    address: str
    user_agent: str
    impersonator_id: UUID | None
    target_kind: str
    target_id: str
    subject_id: UUID | None
    before: dict[str, Any]
    after: dict[str, Any]
    erased: list[str]
    request_id: str


def read(entries: Sequence[AuditEntry]) -> list[Reading]:
    """These entries of one organization in clear; call it in its scope. Two queries, however many they are."""
    if not entries:
        return []
    organization_id = entries[0].organization_id
    people = {who for each in entries for who in (each.subject_id, each.actor_id) if who}
    rows = SubjectKey.objects.for_organization(organization_id).filter(subject_id__in=people)
    keys = dict(rows.values_list("subject_id", "key"))
    links = AuditLink.objects.for_organization(organization_id).filter(entry__in=[each.pk for each in entries])
    places = {entry: (number, hashed) for entry, number, hashed in links.values_list("entry_id", "number", "hash")}
    return [_reading(each, keys, places.get(each.pk, (None, ""))) for each in entries]


def export(*, organization_id: UUID, entries: AuditEntryQuerySet, file_format: str, filters: Any) -> Iterator[str]:
    """All these entries, the eldest first, as CSV or as JSON, one a line. The export itself is recorded.

    Returns what yields the text piece by piece, after the caller's transaction, in scopes of its own.
    """
    last = entries.order_by("-pk").values_list("pk", flat=True).first()
    audit.record(
        "audit_log.exported", organization_id=organization_id, target="audit_log",
        after={"format": file_format, "filters": filters},
    )  # fmt: skip
    pages = _pages(organization_id, entries, last) if last else iter(())
    return _csv(pages) if file_format == "csv" else _lines(pages)


def _pages(organization_id: UUID, entries: AuditEntryQuerySet, last: UUID) -> Iterator[list[Reading]]:
    rest = entries.filter(pk__lte=last).order_by("pk")
    while True:
        with organization_scope(organization_id):
            page = read(list(rest[:READ_AT_ONCE]))
        if not page:
            return
        yield page
        rest = entries.filter(pk__lte=last, pk__gt=page[-1].id).order_by("pk")


def _lines(pages: Iterable[list[Reading]]) -> Iterator[str]:
    for page in pages:
        yield "".join(audit.as_json(vars(each)) + "\n" for each in page)


def _csv(pages: Iterable[list[Reading]]) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\r\n"
    for page in pages:
        text = StringIO()
        writer = csv.writer(text)
        writer.writerows([_cell(getattr(each, name)) for name in COLUMNS] for each in page)
        yield text.getvalue()


def _cell(value: Any) -> Any:
    text = audit.as_json(value) if isinstance(value, dict | list) else "" if value is None else str(value)
    # A spreadsheet would take it for a formula. Source: https://owasp.org/www-community/attacks/CSV_Injection
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _reading(entry: AuditEntry, keys: dict[UUID, str], place: tuple[int | None, str]) -> Reading:
    origin = _opened(entry.origin, entry.actor_id, keys)
    personal = _opened(entry.personal, entry.subject_id, keys)
    said = personal or {"before": {}, "after": {}}
    return Reading(
        id=entry.pk, number=place[0], hash=place[1], at=entry.at, action=entry.action,
        actor_kind=entry.actor_kind, actor_id=entry.actor_id,
        actor_name=(origin or {}).get("name", ""), address=(origin or {}).get("address", ""),
        user_agent=(origin or {}).get("user_agent", ""),
        impersonator_id=entry.impersonator_id, target_kind=entry.target_kind, target_id=entry.target_id,
        subject_id=entry.subject_id, request_id=entry.request_id,
        before={**entry.changes["before"], **said["before"]}, after={**entry.changes["after"], **said["after"]},
        erased=[whose for whose, values in (("actor", origin), ("subject", personal)) if values is None],
    )  # fmt: skip


def _opened(sealed: str, subject_id: UUID | None, keys: dict[UUID, str]) -> dict[str, Any] | None:
    """What was sealed; nothing where nothing was; None: it was erased."""
    if not sealed:
        return {}
    try:
        opened: dict[str, Any] = json.loads(Fernet(keys[subject_id].encode()).decrypt(sealed.encode()))  # type: ignore[index]  # sealed is somebody's
    except (KeyError, InvalidToken):  # the key is gone, or a new one was made since
        return None
    return opened
