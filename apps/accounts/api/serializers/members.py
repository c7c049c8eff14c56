from typing import Any

from rest_framework import serializers

from apps.accounts.models import AgentStatus, Role


class MemberSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="user_id")
    full_name = serializers.CharField(source="user.full_name")
    email = serializers.EmailField(source="user.email")
    role = serializers.ChoiceField(choices=Role.choices)
    is_active = serializers.BooleanField()
    online = serializers.SerializerMethodField(help_text="A socket of theirs is open.")
    status = serializers.ChoiceField(choices=AgentStatus.choices, help_text="What colleagues see of them.")

    def get_online(self, member: Any) -> bool:
        return str(member.user_id) in self.context.get("online", ())
