"""django-allauth as this house wants it: what it keeps of second factors is encrypted, and it needs no request.

Its modules below `allauth.mfa` are the engine; `second_factor.py` is what the API calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from apps.accounts.models import User
from apps.core import encryption


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


@contextmanager
def ceremony(state: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """What django-allauth keeps in a browser's session between the two steps of WebAuthn is kept by us instead."""
    session = dict(state or {})
    with context.request_context(SimpleNamespace(session=session)):
        yield session
