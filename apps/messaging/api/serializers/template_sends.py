"""A template filled in, as requests say it: in Meta's own shape, with our files in the places of theirs."""

from typing import Any

from rest_framework import serializers

from apps.core.rest import CleanJSONField
from apps.messaging.api.serializers.fields import FileIdField, LocationPartSerializer, words
from apps.messaging.api.serializers.interactive import ShelfSerializer

ON_CARDS = ["text", "currency", "date_time", "image", "video", "product", "payload", "coupon_code", "action"]
PARAMETERS = [*ON_CARDS, "document", "location", "ttl_minutes", "limited_time_offer", "group_id"]
COMPONENTS = ["header", "body", "button", "limited_time_offer", "carousel"]
SUB_TYPES = ["url", "quick_reply", "copy_code", "flow", "catalog", "mpm", "voice_call"]


class CurrencySerializer(serializers.Serializer[Any]):
    fallback_value = words()
    code = words()
    amount_1000 = serializers.IntegerField()


class DateTimeSerializer(serializers.Serializer[Any]):
    fallback_value = words()


class FileSerializer(serializers.Serializer[Any]):
    """A file: uploaded, or behind a link that WhatsApp fetches itself."""

    media_id = FileIdField(required=False)
    link = words(required=False)
    filename = words(required=False)


class ProductPartSerializer(serializers.Serializer[Any]):
    product_retailer_id = words()
    catalog_id = words()


class ButtonActionSerializer(serializers.Serializer[Any]):
    flow_token = words(required=False)
    flow_action_data = CleanJSONField(required=False)
    thumbnail_product_retailer_id = words(required=False)
    sections = serializers.ListField(child=ShelfSerializer(), required=False)


class OfferSerializer(serializers.Serializer[Any]):
    expiration_time_ms = serializers.IntegerField()


class CardValueSerializer(serializers.Serializer[Any]):
    """A value; what it is stands in the part that its type names."""

    type = serializers.ChoiceField(choices=ON_CARDS)
    parameter_name = words(required=False)
    text = words(required=False)
    currency = CurrencySerializer(required=False)
    date_time = DateTimeSerializer(required=False)
    image = FileSerializer(required=False)
    video = FileSerializer(required=False)
    product = ProductPartSerializer(required=False)
    payload = words(required=False)
    coupon_code = words(required=False)
    action = ButtonActionSerializer(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = attrs["type"]
        if kind not in attrs:
            raise serializers.ValidationError({kind: f"A value of type {kind} needs this."}, "required")
        return {name: attrs[name] for name in ("type", "parameter_name", kind) if name in attrs}


class TemplateValueSerializer(CardValueSerializer):
    type = serializers.ChoiceField(choices=PARAMETERS)
    document = FileSerializer(required=False)
    location = LocationPartSerializer(required=False)
    ttl_minutes = serializers.IntegerField(required=False)
    limited_time_offer = OfferSerializer(required=False)
    group_id = words(required=False)


class CardComponentSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["header", "body", "button"])
    sub_type = serializers.ChoiceField(choices=SUB_TYPES, required=False, help_text="Of buttons.")
    index = serializers.IntegerField(required=False, min_value=0, help_text="Of buttons: which one, counted from 0.")
    parameters = serializers.ListField(child=CardValueSerializer(), required=False)


class CardSerializer(serializers.Serializer[Any]):
    card_index = serializers.IntegerField(min_value=0)
    components = serializers.ListField(child=CardComponentSerializer())


class ComponentSerializer(CardComponentSerializer):
    type = serializers.ChoiceField(choices=COMPONENTS)
    parameters = serializers.ListField(child=TemplateValueSerializer(), required=False)
    cards = serializers.ListField(child=CardSerializer(), required=False, help_text="Of carousels.")


class TemplatePartSerializer(serializers.Serializer[Any]):
    """A template of the number's account, by its id or by name and language, and the values of its variables."""

    template_id = serializers.UUIDField(required=False)
    name = serializers.CharField(required=False)
    language = serializers.CharField(required=False)
    components = serializers.ListField(child=ComponentSerializer(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "template_id" not in attrs:
            for name in ("name", "language"):
                if name not in attrs:
                    raise serializers.ValidationError(
                        {name: "Name either template_id, or name and language."}, "either"
                    )
        return attrs
