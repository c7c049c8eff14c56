from typing import Any

from rest_framework import serializers

from apps.core.rest import CleanJSONField


class AuditEntrySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField(
        allow_null=True, help_text="Its place in the organization's chain; null for a moment after it happened."
    )
    hash = serializers.CharField(help_text="SHA-256 over the hash before, the number and the entry.")
    at = serializers.DateTimeField()
    action = serializers.CharField()
    actor_kind = serializers.CharField(help_text="user, api_key, staff, anonymous or system.")
    actor_id = serializers.UUIDField(allow_null=True)
    actor_name = serializers.CharField()
    address = serializers.CharField()
    user_agent = serializers.CharField()
    impersonator_id = serializers.UUIDField(
        allow_null=True, help_text="Of the support staff, who acted as this person."
    )
    target_kind = serializers.CharField()
    target_id = serializers.CharField()
    subject_id = serializers.UUIDField(allow_null=True, help_text="The person whom it is about.")
    before = CleanJSONField()
    after = CleanJSONField()
    erased = serializers.ListField(
        child=serializers.ChoiceField(choices=["actor", "subject"]), help_text="Whose personal values were erased."
    )
    request_id = serializers.CharField()


class BreakSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["missing", "changed", "end", "unchained"])
    number = serializers.IntegerField()
    entry_id = serializers.UUIDField(allow_null=True)


class ChainSerializer(serializers.Serializer[Any]):
    holds = serializers.BooleanField()
    first_break = BreakSerializer(allow_null=True)
    checked = serializers.IntegerField(help_text="How many entries this answer is about.")
    checked_to = serializers.IntegerField(help_text="Where not complete: ask again with this as `after`.")
    last = serializers.IntegerField(help_text="The last number of the chain.")
    waiting = serializers.IntegerField(help_text="Entries that get their place in a moment.")
    complete = serializers.BooleanField(help_text="The walk came to the end, or to a break.")
