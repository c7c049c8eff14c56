"""What customers write becomes messages of conversations; another responder's copies, too, and nothing reacts to them.

One batch is one transaction and a constant number of statements: duplicates are sorted out first, then contacts,
conversations and messages are written, counters moved, facts published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from apps.accounts.services import limits
from apps.core.batches import in_halves
from apps.core.events import Fact, publish, react, record
from apps.messaging.events import MessageAdded, MessageReceived
from apps.messaging.inbound.counters import move_counters
from apps.messaging.inbound.identities import follow_changes, is_change
from apps.messaging.inbound.incoming import Incoming, Origin, sender_of
from apps.messaging.inbound.places import find_places
from apps.messaging.inbound.writing import without_duplicates, write
from apps.messaging.models import Message
from apps.messaging.visibility import scope_of
from apps.whatsapp.models import Change
from apps.whatsapp.payloads import inbound_message
from apps.whatsapp.services import inbound

STANDBY = "standby"  # the field of copies


def store(changes: Sequence[Change], *, reacting: bool = True) -> None:
    """Store what these bring, and let others react to it.

    What says that somebody is called otherwise now goes by itself: what came before it and after it means the same
    person by different names.
    """
    for _, part in groupby(changes, key=lambda each: each.pk if is_change(each) else None):
        _store(list(part), reacting=reacting)


def _store(changes: Sequence[Change], *, reacting: bool) -> None:
    again = [each for each in changes if each.handlers_parked]
    arrived = without_duplicates([_read(each) for each in changes if not each.handlers_parked])
    follow_changes(arrived)
    opened = find_places(arrived)
    write(arrived)
    news = move_counters(arrived)
    limits.count_received(Counter(each.organization_id for each in arrived if each.origin == Origin.LIVE))
    facts = [*opened, *news, *(fact_of(each) for each in arrived)]
    if reacting:
        publish(*facts)
        react(*_facts_of_stored(again))
        inbound.done(changes)
    else:
        record(*facts)


def store_without_reaction(change: Change, error: Exception) -> None:
    """A single message fails: is it the message, or somebody's reaction to it? People see it in either case."""
    reason = f"{type(error).__name__}: {error}"
    if change.handlers_parked:
        inbound.again_later(change, reason, handlers_parked=True)
        return
    stored: list[Change] = []

    def store_only(alone: Sequence[Change]) -> None:
        store(alone, reacting=False)
        stored.extend(alone)

    in_halves([change], store_only, lambda _change, _error: None)
    inbound.again_later(change, reason, handlers_parked=bool(stored))


def _read(change: Change) -> Incoming:
    assert change.number_id is not None
    parsed = inbound_message(change.value)
    origin = Origin.STANDBY if change.field == STANDBY else Origin.LIVE
    return Incoming(change, parsed, sender_of(change, parsed), change.number_id, origin=origin)


def fact_of(each: Incoming) -> MessageReceived | MessageAdded:
    """Bots and whoever else answers hear of `MessageReceived`, which only a customer's message to us is."""
    if each.origin != Origin.LIVE or each.outbound:
        return MessageAdded(
            organization_id=each.organization_id, conversation_id=each.conversation.pk, message_id=each.id,
            type=each.parsed.type, origin=each.origin, scope=scope_of(each.conversation),
        )  # fmt: skip
    return MessageReceived(
        organization_id=each.organization_id, conversation_id=each.conversation.pk, message_id=each.id,
        contact_id=each.contact.pk, type=each.parsed.type, preview=each.parsed.text[:200],
        scope=scope_of(each.conversation),
    )  # fmt: skip


def _facts_of_stored(changes: Iterable[Change]) -> list[Fact]:
    wanted = {(each.number_id, each.provider_id) for each in changes}
    if not wanted:
        return []
    stored = Message.objects.across_organizations().filter(wamid__in=[wamid for _, wamid in wanted])
    stored = stored.filter(origin=Origin.LIVE).select_related("conversation")
    return [_fact_of_stored(message) for message in stored if (message.number_id, message.wamid) in wanted]


def _fact_of_stored(message: Message) -> MessageReceived:
    return MessageReceived(
        organization_id=message.organization_id, conversation_id=message.conversation_id, message_id=message.pk,
        contact_id=message.contact_id, type=message.type, preview=message.text[:200],
        scope=scope_of(message.conversation),
    )  # fmt: skip
