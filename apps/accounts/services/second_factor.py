"""The second step of a sign-in, and sign-in by passkey, which is both steps at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from apps.accounts.errors import ChallengeNotValid, WrongSecondFactor
from apps.accounts.models import User
from apps.accounts.services import enrolment, factors, one_time
from apps.accounts.services.factors import CHALLENGE, CHALLENGE_SECONDS, RECOVERY_CODES, TOTP, WEBAUTHN
from apps.accounts.services.sessions import Client
from apps.accounts.services.sign_in import admit
from apps.core import ratelimits
from apps.core.errors import TooMany
from apps.core.ratelimits import Ladder
from apps.core.tenancy import all_organizations

PASSKEY = "passkey-challenge"
GUESSES_A_CHALLENGE = 5


def verify(
    *,
    challenge: str,
    client: Client,
    code: str = "",
    recovery_code: str = "",
    credential: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Show the second factor that a sign-in asked for; one of the three.

    Raises:
        ChallengeNotValid: it took longer than five minutes, was used, or five guesses were wrong.
        WrongSecondFactor: the code is wrong or was used already, or no device of this person has signed.
        TooMany: codes were guessed wrong too often, whichever sign-ins they belonged to.
    """
    kept = _challenge(CHALLENGE, challenge)
    shown = code or recovery_code
    with _copies_told(), all_organizations("sign-in: a second factor is a person's, not an organization's"):
        user = User.objects.filter(pk=kept["user"], is_active=True).first()
        if user is None:
            raise ChallengeNotValid
        if shown:
            _count_guess(challenge, user)
        method = _shown(user, kept, code, recovery_code, credential)
        # Asked for again, since only one of those who show it at the same moment gets in.
        if one_time.take(CHALLENGE, challenge) is None:
            raise ChallengeNotValid
        if shown:
            ratelimits.forget(_guesses_of(user))
        organization = UUID(kept["organization"]) if kept["organization"] else None
        return admit(user, organization, client, kept["method"], second_factor=method)


def webauthn_options(*, challenge: str) -> dict[str, Any]:
    """What the browser asks the person's device.

    Raises:
        ChallengeNotValid: it took too long, was used, or this person has no device.
    """
    kept = _challenge(CHALLENGE, challenge)
    if WEBAUTHN not in kept["methods"]:
        raise ChallengeNotValid("This account has no passkey.")
    with all_organizations("sign-in: a second factor is a person's, not an organization's"):
        user = User.objects.filter(pk=kept["user"], is_active=True).first()
        if user is None:
            raise ChallengeNotValid
        options, state = factors.request_options(user)
    one_time.change(CHALLENGE, challenge, kept | {"state": state})
    return options


def passkey_options() -> dict[str, Any]:
    """What the browser asks of whichever passkey the person chooses, and the challenge that goes back with it."""
    options, state = factors.request_options(None)
    challenge = one_time.keep(PASSKEY, {"state": state}, seconds=CHALLENGE_SECONDS)
    return {"challenge": challenge, "webauthn": options}


def passkey_login(
    *, challenge: str, credential: dict[str, Any], organization_id: UUID | None = None, client: Client
) -> dict[str, Any]:
    """Sign a person in by their passkey alone: it is something they have, and asks for what they know or are.

    Raises:
        ChallengeNotValid: it took too long or was used.
        WrongSecondFactor: nobody's passkey, or it didn't make sure who holds it.
        NoMembership: the person belongs to no active organization, or not to this one.
    """
    _challenge(PASSKEY, challenge)
    kept = one_time.take(PASSKEY, challenge)
    if kept is None:
        raise ChallengeNotValid
    with _copies_told(), all_organizations("sign-in: a second factor is a person's, not an organization's"):
        user = factors.owner_of(credential)
        if user is None or not factors.is_right_credential(user, credential, kept["state"]):
            raise WrongSecondFactor("This passkey is unknown here.")
        return admit(user, organization_id, client, "passkey", second_factor=WEBAUTHN)


@contextmanager
def _copies_told() -> Iterator[None]:
    """Nobody gets in by a copied passkey, and its owner is told, in a transaction that the refusal doesn't undo.

    Raises:
        WrongSecondFactor
    """
    try:
        yield
    except factors.CopiedPasskey as copied:
        with all_organizations("sign-in: a second factor is a person's, not an organization's"):
            enrolment.tell(copied.user, "copied", WEBAUTHN)
        raise WrongSecondFactor("This passkey may have been copied. Sign in another way, and remove it.") from copied


def _challenge(kind: str, challenge: str) -> dict[str, Any]:
    kept = one_time.look(kind, challenge) if one_time.is_ours(kind, challenge) else None
    if kept is None:
        raise ChallengeNotValid
    return kept


def _count_guess(challenge: str, user: User) -> None:
    """Counted before it is known what comes of it, so that a thousand at once are no thousand first ones."""
    if one_time.count("mfa-guesses", challenge, seconds=CHALLENGE_SECONDS) > GUESSES_A_CHALLENGE:
        one_time.take(CHALLENGE, challenge)
        raise ChallengeNotValid
    wait, _ = ratelimits.climb(_guesses_of(user))
    if wait:
        raise TooMany(retry_after=wait)


def _guesses_of(user: User) -> Ladder:
    """Of one person, over all their sign-ins: who guesses knows the password already."""
    return Ladder(f"pytake:mfa-guesses-of:{user.pk}", free=GUESSES_A_CHALLENGE, first=30, longest=3600, memory=86_400)


def _shown(user: User, kept: dict[str, Any], code: str, recovery_code: str, credential: dict[str, Any] | None) -> str:
    if code and factors.is_right_code(user, code):
        return TOTP
    if recovery_code and factors.is_right_recovery_code(user, recovery_code):
        return RECOVERY_CODES
    if credential and "state" in kept and factors.is_right_credential(user, credential, kept["state"]):
        return WEBAUTHN
    raise WrongSecondFactor
