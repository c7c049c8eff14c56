from typing import Any

from rest_framework import serializers

from apps.whatsapp.models import Number


class TokenHealthSerializer(serializers.Serializer[Any]):
    # Hides DRF's method, which no answer needs.
    is_valid = serializers.BooleanField(allow_null=True, help_text="null: Meta didn't say.")  # type: ignore[assignment]
    reason = serializers.CharField(help_text="Why it isn't, in Meta's words.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="null: it doesn't, as far as Meta says.")
    scopes = serializers.ListField(child=serializers.CharField())
    missing_scopes = serializers.ListField(child=serializers.CharField(), help_text="What PyTake needs beside them.")


class WebhookHealthSerializer(serializers.Serializer[Any]):
    seen_at = serializers.DateTimeField(allow_null=True, help_text="When one last came, to the minute.")
    is_subscribed = serializers.BooleanField(allow_null=True, help_text="Meta sends the account's webhooks to the app.")


class HealthErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    description = serializers.CharField()
    solution = serializers.CharField()


class HealthEntitySerializer(serializers.Serializer[Any]):
    type = serializers.CharField(help_text="PHONE_NUMBER, WABA, BUSINESS, APP or MESSAGE_TEMPLATE.")
    id = serializers.CharField()
    can_send_message = serializers.CharField(help_text="AVAILABLE, LIMITED or BLOCKED.")
    errors = HealthErrorSerializer(many=True)  # type: ignore[assignment]  # hides DRF's property
    notes = serializers.ListField(child=serializers.CharField())


class HealthAccountSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(default="")
    currency = serializers.CharField(default="")
    country = serializers.CharField(default="")
    review_status = serializers.CharField(default="")
    verification_status = serializers.CharField(default="")
    has_payment_method = serializers.BooleanField(default=None, allow_null=True)


class HealthRestrictionSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    remediation = serializers.CharField()


class FailureCountSerializer(serializers.Serializer[Any]):
    code = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    messages = serializers.IntegerField()


class DeliveryHealthSerializer(serializers.Serializer[Any]):
    messages = serializers.IntegerField(help_text="That left in the last 24 hours, or failed to.")
    failed = serializers.IntegerField()
    uncertain = serializers.IntegerField(help_text="WhatsApp gave no clear answer.")
    failure_rate = serializers.FloatField(help_text="0 to 1.")
    failures = FailureCountSerializer(many=True, help_text="The most frequent reasons.")
    template_recipients = serializers.IntegerField(help_text="People whom the portfolio's numbers sent templates to.")
    template_recipients_limit = serializers.IntegerField(
        allow_null=True, help_text="What the messaging limit allows in 24 hours; null: unknown or no end."
    )


class NumberHealthSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=Number.Status.choices)
    status_detail = serializers.CharField()
    checked_at = serializers.DateTimeField(allow_null=True, help_text="When Meta was last asked.")
    token = TokenHealthSerializer()
    webhook = WebhookHealthSerializer()
    quality_rating = serializers.CharField()
    messaging_limit = serializers.CharField()
    throughput = serializers.CharField()
    name_status = serializers.CharField()
    verification_status = serializers.CharField()
    can_send_message = serializers.CharField(help_text="AVAILABLE, LIMITED or BLOCKED; empty where Meta didn't say.")
    entities = HealthEntitySerializer(many=True)
    account = HealthAccountSerializer(allow_null=True)
    restrictions = HealthRestrictionSerializer(many=True)
    delivery = DeliveryHealthSerializer()
