import re
from typing import Any

from rest_framework import serializers

from apps.accounts.api.serializers.sign_in import SessionSerializer
from apps.accounts.models import Role
from apps.accounts.services.sso import redirect_uri

_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


class DomainField(serializers.CharField):
    default_error_messages = {"domain": "This is no domain, as in ana@aurora.example."}

    def to_internal_value(self, data: Any) -> str:
        domain = super().to_internal_value(data).lower()
        if not _DOMAIN.fullmatch(domain):
            self.fail("domain")
        return domain


class JoinsAsField(serializers.CharField):
    """A role's name or nothing: a choice could be nothing in practice and not in the schema."""

    default_error_messages = {"role": "There is no such role: owner, admin, supervisor, agent, viewer, or nothing."}

    def to_internal_value(self, data: Any) -> str:
        role = super().to_internal_value(data)
        if role and role not in Role.values:
            self.fail("role")
        return role


class ProviderChangesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, required=False)
    issuer = serializers.URLField(
        max_length=500, required=False, help_text="As the provider calls itself in /.well-known/openid-configuration."
    )
    client_id = serializers.CharField(max_length=200, required=False)
    client_secret = serializers.CharField(
        max_length=500, required=False, allow_blank=True, write_only=True,
        help_text="Never answered. Empty in a change: it stays.",
    )  # fmt: skip
    domains = serializers.ListField(
        child=DomainField(max_length=253), max_length=50, required=False,
        help_text="Where the addresses of those who join by themselves must be.",
    )  # fmt: skip
    joins_as = JoinsAsField(
        max_length=20, required=False, allow_blank=True,
        help_text="The role of those who join by themselves; empty: nobody does.",
    )  # fmt: skip
    is_active = serializers.BooleanField(required=False)


class NewProviderSerializer(ProviderChangesSerializer):
    name = serializers.CharField(max_length=100)
    issuer = serializers.URLField(
        max_length=500, help_text="As the provider calls itself in /.well-known/openid-configuration."
    )
    client_id = serializers.CharField(max_length=200)


class ProviderSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    issuer = serializers.CharField()
    client_id = serializers.CharField()
    has_secret = serializers.SerializerMethodField()
    domains = serializers.ListField(child=serializers.CharField())
    joins_as = serializers.CharField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    redirect_uri = serializers.SerializerMethodField(help_text="What the provider has to be told about us.")

    def get_has_secret(self, provider: Any) -> bool:
        return bool(provider.client_secret)

    def get_redirect_uri(self, _provider: Any) -> str:
        return redirect_uri()


class IdentitySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    provider = serializers.CharField(source="provider.name", help_text="What the organization calls its provider.")
    issuer = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class StartSerializer(serializers.Serializer[Any]):
    organization = serializers.CharField(max_length=100, required=False, help_text="Its slug.")
    provider_id = serializers.UUIDField(required=False, help_text="In place of the slug.")
    return_to = serializers.CharField(max_length=500, default="/app/", help_text="A path of the web app.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs.keys() & {"organization", "provider_id"}) != 1:
            raise serializers.ValidationError("Send one of organization and provider_id.")
        return attrs


class StartedSerializer(serializers.Serializer[Any]):
    redirect_to = serializers.CharField(help_text="Where the browser goes to sign in.")
    secret = serializers.CharField(help_text="Kept by the browser that began, and sent with the code at the end.")


class SsoExchangeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=200)
    secret = serializers.CharField(max_length=200)


class SsoSessionSerializer(SessionSerializer):
    return_to = serializers.CharField()
