"""docs/asyncapi.yaml, as the tests' browsers hold the server to it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator, FormatChecker

Node = dict[str, Any]
FILE = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
DOCUMENT: Node = yaml.safe_load(FILE.read_text())
MESSAGES: dict[str, Node] = DOCUMENT["components"]["messages"]
SCHEMAS: dict[str, Node] = DOCUMENT["components"]["schemas"]


def resolve(node: Any) -> Any:
    """What a `$ref` stands for, all the way down to what is none."""
    while isinstance(node, dict) and "$ref" in node:
        found: Any = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def of_client() -> set[str]:
    """The ids of the messages that a client sends."""
    return _ids("receive")


def of_server() -> set[str]:
    replies = [operation["reply"] for operation in DOCUMENT["operations"].values() if "reply" in operation]
    return _ids("send") | {_id(each) for reply in replies for each in reply["messages"]}


def kinds() -> set[str]:
    """Of facts."""
    return {name for name, message in MESSAGES.items() if message["name"] == "event"}


def type_of(message: str) -> str:
    """What a frame says in `type`."""
    found: str = MESSAGES[message]["name"]
    return found


def differences(frame: Node, message: str) -> list[str]:
    """Where a frame isn't what the document says of this message."""
    return [f"{message} {error.json_path}: {error.message}" for error in _validator(message).iter_errors(frame)]


def differences_of_server(frame: Node) -> list[str]:
    """Where a frame that came from the server isn't what the document says, if it says anything of it at all."""
    if frame.get("type") == "event":
        kind = str(frame.get("kind"))
        return differences(frame, kind) if kind in kinds() else [f"{kind} is not described"]
    named = [message for message in of_server() if type_of(message) == frame.get("type")]
    return differences(frame, named[0]) if named else [f"{frame.get('type')} is not described"]


@cache
def _validator(message: str) -> Draft7Validator:
    schema = {"allOf": [MESSAGES[message]["payload"]], "components": DOCUMENT["components"]}
    return Draft7Validator(schema, format_checker=FormatChecker())


def _ids(action: str) -> set[str]:
    operations = [operation for operation in DOCUMENT["operations"].values() if operation["action"] == action]
    return {_id(each) for operation in operations for each in operation["messages"]}


def _id(reference: Node) -> str:
    return str(reference["$ref"].rpartition("/")[2])
