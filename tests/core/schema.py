"""The API's own description, as the tests walk it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

API = "/api/v1/"
# Doors for whoever isn't signed in: by a password, a token of one's own, or a one-time code.
PUBLIC = {
    "GET /api/v1/auth/sso/callback/", "POST /api/v1/auth/impersonation/exchange/", "POST /api/v1/auth/login/",
    "POST /api/v1/auth/mfa/verify/", "POST /api/v1/auth/mfa/webauthn/options/", "POST /api/v1/auth/passkey/login/",
    "POST /api/v1/auth/passkey/options/", "POST /api/v1/auth/password-reset/",
    "POST /api/v1/auth/password-reset/confirm/", "POST /api/v1/auth/refresh/", "POST /api/v1/auth/register/",
    "POST /api/v1/auth/sso/exchange/", "POST /api/v1/auth/sso/start/",
    "POST /api/v1/invitations/accept/", "POST /api/v1/invitations/look/",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Operation:
    method: str
    path: str
    spec: dict[str, Any]
    components: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def noun(self) -> str:
        return self.path.split("/")[3]

    @property
    def for_staff(self) -> bool:
        """Only the support staff may ask, and for any organization."""
        return "Support staff" in self.spec["tags"]

    @property
    def request(self) -> dict[str, Any]:
        """The request's one content: its schema and examples; empty where it has no body."""
        content: dict[str, Any] = self.spec.get("requestBody", {}).get("content", {})
        return next(iter(content.values()), {})

    @property
    def media_type(self) -> str:
        content: dict[str, Any] = self.spec.get("requestBody", {}).get("content", {})
        return next(iter(content), "application/json")

    @property
    def example(self) -> dict[str, Any]:
        """The documented request."""
        examples = self.request.get("examples", {})
        return dict(next(iter(examples.values()))["value"]) if examples else {}

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a request's body."""
        fields: dict[str, Any] = self._resolved(self.request.get("schema", {})).get("properties", {})
        return fields

    @property
    def ids_in_body(self) -> list[str]:
        """Paths of the ids that a request may name: `contact_id`, `reaction.message_id`, `tag_ids.0`."""
        return [*dict.fromkeys(path for path, _ in self._ids(self.request.get("schema", {})))]

    @property
    def ids_in_query(self) -> list[str]:
        parameters = self.spec.get("parameters", [])
        return [each["name"] for each in parameters if each["in"] == "query" and each["schema"].get("format") == "uuid"]

    @property
    def gives_file(self) -> bool:
        """A file is answered and no JSON."""
        content = self.spec["responses"].get("200", {}).get("content", {})
        return bool(content.keys() - {"application/json", "application/problem+json"})

    @property
    def asks_whatsapp(self) -> bool:
        """It answers what WhatsApp says now, and no row of ours."""
        return self.method == "GET" and "/problems/whats-app-unreachable" in self.problems(422)

    @property
    def search_name(self) -> str:
        """The query parameter by which its rows are searched; empty where there is none."""
        parameters = self.spec.get("parameters", [])
        return next((each["name"] for each in parameters if each["name"] in ("search", "query")), "")

    def _ids(self, schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
        schema = self._resolved(schema)
        if schema.get("format") == "uuid":
            yield path, schema
        for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
            yield from self._ids(choice, path)
        for name, inner in schema.get("properties", {}).items():
            yield from self._ids(inner, f"{path}.{name}".strip("."))
        if "items" in schema:
            yield from self._ids(schema["items"], f"{path}.0".strip("."))

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        resolved: dict[str, Any] = self.components[name] if name else schema
        return resolved

    def problems(self, status: int) -> set[str]:
        content = self.spec["responses"].get(str(status), {}).get("content", {}).get("application/problem+json", {})
        return {example["value"]["type"] for example in content.get("examples", {}).values()}

    @cached_property
    def takes(self) -> Draft202012Validator:
        """How the body of a request has to look."""
        return Draft202012Validator(self._whole | self.request["schema"])

    @property
    def _whole(self) -> dict[str, Any]:
        return {"components": {"schemas": self.components}}

    @cached_property
    def answers(self) -> dict[int, Draft202012Validator]:
        """How the body of each success has to look."""
        bodies = {
            int(status): answer["content"]["application/json"]["schema"]
            for status, answer in self.spec["responses"].items()
            if "application/json" in answer.get("content", {})
        }
        return {status: Draft202012Validator(self._whole | schema) for status, schema in bodies.items()}


class DocumentedClient(APIClient):
    """A client whose every answer must be in the schema: status, type of problem, and the shape of a success."""

    def request(self, **kwargs: Any) -> Any:
        answer: Any = super().request(**kwargs)
        operation = operation_of(answer)
        if operation is None:
            return answer
        status = answer.status_code
        assert str(status) in operation.spec["responses"], f"{operation} answers {status}: {answer.content[:500]!r}"
        if status >= 400:
            assert answer.json()["type"] in operation.problems(status), f"{operation}: {answer.json()}"
        elif shape := operation.answers.get(status):
            wrong = differences(answer.json(), shape)
            assert not wrong, f"{operation} answers {status} with what its schema doesn't say: {wrong[:3]}"
        return answer


def with_value(body: Any, place: str, value: Any) -> Any:
    """The body with another value at a place: `reply_to`, `reaction.message_id`, `tag_ids.0`, `kinds.0.kind`."""
    first, _, rest = place.partition(".")
    if isinstance(body, list):  # a list in a list
        return [with_value(body[0], rest, value) if rest else value, *body[1:]]
    if rest == "0":
        return body | {first: [value]}
    if rest.startswith("0."):
        head, *others = body.get(first) or [{}]
        return body | {first: [with_value(head, rest.removeprefix("0."), value), *others]}
    return body | {first: with_value(body.get(first) or {}, rest, value) if rest else value}


def differences(value: Any, shape: Draft202012Validator) -> list[str]:
    """Where a value is not what a schema says."""
    return [f"{error.json_path}: {error.message}" for error in shape.iter_errors(value)]


def operation_of(answer: Any) -> Operation | None:
    """The operation that gave this answer; None for what is no part of the API."""
    path = answer.request["PATH_INFO"]
    if not path.startswith(API):
        return None
    for name, value in answer.resolver_match.kwargs.items():
        path = path.replace(f"/{value}/", f"/{{{name if name.endswith('_id') else 'id'}}}/", 1)
    wanted = f"{answer.request['REQUEST_METHOD']} {path}"
    return next(operation for operation in operations() if str(operation) == wanted)


@cache
def operations() -> list[Operation]:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    components = schema["components"]["schemas"]
    return [
        Operation(method.upper(), path, spec, components)
        for path, methods in schema["paths"].items()
        if path.startswith(API)
        for method, spec in methods.items()
    ]
