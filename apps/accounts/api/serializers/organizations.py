from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from rest_framework import serializers

from apps.accounts.models import OrganizationExport, Plan
from apps.accounts.plans import RESOURCES
from apps.accounts.services.pictures import link_to
from apps.core.rest import OneLineField


class OrganizationProfileSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField()
    website = serializers.CharField()
    logo_url = serializers.SerializerMethodField(help_text="Signed; good for an hour.")
    language = serializers.CharField()
    timezone = serializers.CharField()
    currency = serializers.CharField()
    plan = serializers.ChoiceField(choices=Plan.choices)
    plan_starts_at = serializers.DateTimeField(allow_null=True)
    plan_expires_at = serializers.DateTimeField(allow_null=True)
    is_active = serializers.BooleanField()
    deletes_at = serializers.DateTimeField(allow_null=True, help_text="Until then its deletion can be taken back.")
    created_at = serializers.DateTimeField()

    def get_logo_url(self, organization: Any) -> str | None:
        return link_to(organization.logo)


class LogoSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="PNG, JPEG or WebP, of 2 MB at most.")


class OrganizationForStaffSerializer(OrganizationProfileSerializer):
    limits = serializers.DictField(child=serializers.IntegerField(allow_null=True), help_text="Its own, by resource.")
    deactivated_at = serializers.DateTimeField(allow_null=True)


class OrganizationChangesSerializer(serializers.Serializer[Any]):
    name = OneLineField(min_length=2, max_length=255, required=False)
    description = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    website = serializers.URLField(max_length=500, allow_blank=True, required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    timezone = serializers.CharField(max_length=64, required=False, help_text="Of the IANA list.")
    currency = serializers.RegexField("^[A-Z]{3}$", required=False, help_text="ISO 4217.")

    def validate_timezone(self, name: str) -> str:
        if name not in available_timezones():
            raise serializers.ValidationError("There is no such time zone.", code="unknown_timezone")
        return name

    def validate_website(self, address: str) -> str:
        if address and not address.startswith(("http://", "https://")):
            raise serializers.ValidationError("An address begins with https://.", code="invalid")
        return address


class SettingsSerializer(serializers.Serializer[Any]):
    business_hours = serializers.JSONField(required=False, help_text="By weekday; an absent day is open all day.")
    agent_visibility = serializers.CharField(required=False, help_text="all, department or own.")
    notification_settings = serializers.DictField(required=False)
    security_settings = serializers.DictField(required=False)


class SettingsChangesSerializer(serializers.Serializer[Any]):
    """Documented as it is meant; what comes is looked at key by key, so that an unknown one is named."""

    business_hours = serializers.JSONField(required=False, allow_null=True)
    agent_visibility = serializers.CharField(required=False, allow_null=True)
    notification_settings = serializers.DictField(required=False, allow_null=True)
    security_settings = serializers.DictField(required=False, allow_null=True)


class UsedSerializer(serializers.Serializer[Any]):
    resource = serializers.ChoiceField(choices=RESOURCES)
    used = serializers.IntegerField()
    limit = serializers.IntegerField(allow_null=True, help_text="Null: as many as you like.")
    share = serializers.FloatField(allow_null=True, help_text="1.0: the limit is reached.")


class UsageSerializer(serializers.Serializer[Any]):
    plan = serializers.ChoiceField(choices=Plan.choices)
    plan_starts_at = serializers.DateTimeField(allow_null=True)
    plan_expires_at = serializers.DateTimeField(allow_null=True)
    month = serializers.DateField(help_text="Its first day, where the organization is.")
    messages_sent = serializers.IntegerField()
    messages_received = serializers.IntegerField()
    resources = UsedSerializer(many=True)


class OrganizationStatsSerializer(serializers.Serializer[Any]):
    users = serializers.IntegerField()
    departments = serializers.IntegerField()
    contacts = serializers.IntegerField()
    conversations = serializers.IntegerField()
    numbers = serializers.IntegerField()
    chatbots = serializers.IntegerField()
    messages_sent = serializers.IntegerField(help_text="This month.")
    messages_received = serializers.IntegerField(help_text="This month.")


class TransferSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    password = serializers.CharField(max_length=200, trim_whitespace=False, write_only=True)


class DeletionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, help_text="The organization's, as it is.")
    password = serializers.CharField(max_length=200, trim_whitespace=False, write_only=True)


class PlanSerializer(serializers.Serializer[Any]):
    plan = serializers.ChoiceField(choices=Plan.choices)
    plan_starts_at = serializers.DateTimeField(required=False, allow_null=True)
    plan_expires_at = serializers.DateTimeField(required=False, allow_null=True)
    limits = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=2_000_000_000, allow_null=True), required=False,
        help_text="Where they differ from the plan's; null: as many as they like. Left out: they stay.",
    )  # fmt: skip


class ExportSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=OrganizationExport.State.choices)
    reason = serializers.ChoiceField(choices=OrganizationExport.Reason.choices)
    size = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    rows = serializers.DictField(child=serializers.IntegerField(), help_text="How many of each table.")
    files = serializers.IntegerField()
    error = serializers.CharField()
    requested_by = serializers.UUIDField(source="requested_by_id", allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
