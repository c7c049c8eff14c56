from typing import Any

from rest_framework import serializers


class HourLimitSerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(allow_null=True, help_text="null: the number's provider knows none.")
    used = serializers.IntegerField(help_text="Messages sent in the last 60 minutes.")
    remaining = serializers.IntegerField(allow_null=True)


class PeopleLimitSerializer(serializers.Serializer[Any]):
    """The portfolio's messaging limit, as far as the organization's numbers share it."""

    tier = serializers.CharField(help_text="TIER_250 …; empty where Meta didn't say.")
    limit = serializers.IntegerField(allow_null=True, help_text="null: unknown or no end.")
    used = serializers.IntegerField(help_text="People written to outside of their windows in the last 24 hours.")
    remaining = serializers.IntegerField(allow_null=True)
    next_free_at = serializers.DateTimeField(allow_null=True, help_text="When the first of them counts no more.")
    messages_waiting = serializers.IntegerField(help_text="Held until one more person may be written to.")


class HourSerializer(serializers.Serializer[Any]):
    hour = serializers.DateTimeField(help_text="Its beginning.")
    messages = serializers.IntegerField()


class DaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="In the organization's time zone.")
    messages = serializers.IntegerField()


class RateSerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(help_text="Messages in a period.")
    period = serializers.IntegerField(help_text="In seconds.")
    used = serializers.FloatField()
    remaining = serializers.FloatField()
    wait = serializers.FloatField(help_text="Seconds until the next message may go.")
    can_send_now = serializers.BooleanField()
    reason = serializers.CharField(help_text="Why nothing can be sent now; empty if it can.")
    hour = HourLimitSerializer()
    people = PeopleLimitSerializer()
    by_hour = HourSerializer(many=True, help_text="What the number sent in the last 24 hours, oldest first.")
    by_day = DaySerializer(many=True, help_text="What the number sent in the last 7 days, oldest first.")
