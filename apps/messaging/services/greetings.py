"""What a number says by itself: a welcome to who begins a conversation, and that nobody is there outside the hours.

Both are ordinary messages of the system: in the window, never to the blocked, never where another responder answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db.models import F, Q
from django.utils import timezone

from apps.accounts.models import Organization
from apps.calendars import hours
from apps.core.errors import DomainError
from apps.messaging.models import Conversation, Message
from apps.messaging.querysets import ConversationQuerySet
from apps.messaging.services.drafts import Draft
from apps.messaging.services.sending import send_message
from apps.whatsapp.models import Number

AWAY_EVERY_HOURS = 12
logger = structlog.get_logger(__name__)


def welcome(*, conversation_ids: Collection[UUID]) -> None:
    """Send these new conversations their number's welcome message, where it has one; in a scope that reaches them."""
    for conversation in _reached(conversation_ids).exclude(number__welcome_message="").order_by("pk"):
        _say(conversation, conversation.number.welcome_message)


def tell_absence(*, conversation_ids: Collection[UUID]) -> None:
    """Send their number's away message to who wrote in these conversations while nobody is there: once in so many
    hours, and not where a colleague answers all the same."""
    now = timezone.now()
    rows = list(_reached(conversation_ids).exclude(number__away_message="").order_by("pk"))
    zones = Organization.objects.in_bulk({each.organization_id for each in rows})
    away = [each for each in rows if not _is_open(each.number, zones[each.organization_id], now)]
    told = _answered(away, now)
    for conversation in away:
        if conversation.pk not in told:
            _say(conversation, conversation.number.away_message)


def _reached(conversation_ids: Collection[UUID]) -> ConversationQuerySet:
    rows = Conversation.objects.in_scope().filter(pk__in=set(conversation_ids), window_expires_at__gt=timezone.now())
    rows = rows.exclude(thread_owner=Conversation.ThreadOwner.STANDBY).filter(contact__is_blocked=False)
    return rows.select_related("number")


def _is_open(number: Number, organization: Organization, now: datetime) -> bool:
    document = number.business_hours
    if document is None:
        document = organization.settings.get("business_hours") or {}
    return hours.is_open(document, now.astimezone(ZoneInfo(organization.timezone)))


def _answered(conversations: Iterable[Conversation], now: datetime) -> set[UUID]:
    """Those in which a colleague wrote, or the away message went out, not long ago."""
    found: set[UUID] = set()
    by_patience: dict[int, list[Conversation]] = {}
    for each in conversations:
        patience = int(each.number.settings.get("away_every_hours") or AWAY_EVERY_HOURS)
        by_patience.setdefault(patience, []).append(each)
    for patience, those in by_patience.items():
        away = Q(sender_kind=Message.Sender.SYSTEM, text=F("number__away_message"))
        rows = Message.objects.in_scope().filter(
            Q(sender_kind=Message.Sender.AGENT) | away, conversation__in=those,
            at__gt=now - timedelta(hours=patience), direction=Message.Direction.OUTBOUND,
        )  # fmt: skip
        found.update(rows.values_list("conversation_id", flat=True))
    return found


def _say(conversation: Conversation, text: str) -> None:
    """What can't be sent is left: the customer's own message counts for more than our courtesy."""
    draft = Draft(type="text", content={"body": text}, sender_kind=Message.Sender.SYSTEM, lane=Message.Lane.BOTS)
    try:
        send_message(conversation=conversation, draft=draft, by=None)
    except DomainError as refusal:
        logger.info("greeting_not_sent", conversation_id=str(conversation.pk), reason=refusal.detail)
