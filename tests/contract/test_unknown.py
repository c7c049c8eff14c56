"""What nobody asked for is refused by name, wherever it stands: a misspelt filter is no wish that was granted."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import User
from tests.conftest import client_of, make_member, make_organization
from tests.contract.test_bodies import places
from tests.core.samples import PICTURE, Samples
from tests.core.schema import PUBLIC, DocumentedClient, Operation, operations, with_value

ODD = "nobody_asked_for"
# The provider's own parameters come along, whatever they are.
OPEN = {"GET /api/v1/auth/sso/callback/"}
NESTED = ["POST /api/v1/conversations/{id}/messages/", "PUT /api/v1/notifications/preferences/"]


@pytest.fixture
def samples(db: None) -> Samples:
    return Samples("Padaria Aurora")


def client_for(operation: Operation, samples: Samples) -> DocumentedClient:
    """Whom this operation lets in: nobody in particular, the support staff, or the owner."""
    if str(operation) in PUBLIC:
        return DocumentedClient()
    if not operation.for_staff:
        return samples.client
    support = make_member(desk := make_organization("PyTake"))
    User.objects.filter(pk=support.pk).update(is_staff=True, is_superuser=True)
    return client_of(support, desk)


def refused(answer: Any) -> tuple[int, list[tuple[str, str]]]:
    told = answer.json().get("errors", []) if answer.status_code == 400 else []
    return answer.status_code, [(each["field"], each["code"]) for each in told]


def test_every_operation_refuses_a_parameter_that_it_doesnt_know(samples: Samples) -> None:
    found = {}
    for operation in operations():
        client, path = client_for(operation, samples), samples.path_of(operation)
        found[str(operation)] = refused(client.generic(operation.method, f"{path}?{ODD}=1"))
    assert {name: how for name, how in found.items() if how != (400, [(ODD, "unknown")])} == {
        name: (302, []) for name in OPEN
    }


def test_every_operation_refuses_a_field_that_it_doesnt_read(samples: Samples) -> None:
    found = {}
    for operation in operations():
        if operation.method in ("POST", "PUT", "PATCH"):
            client, path = client_for(operation, samples), samples.path_of(operation)
            kind = "multipart" if operation.media_type == "multipart/form-data" else "json"
            body = samples.body_of(operation) | {ODD: 1}
            body |= {"file": SimpleUploadedFile("pão.png", PICTURE, "image/png")} if kind == "multipart" else {}
            found[str(operation)] = refused(getattr(client, operation.method.lower())(path, body, format=kind))
    assert {name: how for name, how in found.items() if ODD not in dict(how[1])} == {}


@pytest.mark.parametrize("operation", [each for each in operations() if str(each) in NESTED], ids=str)
def test_so_it_is_inside_a_field(operation: Operation, samples: Samples) -> None:
    body = samples.body_of(operation)
    for place in [place for place in places(body) if place.endswith(("text", ".0"))]:
        answer = samples.client.generic(
            operation.method, samples.path_of(operation), json.dumps(with_value(body, f"{place}.{ODD}", 1)),
            "application/json",
        )  # fmt: skip
        assert refused(answer) == (400, [(f"{place}.{ODD}", "unknown")])


def test_names_that_look_like_an_error_are_names(samples: Samples) -> None:
    answer = samples.client.patch("/api/v1/users/me/", {"message": 1, "code": 2, "\0" * 1000: 3})
    fields = [name for name, _ in refused(answer)[1]]
    assert fields == ["message", "code", "\0" * 100]


def test_of_very_many_some_are_named(samples: Samples) -> None:
    answer = samples.client.patch("/api/v1/users/me/", {f"field_{number}": 1 for number in range(1000)})
    assert len(refused(answer)[1]) == 20
