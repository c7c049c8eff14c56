from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.notifications.models import Notice, Preference
from apps.notifications.registry import CHANNELS, NoticeType

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
MOST_KINDS = 200


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    title = serializers.SerializerMethodField(help_text="In the reader's language, as the body is.")
    body = serializers.SerializerMethodField()
    link = serializers.CharField(read_only=True, help_text="A path of the web app, after /app; may be empty.")
    values = serializers.DictField(read_only=True, help_text="What the words were made of, and ids.")
    channels = serializers.SerializerMethodField(help_text="Over which it has gone so far: in_app, socket, email.")

    class Meta:
        model = Notice
        fields = [
            "id", "kind", "severity", "title", "body", "link", "values", "channels", "created_at", "read_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_title(self, notice: Notice) -> str:
        return self._words(notice)[0]

    def get_body(self, notice: Notice) -> str:
        return self._words(notice)[1]

    def get_channels(self, notice: Any) -> list[str]:
        return [channel for channel in CHANNELS if channel in notice.sent_over]

    def _words(self, notice: Notice) -> tuple[str, str]:
        return notice.words(self.context["language"])


class UnreadSerializer(serializers.Serializer[Any]):
    unread_count = serializers.IntegerField()


class AllReadSerializer(serializers.Serializer[Any]):
    marked_as_read = serializers.IntegerField(help_text="How many were unread before.")


class KindPreferenceSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    name = serializers.CharField(help_text="How this type is called, in the reader's language.")
    severity = serializers.ChoiceField(choices=Notice.Severity.choices)
    in_app = serializers.BooleanField()
    socket = serializers.BooleanField()
    email = serializers.BooleanField()


class PreferenceSerializer(serializers.ModelSerializer[Preference]):
    kinds = serializers.SerializerMethodField(help_text="Every type that this person may get.")

    class Meta:
        model = Preference
        fields = [
            "in_app_enabled", "websocket_enabled", "email_enabled", "quiet_hours_enabled", "quiet_hours_start",
            "quiet_hours_end", "max_emails_per_hour", "kinds",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(KindPreferenceSerializer(many=True))
    def get_kinds(self, preference: Preference) -> list[dict[str, Any]]:
        return [self._kind(preference, each) for each in self.context["types"]]

    def _kind(self, preference: Preference, about: NoticeType) -> dict[str, Any]:
        named = {"kind": about.name, "name": about.in_language(self.context["language"]).name}
        wanted = {channel: preference.wants(about, channel) for channel in CHANNELS}
        return {**named, "severity": about.severity, **wanted}


class KindChoiceSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=60)
    in_app = serializers.BooleanField(required=False)
    socket = serializers.BooleanField(required=False)
    email = serializers.BooleanField(required=False)
    # What is shown may be sent back as it is.
    name = serializers.CharField(required=False, help_text="Ours: what is sent is passed over.")
    severity = serializers.ChoiceField(choices=Notice.Severity.choices, required=False, help_text="Ours, too.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in attrs.items() if name not in ("name", "severity")}


class PreferenceChangesSerializer(serializers.Serializer[Any]):
    in_app_enabled = serializers.BooleanField(required=False, help_text="The list behind the bell.")
    websocket_enabled = serializers.BooleanField(required=False, help_text="At once, in open tabs.")
    email_enabled = serializers.BooleanField(required=False)
    quiet_hours_enabled = serializers.BooleanField(required=False, help_text="Mails wait until they are over.")
    quiet_hours_start = serializers.RegexField(CLOCK, required=False, help_text="HH:MM on the person's own clock.")
    quiet_hours_end = serializers.RegexField(CLOCK, required=False, help_text="HH:MM; may be on the next day.")
    max_emails_per_hour = serializers.IntegerField(
        required=False, min_value=1, max_value=100, help_text="What is beyond isn't mailed, and stays in the list."
    )
    kinds = KindChoiceSerializer(  # type: ignore[call-arg]  # the list's
        many=True, required=False, max_length=MOST_KINDS
    )
