from typing import Any

from django.conf import settings
from rest_framework import serializers

from apps.accounts.models import Role
from apps.core.rest import OneLineField


class RegistrationSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(min_length=8, max_length=200, trim_whitespace=False, write_only=True)
    full_name = OneLineField(min_length=2, max_length=255)
    organization_name = OneLineField(min_length=2, max_length=255)


class LoginSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=200, trim_whitespace=False, write_only=True)
    organization_id = serializers.UUIDField(required=False, allow_null=True)


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096)


class SwitchSerializer(serializers.Serializer[Any]):
    organization_id = serializers.UUIDField()


class OrganizationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    timezone = serializers.CharField()
    language = serializers.CharField()
    currency = serializers.CharField()


class PlaceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)


class ImpersonatorSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    reason = serializers.CharField(help_text="What for, in their own words.")
    ends_at = serializers.DateTimeField(help_text="The session is over then, whatever happens.")


class ExchangeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=200)


class MeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    email_verified = serializers.BooleanField()
    full_name = serializers.CharField()
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    timezone = serializers.CharField(help_text="Empty: the organization's.")
    phone_number = serializers.CharField()
    bio = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True, help_text="Good for an hour.")
    preferences = serializers.DictField(help_text="The web app's own.")
    organization = OrganizationSerializer()
    role = serializers.ChoiceField(choices=Role.choices)
    permissions = serializers.ListField(child=serializers.CharField())
    impersonated_by = ImpersonatorSerializer(allow_null=True, help_text="Support staff, who act as this person.")
    organizations = PlaceSerializer(many=True)


class TokensSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds until the access token ends.")


class SessionSerializer(TokensSerializer):
    user = MeSerializer()


class VerifiedSerializer(serializers.Serializer[Any]):
    valid = serializers.BooleanField()
    user_id = serializers.UUIDField()
    organization_id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=Role.choices)
    expires_at = serializers.DateTimeField(allow_null=True)
