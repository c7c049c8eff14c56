"""Every refusal is a problem by RFC 9457, whoever found it."""

import json
from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Organization, User
from tests.conftest import facts_of, token_of
from tests.core.test_log import MAY

URL = "/api/v1/doors/"
pytestmark = pytest.mark.urls("tests.core.doors")


@pytest.fixture
def client(agent: User, organization: Organization) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(agent, organization)}")
    return client


def problem_of(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail", "errors", "trace_id"}
    assert problem["status"] == answer.status_code
    assert problem["trace_id"] == answer["X-Request-ID"]
    assert UUID(problem["trace_id"])
    return problem


def test_a_domain_error_becomes_a_problem_and_undoes_what_was_written(
    client: APIClient, organization: Organization
) -> None:
    answer = client.post(URL, {"door": "cellar"})
    assert answer.status_code == 409
    assert problem_of(answer) | {"trace_id": ""} == {
        "type": "/problems/door-is-stuck",
        "title": "Door is stuck",
        "status": 409,
        "detail": "The cellar door is stuck.",
        "errors": [{"field": "door", "code": "door_is_stuck", "message": "The cellar door is stuck."}],
        "trace_id": "",
    }
    assert client.get(URL).json() == []


def test_every_bad_field_is_named(client: APIClient) -> None:
    problem = problem_of(client.post(URL, {"door": "x" * 21, "attributes": ["no object"]}))
    assert problem["type"] == "/problems/invalid"
    assert {(each["field"], each["code"]) for each in problem["errors"]} == {
        ("door", "max_length"), ("attributes", "object")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "required"),
        (b"{", "not JSON"),
        (b'{"door": NaN}', "NaN"),
        (b'{"door": -Infinity}', "Infinity"),
        (b'{"door": 1e999}', "too large"),
        (b'{"door": ' + b"9" * 19 + b"}", "too large"),
        (b'{"door": ' + b"9" * 100_000 + b"}", "too large"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b'{"door": "\xff"}', "not JSON"),
        (b"[]", ""),
        (b"null", ""),
        (b'"door"', ""),
        (b'{"door": "\\ud800"}', ""),
        (b'{"door": "\\u0000"}', ""),
        (b'{"door": "a", "attributes": {"a": "\\ud800"}}', "surrogates"),
        (b'{"door": "a", "attributes": {"a": ["\\u0000"]}}', "NUL"),
        (b'{"door": "a", "attributes": {"a": "' + b"x" * 70_000 + b'"}}', "larger"),
    ],
)
def test_a_body_that_is_no_good_json_is_refused_and_never_a_server_error(
    client: APIClient, body: bytes, says: str
) -> None:
    answer = client.generic("POST", URL, body, "application/json")
    assert answer.status_code == 400
    assert problem_of(answer)["type"] == "/problems/invalid"
    assert says in answer.content.decode()


def test_a_body_that_is_too_large_is_refused(client: APIClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for headers in ({}, {"HTTP_IDEMPOTENCY_KEY": "large"}):
        answer = client.generic("POST", URL, json.dumps({"door": "x" * 1000}), "application/json", **headers)
        assert answer.status_code == 413
        assert problem_of(answer)["type"] == "/problems/too-large"


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("PUT", URL, 405, "method-not-allowed"),
        ("GET", "/api/v1/windows/", 404, "not-found"),
        ("DELETE", f"{URL}1/", 403, "forbidden"),
        ("GET", f"{URL}busy/", 503, "busy"),
        ("GET", f"{URL}broken/", 500, "server-error"),
    ],
)
def test_what_django_and_drf_refuse_is_a_problem_too(
    client: APIClient, method: str, path: str, status: int, kind: str
) -> None:
    answer = client.generic(method, path)
    assert answer.status_code == status
    assert problem_of(answer)["type"] == f"/problems/{kind}"


def test_another_content_type_is_refused(client: APIClient) -> None:
    assert problem_of(client.generic("POST", URL, "door=front", "text/plain"))["status"] == 415


def test_a_busy_database_says_when_to_try_again(client: APIClient) -> None:
    assert client.get(f"{URL}busy/")["Retry-After"] == "1"


@pytest.mark.parametrize("token", ["", "x", "Bearer", "Bearer x", "Bearer \xff", "Basic x"])
def test_whoever_is_not_signed_in_is_told_how(client: APIClient, token: str) -> None:
    client.credentials(HTTP_AUTHORIZATION=token)
    answer = client.get(URL)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert problem_of(answer)["type"] == ("/problems/token-invalid" if "Bearer" in token else "/problems/not-signed-in")


def test_each_answer_has_an_id_of_its_own_whatever_the_client_says(client: APIClient) -> None:
    ids = [client.get(URL, headers={"X-Request-ID": "mine"})["X-Request-ID"] for _ in range(2)]
    assert len({*ids, "mine"}) == 3


def test_what_was_done_stays_done(client: APIClient, organization: Organization) -> None:
    assert client.post(URL, {"door": "front"}).json() == {"door": "front", "opened": 1}
    assert client.get(URL).json() == ["front"]
    assert facts_of(organization, may=MAY) == []  # numbered after the commit, which this test never reaches
