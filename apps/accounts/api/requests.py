"""What a view reads of a request."""

from contextlib import suppress
from ipaddress import ip_address
from typing import Any, cast

from rest_framework.request import Request

from apps.accounts import services
from apps.accounts.selectors import Access
from apps.core.actor import address_of
from apps.core.requests import body_in


def access_of(request: Request) -> Access:
    return cast(Access, request.auth)


def body_of(request: Request, shape: Any) -> dict[str, Any]:
    """The body in this shape; what doesn't fit is refused field by field."""
    return body_in(shape, request.data)


def client_of(request: Request) -> services.Client:
    """Where the request comes from."""
    user_agent, address = request.headers.get("User-Agent", ""), address_of(request.META)
    with suppress(ValueError):
        return services.Client(user_agent=user_agent, address=str(ip_address(address)))
    return services.Client(user_agent=user_agent)  # a proxy wrote something else
