"""One POST body, taken apart."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.whatsapp.errors import NotUnderstood
from apps.whatsapp.payloads import split
from tests.whatsapp.samples import (
    BSUID,
    CONTACT,
    FAILED,
    IN_GROUP,
    MESSAGES,
    METADATA,
    NUMBER,
    STATUS,
    STATUSES,
    SYSTEM,
    USER,
    WABA,
    as_meta_writes,
    value_of,
    webhook,
)

TEXT = MESSAGES[0].whole


def split_value(**parts: Any) -> list[Any]:
    return split(as_meta_writes(webhook(value_of(**parts))))


@pytest.mark.parametrize("sample", MESSAGES + SYSTEM, ids=lambda sample: sample.name)
def test_every_kind_of_message_comes_out_with_its_number_its_sender_and_its_profile(sample: Any) -> None:
    beside = {"errors": sample.errors} if sample.errors else {}
    item, *rest = split_value(contacts=[CONTACT], messages=[sample.whole], **beside)
    assert (item.field, item.kind, item.phone_number_id, item.waba_id) == ("messages", "message", NUMBER, WABA)
    assert item.provider_id == "wamid.AAA"
    assert item.lane in (f"{NUMBER}:{USER}", f"{NUMBER}:{BSUID}")
    assert item.value["message"] == sample.whole
    if sample.name != "user id changed":
        assert item.profile == item.value["contact"] == CONTACT
    assert [one.kind for one in rest] == (["error"] if sample.errors else [])


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status["status"])
def test_every_status_comes_out_in_the_lane_of_its_recipient(status: dict[str, Any]) -> None:
    (item,) = split_value(contacts=[CONTACT], statuses=[status])
    assert (item.kind, item.provider_id, item.lane) == ("status", status["id"], f"{NUMBER}:{USER}")
    assert item.value == {"status": status, "contact": CONTACT, "metadata": METADATA}


def test_everything_that_one_post_mixes_comes_out_in_order() -> None:
    other = {"metadata": {"phone_number_id": "2000002"}, "messages": [{**TEXT, "id": "wamid.BBB"}]}
    body = webhook(value_of(messages=[TEXT, {**TEXT, "id": "wamid.CCC"}], statuses=[STATUS, FAILED]), other)
    body["entry"].append(
        {"id": 1000002, "changes": [{"field": "account_update", "value": {"event": "DISABLED_UPDATE"}}]}
    )
    items = split(as_meta_writes(body))
    assert [(item.kind, item.provider_id) for item in items] == [
        ("message", "wamid.AAA"),
        ("message", "wamid.CCC"),
        ("status", "wamid.OUT"),
        ("status", "wamid.OUT"),
        ("message", "wamid.BBB"),
        ("other", None),
    ]
    assert items[4].lane == f"2000002:{USER}"
    assert (items[5].field, items[5].waba_id, items[5].lane) == ("account_update", "1000002", "1000002:account_update")
    assert items[5].value == {"event": "DISABLED_UPDATE"}


def test_profiles_are_found_by_id_and_not_by_position() -> None:
    bo = {"profile": {"name": "Bo"}, "wa_id": "16505550111"}
    hidden = {"profile": {"name": "Cy"}, "user_id": "US.9000003"}
    nobody = {"profile": {"name": "Di"}}
    messages = [
        {**TEXT, "id": "wamid.1", "from_user_id": None, "from": USER},
        {"id": "wamid.2", "from_user_id": "US.9000003", "type": "text", "text": {"body": "x"}},
        {"id": "wamid.3", "from": "16505550111", "type": "text", "text": {"body": "x"}},
        {"id": "wamid.4", "from": "16505550122", "type": "text", "text": {"body": "x"}},
    ]
    items = split_value(contacts=[hidden, nobody, bo, CONTACT], messages=messages)
    assert [item.profile for item in items] == [CONTACT, hidden, bo, None]
    assert [item.lane.partition(":")[2] for item in items] == [USER, "US.9000003", "16505550111", "16505550122"]


def test_the_sole_contact_of_a_sole_message_is_its_sender_whatever_ids_are_missing() -> None:
    (item,) = split_value(contacts=[{"profile": {"name": "Di"}}], messages=[TEXT])
    assert item.profile == {"profile": {"name": "Di"}}
    anonymous = {"id": "wamid.1", "type": "text", "text": {"body": "x"}}
    (item,) = split_value(contacts=[{"wa_id": USER}], messages=[anonymous])
    assert (item.kind, item.lane) == ("message", f"{NUMBER}:{USER}")


@pytest.mark.parametrize(
    ("sender", "lane"),
    [
        ({"from": "+1 (650) 555-0100"}, USER),
        ({"from": 16505550100}, USER),
        ({"from": BSUID}, BSUID),
        ({"from": "", "from_user_id": BSUID}, BSUID),
        ({"from": None, "from_user_id": "BR.ENT.abc123"}, "BR.ENT.abc123"),
    ],
)
def test_people_who_hide_their_phone_have_a_lane_of_their_own(sender: dict[str, Any], lane: str) -> None:
    (item,) = split_value(messages=[{"id": "wamid.1", "type": "text", "text": {"body": "x"}, **sender}])
    assert (item.kind, item.lane) == ("message", f"{NUMBER}:{lane}")


@pytest.mark.parametrize("message", [{"id": "wamid.1", "type": "text"}, {"from": USER, "type": "text"}, {}])
def test_a_message_without_a_sender_or_an_id_is_kept_but_is_no_message(message: dict[str, Any]) -> None:
    (item,) = split_value(messages=[message])
    assert (item.kind, item.value["message"]) == ("other", message)


def test_errors_and_clicks_belong_to_no_message() -> None:
    error, click = split_value(errors=[{"code": 130429}], user_actions=[{"action_type": "landing_page_view"}])
    assert (error.kind, error.value) == ("error", {"error": {"code": 130429}, "metadata": METADATA})
    assert (click.kind, click.lane) == ("user_action", f"{NUMBER}:messages")


def test_what_nobody_knows_is_kept() -> None:
    message, context = split_value(messages=[TEXT], conversation_context={"type": "summary"})
    assert message.kind == "message"
    assert (context.kind, context.value["conversation_context"]) == ("other", {"type": "summary"})
    assert (context.lane, context.value["beside"]) == (f"{NUMBER}:{USER}", TEXT["id"])
    (unknown,) = split_value(something={"new": 1})
    assert (unknown.kind, unknown.value["something"]) == ("other", {"new": 1})
    (odd,) = split_value(messages={"not": "a list"})
    assert (odd.kind, odd.value["messages"]) == ("other", {"not": "a list"})
    (empty,) = split_value(messages=[])
    assert empty.kind == "other"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ({"phone_number_settings": {"phone_number_id": NUMBER}}, NUMBER),
        ({"recipient": {"phone_number_id": NUMBER}}, NUMBER),
        ({"metadata": {"phone_number_id": int(NUMBER)}}, NUMBER),
        ({"display_phone_number": "15550001111"}, None),
    ],
)
def test_other_fields_name_their_number_in_places_of_their_own(value: dict[str, Any], number: str | None) -> None:
    (item,) = split(as_meta_writes(webhook(value, field="something_new")))
    assert (item.kind, item.phone_number_id, item.value) == ("other", number, value)
    assert item.lane == f"{number or WABA}:something_new"


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({}, {}),
        ({"entry": "x"}, {"entry": "x"}),
        ({"entry": ["x"]}, {"raw": "x"}),
        ({"entry": [{"id": "1", "changes": "x"}]}, {"id": "1", "changes": "x"}),
        ({"entry": [{"changes": [7]}]}, {"raw": 7}),
        ({"entry": [{"changes": [{"field": "messages"}]}]}, {"field": "messages"}),
        ({"entry": [{"changes": [{"field": "messages", "value": None}]}]}, {"raw": None}),
        ({"object": "page", "entry": [{"id": "1"}]}, {"object": "page", "entry": [{"id": "1"}]}),
    ],
)
def test_wrong_shapes_are_kept_as_they_are(body: dict[str, Any], kept: dict[str, Any]) -> None:
    (item,) = split(json.dumps(body).encode())
    assert (item.kind, item.value) == ("other", kept)


def test_elements_that_are_no_objects_are_kept_and_hold_nothing_up() -> None:
    items = split_value(messages=["x", TEXT, None], statuses=[5])
    assert [item.kind for item in items] == ["other", "message", "other", "other"]
    assert items[0].value == {"raw": "x", "metadata": METADATA}


def test_an_empty_post_holds_nothing() -> None:
    assert split(b'{"object":"whatsapp_business_account","entry":[]}') == []


@pytest.mark.parametrize("body", [b"", b"oi", b"[]", b"7", b"null", b"\xff\xfe\xff", b'{"a":1', b"{'a':1}"])
def test_what_is_no_json_object_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        split(body)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_bottomless_nesting_is_not_understood(opening: bytes) -> None:
    with pytest.raises(NotUnderstood):
        split(b'{"entry":' + opening * 100_000)
    closed = b'{"entry":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    with pytest.raises(NotUnderstood):
        split(closed)


def body_text(written: str) -> str:
    raw = '{"entry":[{"changes":[{"field":"x","value":{"k":' + written + "}}]}]}"
    (item,) = split(raw.encode("utf-8", "surrogatepass"))
    json.dumps(item.value, ensure_ascii=False, allow_nan=False).encode()
    found: str = item.value["k"]
    return found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'"a\u0000b"', "ab"),
        (r'"\u0000"', ""),
        (r'"\ud83d"', "\ufffd"),
        (r'"a\ude00b"', "a\ufffdb"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\ude00\ud83d"', "\ufffd\ufffd"),
        (r'"\\ud83d"', r"\ud83d"),
        (r'"ol\u00e1 \/"', "olá /"),
        ('"\ud83d\ude00"', "\U0001f600"),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", "9223372036854775808"),
        ("-9223372036854775809", "-9223372036854775809"),
        ("9" * 5000, "9" * 5000),
        ("1e999", "1e999"),
        ("-1E400", "-1E400"),
        ("1.5", 1.5),
        ("true", True),
    ],
)
def test_values_come_out_as_the_database_can_keep_them(written: str, read: Any) -> None:
    assert body_text(written) == read


def test_keys_are_cleaned_too_and_deep_values_cut() -> None:
    body = r'{"a\u0000":{"\ud83d":1},"deep":' + "[" * 200 + "]" * 200 + "}"
    (item,) = split(body.encode())
    assert item.value["a"] == {"\ufffd": 1}
    json.dumps(item.value)
    assert "\ufffd" in json.dumps(item.value["deep"], ensure_ascii=False)


def test_overlong_keys_of_the_inbox_are_cut_and_overlong_ids_make_no_message() -> None:
    (item,) = split(as_meta_writes(webhook({}, field="f" * 500)))
    assert len(item.field) == 60
    assert len(item.lane) <= 400
    (item,) = split_value(messages=[{**TEXT, "id": "wamid." + "A" * 400}])
    assert item.kind == "other"
    (item,) = split_value(messages=[{**TEXT, "from": "1" * 5000}])
    assert len(item.lane) <= 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
# fmt: off
NAMES = st.sampled_from([
    "entry", "changes", "field", "value", "messages", "statuses", "contacts", "metadata", "errors", "id", "from",
    "phone_number_id", "user_id", "wa_id", "from_user_id", "recipient_id", "system", "user_actions", "object",
])
# fmt: on
LIKE_A_WEBHOOK = st.recursive(
    JSON | st.sampled_from(["messages", USER, BSUID, "wamid.A", "whatsapp_business_account"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)


@given(st.dictionaries(NAMES, LIKE_A_WEBHOOK, max_size=4))
@example({"entry": [{"id": [], "changes": [{"field": {}, "value": {"messages": [{}], "contacts": [{"wa_id": []}]}}]}]})
def test_nothing_valid_is_ever_refused_or_unfit_for_the_database(body: dict[str, Any]) -> None:
    for item in split(json.dumps(body).encode()):
        written = json.dumps(item.value, ensure_ascii=False, allow_nan=False)
        written.encode()
        assert "\\u0000" not in written.replace("\\\\", "")
        assert len(item.lane) <= 400


@given(st.dictionaries(NAMES, LIKE_A_WEBHOOK, max_size=4))
def test_nothing_inside_a_change_is_ever_refused(value: dict[str, Any]) -> None:
    assert split(json.dumps(webhook(value)).encode())


def test_a_status_of_a_group_has_its_participants_lane_and_profile() -> None:
    (item,) = split_value(contacts=[CONTACT], statuses=[IN_GROUP])
    assert (item.lane, item.profile) == (f"{NUMBER}:{USER}", CONTACT)
