"""The support staff's desk. Apart from `admin.py`, since Django makes the site before it reads what is on it.

Apps hang things up here from their `admin.py`: gauges for the first page, finders for the search over everything, and
sections of an organization's page.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.sites import UnfoldAdminSite

from apps.core.actor import identify
from apps.core.tenancy import all_organizations

COUNTED = 10_000  # what is more than this is "more than"
FOUND = 10  # of each kind
SHORTEST_SEARCH = 3
SHOWN = "second_factor_shown"  # in a browser's session


@dataclass(frozen=True)
class Figure:
    """One line of a gauge or of a section."""

    label: str
    value: object
    url: str = ""
    is_bad: bool = False


@dataclass(frozen=True)
class Found:
    """One thing that was found."""

    kind: str
    title: str
    detail: str
    organization: str
    url: str


Gauge = Callable[[], Iterable[Figure]]
Finder = Callable[[str], Iterable[Found]]
Section = Callable[[UUID], Iterable[Figure]]
View = Callable[[HttpRequest], HttpResponseBase]
_pages: list[Any] = []
_gauges: dict[str, Gauge] = {}
_finders: list[Finder] = []
_sections: dict[str, Section] = {}


def gauge(title: str) -> Callable[[Gauge], Gauge]:
    """How deep queues are: read whenever the first page is opened, so of indexes and counted with `count_up_to()`."""

    def add(read: Gauge) -> Gauge:
        _gauges[title] = read
        return read

    return add


def finder(find: Finder) -> Finder:
    """Finds one kind of things by a text that somebody typed: at most FOUND, by an index."""
    _finders.append(find)
    return find


def section(title: str) -> Callable[[Section], Section]:
    """What an organization's page shows of one app."""

    def add(read: Section) -> Section:
        _sections[title] = read
        return read

    return add


def sections_of(organization_id: UUID) -> list[tuple[str, list[Figure]]]:
    return [(title, list(read(organization_id))) for title, read in _sections.items()]


def count_up_to(rows: QuerySet[Any], most: int = COUNTED) -> str:
    found = rows.order_by()[: most + 1].count()
    return f"{found:,}" if found <= most else f"more than {most:,}"


def page(route: str, name: str) -> Callable[[View], View]:
    """A page of the desk that asks by itself who may see it."""

    def add(view: View) -> View:
        _pages.append(path(route, view, name=name))
        return view

    return add


def has_shown_second_factor(request: HttpRequest) -> bool:
    """Whether this browser's session may do what the staff may: a password alone opens nothing of theirs."""
    return not settings.ADMIN_SECOND_FACTOR or SHOWN in request.session


def _wanted(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "") or reverse("admin:index")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else reverse("admin:index")


class SupportSite(UnfoldAdminSite):  # type: ignore[misc]  # without types
    """Who may see a page sees it whole, filters and choices too: it is made inside the door."""

    site_title = site_header = "PyTake"
    index_title = "Support desk"
    index_template = "desk/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and has_shown_second_factor(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Whoever has shown a password goes on to the second step."""
        if super().has_permission(request) and not has_shown_second_factor(request):
            return redirect_to_login(_wanted(request), reverse("admin:second_factor"))
        answer: HttpResponseBase = super().login(request, extra_context)
        return answer

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if (staff := request.user).is_authenticated:
                identify(kind="staff", actor_id=staff.pk, name=str(staff))
            with all_organizations("support staff look after every organization"):
                response = view(request, *args, **kwargs)
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return super().admin_view(opened, cacheable)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        gauges = [(title, list(read())) for title, read in _gauges.items()]
        page: TemplateResponse = super().index(request, {"panels": gauges, **(extra_context or {})})
        return page

    def extra_urls(self) -> list[Any]:
        return [path("find/", self.admin_view(self.find), name="find"), *_pages]

    def find(self, request: HttpRequest) -> HttpResponseBase:
        """Anything, by a phone, an e-mail address, a message's id at WhatsApp or a name."""
        text = request.GET.get("q", "").replace("\0", "").strip()[:200]
        found = [each for find in _finders for each in find(text)] if len(text) >= SHORTEST_SEARCH else []
        context = self.each_context(request) | {
            "title": "Find anything", "text": text, "found": found, "shortest": SHORTEST_SEARCH, "most": FOUND,
        }  # fmt: skip
        return render(request, "desk/find.html", context)
