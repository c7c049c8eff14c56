"""Errors as RFC 9457 problem details. Source: https://www.rfc-editor.org/rfc/rfc9457"""

import re
from typing import Any
from uuid import uuid4

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.core.errors import (
    Busy,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    PaymentRequired,
    TooLarge,
    TooMany,
    Unprocessable,
    UnsupportedMediaType,
)

MEDIA_TYPE = "application/problem+json"
_STATUS: dict[type[DomainError], int] = {
    Invalid: 400, NotSignedIn: 401, PaymentRequired: 402, Forbidden: 403, NotFound: 404, Conflict: 409,
    TooLarge: 413, UnsupportedMediaType: 415, Unprocessable: 422, TooMany: 429, Busy: 503,
}  # fmt: skip
# What DRF finds by itself is the same problem as when a service finds it.
_SAME: dict[int, type[DomainError]] = {
    400: Invalid, 401: NotSignedIn, 403: Forbidden, 404: NotFound, 413: TooLarge, 415: UnsupportedMediaType,
    429: TooMany,
}  # fmt: skip


def answer_with_problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: domain errors and DRF's own become problem details, others stay bugs (500)."""
    response: Response | None
    if isinstance(exc, DomainError):
        response = Response(problem_of(exc), status_of(type(exc)), headers=_headers_of(exc))
    elif isinstance(exc, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        response = Response(problem_of(TooLarge(f"{exc}.".replace("..", "."))), 413)
    elif isinstance(exc, OperationalError):
        response = _busy(exc)
    else:
        response = exception_handler(exc, context)
        if response is not None:
            response.data = _problem_of_drf(exc, response)
    if response is not None:
        if response.status_code == 401:
            response["WWW-Authenticate"] = "Bearer"  # RFC 9110, section 15.5.2
        response.data["trace_id"] = trace_id()
        renderer = getattr(context["request"], "accepted_renderer", None)
        if renderer is None or renderer.format == "json":  # the browsable API's page is a page
            response.content_type = MEDIA_TYPE
    return response


def status_of(error: type[DomainError]) -> int:
    return next(status for kind, status in _STATUS.items() if issubclass(error, kind))


def problem_of(error: DomainError) -> dict[str, Any]:
    code = code_of(type(error))
    errors = [{"field": error.field, "code": code, "message": _sendable(error.detail)}] if error.field else []
    return {**_problem(code, error.title, status_of(type(error)), error.detail, errors), **error.more}


def _headers_of(error: DomainError) -> dict[str, str]:
    wait = error.retry_after if isinstance(error, TooMany) else 0
    return {"Retry-After": str(wait)} if wait else {}


def code_of(error: type[DomainError]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", error.__name__).lower()


def trace_id() -> str:
    """The request's id, as in the logs and in X-Request-Id."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or uuid4())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: a problem for programs, a page for people."""
    return _for_programs(request, problem_of(NotFound())) or defaults.page_not_found(request, exception)


@csrf_exempt
def no_such_route(_request: HttpRequest, **_: str) -> HttpResponse:
    """Whatever else is asked under the API's address, with and without DEBUG."""
    body = problem_of(NotFound("There is no such route: see /api/docs/.")) | {"trace_id": trace_id()}
    return JsonResponse(body, status=404, content_type=MEDIA_TYPE)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    problem = _problem("server_error", "Server error", 500, "This is a fault of the server, and it is logged.", [])
    return _for_programs(request, problem) or defaults.server_error(request)


def _for_programs(request: HttpRequest, problem: dict[str, Any]) -> HttpResponse | None:
    if not request.path.startswith("/api/"):
        return None
    body = problem | {"trace_id": trace_id()}
    return JsonResponse(body, status=problem["status"], content_type=MEDIA_TYPE)


def _busy(exc: OperationalError) -> Response:
    structlog.get_logger(__name__).warning("database_busy", exc_info=exc)
    return Response(problem_of(Busy()), 503, headers={"Retry-After": "1"})


def _problem_of_drf(exc: Exception, response: Response) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        return problem_of(Invalid()) | {"errors": _errors(exc.get_full_details())}
    if response.status_code in _SAME:
        return problem_of(_SAME[response.status_code](_detail(response)))
    code = getattr(exc, "default_code", "refused")
    return _problem(code, response.status_text, response.status_code, _detail(response) or "", [])


def _detail(response: Response) -> str | None:
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    return None if detail is None or response.status_code in (401, 403, 404) else str(detail)


def _problem(code: str, title: str, status: int, detail: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    kind, detail = f"/problems/{code.replace('_', '-')}", _sendable(detail)
    return {
        "type": kind, "title": title, "status": status, "detail": detail, "errors": errors,
        "trace_id": "0af7651916cd43dd8448eb211c80319c",  # stands in examples; an answer has its own
    }  # fmt: skip


def _sendable(text: str) -> str:
    """It may quote what was sent, and half a pair of surrogates is nothing that UTF-8 has."""
    return text.encode(errors="replace").decode()


def _errors(details: Any, field: str = "") -> list[dict[str, str]]:
    """Flatten DRF's nested error details to one entry a message, fields joined by dots."""
    if isinstance(details, list):
        return [entry for detail in details for entry in _errors(detail, field)]
    if isinstance(details.get("message"), str) and isinstance(details.get("code"), str):  # else a field is called so
        return [{"field": _sendable(field), "code": details["code"], "message": _sendable(details["message"])}]
    return [e for name, inner in details.items() for e in _errors(inner, f"{field}.{name}".strip("."))]
