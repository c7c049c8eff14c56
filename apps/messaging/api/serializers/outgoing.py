"""A message as it is asked for: one part for each type."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from apps.core.rest import CleanJSONField
from apps.messaging.services import MEDIA_TYPES, Draft

SENDABLE = ["text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction"]


class TextPartSerializer(serializers.Serializer[Any]):
    body = serializers.CharField(trim_whitespace=False)


class LocationPartSerializer(serializers.Serializer[Any]):
    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    name = serializers.CharField(required=False, max_length=1000)
    address = serializers.CharField(required=False, max_length=1000)


class ReactionPartSerializer(serializers.Serializer[Any]):
    message_id = serializers.UUIDField()
    emoji = serializers.CharField(allow_blank=True, max_length=64, help_text="Empty: takes the reaction away.")


class OutgoingMessageSerializer(serializers.Serializer[Any]):
    client_id = serializers.UUIDField(required=False, help_text="Made by you: the same id again is the same message.")
    type = serializers.ChoiceField(choices=SENDABLE)
    text = TextPartSerializer(required=False)
    media_id = serializers.UUIDField(required=False)
    caption = serializers.CharField(required=False, allow_blank=True)
    filename = serializers.CharField(required=False, allow_blank=True, max_length=255)
    voice = serializers.BooleanField(required=False)
    location = LocationPartSerializer(required=False)
    contacts = serializers.ListField(child=CleanJSONField(), required=False, min_length=1)
    reaction = ReactionPartSerializer(required=False)
    reply_to = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        part = "media_id" if attrs["type"] in MEDIA_TYPES else attrs["type"]
        if part not in attrs:
            raise serializers.ValidationError({part: f"A message of type {attrs['type']} needs this."}, "required")
        return attrs


def draft_of(body: dict[str, Any], *, kind: str) -> Draft:
    """The draft that a request's body describes."""
    reply_to: UUID | None = body.get("reply_to")
    match body["type"]:
        case "text" | "location" as part:
            content = dict(body[part])
        case "contacts":
            content = {"contacts": body["contacts"]}
        case "reaction":
            content, reply_to = {"emoji": body["reaction"]["emoji"]}, body["reaction"]["message_id"]
        case "audio":
            content = {"voice": body.get("voice", False)}
        case _:
            content = {name: body[name] for name in ("caption", "filename") if body.get(name)}
    return Draft(
        type=body["type"], content=content, media_id=body.get("media_id"), reply_to=reply_to,
        client_id=body.get("client_id"), sender_kind=kind,
    )  # fmt: skip
