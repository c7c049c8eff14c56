from typing import Any

from rest_framework import serializers

from apps.accounts.models import Department
from apps.core.rest import CleanJSONField

COLOR = r"^#[0-9A-Fa-f]{6}$"
SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
HOURS = (
    '`{"monday": {"enabled": true, "start": "09:00", "end": "18:00"}}` in the organization\'s zone. A day that is '
    "absent is open; without any it is always open."
)


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    business_hours = serializers.DictField(read_only=True)
    agent_ids = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    total_agents = serializers.SerializerMethodField()

    class Meta:
        model = Department
        fields = [
            "id", "name", "slug", "description", "color", "icon", "is_active", "business_hours", "offline_message",
            "routing_mode", "auto_assign_conversations", "max_conversations_per_agent", "agent_ids", "total_agents",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_total_agents(self, department: Any) -> int:
        return len(department.agent_ids)


class DepartmentChangesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, required=False)
    slug = serializers.RegexField(
        SLUG, max_length=100, required=False, allow_blank=True,
        help_text="Small letters, digits and hyphens; made from the name where it is empty.",
    )  # fmt: skip
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    color = serializers.RegexField(COLOR, required=False, help_text="#RRGGBB")
    icon = serializers.CharField(max_length=50, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)
    business_hours = CleanJSONField(required=False, help_text=HOURS)
    offline_message = serializers.CharField(
        max_length=4096, required=False, allow_blank=True, help_text="Sent to who writes while it is closed."
    )
    routing_mode = serializers.ChoiceField(choices=Department.RoutingMode.choices, required=False)
    auto_assign_conversations = serializers.BooleanField(required=False)
    max_conversations_per_agent = serializers.IntegerField(min_value=1, max_value=100, required=False)


class NewDepartmentSerializer(DepartmentChangesSerializer):
    name = serializers.CharField(max_length=255)
