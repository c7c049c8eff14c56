"""What is read from a customer's message."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.whatsapp.payloads import inbound_message, split
from tests.whatsapp.samples import (
    BSUID,
    BUSINESS,
    CONTACT,
    FRAME,
    MESSAGES,
    SHA256,
    SHA256_HEX,
    SYSTEM,
    USER,
    Sample,
    as_meta_writes,
    value_of,
    webhook,
)
from tests.whatsapp.test_split import LIKE_A_WEBHOOK

SENT_AT = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)
BY_NAME = {sample.name: sample for sample in MESSAGES + SYSTEM}


def read(**parts: Any) -> Any:
    """A text message with parts of its own."""
    return inbound_message({"message": {**FRAME, "type": "text", "text": {"body": "oi"}, **parts}, "contact": CONTACT})


@pytest.mark.parametrize("sample", MESSAGES + SYSTEM, ids=lambda sample: sample.name)
def test_every_kind_of_message_says_something_a_person_can_read(sample: Sample) -> None:
    beside = {"errors": sample.errors} if sample.errors else {}
    body = as_meta_writes(webhook(value_of(contacts=[CONTACT], messages=[sample.whole], **beside)))
    found = inbound_message(split(body)[0].value)
    assert (found.type, found.content, found.text) == (sample.type, sample.content, sample.text)
    assert (found.wamid, found.sent_at) == ("wamid.AAA", SENT_AT)
    assert found.from_bsuid == BSUID
    assert found.opens_window == (sample.type != "system")
    assert found.raw == sample.whole
    json.dumps(found.content)


def test_a_file_is_described_whole() -> None:
    media = inbound_message(BY_NAME["image"].item).media
    assert media is not None
    assert (media.provider_id, media.mime_type, media.sha256) == ("31", "image/jpeg", SHA256_HEX)
    assert (media.caption, media.error) == ("menu", None)
    assert media.url == "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=31"
    voice = inbound_message(BY_NAME["voice message, old type"].item).media
    assert voice is not None
    assert voice.voice


def test_a_file_whose_id_is_none_is_a_message_all_the_same() -> None:
    found = read(type="document", document={"id": "x" * 101, "filename": "a.pdf", "caption": "bill"})
    assert (found.type, found.text, found.media.provider_id) == ("document", "bill\na.pdf", None)


def test_a_file_that_whatsapp_could_not_hand_over_says_why() -> None:
    media = inbound_message(BY_NAME["image over 100 MB"].item).media
    assert media is not None
    assert media.provider_id is None
    assert media.error is not None
    assert (media.error.code, media.error.detail) == (131052, "The file is too large.")


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("a.pdf", "a.pdf"),
        ("C:\\Users\\ana\\a.pdf", "a.pdf"),
        ("/etc/passwd", "passwd"),
        ("..", None),
        ("...", None),
        ("", None),
        ("relatório\u202e\x07.pdf", "relatório.pdf"),
        ("x" * 500 + ".pdf", "x" * 236 + ".pdf"),
        (7, "7"),
        (["x"], None),
    ],
)
def test_the_name_of_a_file_is_made_harmless(written: Any, safe: str | None) -> None:
    message = {**FRAME, "type": "document", "document": {"id": "1", "filename": written}}
    media = inbound_message({"message": message}).media
    assert media is not None
    assert media.filename == safe


@pytest.mark.parametrize("written", [SHA256, SHA256_HEX, SHA256_HEX.upper()])
def test_a_checksum_is_read_in_base64_and_in_hexadecimal(written: str) -> None:
    media = inbound_message({"message": {"type": "image", "image": {"id": "1", "sha256": written}}}).media
    assert media is not None
    assert media.sha256 == SHA256_HEX


def test_a_reaction_names_its_target() -> None:
    assert inbound_message(BY_NAME["reaction"].item).reaction == ("wamid.OUT", "\N{THUMBS UP SIGN}")
    assert inbound_message(BY_NAME["reaction taken away"].item).reaction == ("wamid.OUT", None)
    assert inbound_message(BY_NAME["reaction taken away, with an empty emoji"].item).reaction == ("wamid.OUT", None)


def test_what_hangs_on_a_message_is_read() -> None:
    quoted = inbound_message(BY_NAME["quoted reply"].item)
    assert (quoted.context_wamid, quoted.context_from, quoted.forwarded) == ("wamid.X", BUSINESS, False)
    often = inbound_message(BY_NAME["forwarded often"].item)
    assert (often.forwarded, often.frequently_forwarded) == (True, True)
    assert read(context={"forwarded": True}).forwarded
    about = inbound_message(BY_NAME["question about a product"].item)
    assert about.referred_product == {"catalog_id": "9", "product_retailer_id": "sku1"}
    ad = inbound_message(BY_NAME["from an ad"].item)
    assert ad.referral is not None
    assert ad.referral["source_id"] == "120"
    assert inbound_message(BY_NAME["in a group"].item).group_id == "G1"


@pytest.mark.parametrize(
    ("parts", "contact", "phone", "bsuid"),
    [
        ({"from": USER}, {}, USER, None),
        ({"from": USER, "from_user_id": BSUID}, CONTACT, USER, BSUID),
        ({"from_user_id": BSUID}, {}, None, BSUID),
        ({"from": "", "from_user_id": BSUID}, {"wa_id": ""}, None, BSUID),
        ({"from": BSUID}, {"wa_id": BSUID}, None, BSUID),
        ({"from": USER}, {"user_id": BSUID}, USER, BSUID),
        ({}, {"wa_id": USER}, USER, None),
        ({"from": "not a number"}, {}, None, None),
        ({"from": "1234"}, {}, None, None),
        ({}, {}, None, None),
    ],
)
def test_the_sender_is_known_by_phone_by_user_id_or_both(
    parts: dict[str, Any], contact: dict[str, Any], phone: str | None, bsuid: str | None
) -> None:
    found = inbound_message({"message": {"id": "wamid.A", "type": "text", **parts}, "contact": contact})
    assert (found.from_phone, found.from_bsuid) == (phone, bsuid)


def test_a_profile_name_turns_nothing_that_stands_beside_it() -> None:
    named = {"profile": {"name": " Ana\u202e eeL\u2066\n da Loja\u2069 "}}
    assert inbound_message({"message": FRAME, "contact": named}).profile_name == "Ana eeL da Loja"


def test_the_profile_is_read_from_either_place() -> None:
    found = read()
    assert (found.profile_name, found.username, found.parent_bsuid) == ("Ana Lee", "ana.lee", None)
    other = inbound_message({"message": FRAME, "contact": {"username": "ana", "parent_user_id": "US.ENT.5"}})
    assert (other.profile_name, other.username, other.parent_bsuid) == ("", "ana", "US.ENT.5")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("1764000000", SENT_AT),
        (1764000000, SENT_AT),
        ("1764000000000", SENT_AT),
        (1764000000000, SENT_AT),
        (1764000000.0, SENT_AT),
        (None, None),
        ("", None),
        ("soon", None),
        (True, None),
        (0, None),
        ("-5", None),
        ("9" * 400, None),
        (10**400, None),
        ("nan", None),
        ([], None),
    ],
)
def test_times_are_read_in_seconds_and_milliseconds(written: Any, moment: datetime | None) -> None:
    assert read(timestamp=written).sent_at == moment


def test_system_messages_and_changes_of_old_messages_open_no_window() -> None:
    assert not inbound_message(BY_NAME["number changed"].item).opens_window
    assert not inbound_message(BY_NAME["edit"].item).opens_window
    assert inbound_message(BY_NAME["unsupported"].item).opens_window


def test_a_person_who_moved_is_known_by_the_old_id() -> None:
    found = inbound_message(BY_NAME["user id changed"].item | {"contact": None})
    assert (found.from_phone, found.from_bsuid) == (None, "US.9000001")


def test_an_endless_text_is_kept_whole_but_not_searched_whole() -> None:
    found = read(text={"body": "a" * 100_000})
    assert len(found.content["body"]) == 100_000
    assert len(found.text) == 65_536


def test_answers_of_a_flow_are_fit_for_the_database() -> None:
    written = r'{"a\u0000":"\ud83d","n":1e999,"deep":' + "[" * 100 + "]" * 100 + "}"
    message = {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": written}}}
    answers = inbound_message({"message": message}).content["response"]
    assert (answers["a"], answers["n"]) == ("\ufffd", "1e999")
    bottomless = '{"a":' * 5000
    message["interactive"] = {"type": "nfm_reply", "nfm_reply": {"response_json": bottomless}}
    assert inbound_message({"message": message}).content["response"] == {"raw": bottomless}


# fmt: off
PARTS = [
    "text", "image", "video", "audio", "voice", "document", "sticker", "location", "contacts", "reaction", "button",
    "interactive", "order", "system", "edit", "revoke", "unsupported",
]
KEYS = st.sampled_from([
    "type", "body", "id", "name", "errors", "code", "title", "error_data", "details", "message", "message_id",
    "emoji", "latitude", "longitude", "phones", "formatted_name", "product_items", "quantity", "response_json",
    "nfm_reply", "button_reply", "list_reply", "product", "payment_method", "original_message_id", "wa_id", "user_id",
    "filename", "caption", "sha256", "timestamp", "from", "context", "profile", "url", *PARTS,
])
# fmt: on
ANYTHING = st.recursive(
    LIKE_A_WEBHOOK | st.sampled_from([*PARTS, "button_reply", "nfm_reply", "product", USER, BSUID, SHA256]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(
    st.fixed_dictionaries({"type": st.sampled_from(PARTS) | ANYTHING}, optional=dict.fromkeys(PARTS, ANYTHING)),
    st.dictionaries(KEYS, ANYTHING, max_size=4),
    ANYTHING,
)
def test_no_message_is_ever_too_odd_to_be_read(known: dict[str, Any], more: dict[str, Any], contact: Any) -> None:
    found = inbound_message({"message": {**more, **known}, "contact": contact, "errors": more.get("errors")})
    assert isinstance(found.text, str)
    assert isinstance(found.content, dict)


@given(st.dictionaries(st.text(), ANYTHING, max_size=3))
def test_no_value_is_ever_too_odd_to_be_read(value: dict[str, Any]) -> None:
    assert inbound_message(value).opens_window in (True, False)
