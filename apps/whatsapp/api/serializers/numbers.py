from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.rest import CleanJSONField
from apps.vault.services import secret_named_in
from apps.whatsapp.models import MetaApp, Number, ProviderName
from apps.whatsapp.rates import HIGH_PER_SECOND
from apps.whatsapp.services.numbers import restrictions_of

_DIGITS = r"^[0-9]{1,40}$"
_FIT_FOR_A_HEADER = r"^[ -~]+$"


HOURS = (
    '`{"monday": {"enabled": true, "start": "09:00", "end": "18:00"}}` in the organization\'s zone; a day that is '
    "absent is open."
)


class NumberSettingsSerializer(serializers.Serializer[Any]):
    away_every_hours = serializers.IntegerField(
        min_value=1, max_value=168, required=False, help_text="The away message again at the earliest; 12 if absent."
    )
    marketing_messages = serializers.BooleanField(
        required=False,
        help_text="true: marketing templates go by Meta's Marketing Messages API, whose terms the business accepted.",
    )


class RestrictionSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(help_text="As Meta spells it: RESTRICTED_BIZ_INITIATED_MESSAGING …")
    until = serializers.DateTimeField(allow_null=True, help_text="null: until Meta lifts it.")
    remediation = serializers.CharField(help_text="What Meta says that ends it; may be empty.")


class NewNumberSerializer(serializers.Serializer[Any]):
    phone_number_id = serializers.RegexField(_DIGITS, help_text="Meta's id of the number, not the number itself.")
    waba_id = serializers.RegexField(_DIGITS, help_text="The WhatsApp Business Account's id.")
    access_token = serializers.RegexField(
        _FIT_FOR_A_HEADER, max_length=2048, write_only=True, help_text="Itself, or {{secret:name}} of the vault."
    )
    app_secret = serializers.CharField(
        max_length=200, write_only=True, help_text="Signs the webhooks; itself, or {{secret:name}}."
    )
    app_id = serializers.RegexField(r"^[0-9]{0,40}$", required=False, allow_blank=True)
    display_phone_number = serializers.CharField(max_length=30, required=False, allow_blank=True)


class NumberChangesSerializer(serializers.Serializer[Any]):
    access_token = serializers.RegexField(
        _FIT_FOR_A_HEADER,
        max_length=2048,
        required=False,
        write_only=True,
        help_text="Itself, or {{secret:name}} of the vault.",
    )
    app_secret = serializers.CharField(
        max_length=200,
        required=False,
        write_only=True,
        help_text="Live beside the one before; itself, or {{secret:name}}.",
    )
    display_phone_number = serializers.CharField(max_length=30, required=False)
    verified_name = serializers.CharField(max_length=255, required=False)
    messages_per_second = serializers.IntegerField(min_value=1, max_value=HIGH_PER_SECOND, required=False)
    is_active = serializers.BooleanField(required=False, help_text="false disconnects, true asks WhatsApp first.")
    welcome_message = serializers.CharField(
        max_length=4096, required=False, allow_blank=True, help_text="Sent when somebody begins a conversation."
    )
    away_message = serializers.CharField(
        max_length=4096, required=False, allow_blank=True, help_text="Sent to who writes outside the business hours."
    )
    business_hours = CleanJSONField(
        required=False, allow_null=True, help_text=f"{HOURS} null: the organization's hours."
    )
    default_department_id = serializers.UUIDField(required=False, allow_null=True)
    default_bot_id = serializers.UUIDField(required=False, allow_null=True)
    settings = NumberSettingsSerializer(required=False)


class NumberSerializer(serializers.Serializer[Number]):
    id = serializers.UUIDField()
    phone_number_id = serializers.CharField()
    waba_id = serializers.CharField()
    display_phone_number = serializers.CharField()
    verified_name = serializers.CharField()
    status = serializers.ChoiceField(choices=Number.Status.choices)
    status_detail = serializers.CharField()
    quality_rating = serializers.CharField()
    messages_per_second = serializers.IntegerField()
    provider = serializers.ChoiceField(choices=ProviderName.choices)
    messaging_limit = serializers.CharField(help_text="TIER_250 …: people a day outside of their windows.")
    throughput = serializers.CharField()
    name_status = serializers.CharField()
    verification_status = serializers.CharField()
    username = serializers.CharField()
    is_official = serializers.BooleanField()
    is_on_phone_app = serializers.BooleanField(help_text="It is in the WhatsApp Business app of a phone as well.")
    restrictions = serializers.SerializerMethodField()
    welcome_message = serializers.CharField()
    away_message = serializers.CharField()
    business_hours = serializers.DictField(allow_null=True)
    default_department_id = serializers.UUIDField(allow_null=True)
    default_bot_id = serializers.UUIDField(allow_null=True)
    settings = NumberSettingsSerializer()
    token_expires_at = serializers.DateTimeField(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    webhook_seen_at = serializers.DateTimeField(allow_null=True)
    is_active = serializers.BooleanField()
    token_secret = serializers.SerializerMethodField(help_text="The vault's secret that the token is; null: its own.")
    webhook_url = serializers.SerializerMethodField(help_text="null: the installation's own app receives for it.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(RestrictionSerializer(many=True))
    def get_restrictions(self, number: Number) -> Any:
        return restrictions_of(number)

    def get_token_secret(self, number: Number) -> str | None:
        return secret_named_in(number.access_token)

    def get_webhook_url(self, number: Number) -> str | None:
        try:
            return number.app.webhook_url
        except MetaApp.DoesNotExist:  # no organization's scope reaches the installation's apps
            return None


class WebhookSerializer(serializers.Serializer[Any]):
    webhook_url = serializers.CharField()
    verify_token = serializers.CharField()
