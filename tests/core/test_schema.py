from pathlib import Path

import pytest
from django.core.management import call_command

from tests.core.schema import PUBLIC, Operation, differences, operations


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_operation_is_described_with_examples(operation: Operation) -> None:
    spec = operation.spec
    assert len(spec["tags"]) == 1
    assert spec["tags"][0] not in ("api", operation.noun), "say the noun in words, not drf-spectacular's default"
    assert spec.get("summary")
    assert spec.get("description")
    if operation.request:
        assert operation.request.get("examples"), "the request has no example"
    for status, answer in spec["responses"].items():
        for media_type, content in answer.get("content", {}).items():
            assert content.get("examples"), f"the answer {status} {media_type} has no example"
    assert any(status >= "400" for status in spec["responses"]), "no refusal is documented"


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_example_is_of_the_shape_that_it_is_an_example_of(operation: Operation) -> None:
    for status, answer in operation.spec["responses"].items():
        content = answer.get("content", {}).get("application/json", {})
        for example in content.get("examples", {}).values():
            assert differences(example["value"], operation.answers[int(status)]) == []
    if operation.media_type == "application/json" and operation.request:
        assert differences(operation.example, operation.takes) == []


# A person's own profile, in whatever organization: said twice it is the same as said once.
ITS_OWN_REPEAT = {"PATCH /api/v1/users/me/", "POST /api/v1/users/me/avatar/", "DELETE /api/v1/users/me/avatar/"}


def test_every_write_takes_an_idempotency_key() -> None:
    without = [
        str(operation)
        for operation in operations()
        if operation.method != "GET"
        and operation.noun != "auth"
        and str(operation) not in ITS_OWN_REPEAT
        and str(operation) not in PUBLIC  # a key belongs to an organization, and nobody is signed in
        and not any(each["name"] == "Idempotency-Key" for each in operation.spec.get("parameters", []))
    ]
    assert without == []


def test_the_schema_is_valid_and_gives_no_warning(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))
