from apps.core.events import on, publish
from apps.messaging import services
from apps.messaging.events import MessageMediaReady
from apps.messaging.models import Message
from apps.messaging.visibility import scoped
from apps.whatsapp.events import MediaStored, NumberStatusChanged


@on(NumberStatusChanged)
def hold_or_release_messages(facts: list[NumberStatusChanged]) -> None:
    services.hold_messages(number_ids=[fact.number_id for fact in facts if fact.status != "connected"])
    services.release_messages(number_ids=[fact.number_id for fact in facts if fact.status == "connected"])


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
