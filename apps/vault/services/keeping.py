"""Secrets as people keep them: added, changed, given another value, looked at, deleted. The audit log knows each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.services import audit
from apps.core.constraints import constraint_means
from apps.vault import registry
from apps.vault.errors import (
    ChatbotNotNamed,
    NameNotValid,
    NameTaken,
    NoSuchChatbot,
    SecretUnreadable,
    ValueNotValid,
)
from apps.vault.models import Secret
from apps.vault.selectors import lock_secret
from apps.vault.services import sealing

LARGEST_VALUE = 65_536  # bytes
LONGEST_NAME = 100
_NAME = re.compile(rf"[a-z0-9_]{{1,{LONGEST_NAME}}}")
_SCOPES = Secret.Scope


class Details(TypedDict, total=False):
    """What people may say about a secret beside its value."""

    display_name: str
    description: str
    is_active: bool
    labels: dict[str, Any]


@dataclass(frozen=True)
class Validation:
    """Whether a value can still be read; `detail` says why not."""

    valid: bool
    provider: str
    detail: str = ""


@transaction.atomic
def create_secret(
    *, organization_id: UUID, name: str, value: str, scope: str = "", chatbot_id: UUID | None = None,
    **details: Unpack[Details],
) -> Secret:  # fmt: skip
    """
    Args:
        name: `[a-z0-9_]+`, by which flows, numbers and AI ask for it.
        value: up to 64 KB of any text but an empty one.
        scope: organization or chatbot; left out, `chatbot_id` decides.

    Raises:
        NameNotValid, ValueNotValid, ChatbotNotNamed
        NoSuchChatbot: the organization has none of this id.
        NameTaken: the organization, or this chatbot, has one of this name.
        ProviderAway
    """
    _check_name(name)
    _check_value(value)
    scope = scope or (_SCOPES.CHATBOT if chatbot_id else _SCOPES.ORGANIZATION)
    _check_scope(organization_id, scope, chatbot_id)
    secret = Secret(organization_id=organization_id, name=name, scope=scope, chatbot_id=chatbot_id, **details)
    _apply(secret, sealing.seal(value, secret.owner))
    with constraint_means("vault_secret_name_once", NameTaken(f"There is a secret “{name}” here already.")):
        secret.save(force_insert=True)
    _record("created", secret, after=_said(secret))
    return secret


@transaction.atomic
def change_secret(*, secret: Secret, value: str | None = None, **details: Unpack[Details]) -> Secret:
    """What isn't named stays; `labels` are replaced as a whole. A `value` is a new one, as by `rotate_secret()`.

    Raises:
        NotFound: the secret was deleted meanwhile.
        ValueNotValid, ProviderAway
    """
    # Asked before the row is locked: nobody waits for somebody else's server.
    made = _new_value(secret, value) if value is not None else {}
    secret = lock_secret(secret)
    before = _said(secret)
    _apply(secret, {**details, **made})
    secret.save(force_update=True)
    after = _said(secret)
    differing = [name for name in after if after[name] != before[name]]
    if differing:
        _record("changed", secret, before={k: before[k] for k in differing}, after={k: after[k] for k in differing})
    if made:
        _record("rotated", secret)
    return secret


def rotate_secret(*, secret: Secret, value: str) -> Secret:
    """Give it a new value; whoever uses it has the new one from now on.

    Raises:
        NotFound: the secret was deleted meanwhile.
        ValueNotValid, ProviderAway
    """
    return change_secret(secret=secret, value=value)


@transaction.atomic
def delete_secret(*, secret: Secret) -> None:
    """
    Raises:
        NotFound: the secret was deleted meanwhile.
    """
    secret = lock_secret(secret, for_deletion=True)
    _record("deleted", secret, before=_said(secret))
    secret.delete()


@transaction.atomic
def reveal_secret(*, secret: Secret) -> str:
    """The value, for a person to see. That they saw it is written down in the same transaction.

    Raises:
        SecretUnreadable, ProviderAway
    """
    value = sealing.opened(secret)
    _record("revealed", secret)
    return value


@transaction.atomic
def validate_secret(*, secret: Secret) -> Validation:
    """
    Raises:
        ProviderAway: nobody can tell just now.
    """
    try:
        sealing.opened(secret)
        validation = Validation(valid=True, provider=secret.provider)
    except SecretUnreadable as error:
        validation = Validation(valid=False, provider=secret.provider, detail=error.detail)
    _record("validated", secret, after={"valid": validation.valid})
    return validation


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise NameNotValid


def _check_value(value: str) -> None:
    """
    Raises:
        ValueNotValid
    """
    if not value.strip():
        raise ValueNotValid("A value is never empty.")
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        raise ValueNotValid("A value holds no lone surrogates.") from error
    if size > LARGEST_VALUE:
        raise ValueNotValid(f"This has {size} bytes, and {LARGEST_VALUE} is the most.")


def _check_scope(organization_id: UUID, scope: str, chatbot_id: UUID | None) -> None:
    if scope == _SCOPES.CHATBOT and chatbot_id is None:
        raise ChatbotNotNamed
    if scope == _SCOPES.ORGANIZATION and chatbot_id is not None:
        raise ChatbotNotNamed("A secret of the organization is no chatbot’s.")
    if chatbot_id is not None and not registry.is_chatbot(organization_id, chatbot_id):
        raise NoSuchChatbot


def _new_value(secret: Secret, value: str) -> dict[str, Any]:
    _check_value(value)
    return {**sealing.seal(value, secret.owner), "rotated_at": timezone.now()}


def _apply(secret: Secret, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(secret, name, value)


def _said(secret: Secret) -> dict[str, Any]:
    return {
        "name": secret.name,
        "scope": secret.scope,
        "chatbot_id": secret.chatbot_id,
        "display_name": secret.display_name,
        "description": secret.description,
        "is_active": secret.is_active,
        "labels": secret.labels,
    }


def _record(what: str, secret: Secret, **sides: Mapping[str, Any]) -> None:
    sides["after"] = {"name": secret.name, **sides.get("after", {})}
    audit.record(
        f"secrets.{what}",
        organization_id=secret.organization_id,
        target="secret",
        target_id=secret.pk,
        before=sides.get("before"),
        after=sides["after"],
    )
