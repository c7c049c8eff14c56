from typing import Any

from rest_framework import serializers

from apps.messaging.services import MEDIA_TYPES
from apps.whatsapp.limits import LIMITS
from apps.whatsapp.models import Media
from apps.whatsapp.services.media import signed_url


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True, max_length=1000)
    type = serializers.ChoiceField(
        choices=sorted(set(LIMITS["media"]) & MEDIA_TYPES),
        required=False,
        help_text="The type of message that it is meant for: its limits are checked at once.",
    )


class MediaSerializer(serializers.Serializer[Media]):
    id = serializers.UUIDField()
    mime_type = serializers.CharField()
    size = serializers.IntegerField(allow_null=True)
    filename = serializers.CharField()
    state = serializers.ChoiceField(choices=Media.State.choices)
    url = serializers.SerializerMethodField(help_text="Works without a token for about an hour; null unless ready.")
    error = serializers.SerializerMethodField(help_text="Why the file won't come; null while it may.")

    def get_url(self, media: Media) -> str | None:
        return signed_url(media)

    def get_error(self, media: Media) -> str | None:
        return media.error if media.state in (Media.State.FAILED, Media.State.EXPIRED) else None
