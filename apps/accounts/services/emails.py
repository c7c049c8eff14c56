"""A person's e-mail address: shown to be theirs by a link in a mail, and changed by one."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from apps.accounts.errors import EmailTaken, LinkNotValid
from apps.accounts.models import User
from apps.accounts.selectors import Access
from apps.accounts.services.everywhere import record_everywhere
from apps.accounts.services.links import link_to, person_of
from apps.accounts.services.passwords import confirm, may_mail, send
from apps.accounts.services.sessions import Client
from apps.core.constraints import constraint_means
from apps.core.tenancy import all_organizations

PAGE, GOOD_FOR = "verify-email", timedelta(days=3)
WELCOME = {
    "pt-br": (
        "Bem-vindo ao PyTake",
        "Olá, {name},\n\n{organization} está pronta. Confirme seu endereço de e-mail por este link, que vale por três "
        "dias:\n\n{link}\n",
    ),
    "en": (
        "Welcome to PyTake",
        "Hello {name},\n\n{organization} is ready. Confirm your e-mail address by this link, which is good for three "
        "days:\n\n{link}\n",
    ),
}
VERIFY = {
    "pt-br": (
        "Confirme seu endereço de e-mail",
        "Olá, {name},\n\nconfirme por este link, que vale por três dias, que este endereço é seu:\n\n{link}\n\nSe você "
        "não usa o PyTake, ignore esta mensagem.\n",
    ),
    "en": (
        "Confirm your e-mail address",
        "Hello {name},\n\nconfirm by this link, which is good for three days, that this address is yours:\n\n{link}\n\n"
        "If you don't use PyTake, ignore this message.\n",
    ),
}
MOVED = {
    "pt-br": (
        "Seu endereço de e-mail no PyTake mudou",
        "Olá, {name},\n\nsua conta usa agora o endereço {email}. Se não foi você, avise quem administra sua "
        "organização.\n",
    ),
    "en": (
        "Your e-mail address at PyTake has changed",
        "Hello {name},\n\nyour account now uses the address {email}. If it wasn't you, tell whoever runs your "
        "organization.\n",
    ),
}


def welcome(user: User, organization_name: str) -> None:
    """The first mail, with the link that shows that the address is theirs."""
    send(user, WELCOME, organization=organization_name, link=_link(user, user.email))


def ask(user: User) -> None:
    """Of somebody who joins by an invitation: whoever held its link needn't have read the mailbox."""
    send(user, VERIFY, link=_link(user, user.email))


def send_again(*, access: Access) -> None:
    """Another link for an address that isn't verified yet; a few an hour."""
    if access.user.email_verified_at is None and may_mail(access.user.email):
        with all_organizations("e-mail: a person's own, in all their organizations"):
            send(access.user, VERIFY, link=_link(access.user, access.user.email))


def ask_for_change(*, access: Access, email: str, password: str, client: Client) -> None:
    """Mail a link to the new address, which takes its place once it is followed. Whether the address has an account
    already is told to nobody: then no mail goes out.

    Raises:
        WrongPassword, TooMany
    """
    confirm(access.user, password, client)
    address = email.strip().lower()
    with all_organizations("e-mail: a person's own, in all their organizations"):
        if User.objects.by_email(address) is None and may_mail(address):
            send(access.user, VERIFY, to=address, link=_link(access.user, address))


def verify(*, access: Access, token: str) -> None:
    """The address that the link was sent to is the person's from now on; the one before is told.

    Whoever follows it is signed in, too: a mailbox alone proves nothing for an account that somebody else may have
    made, or moved, to its address.

    Raises:
        LinkNotValid: it is too old or used, or for another account than theirs.
        EmailTaken: somebody registered with it meanwhile.
    """
    with all_organizations("e-mail: the link names a person, not an organization"):
        user, told = person_of(PAGE, token, good_for=GOOD_FOR)
        if user.pk != access.user.pk:
            raise LinkNotValid("This link is for another account than the one that you are signed in with.")
        before, after = user.email, str(told["email"])
        if before == after and user.email_verified_at:
            return  # a mail program looked at the link before the person did
        user.email, user.email_verified_at = after, timezone.now()
        with constraint_means("accounts_email_once", EmailTaken(f"{after} has an account by now.")):
            user.save(update_fields=["email", "email_verified_at"])
        if before == after:
            record_everywhere("email.verified", user)
            return
        send(user, MOVED, to=before, email=after)
        sides = {"before": {"email": before}, "after": {"email": after}}
        record_everywhere("email.changed", user, **sides, personal=("email",))


def _link(user: User, email: str) -> str:
    return link_to(PAGE, user, email=email)
