"""Bodies of what is done with a number at Meta: registration, profile, short links, blocked people, sign-up."""

from typing import Any

from rest_framework import serializers

from apps.whatsapp.limits import LIMITS

_DIGITS = r"^[0-9]{1,40}$"
LIMIT = LIMITS["numbers"]


class PinSerializer(serializers.Serializer[Any]):
    pin = serializers.RegexField(r"^[0-9]{6}$", write_only=True, help_text="Six digits; kept nowhere here.")


class NumberRegistrationSerializer(PinSerializer):
    region = serializers.ChoiceField(
        choices=LIMIT["regions"], required=False, help_text="Where its data rest; absent: anywhere."
    )


class NumberCodeRequestSerializer(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=["SMS", "VOICE"])
    language = serializers.RegexField(r"^[a-z]{2,3}(_[A-Z]{2})?$", required=False, help_text="`pt_BR` if absent.")


class NumberCodeSerializer(serializers.Serializer[Any]):
    code = serializers.RegexField(r"^[0-9]{6}$", write_only=True, help_text="Six digits, as the number was told.")


class NameRequestSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, help_text="Meta reviews it; afterwards register the number again.")


class ProfileSerializer(serializers.Serializer[Any]):
    about = serializers.CharField(default="")
    address = serializers.CharField(default="")
    description = serializers.CharField(default="")
    email = serializers.CharField(default="")
    vertical = serializers.CharField(default="", help_text="The trade, as Meta spells it.")
    websites = serializers.ListField(child=serializers.CharField(), default=list)
    profile_picture_url = serializers.CharField(default="", help_text="At Meta; it dies after a while.")


class ProfileChangesSerializer(serializers.Serializer[Any]):
    about = serializers.CharField(required=False, help_text="1 to 139 characters.")
    address = serializers.CharField(required=False, allow_blank=True, help_text="At most 256 characters.")
    description = serializers.CharField(required=False, allow_blank=True, help_text="At most 512 characters.")
    email = serializers.EmailField(required=False, allow_blank=True, help_text="At most 128 characters.")
    vertical = serializers.ChoiceField(choices=LIMIT["profile"]["verticals"], required=False, allow_blank=True)
    websites = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="At most 2, each with http:// or https://."
    )
    picture_id = serializers.UUIDField(required=False, help_text="An uploaded JPEG or PNG of at most 5 MB.")


class CommandSerializer(serializers.Serializer[Any]):
    command_name = serializers.CharField(help_text="Without the slash; at most 32 characters.")
    command_description = serializers.CharField(help_text="At most 256 characters.")


class AutomationSerializer(serializers.Serializer[Any]):
    prompts = serializers.ListField(
        child=serializers.CharField(), help_text="Ice breakers: at most 4, of 80 characters each, without emoji."
    )
    commands = CommandSerializer(many=True, help_text="At most 30.")


class QrCodeTextSerializer(serializers.Serializer[Any]):
    prefilled_message = serializers.CharField(help_text="At most 140 characters.")


class NewQrCodeSerializer(QrCodeTextSerializer):
    image = serializers.ChoiceField(choices=["SVG", "PNG"], required=False, help_text="SVG if absent.")


class QrCodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    prefilled_message = serializers.CharField()
    deep_link_url = serializers.CharField(help_text="The short link; the QR code leads to it.")
    qr_image_url = serializers.CharField(help_text="The picture, at Meta; may be empty.")


class QrCodesSerializer(serializers.Serializer[Any]):
    results = QrCodeSerializer(many=True)


class PersonSerializer(serializers.Serializer[Any]):
    """Whom a number blocks: by phone or by user id."""

    phone = serializers.RegexField(r"^[0-9]{5,20}$", required=False, help_text="Digits with the country code.")
    user_id = serializers.RegexField(r"^[A-Za-z]{2}\.[A-Za-z0-9.]{1,290}$", required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("phone")) == bool(attrs.get("user_id")):
            raise serializers.ValidationError({"phone": "Name a phone or a user_id, one of them."})
        return attrs


class BlockedPersonSerializer(serializers.Serializer[Any]):
    phone = serializers.CharField()
    user_id = serializers.CharField()


class BlockedUsersSerializer(serializers.Serializer[Any]):
    results = BlockedPersonSerializer(many=True)
    after = serializers.CharField(allow_null=True, help_text="Where the next page begins; null at the end.")


class SignupOfferSerializer(serializers.Serializer[Any]):
    is_offered = serializers.BooleanField()
    app_id = serializers.CharField(help_text="For `FB.init`; empty where nothing is offered.")
    config_id = serializers.CharField(help_text="For `FB.login`.")
    graph_version = serializers.CharField()


class SignupSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(
        max_length=2048, write_only=True, help_text="Of Meta's window; it lives 30 seconds and is taken once."
    )
    phone_number_id = serializers.RegexField(_DIGITS, required=False)
    cs_id = serializers.RegexField(_DIGITS, required=False, help_text="As newer windows call the number's id.")
    waba_id = serializers.RegexField(_DIGITS)
    waac_id = serializers.RegexField(_DIGITS, required=False, help_text="The WhatsApp account, where the window says.")
    pin = serializers.RegexField(
        r"^[0-9]{6}$", required=False, write_only=True,
        help_text="To register with; a number of the phone's app needs none.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("phone_number_id") and not attrs.get("cs_id"):
            raise serializers.ValidationError({"phone_number_id": "Meta's window named no number."})
        return attrs
