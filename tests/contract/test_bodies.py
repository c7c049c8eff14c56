"""Bodies that no schema would let anybody make up: whatever stands in a field, the answer is a documented one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.core.samples import Samples
from tests.core.schema import Operation, operations, with_value

ODD = [
    "\0", "\ud800", "", " ", "%", "{}", "\r\n", "‮", "💥" * 50, "x" * 20_000, "-1",
    0, -1, True, 2**63 - 1, -(2**63), 2**63, 1e308, None,
    [], [None], ["\ud800"], [[]], [0] * 200, {}, {"\0": 1}, {"": ""}, {"a": {"b": [None, {}]}},
]  # fmt: skip
WRITING = [each for each in operations() if each.method != "GET" and each.media_type == "application/json"]
ACCEPTS = ["text/csv", "application/problem+json", "é", "", "*/*;q=0", "application/json;version=2"]


def places(body: Any, place: str = "") -> Iterator[str]:
    """`text`, `text.body`, `contacts.0`, …"""
    inside = body.items() if isinstance(body, dict) else enumerate(body[:1]) if isinstance(body, list) else ()
    for name, inner in inside:
        yield (at := f"{place}.{name}".strip("."))
        yield from places(inner, at)


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_odd_values_in_every_place(operation: Operation, db: None) -> None:
    samples = Samples("Padaria Aurora")
    body = samples.body_of(operation)
    whole = body | {name: {} for name in operation.fields if name not in body}
    for odd in ODD:
        send(samples, operation, odd)
        for place in places(whole):
            send(samples, operation, with_value(body, place, odd))


def send(samples: Samples, operation: Operation, body: Any) -> None:
    """The client asserts that the answer is in the schema; escapes are how odd characters get through."""
    path = samples.path_of(operation)
    samples.client.generic(operation.method, path, json.dumps(body), "application/json")


@pytest.mark.parametrize("accepts", ACCEPTS)
def test_whatever_is_accepted_json_comes(accepts: str, owners_api: Any) -> None:
    answer = owners_api.get("/api/v1/auth/me/", HTTP_ACCEPT=accepts)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
