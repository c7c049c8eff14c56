"""Bills and what became of orders, as requests say them. Amounts are in hundredths: 1990 is R$ 19,90."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from apps.messaging.api.serializers.fields import OneOfField, Shapes, tagged, words

# As large as WhatsApp's own integers; what it allows of them is in its limits.
LARGEST = 2**31 - 1


def whole(*, required: bool = True, help_text: str = "") -> serializers.IntegerField:
    return serializers.IntegerField(required=required, min_value=-LARGEST, max_value=LARGEST, help_text=help_text)


def moment(*, required: bool = True) -> serializers.IntegerField:
    return serializers.IntegerField(
        required=required, min_value=0, max_value=2**40, help_text="In seconds since 1970, UTC."
    )


class PixCodeSerializer(serializers.Serializer[Any]):
    type = tagged("pix_dynamic_code")()
    code = words()
    merchant_name = words()
    key = words()
    key_type = words()


class PaymentLinkSerializer(serializers.Serializer[Any]):
    type = tagged("payment_link")()
    uri = words()


class BoletoSerializer(serializers.Serializer[Any]):
    type = tagged("boleto")()
    digitable_line = words()


class CardOnFileSerializer(serializers.Serializer[Any]):
    type = tagged("offsite_card_pay")()
    last_four_digits = words()
    credential_id = words()


WAYS: Shapes = {
    "pix_dynamic_code": PixCodeSerializer,
    "payment_link": PaymentLinkSerializer,
    "boleto": BoletoSerializer,
    "offsite_card_pay": CardOnFileSerializer,
}


@extend_schema_field(PolymorphicProxySerializer("WayToPay", WAYS, resource_type_field_name="type"))
class WayToPayField(OneOfField):
    tag = "type"
    shapes = WAYS


class OrderItemSerializer(serializers.Serializer[Any]):
    retailer_id = words()
    name = words()
    amount = whole()
    sale_amount = whole(required=False, help_text="A lower price, which counts instead.")
    quantity = whole()


class ChargeSerializer(serializers.Serializer[Any]):
    amount = whole()
    description = words(required=False)


class DiscountSerializer(ChargeSerializer):
    program = words(required=False)


class ExpirationSerializer(serializers.Serializer[Any]):
    timestamp = moment()
    description = words(required=False)


class OrderSerializer(serializers.Serializer[Any]):
    items = serializers.ListField(child=OrderItemSerializer())
    subtotal = whole(help_text="What the items cost together.")
    tax = ChargeSerializer(required=False)
    shipping = ChargeSerializer(required=False)
    discount = DiscountSerializer(required=False)
    expiration = ExpirationSerializer(required=False)


class OrderStateSerializer(serializers.Serializer[Any]):
    status = words()
    description = words(required=False)


class PaymentStateSerializer(serializers.Serializer[Any]):
    status = words()
    timestamp = moment(required=False)
