from typing import Any

from rest_framework import serializers

from apps.core.rest import CleanJSONField
from apps.vault.models import Secret
from apps.vault.services import LARGEST_VALUE, LONGEST_NAME

LONGEST_DESCRIPTION = 2_000
_VALUE: dict[str, Any] = {
    "trim_whitespace": False,
    "max_length": LARGEST_VALUE,
    "write_only": True,
    "help_text": f"{LARGEST_VALUE} bytes at most, and never empty. It comes back from `reveal` alone.",
}


class SecretSerializer(serializers.ModelSerializer[Secret]):
    """A secret without its value."""

    labels = serializers.DictField(read_only=True)
    usage_count = serializers.IntegerField(read_only=True)
    last_used_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Secret
        fields = [
            "id", "name", "display_name", "description", "scope", "chatbot_id", "provider", "key_id", "is_active",
            "labels", "usage_count", "last_used_at", "rotated_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class SecretChangesSerializer(serializers.Serializer[Any]):
    display_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, required=False, allow_blank=True)
    value = serializers.CharField(required=False, **_VALUE)
    is_active = serializers.BooleanField(required=False, help_text="false: nobody can use it.")
    labels = CleanJSONField(required=False, help_text="An object with whatever helps to find it. It is not encrypted.")


class NewSecretSerializer(SecretChangesSerializer):
    name = serializers.RegexField(
        r"^[a-z0-9_]+$", max_length=LONGEST_NAME, help_text="Small letters, digits and _: by it the secret is used."
    )
    value = serializers.CharField(**_VALUE)
    scope = serializers.ChoiceField(
        Secret.Scope.choices, required=False, help_text="Left out, it is a chatbot's if `chatbot_id` is there."
    )
    chatbot_id = serializers.UUIDField(required=False, allow_null=True, help_text="Whose alone it is.")


class NewValueSerializer(serializers.Serializer[Any]):
    new_value = serializers.CharField(**_VALUE)


class ValueSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(read_only=True)


class ValidationSerializer(serializers.Serializer[Any]):
    valid = serializers.BooleanField(help_text="A key that is here opens the value.")
    provider = serializers.ChoiceField(Secret.Provider.choices)
    detail = serializers.CharField(help_text="Why not; empty if it is valid.")


class ByScopeSerializer(serializers.Serializer[Any]):
    organization = serializers.IntegerField()
    chatbot = serializers.IntegerField()


class ByProviderSerializer(serializers.Serializer[Any]):
    fernet = serializers.IntegerField()
    aws_kms = serializers.IntegerField()
    vault = serializers.IntegerField()


class SecretCountsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    active = serializers.IntegerField()
    inactive = serializers.IntegerField()
    by_scope = ByScopeSerializer()
    by_provider = ByProviderSerializer()
    uses = serializers.IntegerField(help_text="How often secrets were used, all together.")
