"""What webhooks told of a contact."""

from __future__ import annotations

import json
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Q, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from apps.core import privacy
from apps.core.privacy import BATCH, REDACTED, Store, Subject
from apps.whatsapp.models import Change, InboundEvent, Number

CONTACTS = frozenset({"contact"})
_LISTS = ("messages", "statuses", "contacts", "message_echoes", "user_preferences")


def _changes(subject: Subject) -> Any:
    rows = Change.objects.for_organization(subject.organization_id)
    if not subject.handles:
        return rows.none()
    pattern = privacy.pattern_of(subject.handles)
    told = Q(said__regex=pattern) | Q(lane__regex=pattern) | Q(error__regex=pattern)
    return rows.alias(said=Cast("value", TextField())).filter(told)


def _events(subject: Subject) -> Any:
    """Raw bodies that hold a handle. An app may serve many organizations: those of the apps that serve this one."""
    if not subject.handles:
        return InboundEvent.objects.none()
    apps = Number.objects.for_organization(subject.organization_id).values("app_id")
    holding = (
        Q(RawSQL("position(%s::bytea in body) > 0", [handle.encode()], output_field=BooleanField()))
        for handle in subject.handles
    )
    return InboundEvent.objects.filter(reduce(or_, holding), app__in=apps)


def _erase_changes(subject: Subject) -> int:
    ids = list(_changes(subject).order_by("pk").values_list("pk", flat=True)[:BATCH])
    return Change.objects.for_organization(subject.organization_id).filter(pk__in=ids).delete()[0]


def _erase_events(subject: Subject) -> int:
    events = list(_events(subject).select_for_update(no_key=True, of=("self",)).order_by("pk")[:BATCH])
    for event in events:
        event.body = _without(bytes(event.body), subject.handles)
        event.error = ""
    InboundEvent.objects.bulk_update(events, ["body", "error"])
    return len(events)


def _without(body: bytes, handles: tuple[str, ...]) -> bytes:
    """The body without whatever tells of these: a message, a status, a whole change, or all of it."""
    empty = json.dumps(REDACTED).encode()
    try:
        told = json.loads(body)
        for entry in told["entry"]:
            for change in entry["changes"]:
                _redact(change, handles)
        left = json.dumps(told).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return empty
    return empty if _holds(left.decode(), handles) else left


def _redact(change: dict[str, Any], handles: tuple[str, ...]) -> None:
    value = change["value"]
    for name in _LISTS:
        if isinstance(value, dict) and isinstance(value.get(name), list):
            value[name] = [each for each in value[name] if not _holds(json.dumps(each), handles)]
    if _holds(json.dumps(value), handles):
        change["value"] = REDACTED


def _holds(text: str, handles: tuple[str, ...]) -> bool:
    return any(handle in text for handle in handles)


privacy.store(
    Store(
        "whatsapp.raw_inbox", "whatsapp_inboundevent", CONTACTS, everybody=True,
        find=lambda subject: _events(subject).count(), erase=_erase_events,
        note="What the same bodies tell of others stays.",
    )
)  # fmt: skip
privacy.store(
    Store(
        "whatsapp.changes", "whatsapp_change", CONTACTS,
        find=lambda subject: _changes(subject).count(), erase=_erase_changes,
    )
)  # fmt: skip
