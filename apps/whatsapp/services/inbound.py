"""From raw bodies to changes, and the lanes in which changes are handled.

InboundEvent ──split_some()──► Change ──claim()──► a drain above, that answers with done(), again_later() or parked()
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from apps.accounts.services import audit, retention
from apps.core.batches import in_halves
from apps.core.tenancy import all_organizations, organization_scope
from apps.core.wake import wake
from apps.whatsapp.errors import NotUnderstood
from apps.whatsapp.models import Change, InboundEvent, MetaApp, Number
from apps.whatsapp.payloads import Item, StatusEvent
from apps.whatsapp.providers import named
from apps.whatsapp.services.bodies import without

EVENTS_AT_ONCE = 500
SEEN_EVERY = timedelta(minutes=1)
BODIES_KEPT = timedelta(days=1)  # at least, whatever organizations say
NO_NUMBER = "This number is not one of ours, or not of the app that signed."
NO_PLACE = "A message without an id or a sender that can be read: there is no conversation for it."
# Seconds until the next attempt; after the last one the change is dead, and a person decides.
PATIENCE = (1, 5, 30, 120, 600, 3600, 21_600)


# The oldest rows of each owner that has any, in equal shares: while one floods, the others' turn comes all the same.
# Owners are found by leaping from one to the next in the index, however many rows each has.
_FAIR = """
    WITH RECURSIVE owners AS (
        (SELECT {owner} AS id FROM {table} WHERE {due} ORDER BY {owner} LIMIT 1)
        UNION ALL
        SELECT (SELECT {owner} FROM {table} WHERE {due} AND {owner} > owners.id ORDER BY {owner} LIMIT 1)
        FROM owners WHERE owners.id IS NOT NULL
    )
    SELECT share.wanted FROM owners, LATERAL (
        SELECT id, {wanted} AS wanted FROM {table} WHERE {due} AND {owner} = owners.id
        ORDER BY id LIMIT ceil(%s / (SELECT count(id) FROM owners)::float)
    ) AS share ORDER BY share.id
"""
_EVENTS = _FAIR.format(owner="app_id", table="whatsapp_inboundevent", wanted="id", due="state = 'pending'")
_LANES = _FAIR.format(
    owner="organization_id", table="whatsapp_change", wanted="lane",
    due="state IN ('pending', 'retrying') AND next_attempt_at <= statement_timestamp()",
)  # fmt: skip
# What handling a change needs to know of it.
_HANDLED = (
    "organization", "number", "field", "kind", "provider_id", "value", "attempts", "handlers_parked", "received_at",
)  # fmt: skip


def split_some(limit: int = EVENTS_AT_ONCE) -> int:
    """Take the oldest bodies apart; returns how many. Any number of workers may do so at once."""
    with all_organizations("inbound: a raw body names its organizations only inside"):
        rows = InboundEvent.objects.filter(pk__among=_oldest(_EVENTS, limit), state=InboundEvent.State.PENDING)
        events = list(rows.select_for_update(skip_locked=True).order_by("pk"))
        in_halves(events, _split, _cannot_be_split)
        return len(events)


def claim(limit: int) -> list[Change]:
    """Changes that are due, each organization's oldest, of lanes that nobody else is at work on; call it in the door.

    A lane stays ours until the transaction ends. What is due in it is read after the lane is locked, so that
    whatever the lane's last worker did is seen.
    """
    due = Change.objects.across_organizations().due(timezone.now()).filter(organization__isnull=False).only(*_HANDLED)
    lanes = list(dict.fromkeys(_oldest(_LANES, limit)))
    return list(due.filter(lane__among=_lock_lanes(lanes)).order_by("pk")[:limit]) if lanes else []


def done(changes: Iterable[Change], *, note: str = "") -> None:
    """These are handled; `note` says why nothing was to be done."""
    ids = [change.pk for change in changes]
    Change.objects.in_scope().filter(pk__among=ids).update(
        state=Change.State.DONE, next_attempt_at=None, error=note, handlers_parked=False
    )


def forget_late(told: Mapping[Change, StatusEvent]) -> None:
    """Statuses of messages whose contact was erased meanwhile: what the erasure would have found is not kept either.
    Call it in the door."""
    if not told:
        return
    handles: dict[UUID, set[str]] = defaultdict(set)
    for change, event in told.items():
        named = {event.wamid, event.recipient_phone, event.recipient_bsuid} - {None}
        handles[change.event_id] |= {each for each in named if each and len(each) >= 6}
    events = list(InboundEvent.objects.filter(pk__in=handles).select_for_update(no_key=True).order_by("pk"))
    for each in events:
        each.body = without(bytes(each.body), tuple(handles[each.pk]))
    InboundEvent.objects.bulk_update(events, ["body"])
    Change.objects.in_scope().filter(pk__in=[change.pk for change in told]).delete()


def again_later(change: Change, reason: str, *, handlers_parked: bool = False) -> None:
    """This one failed: it is parked for a while, later for longer, at last for a person. Its lane goes on."""
    _put_off(change, reason, handlers_parked=handlers_parked)
    change.save(update_fields=_PUT_OFF)


def all_again_later(changes: Sequence[Change], reason: str) -> None:
    """These wait for something that is to come first; one statement for all of them."""
    for change in changes:
        _put_off(change, reason, handlers_parked=False)
    Change.objects.in_scope().bulk_update(changes, _PUT_OFF)


_PUT_OFF = ["attempts", "state", "next_attempt_at", "error", "handlers_parked"]


def _put_off(change: Change, reason: str, *, handlers_parked: bool) -> None:
    change.attempts += 1
    if change.attempts > len(PATIENCE):
        change.state, change.next_attempt_at = Change.State.DEAD, None
    else:
        change.state = Change.State.RETRYING
        change.next_attempt_at = timezone.now() + timedelta(seconds=PATIENCE[change.attempts - 1])
    change.error, change.handlers_parked = reason[:2000], handlers_parked


def redrive(*, organization_id: UUID, change_ids: Sequence[UUID] | None) -> int:
    """Handle these again, at once; None: all dead ones of the organization. Returns how many.

    Only what waits or is dead is handled again: what is done stays done.
    """
    with_errors = [Change.State.RETRYING, Change.State.DEAD]
    changes = Change.objects.for_organization(organization_id)
    changes = changes.filter(state=Change.State.DEAD) if change_ids is None else changes.filter(pk__in=change_ids)
    found = changes.filter(state__in=with_errors).update(
        state=Change.State.PENDING, attempts=0, next_attempt_at=timezone.now(), error=""
    )
    one = change_ids[0] if change_ids is not None and len(change_ids) == 1 else ""
    audit.record(
        "webhook_events.redriven", organization_id=organization_id, target="webhook_event", target_id=one,
        after={"count": found},
    )  # fmt: skip
    wake("inbound.drain")
    return found


def adopt(number: Number) -> int:
    """Give a number that has just been connected what came for it before; returns how many changes."""
    with all_organizations("inbound: what came for a number before it was connected belongs to nobody yet"):
        orphans = Change.objects.across_organizations().filter(organization=None, event__app=number.app_id)
        found = orphans.filter(lane__startswith=f"{number.phone_number_id}:").update(
            organization=number.organization_id, number=number, state=Change.State.PENDING, error="",
            next_attempt_at=timezone.now(),
        )  # fmt: skip
    wake("inbound.drain")
    return found


def forget_old() -> int:
    """What webhooks told that organizations don't keep any longer, and bodies that nobody keeps anything of; returns
    how many were looked at. What waits, or was given up and may be redriven, stays."""
    return sum(_forget_before(*each) for each in retention.ends("raw_webhooks_days").items()) + _forget_empty_bodies()


def _forget_before(organization_id: UUID, end: datetime) -> int:
    with organization_scope(organization_id):
        rows = Change.objects.for_organization(organization_id).filter(state=Change.State.DONE)
        old = rows.filter(pk__lt=retention.first_key_at(end)).order_by("pk")
        ids = list(old.values_list("pk", flat=True)[: retention.BATCH])
        return Change.objects.for_organization(organization_id).filter(pk__in=ids).delete()[0]


def _forget_empty_bodies() -> int:
    """A body may tell several organizations something: it goes when the last of them has let go."""
    nobody = UUID(int=0)
    with all_organizations("inbound: raw bodies of which no organization keeps anything are deleted"):
        done = retention.mark_of("bodies", nobody)
        old = InboundEvent.objects.filter(
            pk__gt=done, pk__lt=retention.first_key_at(timezone.now() - BODIES_KEPT), state=InboundEvent.State.SPLIT
        )
        page = list(old.order_by("pk").values_list("pk", flat=True)[: retention.BATCH])
        if not page:
            return 0
        told = Change.objects.across_organizations().filter(event=OuterRef("pk"))
        InboundEvent.objects.filter(~Exists(told), pk__in=page).delete()
    retention.set_mark("bodies", nobody, page[-1])
    return len(page)


def split_again(event_ids: Sequence[UUID]) -> int:
    """Take dead bodies apart once more, after the reason is mended; call it inside the door."""
    dead = InboundEvent.objects.filter(pk__in=event_ids, state=InboundEvent.State.DEAD)
    found = dead.update(state=InboundEvent.State.PENDING, error="")
    wake("inbound.drain")
    return found


def _split(events: Sequence[InboundEvent]) -> None:
    others = _other_providers(events)
    items = [(event, item) for event in events for item in _items_of(event, others.get(event.app_id, "cloud"))]
    numbers = _Numbers(item for _, item in items)
    Change.objects.across_organizations().insert(_change(event, item, numbers.of(event, item)) for event, item in items)
    _see(numbers.seen)
    InboundEvent.objects.filter(pk__among=[event.pk for event in events]).exclude(state=InboundEvent.State.DEAD).update(
        state=InboundEvent.State.SPLIT
    )


def _other_providers(events: Iterable[InboundEvent]) -> dict[UUID, str]:
    """The apps of gateways, of which there are few beside Meta's."""
    apps = MetaApp.objects.across_organizations().filter(pk__in={event.app_id for event in events})
    return dict(apps.exclude(provider="cloud").values_list("pk", "provider"))


def _see(numbers: Mapping[UUID, datetime | None]) -> None:
    """Note that webhooks of these numbers came just now; at most once a minute each.

    Args:
        numbers: when each was last seen, as it was read a moment ago.
    """
    now = timezone.now()
    stale = [pk for pk, seen in numbers.items() if seen is None or seen < now - SEEN_EVERY]
    if not stale:
        return
    rows = Number.objects.across_organizations().filter(pk__in=stale)
    # Whoever holds a row just now will do for the next minute.
    free = list(rows.select_for_update(no_key=True, skip_locked=True).order_by("pk").values_list("pk", flat=True))
    Number.objects.across_organizations().filter(pk__in=free).update(webhook_seen_at=now)


def _items_of(event: InboundEvent, provider: str) -> list[Item]:
    try:
        return named(provider).split(bytes(event.body))
    except NotUnderstood as error:
        _cannot_be_split(event, error)
        return []


def _cannot_be_split(event: InboundEvent, error: Exception) -> None:
    event.state, event.error = InboundEvent.State.DEAD, f"{type(error).__name__}: {error}"[:500].replace("\0", "")
    event.save(update_fields=["state", "error"])


class _Numbers:
    """The numbers that a batch of items concerns, looked up once."""

    def __init__(self, items: Iterable[Item]) -> None:
        ids, accounts = set(), set()
        for item in items:
            ids.add(item.phone_number_id)
            accounts.add(item.waba_id)
        ids.discard(None)
        accounts.discard("")
        numbers = Number.objects.across_organizations().present()
        wanted = Q(phone_number_id__in=ids) | Q(waba_id__in=accounts) | Q(portfolio_id__in=accounts)
        found = numbers.filter(wanted).order_by("-pk")
        self._by_id: dict[Any, Number] = {}
        self._by_account: dict[Any, Number] = {}
        self.seen: dict[UUID, datetime | None] = {}
        for number in found:
            if number.portfolio_id:
                self._by_account.setdefault((number.app_id, number.portfolio_id), number)
            self._by_id[(number.app_id, number.phone_number_id)] = number
            self._by_account[(number.app_id, number.waba_id)] = number

    def of(self, event: InboundEvent, item: Item) -> tuple[UUID | None, Number | None]:
        """Organization and number. Only the number's own app may speak for it: a secret opens no other's door."""
        if item.phone_number_id is not None:
            number = self._by_id.get((event.app_id, item.phone_number_id))
            if number:
                self.seen[number.pk] = number.webhook_seen_at
            return (number.organization_id if number else None), number
        number = self._by_account.get((event.app_id, item.waba_id))
        return (number.organization_id if number else None), None


def _change(event: InboundEvent, item: Item, owner: tuple[UUID | None, Number | None]) -> dict[str, Any]:
    organization_id, number = owner
    trouble = _trouble(item, organization_id)
    return {
        "id": uuid7(), "event_id": event.pk, "organization_id": organization_id,
        "number_id": number.pk if number else None, "field": item.field[:60], "kind": item.kind,
        "lane": item.lane[:400], "provider_id": (item.provider_id or "")[:300], "value": item.value,
        "state": Change.State.DEAD if trouble else Change.State.PENDING, "error": trouble,
        "received_at": event.received_at, "next_attempt_at": None if trouble else event.received_at,
    }  # fmt: skip


def _trouble(item: Item, organization_id: UUID | None) -> str:
    """Why nobody can handle this by itself; empty where somebody can."""
    if organization_id is None:
        return NO_NUMBER
    of_customers = item.field in ("messages", "standby")
    return NO_PLACE if of_customers and item.kind == "other" and "message" in item.value else ""


def _oldest(query: str, limit: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, [limit])
        return [wanted for (wanted,) in cursor.fetchall()]


def _lock_lanes(lanes: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lane FROM unnest(%s::text[]) AS lane WHERE pg_try_advisory_xact_lock(hashtextextended(lane, 7))",
            [lanes],
        )
        return [lane for (lane,) in cursor.fetchall()]
