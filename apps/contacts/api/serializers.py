from typing import Any

from rest_framework import serializers

from apps.contacts.models import Contact, ContactIdentity, Tag
from apps.core.rest import CleanJSONField

LONGEST_NOTE = 20_000
MOST_TAGS = 100
COLOR = r"^#[0-9A-Fa-f]{6}$"


class TagSerializer(serializers.ModelSerializer[Tag]):
    contacts_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Tag
        fields = ["id", "name", "color", "contacts_count"]
        read_only_fields = fields


class TagOfContactSerializer(serializers.ModelSerializer[Tag]):
    class Meta:
        model = Tag
        fields = ["id", "name", "color"]
        read_only_fields = fields


class NewTagSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=50)
    color = serializers.RegexField(COLOR, required=False, help_text="#RRGGBB")


class TagChangesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=50, required=False)
    color = serializers.RegexField(COLOR, required=False, help_text="#RRGGBB")


class WhatsAppNameSerializer(serializers.ModelSerializer[ContactIdentity]):
    class Meta:
        model = ContactIdentity
        fields = ["kind", "value"]
        read_only_fields = fields


class ContactSerializer(serializers.ModelSerializer[Contact]):
    display_name = serializers.CharField(
        read_only=True, help_text="The name, else the profile name, else the username, else the phone."
    )
    email = serializers.CharField(read_only=True, help_text="Empty where none is known.")
    attributes = serializers.DictField(read_only=True)
    tags = TagOfContactSerializer(many=True, read_only=True)
    identities = WhatsAppNameSerializer(
        many=True, read_only=True, help_text="What WhatsApp calls them: phones as they are compared, user ids."
    )

    class Meta:
        model = Contact
        fields = [
            "id", "name", "display_name", "profile_name", "username", "phone", "identities", "email", "company",
            "job_title", "notes", "attributes", "source", "lifecycle_stage", "opted_in", "marketing_stopped_at",
            "unreachable_at", "is_blocked", "blocked_at", "blocked_reason", "is_vip", "tags", "last_message_at",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class ContactChangesSerializer(serializers.Serializer[Any]):
    phone = serializers.CharField(
        max_length=40, required=False, help_text="With + and the country code; without, it is a Brazilian number."
    )
    name = serializers.CharField(max_length=255, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    company = serializers.CharField(max_length=255, required=False, allow_blank=True)
    job_title = serializers.CharField(max_length=255, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True)
    attributes = CleanJSONField(required=False, help_text="An object with whatever fits this business.")
    source = serializers.CharField(  # type: ignore[assignment]  # hides DRF's attribute
        max_length=100, required=False, allow_blank=True
    )
    lifecycle_stage = serializers.CharField(max_length=50, required=False, allow_blank=True)
    opted_in = serializers.BooleanField(required=False, help_text="May get marketing.")


class NewContactSerializer(ContactChangesSerializer):
    phone = serializers.CharField(
        max_length=40, help_text="With + and the country code; without, it is a Brazilian number."
    )


class BlockSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class MergeSerializer(serializers.Serializer[Any]):
    other_id = serializers.UUIDField(help_text="The contact who turns out to be this one.")


class TagNamesSerializer(serializers.Serializer[Any]):
    names = serializers.ListField(child=serializers.CharField(max_length=50), max_length=MOST_TAGS)


class TagIdsSerializer(serializers.Serializer[Any]):
    tag_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_TAGS)


class ContactCountsSerializer(serializers.Serializer[Any]):
    total_contacts = serializers.IntegerField()
    contacts_with_tags = serializers.IntegerField()
    blocked_contacts = serializers.IntegerField()
    recent_contacts = serializers.IntegerField(help_text="Those of the last seven days.")
