"""What somebody sends: one part for each type of message."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from apps.core.rest import CleanJSONField
from apps.messaging.api.serializers.fields import LocationPartSerializer, words
from apps.messaging.api.serializers.interactive import InteractiveField
from apps.messaging.api.serializers.template_sends import TemplatePartSerializer
from apps.messaging.services import MEDIA_TYPES, Draft

SENDABLE = [
    "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive",
    "template",
]  # fmt: skip
CATEGORIES = ["utility", "authentication"]


class TextPartSerializer(serializers.Serializer[Any]):
    body = serializers.CharField(trim_whitespace=False)
    preview_url = serializers.BooleanField(required=False, help_text="Shows the first address in it; yes, unless said.")


class ReactionPartSerializer(serializers.Serializer[Any]):
    message_id = serializers.UUIDField()
    emoji = serializers.CharField(allow_blank=True, max_length=64, help_text="Empty: takes the reaction away.")


class DirectSendSerializer(serializers.Serializer[Any]):
    category = serializers.ChoiceField(choices=CATEGORIES)
    template_name = words(required=False)
    ttl_seconds = serializers.IntegerField(required=False)


class OutgoingMessageSerializer(serializers.Serializer[Any]):
    client_id = serializers.UUIDField(required=False, help_text="Made by you: the same id again is the same message.")
    type = serializers.ChoiceField(choices=SENDABLE, help_text="Names the part beside it that says the rest.")
    text = TextPartSerializer(required=False)
    media_id = serializers.UUIDField(required=False, help_text="Of files: one uploaded at /media/.")
    link = serializers.CharField(required=False, help_text="Of files: an https address that WhatsApp fetches itself.")
    caption = serializers.CharField(required=False, allow_blank=True)
    filename = serializers.CharField(required=False, allow_blank=True, max_length=255)
    voice = serializers.BooleanField(required=False)
    location = LocationPartSerializer(required=False)
    contacts = serializers.ListField(child=CleanJSONField(), required=False, min_length=1)
    reaction = ReactionPartSerializer(required=False)
    interactive = InteractiveField(required=False)
    template = TemplatePartSerializer(required=False)
    direct_send = DirectSendSerializer(
        required=False, help_text="Of texts and buttons: goes out without a template and outside the window."
    )
    reply_to = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = attrs["type"]
        if kind in MEDIA_TYPES:
            if ("media_id" in attrs) == ("link" in attrs):
                words = f"A message of type {kind} needs either media_id or link."
                raise serializers.ValidationError({"media_id": words}, "required")
        elif kind not in attrs:
            raise serializers.ValidationError({kind: f"A message of type {kind} needs this."}, "required")
        return attrs


def draft_of(body: dict[str, Any], *, kind: str) -> Draft:
    """The draft that a request's body describes."""
    reply_to: UUID | None = body.get("reply_to")
    template_id: UUID | None = None
    match body["type"]:
        case "text" | "location" | "interactive" as part:
            content = dict(body[part])
        case "contacts":
            content = {"contacts": body["contacts"]}
        case "reaction":
            content, reply_to = {"emoji": body["reaction"]["emoji"]}, body["reaction"]["message_id"]
        case "template":
            content = dict(body["template"])
            template_id = content.pop("template_id", None)
        case "audio":
            content = {"voice": body.get("voice", False)} | _named(body, "link")
        case _:
            content = _named(body, "caption", "filename", "link")
    return Draft(
        type=body["type"], content=content | _named(body, "direct_send"), media_id=body.get("media_id"),
        template_id=template_id, reply_to=reply_to, client_id=body.get("client_id"), sender_kind=kind,
    )  # fmt: skip


def _named(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: body[name] for name in names if body.get(name)}
