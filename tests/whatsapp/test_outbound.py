"""What is sent to WhatsApp, and what is refused before."""

from typing import Any

import pytest

from apps.whatsapp.errors import LimitExceeded, MediaNotAccepted, MessageNotValid, NotAddressable
from apps.whatsapp.limits import LIMITS, check_media, utf16_length
from apps.whatsapp.outbound import (
    Contacts,
    Content,
    Location,
    Media,
    OutboundMessage,
    Reaction,
    Text,
    body_of,
    check,
    content_from,
    is_emoji,
    read_receipt,
)

PHONE, BSUID = "16505550100", "US.9000001"
GRIN = "\U0001f600"
BO = {
    "name": {"formatted_name": "Bo Ray", "first_name": "Bo"},
    "phones": [{"phone": "+1 650 555 0101", "type": "CELL"}],
}


def body(content: Content, **parts: Any) -> dict[str, Any]:
    return body_of(OutboundMessage(content=content, **({"phone": PHONE} | parts)))


@pytest.mark.parametrize(
    ("content", "kind", "part"),
    [
        (Text("Oi"), "text", {"body": "Oi", "preview_url": True}),
        (Media("image", "31", caption="menu"), "image", {"id": "31", "caption": "menu"}),
        (Media("image", link="https://a.test/b.jpg"), "image", {"link": "https://a.test/b.jpg"}),
        (Media("video", "32"), "video", {"id": "32"}),
        (Media("audio", "33", voice=True), "audio", {"id": "33", "voice": True}),
        (Media("audio", "33"), "audio", {"id": "33"}),
        (
            Media("document", "34", caption="bill", filename="a.pdf"),
            "document",
            {"id": "34", "caption": "bill", "filename": "a.pdf"},
        ),
        (Media("sticker", "35"), "sticker", {"id": "35"}),
        (Location(-23.55, -46.63), "location", {"latitude": "-23.55", "longitude": "-46.63"}),
        (
            Location(0.0, 0.00000012, "Ilha", "Mar"),
            "location",
            {"latitude": "0", "longitude": "0.0000001", "name": "Ilha", "address": "Mar"},
        ),
        (Contacts((BO,)), "contacts", [BO]),
        (
            Contacts(({"name": {"formatted_name": "Bo"}, "vcard": "BEGIN", "origin": "other", "emails": []},)),
            "contacts",
            [{"name": {"formatted_name": "Bo", "first_name": "Bo"}}],
        ),
        (Reaction("wamid.IN", GRIN), "reaction", {"message_id": "wamid.IN", "emoji": GRIN}),
        (Reaction("wamid.IN", ""), "reaction", {"message_id": "wamid.IN", "emoji": ""}),
    ],
)
def test_every_type_is_written_as_the_cloud_api_wants_it(content: Content, kind: str, part: Any) -> None:
    check(OutboundMessage(content=content))
    assert body(content) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": f"+{PHONE}",
        "type": kind,
        kind: part,
    }


def test_a_reply_quotes_its_message_but_a_reaction_only_points_to_it() -> None:
    found = body(Text("Oi"), reply_to="wamid.X", opaque="m:17")
    assert (found["context"], found["biz_opaque_callback_data"]) == ({"message_id": "wamid.X"}, "m:17")
    assert "context" not in body(Reaction("wamid.IN", GRIN), reply_to="wamid.X")


def test_the_phone_goes_into_to_and_the_user_id_into_recipient() -> None:
    found = body(Text("Oi"), phone=None, bsuid=BSUID)
    assert found["recipient"] == BSUID
    assert "to" not in found
    both = body(Text("Oi"), bsuid=BSUID)
    assert both["to"] == f"+{PHONE}"
    assert "recipient" not in both


@pytest.mark.parametrize(
    "parts", [{"phone": BSUID}, {"phone": "abc"}, {"phone": None}, {"phone": None, "bsuid": "abc"}]
)
def test_a_user_id_never_goes_into_the_place_of_a_phone(parts: dict[str, Any]) -> None:
    with pytest.raises(NotAddressable):
        body(Text("Oi"), **parts)


def test_a_file_must_be_uploaded_and_a_reaction_must_have_a_target_before_they_go() -> None:
    check(OutboundMessage(content=Media("image")))
    with pytest.raises(MessageNotValid):
        body(Media("image"))
    with pytest.raises(MessageNotValid):
        body(Reaction("", GRIN))


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Text(""), "body"),
        (Text(" \n\t"), "body"),
        (Text("a" * 4097), "body"),
        (Text(GRIN * 2049), "body"),
        (Media("image", caption="a" * 1025), "caption"),
        (Media("document", caption="a" * 1025), "caption"),
        (Media("audio", caption="a"), "caption"),
        (Media("sticker", caption="a"), "caption"),
        (Media("document", filename="a" * 241), "filename"),
        (Location(90.1, 0), "latitude"),
        (Location(0, -180.1), "longitude"),
        (Location(float("nan"), 0), "latitude"),
        (Contacts(()), "contacts"),
        (Contacts((BO,) * 258), "contacts"),
    ],
)
def test_what_is_over_a_limit_is_refused_and_named(content: Content, field: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        check(OutboundMessage(content=content))
    assert caught.value.field == field
    assert caught.value.limit is not None


@pytest.mark.parametrize(
    "content",
    [
        Text("a" * 4096),
        Text(GRIN * 2048),
        Media("video", caption="a" * 1024),
        Location(-90, 180),
        Contacts((BO,) * 257),
    ],
)
def test_what_just_fits_is_taken(content: Content) -> None:
    check(OutboundMessage(content=content))


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Reaction("wamid.IN", "ok"), "emoji"),
        (Reaction("wamid.IN", GRIN * 2), "emoji"),
        (Reaction("wamid.IN", "1"), "emoji"),
        (Contacts(({"phones": []},)), "contacts"),
        (Contacts(({"name": {"formatted_name": " "}},)), "contacts"),
        (Contacts(({"name": "Bo"},)), "contacts"),
        (Contacts((BO, {"name": {"formatted_name": "Bo", "first_name": {}}})), "contacts.1.name.first_name"),
        (Contacts((BO | {"phones": [{"phone": 5511}]},)), "contacts.0.phones.0.phone"),
        (Contacts((BO | {"emails": {"email": "bo@example.org"}},)), "contacts.0.emails"),
        (Contacts((BO | {"org": "Aurora"},)), "contacts.0.org"),
        (Contacts((BO | {"birthday": 1990},)), "contacts.0.birthday"),
    ],
)
def test_what_no_limit_describes_is_refused_too(content: Content, field: str) -> None:
    with pytest.raises(MessageNotValid) as caught:
        check(OutboundMessage(content=content))
    assert caught.value.field == field


def test_the_mark_that_comes_back_has_a_limit() -> None:
    with pytest.raises(LimitExceeded):
        check(OutboundMessage(content=Text("Oi"), opaque="a" * 513))


@pytest.mark.parametrize(
    "emoji",
    ["👍", "👍🏽", "❤️", "❤", "👨‍👩‍👧‍👦", "🇧🇷", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏳️‍🌈", "⭐", "🤷🏾‍♀️", "🫶", "❤️‍🔥", "™️"],
)
def test_an_emoji_is_one_emoji_however_it_is_put_together(emoji: str) -> None:
    assert is_emoji(emoji)
    assert not is_emoji(emoji + "a")


@pytest.mark.parametrize(
    ("kind", "content", "extra", "expected"),
    [
        ("text", {"body": "Oi"}, {}, Text("Oi")),
        ("image", {}, {"media_id": "31"}, Media("image", "31")),
        ("audio", {"voice": True}, {"media_id": "33"}, Media("audio", "33", voice=True)),
        (
            "document",
            {"caption": "c", "filename": "a.pdf"},
            {"media_id": "34"},
            Media("document", "34", caption="c", filename="a.pdf"),
        ),
        ("sticker", {"animated": False}, {"media_id": "35"}, Media("sticker", "35")),
        ("location", {"latitude": -23.5, "longitude": "-46.6", "name": None}, {}, Location(-23.5, -46.6)),
        ("contacts", {"contacts": [BO]}, {}, Contacts((BO,))),
        ("reaction", {"emoji": GRIN}, {"target": "wamid.IN"}, Reaction("wamid.IN", GRIN)),
    ],
)
def test_a_stored_message_becomes_what_is_sent(
    kind: str, content: dict[str, Any], extra: dict[str, Any], expected: Content
) -> None:
    assert content_from(kind, content, **extra) == expected


@pytest.mark.parametrize(
    ("kind", "content"),
    [("text", {}), ("location", {"latitude": "x", "longitude": 1}), ("system", {}), ("contacts", {"contacts": 5})],
)
def test_a_stored_message_that_can_not_be_sent_says_so(kind: str, content: dict[str, Any]) -> None:
    with pytest.raises(MessageNotValid):
        content_from(kind, content)


def test_reading_is_shown_alone_or_with_typing() -> None:
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN"}
    assert read_receipt("wamid.IN") == read
    assert read_receipt("wamid.IN", typing=True) == {**read, "typing_indicator": {"type": "text"}}


@pytest.mark.parametrize(
    ("kind", "mime_type", "size"),
    [
        ("image", "image/jpeg", 5 * 1024**2),
        ("audio", "audio/ogg; codecs=opus", 1),
        ("document", "application/zip", 100 * 1024**2),
        ("sticker", "image/webp", 100 * 1024),
    ],
)
def test_files_that_whatsapp_takes(kind: str, mime_type: str, size: int) -> None:
    check_media(kind, mime_type, size)
    with pytest.raises(LimitExceeded):
        check_media(kind, mime_type, 100 * 1024**2 + 1)


def test_files_that_whatsapp_does_not_take() -> None:
    with pytest.raises(MediaNotAccepted):
        check_media("image", "image/gif", 1)
    with pytest.raises(LimitExceeded):
        check_media("sticker", "image/webp", 200_000)
    check_media("sticker", "image/webp", 200_000, animated=True)


def test_lengths_are_counted_as_whatsapp_may_count_them() -> None:
    assert [utf16_length(text) for text in ("", "abc", "olá", GRIN, "a" + GRIN)] == [0, 3, 3, 2, 3]


def test_every_type_that_is_sent_has_its_limits() -> None:
    for kind in LIMITS["messages"]["common"]["types"]:
        assert kind == "template" or kind in LIMITS["messages"]
