"""How an operation is described; `tests/core/test_schema.py` refuses one that isn't."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from apps.core.errors import (
    Busy,
    DomainError,
    Forbidden,
    Invalid,
    MfaEnrollmentRequired,
    NotFound,
    NotSignedIn,
    SignedOut,
    TokenInvalid,
    TooLarge,
    TooMany,
    UnsupportedMediaType,
)
from apps.core.idempotency import KeyInProgress, KeyTooLong, KeyUsedOtherwise
from apps.core.problems import MEDIA_TYPE, problem_of, status_of

F = TypeVar("F", bound=Callable[..., Any])
Body = serializers.BaseSerializer[Any] | type[serializers.BaseSerializer[Any]] | None


class OperationSchema(AutoSchema):
    """drf-spectacular's own, in English whoever asks, with a page's parameters wherever a page is answered, and with
    bodies that hold what is described and nothing else.
    """

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        with translation.override("en"):
            return super().get_operation(*args, **kwargs)

    def _is_list_view(self, serializer: Any = None) -> bool:
        found: Any = self.get_response_serializers() if serializer is None else serializer
        if isinstance(found, dict):  # it would look at the first key, and a problem's is a pair, which sorts first
            found = {status: body for status, body in found.items() if not isinstance(status, tuple)}
        return bool(super()._is_list_view(found))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        return schema | {"additionalProperties": False} if direction == "request" else schema  # as `requests.py` reads


@dataclass(frozen=True)
class Described:
    """What `requests.py` has to know of an operation; its method has it as `described`."""

    takes_body: bool
    filters: frozenset[str]
    lists: bool
    any_query: bool


class Decorator(Protocol):
    def __call__(self, method: F, /) -> F: ...


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]  # hides DRF's property
    trace_id = serializers.CharField()


_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=False,
    description="Any text up to 255 characters. The same key with the same request within 24 hours answers what the "
    "first one answered and does nothing again.",
)  # fmt: skip


def describe(
    tag: str, summary: str, description: str, *,
    answers: Mapping[Any, Any], shows: Any = None,
    takes: Any = None, sends: dict[str, Any] | None = None, or_sends: Mapping[str, dict[str, Any]] | None = None,
    refuses: tuple[type[DomainError], ...] = (),
    writes: bool = False, public: bool = False, filters: list[OpenApiParameter] | None = None,
    any_query: bool = False,
) -> Decorator:  # fmt: skip
    """Document one operation completely.

    Args:
        answers: the success statuses and what they carry (None: nothing); a file stands under its status and its
            media type, `(200, "text/csv")`. shows: an example of it; of files, one by media type.
        takes: the request body, if any. sends: an example of it. or_sends: further ones by what they are.
        refuses: the domain errors that it may raise; each documents itself. A missing or ended sign-in, a role that
            is too small, a body, filter or page that isn't valid, a field or parameter that isn't known, a body that
            is too large or of another type, and a database that is busy and too many requests go without saying.
        writes: it changes something, so that it takes an Idempotency-Key.
        public: nobody has to sign in.
        filters: query parameters that no filter class describes.
        any_query: others may add parameters of their own to its address.
    """
    examples = []
    if shows is not None:
        codes = [str(status) for status, body in answers.items() if body is not None and isinstance(status, int)]
        files = [status for status in answers if not isinstance(status, int)]
        for code, media in files:
            more = {"media_type": media, "status_codes": [str(code)]}
            examples.append(OpenApiExample(f"Answer, {media}", value=shows[media], response_only=True, **more))
        if codes:
            examples.append(OpenApiExample("Answer", value=shows, response_only=True, status_codes=codes))
    if sends is not None:
        media = "multipart/form-data" if isinstance(takes, dict) else "application/json"
        examples.extend(
            OpenApiExample(name, value=value, request_only=True, media_type=media)
            for name, value in {"Request": sends, **(or_sends or {})}.items()
        )
    signed_in = (NotSignedIn, TokenInvalid, SignedOut, Forbidden, MfaEnrollmentRequired)
    usual: tuple[type[DomainError], ...] = (Invalid,) if public else (*signed_in, Invalid)
    pages = any(isinstance(body, serializers.ListSerializer) for body in answers.values())
    usual += (NotFound,) if pages else ()
    usual += (TooLarge, UnsupportedMediaType) if takes or writes else ()
    usual += (KeyTooLong, KeyInProgress, KeyUsedOtherwise) if writes else ()
    known = Described(
        takes_body=bool(takes),
        filters=frozenset(p.name for p in filters or () if p.location == p.QUERY),
        lists=pages,
        any_query=any_query,
    )
    documented: Decorator = extend_schema(
        tags=[tag],
        summary=summary,
        description=description,
        request=takes,
        responses={**answers, **_problems((*dict.fromkeys((*usual, *refuses, TooMany, Busy)),))},
        examples=examples,
        parameters=[*([_IDEMPOTENCY_KEY] if writes else []), *(filters or [])],
        **({"auth": []} if public else {}),  # type: ignore[arg-type]  # absent means: as the view says
    )

    def note(method: F) -> F:
        done = documented(method)
        done.described = known  # type: ignore[attr-defined]
        return done

    return note


def query(name: str, description: str, kind: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    """A query parameter, e.g. `query("search", "Words in a name or number.")`."""
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, **more)


def _problems(refuses: tuple[type[DomainError], ...]) -> dict[tuple[int, str], OpenApiResponse]:
    by_status: dict[int, list[dict[str, Any]]] = {}
    for error in refuses:
        by_status.setdefault(status_of(error), []).append(problem_of(error()))
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            ProblemSerializer,
            examples=[
                OpenApiExample(
                    f"{p['title']} ({p['type']})", value=p, media_type=MEDIA_TYPE, status_codes=[str(status)]
                )
                for p in problems
            ],
        )
        for status, problems in by_status.items()
    }


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    target_class = "apps.accounts.authentication.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class BrowserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    target_class = "apps.accounts.authentication.BrowserAuthentication"
    name = "browser"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class StaffBrowserScheme(BrowserScheme):  # type: ignore[no-untyped-call]  # registers itself
    target_class = "apps.accounts.authentication.StaffBrowserAuthentication"
    name = "staff_browser"
