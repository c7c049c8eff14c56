from typing import Any

from rest_framework import serializers

from apps.accounts.services.devices import device_of


class OpenSessionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    device = serializers.SerializerMethodField(help_text="Browser and system; empty where they are not known.")
    address = serializers.IPAddressField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    current = serializers.SerializerMethodField(help_text="This is the sign-in that asks.")
    method = serializers.CharField()
    second_factor = serializers.CharField(help_text="Empty where none was shown.")

    def get_device(self, session: Any) -> str:
        return device_of(session.user_agent)

    def get_current(self, session: Any) -> bool:
        return bool(session.pk == self.context["request"].auth.session_id)
