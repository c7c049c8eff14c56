from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncHour
from django.utils import timezone

from apps.accounts.selectors import Access, department_counts
from apps.accounts.services.retention import first_key_at
from apps.contacts.models import Contact
from apps.core.errors import NotFound
from apps.messaging.models import Conversation, Message, MessageRevision, NumberMonth
from apps.messaging.querysets import OPEN_STATUSES, ConversationQuerySet, MessageQuerySet
from apps.whatsapp.limits import LIMITS
from apps.whatsapp.models import Media, Number
from apps.whatsapp.outbound import files_in
from apps.whatsapp.prices import RATES

# What a row of the list shows, joined: no row asks the database again.
LISTED = ("contact", "number", "assignee", "department", "last_message")
SHOWN = ("contact", "sender", "media", "reply_to", "reply_to__contact", "reply_to__sender")


def conversations_matching(rows: ConversationQuerySet, *, organization_id: UUID, text: str) -> ConversationQuerySet:
    """Those whose contact or last message holds the text; call it in a `heavy_reading()`."""
    contacts = Contact.objects.for_organization(organization_id).matching(text)
    return rows.filter(Q(contact__in=contacts.values("pk")) | Q(last_message__text__icontains=text))


def lock_conversation(conversation: Conversation) -> Conversation:
    """The conversation as it is now, with its number and contact; it stays so until the transaction ends.

    Raises:
        NotFound: it became part of another one meanwhile, since their contacts are one person.
    """
    rows = Conversation.objects.for_organization(conversation.organization_id).select_related("number", "contact")
    locked = rows.select_for_update(no_key=True, of=("self",)).filter(pk=conversation.pk).first()
    if locked is None:
        raise NotFound
    return locked


def visible_files(access: Access) -> QuerySet[Media]:
    """What this person uploaded, and what stands in the conversations that they may see."""
    conversations = Conversation.objects.for_organization(access.organization_id)
    messages = Message.objects.for_organization(access.organization_id).visible_to(access, conversations)
    seen = Q(uploaded_by=access.user.pk) | Q(Exists(messages.filter(media=OuterRef("pk"))))
    return Media.objects.for_organization(access.organization_id).filter(seen)


def counts(rows: ConversationQuerySet, *, user_id: UUID) -> dict[str, int]:
    """How many open conversations there are in each view of the inbox."""
    found: dict[str, int] = rows.open().aggregate(
        all=Count("pk"),
        mine=Count("pk", filter=Q(assignee=user_id)),
        unassigned=Count("pk", filter=Q(assignee=None)),
        unread=Count("pk", filter=Q(unread_count__gt=0)),
    )
    return found


def with_reactions(messages: Sequence[Message]) -> Sequence[Message]:
    """Put onto each message the reactions that stand now: the last of either side."""
    by_target: dict[UUID, dict[str, str]] = {}
    if messages:
        rows = Message.objects.for_organization(messages[0].organization_id).filter(
            type="reaction", reply_to__in=[each.pk for each in messages]
        )
        for reaction in rows.order_by("at", "pk").only("direction", "content", "reply_to_id", "organization_id"):
            by_target.setdefault(cast(UUID, reaction.reply_to_id), {})[reaction.direction] = (
                reaction.content.get("emoji") or ""
            )
    for each in messages:
        found = by_target.get(each.pk, {})
        reactions = [{"emoji": emoji, "direction": side} for side, emoji in found.items() if emoji]
        each.reactions = reactions  # type: ignore[attr-defined]  # a passing note for the serializer
    return messages


def with_files(messages: Sequence[Message]) -> Sequence[Message]:
    """Put onto each message the files of its header and cards, in order."""
    wanted = {each.pk: [file.media_id for file in files_in(each.type, each.content)] for each in messages if each.media}
    named = {pk for ids in wanted.values() for pk in ids}
    rows = Media.objects.for_organization(messages[0].organization_id).filter(pk__in=named) if named else ()
    found = {str(file.pk): file for file in rows}
    for each in messages:
        ids = dict.fromkeys(wanted.get(each.pk, ()))
        each.files = [found[pk] for pk in ids if pk in found]  # type: ignore[attr-defined]  # a passing note
    return messages


def with_revisions(messages: Sequence[Message]) -> Sequence[Message]:
    """Put onto each message what it said before it was edited or deleted."""
    changed = [each.pk for each in messages if each.edited_at or each.revoked_at]
    by_message: dict[UUID, list[MessageRevision]] = {}
    if changed:
        rows = MessageRevision.objects.for_organization(messages[0].organization_id).filter(message__in=changed)
        for row in rows.order_by("at", "kind", "pk"):
            by_message.setdefault(row.message_id, []).append(row)
    for each in messages:
        each.revisions = by_message.get(each.pk, [])  # type: ignore[attr-defined]  # a passing note
    return messages


def complete(messages: Sequence[Message]) -> Sequence[Message]:
    """With what stands on a message but in other rows."""
    return with_revisions(with_files(with_reactions(messages)))


def thread(rows: MessageQuerySet, conversation_id: UUID) -> MessageQuerySet:
    return rows.filter(conversation=conversation_id).shown().select_related(*SHOWN)


def shown(message: Message) -> Message:
    """The message as it is now, with all that is shown of it."""
    rows = Message.objects.for_organization(message.organization_id).select_related(*SHOWN)
    found = rows.get(pk=message.pk)
    complete([found])
    return found


def stats_of_contact(access: Access, contact_id: UUID) -> dict[str, Any]:
    """How much this contact and the organization have had to say to each other, as far as this person may see."""
    rows = Conversation.objects.for_organization(access.organization_id)
    conversations = rows.visible_to(access).filter(contact=contact_id)
    messages = Message.objects.for_organization(access.organization_id).visible_to(access, rows)
    messages = messages.filter(contact=contact_id).shown()
    last = messages.order_by("-at").values_list("at", flat=True).first()
    return {
        "total_conversations": conversations.count(),
        "total_messages": messages.count(),
        "last_interaction": last,
    }


_ON_PHONES = ("delivered", "read", "played")


def stats_of_template(organization_id: UUID, template_id: UUID, *, since: datetime) -> dict[str, Any]:
    """What became of the messages that a template was sent as."""
    rows = Message.objects.for_organization(organization_id).filter(template=template_id)
    found: dict[str, Any] = rows.filter(pk__gte=first_key_at(since)).aggregate(
        sent=Count("pk", filter=Q(status__in=("sent", *_ON_PHONES))),
        delivered=Count("pk", filter=Q(status__in=_ON_PHONES)),
        read=Count("pk", filter=Q(status__in=("read", "played"))),
        failed=Count("pk", filter=Q(status="failed")),
        waiting=Count("pk", filter=~Q(status__in=("sent", *_ON_PHONES, "failed", "cancelled"))),
        last_sent_at=Max("sent_at"),
    )
    return found


# How long customers waited for this person: from the first message that nobody had answered to their answer, over
# their last thousand messages, so that it costs the same after years.
_WAITS = """
    WITH sent AS (
        SELECT conversation_id, at FROM messaging_message
        WHERE organization_id = %(organization)s AND sender_id = %(user)s AND direction = 'outbound'
        ORDER BY id DESC LIMIT 1000
    ), waits AS (
        SELECT s.at - (
            SELECT min(i.at) FROM messaging_message i
            WHERE i.organization_id = %(organization)s AND i.conversation_id = s.conversation_id
              AND i.direction = 'inbound' AND i.at < s.at AND i.at > coalesce((
                SELECT max(o.at) FROM messaging_message o
                WHERE o.organization_id = %(organization)s AND o.conversation_id = s.conversation_id
                  AND o.direction = 'outbound' AND o.at < s.at
            ), '-infinity')
        ) AS wait FROM sent s
    )
    SELECT round(extract(epoch FROM avg(wait)) / 60, 1)::float FROM waits
"""


def stats_of_user(organization_id: UUID, user_id: UUID) -> dict[str, Any]:
    """What a person has in hand, has finished, and has said."""
    conversations = Conversation.objects.for_organization(organization_id).filter(assignee=user_id)
    counts: dict[str, Any] = conversations.aggregate(
        total_conversations=Count("pk"),
        conversations_active=Count("pk", filter=Q(status__in=OPEN_STATUSES)),
        conversations_resolved=Count("pk", filter=Q(status__in=["resolved", "closed", "archived"])),
    )
    sent = Message.objects.for_organization(organization_id).filter(sender=user_id, direction="outbound")
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, {"organization": organization_id, "user": user_id})
        [minutes] = cursor.fetchone() or [None]
    return counts | {"total_messages_sent": sent.count(), "avg_response_time_minutes": minutes}


def stats_of_departments(organization_id: UUID) -> dict[str, int]:
    """How many departments and people there are, and how many conversations wait for one of the active ones."""
    conversations = Conversation.objects.for_organization(organization_id)
    queued = conversations.filter(status=Conversation.Status.QUEUED, department__is_active=True).count()
    return department_counts(organization_id) | {"total_queued_conversations": queued}


def cost_of_conversation(conversation: Conversation) -> dict[str, Any]:
    """What its delivered messages cost, by category; of messages whose price nobody told, nothing is known."""
    rows = Message.objects.for_organization(conversation.organization_id).filter(conversation=conversation)
    return _costs(
        rows.exclude(price_type="").filter(status__in=["delivered", "read", "played"])
        .values("price_category", "price_type", "currency")
        .annotate(messages=Count("pk"), total=Sum("cost"))
        .order_by("price_category", "price_type")
    )  # fmt: skip


def cost_of_number(organization_id: UUID, number_id: UUID, month: date) -> dict[str, Any]:
    """What a number's messages of a month cost, and how much of its free share they used."""
    rows = NumberMonth.objects.for_organization(organization_id).filter(number=number_id, month=month)
    found = _costs(
        rows.annotate(price_category=F("category")).values("price_category", "price_type", "currency")
        .annotate(total=Sum("cost"), messages=Sum("messages")).order_by("price_category", "price_type")
    )  # fmt: skip
    free = [each for each in found["by_category"] if each["category"] == "service" and each["type"].startswith("free")]
    return found | {"month": month, "free_service_messages": sum(each["messages"] for each in free),
                    "free_service_limit": RATES["free_service_messages"]["per_number_and_month"]}  # fmt: skip


def _costs(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    by_category = [
        {
            "category": row["price_category"], "type": row["price_type"], "messages": row["messages"],
            "cost": row["total"] or Decimal(0), "currency": row["currency"],
        }
        for row in rows
    ]  # fmt: skip
    currencies = {each["currency"] for each in by_category}
    return {
        "total": sum((each["cost"] for each in by_category), Decimal(0)) if len(currencies) < 2 else None,
        "currency": next(iter(currencies), "USD") if len(currencies) < 2 else "",
        "by_category": by_category,
    }


def delivery_of_number(number: Number) -> dict[str, Any]:
    """How the number's messages of the last 24 hours fared, and how many people the portfolio's templates reached."""
    since = timezone.now() - timedelta(hours=24)
    # By way of conversations: they are found by their last message, and messages by their conversation.
    rows = _outbound_since(number.organization_id, [number.pk], since)
    counted = rows.values("status", "error_code", "error_title").annotate(found=Count("pk")).order_by("-found")
    by_status: dict[str, int] = defaultdict(int)
    failures = []
    for row in counted:
        by_status[row["status"]] += row["found"]
        if row["status"] == Message.Status.FAILED:
            failures.append({"code": row["error_code"], "title": row["error_title"], "messages": row["found"]})
    messages, failed = sum(by_status.values()), by_status[Message.Status.FAILED]
    return {
        "messages": messages,
        "failed": failed,
        "uncertain": by_status[Message.Status.UNCERTAIN],
        "failure_rate": round(failed / messages, 4) if messages else 0.0,
        "failures": failures[:10],
        "template_recipients": _template_recipients(number, since),
        "template_recipients_limit": LIMITS["rates"]["portfolio"]["tiers"].get(number.messaging_limit),
    }


def sent_by_number(number: Number, zone: str) -> dict[str, Any]:
    """How many messages left by hour, of the last 24, and by day, of the last 7 in a time zone; oldest first."""
    now, place = timezone.now(), ZoneInfo(zone)
    today = now.astimezone(place).date()
    days = [today - timedelta(days=back) for back in range(6, -1, -1)]
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    hours = [this_hour - timedelta(hours=back) for back in range(23, -1, -1)]
    since = min(hours[0], datetime.combine(days[0], datetime.min.time(), place))
    rows = _outbound_since(number.organization_id, [number.pk], since).exclude(status=Message.Status.FAILED)
    by_day = dict(rows.values_list(TruncDate("at", tzinfo=place)).annotate(found=Count("pk")))
    by_hour = dict(rows.filter(at__gte=hours[0]).values_list(TruncHour("at", tzinfo=UTC)).annotate(found=Count("pk")))
    return {
        "by_hour": [{"hour": hour, "messages": by_hour.get(hour, 0)} for hour in hours],
        "by_day": [{"day": day, "messages": by_day.get(day, 0)} for day in days],
        "last_hour": rows.filter(at__gte=now - timedelta(hours=1)).count(),
    }


def _template_recipients(number: Number, since: datetime) -> int:
    ids = [number.pk]
    if number.portfolio_id:
        siblings = Number.objects.for_organization(number.organization_id).filter(portfolio_id=number.portfolio_id)
        ids = list(siblings.values_list("pk", flat=True))
    rows = _outbound_since(number.organization_id, ids, since).filter(type="template")
    return rows.exclude(status=Message.Status.FAILED).values("contact").distinct().count()


def _outbound_since(organization_id: UUID, number_ids: Sequence[UUID], since: datetime) -> MessageQuerySet:
    """What left here, or failed to; what was written on the phone is not ours."""
    active = Conversation.objects.for_organization(organization_id).filter(
        number__in=number_ids, last_message_at__gte=since
    )
    rows = Message.objects.for_organization(organization_id).filter(
        conversation__in=active.values("pk"), at__gte=since, direction=Message.Direction.OUTBOUND,
        origin=Message.Origin.LIVE,
    )  # fmt: skip
    return rows.exclude(status__in=_STILL_HERE)


_STILL_HERE = (
    Message.Status.SCHEDULED, Message.Status.QUEUED, Message.Status.HELD, Message.Status.SENDING,
    Message.Status.CANCELLED,
)  # fmt: skip
