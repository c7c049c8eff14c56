"""Fields of what is sent.

Lengths and counts are WhatsApp's: `apps.whatsapp.outbound` refuses what is over them, and names part and limit.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

Shapes = dict[str, serializers.Serializer[Any] | type[serializers.Serializer[Any]]]


def words(*, required: bool = True) -> serializers.CharField:
    """As it was written; what is left out or empty is not sent."""
    return serializers.CharField(required=required, allow_blank=True, trim_whitespace=False)


class FileIdField(serializers.UUIDField):
    """A file uploaded at `/media/`; kept as JSON keeps it."""

    def to_internal_value(self, data: Any) -> Any:
        return str(super().to_internal_value(data))


class OneOfField(serializers.Field):  # type: ignore[type-arg]
    """A part whose shape one of its values decides."""

    default_error_messages = {"object": "This must be an object.", "kind": "This is one of {kinds}."}
    tag: ClassVar[str]
    shapes: ClassVar[Mapping[str, Any]]

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("object")
        kind = data.get(self.tag)
        shape = self.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            message = self.error_messages["kind"].format(kinds=", ".join(self.shapes))
            raise serializers.ValidationError({self.tag: message}, "invalid_choice")
        part = shape(data=data)
        part.is_valid(raise_exception=True)
        return {self.tag: kind, **part.validated_data}


def tagged(value: str) -> type[serializers.CharField]:
    """The field that says which shape it is."""

    @extend_schema_field({"type": "string", "const": value})
    class Tag(serializers.CharField):
        pass

    return Tag


class LocationPartSerializer(serializers.Serializer[Any]):
    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    name = serializers.CharField(required=False, max_length=1000)
    address = serializers.CharField(required=False, max_length=1000)
