"""Whom a message went to: answers to sends and statuses name them, and say whether they can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.contacts.phones import match_key
from apps.contacts.services import Sender, learn_names, news_in, note_refusals
from apps.contacts.services.hearsay import Named
from apps.core.batches import despite_deadlocks
from apps.core.tenancy import all_organizations
from apps.messaging.models import Message
from apps.whatsapp.payloads import StatusEvent
from apps.whatsapp.payloads.values import phone, user_id
from apps.whatsapp.providers import Accepted

NOT_ON_WHATSAPP, MARKETING_STOPPED = 131026, 131050
Told = tuple[Message, StatusEvent, datetime]


def learn_from_statuses(told: Sequence[Told]) -> None:
    """Call it in the transaction of the statuses, whose messages are locked."""
    note_refusals(unreachable=_refused(told, NOT_ON_WHATSAPP), stopped=_refused(told, MARKETING_STOPPED))
    people = {
        (message.contact_id, Sender(message.organization_id, event.recipient_phone, event.recipient_bsuid,
                                    parent_bsuid=event.recipient_parent))
        for message, event, _ in told
        if event.status != "failed" and not event.group_id and (event.recipient_phone or event.recipient_bsuid)
    }  # fmt: skip
    _learn_soon(list(people))


def learn_from_answers(told: Iterable[tuple[Message, str | None, Accepted]]) -> None:
    """Of messages that went to a phone, or to none: what else their recipients are called."""
    people = []
    for message, asked, answer in told:
        known, bsuid = phone(answer.wa_id), user_id(answer.user_id)
        if bsuid or (known and (asked is None or match_key(known) != match_key(asked))):
            people.append((message.contact_id, Sender(message.organization_id, known, bsuid)))
    _learn_soon(people)


def _refused(told: Sequence[Told], code: int) -> dict[UUID, datetime]:
    return {
        message.contact_id: at
        for message, event, at in told
        if event.status == "failed" and any(error.code == code for error in event.errors)
    }


def _learn_soon(people: Sequence[Named]) -> None:
    """After the commit: contacts are locked before messages, and these are locked now. What is lost comes again."""
    news = news_in(people) if people else []
    if news:
        transaction.on_commit(lambda: _learn(news), robust=True)


def _learn(news: Sequence[Named]) -> None:
    with all_organizations("recipients: what answers and statuses call whom a message went to"):
        despite_deadlocks(lambda: learn_names(news))
