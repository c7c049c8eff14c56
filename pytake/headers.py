"""What every answer says to browsers beside itself. Static files come from before this: they are ours and run alone."""

from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# What the web app may ask of the machine; anything else, and anybody in a frame, may ask for nothing.
PERMISSIONS = (
    "accelerometer=(), browsing-topics=(), camera=(self), display-capture=(), encrypted-media=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(self), midi=(), payment=(), usb=(), xr-spatial-tracking=()"
)


class HeadersMiddleware(CSPMiddleware):
    """The content security policy, one for the desk of the support staff, and what stands beside it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith("/admin/") and not hasattr(response, "_csp_replace"):
            response._csp_replace = settings.ADMIN_POLICY  # type: ignore[attr-defined]
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path_info.startswith("/api/v1/"):
            response.headers.setdefault("Cache-Control", "no-store")  # tokens and people's data stay in no cache
        _tell_limits(request, response)
        answered: Any = super().process_response(request, response)
        return answered if isinstance(answered, HttpResponseBase) else response


def _tell_limits(request: HttpRequest, response: HttpResponseBase) -> None:
    """What is left of the narrowest limit that this request was counted against."""
    for name, value in getattr(request, "rate_headers", {}).items():
        response.headers.setdefault(name, value)
