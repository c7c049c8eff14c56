"""From a message as it is stored, to what is sent. The stored content is as the API takes it, by type.

Interactive: {kind, header?, body, footer?, …} with the parts of its kind beside them; template: {name, language,
components}. Files stand in headers and cards by our own `media_id`, or by `link`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from apps.whatsapp.errors import MessageNotValid
from apps.whatsapp.outbound import interactive as forms
from apps.whatsapp.outbound import orders
from apps.whatsapp.outbound.carousels import Card, Carousel, LinkCard, ProductCard, ReplyCard
from apps.whatsapp.outbound.direct import DirectSend
from apps.whatsapp.outbound.interactive import Interactive, Reply
from apps.whatsapp.outbound.message import Content
from apps.whatsapp.outbound.plain import Contacts, Location, Media, MediaKind, Reaction, Text
from apps.whatsapp.outbound.templates import FILES, Template

Part = Mapping[str, Any]


def content_from(
    kind: str,
    content: Part,
    *,
    media_id: str | None = None,
    target: str | None = None,
    files: Mapping[str, str] | None = None,
) -> Content:
    """The content of a stored message.

    Args:
        kind: the message's type.
        content: by type, as the API answers it: text {body, preview_url?}; image, video {caption?, link?}; audio
            {voice?, link?}; document {caption?, filename?, link?}; sticker {link?}; location {latitude, longitude,
            name?, address?}; contacts {contacts}; reaction {emoji}; interactive; template.
        media_id: of the file as uploaded to WhatsApp; not needed for `check`.
        target: wamid of the message reacted to.
        files: of headers and cards, by our id their id at WhatsApp; not needed for `check`.

    Raises:
        MessageNotValid: messages of this type can't be sent, or a part is missing or of the wrong kind.
    """
    try:
        return _content_from(kind, content, media_id, target, files or {})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MessageNotValid(f"A part of the {kind} is missing or not valid: {error}.", field=kind) from error


def direct_from(content: Part) -> DirectSend | None:
    """How a stored message goes out without a window, if it does."""
    told = content.get("direct_send")
    if not told:
        return None
    return DirectSend(told["category"], told.get("template_name") or "", told.get("ttl_seconds"))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of ours in a header or a card.

    Attributes:
        kind: image, video or document.
        media_id: our own id of it.
        field: where it stands, counted from the message's part: `cards.0.header.media_id`.
    """

    kind: str
    media_id: str
    field: str


def files_in(kind: str, content: Part) -> list[StoredFile]:
    """Our files that stand in headers and cards, in order; one may stand in several places."""
    found = _in_headers(content) if kind == "interactive" else _in_template(content) if kind == "template" else ()
    return [StoredFile(shown, str(file["media_id"]), where) for shown, file, where in found if file.get("media_id")]


Found = Iterator[tuple[str, Part, str]]


def _in_headers(content: Part) -> Found:
    cards = [(card.get("header"), f"cards.{at}.header") for at, card in enumerate(content.get("cards") or [])]
    for header, where in ((content.get("header"), "header"), *cards):
        if header and header.get("type") in FILES:
            yield header["type"], header, f"{where}.media_id"


def _in_template(content: Part) -> Found:
    yield from _in_components(content.get("components") or [], "components")


def _in_components(components: list[Part], where: str) -> Found:
    for at, component in enumerate(components):
        place = f"{where}.{at}"
        for number, parameter in enumerate(component.get("parameters") or []):
            if (shown := parameter["type"]) in FILES:
                yield shown, parameter.get(shown) or {}, f"{place}.parameters.{number}.{shown}.media_id"
        for number, card in enumerate(component.get("cards") or []):
            yield from _in_components(card["components"], f"{place}.cards.{number}.components")


def _content_from(
    kind: str, content: Part, media_id: str | None, target: str | None, files: Mapping[str, str]
) -> Content:
    if kind == "text":
        return Text(str(content["body"]), content.get("preview_url") is not False)
    if kind in get_args(MediaKind):
        return Media(
            cast("MediaKind", kind),
            media_id,
            content.get("link"),
            caption=str(content.get("caption") or ""),
            filename=str(content.get("filename") or ""),
            voice=bool(content.get("voice")),
        )
    if kind == "location":
        return Location(
            float(content["latitude"]),
            float(content["longitude"]),
            str(content.get("name") or ""),
            str(content.get("address") or ""),
        )
    if kind == "contacts":
        return Contacts(tuple(content["contacts"]))
    if kind == "reaction":
        return Reaction(target or "", str(content["emoji"]))
    if kind == "interactive":
        return _interactive(content, files)
    if kind == "template":
        return _template(content, files)
    raise MessageNotValid(f"Messages of type {kind} can't be sent.", field="type")


def _interactive(content: Part, files: Mapping[str, str]) -> Interactive:
    reader = _KINDS.get(content["kind"])
    if reader is None:
        raise MessageNotValid(f"Messages of this kind can't be sent: {content['kind']}.", field="kind")
    common = {
        "body": str(content.get("body") or ""),
        "header": _header(content["header"], files) if content.get("header") else None,
        "footer": str(content.get("footer") or ""),
    }
    return reader(content, common, files)


def _header(header: Part, files: Mapping[str, str]) -> str | Media:
    if header["type"] == "text":
        return str(header["text"])
    if header["type"] not in get_args(MediaKind):
        raise MessageNotValid("A header is a text, an image, a video or a document.", field="header.type")
    named = bool(header.get("media_id")), bool(header.get("link"))
    if named[0] == named[1]:
        raise MessageNotValid("A file is named by media_id or by link.", field="header.media_id")
    return Media(
        cast("MediaKind", header["type"]),
        files.get(str(header.get("media_id"))),
        header.get("link"),
        filename=str(header.get("filename") or ""),
    )


def _file_header(card: Part, files: Mapping[str, str], at: int) -> Media:
    try:
        header = _header(card["header"], files)
    except MessageNotValid as error:
        error.field = f"cards.{at}.{error.field}"
        raise
    if isinstance(header, str):
        raise MessageNotValid("A card shows an image or a video.", field=f"cards.{at}.header.type")
    return header


def _card(card: Part, files: Mapping[str, str], at: int) -> Card:
    if card["type"] == "product":
        return ProductCard(str(card["catalog_id"]), str(card["product_retailer_id"]))
    body = str(card.get("body") or "")
    if card["type"] == "cta_url":
        return LinkCard(_file_header(card, files, at), str(card["display_text"]), str(card["url"]), body)
    if card["type"] == "quick_reply":
        return ReplyCard(_file_header(card, files, at), _replies(card["buttons"]), body)
    raise MessageNotValid("A card is a cta_url, a quick_reply or a product.", field=f"cards.{at}.type")


def _replies(buttons: list[Part]) -> tuple[Reply, ...]:
    return tuple(Reply(str(button["id"]), str(button["title"])) for button in buttons)


def _section(section: Part) -> forms.Section:
    rows = [forms.Row(str(r["id"]), str(r["title"]), str(r.get("description") or "")) for r in section["rows"]]
    return forms.Section(str(section.get("title") or ""), tuple(rows))


def _shelf(section: Part) -> forms.Shelf:
    products = [str(item["product_retailer_id"]) for item in section["product_items"]]
    return forms.Shelf(str(section.get("title") or ""), tuple(products))


def _texts(content: Part, *names: str) -> dict[str, str]:
    return {name: str(content.get(name) or "") for name in names}


def _flow(content: Part, common: Any, _: Any) -> Interactive:
    named = _texts(content, "flow_id", "flow_name", "flow_token", "flow_cta")
    return forms.Flow(
        **common,
        **named,
        mode=content.get("mode") or "published",
        flow_action=content.get("flow_action") or "navigate",
        payload=content.get("flow_action_payload") or {},
    )


def _address(content: Part, common: Any, _: Any) -> Interactive:
    return forms.AddressForm(
        **common,
        country=str(content["country"]),
        values=content.get("values") or {},
        saved_addresses=tuple(content.get("saved_addresses") or ()),
        validation_errors=content.get("validation_errors") or {},
    )


def _voice_call(content: Part, common: Any, _: Any) -> Interactive:
    ttl = content.get("ttl_minutes")
    return forms.VoiceCall(
        **common, **_texts(content, "display_text", "payload"), ttl_minutes=None if ttl is None else int(ttl)
    )


def _order_details(content: Part, common: Any, _: Any) -> Interactive:
    order = content.get("order")
    return orders.OrderDetails(
        **common,
        **_texts(content, "reference_id", "goods"),
        total_amount=int(content["total_amount"]),
        payment_settings=tuple(_way_to_pay(each, at) for at, each in enumerate(content["payment_settings"])),
        order=_order(order) if order else None,
    )


def _way_to_pay(way: Part, at: int) -> orders.WayToPay:
    match way["type"]:
        case "pix_dynamic_code":
            return orders.PixCode(**_texts(way, "code", "merchant_name", "key", "key_type"))
        case "payment_link":
            return orders.PaymentLink(**_texts(way, "uri"))
        case "boleto":
            return orders.Boleto(**_texts(way, "digitable_line"))
        case "offsite_card_pay":
            return orders.CardOnFile(**_texts(way, "last_four_digits", "credential_id"))
        case other:
            raise MessageNotValid(f"There is no such way to pay: {other}.", field=f"payment_settings.{at}.type")


def _order(order: Part) -> orders.Order:
    expiration = order.get("expiration")
    return orders.Order(
        items=tuple(_item(each) for each in order["items"]),
        subtotal=int(order["subtotal"]),
        tax=_charge(order.get("tax")) or orders.Charge(0),
        shipping=_charge(order.get("shipping")),
        discount=_charge(order.get("discount")),
        expiration=orders.Expiration(int(expiration["timestamp"]), **_texts(expiration, "description"))
        if expiration
        else None,
    )


def _item(item: Part) -> orders.OrderItem:
    lower = item.get("sale_amount")
    return orders.OrderItem(
        **_texts(item, "retailer_id", "name"),
        amount=int(item["amount"]),
        quantity=int(item["quantity"]),
        sale_amount=None if lower is None else int(lower),
    )


def _charge(charge: Part | None) -> orders.Charge | None:
    return orders.Charge(int(charge["amount"]), **_texts(charge, "description", "program")) if charge else None


def _order_status(content: Part, common: Any, _: Any) -> Interactive:
    order, payment = content.get("order"), content.get("payment")
    since = payment.get("timestamp") if payment else None
    return orders.OrderStatus(
        **common,
        **_texts(content, "reference_id"),
        order=orders.OrderState(**_texts(order, "status", "description")) if order else None,
        payment=orders.PaymentState(str(payment["status"]), None if since is None else int(since)) if payment else None,
    )


_KINDS: Final[Mapping[str, Callable[[Part, Any, Mapping[str, str]], Interactive]]] = {
    "button": lambda c, common, _: forms.Buttons(**common, buttons=_replies(c["buttons"])),
    "list": lambda c, common, _: forms.Choices(
        **common, button=str(c["button"]), sections=tuple(_section(each) for each in c["sections"])
    ),
    "cta_url": lambda c, common, _: forms.LinkButton(**common, **_texts(c, "display_text", "url")),
    "flow": _flow,
    "product": lambda c, common, _: forms.Product(**common, **_texts(c, "catalog_id", "product_retailer_id")),
    "product_list": lambda c, common, _: forms.Products(
        **common, **_texts(c, "catalog_id"), sections=tuple(_shelf(each) for each in c["sections"])
    ),
    "catalog_message": lambda c, common, _: forms.Catalog(**common, **_texts(c, "thumbnail_product_retailer_id")),
    "location_request_message": lambda _c, common, _: forms.LocationRequest(**common),
    "request_contact_info": lambda _c, common, _: forms.ContactRequest(**common),
    "address_message": _address,
    "voice_call": _voice_call,
    "carousel": lambda c, common, files: Carousel(
        **common, cards=tuple(_card(card, files, at) for at, card in enumerate(c["cards"]))
    ),
    "call_permission_request": lambda _c, common, _: forms.CallPermission(**common),
    "order_details": _order_details,
    "order_status": _order_status,
}


def _template(content: Part, files: Mapping[str, str]) -> Template:
    components = [_component(each, files) for each in content.get("components") or []]
    return Template(str(content["name"]), str(content["language"]), tuple(components))


def _component(component: Part, files: Mapping[str, str]) -> Part:
    made = dict(component)
    if component.get("parameters"):
        made["parameters"] = [_parameter(each, files) for each in component["parameters"]]
    if component.get("cards"):
        made["cards"] = [
            {**card, "components": [_component(each, files) for each in card["components"]]}
            for card in component["cards"]
        ]
    return made


def _parameter(parameter: Part, files: Mapping[str, str]) -> Part:
    file = parameter.get(parameter["type"])
    if parameter["type"] not in FILES or not isinstance(file, Mapping) or str(file.get("media_id")) not in files:
        return parameter
    return {**parameter, parameter["type"]: {**file, "id": files[str(file["media_id"])]}}
