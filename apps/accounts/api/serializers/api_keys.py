from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers


class ApiKeySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="What the key begins with, after `pk_`: by it people know it again.")
    scopes = serializers.ListField(child=serializers.CharField())
    requests_per_minute = serializers.IntegerField()
    created_by = serializers.UUIDField(source="created_by_id", allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")


class NewApiKeySerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.CharField(max_length=100), min_length=1, max_length=200, help_text="Names of permissions."
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    requests_per_minute = serializers.IntegerField(required=False, min_value=1, max_value=10_000)

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError("This moment is over.", code="past")
        return value


class ApiKeyNameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)


class MadeApiKeySerializer(ApiKeySerializer):
    key = serializers.CharField(help_text="The key itself, this once.")
