"""Links in mails that show who somebody is: signed, and good until what they would change has changed.

A link carries a mark of the person's password and address. Whatever changes one of them ends every link that was sent
before, so that each is good once and nothing has to be kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.accounts.errors import LinkNotValid
from apps.accounts.models import User


def link_to(page: str, user: User, **more: str) -> str:
    """The address of a page of the web app, with a token for it."""
    token = signing.dumps({"user": str(user.pk), "mark": _mark(page, user), **more}, salt=f"accounts.{page}")
    return f"{settings.PUBLIC_URL}/app/{page}?token={quote(token, safe='')}"


def person_of(page: str, token: str, *, good_for: timedelta) -> tuple[User, dict[str, Any]]:
    """Whom a link was made for, locked until the transaction ends, and what else it carries; inside the door.

    Raises:
        LinkNotValid: it is none of ours, too old, or was used.
    """
    try:
        told = signing.loads(token, salt=f"accounts.{page}", max_age=good_for)
    except signing.BadSignature as error:
        raise LinkNotValid from error
    user = User.objects.select_for_update(no_key=True).filter(pk=told["user"], is_active=True).first()
    if user is None or not constant_time_compare(told["mark"], _mark(page, user)):
        raise LinkNotValid
    return user, told


def _mark(page: str, user: User) -> str:
    return salted_hmac(f"accounts.{page}", f"{user.pk} {user.password} {user.email}").hexdigest()[:32]
