"""Kinds of refusal. Services raise their subclasses; only `problems.py` knows what they are in HTTP."""

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType
from typing import Any, ClassVar


class DomainError(Exception):
    """A request that the domain's rules refuse.

    Args:
        detail: one sentence for the person who asked; left out, the class's example stands in.
        field: the value at fault, where the class doesn't name it.
    """

    title: ClassVar[str]
    example: ClassVar[str]
    field: str | None = None
    more: Mapping[str, Any] = MappingProxyType({})  # further members of the problem, for programs

    def __init__(self, detail: str | None = None, *, field: str | None = None) -> None:
        self.detail = detail or self.example
        self.field = field or self.field
        super().__init__(self.detail)


class Conflict(DomainError):
    """What is asked is well said but doesn't fit the present state."""


class Invalid(DomainError):
    """A value can't be right, whatever the state; `field` names it."""

    title, example = "Some values are not valid", "See errors."


class Unprocessable(DomainError):
    """The request is well said, and can't be carried out as it is."""


class NotFound(DomainError):
    """There is no such thing, or it is another organization's: the answer doesn't tell which."""

    title, example = "Not Found", "There is no such thing here."


class NotSignedIn(DomainError):
    """Whoever asks has not shown who they are."""

    title, example = "Unauthorized", "Sign in: send an access token that is valid."


class TokenInvalid(NotSignedIn):
    """A token is sent, and it says nothing that we trust."""

    title, example = "Token not valid", "This token is expired, was used already, or is none of ours."


class SignedOut(NotSignedIn):
    """A token is genuine, and what it stood for has ended."""

    title, example = "Signed out", "This session has ended. Sign in again."


class PaymentRequired(DomainError):
    """What is asked goes beyond what is paid for."""


class Forbidden(DomainError):
    """Whoever asks is known, and may not do this."""

    title, example = "Forbidden", "Your role doesn't allow this."


class MfaEnrollmentRequired(Forbidden):
    """The organization demands second factors, and whoever asks has none yet."""

    title, example = "Second factor demanded", "This organization demands a second factor: set one up first."


class TooLarge(DomainError):
    """More bytes than this place takes."""

    title, example = "Too large", "A file may have 100 MB."


class UnsupportedMediaType(DomainError):
    """The body is of a type that isn't read here."""

    title, example = "Unsupported media type", "This body is of a type that isn't read here."


class Busy(DomainError):
    """Nothing is wrong with what is asked; the database had no time for it. Nothing was changed."""

    title, example = "Busy", "Others are changing the same thing just now. Nothing was changed; try again."


class TooMany(DomainError):
    """Asked too often; the answer says how long to wait."""

    title, example = "Too many requests", "Try again in 30 seconds."

    def __init__(self, detail: str | None = None, *, field: str | None = None, retry_after: float = 0) -> None:
        self.retry_after = ceil(retry_after)  # in seconds; 0: nobody knows
        if self.retry_after and detail is None:
            detail = f"Try again in {self.retry_after} seconds."
        super().__init__(detail, field=field)


class UrlRefused(Invalid):
    """An address that users have configured, and that nothing of ours may call."""

    title, example = "Address refused", "10.0.0.7 is not on the public internet."
    field = "url"


class CallFailed(Unprocessable):
    """A server that users have configured didn't answer as it should."""

    title, example = "Call failed", "The call failed: nobody answers there."
