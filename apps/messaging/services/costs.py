"""What messages cost: as Meta prices them in their statuses, summed up by number and month."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from apps.accounts.models import Organization
from apps.messaging.models import Conversation, Message
from apps.whatsapp.payloads import StatusEvent
from apps.whatsapp.payloads.values import mapping, moment
from apps.whatsapp.prices import country_of, price_of

SHARDS = 4
FREE_ENTRY = "referral_conversion"
DELIVERED = frozenset({"delivered", "read", "played"})  # Meta takes nothing for what never arrives
_ADD = """
    INSERT INTO messaging_numbermonth
        (id, organization_id, number_id, month, category, price_type, currency, shard, messages, cost)
    SELECT uuidv7(), * FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::text[], %s::text[], %s::text[], %s::int[],
        %s::int[], %s::numeric[])
    ON CONFLICT (number_id, month, category, price_type, currency, shard) DO UPDATE SET
        messages = messaging_numbermonth.messages + excluded.messages, cost = messaging_numbermonth.cost + excluded.cost
"""


def is_counted(message: Message) -> bool:
    """Whether the message is delivered and its price is known: it then counts, once."""
    return bool(message.price_type) and message.status in DELIVERED


def note_prices(reports: Iterable[tuple[Message, StatusEvent, datetime]]) -> None:
    """Put onto messages what Meta says of their price; it says so once, with any of their statuses."""
    told = [each for each in reports if each[1].pricing and not each[0].price_type]
    days = _Days({message.organization_id for message, _, _ in told}) if told else None
    for message, event, at in told:
        assert days is not None
        country = country_of(event.recipient_phone, event.recipient_bsuid)
        price = price_of(event.pricing or {}, country=country, on=days.of(message.organization_id, at))
        message.price_category, message.price_type = price.category, price.type
        message.cost, message.currency = price.cost, price.currency


def add_up(messages: Sequence[Message]) -> None:
    """Add these, which have just come to count, to their numbers' months."""
    if not messages:
        return
    days = _Days({message.organization_id for message in messages})
    sums: dict[tuple[UUID, UUID, date, str, str, str], list[Decimal]] = defaultdict(list)
    for each in messages:
        month = days.of(each.organization_id, each.delivered_at or each.read_at or each.at).replace(day=1)
        key = (each.organization_id, each.number_id, month, each.price_category, each.price_type, each.currency)
        sums[key].append(each.cost or Decimal(0))
    shard = random.randrange(SHARDS)  # noqa: S311 - only that two writers seldom meet
    rows = [(*key, shard, len(costs), sum(costs)) for key, costs in sorted(sums.items())]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])


def note_free_entries(reports: Iterable[tuple[Message, StatusEvent, datetime]]) -> None:
    """An ad led the customer here, and everything sent is free until then: Meta says so with the first status."""
    ends: dict[UUID, datetime] = {}
    for message, event, _ in reports:
        found = event.conversation or {}
        until = moment(found.get("expiration_timestamp"))
        if until and mapping(found.get("origin")).get("type") == FREE_ENTRY:
            ends[message.conversation_id] = max(until, ends.get(message.conversation_id, until))
    for pk, until in sorted(ends.items()):
        Conversation.objects.in_scope().filter(pk=pk).update(free_entry_until=until)


class _Days:
    """The day of a moment, in each organization's zone."""

    def __init__(self, organization_ids: set[UUID]) -> None:
        rows = Organization.objects.filter(pk__in=organization_ids).values_list("pk", "timezone")
        self._zones = {pk: ZoneInfo(zone) if zone else UTC for pk, zone in rows}

    def of(self, organization_id: UUID, at: datetime) -> date:
        return at.astimezone(self._zones.get(organization_id, UTC)).date()
