"""What a customer can tap, as requests say it: one shape for each kind."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from apps.core.rest import CleanJSONField
from apps.messaging.api.serializers.fields import FileIdField, OneOfField, Shapes, tagged, words
from apps.messaging.api.serializers.orders import (
    OrderSerializer,
    OrderStateSerializer,
    PaymentStateSerializer,
    WayToPayField,
    whole,
)

HEADERS = ["text", "image", "video", "document"]


class HeaderSerializer(serializers.Serializer[Any]):
    """A text, or a file: uploaded, or behind a link that WhatsApp fetches itself."""

    type = serializers.ChoiceField(choices=HEADERS)
    text = words(required=False)
    media_id = FileIdField(required=False)
    link = words(required=False)
    filename = words(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["type"] == "text" and not attrs.get("text"):
            raise serializers.ValidationError({"text": "A header of type text needs this."}, "required")
        return attrs


class ReplySerializer(serializers.Serializer[Any]):
    id = words()
    title = words()


class RowSerializer(serializers.Serializer[Any]):
    id = words()
    title = words()
    description = words(required=False)


class SectionSerializer(serializers.Serializer[Any]):
    title = words(required=False)
    rows = serializers.ListField(child=RowSerializer())


class ProductItemSerializer(serializers.Serializer[Any]):
    product_retailer_id = words()


class ShelfSerializer(serializers.Serializer[Any]):
    title = words(required=False)
    product_items = serializers.ListField(child=ProductItemSerializer())


class _Spoken(serializers.Serializer[Any]):
    body = words()


class _Footed(_Spoken):
    footer = words(required=False)


class _Headed(_Footed):
    header = HeaderSerializer(required=False)


class ReplyButtonsSerializer(_Headed):
    kind = tagged("button")()
    buttons = serializers.ListField(child=ReplySerializer())


class ListMenuSerializer(_Headed):
    kind = tagged("list")()
    button = words()
    sections = serializers.ListField(child=SectionSerializer())


class LinkButtonSerializer(_Headed):
    kind = tagged("cta_url")()
    display_text = words()
    url = words()


class FlowFormSerializer(_Headed):
    kind = tagged("flow")()
    flow_id = words(required=False)
    flow_name = words(required=False)
    flow_cta = words()
    flow_token = words(required=False)
    mode = words(required=False)
    flow_action = words(required=False)
    flow_action_payload = CleanJSONField(required=False)


class OneProductSerializer(_Footed):
    kind = tagged("product")()
    body = words(required=False)
    catalog_id = words()
    product_retailer_id = words()


class ProductListSerializer(_Headed):
    kind = tagged("product_list")()
    catalog_id = words()
    sections = serializers.ListField(child=ShelfSerializer())


class CatalogSerializer(_Footed):
    kind = tagged("catalog_message")()
    thumbnail_product_retailer_id = words(required=False)


class LocationRequestSerializer(_Spoken):
    kind = tagged("location_request_message")()


class ContactRequestSerializer(_Spoken):
    kind = tagged("request_contact_info")()


class AddressFormSerializer(_Footed):
    kind = tagged("address_message")()
    country = words()
    values = CleanJSONField(required=False)
    saved_addresses = serializers.ListField(child=CleanJSONField(), required=False)
    validation_errors = CleanJSONField(required=False)


class VoiceCallSerializer(_Spoken):
    kind = tagged("voice_call")()
    display_text = words(required=False)
    ttl_minutes = serializers.IntegerField(required=False)
    payload = words(required=False)


class CallPermissionSerializer(_Spoken):
    kind = tagged("call_permission_request")()


class OrderDetailsSerializer(_Headed):
    """A bill in Brazilian reais: with its lines, or with the total alone."""

    kind = tagged("order_details")()
    reference_id = words()
    goods = words()
    total_amount = whole(help_text="In hundredths: 1990 is R$ 19,90.")
    payment_settings = serializers.ListField(child=WayToPayField())
    order = OrderSerializer(required=False)


class OrderStatusSerializer(_Footed):
    """What became of the order of this `reference_id`, or of its payment."""

    kind = tagged("order_status")()
    reference_id = words()
    order = OrderStateSerializer(required=False)
    payment = PaymentStateSerializer(required=False)


class LinkCardSerializer(serializers.Serializer[Any]):
    type = tagged("cta_url")()
    header = HeaderSerializer()
    body = words(required=False)
    display_text = words()
    url = words()


class ReplyCardSerializer(serializers.Serializer[Any]):
    type = tagged("quick_reply")()
    header = HeaderSerializer()
    body = words(required=False)
    buttons = serializers.ListField(child=ReplySerializer())


class ProductCardSerializer(serializers.Serializer[Any]):
    type = tagged("product")()
    catalog_id = words()
    product_retailer_id = words()


CARDS: Shapes = {
    "cta_url": LinkCardSerializer,
    "quick_reply": ReplyCardSerializer,
    "product": ProductCardSerializer,
}


@extend_schema_field(PolymorphicProxySerializer("CarouselCard", CARDS, resource_type_field_name="type"))
class CardField(OneOfField):
    tag = "type"
    shapes = CARDS


class CarouselSerializer(_Spoken):
    kind = tagged("carousel")()
    cards = serializers.ListField(child=CardField())


KINDS: Shapes = {
    "button": ReplyButtonsSerializer,
    "list": ListMenuSerializer,
    "cta_url": LinkButtonSerializer,
    "flow": FlowFormSerializer,
    "product": OneProductSerializer,
    "product_list": ProductListSerializer,
    "catalog_message": CatalogSerializer,
    "location_request_message": LocationRequestSerializer,
    "request_contact_info": ContactRequestSerializer,
    "address_message": AddressFormSerializer,
    "voice_call": VoiceCallSerializer,
    "carousel": CarouselSerializer,
    "call_permission_request": CallPermissionSerializer,
    "order_details": OrderDetailsSerializer,
    "order_status": OrderStatusSerializer,
}


@extend_schema_field(PolymorphicProxySerializer("Interactive", KINDS, resource_type_field_name="kind"))
class InteractiveField(OneOfField):
    tag = "kind"
    shapes = KINDS
