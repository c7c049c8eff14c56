"""Setting up second factors. They are a person's own: nobody else sets, changes or sees them, and each change is told.

Every write wants the password again, or a sign-in with it that is younger than ten minutes. A sign-in through an
organization's provider never stands for the person themselves: whoever runs that provider could make one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.utils import timezone

from apps.accounts.errors import (
    AddressNotProven,
    CredentialNotValid,
    FactorThere,
    NoSecondFactor,
    NoSuchFactor,
    ReauthenticationRequired,
    SecondFactorDemanded,
    WrongCode,
    WrongPassword,
)
from apps.accounts.models import Session, User
from apps.accounts.selectors import Access, demands_second_factor, memberships_of
from apps.accounts.services import audit, factors, one_time
from apps.accounts.services.factors import RECOVERY_CODES, TOTP, WEBAUTHN
from apps.core import mail, ratelimits
from apps.core.errors import TooMany
from apps.core.ratelimits import Ladder
from apps.core.tenancy import all_organizations

FRESH = timedelta(minutes=10)
OWN_METHODS = ("password", "passkey")
SETTING_UP, SETTING_UP_SECONDS = "mfa-enrolment", 600
_SAID = {
    "added": ("Novo segundo fator", "foi adicionado à sua conta", "New second factor", "was added to your account"),
    "removed": ("Segundo fator removido", "foi removido da sua conta", "Second factor removed",
                "was removed from your account"),
    "renewed": ("Novos códigos de recuperação", "foram gerados; os anteriores não valem mais",
                "New recovery codes", "were made; the ones before are void"),
    "copied": ("Chave de acesso recusada", "pode ter sido copiada: seu contador voltou atrás, e ninguém entrou",
               "Passkey refused", "may have been copied, since its counter went back; nobody got in by it"),
}  # fmt: skip
_WARNING = (
    "Se não foi você, troque sua senha agora e fale com o suporte.",
    "If that wasn't you, change your password now and tell your administrator.",
)
_CALLED = {
    TOTP: ("Aplicativo autenticador", "Authenticator app"),
    WEBAUTHN: ("Chave de acesso", "Passkey"),
    RECOVERY_CODES: ("Códigos de recuperação", "Recovery codes"),
}


def overview(*, access: Access) -> dict[str, Any]:
    """What is set up, and who demands it; no secret."""
    with all_organizations("sign-in: a second factor is a person's, not an organization's"):
        rows = factors.factors_of(access.user)
        places = memberships_of(access.user)
    found = {row.type: row for row in rows}
    codes = found.get(RECOVERY_CODES)
    return {
        "totp": {"created_at": found[TOTP].created_at, "last_used_at": found[TOTP].last_used_at}
        if TOTP in found
        else None,
        "webauthn": [described(row) for row in rows if row.type == WEBAUTHN],
        "recovery_codes_left": len(RecoveryCodes(codes).get_unused_codes()) if codes else 0,
        "demanded_by": [place.organization.name for place in places if demands_second_factor(place.organization)],
    }


def begin_totp(*, access: Access, password: str = "") -> dict[str, Any]:
    """A secret for an authenticator app, which counts only once the app has shown a code of it.

    Raises:
        FactorThere: an app is set up already.
        AddressNotProven: see `_check_address()`.
        ReauthenticationRequired, WrongPassword, TooMany: see the module.
    """
    with all_organizations("sign-in: a second factor is a person's, not an organization's"):
        _check_address(access.user)
        _check_it_is_them(access, password)
        if Authenticator.objects.filter(user=access.user, type=TOTP).exists():
            raise FactorThere
    secret, adapter = totp.generate_totp_secret(), get_adapter()
    one_time.keep_as(SETTING_UP, f"{TOTP} {access.session_id}", {"secret": secret}, seconds=SETTING_UP_SECONDS)
    url = adapter.build_totp_url(access.user, secret)
    return {"secret": secret, "url": url, "qr_svg": adapter.build_totp_svg(url)}


def confirm_totp(*, access: Access, code: str) -> dict[str, Any]:
    """The app shows the right code: it is set up. Answers recovery codes where there were none.

    Raises:
        WrongCode: another code, or nothing was begun.
        FactorThere: an app was set up meanwhile.
    """
    name = f"{TOTP} {access.session_id}"
    begun = one_time.look(SETTING_UP, name)
    counter = factors.counter_of(begun["secret"], code) if begun else None
    if begun is None or counter is None:
        raise WrongCode
    with all_organizations("sign-in: a second factor is a person's, not an organization's"):
        user = _locked(access)
        if Authenticator.objects.filter(user=user, type=TOTP).exists():
            raise FactorThere
        row = totp.TOTP.activate(user, begun["secret"]).instance
        row.data["last_counter"] = counter
        row.save(update_fields=["data"])
        answer = _added(access, user, TOTP)
    one_time.take(SETTING_UP, name)
    return answer


def begin_webauthn(*, access: Access, passwordless: bool = False, password: str = "") -> dict[str, Any]:
    """What the browser asks of a device that is to become a factor. passwordless: a passkey that signs in alone.

    Raises:
        AddressNotProven: see `_check_address()`.
        ReauthenticationRequired, WrongPassword, TooMany: see the module.
    """
    with all_organizations("sign-in: a second factor is a person's, not an organization's"):
        _check_address(access.user)
        _check_it_is_them(access, password)
        options, state = factors.registration_options(access.user, passwordless=passwordless)
    one_time.keep_as(SETTING_UP, f"{WEBAUTHN} {access.session_id}", state, seconds=SETTING_UP_SECONDS)
    return options


def complete_webauthn(*, access: Access, name: str, credential: dict[str, Any]) -> dict[str, Any]:
    """The device has answered: it is a factor. Answers recovery codes where there were none.

    Raises:
        CredentialNotValid: it answers something else, nothing was begun, or this device is one already.
    """
    begun = one_time.take(SETTING_UP, f"{WEBAUTHN} {access.session_id}")
    if begun is None:
        raise CredentialNotValid("Nothing was begun, or it took too long. Begin again.")
    with all_organizations("sign-in: a second factor is a person's, not an organization's"):
        user = _locked(access)
        try:
            row = factors.register_credential(user, name=name, credential=credential, state=begun)
        except ValueError as error:
            raise CredentialNotValid from error
        return _added(access, user, WEBAUTHN) | {"factor": described(row)}


def rename_webauthn(*, access: Access, factor_id: int, name: str) -> dict[str, Any]:
    """What the person calls a device of theirs.

    Raises:
        NoSuchFactor: they have none of this id.
    """
    with all_organizations("sign-in: a second factor is a person's, not an organization's"):
        user = _locked(access)
        row = next((each for each in factors.factors_of(user) if (each.type, each.pk) == (WEBAUTHN, factor_id)), None)
        if row is None:
            raise NoSuchFactor
        before = row.data["name"]
        row.data["name"] = name
        row.save(update_fields=["data"])
        _record(user, "renamed", before={"name": before}, after={"kind": WEBAUTHN, "name": name})
        return described(row)


def remove(*, access: Access, kind: str, factor_id: int | None = None, password: str = "") -> None:
    """Take a factor away; with the last one go the recovery codes.

    Raises:
        NoSuchFactor: there is none of this kind or id.
        SecondFactorDemanded: an organization of theirs demands one, and it is the last.
        ReauthenticationRequired, WrongPassword, TooMany: see the module.
    """
    with all_organizations("sign-in: a second factor is a person's, not an organization's"):
        user = _locked(access)
        _check_it_is_them(access, password)
        rows = [row for row in factors.factors_of(user) if row.type in (TOTP, WEBAUTHN)]
        row = next((each for each in rows if each.type == kind and factor_id in (None, each.pk)), None)
        if row is None:
            raise NoSuchFactor
        if len(rows) == 1:
            for place in memberships_of(user):
                if demands_second_factor(place.organization):
                    raise SecondFactorDemanded(
                        f"{place.organization.name} demands a second factor: set up another one first."
                    )
            Authenticator.objects.filter(user=user, type=RECOVERY_CODES).delete()
        row.delete()
        tell(user, "removed", kind)


def renew_recovery_codes(*, access: Access, password: str = "") -> dict[str, Any]:
    """A new set of recovery codes, shown this once; the ones before are void.

    Raises:
        NoSecondFactor: there is nothing to recover.
        ReauthenticationRequired, WrongPassword, TooMany: see the module.
    """
    with all_organizations("sign-in: a second factor is a person's, not an organization's"):
        user = _locked(access)
        _check_it_is_them(access, password)
        if not factors.methods_of(user):
            raise NoSecondFactor
        codes = factors.new_recovery_codes(user)
        tell(user, "renewed", RECOVERY_CODES)
        return {"recovery_codes": codes}


def described(row: Authenticator) -> dict[str, Any]:
    device = row.wrap()
    return {
        "id": row.pk,
        "name": device.name,
        "passwordless": bool(device.is_passwordless),
        "created_at": row.created_at,
        "last_used_at": row.last_used_at,
    }


def _locked(access: Access) -> User:
    """One change of a person's factors at a time."""
    return User.objects.select_for_update(no_key=True).get(pk=access.user.pk)


def _check_address(user: User) -> None:
    """Who hasn't shown that the address is theirs leaves nothing behind by which they get in once its owner comes.

    Raises:
        AddressNotProven
    """
    if user.email_verified_at is None:
        raise AddressNotProven


def _check_it_is_them(access: Access, password: str) -> None:
    session = Session.objects.open().filter(pk=cast(Any, access.session_id)).first()
    if password:
        guesses = Ladder(f"pytake:own-password:{access.user.pk}", free=5, first=30, longest=3600, memory=86_400)
        wait, _ = ratelimits.climb(guesses)
        if wait:
            raise TooMany(retry_after=wait)
        if not access.user.check_password(password):
            raise WrongPassword
        ratelimits.forget(guesses)
    elif session is None or session.method not in OWN_METHODS or session.created_at < timezone.now() - FRESH:
        raise ReauthenticationRequired


def _added(access: Access, user: User, kind: str) -> dict[str, Any]:
    """The session has shown the factor, too. Recovery codes are made with the first one, and shown this once."""
    Session.objects.filter(pk=cast(Any, access.session_id), second_factor="").update(second_factor=kind)
    had = Authenticator.objects.filter(user=user, type=RECOVERY_CODES).exists()
    codes = None if had else factors.new_recovery_codes(user)
    tell(user, "added", kind)
    return {"recovery_codes": codes}


def tell(user: User, what: str, kind: str) -> None:
    """The person by mail, and each organization where they work by its audit log."""
    subject_pt, text_pt, subject_en, text_en = _SAID[what]
    in_portuguese = user.language == "pt-br"
    called, warning = _CALLED[kind][not in_portuguese], _WARNING[not in_portuguese]
    text = f"{called} {text_pt if in_portuguese else text_en}.\n\n{warning}"
    mail.put(to=user.email, subject=subject_pt if in_portuguese else subject_en, text=text, about=[user.pk])
    _record(user, what, after={"kind": kind})


def _record(user: User, what: str, **sides: dict[str, Any]) -> None:
    for place in memberships_of(user):
        audit.record(
            f"second_factor.{what}", organization_id=place.organization_id, target="user", target_id=user.pk,
            subject_id=user.pk, personal=("name",), **sides,
        )  # fmt: skip
