"""Access tokens and app secrets as they are used. One stands with its number or app, or in the organization's vault:
then its place holds the secret's name, `{{secret:whatsapp_token}}`.

Nothing of the vault is remembered here, so that a new value counts from the next look on; every look is a use.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import OperationalError

from apps.core.tenancy import organization_scope
from apps.vault.errors import NoSuchSecret, ProviderAway, SecretInactive, SecretUnreadable
from apps.vault.services import secret_named_in, use_secret
from apps.whatsapp.errors import SecretNotUsable
from apps.whatsapp.models import Number
from apps.whatsapp.providers import NoToken, NotSent

_FIT_FOR_A_HEADER = re.compile(r"[ -~]{1,2048}")


def opened(organization_id: UUID | None, text: str, *, field: str = "access_token") -> str:
    """A token or app secret itself, wherever it stands; call it in a scope that reaches the organization.

    Args:
        organization_id: None of an app of the installation's, which has no vault.
        field: what is refused.

    Raises:
        SecretNotUsable: there is none of this name, it is switched off, unreadable, or no token.
        ProviderAway: whoever keeps the vault's keys doesn't answer.
    """
    name = secret_named_in(text)
    if name is None:
        return text
    if organization_id is None:
        raise SecretNotUsable("An app of the installation has no organization's vault.", field=field)
    try:
        value = use_secret(organization_id=organization_id, name=name).strip()
    except (NoSuchSecret, SecretInactive, SecretUnreadable) as refusal:
        raise SecretNotUsable(refusal.detail, field=field) from refusal
    if not _FIT_FOR_A_HEADER.fullmatch(value):
        raise SecretNotUsable(f"The secret “{name}” is no token: one has a single line of plain letters.", field=field)
    return value


def token_of(number: Number) -> str | NoToken:
    """The number's token, in a scope that is open.

    Raises:
        ProviderAway
    """
    try:
        return opened(number.organization_id, number.access_token)
    except SecretNotUsable as refusal:
        return NoToken(refusal.detail)


async def token_for(number: Number) -> str | NoToken | NotSent:
    """As `token_of()`, for whoever has no scope open. A number with a token of its own asks nobody.

    In a thread of its own: while a vault is slow, nobody else's work waits behind it.
    """
    if secret_named_in(number.access_token) is None:
        return number.access_token
    look: Any = database_sync_to_async(_look, thread_sensitive=False)
    found: str | NoToken | NotSent = await look(number)
    return found


class SharedTokens:
    """The tokens of messages that leave together: whoever comes first looks, once for each number."""

    def __init__(self) -> None:
        self._looks: dict[UUID, asyncio.Task[str | NoToken | NotSent]] = {}

    async def of(self, number: Number) -> str | NoToken | NotSent:
        if number.pk not in self._looks:
            self._looks[number.pk] = asyncio.create_task(token_for(number))
        return await self._looks[number.pk]


def live_secrets(organization_id: UUID | None, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Those of an app's secrets that are to be had; for the door, which has no scope open.

    Raises:
        ProviderAway: nobody can tell just now who signed.
    """
    if all(secret_named_in(text) is None for text in texts):
        return texts
    if organization_id is None:
        return tuple(text for text in texts if secret_named_in(text) is None)
    found = []
    with organization_scope(organization_id):
        for text in texts:
            with suppress(SecretNotUsable):
                found.append(opened(organization_id, text))
    return tuple(found)


def _look(number: Number) -> str | NoToken | NotSent:
    try:
        with organization_scope(number.organization_id):
            return token_of(number)
    except ProviderAway as trouble:
        return NotSent(trouble.detail)
    except OperationalError as trouble:
        return NotSent(f"The vault can't be read: {trouble}")
