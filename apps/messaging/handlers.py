from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils import timezone

from apps.accounts.events import MemberDeactivated, OrganizationChanged
from apps.accounts.models import User
from apps.accounts.services import limits
from apps.contacts.events import ContactChanged, ContactsMerged
from apps.core.events import on, publish
from apps.core.wake import wake
from apps.messaging import services
from apps.messaging.events import (
    ConversationAssigned,
    ConversationClosed,
    ConversationOpened,
    HistoryRefused,
    MessageMediaReady,
    MessageReceived,
    MessageStatusChanged,
)
from apps.messaging.models import Conversation, Message
from apps.messaging.visibility import scoped
from apps.notifications.registry import WARNING, Words, notice_type
from apps.notifications.services import notify
from apps.whatsapp.error_table import codes_for_admins, describe
from apps.whatsapp.events import MediaStored, NumberStatusChanged
from apps.whatsapp.models import Number

notice_type(
    "history_refused", severity=WARNING, permission="numbers.manage", link="/numbers",
    pt_br=Words(
        "O histórico do WhatsApp não foi importado", "O histórico de {number} não foi importado",
        "Quem usa o aplicativo no celular não quis compartilhá-lo, ou o WhatsApp não conseguiu: {reason}",
    ),
    en=Words(
        "WhatsApp's history wasn't imported", "The history of {number} wasn't imported",
        "Whoever uses the app on the phone didn't want to share it, or WhatsApp couldn't: {reason}",
    ),
)  # fmt: skip

FOR_ADMINS = frozenset(codes_for_admins())
notice_type(
    "sending_refused", severity=WARNING, permission="numbers.manage", link="/numbers",
    pt_br=Words(
        "O WhatsApp recusa mensagens da conta", "{number}: {reason}", "Código {code}.",
        {f"code {code}": describe(code, "pt-br")[0] for code in sorted(FOR_ADMINS)},
    ),
    en=Words(
        "WhatsApp refuses messages of the account", "{number}: {reason}", "Code {code}.",
        {f"code {code}": describe(code, "en")[0] for code in sorted(FOR_ADMINS)},
    ),
)  # fmt: skip


@on(MessageStatusChanged)
def tell_who_can_mend_the_account(facts: list[MessageStatusChanged]) -> None:
    """Of refusals that no sender can do anything about; of the same one once a day and number."""
    codes = {fact.message_id: fact.error_code for fact in facts if fact.status == "failed"}
    codes = {message: code for message, code in codes.items() if code in FOR_ADMINS}
    if not codes:
        return
    rows = Message.objects.in_scope().filter(pk__in=codes).select_related("number").order_by("pk")
    for number, code in dict.fromkeys((row.number, codes[row.pk]) for row in rows):
        notify(
            organization_id=number.organization_id, kind="sending_refused", permission="numbers.manage",
            occasion=f"{number.pk} {code} {timezone.now():%Y-%m-%d}",
            values={"number": str(number), "number_id": number.pk, "reason": f"code {code}", "code": code},
        )  # fmt: skip


@on(HistoryRefused)
def tell_that_there_is_no_history(facts: list[HistoryRefused]) -> None:
    """Once a day and number."""
    reasons = {fact.number_id: f"{fact.detail} ({fact.code})" for fact in facts}
    for number in Number.objects.in_scope().filter(pk__in=reasons).order_by("pk"):
        notify(
            organization_id=number.organization_id, kind="history_refused", permission="numbers.manage",
            occasion=f"{number.pk} {timezone.now():%Y-%m-%d}",
            values={"number": str(number), "reason": reasons[number.pk]},
        )  # fmt: skip


@on(NumberStatusChanged)
def hold_or_release_messages(facts: list[NumberStatusChanged]) -> None:
    services.hold_messages(number_ids=[fact.number_id for fact in facts if fact.status != "connected"])
    services.release_messages(number_ids=[fact.number_id for fact in facts if fact.status == "connected"])


@on(ConversationOpened)
def welcome_who_is_new(facts: list[ConversationOpened]) -> None:
    services.welcome(conversation_ids={fact.conversation_id for fact in facts if not fact.reopened})


@on(MessageReceived)
def tell_that_nobody_is_there(facts: list[MessageReceived]) -> None:
    spoken = {fact.conversation_id for fact in facts if fact.type not in ("reaction", "system")}
    services.tell_absence(conversation_ids=spoken)


@on(MessageReceived)
def block_who_can_be_blocked_now(facts: list[MessageReceived]) -> None:
    services.block_again(contact_ids={fact.contact_id for fact in facts})


@on(ContactChanged)
def carry_blocks_to_whatsapp(facts: list[ContactChanged]) -> None:
    changed = {fact.contact_id for fact in facts if not fact.created}
    if changed:
        services.note_blocks(contact_ids=changed)


@on(ContactsMerged)
def move_to_merged_contacts(facts: list[ContactsMerged]) -> None:
    services.move_to_merged({fact.other_id: fact.contact_id for fact in facts})


@on(MediaStored)
def tell_that_files_are_here(facts: list[MediaStored]) -> None:
    states = {fact.media_id: fact.state for fact in facts}
    publish(
        *scoped([
            MessageMediaReady(
                organization_id=message.organization_id, conversation_id=message.conversation_id,
                message_id=message.pk, media_id=message.media_id, state=states[message.media_id],
            )
            for message in Message.objects.in_scope().filter(media__in=states)
            if message.media_id
        ])
    )  # fmt: skip


@on(ConversationAssigned)
def tell_new_assignees(facts: list[ConversationAssigned]) -> None:
    """Whoever took it themselves knows."""
    given = {fact.conversation_id for fact in facts if fact.assignee_id not in (None, fact.by_id)}
    for conversation in _with_contacts(given):
        notify(
            organization_id=conversation.organization_id, kind="conversation_assigned",
            user_ids=[conversation.assignee_id], occasion=f"{conversation.pk} {conversation.assigned_at}",
            values={"contact": conversation.contact.display_name, "conversation_id": conversation.pk},
        )  # fmt: skip


@on(ConversationClosed)
def tell_whose_conversation_is_closed(facts: list[ConversationClosed]) -> None:
    closers = {fact.conversation_id: fact.by_id for fact in facts if fact.by_id}
    names = User.objects.in_bulk(set(closers.values()))
    for conversation in _with_contacts(closers):
        by = closers[conversation.pk]
        notify(
            organization_id=conversation.organization_id, kind="conversation_closed",
            user_ids=[conversation.assignee_id], except_user_ids=[by],
            occasion=f"{conversation.pk} {conversation.closed_at}",
            values={
                "contact": conversation.contact.display_name, "conversation_id": conversation.pk,
                "by": str(names[by]), "by_id": by,
            },
        )  # fmt: skip


def _with_contacts(ids: Collection[UUID]) -> Iterable[Conversation]:
    if not ids:
        return ()
    rows = Conversation.objects.in_scope().filter(pk__in=ids, assignee__isnull=False)
    return rows.select_related("contact").order_by("pk")


@on(OrganizationChanged)
def go_on_sending(facts: list[OrganizationChanged]) -> None:
    """What waited while the organization was switched off."""
    if any(fact.is_active for fact in facts):
        wake("outbox.drain")


@limits.counts("conversations")
def conversations_of(organization_id: UUID) -> int:
    return Conversation.objects.in_scope().filter(organization=organization_id).count()


@on(MemberDeactivated)
def hand_conversations_back(facts: list[MemberDeactivated]) -> None:
    services.hand_back(user_ids={fact.user_id for fact in facts})
