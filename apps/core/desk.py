"""The support staff's desk. Apart from `admin.py`, since Django makes the site before it reads what is on it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

from apps.core.tenancy import all_organizations


class SupportSite(admin.AdminSite):
    """Who may see a page sees it whole, filters and choices too: it is made inside the door."""

    site_title = site_header = "PyTake"
    index_title = "Support desk"

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with all_organizations("support staff look after every organization"):
                response = view(request, *args, **kwargs)
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return super().admin_view(opened, cacheable)
