from typing import Any

from rest_framework import serializers

_PASSWORD: dict[str, Any] = {"max_length": 200, "trim_whitespace": False, "write_only": True}


class EmailSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)


class ResetSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=2000)
    password = serializers.CharField(min_length=8, **_PASSWORD)


class PasswordChangeSerializer(serializers.Serializer[Any]):
    old_password = serializers.CharField(**_PASSWORD)
    password = serializers.CharField(min_length=8, **_PASSWORD)


class LinkSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=2000)


class EmailChangeSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(**_PASSWORD)
