"""What a request says that nobody asked for is refused by name, never passed over."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from rest_framework import serializers
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

from apps.core.errors import Invalid, TooLarge
from apps.core.openapi import Described

NAMED, LONGEST_NAME = 20, 100  # of what is unknown; nobody needs a longer answer
_WITH_BODY = {"POST", "PUT", "PATCH"}


def body_in(shape: type[serializers.Serializer[Any]], data: Any, **options: Any) -> dict[str, Any]:
    """A body in this shape; what doesn't fit and what has no place in it is refused field by field."""
    body = shape(data=data, **options)
    unknown = [*islice(_unknown(body, data), NAMED)]
    if not body.is_valid() or unknown:
        raise ValidationError([body.errors, _refusals(unknown, "There is no such field.")])
    return dict(body.validated_data)


class KnownRequests:
    """Mixed into every viewset: a query parameter that an operation doesn't know is refused, as is any field where it
    reads no body. What an operation knows, `describe` has noted.
    """

    def initial(self: Any, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # a view's
        operation: Described | None = getattr(getattr(self, self.action or "", None), "described", None)
        if operation is None:  # OPTIONS, and methods that aren't there
            return
        if request.query_params and not operation.any_query:
            known = _parameters(self, operation)
            _refuse((name for name in request.query_params if name not in known), "There is no such parameter.")
        if request.method in _WITH_BODY and not operation.takes_body:
            _refuse(_fields_of(request), "Nothing is read of a body here.")


def _parameters(view: Any, operation: Described) -> set[str | None]:
    known: set[str | None] = {api_settings.URL_FORMAT_OVERRIDE, *operation.filters}
    if operation.lists and (filters := getattr(view, "filterset_class", None)):
        known |= {*filters.base_filters}
    if operation.lists and (pages := getattr(view, "paginator", None)):
        known |= {pages.cursor_query_param, pages.page_size_query_param}
    return known


def _fields_of(request: Request) -> Iterable[str]:
    """What stands in a body that nobody reads."""
    try:
        _ = request._request.body  # read now, or it is gone once it is parsed
        body = request.data
    except (APIException, RequestDataTooBig, TooLarge) as error:
        raise Invalid("Nothing is read of a body here.") from error
    return body if isinstance(body, Mapping) else ()


def _unknown(shape: Any, data: Any) -> Iterator[str]:
    """Paths of what the data has and the shape hasn't: `extra`, `message.extra`, `kinds.0.extra`."""
    inside: Iterable[tuple[str, Any, Any]] = ()
    if isinstance(shape, serializers.ListSerializer) and isinstance(data, list):
        inside = ((str(place), shape.child, each) for place, each in enumerate(data))
    elif isinstance(shape, serializers.Serializer) and isinstance(data, Mapping):
        known = {name: field for name, field in shape.fields.items() if not field.read_only}
        yield from (name for name in data if name not in known)
        inside = ((name, field, data[name]) for name, field in known.items() if name in data)
    for name, part, value in inside:
        yield from (f"{name}.{path}" for path in _unknown(part, value))


def _refuse(names: Iterable[str], words: str) -> None:
    if unknown := [*islice(names, NAMED)]:
        raise ValidationError(cast(Any, _refusals(unknown, words)))


def _refusals(names: Iterable[str], words: str) -> dict[str, ErrorDetail]:
    return {name[:LONGEST_NAME]: ErrorDetail(words, "unknown") for name in names}
