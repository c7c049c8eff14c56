"""Query parameters of every list: what isn't understood is refused by name, never passed over."""

from typing import Any

import pytest

from tests.core.samples import Samples
from tests.core.schema import Operation, operations

UNFIT = {"integer": ["0", "-1", "1.5", "ten", "١"], "boolean": ["maybe", "2"]}
UNFIT_TEXTS = {
    "uuid": ["x", "1"], "date-time": ["yesterday", "2026-13-01T00:00:00Z", "0"], "date": ["January", "2026-13-01"],
    "": ["\0", "%" * 201],
}  # fmt: skip


def unfit(parameter: dict[str, Any]) -> list[str]:
    """Values that this parameter can't have."""
    shape = parameter["schema"]
    if "enum" in shape:
        return ["no such word"]
    if parameter["name"] == "cursor":
        return []  # what isn't ours leads nowhere: 404
    if parameter["name"] == "after":  # the number of an entry, and 0 before the first
        return ["-1", "ten"]
    return UNFIT.get(shape["type"]) or UNFIT_TEXTS[shape.get("format", "")]


CASES = [
    (operation, parameter["name"], value)
    for operation in operations()
    if not (operation.for_staff or operation.asks_whatsapp)
    for parameter in operation.spec.get("parameters", ())
    if parameter["in"] == "query" and operation.method == "GET" and "302" not in operation.spec["responses"]
    for value in unfit(parameter)
]


@pytest.fixture
def samples(db: None) -> Samples:
    return Samples("Padaria Aurora")


@pytest.mark.parametrize(("operation", "name", "value"), CASES, ids=[f"{o} {n}={v!r}" for o, n, v in CASES])
def test_a_value_that_is_not_understood_is_refused(
    operation: Operation, name: str, value: str, samples: Samples
) -> None:
    answer = samples.client.get(samples.path_of(operation), {name: value})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [name]


def test_empty_means_not_asked(samples: Samples) -> None:
    for operation, name, _ in CASES:
        assert samples.client.get(samples.path_of(operation), {name: ""}).status_code == 200
