"""A message of ours as the Cloud API wants it. Pure: what to send comes in, the request's body goes out.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages and the pages
of each type beside it; the limits are data (`apps.whatsapp.limits`).
"""

from apps.whatsapp.outbound.carousels import Carousel, LinkCard, ProductCard, ReplyCard
from apps.whatsapp.outbound.direct import DirectSend, may_send_directly
from apps.whatsapp.outbound.emoji import is_emoji
from apps.whatsapp.outbound.interactive import (
    AddressForm,
    Buttons,
    CallPermission,
    Catalog,
    Choices,
    ContactRequest,
    Flow,
    Interactive,
    LinkButton,
    LocationRequest,
    Product,
    Products,
    Reply,
    Row,
    Section,
    Shelf,
    VoiceCall,
)
from apps.whatsapp.outbound.message import Content, OutboundMessage, body_of, check, read_receipt
from apps.whatsapp.outbound.orders import OrderDetails, OrderStatus
from apps.whatsapp.outbound.plain import Contacts, Location, Media, MediaKind, Reaction, Text
from apps.whatsapp.outbound.stored import StoredFile, content_from, direct_from, files_in
from apps.whatsapp.outbound.templates import Template

__all__ = [
    "AddressForm",
    "Buttons",
    "CallPermission",
    "Carousel",
    "Catalog",
    "Choices",
    "ContactRequest",
    "Contacts",
    "Content",
    "DirectSend",
    "Flow",
    "Interactive",
    "LinkButton",
    "LinkCard",
    "Location",
    "LocationRequest",
    "Media",
    "MediaKind",
    "OrderDetails",
    "OrderStatus",
    "OutboundMessage",
    "Product",
    "ProductCard",
    "Products",
    "Reaction",
    "Reply",
    "ReplyCard",
    "Row",
    "Section",
    "Shelf",
    "StoredFile",
    "Template",
    "Text",
    "VoiceCall",
    "body_of",
    "check",
    "content_from",
    "direct_from",
    "files_in",
    "is_emoji",
    "may_send_directly",
    "read_receipt",
]
