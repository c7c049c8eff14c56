"""What webhooks told of a contact."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Q, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from apps.core import privacy
from apps.core.privacy import BATCH, Store, Subject
from apps.whatsapp.models import Change, InboundEvent, Number, Upload
from apps.whatsapp.payloads.values import is_bsuid
from apps.whatsapp.services import uploads
from apps.whatsapp.services.bodies import without
from apps.whatsapp.services.numbers.contact_book import forget_soon

CONTACTS, USERS = frozenset({"contact"}), frozenset({"user"})


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
        event.body = without(bytes(event.body), subject.handles)
        event.error = ""
    InboundEvent.objects.bulk_update(events, ["body", "error"])
    return len(events)


def _uploads(subject: Subject) -> Any:
    return Upload.objects.for_organization(subject.organization_id).filter(user=subject.id)


def _erase_uploads(subject: Subject) -> int:
    found = list(_uploads(subject).order_by("pk")[:BATCH])
    for upload in found:
        uploads.cancel(upload=upload)
    return len(found)


privacy.store(
    Store(
        "whatsapp.uploads", "whatsapp_upload with its parts", USERS,
        find=lambda subject: _uploads(subject).count(), erase=_erase_uploads,
        export=lambda subject: _uploads(subject).values("filename", "size", "created_at").iterator(),
    )
)  # fmt: skip


def _forget_at_meta(subject: Subject) -> int:
    bsuids = [handle for handle in subject.handles if is_bsuid(handle)]
    forget_soon(organization_id=subject.organization_id, bsuids=bsuids)
    return 0


privacy.store(
    Store(
        "whatsapp.contact_book", "Meta's contact book", CONTACTS, find=lambda subject: 0, erase=_forget_at_meta,
        note="Meta is asked to forget which phone belongs to their user ids. What it does then isn't known here.",
    )
)  # fmt: skip
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
