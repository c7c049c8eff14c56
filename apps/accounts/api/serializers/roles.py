from typing import Any

from rest_framework import serializers


class RoleDetailsSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Of a built-in role its name, e.g. `agent`; else a UUID.")
    name = serializers.CharField()
    description = serializers.CharField()
    is_built_in = serializers.BooleanField()
    permissions = serializers.ListField(child=serializers.CharField())


class RoleChangesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, required=False)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True)
    permissions = serializers.ListField(child=serializers.CharField(max_length=100), max_length=200, required=False)


class NewRoleSerializer(RoleChangesSerializer):
    name = serializers.CharField(max_length=80)
    permissions = serializers.ListField(child=serializers.CharField(max_length=100), max_length=200)


class PermissionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()


class PermissionGroupSerializer(serializers.Serializer[Any]):
    group = serializers.CharField(help_text="The noun that they are about: what stands before the dot.")
    permissions = PermissionSerializer(many=True)
