from typing import Any

from rest_framework import serializers


class ContactStatsSerializer(serializers.Serializer[Any]):
    total_conversations = serializers.IntegerField()
    total_messages = serializers.IntegerField()
    last_interaction = serializers.DateTimeField(allow_null=True)


class TemplateStatsSerializer(serializers.Serializer[Any]):
    sent = serializers.IntegerField(help_text="Those that WhatsApp sent, whatever became of them afterwards.")
    delivered = serializers.IntegerField()
    read = serializers.IntegerField(help_text="Of people who let others know.")
    failed = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="On their way to WhatsApp, or accepted there and not sent yet.")
    last_sent_at = serializers.DateTimeField(allow_null=True)


class UserStatsSerializer(serializers.Serializer[Any]):
    total_conversations = serializers.IntegerField()
    conversations_active = serializers.IntegerField(help_text="Those that aren't finished.")
    conversations_resolved = serializers.IntegerField()
    total_messages_sent = serializers.IntegerField()
    avg_response_time_minutes = serializers.FloatField(
        allow_null=True, help_text="How long customers waited, over the person's last thousand messages."
    )


class DepartmentStatsSerializer(serializers.Serializer[Any]):
    total_departments = serializers.IntegerField()
    active_departments = serializers.IntegerField()
    total_agents = serializers.IntegerField(help_text="People who work in active departments.")
    total_queued_conversations = serializers.IntegerField(help_text="Those that wait for an active department.")


class RealtimeStatsSerializer(serializers.Serializer[Any]):
    connections = serializers.IntegerField()
    users_online = serializers.IntegerField()
