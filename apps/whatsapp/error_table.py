"""What an error of WhatsApp means and what the sender does about it. Pure: no clock, no random.

Meta's page: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes. It asks to
branch on `code` and the details, never on titles or HTTP status. The table itself is data: `data/errors.json`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from apps.whatsapp.providers.results import NoToken, NotSent, Refused, Unknown

Action = Literal["retry", "fail", "hold_number", "uncertain"]
Kind = Literal["retry", "wait", "recipient", "number", "template", "auth", "policy", "bug", "info"]
Scope = Literal["message", "pair", "contact", "number", "account", "app"]
Where = Literal["sync", "async", "both"]
Hearer = Literal["sender", "admins"]

ACTION_OF: Final[Mapping[Kind, Action]] = {
    "retry": "retry",
    "wait": "retry",
    "recipient": "fail",
    "number": "hold_number",
    "template": "fail",
    "auth": "hold_number",
    "policy": "fail",
    "bug": "fail",
    "info": "fail",
}
FIRST_WAIT: Final = 5.0
LONGEST_WAIT: Final = 3600.0
ATTEMPTS: Final = 5
NO_SUCH_OBJECT: Final = 33


@dataclass(frozen=True, slots=True)
class KnownError:
    """One line of the table; texts by language (`en`, `pt-br`)."""

    kind: Kind
    where: Where
    title: Mapping[str, str]
    advice: Mapping[str, str]
    action: Action
    scope: Scope
    wait: float | None
    factor: float
    longest_wait: float
    attempts: int

    @property
    def tells(self) -> Hearer:
        """Who hears of it: always the sender, at the message; admins where only they can mend it."""
        return "admins" if self.kind == "policy" or (self.action == "hold_number" and self.wait is None) else "sender"

    def wait_after(self, attempts: int) -> float:
        """Seconds to pause after this many tries: longer each time, up to the longest."""
        first = FIRST_WAIT if self.wait is None else self.wait
        return min(first * self.factor ** min(max(attempts - 1, 0), 30), self.longest_wait)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a message that WhatsApp didn't take.

    Attributes:
        action: `retry` after `wait`; `fail` for good; `hold_number`: the message and all others of its number wait,
            for `wait` seconds, or until somebody mends the number when `wait` is None; `uncertain`: it may have been
            accepted, so no machine sends it again.
        wait: seconds; None where no time is known. With `fail`, how long a person had better wait.
        scope: what the wait is for: the message alone, the pair of number and person, the whole number, ...
        kind: what is the matter.
        title: the reason in a few words, in the language asked for.
        detail: WhatsApp's own words, or the advice where it said none.
        advice: what a person can do, in the language asked for.
    """

    action: Action
    wait: float | None
    scope: Scope
    kind: Kind
    code: int | None
    title: str
    detail: str
    advice: str


def known_error(code: int, subcode: int | None = None) -> KnownError:
    """The table's line for a code; codes that nobody has described get one that says so.

    Args:
        subcode: 33 with code 100 means that the number is gone; others change nothing.
    """
    if code == 100 and subcode == NO_SUCH_OBJECT:
        code = NO_SUCH_OBJECT
    found = _TABLE.by_code.get(code)
    if found is None:
        found = next((error for first, last, error in _TABLE.ranges if first <= code <= last), _TABLE.unknown)
    return found


def is_known(code: int) -> bool:
    """Whether the table has a line for a code."""
    return known_error(code) is not _TABLE.unknown


def codes_for_admins() -> list[int]:
    """Codes about which those who manage numbers are told, though the number goes on."""
    rows = _TABLE.by_code.items()
    return sorted(code for code, error in rows if error.tells == "admins" and error.action == "fail")


def describe(code: int, language: str = "en") -> tuple[str, str]:
    """Title and advice for a code, for errors that come by webhook or are shown again later."""
    error = known_error(code)
    return _text(error.title, language), _text(error.advice, language)


def describe_subcode(subcode: int, language: str = "en") -> str | None:
    """What a subcode says, for the calls that still answer them (numbers, templates); None if it isn't known."""
    title = _TABLE.subcodes.get(subcode)
    return _text(title, language) if title else None


def verdict(
    code: int | None,
    *,
    http_status: int | None = None,
    attempts: int = 1,
    subcode: int | None = None,
    detail: str | None = None,
    retry_after: float | None = None,
    language: str = "en",
) -> Verdict:
    """What to do about the answer to a send.

    Args:
        code: `error.code`; None for an answer without one: a time-out, a reset, HTML, 5xx.
        http_status: only tells a refusal from a failure where the code is unknown.
        attempts: tries so far, this one included.
        subcode: `error.error_subcode`.
        detail: WhatsApp's own words.
        retry_after: seconds that WhatsApp asked for.
        language: `en` or `pt-br`, for title and advice.
    """
    if code is None:
        return _verdict(_TABLE.unclear, "uncertain", None, None, detail, language)
    error = known_error(code, subcode)
    if error is _TABLE.unknown and http_status is not None and http_status >= 500:
        return _verdict(_TABLE.unclear, "uncertain", None, code, detail, language)
    if error.action == "retry":
        if attempts >= error.attempts:
            return _verdict(error, "fail", None, code, detail, language)
        return _verdict(error, "retry", max(error.wait_after(attempts), retry_after or 0), code, detail, language)
    return _verdict(error, error.action, error.wait, code, detail, language)


def verdict_on(failure: Refused | NotSent | NoToken | Unknown, *, attempts: int, language: str = "en") -> Verdict:
    """What to do about a send that wasn't accepted; arguments as for `verdict`."""
    if isinstance(failure, Unknown):
        return verdict(None, detail=failure.reason, language=language)
    if isinstance(failure, NoToken):
        return _verdict(_TABLE.no_token, _TABLE.no_token.action, None, None, failure.reason, language)
    if isinstance(failure, NotSent):
        error = _TABLE.unreached
        return _verdict(error, "retry", error.wait_after(attempts), None, failure.reason, language)
    return verdict(
        failure.code,
        http_status=failure.http_status,
        attempts=attempts,
        subcode=failure.subcode,
        detail=failure.detail,
        retry_after=failure.retry_after,
        language=language,
    )


def _verdict(
    error: KnownError, action: Action, wait: float | None, code: int | None, detail: str | None, language: str
) -> Verdict:
    advice = _text(error.advice, language)
    return Verdict(
        action=action,
        wait=wait,
        scope=error.scope,
        kind=error.kind,
        code=code,
        title=_text(error.title, language),
        detail=detail or advice,
        advice=advice,
    )


def _text(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language.lower()) or texts["en"]


@dataclass(frozen=True, slots=True)
class _Table:
    by_code: Mapping[int, KnownError]
    ranges: tuple[tuple[int, int, KnownError], ...]
    subcodes: Mapping[int, Mapping[str, str]]
    unknown: KnownError
    unclear: KnownError
    unreached: KnownError
    no_token: KnownError


def _load(path: Path) -> _Table:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return _Table(
        by_code={row["code"]: _error(row) for row in data["errors"]},
        ranges=tuple((row["first"], row["last"], _error(row)) for row in data["ranges"]),
        subcodes={row["subcode"]: row["title"] for row in data["subcodes"]},
        unknown=_error(data["unknown"]),
        unclear=_error(data["unclear"]),
        unreached=_error(data["unreached"]),
        no_token=_error(data["no_token"]),
    )


def _error(row: dict[str, Any]) -> KnownError:
    kind: Kind = row["class"]
    if kind not in get_args(Kind):
        raise ValueError(f"errors.json names an unknown class: {kind}")
    return KnownError(
        kind=kind,
        where=row["where"],
        title=row["title"],
        advice=row["advice"],
        action=row.get("action", ACTION_OF[kind]),
        scope=row.get("scope", "message"),
        wait=row.get("wait_seconds"),
        factor=row.get("factor", 2),
        longest_wait=row.get("max_wait_seconds", LONGEST_WAIT),
        attempts=row.get("attempts", ATTEMPTS),
    )


_TABLE: Final = _load(Path(__file__).parent / "data" / "errors.json")
