from typing import Any

from django.conf import settings
from rest_framework import serializers

from apps.messaging.api.serializers.files import LooksSerializer
from apps.messaging.models import Message, MessageRevision
from apps.whatsapp.error_table import describe
from apps.whatsapp.models import Media
from apps.whatsapp.services.media import signed_url

PREVIEW_LENGTH = 200


class SenderSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Message.Sender.choices)
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()


class MessageMediaSerializer(LooksSerializer):
    id = serializers.UUIDField()
    mime_type = serializers.CharField()
    size = serializers.IntegerField(allow_null=True)
    filename = serializers.CharField()
    state = serializers.ChoiceField(choices=Media.State.choices)
    url = serializers.SerializerMethodField(help_text="Signed, for an hour; null unless the file is ready.")
    error = serializers.SerializerMethodField()

    def get_error(self, media: Media) -> str | None:
        return media.error or None

    def get_url(self, media: Media) -> str | None:
        return signed_url(media) if media.state == Media.State.READY else None


class QuotedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True)
    sender_name = serializers.CharField()
    type = serializers.CharField()
    preview = serializers.CharField()


class ReactionSerializer(serializers.Serializer[Any]):
    emoji = serializers.CharField()
    direction = serializers.ChoiceField(choices=Message.Direction.choices)


class HeldSerializer(serializers.Serializer[Any]):
    """Meta has taken the message and delivers it later, or not: until then it is `accepted`. Or it is `held` here until
    the portfolio may write to one more person."""

    reason = serializers.CharField(help_text="held_for_quality_assessment, paused or messaging_limit.")


class RevisionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=MessageRevision.Kind.choices)
    text = serializers.CharField()
    at = serializers.DateTimeField(help_text="When that was changed.")


class MessageErrorSerializer(serializers.Serializer[Any]):
    code = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    detail = serializers.CharField()


class MessageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    client_id = serializers.UUIDField(allow_null=True)
    direction = serializers.ChoiceField(choices=Message.Direction.choices)
    sender = SenderSerializer(source="*")
    type = serializers.CharField()
    content = serializers.DictField()
    text = serializers.CharField()
    media = MessageMediaSerializer(allow_null=True)
    files = MessageMediaSerializer(many=True, help_text="Of headers and cards, in order.")
    template_id = serializers.UUIDField(allow_null=True)
    reply_to = QuotedSerializer(allow_null=True)
    forwarded = serializers.BooleanField()
    reactions = ReactionSerializer(many=True)
    status = serializers.ChoiceField(choices=Message.Status.choices)
    error = MessageErrorSerializer(allow_null=True)
    held = HeldSerializer(allow_null=True)
    origin = serializers.ChoiceField(choices=Message.Origin.choices)
    group_id = serializers.CharField(help_text="WhatsApp's, of the group in which it was written; else empty.")
    referral = serializers.DictField(allow_null=True, help_text="The ad or post that it came by, as WhatsApp tells it.")
    edited_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True, help_text="When its writer deleted it for everyone.")
    revisions = RevisionSerializer(many=True, help_text="What it said before, oldest first.")
    at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    failed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    def to_representation(self, message: Message) -> dict[str, Any]:
        plain = (
            "id", "conversation_id", "client_id", "direction", "type", "content", "text", "forwarded", "status", "at",
            "sent_at", "delivered_at", "read_at", "failed_at", "created_at", "template_id", "origin", "group_id",
            "referral", "edited_at", "revoked_at",
        )  # fmt: skip
        found = {name: self.fields[name].to_representation(value) if (value := getattr(message, name)) is not None
                 else None for name in plain}  # fmt: skip
        return found | {
            "sender": {
                "kind": message.sender_kind,
                "id": str(message.sender_id) if message.sender_id else None,
                "name": name_of_sender(message),
            },
            "media": MessageMediaSerializer(message.media).data if message.media else None,
            "files": [MessageMediaSerializer(file).data for file in getattr(message, "files", [])],
            "held": held(message),
            "reply_to": quoted(message),
            "reactions": getattr(message, "reactions", []),
            "revisions": RevisionSerializer(getattr(message, "revisions", []), many=True).data,
            "error": error_of(message, self._language()),
        }

    def _language(self) -> str:
        request = self.context.get("request")
        return getattr(getattr(request, "user", None), "language", settings.LANGUAGE_CODE)


def name_of_sender(message: Message) -> str:
    if message.direction == Message.Direction.INBOUND:
        return message.contact.display_name
    return str(message.sender) if message.sender else ""


def quoted(message: Message) -> dict[str, Any] | None:
    """What the message replies to; without an id where we never had it."""
    if message.reply_to is not None:
        target = message.reply_to
        return {
            "id": str(target.pk),
            "sender_name": name_of_sender(target),
            "type": target.type,
            "preview": target.text[:PREVIEW_LENGTH],
        }
    if message.reply_to_wamid:
        return {"id": None, "sender_name": "", "type": "unknown", "preview": ""}
    return None


def held(message: Message) -> dict[str, str] | None:
    if message.status == Message.Status.HELD and message.next_attempt_at:
        return {"reason": "messaging_limit"}
    waits = message.taken_as and message.status == Message.Status.ACCEPTED
    return {"reason": message.taken_as} if waits else None


def error_of(message: Message, language: str) -> dict[str, Any] | None:
    """Why it isn't with the customer, in the reader's language where the table has the code."""
    if message.error_code is None and not message.error_detail:
        return None
    title = message.error_title
    if message.error_code is not None:
        title = describe(message.error_code, language)[0]
    return {"code": message.error_code, "title": title, "detail": message.error_detail}
