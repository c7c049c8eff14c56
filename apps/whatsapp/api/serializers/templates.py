from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.rest import CleanJSONField
from apps.whatsapp.models import Template, TemplateVersion
from apps.whatsapp.template_rules import Parameter, Rendered, parameters_of

DEEPEST, MOST_COMPONENTS = 12, 20


@extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {}}})
class ComponentsField(CleanJSONField):
    """Components in Meta's shape: objects, of a size and a depth that a template may have."""

    default_error_messages = {
        "components": "This must be a list of at most {limit} objects.",
        "depth": "This is nested too deeply.",
    }

    def to_internal_value(self, data: Any) -> Any:
        given: list[Any] = super().to_internal_value({"components": data})["components"]
        objects = isinstance(given, list) and all(isinstance(each, dict) for each in given)
        if not objects or len(given) > MOST_COMPONENTS:
            self.fail("components", limit=MOST_COMPONENTS)
        if _depth(given) > DEEPEST:
            self.fail("depth")
        return given


def _depth(value: Any, level: int = 0) -> int:
    if level > DEEPEST or not isinstance(value, (dict, list)):
        return level
    inner = value.values() if isinstance(value, dict) else value
    return max((_depth(each, level + 1) for each in inner), default=level)


class TemplateContentSerializer(serializers.Serializer[Any]):
    category = serializers.CharField(max_length=20, help_text="MARKETING, UTILITY or AUTHENTICATION.")
    components = ComponentsField(
        help_text="As Meta writes them. A header's sample is a file of ours: `example: {media_id}`."
    )
    parameter_format = serializers.ChoiceField(
        choices=Template.ParameterFormat.choices, required=False, default="POSITIONAL"
    )
    ttl_seconds = serializers.IntegerField(
        required=False, allow_null=True, min_value=-1, max_value=2**31 - 1, help_text="How long Meta tries to deliver."
    )


class NewTemplateSerializer(TemplateContentSerializer):
    name = serializers.CharField(max_length=512)
    language = serializers.CharField(max_length=20)
    library_name = serializers.CharField(max_length=512, required=False, help_text="Which ready one it comes from.")
    submit = serializers.BooleanField(required=False, default=True, help_text="false: it stays a draft.")


class TemplateChangesSerializer(serializers.Serializer[Any]):
    is_enabled = serializers.BooleanField(required=False, help_text="false: nobody here can send it.")
    category = serializers.CharField(max_length=20, required=False)
    components = ComponentsField(required=False, help_text="All of them: they replace the ones before.")
    parameter_format = serializers.ChoiceField(choices=Template.ParameterFormat.choices, required=False)
    ttl_seconds = serializers.IntegerField(required=False, allow_null=True, min_value=-1, max_value=2**31 - 1)


class CheckSerializer(TemplateContentSerializer):
    name = serializers.CharField(max_length=600, required=False, default="check", allow_blank=True)
    language = serializers.CharField(max_length=20, required=False, default="pt_BR")
    send_components = ComponentsField(required=False, help_text="Values for a preview, in Meta's shape of a send.")


class ParameterSerializer(serializers.Serializer[Parameter]):
    component = serializers.CharField(help_text="header, body, button or limited_time_offer.")
    type = serializers.CharField(help_text="text, image, video, document, location, payload, coupon_code …")
    name = serializers.CharField(help_text="`1` or `first_name`; empty where there is only one.")
    sub_type = serializers.CharField(help_text="Of a button: url, quick_reply, copy_code …")
    index = serializers.IntegerField(allow_null=True, help_text="Of a button, counted from 0.")
    card = serializers.IntegerField(allow_null=True, help_text="Of a carousel's card, counted from 0.")
    required = serializers.BooleanField(  # type: ignore[assignment]  # hides DRF's own
        help_text="Whether Meta refuses a send without it."
    )
    example = serializers.CharField()
    label = serializers.CharField(help_text="What the button says.")  # type: ignore[assignment]  # hides DRF's own


class TemplateSerializer(serializers.Serializer[Template]):
    id = serializers.UUIDField()
    waba_id = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    category = serializers.CharField(help_text="MARKETING, UTILITY or AUTHENTICATION.")
    parameter_format = serializers.CharField(help_text="POSITIONAL or NAMED.")
    components = ComponentsField()
    ttl_seconds = serializers.IntegerField(allow_null=True)
    parameters = serializers.SerializerMethodField(help_text="What a send has to or may fill in.")
    meta_id = serializers.CharField(help_text="Empty: Meta doesn't know it.")
    status = serializers.CharField(help_text="DRAFT, or as Meta spells it: PENDING, APPROVED, REJECTED, PAUSED …")
    status_detail = serializers.CharField(help_text="Why it was refused, rejected or paused.")
    rejected_reason = serializers.CharField()
    quality = serializers.CharField(help_text="GREEN, YELLOW, RED or empty.")
    correct_category = serializers.CharField(help_text="What Meta finds it to be, where that is another category.")
    previous_category = serializers.CharField()
    category_changes_at = serializers.DateTimeField(allow_null=True)
    library_name = serializers.CharField()
    version = serializers.IntegerField()
    is_enabled = serializers.BooleanField()
    is_usable = serializers.BooleanField(help_text="Approved, enabled and there: it may be sent.")
    is_system = serializers.BooleanField()
    created_by = serializers.UUIDField(source="created_by_id", allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    rejected_at = serializers.DateTimeField(allow_null=True)
    synced_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(ParameterSerializer(many=True))
    def get_parameters(self, template: Template) -> list[dict[str, Any]]:
        return [dict(ParameterSerializer(each).data) for each in parameters_of(template.components)]


class VersionSerializer(serializers.Serializer[TemplateVersion]):
    version = serializers.IntegerField()
    category = serializers.CharField()
    parameter_format = serializers.CharField()
    components = ComponentsField()
    by_meta = serializers.BooleanField(help_text="Found by a synchronization.")
    created_by = serializers.UUIDField(source="created_by_id", allow_null=True)
    created_at = serializers.DateTimeField()


class LiveTemplateSerializer(serializers.Serializer[Any]):
    meta_id = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    status = serializers.CharField()
    category = serializers.CharField()
    parameter_format = serializers.CharField()
    components = ComponentsField()
    quality = serializers.CharField()
    rejected_reason = serializers.CharField()


class LivePageSerializer(serializers.Serializer[Any]):
    results = LiveTemplateSerializer(many=True)
    after = serializers.CharField(allow_null=True, help_text="Begins the next page; null ends.")


class SyncedSerializer(serializers.Serializer[Any]):
    synced = serializers.IntegerField(help_text="How many Meta lists.")
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    deleted = serializers.IntegerField()
    errors = serializers.ListField(  # type: ignore[assignment]  # hides DRF's own
        child=serializers.CharField(), help_text="Lines of Meta's that can't be understood."
    )


class FindingSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="`components[0].text`.")
    code = serializers.CharField(help_text="too_long, variable_at_start, sample_missing …")
    message = serializers.CharField()
    limit = serializers.FloatField(allow_null=True)
    severity = serializers.CharField(help_text="error: Meta would refuse it; warning: it takes it all the same.")


class SendFindingSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.IntegerField(help_text="With which Meta would refuse the send: 132000, 132012, 132018 …")
    message = serializers.CharField()


class ShownButtonSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    text = serializers.CharField(required=False)
    url = serializers.CharField(required=False)
    phone_number = serializers.CharField(required=False)
    code = serializers.CharField(required=False)


class ShownSerializer(serializers.Serializer[Rendered]):
    header_format = serializers.CharField(help_text="TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION …; empty without one.")
    header = serializers.CharField()
    body = serializers.CharField()
    footer = serializers.CharField()
    offer = serializers.CharField()
    buttons = ShownButtonSerializer(many=True)


class PreviewSerializer(ShownSerializer):
    text = serializers.CharField(help_text="Header, body and footer.")
    cards = ShownSerializer(many=True)


class CheckedSerializer(serializers.Serializer[Any]):
    findings = FindingSerializer(many=True)
    send_findings = SendFindingSerializer(many=True)
    parameters = ParameterSerializer(many=True)
    preview = PreviewSerializer()


class LibraryAskedSerializer(serializers.Serializer[Any]):
    """What the library is asked for; empty asks for nothing."""

    language = serializers.CharField(required=False, allow_blank=True, max_length=20)
    category = serializers.CharField(required=False, allow_blank=True, max_length=20)
    topic = serializers.CharField(required=False, allow_blank=True, max_length=50)
    words = serializers.CharField(required=False, allow_blank=True, max_length=200)


class LibrarySerializer(serializers.Serializer[Any]):
    library_name = serializers.CharField()
    title = serializers.CharField(help_text="In the template's language.")
    topic = serializers.CharField(help_text="orders, appointments, payments, customers, marketing, security.")
    name = serializers.CharField()
    language = serializers.CharField()
    category = serializers.CharField()
    parameter_format = serializers.CharField()
    components = ComponentsField()
