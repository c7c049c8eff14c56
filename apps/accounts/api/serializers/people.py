from typing import Any

from rest_framework import serializers

from apps.accounts.models import AgentStatus, Role
from apps.accounts.services import pictures
from apps.core.rest import OneLineField

EXTRA: dict[str, Any] = {"child": serializers.CharField(max_length=100), "max_length": 200, "required": False}
MOST_DEPARTMENTS = 100
DEPARTMENTS: dict[str, Any] = {"max_length": MOST_DEPARTMENTS, "required": False}
CUSTOM = "A role of the organization's own; it takes the place of `role`."


class NamedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class InviterSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    full_name = serializers.CharField()


class SkillOfUserSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    proficiency = serializers.IntegerField(help_text="From 1 (beginner) to 5 (expert).")


class UserSerializer(serializers.Serializer[Any]):
    """A person as a member of the organization."""

    id = serializers.UUIDField(source="user_id")
    email = serializers.EmailField(source="user.email")
    full_name = serializers.CharField(source="user.full_name")
    phone_number = serializers.CharField(source="user.phone_number")
    bio = serializers.CharField(source="user.bio")
    avatar_url = serializers.SerializerMethodField(help_text="Good for an hour.")
    role = serializers.ChoiceField(choices=Role.choices)
    custom_role = NamedSerializer(allow_null=True)
    extra_permissions = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField(help_text="They are let in here.")
    department_ids = serializers.ListField(child=serializers.UUIDField())
    skills = SkillOfUserSerializer(many=True)
    greeting = serializers.CharField(help_text="Sent by itself when they take a conversation from a queue.")
    status = serializers.ChoiceField(choices=AgentStatus.choices, source="seen_status")
    chosen_status = serializers.ChoiceField(choices=AgentStatus.choices, help_text="What they set by hand.")
    online = serializers.SerializerMethodField(help_text="A socket of theirs is open.")
    last_login_at = serializers.DateTimeField(source="user.last_login", allow_null=True)
    created_at = serializers.DateTimeField(help_text="When they joined.")

    def get_online(self, member: Any) -> bool:
        return str(member.user_id) in self.context.get("online", ())

    def get_avatar_url(self, member: Any) -> str | None:
        return pictures.link_to(member.user.avatar)


class UserChangesSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    custom_role_id = serializers.UUIDField(required=False, allow_null=True, help_text=CUSTOM)
    extra_permissions = serializers.ListField(**EXTRA)
    department_ids = serializers.ListField(child=serializers.UUIDField(), **DEPARTMENTS)
    greeting = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class InviteSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    full_name = OneLineField(max_length=255, required=False, allow_blank=True, help_text="For the mail's first line.")
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    custom_role_id = serializers.UUIDField(required=False, allow_null=True, help_text=CUSTOM)
    department_ids = serializers.ListField(child=serializers.UUIDField(), **DEPARTMENTS)


class InvitationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices)
    custom_role = NamedSerializer(allow_null=True)
    department_ids = serializers.ListField(child=serializers.UUIDField())
    state = serializers.ChoiceField(choices=["waiting", "expired", "accepted", "revoked"])
    invited_by = InviterSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class LinkSerializer(serializers.Serializer[Any]):
    link = serializers.CharField()
    expires_at = serializers.DateTimeField()


class LookSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200)


class SeenSerializer(serializers.Serializer[Any]):
    organization_name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices)
    needs_password = serializers.BooleanField(
        help_text="true: accepting makes an account; false: sign in with the one that there is, then accept."
    )
    expires_at = serializers.DateTimeField()


class AcceptSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200)
    full_name = OneLineField(min_length=2, max_length=255, required=False)
    password = serializers.CharField(
        min_length=8, max_length=200, trim_whitespace=False, write_only=True, required=False
    )


class JoinedSerializer(serializers.Serializer[Any]):
    organization_id = serializers.UUIDField()
    organization_name = serializers.CharField(source="organization.name")
    user_id = serializers.UUIDField()
    email = serializers.EmailField(source="user.email")
    role = serializers.ChoiceField(choices=Role.choices)


class SourceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()
    sources = serializers.ListField(child=serializers.ChoiceField(choices=["role", "custom_role", "extra"]))


class SightSerializer(serializers.Serializer[Any]):
    rule = serializers.ChoiceField(choices=["all", "department", "unassigned", "own", "none"])
    in_words = serializers.CharField()


class AccessSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices)
    custom_role = NamedSerializer(allow_null=True)
    permissions = SourceSerializer(many=True)
    departments = NamedSerializer(many=True)
    conversations = SightSerializer()


class ChosenStatusSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=AgentStatus.choices)


class StatusSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=AgentStatus.choices, help_text="What colleagues see now.")
    chosen_status = serializers.ChoiceField(choices=AgentStatus.choices)


class SpanSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=AgentStatus.choices)
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="null: it is what they are now.")


class SkillSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    proficiency = serializers.IntegerField(help_text="From 1 (beginner) to 5 (expert).")
    created_at = serializers.DateTimeField()


class SkillChangesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, required=False)
    proficiency = serializers.IntegerField(min_value=1, max_value=5, required=False)


class NewSkillSerializer(SkillChangesSerializer):
    name = serializers.CharField(max_length=100)


class SkillsSerializer(serializers.Serializer[Any]):
    skills = serializers.ListField(child=NewSkillSerializer(), max_length=100)


class SkillInUseSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    people = serializers.IntegerField(help_text="How many people have it.")
