from typing import Any

from rest_framework import serializers

from apps.core.rest import CleanJSONField, OneLineField


class PasswordSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(
        max_length=200, trim_whitespace=False, write_only=True, required=False, allow_blank=True, default="",
        help_text="Needed where the sign-in is older than ten minutes, or was not by password or passkey.",
    )  # fmt: skip


class CodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20)


class VerifySerializer(serializers.Serializer[Any]):
    challenge = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=20, required=False, help_text="What the authenticator app shows.")
    recovery_code = serializers.CharField(max_length=40, required=False)
    webauthn = CleanJSONField(required=False, help_text="What `navigator.credentials.get()` gave, as JSON.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs.keys() & {"code", "recovery_code", "webauthn"}) != 1:
            raise serializers.ValidationError("Send one of code, recovery_code and webauthn.")
        return attrs


class ChallengeSerializer(serializers.Serializer[Any]):
    challenge = serializers.CharField(max_length=200)


class PasskeyLoginSerializer(serializers.Serializer[Any]):
    challenge = serializers.CharField(max_length=200)
    credential = CleanJSONField(help_text="What `navigator.credentials.get()` gave, as JSON.")
    organization_id = serializers.UUIDField(required=False, allow_null=True)


class OptionsSerializer(serializers.Serializer[Any]):
    publicKey = CleanJSONField(help_text="For `navigator.credentials`, as JSON.")  # noqa: N815 - WebAuthn's own name


class PasskeyOptionsSerializer(serializers.Serializer[Any]):
    challenge = serializers.CharField()
    webauthn = OptionsSerializer()


class TotpSerializer(serializers.Serializer[Any]):
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class DeviceSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    passwordless = serializers.BooleanField(help_text="It signs in without a password.")
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class OverviewSerializer(serializers.Serializer[Any]):
    totp = TotpSerializer(allow_null=True)
    webauthn = DeviceSerializer(many=True)
    recovery_codes_left = serializers.IntegerField()
    demanded_by = serializers.ListField(
        child=serializers.CharField(), help_text="Organizations that let in only those who have a second factor."
    )


class BegunTotpSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="In Base32, to be typed where no picture can be taken.")
    url = serializers.CharField(help_text="otpauth://…")
    qr_svg = serializers.CharField(help_text="The URL as a QR code: an SVG document.")


class RecoveryCodesSerializer(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Shown this once; null where there are some already."
    )


class BeginWebauthnSerializer(PasswordSerializer):
    passwordless = serializers.BooleanField(default=False, help_text="A passkey that signs in without a password.")


class DeviceNameSerializer(serializers.Serializer[Any]):
    name = OneLineField(max_length=100)


class CompleteWebauthnSerializer(DeviceNameSerializer):
    credential = CleanJSONField(help_text="What `navigator.credentials.create()` gave, as JSON.")


class AddedDeviceSerializer(RecoveryCodesSerializer):
    factor = DeviceSerializer()


class SecuritySerializer(serializers.Serializer[Any]):
    require_second_factor = serializers.BooleanField(help_text="Only those who have a second factor get in.")
