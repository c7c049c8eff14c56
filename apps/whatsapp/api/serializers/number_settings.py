"""Bodies of a number's shop, its username, and where its webhooks go."""

from typing import Any

from rest_framework import serializers


class CommerceSerializer(serializers.Serializer[Any]):
    is_catalog_visible = serializers.BooleanField(required=False, help_text="Customers see the catalogue.")
    is_cart_enabled = serializers.BooleanField(required=False, help_text="They may put products into a cart.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"is_catalog_visible": "Name this, is_cart_enabled, or both."})
        return attrs


class CommerceShownSerializer(serializers.Serializer[Any]):
    is_catalog_visible = serializers.BooleanField()
    is_cart_enabled = serializers.BooleanField()


class UsernameRequestSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(help_text="3 to 35 small letters, digits, dots and underscores.")
    force_transfer = serializers.BooleanField(
        required=False, help_text="Take it from another number of the same business."
    )


class UsernameSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(help_text="Empty where there is none.")
    status = serializers.CharField(help_text="`approved`, `reserved` until Meta has decided, or empty.")
    suggestions = serializers.ListField(child=serializers.CharField(), help_text="Meta's, where there is none yet.")


class OverrideSerializer(serializers.Serializer[Any]):
    of = serializers.ChoiceField(
        choices=["number", "account"], help_text="This number alone, or all numbers of its account at Meta."
    )


class WebhooksSerializer(serializers.Serializer[Any]):
    application = serializers.CharField(help_text="The app's own address.")
    account = serializers.CharField(help_text="What overrides it for the account; may be empty.")
    number = serializers.CharField(help_text="What overrides both for this number; may be empty.")
