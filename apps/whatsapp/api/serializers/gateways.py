from typing import Any

from rest_framework import serializers

_FIT_FOR_A_HEADER = r"^[ -~]+$"


class NewGatewayNumberSerializer(serializers.Serializer[Any]):
    gateway_url = serializers.URLField(max_length=200, help_text="Where the organization's own gateway answers.")
    api_key = serializers.RegexField(
        _FIT_FOR_A_HEADER, max_length=2048, write_only=True, help_text="The gateway's; itself, or {{secret:name}}."
    )
    display_name = serializers.CharField(max_length=255, required=False, allow_blank=True)


class ConnectionSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=["not_created", "pending", "connecting", "connected", "error"],
        help_text="pending: a code waits to be scanned, or is about to come.",
    )
    qr_code = serializers.CharField(help_text="A picture as a data URL; empty where there is none just now.")
    pairing_code = serializers.CharField(help_text="To be typed on the phone instead; empty where there is none.")
    seconds = serializers.IntegerField(help_text="How old the code is; one lives from 20 to 60 seconds.")
    detail = serializers.CharField(help_text="What is wrong, in the organization's language; empty if nothing.")
