"""What every endpoint stands on."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from apps.core.errors import Invalid, NotFound
from apps.core.idempotency import Once
from apps.core.requests import KnownRequests, body_in
from apps.core.tenancy import OwnedModel, TenantQuerySet, organization_scope
from apps.core.text import has_controls

M = TypeVar("M", bound=OwnedModel)


class NewestFirst(CursorPagination):
    """Stable pages however much is added meanwhile; uuidv7 keys sort by time, so the primary key's index serves."""

    ordering: Any = "-id"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    cursor_query_description: Any = "Where the page begins: take it from `next` or `previous`."
    page_size_query_description: Any = "How many rows a page holds; 200 at most."

    def get_page_size(self, request: Request) -> int | None:
        asked = request.query_params.get(self.page_size_query_param)
        if asked and not re.fullmatch("[0-9]*[1-9][0-9]*", asked):
            raise Invalid("This is no number of rows.", field=self.page_size_query_param)
        return super().get_page_size(request)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, DataError) as error:  # a cursor that somebody wrote themselves
            raise NotFound from error

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        # DRF's own says "may be null" in the way of OpenAPI 3.0.
        link = {"type": ["string", "null"], "format": "uri", "example": "https://pytake.example/api/v1/…/?cursor=cD0w"}
        properties = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": [*properties], "properties": properties}


class OpenViewSet(KnownRequests, ViewSet):
    """Base of viewsets that are about a person, or nobody yet, instead of an organization's rows."""


class TenantViewSet(KnownRequests, GenericViewSet[M]):
    """Base of every other viewset: one transaction, in reach only the rows of the organization that asks."""

    pagination_class = NewestFirst
    permissions: ClassVar[dict[str, str]] = {}
    rate_scopes: ClassVar[dict[str, str]] = {}  # narrower limits by action: settings.API_RATES

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._scope:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # who asks, and may they?
        self._scope.enter_context(self.scope())
        self._once = Once(request, self.organization_id)
        if earlier := self._once.earlier_answer():
            # DRF calls the handler next: let it answer what was answered before.
            setattr(self, cast(str, request.method).lower(), lambda *_, **__: earlier)
            self._replayed = True

    def scope(self) -> AbstractContextManager[None]:
        """The transaction of this request; searches and reports take `heavy_reading()`."""
        return organization_scope(self.organization_id)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        if hasattr(self, "_once") and not hasattr(self, "_replayed"):
            self._once.keep(response)
        return super().finalize_response(request, response, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        self._scope.__exit__(type(exc), exc, exc.__traceback__)  # a refusal leaves nothing behind
        vars(self).pop("_once", None)
        return super().handle_exception(exc)

    def keep_no_answer(self) -> None:
        """Under an Idempotency-Key the answer would be kept as it is: not for what is shown once, or to one person."""
        vars(self).pop("_once", None)

    def show_once(self) -> None:
        """What is made here is shown this once: a repeat under its Idempotency-Key makes no second one."""
        self._once.is_shown_once = True

    @property
    def access(self) -> Any:
        return self.request.auth

    @property
    def organization_id(self) -> UUID:
        return cast(UUID, self.access.organization_id)

    def validated(self, shape: type[serializers.Serializer[Any]], **options: Any) -> dict[str, Any]:
        """The request's body in this shape; what doesn't fit is refused field by field."""
        return body_in(shape, self.request.data, **options)

    def get_queryset(self) -> TenantQuerySet[M]:
        rows = cast(TenantQuerySet[M], super().get_queryset())
        if getattr(self, "swagger_fake_view", False):  # drf-spectacular looks, and nobody asks
            return rows.none()
        return rows.for_organization(self.organization_id)


class OneLineField(serializers.CharField):
    """A name: it stands in mails' headers and in lists, where a line break or a control character breaks something."""

    default_error_messages = {"controls": "A name has no line breaks and no control characters."}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if has_controls(text):
            self.fail("controls")
        return text


@extend_schema_field({"type": "object", "additionalProperties": {}})
class CleanJSONField(serializers.JSONField):
    """JSON that PostgreSQL can keep: an object, without NUL characters or lone surrogates, of a size that is stated."""

    default_error_messages = {
        "object": "This must be an object.",
        "characters": "NUL characters and lone surrogates can't be stored.",
        "size": "This is larger than {limit} bytes.",
    }
    LIMIT = 65_536

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if not isinstance(value, dict):
            self.fail("object")
        if any("\0" in text or any("\ud800" <= c <= "\udfff" for c in text) for text in _texts(value)):
            self.fail("characters")
        if sum(len(text) for text in _texts(value)) > self.LIMIT:
            self.fail("size", limit=self.LIMIT)
        return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
