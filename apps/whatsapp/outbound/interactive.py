"""What a customer can tap: buttons, lists, forms, products, requests; one class for each kind.

Sources: the pages under https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/ of each
kind (reply buttons, list, CTA URL, flow, single and multi product, catalog, location and contact information request,
address, call buttons and permissions). What each may have is data: `messages.interactive` of `apps.whatsapp.limits`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from apps.whatsapp.errors import LimitExceeded, MessageNotValid
from apps.whatsapp.limits import LIMITS, bounds, check_length
from apps.whatsapp.outbound.emoji import has_emoji
from apps.whatsapp.outbound.plain import Media, check_link, media_part

LIMITS_OF_KINDS: Final[Mapping[str, Any]] = LIMITS["messages"]["interactive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interactive:
    """What all kinds have.

    Attributes:
        header: a text, or a file.
    """

    kind: ClassVar[str]
    body: str = ""
    header: str | Media | None = None
    footer: str = ""

    def action(self) -> dict[str, Any]:
        """Meta's `action`."""
        return {"name": self.kind}

    def check(self) -> None:
        """Refuse what is wrong with the action; `field` counts from the interactive message."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A button whose id comes back when it is tapped."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Buttons(Interactive):
    kind: ClassVar[str] = "button"
    buttons: tuple[Reply, ...]

    def action(self) -> dict[str, Any]:
        return {"buttons": [{"type": "reply", "reply": {"id": b.id, "title": b.title}} for b in self.buttons]}

    def check(self) -> None:
        bounds("interactive", "button", "buttons").check("buttons", len(self.buttons), "buttons")
        check_replies("buttons", self.buttons, "button", "title")


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Interactive):
    """A list: a button opens it, and one of its rows is chosen."""

    kind: ClassVar[str] = "list"
    button: str
    sections: tuple[Section, ...]

    def action(self) -> dict[str, Any]:
        return {"button": self.button, "sections": [_section(section) for section in self.sections]}

    def check(self) -> None:
        check_length("button", self.button, "interactive", "list", "button")
        _check_sections("list", [section.title for section in self.sections])
        for at, section in enumerate(self.sections):
            bounds("interactive", "list", "rows").check(f"sections.{at}.rows", len(section.rows), "rows")
            for place, row in enumerate(section.rows):
                _check_row(f"sections.{at}.rows.{place}", row)
        rows = [row for section in self.sections for row in section.rows]
        bounds("interactive", "list", "rows_in_all").check("sections", len(rows), "rows in all")
        check_differ("sections", (row.id for row in rows), "ids of the rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkButton(Interactive):
    kind: ClassVar[str] = "cta_url"
    display_text: str
    url: str

    def action(self) -> dict[str, Any]:
        return {"name": "cta_url", "parameters": {"display_text": self.display_text, "url": self.url}}

    def check(self) -> None:
        check_length("display_text", self.display_text, "interactive", "cta_url", "display_text")
        check_url("url", self.url, "interactive", "cta_url", "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Interactive):
    """A button that opens a form. `payload` is the first screen and its data, for `navigate`."""

    kind: ClassVar[str] = "flow"
    flow_cta: str
    flow_id: str = ""
    flow_name: str = ""
    flow_token: str = ""
    mode: str = "published"
    flow_action: str = "navigate"
    payload: Mapping[str, Any] = field(default_factory=dict)

    def action(self) -> dict[str, Any]:
        optional = {
            "flow_id": self.flow_id,
            "flow_name": self.flow_name,
            "flow_token": self.flow_token,
            "flow_action_payload": dict(self.payload),
        }
        parameters = {
            "flow_message_version": "3",
            "flow_cta": self.flow_cta,
            "mode": self.mode,
            "flow_action": self.flow_action,
        }
        return {"name": "flow", "parameters": parameters | {key: value for key, value in optional.items() if value}}

    def check(self) -> None:
        if bool(self.flow_id) == bool(self.flow_name):
            raise MessageNotValid("A form is named either by flow_id or by flow_name.", field="flow_id")
        check_length("flow_cta", self.flow_cta, "interactive", "flow", "flow_cta")
        if has_emoji(self.flow_cta):
            raise MessageNotValid("The button of a form has no emoji.", field="flow_cta")
        limits = LIMITS_OF_KINDS["flow"]
        check_word("mode", self.mode, limits["modes"])
        check_word("flow_action", self.flow_action, limits["flow_actions"])
        screen, data = self.payload.get("screen"), self.payload.get("data")
        if self.payload and not (screen and isinstance(screen, str)):
            raise MessageNotValid("The payload of a form names its first screen.", field="flow_action_payload.screen")
        if data is not None and not isinstance(data, Mapping):
            raise MessageNotValid("The data of a form is an object.", field="flow_action_payload.data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Interactive):
    kind: ClassVar[str] = "product"
    catalog_id: str
    product_retailer_id: str

    def action(self) -> dict[str, Any]:
        return {"catalog_id": self.catalog_id, "product_retailer_id": self.product_retailer_id}

    def check(self) -> None:
        check_present("catalog_id", self.catalog_id)
        check_present("product_retailer_id", self.product_retailer_id)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section of products, by their ids at the shop."""

    title: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Products(Interactive):
    kind: ClassVar[str] = "product_list"
    catalog_id: str
    sections: tuple[Shelf, ...]

    def action(self) -> dict[str, Any]:
        return {"catalog_id": self.catalog_id, "sections": [shelf_of(section) for section in self.sections]}

    def check(self) -> None:
        check_present("catalog_id", self.catalog_id)
        _check_sections("product_list", [section.title for section in self.sections])
        for at, section in enumerate(self.sections):
            where = f"sections.{at}.product_items"
            bounds("interactive", "product_list", "products").check(where, len(section.products), "products")
            for place, product in enumerate(section.products):
                check_present(f"{where}.{place}.product_retailer_id", product)
        count = sum(len(section.products) for section in self.sections)
        bounds("interactive", "product_list", "products_in_all").check("sections", count, "products in all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog(Interactive):
    kind: ClassVar[str] = "catalog_message"
    thumbnail_product_retailer_id: str = ""

    def action(self) -> dict[str, Any]:
        shown = {"thumbnail_product_retailer_id": self.thumbnail_product_retailer_id}
        return {"name": "catalog_message"} | ({"parameters": shown} if self.thumbnail_product_retailer_id else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationRequest(Interactive):
    kind: ClassVar[str] = "location_request_message"

    def action(self) -> dict[str, Any]:
        return {"name": "send_location"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRequest(Interactive):
    """Asks for the customer's phone number; the answer is a visiting card."""

    kind: ClassVar[str] = "request_contact_info"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressForm(Interactive):
    """A form for a postal address, as Meta has it for these countries only."""

    kind: ClassVar[str] = "address_message"
    country: str
    values: Mapping[str, Any] = field(default_factory=dict)
    saved_addresses: tuple[Mapping[str, Any], ...] = ()
    validation_errors: Mapping[str, Any] = field(default_factory=dict)

    def action(self) -> dict[str, Any]:
        optional = {
            "values": dict(self.values),
            "saved_addresses": [dict(each) for each in self.saved_addresses],
            "validation_errors": dict(self.validation_errors),
        }
        parameters = {"country": self.country} | {key: value for key, value in optional.items() if value}
        return {"name": "address_message", "parameters": parameters}

    def check(self) -> None:
        check_word("country", self.country, LIMITS_OF_KINDS["address_message"]["countries"])


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceCall(Interactive):
    """A button by which the customer calls; without words of ours WhatsApp labels it."""

    kind: ClassVar[str] = "voice_call"
    display_text: str = ""
    ttl_minutes: int | None = None
    payload: str = ""

    def action(self) -> dict[str, Any]:
        optional = {"display_text": self.display_text, "ttl_minutes": self.ttl_minutes, "payload": self.payload}
        parameters = {key: value for key, value in optional.items() if value}
        return {"name": "voice_call"} | ({"parameters": parameters} if parameters else {})

    def check(self) -> None:
        check_length("display_text", self.display_text, "interactive", "voice_call", "display_text")
        check_length("payload", self.payload, "interactive", "voice_call", "payload")
        if self.ttl_minutes is not None:
            bounds("interactive", "voice_call", "ttl_minutes").check("ttl_minutes", self.ttl_minutes, "minutes")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPermission(Interactive):
    kind: ClassVar[str] = "call_permission_request"


def interactive_part(content: Interactive) -> tuple[str, Any]:
    part: dict[str, Any] = {"type": content.kind}
    if content.header is not None:
        part["header"] = header_part(content.header)
    if content.body:
        part["body"] = {"text": content.body}
    if content.footer:
        part["footer"] = {"text": content.footer}
    return "interactive", part | {"action": content.action()}


def header_part(header: str | Media) -> dict[str, Any]:
    if isinstance(header, str):
        return {"type": "text", "text": header}
    kind, part = media_part(header)
    return {"type": kind, kind: part}


def check_interactive(content: Interactive) -> None:
    limits = LIMITS_OF_KINDS[content.kind]
    _check_header(content, limits)
    _check_own("body", content.body, content.kind)
    _check_own("footer", content.footer, content.kind)
    content.check()


def _check_header(content: Interactive, limits: Mapping[str, Any]) -> None:
    header = content.header
    if header is None:
        if limits.get("header_required"):
            raise MessageNotValid("This kind of message needs a header.", field="header")
        return
    check_header("header", header, limits["headers"])


def check_header(field: str, header: str | Media, allowed: Iterable[str]) -> None:
    """Refuse a header of a kind that WhatsApp shows not here, or too long."""
    kind = "text" if isinstance(header, str) else header.kind
    if kind not in allowed:
        words = ", ".join(allowed) or "no header"
        raise MessageNotValid(f"A {kind} is no header of this kind of message: {words}.", field=f"{field}.type")
    if isinstance(header, str):
        check_filled(f"{field}.text", header, "interactive", "header_text")
    else:
        if header.link:
            check_link(f"{field}.link", header.link)
        check_length(f"{field}.filename", header.filename, "interactive", "header_filename")


def _check_own(part: str, text: str, kind: str) -> None:
    """A text by the limit of its kind, or else by the one of all kinds."""
    path = ("interactive", kind, part) if part in LIMITS_OF_KINDS[kind] else ("interactive", part)
    if bounds(*path).most == 0 and text:
        raise LimitExceeded(f"WhatsApp shows no {part} with this kind of message.", field=part, limit=0)
    check_filled(part, text, *path)


def check_filled(field: str, text: str, *path: str) -> None:
    """As `check_length`, and where something is needed spaces alone are nothing."""
    if bounds(*path).least and not text.strip():
        raise LimitExceeded("This is empty.", field=field, limit=bounds(*path).least)
    check_length(field, text, *path)


def check_replies(field: str, replies: Iterable[Reply], kind: str, title: str) -> None:
    """Buttons that come back: neither two ids nor two labels may be the same."""
    replies = [*replies]
    for at, button in enumerate(replies):
        check_filled(f"{field}.{at}.id", button.id, "interactive", kind, "id")
        check_filled(f"{field}.{at}.title", button.title, "interactive", kind, title)
    check_differ(field, (button.id for button in replies), "ids of the buttons")
    check_differ(field, (button.title for button in replies), "titles of the buttons")


def check_differ(field: str, values: Iterable[str], what: str) -> None:
    found = [*values]
    if len({*found}) < len(found):
        raise MessageNotValid(f"The {what} must differ.", field=field)


def check_url(field: str, url: str, *path: str) -> None:
    check_filled(field, url, *path)
    try:
        address = urlsplit(url)
    except ValueError:
        address = urlsplit("")
    if address.scheme not in ("http", "https") or not address.hostname or any(letter.isspace() for letter in url):
        raise MessageNotValid("This is no http:// or https:// address.", field=field)


def check_present(field: str, value: str) -> None:
    if not value.strip():
        raise MessageNotValid("This is needed, and empty.", field=field)


def shelf_of(section: Shelf) -> dict[str, Any]:
    items = [{"product_retailer_id": product} for product in section.products]
    return ({"title": section.title} if section.title else {}) | {"product_items": items}


def _section(section: Section) -> dict[str, Any]:
    rows = [
        {"id": row.id, "title": row.title} | ({"description": row.description} if row.description else {})
        for row in section.rows
    ]
    return ({"title": section.title} if section.title else {}) | {"rows": rows}


def _check_sections(kind: str, titles: list[str]) -> None:
    bounds("interactive", kind, "sections").check("sections", len(titles), "sections")
    alone = LIMITS_OF_KINDS[kind]["section_title"]["required_if_sections_over"]
    for at, title in enumerate(titles):
        where = f"sections.{at}.title"
        if len(titles) > alone and not title.strip():
            raise MessageNotValid("Where there are several sections, each has a title.", field=where)
        check_length(where, title, "interactive", kind, "section_title")


def _check_row(where: str, row: Row) -> None:
    check_filled(f"{where}.id", row.id, "interactive", "list", "row_id")
    check_filled(f"{where}.title", row.title, "interactive", "list", "row_title")
    check_length(f"{where}.description", row.description, "interactive", "list", "row_description")


def check_word(field: str, word: str, words: Iterable[str]) -> None:
    if word not in words:
        raise MessageNotValid(f"This is one of {', '.join(words)}.", field=field)
