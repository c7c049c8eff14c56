"""How a call to a provider can end. Every ending is a value: the caller decides with the error table, not by except.

`NotSent` and `Unknown` differ in one thing that everything rests on: whether the provider may have acted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message. It is not sent yet: a status tells that.

    Attributes:
        wamid: the message's id; the same one comes back in its statuses.
        wa_id: the recipient's number as WhatsApp writes it; it may differ from the one asked for (Brazil, Mexico),
            and is None for a send to a user id.
        user_id: the recipient's business-scoped user id, where the answer names it.
        message_status: templates only: accepted, held_for_quality_assessment, paused.
    """

    wamid: str
    wa_id: str | None = None
    user_id: str | None = None
    message_status: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider answered with an error that has a code: it did nothing.

    Attributes:
        code: Meta's `error.code`; what to do about it is in the error table.
        title: Meta's short words; never branch on them.
        detail: Meta's explanation, for a person.
        fbtrace_id: what Meta's support asks for.
        retry_after: seconds that the provider asks to wait, where it says so.
    """

    code: int
    subcode: int | None
    title: str
    detail: str
    http_status: int
    fbtrace_id: str | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """Not a byte of the request's body left this machine: repeating it is safe."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoToken:
    """The number's access token is not to be had: nobody was asked, and nobody will be until a person mends it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request left and no clear answer came: a time-out, a reset, an answer without a code. It may have worked."""

    reason: str
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The provider did what was asked and has nothing to tell."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file lies at the provider; `media_id` sends it, from the same number, for 30 days."""

    media_id: str


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """Where a file can be fetched, for about five minutes.

    Attributes:
        sha256: hexadecimal, lower case; None if the provider didn't say.
        size: in bytes; None if the provider didn't say.
    """

    url: str
    mime_type: str | None
    sha256: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file was written whole; `sha256` (hexadecimal) and `size` are of the bytes that came."""

    size: int
    sha256: str
    mime_type: str | None


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The file has more bytes than the caller takes; what was written of it is worthless."""

    limit: int


@dataclass(frozen=True, slots=True)
class NumberInfo:
    """The fields of a business number that were asked for, as Graph writes them."""

    fields: Mapping[str, Any]


Failure = Refused | NotSent | NoToken | Unknown
SendResult = Accepted | Failure
