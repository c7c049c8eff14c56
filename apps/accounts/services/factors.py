"""django-allauth as this house wants it: what it keeps of second factors is encrypted, and it needs no request.

Its modules below `allauth.mfa` are the engine; `second_factor.py` and `enrolment.py` are what the API calls. Its table
is reached through the door alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.core.exceptions import ValidationError
from fido2.utils import websafe_decode

from apps.accounts.errors import MfaRequired
from apps.accounts.models import User
from apps.accounts.services import one_time
from apps.core import encryption

TOTP, WEBAUTHN, RECOVERY_CODES = "totp", "webauthn", "recovery_codes"
CHALLENGE, CHALLENGE_SECONDS = "mfa-challenge", 300


class CopiedPasskey(Exception):
    """A device counts what it signs, and this one counts less than before: there is a second one with its key.

    Raised out of the transaction that would sign somebody in; who catches it tells the person.
    """

    def __init__(self, user: User) -> None:
        self.user = user
        super().__init__("copied passkey")


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # django-allauth has no types
    """settings.MFA_ADAPTER"""

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def get_totp_label(self, user: User) -> str:
        return user.email

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": settings.WEBAUTHN_SITE, "name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        # The handle is stored by the device and shown to nobody; it must not be the e-mail address.
        # Source: https://www.w3.org/TR/webauthn-3/#sctn-user-handle-privacy
        return {"id": str(user.pk).encode(), "display_name": user.full_name, "name": user.email}


def factors_of(user: User) -> list[Authenticator]:
    """Everything that is set up, the oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("pk"))


def methods_of(user: User) -> list[str]:
    """How a person may show their second factor; empty where they have none."""
    found = {*Authenticator.objects.filter(user=user).values_list("type", flat=True)}
    if not found & {TOTP, WEBAUTHN}:  # recovery codes recover something
        return []
    return [method for method in (TOTP, WEBAUTHN, RECOVERY_CODES) if method in found]


def demand(user: User, organization_id: UUID | None, method: str) -> None:
    """
    Raises:
        MfaRequired: the person has a second factor; it carries the challenge for the second step.
    """
    if methods := methods_of(user):
        kept = {
            "user": str(user.pk),
            "organization": str(organization_id) if organization_id else None,
            "method": method,
            "methods": methods,
        }
        raise MfaRequired(challenge=one_time.keep(CHALLENGE, kept, seconds=CHALLENGE_SECONDS), methods=methods)


def is_right_code(user: User, code: str) -> bool:
    """Whether the authenticator app shows this code now; each is good once.

    django-allauth would forget a used code after one period, and with a tolerance it is good for three. RFC 6238,
    section 5.2: what was accepted is not accepted again, nor anything older.
    """
    row = Authenticator.objects.select_for_update().filter(user=user, type=TOTP).first()
    counter = counter_of(encryption.decrypt(row.data["secret"]), code) if row else None
    if row is None or counter is None or counter <= row.data.get("last_counter", 0):
        return False
    row.data["last_counter"] = counter
    row.save(update_fields=["data"])
    row.record_usage()
    return True


def counter_of(secret: str, code: str) -> int | None:
    """The period in which the app shows this code, if it is about now."""
    for counter in totp.yield_hotp_counters_from_time():
        if totp.compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, counter))):
            return int(counter)
    return None


def is_right_recovery_code(user: User, code: str) -> bool:
    """Whether this is one of the person's recovery codes, which is used up by it."""
    row = Authenticator.objects.filter(user=user, type=RECOVERY_CODES).first()
    if row is None or not RecoveryCodes(row).validate_code(code):
        return False
    Authenticator.objects.get(pk=row.pk).record_usage()
    return True


def new_recovery_codes(user: User) -> list[str]:
    """A fresh set; the codes before are void."""
    Authenticator.objects.filter(user=user, type=RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(user).generate_codes())


@contextmanager
def ceremony(state: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """What django-allauth keeps in a browser's session between the two steps of WebAuthn is kept by us instead."""
    session = dict(state or {})
    with context.request_context(SimpleNamespace(session=session)):
        yield session


def registration_options(user: User, *, passwordless: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `navigator.credentials.create()` is asked, and the state to keep."""
    with ceremony() as state:
        return webauthn.begin_registration(user, passwordless), state


def register_credential(user: User, *, name: str, credential: dict[str, Any], state: dict[str, Any]) -> Authenticator:
    """
    Raises:
        ValueError: this is no answer to what was asked.
    """
    try:
        with ceremony(state):
            parsed = webauthn.parse_registration_response(credential)
            _check_origin(parsed.response.client_data.origin)
            made = webauthn.complete_registration(parsed)
    except Exception as error:  # whatever the parsers of CBOR, COSE and JSON stumble over
        raise ValueError("no credential") from error
    assert made.credential_data is not None
    if webauthn.get_authenticator_by_credential_id(user, made.credential_data.credential_id):
        raise ValueError("registered already")
    return webauthn.WebAuthn.add(user, name, credential).instance


def request_options(user: User | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `navigator.credentials.get()` is asked, and the state to keep. Without a user: any passkey of this site."""
    with ceremony() as state:
        return webauthn.begin_authentication(user), state


def is_right_credential(user: User, credential: dict[str, Any], state: dict[str, Any]) -> bool:
    """Whether one of the person's devices has signed what was asked.

    Raises:
        CopiedPasskey
    """
    try:
        parsed = webauthn.parse_authentication_response(credential)
        _check_origin(parsed.response.client_data.origin)
        with ceremony(state):
            row = webauthn.complete_authentication(user, parsed)
    except Exception:  # as above; InvalidSignature is one of many
        return False
    row = Authenticator.objects.select_for_update(no_key=True).get(pk=row.pk)
    _check_count(row, user, parsed.response.authenticator_data.counter)
    row.record_usage()
    return True


def _check_origin(origin: str) -> None:
    """The page that asked is one of ours, port and all: the library compares its host alone."""
    if origin not in settings.WEBAUTHN_ORIGINS:
        raise ValueError("another origin")


def _check_count(row: Authenticator, user: User, count: int) -> None:
    """Source: https://www.w3.org/TR/webauthn-2/#sctn-sign-counter. Devices that don't count always say 0.

    Raises:
        CopiedPasskey
    """
    before = row.data.get("sign_count", row.wrap().authenticator_data.counter)
    if before and count <= before:
        raise CopiedPasskey(user)
    row.data["sign_count"] = count
    row.save(update_fields=["data"])


def owner_of(credential: dict[str, Any]) -> User | None:
    """Whose passkey this says it is."""
    try:
        handle = websafe_decode(credential["response"]["userHandle"]).decode()
        return User.objects.filter(pk=UUID(handle), is_active=True).first()
    except (KeyError, TypeError, ValueError, AttributeError, ValidationError):
        return None
