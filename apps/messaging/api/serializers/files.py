from typing import Any

from rest_framework import serializers

from apps.messaging.services import MEDIA_TYPES
from apps.whatsapp.limits import LIMITS
from apps.whatsapp.models import Media
from apps.whatsapp.services.media import signed_url, thumbnail_url

KINDS = sorted(set(LIMITS["media"]) & MEDIA_TYPES)


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True, max_length=1000)
    type = serializers.ChoiceField(
        choices=KINDS,
        required=False,
        help_text="The type of message that it is meant for: its limits are checked at once.",
    )
    voice = serializers.BooleanField(
        default=False, help_text="A voice note: recordings of any kind become the Ogg with Opus that WhatsApp plays."
    )


class UploadBeginningSerializer(serializers.Serializer[Any]):
    filename = serializers.CharField(max_length=1000)
    size = serializers.IntegerField(min_value=0, help_text="In bytes, of the whole file.")
    content_type = serializers.CharField(
        max_length=150, required=False, allow_blank=True, help_text="A hint: the bytes decide."
    )
    type = serializers.ChoiceField(choices=KINDS, required=False, help_text="As of a file sent whole.")
    voice = serializers.BooleanField(default=False, help_text="As of a file sent whole.")


class UploadPartSerializer(serializers.Serializer[Any]):
    offset = serializers.IntegerField(min_value=0, help_text="Where in the file the part begins: the upload's own.")
    file = serializers.FileField(max_length=1000, help_text="The part: 8 MB at most.")


class LooksSerializer(serializers.Serializer[Any]):
    """How a file looks and sounds; null until that is known, or where there is nothing to know."""

    thumbnail_url = serializers.SerializerMethodField(help_text="Of a small picture, signed as `url` is.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True, help_text="How long a recording or a video is.")
    waveform = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=100), allow_null=True,
        help_text="Of a recording: 64 loudnesses.",
    )  # fmt: skip

    def get_thumbnail_url(self, media: Media) -> str | None:
        return thumbnail_url(media)


class MediaSerializer(LooksSerializer):
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


class ResumableUploadSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    size = serializers.IntegerField()
    offset = serializers.IntegerField(help_text="How many bytes are here; the next part begins there.")
    expires_at = serializers.DateTimeField()
    media = MediaSerializer(allow_null=True, help_text="The file, once it is whole.")
