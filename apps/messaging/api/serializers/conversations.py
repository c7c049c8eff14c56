from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.messaging.api.serializers.messages import PREVIEW_LENGTH
from apps.messaging.api.serializers.outgoing import OutgoingMessageSerializer
from apps.messaging.models import Conversation, Message


class ConversationContactSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    display_name = serializers.CharField()
    phone = serializers.CharField()
    profile_name = serializers.CharField()
    is_blocked = serializers.BooleanField()
    is_vip = serializers.BooleanField()


class ConversationNumberSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    display_phone_number = serializers.CharField()
    verified_name = serializers.CharField()
    provider = serializers.CharField(help_text="cloud: Meta's, with its window of 24 hours; evolution: a gateway's.")


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    full_name = serializers.CharField()


class DepartmentBriefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    color = serializers.CharField()


class LastMessageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    direction = serializers.ChoiceField(choices=Message.Direction.choices)
    type = serializers.CharField()
    preview = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=Message.Status.choices)
    at = serializers.DateTimeField()

    def get_preview(self, message: Message) -> str:
        return message.text[:PREVIEW_LENGTH]


class ThreadSerializer(serializers.Serializer[Any]):
    """Who may answer, where the number has more than one responder."""

    owner = serializers.ChoiceField(
        choices=[each for each in Conversation.ThreadOwner.choices if each[0]], source="thread_owner",
        help_text="While it is standby, only templates may be sent.",
    )  # fmt: skip
    role = serializers.CharField(source="thread_owner_role")
    changed_at = serializers.DateTimeField(source="thread_changed_at", allow_null=True)


class ConversationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Conversation.Status.choices)
    channel = serializers.SerializerMethodField()
    contact = ConversationContactSerializer()
    number = ConversationNumberSerializer()
    assignee = PersonSerializer(allow_null=True)
    department = DepartmentBriefSerializer(allow_null=True)
    unread_count = serializers.IntegerField()
    priority = serializers.ChoiceField(choices=Conversation.Priority.choices)
    labels = serializers.ListField(child=serializers.CharField())
    last_message = LastMessageSerializer(allow_null=True)
    last_message_at = serializers.DateTimeField()
    window_expires_at = serializers.DateTimeField(allow_null=True)
    source = serializers.DictField(  # type: ignore[assignment]  # DRF takes declared fields off the class
        allow_null=True, help_text="The ad or post that led here, as WhatsApp tells it."
    )
    thread = serializers.SerializerMethodField()
    closed_at = serializers.DateTimeField(allow_null=True)
    close_reason = serializers.CharField()
    created_at = serializers.DateTimeField()

    @extend_schema_field(ThreadSerializer(allow_null=True, help_text="Null where chats aren't routed."))
    def get_thread(self, conversation: Conversation) -> dict[str, Any] | None:
        return ThreadSerializer(conversation).data if conversation.thread_owner else None

    def get_channel(self, _conversation: Conversation) -> str:
        return "whatsapp"


class CountsSerializer(serializers.Serializer[Any]):
    all = serializers.IntegerField()
    mine = serializers.IntegerField()
    unassigned = serializers.IntegerField()
    unread = serializers.IntegerField()


class StartConversationSerializer(serializers.Serializer[Any]):
    contact_id = serializers.UUIDField(required=False)
    phone = serializers.CharField(required=False, max_length=40)
    name = serializers.CharField(required=False, allow_blank=True, max_length=255)
    number_id = serializers.UUIDField()
    message = OutgoingMessageSerializer(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("contact_id" in attrs) == ("phone" in attrs):
            raise serializers.ValidationError({"contact_id": "Name either contact_id or phone."}, "either")
        return attrs


class ChangeConversationSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=Conversation.Status.choices, required=False)
    priority = serializers.ChoiceField(choices=Conversation.Priority.choices, required=False)
    labels = serializers.ListField(child=serializers.CharField(max_length=50), max_length=20, required=False)
    department_id = serializers.UUIDField(required=False, allow_null=True)


class AssignSerializer(serializers.Serializer[Any]):
    agent_id = serializers.UUIDField(required=False, allow_null=True, help_text="Left out: me. Null: nobody.")


class PassThreadSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(
        choices=("ai_agent", "ctwa", "customer_service", "escalation", "marketing", "utility"), required=False,
        help_text="Of whom it is passed to; left out: whoever chats are escalated to.",
    )  # fmt: skip
    note = serializers.CharField(required=False, max_length=2000, help_text="For whoever gets it.")


class CloseSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    resolved = serializers.BooleanField(required=False, default=True)
