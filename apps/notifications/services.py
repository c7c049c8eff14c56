"""Who is told what, over which channel and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Membership, User
from apps.accounts.selectors import access_of_member
from apps.core import mail
from apps.core.errors import NotFound
from apps.core.events import for_user, publish
from apps.core.tenancy import all_organizations
from apps.core.wake import wake
from apps.notifications import registry
from apps.notifications.errors import NoSuchNoticeType, NoticesSwitchedOff, QuietHoursNotValid
from apps.notifications.events import NoticeCreated, NoticeDeleted, NoticeRead
from apps.notifications.models import Delivery, Notice, Preference
from apps.notifications.registry import NoticeType, type_named

KEPT = timedelta(days=90)
LONGEST_SUBJECT = 200
_HOUR = timedelta(hours=1)


@transaction.atomic
def notify(
    *,
    organization_id: UUID,
    kind: str,
    occasion: str,
    user_ids: Collection[UUID | None] | None = None,
    permission: str | None = None,
    values: Mapping[str, Any] | None = None,
    except_user_ids: Collection[UUID | None] = (),
) -> list[Notice]:
    """Tell people something, once: who was told of this occasion before isn't told again. Call it in a scope that
    reaches the organization, in the transaction of the cause.

    Only active members are told, only those who have the type's permission, and only over the channels that they
    want. A mail waits until a person's quiet hours are over, rather than not to come at all; the list and the socket
    disturb nobody.

    Args:
        kind: a type of the registry.
        occasion: what tells this event from others of its kind, e.g. a conversation's id and when it was assigned.
        user_ids: these people; left out, everybody who has the permission.
        permission: beside the type's own.
        values: what the type's placeholders need; more of them, such as ids, come along to the web app.

    Raises:
        KeyError: no such type.
        ValueError: a placeholder has no value.

    Returns:
        The notices that are new.
    """
    about, told = type_named(kind), {name: _plain(value) for name, value in (values or {}).items()}
    if missing := about.placeholders - told.keys():
        raise ValueError(f"{kind} needs {', '.join(sorted(missing))}")
    members = [
        each
        for each in _members(organization_id, user_ids)
        if each.user_id not in except_user_ids and _may_get(each, about, permission)
    ]
    ways = _ways(organization_id, members, about)
    notices = _new_notices(organization_id, about, occasion, told, ways)
    _send_off(about, [(notice, *ways[notice.user_id]) for notice in notices])
    return notices


def send_test(*, organization_id: UUID, user: User) -> Notice:
    """Show a person how a notice reaches them.

    Raises:
        NoticesSwitchedOff: by none of the ways.
    """
    made = notify(organization_id=organization_id, kind="test", user_ids=[user.pk], occasion=str(uuid4()))
    if not made:
        raise NoticesSwitchedOff
    return made[0]


@transaction.atomic
def mark_read(*, notice: Notice) -> Notice:
    """
    Raises:
        NotFound: it was deleted meanwhile.
    """
    notice = _locked(notice)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
        _tell_tabs(NoticeRead, notice)
    return notice


@transaction.atomic
def mark_all_read(*, organization_id: UUID, user_id: UUID) -> int:
    """All that stands in a person's list; returns how many were unread."""
    unread = Notice.objects.for_organization(organization_id).of_user(user_id).unread()
    count = unread.update(read_at=timezone.now())
    if count:
        publish(NoticeRead(organization_id=organization_id, notice_id=None, scope=for_user(user_id)))
    return count


@transaction.atomic
def delete_notice(*, notice: Notice) -> None:
    """Take it off the list; a mail that still waits isn't sent.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    notice = _locked(notice)
    notice.deleted_at = timezone.now()
    notice.save(update_fields=["deleted_at"])
    _tell_tabs(NoticeDeleted, notice)


def preference_of(*, organization_id: UUID, user_id: UUID) -> Preference:
    """Made with its defaults on first read."""
    return _preferences(organization_id, [user_id])[user_id]


@transaction.atomic
def change_preference(
    *, organization_id: UUID, user_id: UUID, kinds: Iterable[Mapping[str, Any]] = (), **values: Any
) -> Preference:
    """What isn't named stays as it is.

    Args:
        kinds: `{"kind": "new_contact", "email": True}`, for each type as many channels as shall change.

    Raises:
        NoSuchNoticeType: `kinds` names a type that there isn't.
        QuietHoursNotValid: they are on, and begin when they end.
    """
    preference_of(organization_id=organization_id, user_id=user_id)
    rows = Preference.objects.for_organization(organization_id).select_for_update(no_key=True)
    preference = rows.get(user=user_id)
    for name, value in values.items():
        setattr(preference, name, value)
    if preference.quiet_hours_enabled and preference.quiet_hours_start == preference.quiet_hours_end:
        raise QuietHoursNotValid
    for each in kinds:
        _choose(preference, **each)
    preference.save()
    return preference


def send_mails_of_one() -> int:
    """Put what is due of one person's mails into the outbox; returns how many were looked at.

    The person's preferences are locked, so that no two workers send the same mail or count the same hour, and each
    delivery is marked in the transaction that writes the mail. What was read meanwhile, or is more than the person
    wants in an hour, isn't mailed and stays in the list.
    """
    now = timezone.now()
    with all_organizations("notices: mails are due, in whichever organization"):
        waiting = Preference.objects.across_organizations().with_due_mails(now).order_by("pk")
        preference = waiting.select_for_update(no_key=True, skip_locked=True).first()
        if preference is None:
            return 0
        rows = Delivery.objects.across_organizations().filter(
            organization=preference.organization_id, user=preference.user_id
        )
        due = list(rows.due(now).select_related("notice", "user", "organization").order_by("due_at", "pk")[:100])
        left = preference.max_emails_per_hour - rows.filter(channel="email", sent_at__gt=now - _HOUR).count()
        works_here = _works_here(preference)
        for delivery in due:
            delivery.reason = _reason_to_leave_out(delivery, preference, works_here=works_here, left=left)
            if not delivery.reason:
                left -= 1
                delivery.sent_at = now
                _mail(delivery)
            delivery.state = Delivery.State.LEFT_OUT if delivery.reason else Delivery.State.SENT
        rows.bulk_update(due, ["state", "reason", "sent_at"])
        return len(due)


def forget_some(*, limit: int = 1000) -> int:
    """Delete notices that are too old; returns how many."""
    with all_organizations("notices that are too old are deleted, whosever they are"):
        notices = Notice.objects.across_organizations()
        old = notices.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at").values("pk")[:limit]
        return notices.filter(pk__in=[each["pk"] for each in old]).delete()[1].get("notifications.Notice", 0)


def _members(organization_id: UUID, user_ids: Collection[UUID | None] | None) -> list[Membership]:
    """In one order for everybody, so that two who tell the same people don't wait for each other in a circle."""
    members = Membership.objects.in_scope().active().filter(organization=organization_id)
    if user_ids is not None:
        members = members.filter(user__in=[each for each in user_ids if each])
    return list(members.select_related("user", "organization", "custom_role").order_by("user_id"))


def _may_get(member: Membership, about: NoticeType, permission: str | None) -> bool:
    wanted = {name for name in (about.permission, permission) if name}
    return not wanted or wanted <= access_of_member(member).permissions


Way = tuple[Membership, list[str], Preference]


def _ways(organization_id: UUID, members: list[Membership], about: NoticeType) -> dict[UUID, Way]:
    """For each who is to be told: by which channels; who wants none isn't told."""
    preferences = _preferences(organization_id, [each.user_id for each in members])
    ways: dict[UUID, Way] = {}
    for member in members:
        preference = preferences[member.user_id]
        if channels := preference.channels_for(about):
            ways[member.user_id] = (member, channels, preference)
    return ways


def _preferences(organization_id: UUID, user_ids: list[UUID]) -> dict[UUID, Preference]:
    rows = Preference.objects.in_scope().filter(organization=organization_id, user__in=user_ids)
    found = {each.user_id: each for each in rows}
    missing = [user_id for user_id in user_ids if user_id not in found]
    if missing:
        new = [Preference(organization_id=organization_id, user_id=user_id) for user_id in missing]
        Preference.objects.in_scope().bulk_create(new, ignore_conflicts=True)
        found = {each.user_id: each for each in rows.all()}
    return found


def _new_notices(
    organization_id: UUID, about: NoticeType, occasion: str, values: dict[str, Any], ways: dict[UUID, Way]
) -> list[Notice]:
    """One a person; who was told of this occasion already, or is being told just now, gets none."""
    if not ways:
        return []
    wanted = [
        Notice(
            organization_id=organization_id, user_id=user_id, kind=about.name, severity=about.severity,
            occasion=occasion, values=values, link=registry.filled(about.link, values),
            in_app=registry.IN_APP in channels,
        )
        for user_id, (_, channels, _) in ways.items()
    ]  # fmt: skip
    rows = Notice.objects.in_scope()
    rows.bulk_create(wanted, ignore_conflicts=True)
    # The keys are ours: those that are there now are those that this call has made.
    made = set(
        rows.filter(organization=organization_id, pk__in=[each.pk for each in wanted]).values_list("pk", flat=True)
    )
    return [each for each in wanted if each.pk in made]


def _send_off(about: NoticeType, told: list[tuple[Notice, Membership, list[str], Preference]]) -> None:
    now = timezone.now()
    deliveries = [
        _delivery(notice, channel, member, preference, now)
        for notice, member, channels, preference in told
        for channel in channels
    ]
    Delivery.objects.in_scope().bulk_create(deliveries)
    publish(*(_created(notice, member) for notice, member, channels, _ in told if registry.SOCKET in channels))
    if any(each.channel == registry.EMAIL for each in deliveries):
        wake("notifications.send_mails")


def _delivery(notice: Notice, channel: str, member: Membership, preference: Preference, now: datetime) -> Delivery:
    delivery = Delivery(
        organization_id=notice.organization_id, notice=notice, user_id=notice.user_id, channel=channel,
        state=Delivery.State.SENT, due_at=now, sent_at=now,
    )  # fmt: skip
    if channel == registry.EMAIL:
        delivery.state, delivery.sent_at = Delivery.State.WAITING, None
        delivery.due_at = preference.quiet_until(now, member.user.timezone, member.organization.timezone) or now
    return delivery


def _created(notice: Notice, member: Membership) -> NoticeCreated:
    title, body = notice.words(member.user.language)
    return NoticeCreated(
        organization_id=notice.organization_id, scope=for_user(notice.user_id), notice_id=notice.pk,
        kind=notice.kind, severity=notice.severity, title=title, body=body, link=notice.link,
        about=notice.about,
    )  # fmt: skip


def _locked(notice: Notice) -> Notice:
    rows = Notice.objects.for_organization(notice.organization_id).of_user(notice.user_id)
    locked = rows.select_for_update(no_key=True).filter(pk=notice.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _tell_tabs(fact: type[NoticeRead] | type[NoticeDeleted], notice: Notice) -> None:
    publish(fact(organization_id=notice.organization_id, notice_id=notice.pk, scope=for_user(notice.user_id)))


def _choose(preference: Preference, *, kind: str, **channels: bool) -> None:
    try:
        type_named(kind)
    except KeyError as error:
        raise NoSuchNoticeType(f"There is no type of notice called “{kind[:60]}”.") from error
    switches = {channel: on for channel, on in channels.items() if channel in registry.CHANNELS}
    preference.chosen[kind] = preference.chosen.get(kind, {}) | switches


def _works_here(preference: Preference) -> bool:
    members = Membership.objects.across_organizations().active()
    return members.filter(organization=preference.organization_id, user=preference.user_id).exists()


def _reason_to_leave_out(delivery: Delivery, preference: Preference, *, works_here: bool, left: int) -> str:
    if not works_here:
        return "gone"
    if delivery.notice.read_at or delivery.notice.deleted_at:
        return "read"
    if not preference.email_enabled:
        return "switched_off"
    return "" if left > 0 else "too_many"


_MAIL = {
    registry.PORTUGUESE: (
        "Olá, {name}!\n\n{title}\n{body}\n\n{link}\n\n—\n{organization}\n"
        "Quais avisos chegam por e-mail, e quando, você escolhe no PyTake, em Meu perfil."
    ),
    registry.ENGLISH: (
        "Hello {name},\n\n{title}\n{body}\n\n{link}\n\n—\n{organization}\n"
        "Which notices come by e-mail, and when, is your choice: see your profile in PyTake."
    ),
}


def _mail(delivery: Delivery) -> None:
    notice, user = delivery.notice, delivery.user
    title, body = notice.words(user.language)
    said = {
        "name": user.full_name.split(" ")[0] or user.email, "title": title, "body": body,
        "organization": delivery.organization.name, "link": f"{settings.PUBLIC_URL}/app{notice.link or '/'}",
    }  # fmt: skip
    language = registry.PORTUGUESE if user.language.lower().startswith("pt") else registry.ENGLISH
    # A subject is one line, whatever people are called.
    subject = " ".join(title.split())[:LONGEST_SUBJECT]
    mail.put(
        to=user.email, subject=subject, text=registry.filled(_MAIL[language], said), about=notice.about,
        organization_id=notice.organization_id,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """As JSON has it: ids are texts."""
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
