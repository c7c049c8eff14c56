"""The second step of the support staff at /admin/: an authenticator app, which everybody of the staff must have."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal import auth as totp

from apps.accounts.errors import FactorThere, WrongCode, WrongSecondFactor
from apps.accounts.models import User
from apps.accounts.services import factors, one_time
from apps.accounts.services.factors import TOTP
from apps.core import mail, ratelimits
from apps.core.errors import TooMany
from apps.core.ratelimits import Ladder
from apps.core.tenancy import all_organizations

SETTING_UP, SETTING_UP_SECONDS = "staff-enrolment", 600


def state_of(user: User) -> str:
    """`ready`: an app is set up. `none`: nothing is. `elsewhere`: a passkey is, and whoever knows only the password
    must not be able to add an app beside it: the web app, which asks for the passkey, does that."""
    with all_organizations("sign-in: a second factor of the staff is a person's, not an organization's"):
        methods = factors.methods_of(user)
    return "ready" if TOTP in methods else "elsewhere" if methods else "none"


def check(*, user: User, code: str) -> None:
    """The app's code, or one of the recovery codes.

    Raises:
        WrongSecondFactor, TooMany
    """
    guesses = Ladder(f"pytake:mfa-guesses-of:{user.pk}", free=5, first=30, longest=3600, memory=86_400)
    wait, _ = ratelimits.climb(guesses)
    if wait:
        raise TooMany(retry_after=wait)
    code = "".join(code.split())
    with all_organizations("sign-in: a second factor of the staff is a person's, not an organization's"):
        if not (factors.is_right_code(user, code) or factors.is_right_recovery_code(user, code)):
            raise WrongSecondFactor
    ratelimits.forget(guesses)


def begin(*, user: User) -> dict[str, Any]:
    """A secret for the app: the same one however often the page is opened within ten minutes."""
    name = str(user.pk)
    kept = one_time.look(SETTING_UP, name) or {"secret": totp.generate_totp_secret()}
    one_time.keep_as(SETTING_UP, name, kept, seconds=SETTING_UP_SECONDS)
    url = get_adapter().build_totp_url(user, kept["secret"])
    return {"secret": kept["secret"], "qr_svg": get_adapter().build_totp_svg(url)}


def confirm(*, user: User, code: str) -> list[str]:
    """The app shows the right code: it is set up. Returns the recovery codes.

    Raises:
        WrongCode: another code, or nothing was begun.
        FactorThere: something was set up meanwhile.
    """
    begun = one_time.look(SETTING_UP, str(user.pk))
    counter = factors.counter_of(begun["secret"], "".join(code.split())) if begun else None
    if begun is None or counter is None:
        raise WrongCode
    with all_organizations("sign-in: a second factor of the staff is a person's, not an organization's"):
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if factors.methods_of(locked):
            raise FactorThere
        row = totp.TOTP.activate(locked, begun["secret"]).instance
        row.data["last_counter"] = counter
        row.save(update_fields=["data"])
        codes = factors.new_recovery_codes(locked)
        mail.put(
            to=user.email,
            subject="An authenticator app was set up",
            text="The support desk asks for its codes from now on. If that wasn't you, tell your colleagues at once.",
            about=[user.pk],
        )
    one_time.take(SETTING_UP, str(user.pk))
    return codes
