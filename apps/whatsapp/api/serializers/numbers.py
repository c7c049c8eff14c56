from typing import Any

from rest_framework import serializers

from apps.vault.services import secret_named_in
from apps.whatsapp.models import MetaApp, Number
from apps.whatsapp.rates import HIGH_PER_SECOND

_DIGITS = r"^[0-9]{1,40}$"
_FIT_FOR_A_HEADER = r"^[ -~]+$"


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
    is_active = serializers.BooleanField()
    token_secret = serializers.SerializerMethodField(help_text="The vault's secret that the token is; null: its own.")
    webhook_url = serializers.SerializerMethodField(help_text="null: the installation's own app receives for it.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_token_secret(self, number: Number) -> str | None:
        return secret_named_in(number.access_token)

    def get_webhook_url(self, number: Number) -> str | None:
        try:
            return number.app.webhook_url
        except MetaApp.DoesNotExist:  # no organization's scope reaches the installation's apps
            return None


class RateSerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(help_text="Messages in a period.")
    period = serializers.IntegerField(help_text="In seconds.")
    used = serializers.FloatField()
    remaining = serializers.FloatField()
    wait = serializers.FloatField(help_text="Seconds until the next message may go.")
    can_send_now = serializers.BooleanField()
    reason = serializers.CharField(help_text="Why nothing can be sent now; empty if it can.")


class WebhookSerializer(serializers.Serializer[Any]):
    webhook_url = serializers.CharField()
    verify_token = serializers.CharField()
