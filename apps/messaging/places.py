"""The portfolio's messaging limit: how many people get messages outside of their windows, from all of its numbers
together, in any 24 hours. Redis counts, for all processes; what it forgets is written on the messages.

Whoever has a place keeps it for 24 hours after the last such message, and gets any number of messages meanwhile. Where
no place is free the message is held until one is, or until the person writes: then it needs none.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/messaging-limits
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from apps.core import ratelimits
from apps.core.events import publish
from apps.core.tenancy import all_organizations
from apps.messaging.events import MessageStatusChanged
from apps.messaging.models import Conversation, Message
from apps.messaging.querysets import MessageQuerySet
from apps.messaging.visibility import scoped
from apps.whatsapp.models import Number
from apps.whatsapp.providers import named
from apps.whatsapp.rates import PLACE_SECONDS, places_key, places_of

LET_GO_AT_ONCE = 1000  # messages of a portfolio: more are claimed in seconds only by the fastest numbers
_FULL = "The messaging limit is used up"
_UNTIL = "The portfolio has written to as many people as it may in 24 hours. This goes as soon as it may to one more."


def take(messages: Sequence[Message], now: datetime) -> dict[UUID, datetime]:
    """Take a place for each of these whose person has no open window; their number is at hand.

    Returns:
        Of the messages for which there is none, when one becomes free.
    """
    waiting: dict[UUID, datetime] = {}
    outside = _outside_windows(messages, now)
    for some in _by_portfolio(outside):
        waiting |= _take(some, now)
    taken = [each for each in outside if each.pk not in waiting]
    Message.objects.across_organizations().filter(pk__among=[each.pk for each in taken]).update(counted_at=now)
    for each in taken:
        each.counted_at = now
    return waiting


def hold(messages: Sequence[Message], until: dict[UUID, datetime]) -> None:
    """Put messages aside that were claimed, and for which there is no place."""
    for each in messages:
        each.status, each.lease_until, each.attempts = Message.Status.HELD, None, each.attempts - 1
        each.next_attempt_at, each.error_code = until[each.pk], None
        each.error_title, each.error_detail = _FULL, _UNTIL
    Message.objects.across_organizations().overwrite(messages, [
        "status", "lease_until", "attempts", "next_attempt_at", "error_code", "error_title", "error_detail",
    ])  # fmt: skip
    _tell(messages)


def give_back(message: Message, number: Number) -> None:
    """It was refused, so that nobody was reached: the place is free, unless the person has it by another message."""
    counted, places = message.counted_at, places_of(number)
    message.counted_at = None
    if counted is None or places is None:
        return
    others = _counted_since(number, counted - timedelta(seconds=PLACE_SECONDS)).filter(contact=message.contact_id)
    before = others.exclude(pk=message.pk).aggregate(last=Max("counted_at"))["last"]
    ratelimits.leave_place(
        places, str(message.contact_id), taken=counted.timestamp(), before=before.timestamp() if before else None
    )


def let_go() -> int:
    """What waits for a place and has one by now, or needs none any more, is queued again; returns how many."""
    now = timezone.now()
    with all_organizations("outbox: messages of all organizations wait for a place in a messaging limit"):
        waits = Message.objects.across_organizations().waiting_for_a_place()
        numbers = Number.objects.across_organizations().present().filter(
            Exists(waits.filter(number=OuterRef("pk"))), is_active=True, status=Number.Status.CONNECTED
        )  # fmt: skip
        of_portfolio = defaultdict(list)
        for number in numbers.order_by("pk"):
            of_portfolio[_name(number)].append(number)
        return sum(_let_go(some, now) for some in of_portfolio.values())


def used(number: Number) -> tuple[int, datetime | None]:
    """How many people have a place now, and, where there is a limit, when the first of the places becomes free."""
    now = timezone.now()
    if places := places_of(number):
        found = ratelimits.places_taken(places, now=now.timestamp())
        if found is None:
            _fill(places, number, now)
            found = ratelimits.places_taken(places, now=now.timestamp())
        if found is not None:
            return found[0], datetime.fromtimestamp(found[1], UTC) if found[1] else None
    rows = _counted_since(number, now - timedelta(seconds=PLACE_SECONDS))
    return rows.aggregate(people=Count("contact", distinct=True))["people"], None


def waiting(number: Number) -> int:
    """How many of the portfolio's messages wait for a place."""
    rows = Message.objects.for_organization(number.organization_id).waiting_for_a_place()
    return rows.filter(number__in=_numbers_of(number).values("pk")).count()


def recount(number: Number) -> None:
    """Forget the count; it is made anew from the messages as soon as somebody asks."""
    ratelimits.forget_count(places_key(number))


def _take(messages: Sequence[Message], now: datetime) -> dict[UUID, datetime]:
    number = messages[0].number
    places = places_of(number)
    if places is None:
        recount(number)  # a count that stood still while there was no end is not gone on with
        return {}
    takers = [str(each.contact_id) for each in messages]
    found = ratelimits.take_places(places, takers, now=now.timestamp())
    if found is None:
        _fill(places, number, now)
        found = ratelimits.take_places(places, takers, now=now.timestamp())
    if found is None:
        raise ConnectionError("Redis loses what it is told.")
    return {
        each.pk: datetime.fromtimestamp(place.free_at, UTC)
        for each, place in zip(messages, found, strict=True)
        if place.free_at is not None
    }


def _fill(places: ratelimits.Places, number: Number, now: datetime) -> None:
    rows = _counted_since(number, now - timedelta(seconds=places.seconds)).order_by()
    taken = rows.values_list("contact").annotate(last=Max("counted_at"))
    ratelimits.fill_places(places, {str(contact): last.timestamp() for contact, last in taken})


def _let_go(numbers: Sequence[Number], now: datetime) -> int:
    most, number = LET_GO_AT_ONCE, numbers[0]
    if places := places_of(number):
        most = min(most, max(0, places.most - used(number)[0]))
    rows = Message.objects.across_organizations().waiting_for_a_place().filter(number__in=numbers)
    opened = Conversation.objects.across_organizations().filter(
        contact=OuterRef("contact"), number=OuterRef("number"), window_expires_at__gt=now
    )  # fmt: skip
    needless = rows.filter(Exists(opened)).values_list("pk", flat=True)[:LET_GO_AT_ONCE]
    next_ = rows.order_by("lane", "pk").values_list("pk", flat=True)[:most]
    found = rows.filter(pk__in=[*needless, *next_]).order_by("pk").select_for_update(no_key=True, skip_locked=True)
    messages = list(found)
    for each in messages:
        each.status, each.next_attempt_at, each.error_title, each.error_detail = Message.Status.QUEUED, None, "", ""
    names = ["status", "next_attempt_at", "error_title", "error_detail"]
    Message.objects.across_organizations().overwrite(messages, names)
    _tell(messages)
    return len(messages)


def _outside_windows(messages: Sequence[Message], now: datetime) -> list[Message]:
    windowed = [each for each in messages if named(each.number.provider).capabilities.has_window]
    rows = Conversation.objects.across_organizations().filter(
        contact__in=[each.contact_id for each in windowed], window_expires_at__gt=now
    )  # fmt: skip
    opened = set(rows.values_list("contact_id", "number_id")) if windowed else set()
    return [each for each in windowed if (each.contact_id, each.number_id) not in opened]


def _by_portfolio(messages: Iterable[Message]) -> list[list[Message]]:
    found = defaultdict(list)
    for each in messages:
        found[_name(each.number)].append(each)
    return list(found.values())


def _name(number: Number) -> tuple[UUID, str]:
    return number.organization_id, number.portfolio


def _numbers_of(number: Number) -> QuerySet[Number]:
    """All of the portfolio, as far as the organization has them; those that were removed have sent, too."""
    rows = Number.objects.for_organization(number.organization_id)
    if number.portfolio_id:
        return rows.filter(portfolio_id=number.portfolio_id)
    return rows.filter(portfolio_id="", waba_id=number.waba_id) if number.waba_id else rows.filter(pk=number.pk)


def _counted_since(number: Number, since: datetime) -> MessageQuerySet:
    rows = Message.objects.for_organization(number.organization_id)
    return rows.filter(number__in=_numbers_of(number).values("pk"), counted_at__gt=since)


def _tell(messages: Iterable[Message]) -> None:
    now = timezone.now()
    publish(*scoped([
        MessageStatusChanged(
            organization_id=each.organization_id, conversation_id=each.conversation_id, message_id=each.pk,
            status=each.status, error_code=each.error_code, at=now,
        )
        for each in messages
    ]))  # fmt: skip
