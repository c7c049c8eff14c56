"""What the business wrote elsewhere: on the phone's own app, through another partner, by another responder."""

from __future__ import annotations

from collections.abc import Sequence

from apps.core.events import publish
from apps.messaging.inbound.counters import move_counters
from apps.messaging.inbound.incoming import Incoming, Origin, sender_of
from apps.messaging.inbound.messages import STANDBY, fact_of
from apps.messaging.inbound.places import find_places
from apps.messaging.inbound.writing import without_duplicates, write
from apps.messaging.models import Message
from apps.whatsapp.models import Change, Number
from apps.whatsapp.payloads import echo_message
from apps.whatsapp.services import inbound

EARLY_ATTEMPTS = 4  # minutes: longer than any send takes


def store_echoes(changes: Sequence[Change]) -> None:
    """They stand in the thread as ours; the customer was answered, so nothing is unread any more."""
    early = _before_their_answer(changes)
    for each in early:
        inbound.again_later(each, "A message of this number is just being sent: this may be its echo.")
    changes = [each for each in changes if each not in early]
    written = without_duplicates([_read(each) for each in changes])
    opened = find_places(written)
    write(written)
    news = move_counters(written)
    publish(*opened, *news, *(fact_of(each) for each in written))
    inbound.done(changes)


def _before_their_answer(changes: Sequence[Change]) -> list[Change]:
    """Gateways echo what we send as well, often before they have answered with its id: until that is written down,
    nobody can tell it from what was written on the phone."""
    numbers = {each.number_id for each in changes if each.number_id and each.attempts < EARLY_ATTEMPTS}
    gateways = Number.objects.across_organizations().filter(pk__in=numbers).exclude(provider="cloud")
    busy = set(
        Message.objects.across_organizations()
        .filter(number__in=gateways, status=Message.Status.SENDING)
        .values_list("number_id", flat=True)
    )
    return [each for each in changes if each.number_id in busy and each.attempts < EARLY_ATTEMPTS]


def _read(change: Change) -> Incoming:
    assert change.number_id is not None
    parsed = echo_message(change.value)
    origin = Origin.STANDBY if change.field == STANDBY else Origin.ECHO
    return Incoming(
        change, parsed, sender_of(change, parsed), change.number_id, origin=origin, outbound=True,
        status=Message.Status.SENT,
    )  # fmt: skip
