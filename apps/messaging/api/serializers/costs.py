from typing import Any

from rest_framework import serializers


class CostSerializer(serializers.Serializer[Any]):
    category = serializers.CharField(help_text="As Meta names it: marketing, utility, authentication, service, …")
    type = serializers.CharField(help_text="regular is charged; the others, as free_customer_service, are not.")
    messages = serializers.IntegerField(help_text="Delivered ones.")
    cost = serializers.DecimalField(max_digits=14, decimal_places=6)
    currency = serializers.CharField()


class CostsSerializer(serializers.Serializer[Any]):
    total = serializers.DecimalField(
        max_digits=14, decimal_places=6, allow_null=True, help_text="null where there are several currencies."
    )
    currency = serializers.CharField()
    by_category = CostSerializer(many=True)


class MonthCostsSerializer(CostsSerializer):
    month = serializers.DateField(help_text="Its first day.")
    free_service_messages = serializers.IntegerField(help_text="Of the month's free share, by Meta's own count.")
    free_service_limit = serializers.IntegerField()
