"""What is read out of a webhook."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

ItemKind = Literal["message", "status", "echo", "error", "user_action", "other"]
MessageType = Literal[
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "interactive",
    "button",
    "order",
    "template",
    "system",
    "call",
    "unsupported",
]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a webhook tells: one POST can carry a thousand, of several accounts and numbers.

    Attributes:
        field: the change's field (`messages`, `account_update`, ...); "" if there was none. Messages and statuses also
            come in `standby`, where another responder has the chat.
        kind: what `value` holds. `other` is everything else: other fields, unknown keys, messages without an id or
            without a sender (their value has the shape of a message's all the same).
        phone_number_id: the business number it concerns; None if it names none.
        waba_id: `entry.id`, nearly always the WhatsApp Business Account; "" if there was none.
        lane: items of one lane must be handled in order: those of one number and one person.
        value: clean JSON (no NUL, no lone surrogates, no integers over 64 bits, no bottomless nesting). By kind:
            `{"message", "contact", "metadata"}`, `{"status", "contact", "metadata"}`, `{"error", "metadata"}`,
            `{"user_action", "metadata"}`, `{"echo", "contact", "metadata"}`; of fields about chats one person's part of
            them, see `chats.py`; of others the change's value, or `{"raw": ...}` where that is no object. A
            message also has `errors` when the change carries errors beside its messages.
        provider_id: the message's or the status's wamid; None for all others, or when it is missing.
        profile: the sender's (recipient's) entry of `contacts`, found by id and never by position; None if absent.
    """

    field: str
    kind: ItemKind
    phone_number_id: str | None
    waba_id: str
    lane: str
    value: dict[str, Any]
    provider_id: str | None = None
    profile: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ProviderError:
    """An error as webhooks carry it; `code` is None where it isn't a number."""

    code: int | None
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class InboundMedia:
    """A file that a customer sent. It lies at Meta for seven days.

    Attributes:
        provider_id: the media id to ask for; None when WhatsApp could not hand the file over (see `error`).
        sha256: hexadecimal, whatever way it was written; None if it isn't one.
        filename: safe to show and to store under: no path, no control characters; None if the sender named none.
        url: dies within five minutes and needs the token: only a hint.
    """

    provider_id: str | None
    mime_type: str
    sha256: str | None = None
    filename: str | None = None
    caption: str = ""
    voice: bool = False
    animated: bool = False
    url: str | None = None
    error: ProviderError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A message from a customer.

    Attributes:
        wamid: unique within its business number; None if it was missing.
        from_phone: digits without a plus; None for people who hide their number.
        from_bsuid: business-scoped user id, whole.
        profile_name: what the person calls themselves; "" if unknown.
        sent_at: by WhatsApp's clock, to the second; None if missing or not a time.
        type: one of PyTake's; WhatsApp's word is in `raw`.
        content: by type. text {body}; image, video {caption?}; audio {voice}; document {caption?, filename};
            sticker {animated}; location {latitude, longitude, name?, address?, url?}; contacts {contacts: [...]};
            reaction {emoji, message_id: None, to be filled with our own id}; interactive {kind, id?, title?,
            description?, response?}; button {text, payload}; order {catalog_id, text, product_items};
            system {kind, body, ...}; unsupported {kind, detail, raw?}. Edited and deleted messages are
            system {kind: "edit" or "revoke", body, message_id: the changed message's wamid}.
        text: what can be read and searched: body, caption, titles, names.
        context_wamid: the quoted message; context_from: its author's number.
        referral: the ad or post that the person came by.
        referred_product: the product that the person asks about.
        reaction: (wamid, emoji) of the message reacted to; the emoji is None when a reaction is taken away.
        opens_window: whether it lets the business write freely for 24 hours from `sent_at`.
        errors: what WhatsApp says is wrong with it.
        raw: the message as it came.
    """

    wamid: str | None
    from_phone: str | None
    from_bsuid: str | None
    parent_bsuid: str | None
    profile_name: str
    username: str | None
    sent_at: datetime | None
    type: MessageType
    content: dict[str, Any]
    text: str
    media: InboundMedia | None
    context_wamid: str | None
    context_from: str | None
    forwarded: bool
    frequently_forwarded: bool
    referral: dict[str, Any] | None
    referred_product: dict[str, Any] | None
    group_id: str | None
    reaction: tuple[str | None, str | None] | None
    opens_window: bool
    errors: tuple[ProviderError, ...]
    raw: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """What became of a message of ours. Events come repeated and in any order.

    Attributes:
        wamid: None if it was missing.
        status: WhatsApp's word: sent, delivered, read, played, failed; others exist and mean nothing to a message.
        kind: `message`, or what the status is about instead: payment, call.
        at: by WhatsApp's clock, to the second.
        recipient_phone: digits; in groups the participant's.
        group_id: set when the message went to a group.
        opaque: what we sent along as `biz_opaque_callback_data`.
        pricing: {billable?, pricing_model?, type?, category?, ...}; comes once, with any of sent, delivered, read.
    """

    wamid: str | None
    status: str
    kind: str
    at: datetime | None
    recipient_phone: str | None
    recipient_bsuid: str | None
    recipient_parent: str | None = None
    group_id: str | None
    opaque: str | None
    errors: tuple[ProviderError, ...]
    pricing: dict[str, Any] | None
    conversation: dict[str, Any] | None
    raw: dict[str, Any] = field(repr=False)
