from typing import Any
from zoneinfo import available_timezones

import phonenumbers
from django.conf import settings
from rest_framework import serializers

from apps.core.rest import CleanJSONField, OneLineField


class ProfileSerializer(serializers.Serializer[Any]):
    full_name = OneLineField(min_length=2, max_length=255, required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    timezone = serializers.CharField(
        max_length=64, required=False, allow_blank=True, help_text="Of the IANA list; empty: the organization's."
    )
    phone_number = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Without a country code it is one of Brazil."
    )
    bio = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    preferences = CleanJSONField(
        required=False, help_text="The web app's own. What isn't named stays; null takes one away."
    )

    def validate_timezone(self, name: str) -> str:
        if name and name not in available_timezones():
            raise serializers.ValidationError("There is no such time zone.", code="unknown_timezone")
        return name

    def validate_phone_number(self, text: str) -> str:
        """As `+5511987654321`."""
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "BR")
        except phonenumbers.NumberParseException as error:
            raise serializers.ValidationError("This is no phone number.", code="not_a_phone") from error
        if not phonenumbers.is_possible_number(number):
            raise serializers.ValidationError("This is no phone number.", code="not_a_phone")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class AvatarSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="PNG, JPEG or WebP, 2 MB at most.")
