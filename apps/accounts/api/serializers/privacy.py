from typing import Any

from rest_framework import serializers

from apps.accounts.models import PrivacyJob
from apps.accounts.services.retention import BOUNDS
from apps.core.rest import CleanJSONField


class NewPrivacyJobSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=PrivacyJob.Kind.choices)
    subject_kind = serializers.ChoiceField(choices=PrivacyJob.SubjectKind.choices)
    subject_id = serializers.UUIDField(help_text="A contact's id, or a person's.")
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text="For the audit log.")


class PrivacyJobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=PrivacyJob.Kind.choices)
    subject_kind = serializers.ChoiceField(choices=PrivacyJob.SubjectKind.choices)
    subject_id = serializers.UUIDField()
    subject_name = serializers.CharField(help_text="Empty once they are erased.")
    state = serializers.ChoiceField(choices=PrivacyJob.State.choices)
    requested_by = serializers.UUIDField(source="requested_by_id", allow_null=True)
    reason = serializers.CharField()
    progress = CleanJSONField(help_text="What was found, and removed, in which store.")
    certificate = CleanJSONField(allow_null=True, help_text="Of an erasure that is done: every store, and a hash.")
    has_file = serializers.SerializerMethodField(help_text="An export lies here to be downloaded.")
    size = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Then the file is deleted.")

    def get_has_file(self, job: PrivacyJob) -> bool:
        return bool(job.file)


def _days(name: str, help_text: str) -> serializers.IntegerField:
    fewest, most = BOUNDS[name]
    return serializers.IntegerField(
        min_value=fewest, max_value=most, allow_null=True, help_text=f"{help_text} From {fewest} to {most} days."
    )


class RetentionSerializer(serializers.Serializer[Any]):
    messages_days = _days("messages_days", "What messages said; null: for ever.")
    media_days = _days("media_days", "Files; null: for ever.")
    raw_webhooks_days = _days("raw_webhooks_days", "What webhooks told; null: for ever.")
    logs_days = _days("logs_days", "The log of facts; null: as long as the installation keeps it.")
