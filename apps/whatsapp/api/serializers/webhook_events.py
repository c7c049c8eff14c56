from typing import Any

from rest_framework import serializers

from apps.whatsapp.models import Change


class WebhookEventSerializer(serializers.Serializer[Change]):
    id = serializers.UUIDField()
    field = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=Change.State.choices)
    attempts = serializers.IntegerField()
    error = serializers.CharField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    lane = serializers.CharField(help_text="What is handled in order: a number and a sender.")
    value = serializers.JSONField()
    received_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class ReplayedSerializer(serializers.Serializer[Any]):
    redriven = serializers.IntegerField()
