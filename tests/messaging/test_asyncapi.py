"""docs/asyncapi.yaml says what the code does: every frame, every fact, every code, and nothing else."""

import dataclasses
import importlib
import inspect
import json
import re
from collections.abc import Iterator
from datetime import datetime
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from apps.accounts.models import AgentStatus, Role
from apps.core.events import Fact, kind_of
from apps.core.log import Entry
from apps.messaging import consumers, feeds
from apps.messaging.models import Conversation, Message
from apps.notifications.models import Notice
from apps.whatsapp.models import Media, Number
from tests.conftest import commits
from tests.messaging import asyncapi
from tests.messaging.asyncapi import DOCUMENT, MESSAGES, SCHEMAS
from tests.messaging.sockets import Open
from tests.stack import ROOT

JSON_TYPES: dict[Any, dict[str, Any]] = {
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
}
CHOICES = {
    ("messaging.MessageStatusChanged", "status"): Message.Status,
    ("messaging.MessageMediaReady", "state"): Media.State,
    ("messaging.ConversationChanged", "status"): Conversation.Status,
    ("messaging.ConversationClosed", "status"): Conversation.Status,
    ("whatsapp.NumberStatusChanged", "status"): Number.Status,
    ("whatsapp.MediaStored", "state"): Media.State,
    ("notifications.NoticeCreated", "severity"): Notice.Severity,
    ("accounts.MemberChanged", "role"): Role,
    ("accounts.AgentStatusChanged", "status"): AgentStatus,
}


def facts() -> list[type[Fact]]:
    for app in settings.LAYERS:
        if (ROOT / "apps" / app / "events.py").exists():
            importlib.import_module(f"apps.{app}.events")
    return [fact for fact in Fact.__subclasses__() if fact.__module__.startswith("apps.")]


def schema_of(fact: type[Fact]) -> dict[str, Any]:
    """What a fact's dataclass says of `data`."""
    names = [field.name for field in dataclasses.fields(fact) if field.name not in ("organization_id", "scope")]
    hints = get_type_hints(fact)
    return {
        "type": "object",
        "required": names,
        "additionalProperties": False,
        "properties": {name: _schema_of_type(hints[name]) for name in names},
    }


def _schema_of_type(hint: Any) -> dict[str, Any]:
    if isinstance(hint, UnionType):
        [value] = [each for each in get_args(hint) if each is not type(None)]
        found = _schema_of_type(value)
        return found | {"type": [found["type"], "null"]}
    if get_origin(hint) is list:
        return {"type": "array", "items": _schema_of_type(*get_args(hint))}
    return JSON_TYPES[hint]


def derived(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without what the document adds to it: descriptions, values, limits."""
    bare = {
        name: {key: value for key, value in found.items() if key in ("type", "format", "items")}
        for name, found in schema["properties"].items()
    }
    return schema | {"properties": bare}


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def test_the_document_is_whole() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT["channels"]["inbox"]["address"] == "/ws/v1/inbox/"
    for reference in references(DOCUMENT):
        assert asyncapi.resolve({"$ref": reference}), reference
    assert set(DOCUMENT["channels"]["inbox"]["messages"]) == set(MESSAGES)
    assert asyncapi.of_client() | asyncapi.of_server() == set(MESSAGES), "every frame comes from somebody"
    used = {reference.rpartition("/")[2] for reference in references(DOCUMENT) if "/schemas/" in reference}
    assert used == set(SCHEMAS)


def test_every_frame_has_an_example_that_is_one() -> None:
    for name, message in MESSAGES.items():
        assert message["summary"]
        assert message["examples"], name
        for example in message["examples"]:
            assert asyncapi.differences(example["payload"], name) == []
            assert example["payload"]["type"] == message["name"]
            assert asyncapi.differences({"type": message["name"]}, name) or name == "ping", "it asks for nothing"


def test_every_fact_is_described_as_its_dataclass_is() -> None:
    assert {kind_of(fact) for fact in facts()} == asyncapi.kinds()
    for fact in facts():
        kind = kind_of(fact)
        assert derived(SCHEMAS[kind]) == schema_of(fact), kind
        assert MESSAGES[kind]["x-audience"] == fact.audience
        assert [MESSAGES[kind]["title"]] == [kind]


def test_a_fact_of_the_examples_is_the_frame_of_the_examples() -> None:
    for fact in facts():
        [example] = MESSAGES[kind_of(fact)]["examples"]
        written = fact(organization_id=uuid4(), **example["payload"]["data"])
        entry = Entry(
            number=example["payload"]["number"], kind=kind_of(fact), audience=fact.audience, scope="",
            at=datetime.fromisoformat(example["payload"]["at"]),
            data={name: getattr(written, name) for name in SCHEMAS[kind_of(fact)]["required"]},
        )  # fmt: skip
        frame = feeds.frame_of(entry, example["payload"]["previous"])
        assert json.loads(json.dumps(frame, cls=DjangoJSONEncoder)) == example["payload"]


def test_the_values_that_a_fact_may_have_are_those_of_the_tables() -> None:
    for (kind, name), choices in CHOICES.items():
        assert SCHEMAS[kind]["properties"][name]["enum"] == list(choices.values)
    fields = [(kind, name, found) for kind in asyncapi.kinds() for name, found in SCHEMAS[kind]["properties"].items()]
    with_values = {(kind, name) for kind, name, found in fields if "enum" in found}
    assert with_values == set(CHOICES)


def test_every_frame_of_the_consumer_is_described_and_no_other() -> None:
    code = inspect.getsource(consumers) + inspect.getsource(feeds)
    sent = set(re.findall(r'"type": "(\w+)"', code))
    assert {asyncapi.type_of(name) for name in asyncapi.of_server()} == sent
    handled = {"auth", "token", "ping", *consumers.InboxConsumer._HANDLERS}
    assert {asyncapi.type_of(name) for name in asyncapi.of_client()} == handled


def test_every_code_is_described_and_no_other() -> None:
    code = inspect.getsource(consumers)
    ends = "".join(path.read_text() for path in (ROOT / "apps" / "accounts").rglob("*.py"))
    refusals = {*re.findall(r'Refused\(\s*"(\w+)"', code), *re.findall(r'"(token_\w+)" if expired', code)}
    refusals |= set(re.findall(r'\bend(?:_session)?\(session, "(\w+)"\)', ends))
    assert set(SCHEMAS["refusal"]["enum"]) == refusals
    complaints = set(re.findall(r'self\._error\(\s*"(\w+)"', code))
    assert set(SCHEMAS["complaint"]["enum"]) == complaints
    for kind in ("refusal", "complaint"):
        assert set(re.findall(r"`(\w+)`", SCHEMAS[kind]["description"])) >= set(SCHEMAS[kind]["enum"])
    closes = {int(code) for code in DOCUMENT["channels"]["inbox"]["x-close-codes"]}
    assert {consumers.POLICY_VIOLATION, consumers.TRY_AGAIN_LATER} <= closes


def test_the_guide_names_every_frame() -> None:
    guide = (ROOT / "docs" / "sockets.md").read_text()
    for name in MESSAGES:
        kind = asyncapi.type_of(name)
        assert f"`{kind}`" in guide or f'"type":"{kind}"' in guide, name
    for number in (consumers.AUTH_SECONDS, consumers.SUBSCRIPTIONS, consumers.FRAMES_BURST, consumers.FRAMES_A_SECOND):
        assert f"{number:.0f}" in guide


@commits
async def test_what_the_document_lets_a_client_send_is_understood(open_tab: Open, token: str) -> None:
    tab = await open_tab(token)
    for name in sorted(asyncapi.of_client() - {"auth", "token"}):
        for example in MESSAGES[name]["examples"]:
            await tab.say_raw(json.dumps(example["payload"]))
    errors = {frame["code"] for frame in await tab.so_far("error")}
    assert errors <= {"not_found", "not_subscribed"}, "the examples' conversation isn't there"


@pytest.mark.parametrize("frame", [{"type": "dance"}, {"type": "pong"}, {"type": "event", "kind": "dance"}, {}])
def test_a_frame_that_is_not_described_is_noticed(frame: dict[str, Any]) -> None:
    assert asyncapi.differences_of_server(frame)
