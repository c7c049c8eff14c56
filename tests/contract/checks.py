"""What schemathesis does beyond its own; it loads this file in its process, which knows nothing of Django."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import schemathesis
from schemathesis import Case, Response
from schemathesis.checks import CheckContext
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.generation.meta import TestPhase
from schemathesis.hooks import HookContext
from schemathesis.specs.openapi.checks import negative_data_rejection

FOLDER = Path(os.environ["CONTRACT_FOLDER"])
KNOWN = json.loads((FOLDER / "known.json").read_text())
# These end the sign-in under which they are asked, or a person's others: each call has a person of its own.
ENDING = (
    "/api/v1/auth/logout/",
    "/api/v1/auth/password-change/",
    "/api/v1/auth/sessions/revoke-others/",
    "/api/v1/auth/switch/",
    "/api/v1/users/me/leave/",
)
SIGN_INS = cycle(KNOWN["sign_ins"])
# A None leaves the id that was made up.
IDS: dict[str, Iterator[str | None]] = {name: cycle([*ids, None]) for name, ids in KNOWN["ids"].items()}
IDS["client_id"] = (str(UUID(int=number)) for number in count(1))  # once used, it answers what it answered before
FILES = dict.fromkeys(["image", "video", "audio", "document", "sticker"], "media_id")
PARTS = FILES | {part: part for part in ("text", "location", "contacts", "reaction")}
_callers = count(1)


@schemathesis.hook
def before_call(_context: HookContext, case: Case, _options: dict[str, Any]) -> None:
    case.headers["Authorization"] = f"Bearer {_token(case)}"
    if case.path.startswith("/api/v1/auth/"):
        case.headers["X-Forwarded-For"] = f"2001:db8::{next(_callers):x}"  # or all but the first would be too many
    for name in case.path_parameters:
        if ids := _ids_of_path(case, name):
            case.path_parameters[name] = _row_of_path(ids, case.path_parameters[name])
    _name_rows(case.query)
    _name_rows(case.body)
    if case.meta and case.meta.generation.mode.is_positive and isinstance(case.body, dict):
        _fit_together(case.body)


def _ids_of_path(case: Case, name: str) -> Iterator[str | None] | None:
    """What the operation has of its own is for its `{id}`, or for the last id of its path."""
    whose = "id" if "id" in case.path_parameters else re.findall(r"{(\w+)}", case.path)[-1]
    own = IDS.get(f"{case.method} {case.path}") if name == whose else None
    return own or IDS.get(name)


def _token(case: Case) -> str:
    if case.path in ENDING:
        return next(SIGN_INS)
    return str(KNOWN["support" if f"{case.method} {case.path}" in KNOWN["for_staff"] else "token"])


@schemathesis.hook
def after_call(_context: HookContext, case: Case, answer: Response) -> None:
    if answer.status_code < 300:
        with (FOLDER / "successes").open("a") as successes:
            successes.write(f"{case.method} {case.path}\n")


@schemathesis.check
def refuses_what_is_wrong(context: CheckContext, answer: Response, case: Case) -> None:
    """Schemathesis' own check, less what we read all the same."""
    if case.meta is None or case.meta.phase.name != TestPhase.COVERAGE:
        return  # fuzzing calls wrong what is right once it is in an address
    try:
        negative_data_rejection(context, answer, case)
    except AcceptedNegativeData as accepted:
        # A number for a text, 0 for false; and an empty query parameter is one that is left out.
        if not str(accepted.message).endswith("Incorrect type") and "" not in (case.query or {}).values():
            raise


def _name_rows(sent: Any) -> None:
    """Ids that are made up become ids of rows, mostly: what is refused for its id tells nothing of the rest."""
    inside = sent.items() if isinstance(sent, dict) else enumerate(sent) if isinstance(sent, list) else ()
    for key, value in inside:
        if key in IDS and isinstance(value, list):
            sent[key] = [_row(IDS[key], each) for each in value]
        elif key in IDS:
            sent[key] = _row(IDS[key], value)
        else:
            _name_rows(value)


def _row(ids: Iterator[str | None], value: Any) -> Any:
    with suppress(ValueError, AttributeError, TypeError):
        UUID(value)
        return next(ids) or value
    return value


def _row_of_path(ids: Iterator[str | None], value: Any) -> Any:
    """Some paths only say of an id which characters it has."""
    looks_right = isinstance(value, str) and re.fullmatch(r"[0-9A-Fa-f-]{36}", value)
    return next(ids) or value if looks_right else value


def _fit_together(body: dict[str, Any]) -> None:
    """What the schema doesn't say: a conversation is with a contact or a phone, a message has its type's part."""
    if "contact_id" in body:
        body.pop("phone", None)
    message = body.get("message", body)
    if isinstance(message, dict) and PARTS.get(message.get("type", "")) not in message:
        for kind in [kind for kind, part in PARTS.items() if part in message][:1]:
            message["type"] = kind
