"""A person's password: set by themselves, in words or by a link in a mail, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import redis
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.accounts.errors import PasswordTooWeak, WrongPassword
from apps.accounts.events import AccountTouched
from apps.accounts.models import Session, User
from apps.accounts.selectors import Access, memberships_of
from apps.accounts.services.everywhere import record_everywhere
from apps.accounts.services.first_proof import take_over
from apps.accounts.services.links import link_to, person_of
from apps.accounts.services.lockout import Attempt
from apps.accounts.services.sessions import Client, end_session
from apps.core import mail, ratelimits
from apps.core.events import for_user, publish
from apps.core.tenancy import all_organizations

PAGE, GOOD_FOR = "reset-password", timedelta(hours=2)
MAILS_AN_HOUR = 3
ASKED = {
    "pt-br": (
        "Sua nova senha do PyTake",
        "Olá, {name},\n\nalguém, provavelmente você, pediu uma nova senha. Escolha-a por este link, que vale por duas "
        "horas e uma vez:\n\n{link}\n\nSe não foi você, ignore esta mensagem: nada mudou.\n",
    ),
    "en": (
        "Your new password for PyTake",
        "Hello {name},\n\nsomebody, probably you, asked for a new password. Choose it by this link, which is good for "
        "two hours and once:\n\n{link}\n\nIf it wasn't you, ignore this message: nothing has changed.\n",
    ),
}
CHANGED = {
    "pt-br": (
        "Sua senha do PyTake foi alterada",
        "Olá, {name},\n\nsua senha foi alterada agora, e seus outros acessos foram encerrados. Se não foi você, peça "
        "uma nova senha na página de entrada e avise quem administra sua organização.\n",
    ),
    "en": (
        "Your password for PyTake was changed",
        "Hello {name},\n\nyour password was changed just now, and your other sign-ins have ended. If it wasn't you, "
        "ask for a new password on the sign-in page and tell whoever runs your organization.\n",
    ),
}


def check_rules(password: str, user: User) -> None:
    """
    Raises:
        PasswordTooWeak
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(" ".join(error.messages)) from error


def confirm(user: User, password: str, client: Client, *, field: str = "password") -> None:
    """Somebody who is signed in shows that they know the password, too.

    Args:
        field: where they sent it.

    Raises:
        WrongPassword
        TooMany: it was wrong too often: see lockout.py.
    """
    attempt = Attempt(user.email, client.address)
    attempt.begin()
    if not user.check_password(password):
        raise WrongPassword(field=field)
    attempt.succeeded()


def ask_for_reset(*, email: str) -> None:
    """Mail a link, if the address has an account. Whoever asks can't tell, neither by the answer nor by its time."""
    if not may_mail(email):
        return
    with all_organizations("password: a mail address names a person, not an organization"):
        user = User.objects.by_email(email)
        somebody = user or User(email=email.strip().lower(), full_name="")
        with transaction.atomic():
            send(somebody, ASKED, link=link_to(PAGE, somebody))
            if user is None or not user.is_active:
                transaction.set_rollback(True)


def reset(*, token: str, password: str, client: Client) -> None:
    """A new password for whoever holds the link. Every sign-in of theirs ends, and the mail has proven the address:
    where it is the first proof, nothing that was set up before stays good.

    Raises:
        LinkNotValid, PasswordTooWeak
    """
    with all_organizations("password: the link names a person, not an organization"):
        user, _ = person_of(PAGE, token, good_for=GOOD_FOR)
        _set(user, password, "password.reset", keep=None)
        take_over(user)
        Attempt(user.email, client.address).succeeded()


def change(*, access: Access, old_password: str, password: str, client: Client) -> None:
    """Another password, for whoever knows the old one. Their other sign-ins end.

    Raises:
        WrongPassword, PasswordTooWeak, TooMany
    """
    confirm(access.user, old_password, client, field="old_password")
    with all_organizations("password: it is a person's, in all their organizations"):
        user = User.objects.select_for_update(no_key=True).get(pk=access.user.pk)
        _set(user, password, "password.changed", keep=access)


def may_mail(email: str) -> bool:
    """Nobody's mailbox is filled by strangers: a few such mails an hour for each address."""
    key = cache.make_key(f"mails-to:{sha256(email.strip().lower().encode(errors='replace')).hexdigest()[:32]}")
    try:
        return ratelimits.take((ratelimits.Bucket(key, MAILS_AN_HOUR, MAILS_AN_HOUR / 3600), 1)) == 0
    except redis.RedisError:
        return True


def send(user: User, texts: dict[str, tuple[str, str]], *, to: str = "", **values: str) -> None:
    """A mail in the person's language."""
    subject, text = texts.get(user.language, texts["en"])
    values = {"name": user.full_name, **values}
    mail.put(
        to=to or user.email, subject=subject.format(**values), text=text.format(**values), about=[user.pk]
    )  # fmt: skip


def _set(user: User, password: str, action: str, *, keep: Access | None) -> None:
    check_rules(password, user)
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "password_changed_at"])
    kept = keep.session_id if keep else None
    for session in Session.objects.open().filter(user=user):
        if session.pk == kept:
            continue
        end_session(session, "password_changed")
    send(user, CHANGED)
    record_everywhere(action, user)
    publish(
        *(
            AccountTouched(
                organization_id=member.organization_id, scope=for_user(user.pk), user_id=user.pk,
                what="password_changed",
            )
            for member in memberships_of(user)
        )
    )  # fmt: skip
