"""What the fields beside `messages` tell of one person's chat, out of one item of `chats.py`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from apps.core.text import one_line
from apps.whatsapp.payloads.content import media_of
from apps.whatsapp.payloads.messages import LONGEST_NAME, inbound_message
from apps.whatsapp.payloads.types import InboundMedia, InboundMessage, ProviderError
from apps.whatsapp.payloads.values import errors, is_bsuid, mapping, moment, phone, sequence, text, user_id, whole

LONGEST_NOTE: Final = 2000
LONGEST_ROLE: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom an event is about, by whatever it names them."""

    phone: str | None
    bsuid: str | None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """A step of a call. Steps come in any order.

    Attributes:
        inbound: the customer rang.
        status: ringing, accepted, rejected, completed, missed, failed; None where the event tells something else.
        recording, transcript: files that lie at WhatsApp for seven days.
    """

    call_id: str
    person: Person
    inbound: bool | None
    status: str | None
    at: datetime | None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration: int | None = None
    recording: InboundMedia | None = None
    transcript: InboundMedia | None = None
    error: ProviderError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A chat went from one responder to another: `passed` by its owner, or `taken` by the one to escalate to."""

    person: Person
    kind: str
    at: datetime | None
    previous_app_id: str | None
    new_app_id: str | None
    previous_role: str
    new_role: str
    note: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A customer stops or resumes marketing, in WhatsApp's own settings."""

    person: Person
    category: str
    value: str
    at: datetime | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookEntry:
    """A change of the address book of the phone."""

    person: Person
    removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What was said to another responder before the chat became ours."""

    person: Person
    at: datetime | None
    summary: str
    beside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A message of before the number was connected."""

    message: InboundMessage
    outbound: bool
    status: str
    is_placeholder: bool


# What `history_context.status` is to us; a message that is about to leave the phone counts as taken.
_PAST_STATUS: Final = {
    "SENT": "sent", "DELIVERED": "delivered", "READ": "read", "PLAYED": "played", "ERROR": "failed",
    "PENDING": "accepted",
}  # fmt: skip
_CALL_STATUS: Final = {"RINGING": "ringing", "ACCEPTED": "accepted", "REJECTED": "rejected"}


def echo_message(value: dict[str, Any]) -> InboundMessage:
    """Read a message that the business sent elsewhere: `from_phone` and `from_bsuid` are whom it was sent to."""
    echo = mapping(value.get("echo"))
    addressed = {"from": echo.get("to"), "from_user_id": echo.get("to_user_id") or echo.get("recipient")}
    return inbound_message({"message": {**echo, **addressed}, "contact": value.get("contact")})


def call_event(value: dict[str, Any]) -> CallEvent | None:
    """Read a call's event or status; None where it names no call."""
    call = mapping(value.get("call"))
    if not call:
        return _call_status(value)
    call_id = text(call.get("id"))
    if call_id is None:
        return None
    ours = call.get("direction") == "BUSINESS_INITIATED"
    started, ended = moment(call.get("start_time")), moment(call.get("end_time"))
    wrong = errors(call.get("errors")) or errors(value.get("errors"))
    return CallEvent(
        call_id=call_id[:200],
        person=_person(call, value, at="to" if ours else "from"),
        inbound=not ours,
        status=_status_of(call, started, wrong, ours=ours),
        at=moment(call.get("timestamp")) or started,
        started_at=started,
        ended_at=ended,
        duration=whole(call.get("duration")),
        recording=_file(call.get("call_recording"), "audio"),
        transcript=_file(call.get("call_transcript"), "document"),
        error=wrong[0] if wrong else None,
    )


def _status_of(
    call: dict[str, Any], started: datetime | None, wrong: tuple[ProviderError, ...], *, ours: bool
) -> str | None:
    event = text(call.get("event"))
    if event in ("connect", "call_created"):
        return "ringing"
    if event != "terminate":
        return None
    if started is not None or whole(call.get("duration")):
        return "completed"
    failed = (text(call.get("status")) or "").upper() == "FAILED" and (ours or wrong)
    return "failed" if failed else "missed"


def _call_status(value: dict[str, Any]) -> CallEvent | None:
    status = mapping(value.get("call_status"))
    call_id = text(status.get("id"))
    if call_id is None:
        return None
    word = _CALL_STATUS.get((text(status.get("status")) or "").upper())
    person = _person(status, value, at="recipient")
    return CallEvent(
        call_id=call_id[:200], person=person, inbound=None, status=word, at=moment(status.get("timestamp"))
    )


def _file(part: object, kind: str) -> InboundMedia | None:
    return media_of(mapping(mapping(part).get(kind)), ())


def handover(value: dict[str, Any]) -> Handover | None:
    """Read who got a chat; None where it isn't told."""
    kind = text(value.get("type")) or ("control_taken" if "control_taken" in value else "control_passed")
    part = mapping(value.get(kind))
    sender = mapping(value.get("sender"))
    if kind not in ("control_passed", "control_taken"):
        return None
    return Handover(
        person=Person(
            phone=phone(sender.get("phone_number")) or phone(sender.get("wa_id")),
            bsuid=user_id(sender.get("user_id")),
        ),
        kind=kind.removeprefix("control_"),
        at=moment(value.get("timestamp")),
        previous_app_id=text(part.get("previous_owner_app_id")),
        new_app_id=text(part.get("new_owner_app_id")),
        previous_role=(text(part.get("previous_owner_role")) or "")[:LONGEST_ROLE],
        new_role=(text(part.get("new_owner_role")) or "")[:LONGEST_ROLE],
        note=(text(part.get("metadata")) or "")[:LONGEST_NOTE],
        summary=_summary(part.get("conversation_context")),
    )


def conversation_context(value: dict[str, Any]) -> Context | None:
    """Read what was said elsewhere; None where it is empty."""
    summary = _summary(value.get("conversation_context"))
    if not summary:
        return None
    return Context(
        person=_person(value, value, at="from"),
        at=moment(value.get("timestamp")),
        summary=summary,
        beside=text(value.get("beside")) or "",
    )


def _summary(context: object) -> str:
    found = mapping(context)
    said = text(mapping(found.get("summary")).get("text"))
    if said is None:
        items = sequence(mapping(found.get("history")).get("items"))
        lines = (
            text(mapping(item).get("text")) or text(mapping(mapping(item).get("text")).get("body")) for item in items
        )
        said = "\n".join(filter(None, lines))
    return said[:65_536]


def wish(value: dict[str, Any]) -> Wish | None:
    """Read what a customer wants to get, or not to get any longer."""
    part = mapping(value.get("preference"))
    word = text(part.get("value"))
    if word is None:
        return None
    return Wish(
        person=_person(part, value, at="wa_id", by="user_id"),
        category=text(part.get("category")) or "",
        value=word.lower(),
        at=moment(part.get("timestamp")),
        detail=(text(part.get("detail")) or "")[:LONGEST_NOTE],
    )


def book_entry(value: dict[str, Any]) -> BookEntry | None:
    """Read how the phone's owner calls somebody."""
    change = mapping(value.get("state_sync"))
    contact = mapping(change.get("contact"))
    name = text(contact.get("full_name")) or text(contact.get("first_name")) or ""
    person = Person(
        phone=phone(contact.get("phone_number")),
        bsuid=user_id(contact.get("user_id")),
        name=one_line(name)[:LONGEST_NAME],
    )
    known = person.phone is not None or person.bsuid is not None
    return BookEntry(person=person, removed=change.get("action") == "remove") if known else None


def history_error(value: dict[str, Any]) -> ProviderError | None:
    """Why there is no history: code 2593109 says that the phone's owner didn't want to share it."""
    found = errors([value.get("history_error")])
    return found[0] if found else None


def past_messages(value: dict[str, Any]) -> Iterator[Past]:
    """Read a piece of a chat's history; messages without an id or a time have no place."""
    who, by = value.get("with"), value.get("user_id")
    them = phone(who), user_id(by) or (who if is_bsuid(who) else None)
    for message in sequence(value.get("messages")):
        raw = mapping(message)
        outbound = "to" in raw or (phone(raw.get("from")) != them[0] and not is_bsuid(raw.get("from")))
        context = mapping(raw.get("history_context"))
        told = {"message": {**raw, "from": who, "from_user_id": by}, "contact": value.get("contact")}
        read = inbound_message(told)
        if read.wamid is None or read.sent_at is None:
            continue
        read = replace(read, from_phone=them[0] or read.from_phone, from_bsuid=them[1] or read.from_bsuid)
        yield Past(
            message=read,
            outbound=outbound,
            status=_PAST_STATUS.get((text(context.get("status")) or "").upper(), "sent"),
            is_placeholder=text(raw.get("type")) == "media_placeholder",
        )


def _person(part: dict[str, Any], value: dict[str, Any], *, at: str, by: str | None = None) -> Person:
    """By the part's own ids first, then by those of the contact beside it."""
    contact = mapping(value.get("contact"))
    written = part.get("recipient_id") if at == "recipient" else part.get(at)
    bsuid = user_id(part.get(by or f"{at}_user_id")) or (written if is_bsuid(written) else None)
    name = text(mapping(contact.get("profile")).get("name")) or ""
    return Person(
        phone=phone(written) or phone(contact.get("wa_id")),
        bsuid=bsuid or user_id(contact.get("user_id")),
        name=one_line(name)[:LONGEST_NAME],
    )
